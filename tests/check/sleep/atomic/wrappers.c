/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks that a function returns with: always, if it says so, or by a mode that callers know. */
#include "kernel.h"

struct pool {
	spinlock_t lock;
	struct mutex mutex;
	bool may_sleep;
	int n;
};

static void pool_lock(struct pool *p)
{
	spin_lock(&p->lock); // step
}

static void pool_unlock(struct pool *p)
{
	spin_unlock(&p->lock);
}

void pool_wait_bad(struct pool *p)
{
	pool_lock(p);
	msleep(p->n); // finds sleep/atomic [error, high]: msleep() may sleep while pool->lock
	pool_unlock(p);
}

static bool pool_enter(struct pool *p)
{
	spin_lock(&p->lock);
	if (p->n)
		return true;
	spin_unlock(&p->lock);
	return false;
}

void pool_enter_bad(struct pool *p)
{
	if (!pool_enter(p))
		return;
	msleep(1); // finds sleep/atomic [error, high]: msleep() may sleep while pool->lock
	pool_unlock(p);
}

/* One lock or the other: which, the object says, and so does who sleeps. */
static void pool_lock_any(struct pool *p)
{
	if (p->may_sleep)
		mutex_lock(&p->mutex);
	else
		spin_lock(&p->lock);
}

static void pool_unlock_any(struct pool *p)
{
	if (p->may_sleep)
		mutex_unlock(&p->mutex);
	else
		spin_unlock(&p->lock);
}

static void pool_relax(struct pool *p)
{
	if (p->may_sleep)
		msleep(1);
}

void pool_any_ok(struct pool *p)
{
	pool_lock_any(p);
	pool_relax(p);
	pool_unlock_any(p);
}
