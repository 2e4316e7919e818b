/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Macros lengthen the names of what sources call: reports say what stands there. A subclass is
 * written out.
 */
#include "kernel.h"

#undef mutex_lock
#define mutex_lock(lock) mutex_lock_nested(lock, 0)

struct dev {
	spinlock_t lock;
	struct mutex mutex, inner;
};

void plain_bad(struct dev *d)
{
	spin_lock(&d->lock); // step
	mutex_lock(&d->mutex); // finds sleep/atomic: mutex_lock() may sleep while dev->lock (spinlock) is held
	mutex_unlock(&d->mutex);
	spin_unlock(&d->lock);
}

void subclass_bad(struct dev *d)
{
	spin_lock(&d->lock); // step
	mutex_lock_nested(&d->inner, 1); // finds sleep/atomic: mutex_lock_nested() may sleep while dev->lock (spinlock) is held
	mutex_unlock(&d->inner);
	spin_unlock(&d->lock);
}

void after_ok(struct dev *d)
{
	spin_lock(&d->lock);
	spin_unlock(&d->lock);
	mutex_lock(&d->mutex);
	mutex_unlock(&d->mutex);
}
