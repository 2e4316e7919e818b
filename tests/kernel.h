/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.h - a miniature of the kernel, for fixtures
 *
 * Names, arguments and the structure of types are the kernel's, so that a fixture reads like a
 * driver and the rules for the kernel apply to it. What a lock function does is not here: lockgraph
 * knows it from rules/. Macros expand to the functions that the kernel's end in, where that
 * matters to the analysis: lock initialisation, nesting, guards, lockdep's assertions.
 *
 * Extend it when a fixture needs more of the kernel; write it from the interface, do not copy.
 */
#ifndef TESTS_KERNEL_H
#define TESTS_KERNEL_H

#include "linux/cleanup.h"
#include "linux/compiler_types.h"

#include <stdbool.h>
#include <stddef.h>

/* types */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed int s32;
typedef signed long long s64;
typedef long ssize_t;
typedef long long loff_t;
typedef unsigned int gfp_t;

#define EPERM 1
#define ENOENT 2
#define EINTR 4
#define EIO 5
#define EAGAIN 11
#define ENOMEM 12
#define EBUSY 16
#define EEXIST 17
#define ENODEV 19
#define EINVAL 22
#define ETIMEDOUT 110
#define EDEADLK 35
#define EALREADY 114
#define ERESTARTSYS 512

#define MAX_ERRNO 4095
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* compiler */

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() __asm__ __volatile__("" : : : "memory")
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))

#define container_of(pointer, type, member)                                                        \
	({                                                                                         \
		void *__mptr = (void *)(pointer);                                                  \
		(type *)(__mptr - offsetof(type, member));                                         \
	})

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline long PTR_ERR(const void *pointer)
{
	return (long)pointer;
}

static inline bool IS_ERR(const void *pointer)
{
	return unlikely((unsigned long)pointer >= (unsigned long)-MAX_ERRNO);
}

static inline bool IS_ERR_OR_NULL(const void *pointer)
{
	return unlikely(!pointer) || IS_ERR(pointer);
}

static inline int PTR_ERR_OR_ZERO(const void *pointer)
{
	return IS_ERR(pointer) ? (int)PTR_ERR(pointer) : 0;
}

/* bugs and messages */

void panic(const char *format, ...) __noreturn __printf(1, 2);
int _printk(const char *format, ...) __printf(1, 2);
void __warn_printk(const char *format, ...) __printf(1, 2);

#define printk(...) _printk(__VA_ARGS__)
#define pr_err(...) _printk(__VA_ARGS__)
#define pr_warn(...) _printk(__VA_ARGS__)
#define pr_info(...) _printk(__VA_ARGS__)

#define BUG()                                                                                      \
	do {                                                                                       \
		__builtin_trap();                                                                  \
	} while (0)
#define BUG_ON(condition)                                                                          \
	do {                                                                                       \
		if (unlikely(condition))                                                           \
			BUG();                                                                     \
	} while (0)
#define WARN_ON(condition)                                                                         \
	({                                                                                         \
		int __warn = !!(condition);                                                        \
		if (unlikely(__warn))                                                              \
			__warn_printk("at %s:%d\n", __FILE__, __LINE__);                           \
		unlikely(__warn);                                                                  \
	})
#define WARN_ON_ONCE(condition) WARN_ON(condition)
#define WARN(condition, ...) WARN_ON(condition)

#define swap(a, b)                                                                                 \
	do {                                                                                       \
		typeof(a) __tmp = (a);                                                             \
		(a) = (b);                                                                         \
		(b) = __tmp;                                                                       \
	} while (0)

/* memory */

#define ___GFP_HIGH 0x20u
#define ___GFP_IO 0x40u
#define ___GFP_FS 0x80u
#define ___GFP_ZERO 0x100u
#define ___GFP_DIRECT_RECLAIM 0x400u
#define ___GFP_KSWAPD_RECLAIM 0x800u
#define __GFP_HIGH ((gfp_t)___GFP_HIGH)
#define __GFP_IO ((gfp_t)___GFP_IO)
#define __GFP_FS ((gfp_t)___GFP_FS)
#define __GFP_ZERO ((gfp_t)___GFP_ZERO)
#define __GFP_DIRECT_RECLAIM ((gfp_t)___GFP_DIRECT_RECLAIM)
#define __GFP_KSWAPD_RECLAIM ((gfp_t)___GFP_KSWAPD_RECLAIM)
#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define GFP_ATOMIC (__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_NOWAIT __GFP_KSWAPD_RECLAIM
#define GFP_NOIO __GFP_RECLAIM
#define GFP_NOFS (__GFP_RECLAIM | __GFP_IO)
#define GFP_KERNEL (__GFP_RECLAIM | __GFP_IO | __GFP_FS)

static inline bool gfpflags_allow_blocking(gfp_t flags)
{
	return !!(flags & __GFP_DIRECT_RECLAIM);
}

