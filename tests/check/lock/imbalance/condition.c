/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lock and unlock under conditions. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	spinlock_t fast;
	bool shared;
	int value;
};

/* The conditions differ: with @again set and @locked not, it stays held. */
void update_bad(struct dev *d, bool locked, bool again)
{
	if (!locked)
		mutex_lock(&d->lock); // step
	d->value++;
	if (!locked && !again)
		mutex_unlock(&d->lock);
} // finds lock/imbalance

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

void either_bad(struct dev *d, bool fast)
{
	if (fast)
		spin_lock(&d->fast); // step
	else
		mutex_lock(&d->lock);
	d->value = 0;
	mutex_unlock(&d->lock); // finds lock/imbalance: lock is released on a path
} // finds lock/imbalance: either_bad() returns with

/* A switch that the callers know of: one releases what it gets, one holds what is released. */
static void begin_ok(struct dev *d, bool keep)
{
	mutex_lock(&d->lock);
	d->value++;
	if (!keep)
		mutex_unlock(&d->lock);
}

static void end_ok(struct dev *d, bool locked)
{
	if (!locked)
		mutex_lock(&d->lock);
	d->value--;
	mutex_unlock(&d->lock);
}

void between_ok(struct dev *d)
{
	begin_ok(d, true);
	d->value = 1;
	end_ok(d, true);
	begin_ok(d, false);
	end_ok(d, false);
}

/* Nobody releases what this one keeps. */
static void keep_bad(struct dev *d, bool keep)
{
	mutex_lock(&d->lock); // step
	d->value++;
	if (!keep)
		mutex_unlock(&d->lock);
} // finds lock/imbalance

void forget_ok(struct dev *d)
{
	keep_bad(d, d->shared);
}
