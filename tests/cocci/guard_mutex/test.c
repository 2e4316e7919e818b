/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks that each return releases by hand. */
#include "more.h"

struct dev {
	struct mutex lock;
	int state, value;
};

int read_value(struct dev *d);

int get_bad(struct dev *d)
{
	int value;

	mutex_lock(&d->lock); // reports: guard(mutex)(&d->lock)
	if (!d->state) {
		mutex_unlock(&d->lock);
		return -ENODEV;
	}
	value = d->value;
	mutex_unlock(&d->lock);
	return value;
}

void set_bad(struct dev *d, int value)
{
	mutex_lock(&d->lock); // reports: guard(mutex)(&d->lock)
	if (d->state == 2) {
		d->state = 1;
		mutex_unlock(&d->lock);
		return;
	}
	d->value = value;
	mutex_unlock(&d->lock);
}

int get_ok(struct dev *d)
{
	guard(mutex)(&d->lock);
	if (!d->state)
		return -ENODEV;
	return d->value;
}

/* Released before the end. */
int early_ok(struct dev *d)
{
	int state;

	mutex_lock(&d->lock);
	state = d->state;
	mutex_unlock(&d->lock);
	if (!state)
		return -ENODEV;
	mutex_lock(&d->lock);
	state = d->value;
	mutex_unlock(&d->lock);
	return state;
}

/* What is returned is read without the lock. */
int call_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	if (!d->state) {
		mutex_unlock(&d->lock);
		return -ENODEV;
	}
	mutex_unlock(&d->lock);
	return read_value(d);
}

int jump_ok(struct dev *d)
{
	int value = -ENODEV;

	mutex_lock(&d->lock);
	if (!d->state)
		goto out;
	value = d->value;
out:
	mutex_unlock(&d->lock);
	return value;
}