void *kmalloc(size_t size, gfp_t flags) __attribute__((__malloc__));
void *kzalloc(size_t size, gfp_t flags) __attribute__((__malloc__));
void kfree(const void *object);
struct kmem_cache;
#define SLAB_HWCACHE_ALIGN 0x00002000U
#define SLAB_TYPESAFE_BY_RCU 0x00080000U
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *object));
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags);
void kmem_cache_free(struct kmem_cache *cache, void *object);
void kmem_cache_destroy(struct kmem_cache *cache);
void __might_fault(const char *file, int line);
void pagefault_disabled_inc(void);
void pagefault_disabled_dec(void);
#define might_fault() __might_fault(__FILE__, __LINE__)
#define pagefault_disable() pagefault_disabled_inc()
#define pagefault_enable() pagefault_disabled_dec()
unsigned long copy_from_user(void *to, const void __user *from, unsigned long n);
unsigned long copy_to_user(void __user *to, const void *from, unsigned long n);

/* numbers that several CPUs change */

typedef struct {
	int counter;
} atomic_t;

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

struct kref {
	refcount_t refcount;
};

void kref_get(struct kref *kref);
int kref_get_unless_zero(struct kref *kref);

#define ATOMIC_INIT(i) { (i) }

int atomic_read(const atomic_t *v);
void atomic_set(atomic_t *v, int i);
void atomic_inc(atomic_t *v);
bool atomic_dec_and_test(atomic_t *v);
void refcount_set(refcount_t *r, int n);
void refcount_inc(refcount_t *r);
bool refcount_inc_not_zero(refcount_t *r) __must_check;
bool refcount_dec_and_test(refcount_t *r) __must_check;
bool test_and_set_bit(long nr, volatile unsigned long *addr);
void set_bit(long nr, volatile unsigned long *addr);
void clear_bit(long nr, volatile unsigned long *addr);
bool test_bit(long nr, const volatile unsigned long *addr);

/* lockdep */

#define MAX_LOCKDEP_SUBCLASSES 8
#define SINGLE_DEPTH_NESTING 1

struct lock_class_key {
	char subkeys[MAX_LOCKDEP_SUBCLASSES];
};

struct lockdep_map {
	struct lock_class_key *key;
	const char *name;
};

extern int debug_locks;

void lockdep_init_map_type(struct lockdep_map *map, const char *name, struct lock_class_key *key,
			   int subclass, u8 inner, u8 outer, u8 lock_type);
void lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock, int read, int check,
		  struct lockdep_map *nest, unsigned long ip);
void lock_release(struct lockdep_map *map, unsigned long ip);
int lock_is_held_type(const struct lockdep_map *map, int read);

#define lock_is_held(map) lock_is_held_type(map, -1)
#define lockdep_is_held(lock) lock_is_held(&(lock)->dep_map)
#define lockdep_is_held_type(lock, r) lock_is_held_type(&(lock)->dep_map, (r))
#define lockdep_assert(condition)                                                                  \
	do {                                                                                       \
		WARN_ON(debug_locks && !(condition));                                              \
	} while (0)
