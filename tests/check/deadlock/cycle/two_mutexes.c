/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One pair of locks, two orders.
 *
 *   CPU0              CPU1
 *   lock(outer)       lock(inner)
 *   lock(inner)       lock(outer)
 */
#include "kernel.h"

struct dev {
	struct mutex outer, inner;
};

void probe_bad(struct dev *d)
{
	mutex_lock(&d->outer);
	mutex_lock(&d->inner); // finds deadlock/cycle: outer -> inner -> outer
	mutex_unlock(&d->inner);
	mutex_unlock(&d->outer);
}

void remove_bad(struct dev *d)
{
	mutex_lock(&d->inner);
	mutex_lock(&d->outer); // step
	mutex_unlock(&d->outer);
	mutex_unlock(&d->inner);
}

struct dev_ok {
	struct mutex outer, inner;
};

void probe_ok(struct dev_ok *d)
{
	mutex_lock(&d->outer);
	mutex_lock(&d->inner);
	mutex_unlock(&d->inner);
	mutex_unlock(&d->outer);
}

void remove_ok(struct dev_ok *d)
{
	mutex_lock(&d->outer);
	mutex_lock(&d->inner);
	mutex_unlock(&d->inner);
	mutex_unlock(&d->outer);
}
