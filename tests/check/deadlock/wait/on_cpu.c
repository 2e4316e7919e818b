/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work that runs on another processor and is waited for: each caller has a function and a key of
 * its own, so what one of them takes is not what another waits for.
 */
#include "kernel.h"

struct work_on {
	struct work_struct work;
	long (*fn)(void *arg);
	void *arg;
};

static void work_on_fn(struct work_struct *work)
{
	struct work_on *w = container_of(work, struct work_on, work);

	w->fn(w->arg);
}

long work_on_cpu_key(int cpu, long (*fn)(void *arg), void *arg, struct lock_class_key *key)
{
	struct work_on w = { .fn = fn, .arg = arg };

	INIT_WORK(&w.work, work_on_fn);
	schedule_work(&w.work);
	flush_work(&w.work);
	return 0;
}

struct dev {
	struct mutex lock;
};

static long probe(void *arg)
{
	struct dev *d = arg;

	mutex_lock(&d->lock);
	mutex_unlock(&d->lock);
	return 0;
}

static long nothing(void *arg)
{
	return 0;
}

void probe_ok(struct dev *d)
{
	work_on_cpu_key(1, probe, d, NULL);
}

void locked_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	work_on_cpu_key(1, nothing, d, NULL);
	mutex_unlock(&d->lock);
}

/* It is waited for: nobody may do that in an atomic section. */
void atomic_bad(spinlock_t *lock, struct dev *d)
{
	spin_lock(lock);		      // step
	work_on_cpu_key(1, nothing, d, NULL); // finds sleep/atomic: atomic_bad() may sleep
	spin_unlock(lock);
}