#define lockdep_assert_held(lock) lockdep_assert(lockdep_is_held(lock))
#define lockdep_assert_not_held(lock) lockdep_assert(lockdep_is_held(lock) != 1)
#define lockdep_assert_held_write(lock) lockdep_assert(lockdep_is_held_type(lock, 0))
#define lockdep_assert_held_read(lock) lockdep_assert(lockdep_is_held_type(lock, 1))
#define lockdep_set_class(lock, key)                                                               \
	lockdep_init_map_type(&(lock)->dep_map, #key, key, 0, 0, 0, 0)
extern struct lock_class_key __lockdep_no_validate__;
#define lockdep_set_novalidate_class(lock)                                                         \
	lockdep_init_map_type(&(lock)->dep_map, #lock, &__lockdep_no_validate__, 0, 0, 0, 0)
#define lockdep_set_class_and_name(lock, key, name)                                                \
	lockdep_init_map_type(&(lock)->dep_map, name, key, 0, 0, 0, 0)
#define lockdep_set_subclass(lock, sub)                                                            \
	lockdep_init_map_type(&(lock)->dep_map, (lock)->dep_map.name, (lock)->dep_map.key, sub, 0, \
			      0, 0)
typedef int (*lock_cmp_fn)(const struct lockdep_map *a, const struct lockdep_map *b);
typedef void (*lock_print_fn)(const struct lockdep_map *map);
void lockdep_set_lock_cmp_fn(struct lockdep_map *map, lock_cmp_fn cmp, lock_print_fn print);
#define lock_set_cmp_fn(lock, ...) lockdep_set_lock_cmp_fn(&(lock)->dep_map, __VA_ARGS__)
#define lock_map_acquire(map) lock_acquire(map, 0, 0, 0, 1, NULL, 0)
#define lock_map_release(map) lock_release(map, 0)
#define might_lock(lock)                                                                           \
	do {                                                                                       \
		lock_acquire(&(lock)->dep_map, 0, 0, 0, 1, NULL, 0);                               \
		lock_release(&(lock)->dep_map, 0);                                                 \
	} while (0)

#define DEP_MAP_INIT(lock) .dep_map = { .name = #lock }

/* spinlocks */

typedef struct raw_spinlock {
	int raw_lock;
	struct lockdep_map dep_map;
} raw_spinlock_t;

typedef struct spinlock {
	union {
		struct raw_spinlock rlock;
		struct {
			u8 __padding[offsetof(struct raw_spinlock, dep_map)];
			struct lockdep_map dep_map;
		};
	};
} spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name) { { .rlock = { DEP_MAP_INIT(name) } } }
#define DEFINE_SPINLOCK(x) spinlock_t x = __SPIN_LOCK_UNLOCKED(x)
#define DEFINE_RAW_SPINLOCK(x) raw_spinlock_t x = { DEP_MAP_INIT(x) }

static inline raw_spinlock_t *spinlock_check(spinlock_t *lock)
{
	return &lock->rlock;
}

void __raw_spin_lock_init(raw_spinlock_t *lock, const char *name, struct lock_class_key *key,
			  short inner);
void _raw_spin_lock(raw_spinlock_t *lock) __acquires(lock);
void _raw_spin_lock_nested(raw_spinlock_t *lock, int subclass) __acquires(lock);
void _raw_spin_lock_nest_lock(raw_spinlock_t *lock, struct lockdep_map *nest) __acquires(lock);
unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock) __acquires(lock);
void _raw_spin_lock_irq(raw_spinlock_t *lock) __acquires(lock);
int _raw_spin_trylock(raw_spinlock_t *lock);
void _raw_spin_unlock(raw_spinlock_t *lock) __releases(lock);
void _raw_spin_unlock_irq(raw_spinlock_t *lock) __releases(lock);
void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags) __releases(lock);

void spin_lock(spinlock_t *lock) __acquires(lock);
void spin_lock_bh(spinlock_t *lock) __acquires(lock);
void spin_lock_irq(spinlock_t *lock) __acquires(lock);
int spin_trylock(spinlock_t *lock);
int spin_trylock_bh(spinlock_t *lock);
int spin_trylock_irq(spinlock_t *lock);
void spin_unlock(spinlock_t *lock) __releases(lock);
void spin_unlock_bh(spinlock_t *lock) __releases(lock);
void spin_unlock_irq(spinlock_t *lock) __releases(lock);
void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags) __releases(lock);
int refcount_dec_and_lock(refcount_t *r, spinlock_t *lock) __must_check;
int refcount_dec_and_lock_irqsave(refcount_t *r, spinlock_t *lock, unsigned long *flags) __must_check;
int _atomic_dec_and_lock(atomic_t *atomic, spinlock_t *lock);

#define raw_spin_lock_init(lock)                                                                   \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		__raw_spin_lock_init((lock), #lock, &__key, 0);                                    \
	} while (0)
#define spin_lock_init(lock)                                                                       \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		__raw_spin_lock_init(spinlock_check(lock), #lock, &__key, 0);                      \
	} while (0)
#define spin_lock_nested(lock, subclass) _raw_spin_lock_nested(spinlock_check(lock), subclass)
#define spin_lock_nest_lock(lock, nest) _raw_spin_lock_nest_lock(spinlock_check(lock), &(nest)->dep_map)
#define spin_lock_irqsave(lock, flags)                                                             \
	do {                                                                                       \
		flags = _raw_spin_lock_irqsave(spinlock_check(lock));                              \
	} while (0)
#define spin_trylock_irqsave(lock, flags)                                                          \
	({                                                                                         \
		local_irq_save(flags);                                                             \
		spin_trylock(lock) ? 1 : ({ local_irq_restore(flags); 0; });                       \
	})
#define raw_spin_lock(lock) _raw_spin_lock(lock)
#define raw_spin_lock_nested(lock, subclass) _raw_spin_lock_nested(lock, subclass)
#define raw_spin_lock_irq(lock) _raw_spin_lock_irq(lock)
#define raw_spin_lock_irqsave(lock, flags)                                                         \
	do {                                                                                       \
		flags = _raw_spin_lock_irqsave(lock);                                              \
	} while (0)
#define raw_spin_trylock(lock) __cond_lock(lock, _raw_spin_trylock(lock))
#define raw_spin_unlock(lock) _raw_spin_unlock(lock)
#define raw_spin_unlock_irq(lock) _raw_spin_unlock_irq(lock)
#define raw_spin_unlock_irqrestore(lock, flags) _raw_spin_unlock_irqrestore(lock, flags)
#define atomic_dec_and_lock(atomic, lock) __cond_lock(lock, _atomic_dec_and_lock(atomic, lock))

void bit_spin_lock(int bit, unsigned long *addr);
int bit_spin_trylock(int bit, unsigned long *addr);
void bit_spin_unlock(int bit, unsigned long *addr);

