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

/* The same object under two names. */
void alias_bad(struct dev *d)
{
	struct dev *same = d;

	spin_lock(&same->queue_lock); // step
	spin_lock(&d->queue_lock);    // finds deadlock/self
	spin_unlock(&d->queue_lock);
	spin_unlock(&same->queue_lock);
}

static DEFINE_MUTEX(table_mutex);

void global_bad(void)
{
	mutex_lock(&table_mutex); // step
	mutex_lock(&table_mutex); // finds deadlock/self
	mutex_unlock(&table_mutex);
	mutex_unlock(&table_mutex);
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
