/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ways that end in a panic do not come back; warnings do. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	int users;
};

void bug_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	BUG_ON(d->users < 0);
	if (d->users > 1000)
		panic("too many users: %d", d->users);
	mutex_unlock(&d->lock);
}

int warn_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	if (WARN_ON(d->users < 0)) {
		mutex_unlock(&d->lock);
		return -EINVAL;
	}
	mutex_unlock(&d->lock);
	return 0;
}

int warn_bad(struct dev *d)
{
	mutex_lock(&d->lock); // step
	if (WARN_ON(d->users < 0))
		return -EINVAL; // finds lock/imbalance
	mutex_unlock(&d->lock);
	return 0;
}

/* The error is an ERR_PTR: held only where the pointer is good. */
static struct dev *dev_get_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	if (d->users < 0) {
		mutex_unlock(&d->lock);
		return ERR_PTR(-ENODEV);
	}
	return d;
}

int use_ok(struct dev *d)
{
	struct dev *got = dev_get_ok(d);

	if (IS_ERR(got))
		return PTR_ERR(got);
	got->users++;
	mutex_unlock(&got->lock);
	return 0;
}

int use_bad(struct dev *d)
{
	struct dev *got = dev_get_ok(d); // step

	if (IS_ERR(got))
		return PTR_ERR(got);
	if (got->users > 10)
		return -EBUSY; // finds lock/imbalance
	mutex_unlock(&got->lock);
	return 0;
}
