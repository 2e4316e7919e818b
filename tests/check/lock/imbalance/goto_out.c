/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unwinding with goto: one jump goes to a label behind the unlock. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	void *ring, *buffer;
};

int open_bad(struct dev *d)
{
	int error = -ENOMEM;

	mutex_lock(&d->lock); // step
	d->ring = kmalloc(64, GFP_KERNEL);
	if (!d->ring)
		goto out;
	d->buffer = kmalloc(64, GFP_KERNEL);
	if (!d->buffer)
		goto free_ring;
	mutex_unlock(&d->lock);
	return 0;

free_ring:
	kfree(d->ring);
	mutex_unlock(&d->lock);
out:
	return error; // finds lock/imbalance
}

int open_ok(struct dev *d)
{
	int error = -ENOMEM;

	mutex_lock(&d->lock);
	d->ring = kmalloc(64, GFP_KERNEL);
	if (!d->ring)
		goto unlock;
	d->buffer = kmalloc(64, GFP_KERNEL);
	if (!d->buffer)
		goto free_ring;
	error = 0;
	goto unlock;

free_ring:
	kfree(d->ring);
unlock:
	mutex_unlock(&d->lock);
	return error;
}

/* Two locks, unwound in the opposite order. */
struct pair {
	struct mutex first;
	spinlock_t second;
	int state;
};

int start_ok(struct pair *p, int command)
{
	int error = 0;

	mutex_lock(&p->first);
	if (command < 0) {
		error = -EINVAL;
		goto out_first;
	}
	spin_lock(&p->second);
	if (p->state) {
		error = -EBUSY;
		goto out_second;
	}
	p->state = command;
out_second:
	spin_unlock(&p->second);
out_first:
	mutex_unlock(&p->first);
	return error;
}