/* readers and one writer, spinning */

typedef struct {
	int raw_lock;
	struct lockdep_map dep_map;
} rwlock_t;

#define DEFINE_RWLOCK(x) rwlock_t x = { DEP_MAP_INIT(x) }

void __rwlock_init(rwlock_t *lock, const char *name, struct lock_class_key *key);
void read_lock(rwlock_t *lock) __acquires(lock);
void read_lock_bh(rwlock_t *lock) __acquires(lock);
void read_lock_irq(rwlock_t *lock) __acquires(lock);
int read_trylock(rwlock_t *lock);
void read_unlock(rwlock_t *lock) __releases(lock);
void read_unlock_bh(rwlock_t *lock) __releases(lock);
void read_unlock_irq(rwlock_t *lock) __releases(lock);
void read_unlock_irqrestore(rwlock_t *lock, unsigned long flags) __releases(lock);
void write_lock(rwlock_t *lock) __acquires(lock);
void write_lock_bh(rwlock_t *lock) __acquires(lock);
void write_lock_irq(rwlock_t *lock) __acquires(lock);
int write_trylock(rwlock_t *lock);
void write_unlock(rwlock_t *lock) __releases(lock);
void write_unlock_bh(rwlock_t *lock) __releases(lock);
void write_unlock_irq(rwlock_t *lock) __releases(lock);
void write_unlock_irqrestore(rwlock_t *lock, unsigned long flags) __releases(lock);
unsigned long _raw_read_lock_irqsave(rwlock_t *lock) __acquires(lock);
unsigned long _raw_write_lock_irqsave(rwlock_t *lock) __acquires(lock);

#define rwlock_init(lock)                                                                          \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		__rwlock_init((lock), #lock, &__key);                                              \
	} while (0)
#define read_lock_irqsave(lock, flags)                                                             \
	do {                                                                                       \
		flags = _raw_read_lock_irqsave(lock);                                              \
	} while (0)
#define write_lock_irqsave(lock, flags)                                                            \
	do {                                                                                       \
		flags = _raw_write_lock_irqsave(lock);                                             \
	} while (0)

/* mutexes */

struct mutex {
	atomic_t owner;
	struct lockdep_map dep_map;
};

#define DEFINE_MUTEX(name) struct mutex name = { DEP_MAP_INIT(name) }

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key);
void mutex_lock_nested(struct mutex *lock, unsigned int subclass);
void _mutex_lock_nest_lock(struct mutex *lock, struct lockdep_map *nest);
int mutex_lock_interruptible_nested(struct mutex *lock, unsigned int subclass) __must_check;
int mutex_lock_killable_nested(struct mutex *lock, unsigned int subclass) __must_check;
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
void mutex_destroy(struct mutex *lock);
bool mutex_is_locked(struct mutex *lock);
int atomic_dec_and_mutex_lock(atomic_t *counter, struct mutex *lock);
bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock) __must_check;

#define mutex_init(mutex)                                                                          \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		__mutex_init((mutex), #mutex, &__key);                                             \
	} while (0)
#define mutex_lock(lock) mutex_lock_nested(lock, 0)
#define mutex_lock_interruptible(lock) mutex_lock_interruptible_nested(lock, 0)
#define mutex_lock_killable(lock) mutex_lock_killable_nested(lock, 0)
#define mutex_lock_nest_lock(lock, nest) _mutex_lock_nest_lock(lock, &(nest)->dep_map)

struct ww_class {
	struct lock_class_key acquire_key, mutex_key;
	const char *acquire_name, *mutex_name;
};

struct ww_mutex {
	struct mutex base;
};

struct ww_acquire_ctx {
	unsigned int acquired;
	struct lockdep_map dep_map;
};

#define DEFINE_WW_CLASS(name) struct ww_class name = { .mutex_name = #name "_mutex" }

void ww_mutex_init(struct ww_mutex *lock, struct ww_class *class);
int ww_mutex_lock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
void ww_mutex_lock_slow(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
void ww_mutex_unlock(struct ww_mutex *lock);
void ww_acquire_init(struct ww_acquire_ctx *ctx, struct ww_class *class);
void ww_acquire_done(struct ww_acquire_ctx *ctx);
void ww_acquire_fini(struct ww_acquire_ctx *ctx);

/* readers and one writer, sleeping */

struct rw_semaphore {
	long count;
	struct lockdep_map dep_map;
};

#define DECLARE_RWSEM(name) struct rw_semaphore name = { DEP_MAP_INIT(name) }

void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key);
void down_read(struct rw_semaphore *sem);
void down_read_nested(struct rw_semaphore *sem, int subclass);
int down_read_interruptible(struct rw_semaphore *sem) __must_check;
int down_read_killable(struct rw_semaphore *sem) __must_check;
int down_read_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
void down_write_nested(struct rw_semaphore *sem, int subclass);
int down_write_killable(struct rw_semaphore *sem) __must_check;
int down_write_trylock(struct rw_semaphore *sem);
void downgrade_write(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);

