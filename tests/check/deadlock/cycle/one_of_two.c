/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function says which lock of a class is to be taken: an object's own, or that of another one
 * that it shares. Whoever takes it has a lock of that class.
 */
#include "kernel.h"

struct queue {
	spinlock_t queue_lock;
	struct queue *core;
	int shared, length;
};

static DEFINE_SPINLOCK(stats_lock);
static DEFINE_SPINLOCK(list_lock);

static spinlock_t *lock_of(struct queue *q)
{
	if (q->shared)
		return &q->core->queue_lock;
	return &q->queue_lock;
}

static void queue_lock_bad(struct queue *q)
{
	spin_lock(lock_of(q)); // finds deadlock/cycle [error, high]: queue_lock -> stats_lock -> queue_lock
}

static void queue_unlock(struct queue *q)
{
	spin_unlock(lock_of(q));
}

void push_bad(struct queue *q)
{
	queue_lock_bad(q); // step
	spin_lock(&stats_lock); // step
	q->length++;
	spin_unlock(&stats_lock);
	queue_unlock(q);
}

void show_bad(struct queue *q)
{
	spin_lock(&stats_lock); // step
	queue_lock_bad(q); // step
	q->length = 0;
	queue_unlock(q);
	spin_unlock(&stats_lock);
}

void pop_ok(struct queue *q)
{
	queue_lock_bad(q);
	q->length--;
	queue_unlock(q);
	spin_lock(&list_lock);
	spin_unlock(&list_lock);
}

void walk_ok(struct queue *q)
{
	spin_lock(&list_lock);
	queue_lock_bad(q);
	queue_unlock(q);
	spin_unlock(&list_lock);
}
