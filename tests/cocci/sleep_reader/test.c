/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers that sleep. */
#include "more.h"

struct dev {
	struct mutex lock;
	int value;
};

int read_bad(struct dev *d)
{
	int value;

	rcu_read_lock();
	mutex_lock(&d->lock); // reports: mutex_lock() may sleep in the RCU reader
	value = d->value;
	mutex_unlock(&d->lock);
	rcu_read_unlock();
	return value;
}

unsigned long export_bad(struct dev *d, void __user *to)
{
	unsigned long left;

	rcu_read_lock();
	left = copy_to_user(to, &d->value, sizeof(d->value)); // reports: copy_to_user() may sleep
	rcu_read_unlock();
	return left;
}

int read_ok(struct dev *d)
{
	int value;

	mutex_lock(&d->lock);
	rcu_read_lock();
	value = d->value;
	rcu_read_unlock();
	mutex_unlock(&d->lock);
	return value;
}

/* The section is left for the time of the sleep. */
void step_ok(struct dev *d, int n)
{
	rcu_read_lock();
	while (n--) {
		use(d->value);
		rcu_read_unlock();
		cond_resched();
		rcu_read_lock();
	}
	rcu_read_unlock();
}
