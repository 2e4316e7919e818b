/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that all call each other, the unlock halves among them: printk() comes back to the
 * scheduler, whose locks are given up by functions that may print. In whatever order they are
 * looked at, each hears in the end that the lock is given up.
 */
#include "kernel.h"

struct runqueue {
	spinlock_t lock;
	int bad, running;
};

static void warn(struct runqueue *rq);
static void wake(struct runqueue *rq);
static void task_rq_unlock(struct runqueue *rq);

static void rq_unlock(struct runqueue *rq)
{
	spin_unlock(&rq->lock);
	if (rq->bad)
		warn(rq);
}

static void warn(struct runqueue *rq)
{
	rq->bad = 0;
	wake(rq);
}

static void wake(struct runqueue *rq)
{
	spin_lock(&rq->lock);
	rq->running = 0;
	task_rq_unlock(rq);
}

static void task_rq_unlock(struct runqueue *rq)
{
	rq->running++;
	rq_unlock(rq);
}

void wake_and_wait_ok(struct runqueue *rq)
{
	wake(rq);
	might_sleep();
}

void wait_inside_bad(struct runqueue *rq)
{
	spin_lock(&rq->lock); // step
	might_sleep(); // finds sleep/atomic: may sleep while
	task_rq_unlock(rq);
}
