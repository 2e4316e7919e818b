/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function takes a lock that its caller holds. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	int users;
};

static void put_bad(struct dev *d)
{
	mutex_lock(&d->lock); // step
	d->users--;
	mutex_unlock(&d->lock);
}

void close_bad(struct dev *d)
{
	mutex_lock(&d->lock);
	put_bad(d); // finds deadlock/self
	mutex_unlock(&d->lock);
}

static void put_locked_ok(struct dev *d)
{
	lockdep_assert_held(&d->lock);
	d->users--;
}

void close_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	put_locked_ok(d);
	mutex_unlock(&d->lock);
}
