/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expressions: places, the values that lead to them, and what is taken apart on the way. */
#include <stddef.h>

#define container_of(ptr, type, member)                                                            \
	({                                                                                         \
		void *__mptr = (void *)(ptr);                                                      \
		((type *)(__mptr - offsetof(type, member)));                                       \
	})
#define old_container_of(ptr, type, member)                                                        \
	((type *)((char *)(ptr) - (unsigned long)&((type *)0)->member))
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define READ_LATER(p)                                                                              \
	({                                                                                         \
		__typeof__(*(p)) *__p = READ_ONCE(p);                                              \
		__p;                                                                               \
	})

struct list {
	struct list *next;
};

typedef struct {
	int slock;
} sock_lock;

struct dev {
	int plain;
	struct dev *parent;
	struct list node;
	union {
		int in_union;
		struct {
			int deep;
			struct list deep_node;
		};
	};
	struct {
		int count;
		sock_lock lock;
	} stats;
	int table[4];
	struct dev *ports[2][3];
	int (*op)(struct dev *);
};

struct list *list_of(int x);
struct dev make(void);
extern struct dev global, *global_pointer;
static struct {
	int lock;
} nameless;

int members(struct dev *d, struct dev v)
{
	d->in_union = v.deep; // fact: assign d->in_union = v.deep
	d->stats.count = d->parent->plain; // fact: assign d->stats.count = d->parent->plain
	d->stats.lock.slock = nameless.lock; // fact: assign d->stats.lock.slock = nameless.lock
	global.plain = global_pointer->plain; // fact: assign global.plain = global_pointer->plain
	return make().plain;
	// fact: call #0 = make()
	// fact: assign local0 = #0
	// fact: return local0.plain
}

struct dev *containers(struct list *l, struct dev *d)
{
	struct dev *a = container_of(l, struct dev, node);
	// fact: declare __mptr = l
	// fact: declare a = container_of(__mptr, struct dev, node)
	struct dev *b = old_container_of(l, struct dev, node);
	// fact: declare b = container_of(l, struct dev, node)
	struct dev *c = container_of(l, struct dev, deep_node);
	// fact: declare __mptr = l
	// fact: declare c = container_of(__mptr, struct dev, deep_node)
	int *e = &container_of(list_of(1), struct dev, node)->plain;
	// fact: call #0 = list_of(1)
	// fact: declare __mptr = #0
	// fact: declare e = &container_of(__mptr, struct dev, node)->plain

	d = container_of(&d->node, struct dev, node);
	// fact: declare __mptr = &d->node
	// fact: assign d = container_of(__mptr, struct dev, node)
	return *e ? a : b ? c : d;
	// fact: branch *e
	// fact: return a
	// fact: branch b
	// fact: return c
	// fact: return d
}

int elements(struct dev *d, int i, int *p)
{
	int *t = d->table; // fact: declare t = &d->table

	t[i] = p[0] + p[i]; // fact: assign (*t)[i] = (*p) + (*p)[i]
	*(p + 2) = d->ports[1][i]->plain; // fact: assign (*p)[2] = d->ports[1][i]->plain
	p++; // fact: assign p = &(*p)[1]
	p += i; // fact: assign p = &(*p)[i]
	*p-- = 1;
	// fact: assign local1 = p
	// fact: assign p = &(*p)[-1]
	// fact: assign *local1 = 1
	return *t; // fact: return *t
}

struct dev *reads(struct dev *d, struct dev **pp)
{
	struct dev *x = READ_ONCE(d->parent); // fact: declare x = d->parent

	x = READ_LATER(d->parent->parent);
	// fact: declare __p = d->parent->parent
	// fact: assign x = __p
	*pp = x; // fact: assign *pp = x
	return d->parent->parent; // fact: return d->parent->parent
}

#define copy_of(p, offset)                                                                         \
	({                                                                                         \
		unsigned long __ptr = (unsigned long)(p);                                          \
		(__typeof__(p))(__ptr + (offset));                                                 \
	})
unsigned long offset_of_cpu(int cpu);

int per_cpu(struct dev *d, int cpu)
{
	return copy_of(d, offset_of_cpu(cpu))->plain;
	// fact: declare __ptr = d
	// fact: call #0 = offset_of_cpu(cpu)
	// fact: return percpu(__ptr)->plain
}

int calls(struct dev *d, int (**ops)(struct dev *))
{
	int (*op)(struct dev *) = d->op; // fact: declare op = d->op

	d->op(d); // fact: call #0 = d->op(d) discarded
	(*op)(d); // fact: call #1 = op(d) discarded
	(*ops)(d); // fact: call #2 = (*ops)(d) discarded
	return ops[1](d->parent);
	// fact: call #3 = (*ops)[1](d->parent)
	// fact: return #3
}

enum { TEN = 10 };

unsigned char numbers(unsigned int u, int i)
{
	u &= ~(1u << 3); // fact: assign u = u & 4294967287
	u = TEN * 2 - 1; // fact: assign u = 19
	i = u < 5 ? -1 : (unsigned char)300;
	// fact: branch u < 5
	// fact: assign local0 = -1
	// fact: assign local0 = 44
	// fact: assign i = local0
	i = i < 5 && !!(i & 1);
	// fact: branch i < 5
	// fact: branch i & 1
	// fact: assign local1 = 1
	// fact: assign local1 = 0
	// fact: assign i = local1
	return __builtin_add_overflow(u, i, &u);
	// fact: clobber u
	// fact: return
}

int arms(int i)
{
	return _Generic(&i, long *: 1, int *: i + 2, default: 3L) + __builtin_choose_expr(1, i, 2L);
	// fact: return (i + 2) + i
}

int variable_args(int n, ...)
{
	__builtin_va_list ap;
	int x;

	__builtin_va_start(ap, n);
	x = __builtin_va_arg(ap, int); // fact: clobber x
	__builtin_va_end(ap);
	return x; // fact: return x
}
