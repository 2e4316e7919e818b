/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An updater that reads what it is about to replace. */
#include "more.h"

struct conf {
	struct rcu_head rcu;
	int limit;
};

struct dev {
	struct mutex lock;
	struct conf __rcu *conf;
};

void replace_bad(struct dev *d, struct conf *conf)
{
	struct conf *old;

	mutex_lock(&d->lock);
	old = rcu_dereference(d->conf); // reports: rcu_dereference_protected(d->conf, lockdep_is_held(&d->lock))
	rcu_assign_pointer(d->conf, conf);
	mutex_unlock(&d->lock);
	kfree_rcu(old, rcu);
}

void replace_ok(struct dev *d, struct conf *conf)
{
	struct conf *old;

	mutex_lock(&d->lock);
	old = rcu_dereference_protected(d->conf, lockdep_is_held(&d->lock));
	rcu_assign_pointer(d->conf, conf);
	mutex_unlock(&d->lock);
	kfree_rcu(old, rcu);
}

/* Under another lock, and a reader. */
int limit_ok(struct dev *d)
{
	int limit;

	mutex_lock(&d->lock);
	rcu_read_lock();
	limit = rcu_dereference(d->conf)->limit;
	rcu_read_unlock();
	rcu_assign_pointer(d->conf, NULL);
	mutex_unlock(&d->lock);
	return limit;
}
