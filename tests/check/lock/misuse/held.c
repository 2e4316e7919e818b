/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock that is held may be neither initialised nor freed. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	spinlock_t spin;
	int value;
};

void again_bad(struct dev *d)
{
	mutex_lock(&d->lock); // step
	mutex_init(&d->lock); // finds lock/misuse [error, high]: is initialised
	mutex_unlock(&d->lock);
}

void first_ok(struct dev *d)
{
	mutex_init(&d->lock);
	mutex_lock(&d->lock);
	mutex_unlock(&d->lock);
}

void other_ok(struct dev *d, struct dev *other)
{
	mutex_lock(&d->lock);
	mutex_init(&other->lock);
	mutex_unlock(&d->lock);
}

void free_bad(struct dev *d)
{
	spin_lock(&d->spin); // step
	kfree(d); // finds lock/misuse [error, high]: freed while it is held
}

void free_ok(struct dev *d)
{
	spin_lock(&d->spin);
	d->value = 0;
	spin_unlock(&d->spin);
	kfree(d);
}

struct list {
	struct mutex lock;
	struct dev *first;
};

void free_member_ok(struct list *list)
{
	mutex_lock(&list->lock);
	kfree(list->first);
	list->first = NULL;
	mutex_unlock(&list->lock);
}
