/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function takes the lock that it holds itself. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	spinlock_t queue_lock;
	int users;
};

int get_bad(struct dev *d)
{
	mutex_lock(&d->lock); // step
	if (!d->users)
		mutex_lock(&d->lock); // finds deadlock/self
	d->users++;
	mutex_unlock(&d->lock);
	return 0;
}

int get_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	if (!d->users) {
		mutex_unlock(&d->lock);
		msleep(1);
		mutex_lock(&d->lock);
	}
	d->users++;
	mutex_unlock(&d->lock);
	return 0;
}

void twice_ok(struct dev *d)
{
	spin_lock(&d->queue_lock);
	spin_unlock(&d->queue_lock);
	spin_lock(&d->queue_lock);
	spin_unlock(&d->queue_lock);
}

void try_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	if (mutex_trylock(&d->lock))
		mutex_unlock(&d->lock);
	mutex_unlock(&d->lock);
}
