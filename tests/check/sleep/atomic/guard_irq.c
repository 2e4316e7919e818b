/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guard of a loop's body switches interrupts off: after the loop they are on again. */
#include "kernel.h"

struct runqueue {
	int cpu;
	struct runqueue *next;
	int throttled;
};

struct rq_guard {
	struct runqueue *lock;
	int flags;
};

void pin(struct runqueue *rq, int *flags);
void unpin(struct runqueue *rq, int *flags);

static inline struct rq_guard rq_guard_begin(struct runqueue *rq)
{
	struct rq_guard guard = { .lock = rq };

	local_irq_disable();
	pin(rq, &guard.flags);
	return guard;
}

static inline void rq_guard_end(struct rq_guard *guard)
{
	if (guard->lock) {
		unpin(guard->lock, &guard->flags);
		local_irq_enable();
	}
}

void set_limit_ok(struct runqueue *all, struct mutex *usage)
{
	for (struct runqueue *rq = all; rq; rq = rq->next) {
		struct rq_guard guard __attribute__((cleanup(rq_guard_end))) = rq_guard_begin(rq);

		rq->throttled = guard.flags;
	}
	mutex_lock(usage);
	mutex_unlock(usage);
}

void set_limit_bad(struct runqueue *all, struct mutex *usage)
{
	for (struct runqueue *rq = all; rq; rq = rq->next) {
		struct rq_guard guard __attribute__((cleanup(rq_guard_end))) = rq_guard_begin(rq);

		rq->throttled = guard.flags;
		mutex_lock(usage); // finds sleep/atomic [error, high]: with interrupts off
		mutex_unlock(usage);
	}
}

void guard_users_ok(struct runqueue *all, struct mutex *usage)
{
	set_limit_ok(all, usage);
	set_limit_bad(all, usage);
}
