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

/* The function that is asked changes nothing: a note; but not where nobody asks again. */
struct legacy {
	struct mutex lock;
	int flags, count;
};

static bool is_legacy(struct legacy *l)
{
	if (l->flags & 4)
		return true;
	if (l->count > 3)
		return true;
	return false;
}

int legacy_helper(struct legacy *l);

int legacy_open_ok(struct legacy *l)
{
	int error;

	if (is_legacy(l))
		mutex_lock(&l->lock);
	error = legacy_helper(l);
	if (is_legacy(l))
		mutex_unlock(&l->lock);
	return error; // wrongly lock/imbalance [note, medium]: lock
}

struct legacy_early {
	struct mutex lock;
	int flags, count;
};

static bool is_early(struct legacy_early *l)
{
	return l->flags & 4;
}

int early_helper(struct legacy_early *l);

int legacy_open_bad(struct legacy_early *l)
{
	int error;

	if (is_early(l))
		mutex_lock(&l->lock);
	error = early_helper(l);
	if (error)
		return error; // finds lock/imbalance [warning, medium]: lock
	if (is_early(l))
		mutex_unlock(&l->lock);
	return 0;
}
