/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lockdep is told to ignore how locks of a class nest, as the driver core's device locks do: a
 * parent's is taken before its child's. One lock that is taken twice is a deadlock all the same,
 * and lockdep will not tell.
 */
#include "kernel.h"

struct dev {
	struct mutex mutex;
	struct dev *parent;
	int state;
};

void dev_init(struct dev *d)
{
	mutex_init(&d->mutex);
	lockdep_set_novalidate_class(&d->mutex);
}

static void set_state(struct dev *d, int state)
{
	mutex_lock(&d->mutex); // step
	d->state = state;
	mutex_unlock(&d->mutex);
}

void restart_bad(struct dev *d)
{
	mutex_lock(&d->mutex); // step
	if (!d->state)
		set_state(d, 1); // finds deadlock/self [error, high]: dev.mutex is taken while the same task holds it
	mutex_unlock(&d->mutex);
}

void restart_ok(struct dev *d)
{
	mutex_lock(&d->parent->mutex);
	if (!d->parent->state)
		set_state(d, 1);
	mutex_unlock(&d->parent->mutex);
}
