/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same question decides whether a lock is taken and given up, or a callee gives it up on some
 * of its ways: warnings at most. What nothing speaks for is an error.
 */
#include "kernel.h"

struct dev {
	struct mutex lock;
	int flags, count;
};

bool needs_lock(struct dev *d);
int open_helper(struct dev *d);

int open_perhaps_bad(struct dev *d)
{
	int error;

	if (needs_lock(d))
		mutex_lock(&d->lock);
	error = open_helper(d);
	if (needs_lock(d))
		mutex_unlock(&d->lock);
	return error; // finds lock/imbalance [warning, medium]: lock
}

struct dev_sure {
	struct mutex lock;
	int flags, count;
};

int read_flags(void);

int open_sure_bad(struct dev_sure *d)
{
	mutex_lock(&d->lock);
	d->count++;
	if (read_flags() == 3)
		return 0; // finds lock/imbalance [error, high]: lock
	mutex_unlock(&d->lock);
	return 0;
}

int open_sure_ok(struct dev_sure *d)
{
	mutex_lock(&d->lock);
	d->count++;
	if (read_flags() == 3)
		goto out;
	d->flags = 0;
out:
	mutex_unlock(&d->lock);
	return 0;
}
