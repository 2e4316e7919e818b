/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The callers' lock is given up and taken back by the function, and by one that it calls next: that
 * one gives up what the callers hold, too.
 */
#include "kernel.h"

struct queue {
	spinlock_t lock;
	int n, wanted;
};

int queue_fill(struct queue *q);
void queue_free_one(void);

static void queue_shrink_ok(struct queue *q)
{
	q->n--;
	spin_unlock_irq(&q->lock);
	queue_free_one();
	spin_lock_irq(&q->lock);
}

static int queue_resize_ok(struct queue *q, int wanted)
{
	int err;

	while (q->n != wanted) {
		if (q->n > wanted) {
			queue_shrink_ok(q);
			continue;
		}
		spin_unlock_irq(&q->lock);
		err = queue_fill(q);
		spin_lock_irq(&q->lock);
		if (err)
			return err;
	}
	queue_shrink_ok(q);
	return 0;
}

int queue_set_ok(struct queue *q, int wanted)
{
	int err;

	spin_lock_irq(&q->lock);
	err = queue_resize_ok(q, wanted);
	spin_unlock_irq(&q->lock);
	return err;
}
