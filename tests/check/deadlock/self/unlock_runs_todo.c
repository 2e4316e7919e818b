/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who gives the lock up works off a list, and what is on it takes the lock and gives it up the same
 * way: a circle of calls in which nobody can be known before the others are. Each has given it up.
 */
#include "kernel.h"

struct netdev {
	struct list_head todo;
	int registered;
	void (*destructor)(struct netdev *dev);
};

static DEFINE_MUTEX(rtnl);
static DEFINE_MUTEX(devices);
static LIST_HEAD(todo_list);

static void run_todo(void);

static void rtnl_unlock(void)
{
	run_todo();
}

static void disable(struct netdev *dev)
{
	mutex_lock(&rtnl);
	dev->registered = 0;
	rtnl_unlock();
}

static void cleanup(struct netdev *dev)
{
	disable(dev);
}

static void free_priv(struct netdev *dev)
{
	mutex_lock(&devices);
	cleanup(dev);
	mutex_unlock(&devices);
}

static void run_todo(void)
{
	struct netdev *dev;

	mutex_unlock(&rtnl);
	list_for_each_entry(dev, &todo_list, todo)
		if (dev->registered)
			free_priv(dev);
}

void init_ok(void)
{
	mutex_lock(&rtnl);
	rtnl_unlock();
	mutex_lock(&rtnl);
	rtnl_unlock();
}

void init_bad(void)
{
	mutex_lock(&rtnl); // step
	mutex_lock(&rtnl); // finds deadlock/self: while the same task holds it
	rtnl_unlock();
}
