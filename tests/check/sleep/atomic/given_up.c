/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A callee gives the caller's lock up before it sleeps, and takes it again. */
#include "kernel.h"

struct queue {
	spinlock_t lock;
	spinlock_t other;
	int n;
};

static void queue_wait_ok(struct queue *q)
{
	spin_unlock(&q->lock);
	msleep(1);
	spin_lock(&q->lock);
}

static void queue_drain_ok(struct queue *q)
{
	while (q->n)
		queue_wait_ok(q);
}

void drain_ok(struct queue *q)
{
	spin_lock(&q->lock);
	queue_drain_ok(q);
	spin_unlock(&q->lock);
}

/* The other lock is held all the same. */
void drain_both_bad(struct queue *q)
{
	spin_lock(&q->other);
	spin_lock(&q->lock);
	queue_drain_ok(q); // finds sleep/atomic: queue_drain_ok() may sleep while queue->other
	spin_unlock(&q->lock);
	spin_unlock(&q->other);
}

static void reader_wait_ok(struct queue *q)
{
	rcu_read_unlock();
	msleep(q->n);
	rcu_read_lock();
}

void reader_ok(struct queue *q)
{
	rcu_read_lock();
	reader_wait_ok(q);
	rcu_read_unlock();
}
