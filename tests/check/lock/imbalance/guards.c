/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guard releases on every way out; a lock taken by hand next to it does not. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	struct rw_semaphore sem;
	spinlock_t spin;
	int users, value;
};

int open_ok(struct dev *d)
{
	guard(mutex)(&d->lock);
	if (d->users)
		return -EBUSY;
	d->users++;
	return 0;
}

int scoped_ok(struct dev *d)
{
	scoped_guard(mutex, &d->lock) {
		if (d->users)
			return -EBUSY;
		d->users++;
	}
	d->value = 0;
	return 0;
}

int break_ok(struct dev *d)
{
	scoped_guard(rwsem_read, &d->sem) {
		if (d->users)
			break;
		d->value = 1;
	}
	return d->value;
}

int loop_ok(struct dev *devs, int n)
{
	for (int i = 0; i < n; i++) {
		guard(mutex)(&devs[i].lock);
		if (!devs[i].users)
			continue;
		if (devs[i].value)
			return i;
	}
	return -ENOENT;
}

int irqs_ok(struct dev *d)
{
	guard(spinlock_irqsave)(&d->spin);
	return d->users ? d->value : -ENODEV;
}

int mixed_bad(struct dev *d)
{
	guard(mutex)(&d->lock);
	spin_lock(&d->spin); // step
	if (d->users)
		return -EBUSY; // finds lock/imbalance
	spin_unlock(&d->spin);
	return 0;
}

int mixed_ok(struct dev *d)
{
	guard(mutex)(&d->lock);
	spin_lock(&d->spin);
	if (d->users) {
		spin_unlock(&d->spin);
		return -EBUSY;
	}
	spin_unlock(&d->spin);
	return 0;
}
