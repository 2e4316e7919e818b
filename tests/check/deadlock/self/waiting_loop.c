/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was seen before the lock was given up is not so for ever: a loop that waits for it to change
 * is left, and what comes then is no dead code.
 */
#include "kernel.h"

struct pool {
	spinlock_t lock;
	bool idle;
	int n;
};

static struct pool pool;

void cpu_relax(void);
void *pool_make(void);

void *pool_find_bad(void)
{
	void *p;

	for (;;) {
		spin_lock(&pool.lock); // finds deadlock/self: pool->lock is taken while
		if (pool.idle) {
			spin_unlock(&pool.lock);
			return NULL;
		}
		spin_unlock(&pool.lock);
		p = pool_make();
		if (p)
			return p;
		spin_lock(&pool.lock); // step
		pool.n--;
		for (;;) {
			if (pool.idle)
				break;
			cpu_relax();
		}
	}
}

/* The twin gives it up before it waits. */
static struct safe_pool {
	spinlock_t lock;
	bool idle;
	int n;
} safe_pool;

void *pool_find_ok(void)
{
	void *p;

	for (;;) {
		spin_lock(&safe_pool.lock);
		if (safe_pool.idle) {
			spin_unlock(&safe_pool.lock);
			return NULL;
		}
		spin_unlock(&safe_pool.lock);
		p = pool_make();
		if (p)
			return p;
		spin_lock(&safe_pool.lock);
		safe_pool.n--;
		spin_unlock(&safe_pool.lock);
		for (;;) {
			if (safe_pool.idle)
				break;
			cpu_relax();
		}
	}
}

/* What is known of the argument stays known: nobody else changes that. */
struct counted {
	struct mutex lock;
	bool done;
};

void counted_wait_ok(struct counted *c, bool locked)
{
	if (!locked)
		mutex_lock(&c->lock);
	c->done = false;
	while (!c->done)
		cpu_relax();
	if (!locked)
		mutex_unlock(&c->lock);
}
