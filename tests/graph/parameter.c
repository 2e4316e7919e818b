/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is taken inside a lock that only the callers can name depends on that lock all the same. */
#include "kernel.h"

struct queue {
	spinlock_t lock;
};

static DEFINE_SPINLOCK(waiter_lock);

static void wake_one(void)
{
	spin_lock(&waiter_lock);
	spin_unlock(&waiter_lock);
}

static void wake(spinlock_t *lock)
{
	spin_lock(lock);
	wake_one();
	spin_unlock(lock);
}

void init(struct queue *q)
{
	spin_lock_init(&q->lock);
}

void wake_queue(struct queue *q)
{
	wake(&q->lock);
}

// depends: &q->lock -> waiter_lock [high]
// independent: waiter_lock -> &q->lock
