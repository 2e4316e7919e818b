/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three locks, no two of which are taken in both orders.
 *
 *   CPU0          CPU1          CPU2
 *   lock(list)    lock(state)   lock(queue)
 *   lock(state)   lock(queue)   lock(list)
 */
#include "kernel.h"

struct dev {
	struct mutex list, state, queue;
};

void add_bad(struct dev *d)
{
	mutex_lock(&d->list); // step
	mutex_lock(&d->state); // finds deadlock/cycle: list -> state -> queue
	mutex_unlock(&d->state);
	mutex_unlock(&d->list);
}

void start_bad(struct dev *d)
{
	mutex_lock(&d->state); // step
	mutex_lock(&d->queue); // step
	mutex_unlock(&d->queue);
	mutex_unlock(&d->state);
}

void run_bad(struct dev *d)
{
	mutex_lock(&d->queue); // step
	mutex_lock(&d->list); // step
	mutex_unlock(&d->list);
	mutex_unlock(&d->queue);
}

/* The last one lets go of the queue first. */
struct dev_ok {
	struct mutex list, state, queue;
};

void add_ok(struct dev_ok *d)
{
	mutex_lock(&d->list);
	mutex_lock(&d->state);
	mutex_unlock(&d->state);
	mutex_unlock(&d->list);
}

void start_ok(struct dev_ok *d)
{
	mutex_lock(&d->state);
	mutex_lock(&d->queue);
	mutex_unlock(&d->queue);
	mutex_unlock(&d->state);
}

void run_ok(struct dev_ok *d)
{
	mutex_lock(&d->queue);
	mutex_unlock(&d->queue);
	mutex_lock(&d->list);
	mutex_unlock(&d->list);
}