#define init_rwsem(sem)                                                                            \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		__init_rwsem((sem), #sem, &__key);                                                 \
	} while (0)

struct percpu_rw_semaphore {
	long readers;
	struct lockdep_map dep_map;
};

int __percpu_init_rwsem(struct percpu_rw_semaphore *sem, const char *name,
			struct lock_class_key *key);
void percpu_down_read(struct percpu_rw_semaphore *sem);
void percpu_up_read(struct percpu_rw_semaphore *sem);
void percpu_down_write(struct percpu_rw_semaphore *sem);
void percpu_up_write(struct percpu_rw_semaphore *sem);

#define percpu_init_rwsem(sem)                                                                     \
	({                                                                                         \
		static struct lock_class_key rwsem_key;                                            \
		__percpu_init_rwsem(sem, #sem, &rwsem_key);                                        \
	})

/* counting semaphores */

struct semaphore {
	raw_spinlock_t lock;
	unsigned int count;
};

void sema_init(struct semaphore *sem, int count);
void down(struct semaphore *sem);
int down_interruptible(struct semaphore *sem) __must_check;
int down_trylock(struct semaphore *sem) __must_check;
void up(struct semaphore *sem);

/* contexts */

void arch_local_irq_disable(void);
void arch_local_irq_enable(void);
unsigned long arch_local_irq_save(void);
void arch_local_irq_restore(unsigned long flags);
bool arch_irqs_disabled(void);
void local_bh_disable(void);
void local_bh_enable(void);
int preempt_count(void);
void preempt_disable(void);
void preempt_enable(void);
void __might_sleep(const char *file, int line);
void schedule(void);
int __cond_resched(void);
void msleep(unsigned int msecs);
long schedule_timeout(long timeout);

#define in_hardirq() (preempt_count() & 0xf0000)
#define in_interrupt() (preempt_count() & 0xffff00)
#define in_atomic() (preempt_count() != 0)
#define irqs_disabled() arch_irqs_disabled()
#define local_irq_disable() arch_local_irq_disable()
#define local_irq_enable() arch_local_irq_enable()
#define local_irq_save(flags)                                                                      \
	do {                                                                                       \
		flags = arch_local_irq_save();                                                     \
	} while (0)
#define local_irq_restore(flags) arch_local_irq_restore(flags)
#define might_sleep() __might_sleep(__FILE__, __LINE__)
#define cond_resched() __cond_resched()

/* RCU */

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

struct srcu_struct {
	int srcu_idx;
	struct lockdep_map dep_map;
};

void rcu_read_lock(void);
void rcu_read_unlock(void);
void rcu_read_lock_bh(void);
void rcu_read_unlock_bh(void);
void rcu_read_lock_sched(void);
void rcu_read_unlock_sched(void);
void rcu_read_lock_trace(void);
void rcu_read_unlock_trace(void);
int rcu_read_lock_held(void);
void synchronize_rcu(void);
void rcu_barrier(void);
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void call_rcu_tasks_trace(struct rcu_head *head, void (*func)(struct rcu_head *head));
void rcu_barrier_tasks_trace(void);
void synchronize_rcu_tasks_trace(void);
void kvfree_call_rcu(struct rcu_head *head, void *object);

int __init_srcu_struct(struct srcu_struct *ssp, const char *name, struct lock_class_key *key);
int srcu_read_lock(struct srcu_struct *ssp) __acquires(ssp);
void srcu_read_unlock(struct srcu_struct *ssp, int index) __releases(ssp);
void smp_mb__after_srcu_read_unlock(void);
void synchronize_srcu(struct srcu_struct *ssp);
int srcu_read_lock_held(const struct srcu_struct *ssp);
void call_srcu(struct srcu_struct *ssp, struct rcu_head *head, void (*func)(struct rcu_head *head));
void srcu_barrier(struct srcu_struct *ssp);
void cleanup_srcu_struct(struct srcu_struct *ssp);

#define init_srcu_struct(ssp)                                                                      \
	({                                                                                         \
		static struct lock_class_key __srcu_key;                                           \
		__init_srcu_struct((ssp), #ssp, &__srcu_key);                                      \
	})
#define kfree_rcu(object, member) kvfree_call_rcu(&(object)->member, (object))
int rcu_read_lock_any_held(void);
int debug_lockdep_rcu_enabled(void);
void lockdep_rcu_suspicious(const char *file, int line, const char *what);

#define RCU_LOCKDEP_WARN(condition, what)                                                          \
	do {                                                                                       \
		static bool __warned;                                                              \
		if (debug_lockdep_rcu_enabled() && (condition) && debug_lockdep_rcu_enabled() &&   \
		    !__warned) {                                                                   \
			__warned = true;                                                           \
			lockdep_rcu_suspicious(__FILE__, __LINE__, what);                          \
		}                                                                                  \
	} while (0)
#define __rcu_dereference_check(p, condition)                                                      \
	({                                                                                         \
		__typeof__(*p) *__UNIQUE_ID_rcu = READ_ONCE(p);                                    \
		RCU_LOCKDEP_WARN(!(condition), "suspicious rcu_dereference_check() usage");        \
		__UNIQUE_ID_rcu;                                                                   \
	})
#define rcu_dereference_check(p, condition)                                                        \
	__rcu_dereference_check(p, (condition) || rcu_read_lock_held())
#define rcu_dereference(p) rcu_dereference_check(p, 0)
#define srcu_dereference(p, ssp) __rcu_dereference_check(p, srcu_read_lock_held(ssp))
#define rcu_access_pointer(p)                                                                      \
	({                                                                                         \
		__typeof__(*p) *__UNIQUE_ID_rcu = READ_ONCE(p);                                    \
		__UNIQUE_ID_rcu;                                                                   \
	})
#define rcu_dereference_raw(p) rcu_access_pointer(p)
#define rcu_dereference_protected(p, condition)                                                    \
	({                                                                                         \
		RCU_LOCKDEP_WARN(!(condition), "suspicious rcu_dereference_protected() usage");    \
		(p);                                                                               \
	})
#define rcu_assign_pointer(p, value)                                                               \
	do {                                                                                       \
		unsigned long _r_a_p__v = (unsigned long)(value);                                  \
		WRITE_ONCE(p, (__typeof__(p))_r_a_p__v);                                           \
	} while (0)
#define RCU_INIT_POINTER(p, value) WRITE_ONCE(p, value)
#define rcu_replace_pointer(p, value, condition)                                                   \
	({                                                                                         \
		__typeof__(p) __old = rcu_dereference_protected(p, condition);                     \
		rcu_assign_pointer(p, value);                                                      \
		__old;                                                                             \
	})

/* include/net/net_namespace.h: a reader is its callers' business */
typedef struct {
	struct net __rcu *net;
} possible_net_t;
static inline struct net *read_pnet_rcu(const possible_net_t *pnet)
{
	return rcu_dereference(pnet->net);
}

/* modules; flags: -DMODULE "-DKBUILD_MODNAME=\"name\"" */

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);
#define module_init(function)                                                                      \
	static inline __attribute__((unused)) initcall_t __inittest(void)                          \
	{                                                                                          \
		return function;                                                                   \
	}                                                                                          \
	int init_module(void) __attribute__((alias(#function)));
#define module_exit(function)                                                                      \
	static inline __attribute__((unused)) exitcall_t __exittest(void)                          \
	{                                                                                          \
		return function;                                                                   \
	}                                                                                          \
	void cleanup_module(void) __attribute__((alias(#function)));

/* lists */

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline bool list_empty(const struct list_head *head)
{
	return READ_ONCE(head->next) == head;
}

void list_add(struct list_head *added, struct list_head *head);
void list_add_tail(struct list_head *added, struct list_head *head);
void list_del(struct list_head *entry);
void list_del_init(struct list_head *entry);
void list_move(struct list_head *entry, struct list_head *head);
void list_splice_init(struct list_head *list, struct list_head *head);
void list_add_rcu(struct list_head *added, struct list_head *head);
void list_del_rcu(struct list_head *entry);

#define list_entry(pointer, type, member) container_of(pointer, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_next_entry(at, member) list_entry((at)->member.next, __typeof__(*(at)), member)
#define list_for_each_entry(at, head, member)                                                      \
	for (at = list_first_entry(head, __typeof__(*at), member); &at->member != (head);          \
	     at = list_next_entry(at, member))
#define list_for_each_entry_safe(at, after, head, member)                                          \
	for (at = list_first_entry(head, __typeof__(*at), member),                                 \
	    after = list_next_entry(at, member);                                                   \
	     &at->member != (head); at = after, after = list_next_entry(after, member))
#define __list_check_rcu(dummy, condition, ...)                                                    \
	({                                                                                         \
		RCU_LOCKDEP_WARN(!(condition) && !rcu_read_lock_any_held(),                        \
				 "RCU-list traversed in non-reader section!");                     \
	})
#define list_for_each_entry_rcu(at, head, member, ...)                                             \
	for (__list_check_rcu(dummy, ##__VA_ARGS__, 0),                                            \
	     at = list_entry(READ_ONCE((head)->next), __typeof__(*at), member);                    \
	     &at->member != (head);                                                                \
	     at = list_entry(READ_ONCE(at->member.next), __typeof__(*at), member))

#define __list_check_srcu(condition)                                                               \
	({                                                                                         \
		RCU_LOCKDEP_WARN(!(condition), "RCU-list traversed without holding the required lock!"); \
	})
#define list_for_each_entry_srcu(at, head, member, condition)                                      \
	for (__list_check_srcu(condition),                                                         \
	     at = list_entry(READ_ONCE((head)->next), __typeof__(*at), member);                    \
	     &at->member != (head);                                                                \
	     at = list_entry(READ_ONCE(at->member.next), __typeof__(*at), member))
#define list_entry_rcu(pointer, type, member) container_of(READ_ONCE(pointer), type, member)
#define list_first_or_null_rcu(head, type, member)                                                 \
	({                                                                                         \
		struct list_head *__ptr = (head);                                                  \
		struct list_head *__next = READ_ONCE(__ptr->next);                                 \
		__ptr != __next ? list_entry_rcu(__next, type, member) : NULL;                     \
	})
#define list_first_entry_or_null(head, type, member)                                               \
	({                                                                                         \
		struct list_head *head__ = (head);                                                 \
		struct list_head *pos__ = READ_ONCE(head__->next);                                 \
		pos__ != head__ ? list_entry(pos__, type, member) : NULL;                          \
	})
#define list_for_each_entry_continue_rcu(at, head, member)                                         \
	for (at = list_entry_rcu(at->member.next, __typeof__(*at), member);                        \
	     &at->member != (head);                                                                \
	     at = list_entry_rcu(at->member.next, __typeof__(*at), member))

void hlist_add_head(struct hlist_node *added, struct hlist_head *head);
void hlist_add_head_rcu(struct hlist_node *added, struct hlist_head *head);
void hlist_del(struct hlist_node *node);
void hlist_del_rcu(struct hlist_node *node);

#define hlist_entry_safe(pointer, type, member)                                                    \
	({                                                                                         \
		__typeof__(pointer) ____ptr = (pointer);                                           \
		____ptr ? container_of(____ptr, type, member) : NULL;                              \
	})
#define hlist_for_each_entry_rcu(at, head, member, ...)                                            \
	for (__list_check_rcu(dummy, ##__VA_ARGS__, 0),                                            \
	     at = hlist_entry_safe(rcu_dereference_raw((head)->first), __typeof__(*at), member);   \
	     at; at = hlist_entry_safe(rcu_dereference_raw(at->member.next), __typeof__(*at),      \
				       member))

#define hlist_for_each_entry_continue_rcu(at, member)                                              \
	for (at = hlist_entry_safe(rcu_dereference_raw(at->member.next), __typeof__(*at), member); \
	     at; at = hlist_entry_safe(rcu_dereference_raw(at->member.next), __typeof__(*at),      \
				       member))

/* sequence counters */

typedef struct seqcount {
	unsigned sequence;
	struct lockdep_map dep_map;
} seqcount_t;

void do_write_seqcount_begin(seqcount_t *s);
void do_write_seqcount_end(seqcount_t *s);
void seqcount_lockdep_reader_access(const seqcount_t *s);
unsigned __seqprop_sequence(const seqcount_t *s);
int do_read_seqcount_retry(const seqcount_t *s, unsigned start);

#define write_seqcount_begin(s) do_write_seqcount_begin(s)
#define write_seqcount_end(s) do_write_seqcount_end(s)
#define read_seqcount_begin(s)                                                                     \
	({                                                                                         \
		unsigned __seq;                                                                    \
		seqcount_lockdep_reader_access(s);                                                 \
		while ((__seq = __seqprop_sequence(s)) & 1)                                        \
			barrier();                                                                 \
		__seq;                                                                             \
	})
#define read_seqcount_retry(s, start) do_read_seqcount_retry(s, start)

/* waiting */

struct swait_queue_head {
	raw_spinlock_t lock;
	struct list_head task_list;
};

struct completion {
	unsigned int done;
	struct swait_queue_head wait;
};

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;

void __init_swait_queue_head(struct swait_queue_head *queue, const char *name,
			     struct lock_class_key *key);
void __init_waitqueue_head(struct wait_queue_head *queue, const char *name,
			   struct lock_class_key *key);
void __wake_up(struct wait_queue_head *queue, unsigned int mode, int nr, void *key);
void wait_for_completion(struct completion *x);
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout);
int wait_for_completion_interruptible(struct completion *x);
void complete(struct completion *x);
void complete_all(struct completion *x);

#define init_completion(x)                                                                         \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		(x)->done = 0;                                                                     \
		__init_swait_queue_head(&(x)->wait, "(" #x ")->wait", &__key);                     \
	} while (0)
#define init_waitqueue_head(queue)                                                                 \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		__init_waitqueue_head((queue), #queue, &__key);                                    \
	} while (0)
#define wake_up(queue) __wake_up(queue, 3, 1, NULL)

/* work, timers, interrupts: what calls back, in which context */

struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	unsigned long data;
	work_func_t func;
	struct lockdep_map lockdep_map;
};

struct timer_list {
	unsigned long expires;
	void (*function)(struct timer_list *timer);
	u32 flags;
	struct lockdep_map lockdep_map;
};

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;
};

struct workqueue_struct {
	struct lockdep_map lockdep_map;
};

extern struct workqueue_struct *system_wq;

#define INIT_WORK(_work, _func)                                                                    \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		lockdep_init_map_type(&(_work)->lockdep_map, "(work_completion)" #_work, &__key,   \
				      0, 0, 0, 0);                                                 \
		(_work)->func = (_func);                                                           \
	} while (0)
#define INIT_DELAYED_WORK(_work, _func) INIT_WORK(&(_work)->work, (_func))
#define __WORK_INITIALIZER(n, f) { .func = (f), .lockdep_map = { .name = #n } }
#define DECLARE_WORK(n, f) struct work_struct n = __WORK_INITIALIZER(n, f)

bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work);
static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return queue_work_on(0, wq, work);
}
bool schedule_work(struct work_struct *work);
bool flush_work(struct work_struct *work);
bool cancel_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool schedule_delayed_work(struct delayed_work *work, unsigned long delay);
bool cancel_delayed_work_sync(struct delayed_work *work);
void flush_workqueue(struct workqueue_struct *wq);
void destroy_workqueue(struct workqueue_struct *wq);

void init_timer_key(struct timer_list *timer, void (*func)(struct timer_list *timer),
		    unsigned int flags, const char *name, struct lock_class_key *key);
int mod_timer(struct timer_list *timer, unsigned long expires);
int timer_delete(struct timer_list *timer);
int timer_delete_sync(struct timer_list *timer);

#define timer_setup(timer, callback, flags)                                                        \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
		init_timer_key((timer), (callback), (flags), #timer, &__key);                      \
	} while (0)
#define from_timer(var, timer, field) container_of(timer, __typeof__(*var), field)
#define del_timer_sync(timer) timer_delete_sync(timer)

typedef enum irqreturn {
	IRQ_NONE,
	IRQ_HANDLED,
	IRQ_WAKE_THREAD,
} irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int irq, void *dev_id);

