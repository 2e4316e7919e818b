/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions meant to return with a lock held or to release it, and their callers. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	spinlock_t spin;
	int users;
};

static void dev_enter_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	d->users++;
}

static void dev_leave_ok(struct dev *d)
{
	d->users--;
	mutex_unlock(&d->lock);
}

/* Held where it returns 0: the result tells. */
static int dev_get_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	if (d->users < 0) {
		mutex_unlock(&d->lock);
		return -ENODEV;
	}
	return 0;
}

/* Held where it returns an object. */
static struct dev *dev_find_ok(struct dev *devs, int n)
{
	for (int i = 0; i < n; i++) {
		mutex_lock(&devs[i].lock);
		if (devs[i].users)
			return &devs[i];
		mutex_unlock(&devs[i].lock);
	}
	return NULL;
}

int use_ok(struct dev *d)
{
	int error;

	dev_enter_ok(d);
	dev_leave_ok(d);
	error = dev_get_ok(d);
	if (error)
		return error;
	mutex_unlock(&d->lock);
	return 0;
}

int find_ok(struct dev *devs, int n)
{
	struct dev *d = dev_find_ok(devs, n);

	if (!d)
		return -ENOENT;
	d->users++;
	mutex_unlock(&d->lock);
	return 0;
}

/* The callee's lock is forgotten. */
int use_bad(struct dev *d, int command)
{
	int error;

	error = dev_get_ok(d); // step
	if (error)
		return error;
	if (command < 0)
		return -EINVAL; // finds lock/imbalance
	mutex_unlock(&d->lock);
	return 0;
}

int enter_bad(struct dev *d, int command)
{
	dev_enter_ok(d); // step
	if (command < 0)
		return -EINVAL; // finds lock/imbalance
	dev_leave_ok(d);
	return 0;
}

/* The lock is an argument: it goes down, comes back released. */
static void finish_ok(spinlock_t *lock, bool irqs)
{
	if (irqs)
		spin_unlock_irq(lock);
	else
		spin_unlock(lock);
}

void start_ok(struct dev *d)
{
	spin_lock_irq(&d->spin);
	d->users++;
	finish_ok(&d->spin, true);
}

/* Annotated, as the kernel asks for. */
struct dev *iterate_start_ok(struct dev *d) __acquires(&d->lock)
{
	mutex_lock(&d->lock);
	return d->users ? d : NULL;
}

void iterate_stop_ok(struct dev *d) __releases(&d->lock)
{
	mutex_unlock(&d->lock);
}
