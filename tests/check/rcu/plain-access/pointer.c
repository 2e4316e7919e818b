/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plain accesses to a pointer that readers follow. */
#include "kernel.h"

struct config {
	int value;
	struct rcu_head rcu;
};

struct dev {
	struct mutex lock;
	struct config __rcu *config;
};

int config_value_bad(struct dev *d)
{
	struct config *c;
	int value;

	rcu_read_lock();
	c = d->config; // finds rcu/plain-access [warning, medium]: struct dev.config is read
	value = c ? c->value : 0;
	rcu_read_unlock();
	return value;
}

int config_value_ok(struct dev *d)
{
	struct config *c;
	int value;

	rcu_read_lock();
	c = rcu_dereference(d->config);
	value = c ? c->value : 0;
	rcu_read_unlock();
	return value;
}

bool config_is_set_ok(struct dev *d)
{
	bool set;

	rcu_read_lock();
	set = rcu_access_pointer(d->config) != NULL;
	rcu_read_unlock();
	return set;
}

void config_new_bad(struct dev *d)
{
	struct config *new = kzalloc(sizeof(*new), GFP_KERNEL);

	if (!new)
		return;
	new->value = 1;
	mutex_lock(&d->lock);
	d->config = new; // finds rcu/plain-access [warning, medium]: struct dev.config is set
	mutex_unlock(&d->lock);
}

void config_new_ok(struct dev *d)
{
	struct config *new = kzalloc(sizeof(*new), GFP_KERNEL);

	if (!new)
		return;
	new->value = 1;
	mutex_lock(&d->lock);
	rcu_assign_pointer(d->config, new);
	mutex_unlock(&d->lock);
}

void config_reset_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	RCU_INIT_POINTER(d->config, NULL);
	mutex_unlock(&d->lock);
}

struct dev *dev_new_ok(void)
{
	struct dev *d = kzalloc(sizeof(*d), GFP_KERNEL);

	if (d)
		d->config = kzalloc(sizeof(*d->config), GFP_KERNEL);
	return d;
}