int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,
			 unsigned long flags, const char *name, void *dev) __must_check;
void free_irq(unsigned int irq, void *dev_id);
void synchronize_irq(unsigned int irq);

static inline int __must_check request_irq(unsigned int irq, irq_handler_t handler,
					   unsigned long flags, const char *name, void *dev)
{
	return request_threaded_irq(irq, handler, NULL, flags, name, dev);
}

struct task_struct;

struct task_struct *kthread_create_on_node(int (*thread)(void *data), void *data, int node,
					   const char *name);
int wake_up_process(struct task_struct *task);
int kthread_stop(struct task_struct *task);
bool kthread_should_stop(void);

#define kthread_run(thread, data, name)                                                            \
	({                                                                                         \
		struct task_struct *__k = kthread_create_on_node(thread, data, -1, name);          \
		if (!IS_ERR(__k))                                                                  \
			wake_up_process(__k);                                                      \
		__k;                                                                               \
	})

struct tasklet_struct {
	void (*callback)(struct tasklet_struct *tasklet);
};

void tasklet_setup(struct tasklet_struct *tasklet, void (*callback)(struct tasklet_struct *));
void tasklet_schedule(struct tasklet_struct *tasklet);
void tasklet_kill(struct tasklet_struct *tasklet);
void tasklet_unlock_spin_wait(struct tasklet_struct *tasklet);

