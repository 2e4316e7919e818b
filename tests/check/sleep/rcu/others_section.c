/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A section that a function out of sight begins ends in a callee: that is not the section of who
 * calls from a reader. A function that gives the reader up itself, and says so, is another matter.
 */
#include "kernel.h"

struct mapping {
	void *entry;
	unsigned long frame;
};

struct guests {
	struct mutex lock, others;
	int pinned;
};

int mapping_start(struct mapping *mapping);

static void mapping_end(struct mapping *mapping)
{
	mapping->entry = NULL;
	rcu_read_unlock();
}

static unsigned long pin(void)
{
	struct mapping mapping;
	unsigned long frame;

	if (mapping_start(&mapping))
		return 0;
	frame = mapping.frame;
	mapping_end(&mapping);
	return frame;
}

static void settle(struct guests *guests)
{
	guests->pinned--;
	mutex_lock(&guests->others);
	mutex_unlock(&guests->others);
}

static int hook_bad(struct guests *guests)
{
	mutex_lock(&guests->lock); // step
	guests->pinned = pin() != 0;
	settle(guests);
	mutex_unlock(&guests->lock);
	return 0;
}

int intercept_bad(struct guests *guests)
{
	int err;

	rcu_read_lock(); // step
	err = hook_bad(guests); // finds sleep/rcu [error]: hook_bad() may sleep inside rcu_read_lock()
	rcu_read_unlock();
	return err;
}

static int hook_ok(struct guests *guests)
{
	rcu_read_unlock();
	mutex_lock(&guests->lock);
	guests->pinned = pin() != 0;
	mutex_unlock(&guests->lock);
	rcu_read_lock();
	return 0;
}

int intercept_ok(struct guests *guests)
{
	int err;

	rcu_read_lock();
	err = hook_ok(guests);
	rcu_read_unlock();
	return err;
}
