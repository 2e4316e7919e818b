/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locked objects that are returned, and locks that go over to a callee or a callback. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	spinlock_t spin;
	struct dev *next;
	int id, users;
};

static struct dev *devs;

/* Returned locked, or an error. */
static struct dev *dev_get_ok(int id)
{
	struct dev *d = devs;

	if (!d)
		return ERR_PTR(-ENODEV);
	mutex_lock(&d->lock);
	if (d->id != id) {
		mutex_unlock(&d->lock);
		return ERR_PTR(-ENOENT);
	}
	return d;
}

int use_ok(int id)
{
	struct dev *d = dev_get_ok(id);

	if (IS_ERR(d))
		return PTR_ERR(d);
	d->users++;
	mutex_unlock(&d->lock);
	return 0;
}

int use_bad(int id)
{
	struct dev *d = dev_get_ok(id); // step

	if (IS_ERR(d))
		return PTR_ERR(d);
	if (!d->users)
		return -ENODEV; // finds lock/imbalance
	mutex_unlock(&d->lock);
	return 0;
}

/* Returned locked, or nothing. */
static struct dev *dev_find_ok(int id)
{
	struct dev *d;

	for (d = devs; d; d = d->next) {
		spin_lock(&d->spin);
		if (d->id == id)
			return d;
		spin_unlock(&d->spin);
	}
	return NULL;
}

int count_ok(int id)
{
	struct dev *d = dev_find_ok(id);
	int users = 0;

	if (d) {
		users = d->users;
		spin_unlock(&d->spin);
	}
	return users;
}

int count_bad(int id, int command)
{
	struct dev *d = dev_find_ok(id);

	if (!d)
		return -ENOENT;
	if (command < 0)
		return -EINVAL; // finds lock/imbalance [warning, medium]: count_bad() returns with
	d->users++;
	spin_unlock(&d->spin);
	return 0;
}

/* The callee gives it up on every way. */
static int dev_finish_ok(struct dev *d, int error)
{
	d->users--;
	mutex_unlock(&d->lock);
	return error;
}

int finish_ok(struct dev *d, int command)
{
	mutex_lock(&d->lock);
	if (command < 0)
		return dev_finish_ok(d, -EINVAL);
	d->users++;
	return dev_finish_ok(d, 0);
}

int finish_bad(struct dev *d, int command)
{
	mutex_lock(&d->lock);
	if (command < 0)
		dev_finish_ok(d, -EINVAL);
	d->users++;
	return dev_finish_ok(d, 0); // finds lock/imbalance: is released a second time
}

/* What is called back gives it up. */
static void walk_ok(struct dev *d, void (*done)(struct dev *d))
{
	mutex_lock(&d->lock);
	d->users++;
	done(d);
}

static void dev_done_ok(struct dev *d)
{
	mutex_unlock(&d->lock);
}

void start_ok(struct dev *d)
{
	walk_ok(d, dev_done_ok);
}