struct hrtimer {
	int (*function)(struct hrtimer *timer);
};

int hrtimer_cancel(struct hrtimer *timer);
int hrtimer_try_to_cancel(struct hrtimer *timer);

struct irq_work {
	void (*func)(struct irq_work *work);
};

struct net_device;
struct napi_struct {
	int (*poll)(struct napi_struct *napi, int budget);
};

void netif_napi_add_weight(struct net_device *dev, struct napi_struct *napi,
			   int (*poll)(struct napi_struct *napi, int budget), int weight);

static inline void init_irq_work(struct irq_work *work, void (*func)(struct irq_work *work))
{
	work->func = func;
}

static inline void netif_napi_add(struct net_device *dev, struct napi_struct *napi,
				  int (*poll)(struct napi_struct *napi, int budget))
{
	netif_napi_add_weight(dev, napi, poll, 64);
}

/* guards */

DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))
DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_GUARD_COND(mutex, _intr, mutex_lock_interruptible(_T) == 0)
DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))
DEFINE_LOCK_GUARD_1(raw_spinlock, raw_spinlock_t, raw_spin_lock(_T->lock),
		    raw_spin_unlock(_T->lock), )
DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock), spin_unlock(_T->lock), )
DEFINE_LOCK_GUARD_1(spinlock_irq, spinlock_t, spin_lock_irq(_T->lock), spin_unlock_irq(_T->lock), )
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t, spin_lock_irqsave(_T->lock, _T->flags),
		    spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())
DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())
DEFINE_LOCK_GUARD_1(srcu, struct srcu_struct, _T->idx = srcu_read_lock(_T->lock),
		    srcu_read_unlock(_T->lock, _T->idx), int idx)

#endif
