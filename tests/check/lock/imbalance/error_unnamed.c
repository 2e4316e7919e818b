/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock is taken under a condition, and what fails in between says so by a value of which
 * nobody says that it is negative.
 */
#include "kernel.h"

struct heap {
	struct mutex lock;
	int shared;
};

int heap_alloc(struct heap *h);
int heap_publish(struct heap *h);

#define HEAP_SHARED 1
#define HEAP_NEAR 2

int heap_create_bad(struct heap *h, unsigned long flags)
{
	int r;

	if (flags & HEAP_SHARED)
		mutex_lock(&h->lock); // step
retry:
	r = heap_alloc(h);
	if (r && r != -512) {
		if (flags & HEAP_NEAR) {
			flags &= ~HEAP_NEAR;
			goto retry;
		}
		return r; // finds lock/imbalance: returns with h->lock held
	}
	if (flags & HEAP_SHARED) {
		if (!r)
			h->shared = 1;
		mutex_unlock(&h->lock);
	}
	if (r)
		return r;
	r = heap_publish(h);
	if (r)
		return r;
	return 0; // step
}

int heap_create_ok(struct heap *h, unsigned long flags)
{
	int r;

	if (flags & HEAP_SHARED)
		mutex_lock(&h->lock);
retry:
	r = heap_alloc(h);
	if (r && r != -512 && (flags & HEAP_NEAR)) {
		flags &= ~HEAP_NEAR;
		goto retry;
	}
	if (flags & HEAP_SHARED) {
		if (!r)
			h->shared = 1;
		mutex_unlock(&h->lock);
	}
	if (r)
		return r;
	r = heap_publish(h);
	if (r)
		return r;
	return 0;
}

/* Who is told a number has the lock. */
struct pool {
	struct mutex lock;
	int shared;
};

int pool_find(struct pool *p);

static int pool_get_ok(struct pool *p)
{
	int found;

	mutex_lock(&p->lock);
	found = pool_find(p);
	if (found)
		return found;
	mutex_unlock(&p->lock);
	return 0;
}

void pool_use_ok(struct pool *p)
{
	if (!pool_get_ok(p))
		return;
	p->shared++;
	mutex_unlock(&p->lock);
}
