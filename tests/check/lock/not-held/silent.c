/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Assertions that hold, or of which nobody can say that they do not. */
#include "kernel.h"

struct dev {
	struct mutex lock;
	struct work_struct work;
	bool ready;
	int n;
};

static void dev_update(struct dev *d)
{
	lockdep_assert_held(&d->lock);
	d->n++;
}

/* A flag says whether the caller has it. */
static void dev_set_ok(struct dev *d, bool locked)
{
	if (!locked)
		mutex_lock(&d->lock);
	dev_update(d);
	if (!locked)
		mutex_unlock(&d->lock);
}

void dev_set_both_ok(struct dev *d)
{
	dev_set_ok(d, false);
	mutex_lock(&d->lock);
	dev_set_ok(d, true);
	mutex_unlock(&d->lock);
}

/* Nobody is known to call it: whoever does may hold the lock. */
void dev_exported_ok(struct dev *d)
{
	dev_update(d);
}

/* The lock is taken again after a wait. */
void dev_wait_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	while (!d->ready) {
		mutex_unlock(&d->lock);
		msleep(10);
		mutex_lock(&d->lock);
	}
	dev_update(d);
	mutex_unlock(&d->lock);
}

/* Asked, not asserted. */
static void dev_maybe_ok(struct dev *d)
{
	if (lockdep_is_held(&d->lock))
		d->n++;
	lockdep_assert_not_held(&d->lock);
}

static void dev_work_ok(struct work_struct *work)
{
	struct dev *d = container_of(work, struct dev, work);

	dev_maybe_ok(d);
}

/* It is not published yet: that is an idiom, but the assertion does warn. */
void dev_start(struct dev *d)
{
	INIT_WORK(&d->work, dev_work_ok);
}

/* Tried, and only then used. */
void dev_try_ok(struct dev *d)
{
	if (!mutex_trylock(&d->lock))
		return;
	dev_update(d);
	mutex_unlock(&d->lock);
}

/* The lock is handed in by pointer: its class is the caller's to know. */
static void count_locked(struct mutex *lock, int *n)
{
	lockdep_assert_held(lock);
	(*n)++;
}

void dev_count_ok(struct dev *d)
{
	mutex_lock(&d->lock);
	count_locked(&d->lock, &d->n);
	mutex_unlock(&d->lock);
}

/* The caller's lock is given up for a while. */
struct cache {
	spinlock_t lock;
	struct list_head items;
};

static void cache_forget(struct cache *c)
{
	lockdep_assert_held(&c->lock);
	INIT_LIST_HEAD(&c->items);
}

void cache_shrink_ok(struct cache *c, int n)
{
	while (n--) {
		cache_forget(c);
		spin_unlock(&c->lock);
		msleep(1);
		spin_lock(&c->lock);
	}
}
