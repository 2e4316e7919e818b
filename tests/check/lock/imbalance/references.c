/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who drops the last reference has the lock, and nobody else. */
#include "kernel.h"

struct dev {
	refcount_t users;
	atomic_t opens;
	spinlock_t spin;
	struct mutex lock;
	bool gone;
};

int put_ok(struct dev *d)
{
	if (!refcount_dec_and_lock(&d->users, &d->spin))
		return 0;
	d->gone = true;
	spin_unlock(&d->spin);
	return 1;
}

int put_bad(struct dev *d)
{
	if (!refcount_dec_and_lock(&d->users, &d->spin)) // step
		return 0;
	if (d->gone)
		return 0; // finds lock/imbalance
	d->gone = true;
	spin_unlock(&d->spin);
	return 1;
}

int put_irqsave_ok(struct dev *d)
{
	unsigned long flags;

	if (!refcount_dec_and_lock_irqsave(&d->users, &d->spin, &flags))
		return 0;
	d->gone = true;
	spin_unlock_irqrestore(&d->spin, flags);
	return 1;
}

void put_mutex_ok(struct dev *d)
{
	if (refcount_dec_and_mutex_lock(&d->users, &d->lock)) {
		d->gone = true;
		mutex_unlock(&d->lock);
	}
}

/* Released by everybody. */
void put_mutex_bad(struct dev *d)
{
	if (refcount_dec_and_mutex_lock(&d->users, &d->lock))
		d->gone = true;
	mutex_unlock(&d->lock); // finds lock/imbalance
}

void close_ok(struct dev *d)
{
	if (!atomic_dec_and_mutex_lock(&d->opens, &d->lock))
		return;
	d->gone = true;
	mutex_unlock(&d->lock);
}

int close_bad(struct dev *d)
{
	if (!atomic_dec_and_mutex_lock(&d->opens, &d->lock)) // step
		return 0;
	if (d->gone)
		return 0; // finds lock/imbalance
	mutex_unlock(&d->lock);
	return 1;
}

void release_ok(struct dev *d)
{
	if (atomic_dec_and_lock(&d->opens, &d->spin)) {
		d->gone = true;
		spin_unlock(&d->spin);
	}
}

void release_bad(struct dev *d)
{
	if (atomic_dec_and_lock(&d->opens, &d->spin))
		d->gone = true;
	spin_unlock(&d->spin); // finds lock/imbalance
}
