/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A mode that is kept in an object, and that the callee asks for. */
#include "kernel.h"

#define RCU_WALK 0x40
#define BENEATH 0x80

struct walk {
	unsigned int flags;
	int seq;
	const char *name;
};

static int jump_ok(struct walk *w)
{
	if (w->flags & BENEATH)
		return -18;
	if (w->flags & RCU_WALK)
		w->seq = 2;
	else
		msleep(1);
	return 0;
}

int walk_init_ok(struct walk *w, unsigned int flags)
{
	const char *s = w->name;

	if (!*s)
		flags &= ~RCU_WALK;
	if (flags & RCU_WALK)
		rcu_read_lock();
	else
		w->seq = 0;
	w->flags = flags;
	if (*s == '/')
		return jump_ok(w);
	return 0;
}

struct lookup {
	unsigned int flags;
	int seq;
	const char *name;
};

static int leap_ok(struct lookup *l)
{
	if (l->flags & RCU_WALK)
		msleep(1);
	return 0;
}

int lookup_init_bad(struct lookup *l, unsigned int flags)
{
	const char *s = l->name;

	if (!*s)
		flags &= ~RCU_WALK;
	if (flags & RCU_WALK)
		rcu_read_lock();
	l->flags = flags;
	if (*s == '/')
		return leap_ok(l); // finds sleep/rcu [error, high]: leap_ok() may sleep inside rcu_read_lock()
	return 0;
}

struct request {
	gfp_t flags;
	int n;
};

static void *fill_ok(struct request *r)
{
	return kmalloc(r->n, r->flags);
}

void *request_ok(int n)
{
	struct request r = { .n = n, .flags = GFP_ATOMIC };
	void *p;

	rcu_read_lock();
	p = fill_ok(&r);
	rcu_read_unlock();
	return p;
}

void *request_bad(int n)
{
	struct request r = { .n = n, .flags = GFP_KERNEL };
	void *p;

	rcu_read_lock();
	p = fill_ok(&r); // finds sleep/rcu [error, high]: fill_ok() may sleep inside rcu_read_lock(): kmalloc() waits for memory (GFP_KERNEL)
	rcu_read_unlock();
	return p;
}

/* Who has set them is not known, or who has is further up. */
void *request_again_ok(struct request *r)
{
	void *p;

	rcu_read_lock();
	p = fill_ok(r);
	rcu_read_unlock();
	return p;
}

struct order {
	gfp_t flags;
	int n;
};

static void *order_fill(struct order *o)
{
	return kmalloc(o->n, o->flags & ~__GFP_ZERO);
}

static void *order_locked_bad(struct order *o)
{
	void *p;

	rcu_read_lock();
	p = order_fill(o); // finds sleep/rcu: order_fill() may sleep inside rcu_read_lock()
	rcu_read_unlock();
	return p;
}

void *order_user(int n)
{
	struct order o = { .n = n, .flags = GFP_KERNEL };

	return order_locked_bad(&o);
}
