/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A callee that may return with the lock or without it, and does not say which, is no lock function
 * of which the caller forgets something; nor is a semaphore's place that is handed on.
 */
#include "kernel.h"

struct context {
	struct mutex lock;
	int n;
};

struct context *context_alloc(struct context *c);

static void context_lock_all(struct context *c)
{
	if (!context_alloc(c))
		return;
	mutex_lock(&c->lock);
	c->n++;
}

void context_unlock_all(struct context *c);

int context_remove_ok(struct context *c)
{
	context_lock_all(c);
	if (c->n > 1) {
		mutex_unlock(&c->lock);
		return 1;
	}
	context_unlock_all(c);
	return 0;
}

struct bad_context {
	struct mutex lock;
	int n;
};

static void bad_context_lock(struct bad_context *c)
{
	mutex_lock(&c->lock);
	c->n++;
}

int bad_context_remove_bad(struct bad_context *c)
{
	bad_context_lock(c); // step
	if (c->n > 1)
		return -EBUSY; // finds lock/imbalance: returns with c->lock held
	mutex_unlock(&c->lock);
	return 0; // step
}

struct queue {
	struct semaphore slots;
	int full;
};

/* The command's end gives the slot back. */
int queue_start(struct queue *q);

void queue_command_ok(struct queue *q)
{
	down(&q->slots);
	if (q->full) {
		up(&q->slots);
		return;
	}
	queue_start(q);
}

struct bad_queue {
	struct semaphore slots;
	int full;
};

int queue_command_bad(struct bad_queue *q)
{
	down(&q->slots); // step
	if (q->full)
		return -EBUSY; // finds lock/imbalance: returns with q->slots held
	q->full = 1;
	up(&q->slots);
	return 0; // step
}
