/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A processor comes or goes: the functions for that run with the lock of CPU hotplug held.
 *
 *   CPU0                          CPU1
 *   lock(&p->lock)                lock(cpu_hotplug_lock), for writing
 *   cpus_read_lock()              pool_online_bad()
 *                                   lock(&p->lock)
 */
#include "kernel.h"

void cpus_read_lock(void);
void cpus_read_unlock(void);
int __cpuhp_setup_state(int state, const char *name, bool invoke, int (*startup)(unsigned int cpu),
			int (*teardown)(unsigned int cpu), bool multi_instance);

static inline int cpuhp_setup_state(int state, const char *name, int (*startup)(unsigned int cpu),
				    int (*teardown)(unsigned int cpu))
{
	return __cpuhp_setup_state(state, name, true, startup, teardown, false);
}

struct pool {
	struct mutex lock;
	int cpus;
};

static struct pool pool;

static int pool_online_bad(unsigned int cpu)
{
	mutex_lock(&pool.lock); // finds deadlock/cycle [error, high]: cpu_hotplug_lock and
				// pool->lock are taken in both orders
	pool.cpus++;
	mutex_unlock(&pool.lock);
	return 0;
}

int pool_init_ok(void)
{
	return cpuhp_setup_state(1, "pool:online", pool_online_bad, NULL);
}

void pool_set(int cpus)
{
	mutex_lock(&pool.lock); // step
	cpus_read_lock();	// step
	pool.cpus = cpus;
	cpus_read_unlock();
	mutex_unlock(&pool.lock);
}

struct group {
	struct mutex lock;
	int cpus;
};

static struct group group;

static int group_offline(unsigned int cpu)
{
	mutex_lock(&group.lock);
	group.cpus--;
	mutex_unlock(&group.lock);
	return 0;
}

int group_init_ok(void)
{
	return cpuhp_setup_state(1, "group:online", NULL, group_offline);
}

void group_set_ok(int cpus)
{
	cpus_read_lock();
	mutex_lock(&group.lock);
	group.cpus = cpus;
	mutex_unlock(&group.lock);
	cpus_read_unlock();
}
