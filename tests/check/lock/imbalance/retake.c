/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks that are dropped and taken again, tried before they are waited for, or taken on demand. */
#include "kernel.h"

struct dev {
	struct mutex lock, outer;
	spinlock_t spin;
	struct rw_semaphore sem;
	int users, value;
};

/* Dropped to sleep, and taken again before the next round. */
int drain_ok(struct dev *d)
{
	spin_lock(&d->spin);
	while (d->users) {
		spin_unlock(&d->spin);
		msleep(1);
		spin_lock(&d->spin);
	}
	d->value = 0;
	spin_unlock(&d->spin);
	return 0;
}

int drain_bad(struct dev *d, int rounds)
{
	spin_lock(&d->spin);
	while (d->users) {
		spin_unlock(&d->spin);
		if (!rounds--)
			break;
		msleep(1);
		spin_lock(&d->spin);
	}
	d->value = 0;
	spin_unlock(&d->spin); // finds lock/imbalance
	return 0;
}

int drain_checked_ok(struct dev *d, int rounds)
{
	spin_lock(&d->spin);
	while (d->users) {
		spin_unlock(&d->spin);
		if (!rounds--)
			return -ETIMEDOUT;
		msleep(1);
		spin_lock(&d->spin);
	}
	spin_unlock(&d->spin);
	return 0;
}

/* Tried first; else the other one is dropped, so that the order is kept. */
void both_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	if (!mutex_trylock(&d->outer)) {
		mutex_unlock(&d->lock);
		mutex_lock(&d->outer);
		mutex_lock(&d->lock);
	}
	d->value++;
	mutex_unlock(&d->lock);
	mutex_unlock(&d->outer);
}

/* The order is kept, but what was dropped is not taken again. */
void both_bad(struct dev *d)
{
	mutex_lock(&d->lock);
	if (!mutex_trylock(&d->outer)) {
		mutex_unlock(&d->lock);
		mutex_lock(&d->outer);
	}
	d->value++;
	mutex_unlock(&d->lock); // finds lock/imbalance
	mutex_unlock(&d->outer);
}

/* Read, and read anew for writing. */
int upgrade_ok(struct dev *d)
{
	down_read(&d->sem);
	if (!d->users) {
		up_read(&d->sem);
		down_write(&d->sem);
		d->users = 1;
		downgrade_write(&d->sem);
	}
	d->value++;
	up_read(&d->sem);
	return 0;
}

int upgrade_bad(struct dev *d)
{
	down_read(&d->sem);
	if (!d->users) {
		up_read(&d->sem);
		down_write(&d->sem);
		d->users = 1;
	}
	d->value++;
	up_read(&d->sem); // finds lock/imbalance: released for reading but held for writing
	return 0;
}

/* On demand, as a local says. */
int demand_ok(struct dev *d, bool locked)
{
	bool need_lock = !locked && d->users;

	if (need_lock)
		mutex_lock(&d->lock);
	d->value++;
	if (need_lock)
		mutex_unlock(&d->lock);
	return d->value;
}

int demand_bad(struct dev *d, bool locked, int value)
{
	bool need_lock = !locked;

	if (need_lock)
		mutex_lock(&d->lock); // step
	d->value = value;
	if (value < 0)
		return -EINVAL; // finds lock/imbalance
	if (need_lock)
		mutex_unlock(&d->lock);
	return 0;
}

/* Killed, it is not held. */
int killable_ok(struct dev *d)
{
	if (down_write_killable(&d->sem))
		return -EINTR;
	d->value++;
	up_write(&d->sem);
	return 0;
}

int killable_bad(struct dev *d)
{
	if (down_write_killable(&d->sem))
		goto out;
	d->value++;
out:
	up_write(&d->sem); // finds lock/imbalance
	return 0;
}
