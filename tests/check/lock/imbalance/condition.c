/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lock and unlock under conditions. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	spinlock_t fast;
	bool shared;
	int value;
};

void update_ok(struct dev *d, bool locked, bool again)
{
	if (!locked)
		mutex_lock(&d->lock);
	d->value++;
	if (again)
		d->value++;
	if (!locked)
		mutex_unlock(&d->lock);
}

/* A local remembers. */
void remember_ok(struct dev *d, int value)
{
	bool locked = false;

	if (value > 0) {
		mutex_lock(&d->lock);
		locked = true;
	}
	d->value = value;
	if (locked)
		mutex_unlock(&d->lock);
}

/* A bit of the flags decides, twice. */
#define FAST 2

void flag_ok(struct dev *d, unsigned int flags)
{
	if (flags & FAST)
		spin_lock(&d->fast);
	else
		mutex_lock(&d->lock);
	d->value = 0;
	if (flags & FAST)
		spin_unlock(&d->fast);
	else
		mutex_unlock(&d->lock);
}

/* So does a member that nobody writes in between. */
void member_ok(struct dev *d)
{
	if (d->shared)
		mutex_lock(&d->lock);
	d->value = 0;
	if (d->shared)
		mutex_unlock(&d->lock);
}

/* The lock itself may be missing. */
void optional_ok(struct mutex *lock, struct dev *d)
{
	if (lock)
		mutex_lock(lock);
	d->value = 0;
	if (lock)
		mutex_unlock(lock);
}
