/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Error paths that forget the lock. */
#include "more.h"

struct dev {
	struct mutex lock;
	spinlock_t list_lock;
	int state, value;
};

int get_bad(struct dev *d)
{
	int value;

	mutex_lock(&d->lock);
	if (!d->state)
		return -ENODEV; // reports: returns with &d->lock held
	value = d->value;
	mutex_unlock(&d->lock);
	return value;
}

int set_bad(struct dev *d, int value)
{
	unsigned long flags;

	spin_lock_irqsave(&d->list_lock, flags);
	if (d->state == 2) {
		use(value);
		return -EBUSY; // reports: returns with &d->list_lock held
	}
	d->value = value;
	spin_unlock_irqrestore(&d->list_lock, flags);
	return 0;
}

int get_ok(struct dev *d)
{
	int value;

	mutex_lock(&d->lock);
	if (!d->state) {
		mutex_unlock(&d->lock);
		return -ENODEV;
	}
	value = d->value;
	mutex_unlock(&d->lock);
	return value;
}

/* Held for the caller, on this path only the failure releases it. */
int take_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	if (d->state)
		return 0;
	mutex_unlock(&d->lock);
	return -ENODEV;
}

void release(struct dev *d);

/* Another function releases it. */
int hand_over_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	if (!d->state) {
		release(d);
		return -ENODEV;
	}
	mutex_unlock(&d->lock);
	return 0;
}

/* For its caller. */
void dev_lock(struct dev *d)
{
	mutex_lock(&d->lock);
	if (d->state)
		return;
	mutex_unlock(&d->lock);
	use(d->value);
	mutex_lock(&d->lock);
}
