/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rcu_dereference() with no reader on some way to it.
 *
 *   CPU0                       CPU1
 *   p = rcu_dereference(x->p)
 *                              rcu_assign_pointer(x->p, NULL)
 *                              synchronize_rcu()
 *                              kfree(p)
 *   reads p->value
 */
#include "kernel.h"

struct setting {
	int value;
};

struct dev {
	struct setting __rcu *setting;
	struct mutex lock;
	struct spinlock spin;
	struct work_struct work;
};

static int dev_value(struct dev *d)
{
	return rcu_dereference(d->setting)->value; // finds rcu/reader-missing [error, high]: struct dev.setting
}

static void work_bad(struct work_struct *work)
{
	struct dev *d = container_of(work, struct dev, work);

	dev_value(d); // step
}

static void work_ok(struct work_struct *work)
{
	struct dev *d = container_of(work, struct dev, work);

	rcu_read_lock();
	dev_value(d);
	rcu_read_unlock();
}

void dev_start(struct dev *d, bool quiet)
{
	if (quiet)
		INIT_WORK(&d->work, work_ok);
	else
		INIT_WORK(&d->work, work_bad);
}
