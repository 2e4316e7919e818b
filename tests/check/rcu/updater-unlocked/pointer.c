/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same with a pointer; and a lock that the function says is held. */
#include "kernel.h"

struct config {
	int value;
	struct rcu_head rcu;
};

struct dev {
	struct mutex lock;
	struct config __rcu *config;
	struct work_struct work;
};

void config_set(struct dev *d, struct config *new)
{
	mutex_lock(&d->lock);
	rcu_assign_pointer(d->config, new);
	mutex_unlock(&d->lock);
}

void config_reset(struct dev *d)
{
	mutex_lock(&d->lock);
	rcu_assign_pointer(d->config, NULL);
	mutex_unlock(&d->lock);
}

void config_swap(struct dev *d, struct config *new)
{
	mutex_lock(&d->lock);
	rcu_replace_pointer(d->config, new, lockdep_is_held(&d->lock));
	mutex_unlock(&d->lock);
}

static void config_clear_ok(struct dev *d)
{
	struct config *old = rcu_dereference_protected(d->config, lockdep_is_held(&d->lock));

	rcu_assign_pointer(d->config, NULL);
	kfree_rcu(old, rcu);
}

static void work_bad(struct work_struct *work)
{
	struct dev *d = container_of(work, struct dev, work);

	rcu_assign_pointer(d->config, NULL); // finds rcu/updater-unlocked: struct dev.config is changed without struct dev.lock
}

void dev_stop(struct dev *d)
{
	mutex_lock(&d->lock);
	config_clear_ok(d);
	mutex_unlock(&d->lock);
	INIT_WORK(&d->work, work_bad);
}
