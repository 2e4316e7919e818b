/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers of RCU and SRCU never wait for one another: nobody waits in these circles. */
#include "kernel.h"

struct table {
	spinlock_t lock;
	struct mutex config;
	struct srcu_struct srcu;
	int *value;
};

int rcu_outside_ok(struct table *t)
{
	int value;

	rcu_read_lock();
	spin_lock(&t->lock);
	value = *t->value;
	spin_unlock(&t->lock);
	rcu_read_unlock();
	return value;
}

int rcu_inside_ok(struct table *t)
{
	int value;

	spin_lock(&t->lock);
	rcu_read_lock();
	value = *rcu_dereference(t->value);
	rcu_read_unlock();
	spin_unlock(&t->lock);
	return value;
}

int srcu_outside_ok(struct table *t)
{
	int index = srcu_read_lock(&t->srcu);
	int value;

	mutex_lock(&t->config);
	value = *t->value;
	mutex_unlock(&t->config);
	srcu_read_unlock(&t->srcu, index);
	return value;
}

int srcu_inside_ok(struct table *t)
{
	int index, value;

	mutex_lock(&t->config);
	index = srcu_read_lock(&t->srcu);
	value = *t->value;
	srcu_read_unlock(&t->srcu, index);
	mutex_unlock(&t->config);
	return value;
}
