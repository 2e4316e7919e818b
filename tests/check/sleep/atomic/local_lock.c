/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A local_lock switches preemption off, but on PREEMPT_RT, where it is a lock that sleeps: what may
 * sleep is wrong inside of it on all other kernels, and it is wrong where a raw lock is held.
 */
#include "kernel.h"

typedef struct {
	struct lockdep_map dep_map;
	void *owner;
} local_lock_t;
void local_lock_acquire(local_lock_t *l);
void local_lock_release(local_lock_t *l);
#define local_lock(l)                                                                              \
	do {                                                                                       \
		preempt_disable();                                                                 \
		local_lock_acquire(l);                                                             \
	} while (0)
#define local_unlock(l)                                                                            \
	do {                                                                                       \
		local_lock_release(l);                                                             \
		preempt_enable();                                                                  \
	} while (0)

struct stream {
	local_lock_t lock;
	raw_spinlock_t raw, inner;
	spinlock_t list_lock;
	void *buffer;
	int n;
};

void *stream_grow_bad(struct stream *s)
{
	void *p;

	local_lock(&s->lock);
	p = kmalloc(s->n, GFP_KERNEL); // finds sleep/atomic [error, high]: while stream->lock (local_lock) is held
	local_unlock(&s->lock);
	return p;
}

void *stream_grow_ok(struct stream *s)
{
	void *p;

	local_lock(&s->lock);
	p = kmalloc(s->n, GFP_ATOMIC);
	local_unlock(&s->lock);
	if (!p)
		p = kmalloc(s->n, GFP_KERNEL);
	return p;
}

void stream_drain_bad(struct stream *s)
{
	raw_spin_lock(&s->raw);
	local_lock(&s->lock); // finds lock/context: stream->lock, which sleeps on PREEMPT_RT
	s->n = 0;
	local_unlock(&s->lock);
	raw_spin_unlock(&s->raw);
}

/* A spinlock_t sleeps on PREEMPT_RT as well, and a raw one may be taken anywhere. */
void stream_drain_ok(struct stream *s)
{
	spin_lock(&s->list_lock);
	local_lock(&s->lock);
	raw_spin_lock(&s->inner);
	s->n = 0;
	raw_spin_unlock(&s->inner);
	local_unlock(&s->lock);
	spin_unlock(&s->list_lock);
}

/* With interrupts off before: on PREEMPT_RT nothing may sleep there. */
void stream_reset_bad(struct stream *s)
{
	local_irq_disable();
	local_lock(&s->lock); // misses lock/context
	s->n = 0;
	local_unlock(&s->lock);
	local_irq_enable();
}
