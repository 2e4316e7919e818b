/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two flags of which one implies the other, which no code here says: with task_complete the ring
 * is lockless. Whoever calls the pair does not have the lock afterwards.
 */
#include "kernel.h"

struct ring {
	spinlock_t lock;
	struct mutex uring_lock;
	bool lockless, task_complete;
	int n;
};

static void finish(struct ring *r)
{
	if (!r->lockless)
		spin_lock(&r->lock);
	r->n++;
	if (!r->task_complete) {
		if (!r->lockless)
			spin_unlock(&r->lock);
	}
}

void submit_ok(struct ring *r)
{
	mutex_lock(&r->uring_lock);
	finish(r);
	mutex_unlock(&r->uring_lock);
	mutex_lock(&r->uring_lock);
	finish(r);
	mutex_unlock(&r->uring_lock);
}

struct ring_bad {
	spinlock_t lock;
	bool lockless;
	int n;
};

static void begin(struct ring_bad *r)
{
	if (!r->lockless)
		spin_lock(&r->lock); // step
}

void complete_bad(struct ring_bad *r)
{
	begin(r); // step
	r->n++;
	begin(r); // finds deadlock/self: lock is taken while
	r->n++;
	if (!r->lockless)
		spin_unlock(&r->lock);
}
