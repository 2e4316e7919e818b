/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One way out forgets the unlock. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	void *buffer;
};

int fill_bad(struct dev *d)
{
	mutex_lock(&d->lock); // step
	d->buffer = kmalloc(64, GFP_KERNEL);
	if (!d->buffer)
		return -ENOMEM; // finds lock/imbalance
	mutex_unlock(&d->lock);
	return 0;
}

int fill_ok(struct dev *d)
{
	int error = 0;

	mutex_lock(&d->lock);
	d->buffer = kmalloc(64, GFP_KERNEL);
	if (!d->buffer)
		error = -ENOMEM;
	mutex_unlock(&d->lock);
	return error;
}

/* The caller's lock is given back and taken again: balanced. */
int wait_ok(struct dev *d)
{
	lockdep_assert_held(&d->lock);
	mutex_unlock(&d->lock);
	msleep(10);
	mutex_lock(&d->lock);
	return d->buffer ? 0 : -EAGAIN;
}

/* The conditions of lock and unlock are the same. */
void maybe_ok(struct dev *d, bool locked)
{
	if (!locked)
		mutex_lock(&d->lock);
	d->buffer = NULL;
	if (!locked)
		mutex_unlock(&d->lock);
}
