/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of operations stands between the two locks: only one function is ever stored there.
 *
 *   CPU0                        CPU1
 *   lock(queue)                 lock(card)
 *   queue->ops->kick(queue)     queue_stop()
 *     lock(card)                  lock(queue)
 */
#include "kernel.h"

struct queue;

struct queue_ops {
	int (*prepare)(struct queue *q);
	void (*kick)(struct queue *q);
};

struct queue {
	struct mutex queue_lock;
	const struct queue_ops *ops;
	int pending;
};

struct card {
	struct mutex card_lock;
	struct queue queue;
};

static void card_kick(struct queue *q)
{
	struct card *c = container_of(q, struct card, queue);

	mutex_lock(&c->card_lock); // finds deadlock/cycle [error, high]: queue_lock -> card_lock -> queue_lock
	q->pending = 0;
	mutex_unlock(&c->card_lock);
}

static const struct queue_ops card_queue_ops = {
	.kick = card_kick,
};

void card_init(struct card *c)
{
	mutex_init(&c->card_lock);
	mutex_init(&c->queue.queue_lock);
	c->queue.ops = &card_queue_ops;
}

void queue_run_bad(struct queue *q)
{
	mutex_lock(&q->queue_lock); // step
	if (q->pending)
		q->ops->kick(q); // step
	mutex_unlock(&q->queue_lock);
}

void card_stop_bad(struct card *c)
{
	mutex_lock(&c->card_lock); // step
	mutex_lock(&c->queue.queue_lock); // step
	c->queue.pending = 0;
	mutex_unlock(&c->queue.queue_lock);
	mutex_unlock(&c->card_lock);
}

/* The same, but the operation is called when the queue's lock is given back. */
struct ring;

struct ring_ops {
	void (*kick)(struct ring *r);
};

struct ring {
	struct mutex ring_lock;
	const struct ring_ops *ops;
	int pending;
};

struct adapter {
	struct mutex adapter_lock;
	struct ring ring;
};

static void adapter_kick(struct ring *r)
{
	struct adapter *a = container_of(r, struct adapter, ring);

	mutex_lock(&a->adapter_lock);
	r->pending = 0;
	mutex_unlock(&a->adapter_lock);
}

static const struct ring_ops adapter_ring_ops = {
	.kick = adapter_kick,
};

void adapter_init(struct adapter *a)
{
	a->ring.ops = &adapter_ring_ops;
}

void ring_run_ok(struct ring *r)
{
	bool kick;

	mutex_lock(&r->ring_lock);
	kick = r->pending;
	mutex_unlock(&r->ring_lock);
	if (kick)
		r->ops->kick(r);
}

void adapter_stop_ok(struct adapter *a)
{
	mutex_lock(&a->adapter_lock);
	mutex_lock(&a->ring.ring_lock);
	a->ring.pending = 0;
	mutex_unlock(&a->ring.ring_lock);
	mutex_unlock(&a->adapter_lock);
}
