/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of two locks is taken and which is given up, tests tell that say the same each time; that
 * they do, nobody can see. What sleeps afterwards is in doubt, and what sleeps before is not.
 */
#include "kernel.h"

struct cache {
	spinlock_t lock;
	int n;
};
struct page {
	struct cache *cache;
	unsigned long flags;
};

bool page_is_anon(struct page *p);
bool page_is_cached(struct page *p);
struct cache *swap_of(struct page *p);

void split_ok(struct page *p)
{
	struct cache *cache = NULL;

	if (page_is_anon(p) && page_is_cached(p)) {
		cache = swap_of(p);
		spin_lock(&cache->lock);
	}
	p->flags++;
	if (page_is_anon(p)) {
		if (page_is_cached(p))
			spin_unlock(&cache->lock);
	}
	msleep(1); // wrongly sleep/atomic: while cache->lock
} // wrongly lock/imbalance: split_ok() returns with

struct store {
	spinlock_t lock;
	int n;
};
struct store *store_of(struct page *p);

void move_bad(struct page *p)
{
	struct store *store = NULL;

	if (page_is_anon(p)) {
		store = store_of(p);
		spin_lock(&store->lock);
	}
	msleep(1); // finds sleep/atomic [error, high]: while store->lock
	if (store)
		spin_unlock(&store->lock);
}

/* The other way of the loop takes it again. */
void retry_bad(struct store *store)
{
again:
	spin_lock(&store->lock);
	if (store->n) {
		spin_unlock(&store->lock);
		goto again;
	}
	msleep(2); // finds sleep/atomic [error, high]: while store->lock
	spin_unlock(&store->lock);
}
