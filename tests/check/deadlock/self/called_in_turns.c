/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One call in a loop takes a lock on some of its ways: what it did in the turn before it knows, and the
 * analysis does not. It is a note. A lock that the loop itself forgets to release is more.
 */
#include "kernel.h"

struct queue {
	struct mutex lock;
	int *state;
	int n;
};

static bool queue_prepare(struct queue *q)
{
	if (READ_ONCE(*q->state) == 5) {
		mutex_lock(&q->lock);
		return true;
	}
	return READ_ONCE(*q->state) > 2;
}

void queue_fill(struct queue *q)
{
	while (queue_prepare(q)) // finds deadlock/self [note]: queue->lock is taken while the same task holds it
		q->n++;
}

struct ring {
	struct mutex lock;
	int *state;
	int n;
};

void ring_fill_bad(struct ring *r)
{
	while (READ_ONCE(*r->state) > 2) {
		mutex_lock(&r->lock); // finds deadlock/self: ring->lock is taken while the same task holds it
		if (r->n++)
			continue;
		mutex_unlock(&r->lock);
	}
}

/* A function that always takes it knows nothing. */
struct disc {
	struct mutex lock;
	int *state;
	int n;
};

static void disc_lock_bad(struct disc *d)
{
	mutex_lock(&d->lock); // step
}

void disc_fill_bad(struct disc *d)
{
	while (READ_ONCE(*d->state) > 2) {
		disc_lock_bad(d); // finds deadlock/self [warning]: disc->lock is taken while the same task holds it
		if (d->n++)
			continue;
		mutex_unlock(&d->lock);
	}
}
