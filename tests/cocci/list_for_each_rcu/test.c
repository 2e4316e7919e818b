/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reader with the plain iterator, which reads the pointers as if nobody changed them. */
#include "more.h"

struct dev {
	struct list_head node, idle;
	int id;
};

static LIST_HEAD(devices);
static LIST_HEAD(idle);
static struct mutex devices_lock;

void insert_ok(struct dev *d)
{
	mutex_lock(&devices_lock);
	list_add_tail_rcu(&d->node, &devices);
	mutex_unlock(&devices_lock);
}

int count_bad(void)
{
	struct dev *d;
	int n = 0;

	rcu_read_lock();
	list_for_each_entry(d, &devices, node) // reports: plain iterator in an RCU reader
		n += d->id;
	rcu_read_unlock();
	return n;
}

int count_ok(void)
{
	struct dev *d;
	int n = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(d, &devices, node)
		n += d->id;
	rcu_read_unlock();
	return n;
}

/* The lock keeps updaters out. */
int count_locked_ok(void)
{
	struct dev *d;
	int n = 0;

	mutex_lock(&devices_lock);
	rcu_read_lock();
	list_for_each_entry(d, &devices, node)
		n += d->id;
	rcu_read_unlock();
	mutex_unlock(&devices_lock);
	return n;
}

/* A list that nobody changes under RCU. */
int count_idle_ok(void)
{
	struct dev *d;
	int n = 0;

	rcu_read_lock();
	list_for_each_entry(d, &idle, idle)
		n += d->id;
	rcu_read_unlock();
	return n;
}
