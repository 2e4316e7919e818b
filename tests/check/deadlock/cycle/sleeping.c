/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sleeps on its way to the second lock is not called with a spin lock held: the order of
 * the two locks is no problem there.
 */
#include "kernel.h"

struct pool {
	spinlock_t lock;
	spinlock_t pages;
	int free;
};

static void shrink_now(struct pool *p)
{
	spin_lock(&p->pages); // finds deadlock/cycle: lock -> pages -> lock
	p->free++;
	spin_unlock(&p->pages);
}

static void get(struct pool *p, bool wait)
{
	if (wait)
		cond_resched();
	shrink_now(p); // step
}

void take_bad(struct pool *p)
{
	spin_lock(&p->lock); // step
	get(p, false); // step
	spin_unlock(&p->lock);
}

void refill_bad(struct pool *p)
{
	spin_lock(&p->pages); // step
	spin_lock(&p->lock); // step
	spin_unlock(&p->lock);
	spin_unlock(&p->pages);
}

/* The same, but only those who may wait come there. */
struct store {
	spinlock_t lock;
	spinlock_t pages;
	int free;
	int flags;
};

static void shrink_store(struct store *s)
{
	cond_resched();
	spin_lock(&s->pages);
	s->free++;
	spin_unlock(&s->pages);
}

static void get_page_of(struct store *s)
{
	if (!s->free && s->flags)
		shrink_store(s);
}

void take_store_bad(struct store *s)
{
	spin_lock(&s->lock);
	get_page_of(s); // finds sleep/atomic
	spin_unlock(&s->lock);
}

void refill_ok(struct store *s)
{
	spin_lock(&s->pages);
	spin_lock(&s->lock);
	spin_unlock(&s->lock);
	spin_unlock(&s->pages);
}

/* A mutex may be held by who sleeps. */
struct shop {
	struct mutex lock;
	spinlock_t pages;
	int free;
};

static void shrink_shop(struct shop *s)
{
	cond_resched();
	spin_lock(&s->pages); // finds deadlock/cycle: lock -> pages -> lock
	s->free++;
	spin_unlock(&s->pages);
}

void sell_bad(struct shop *s)
{
	mutex_lock(&s->lock); // step
	shrink_shop(s); // step
	mutex_unlock(&s->lock);
}

void restock_bad(struct shop *s)
{
	spin_lock(&s->pages); // step
	mutex_lock(&s->lock); // step // finds sleep/atomic
	mutex_unlock(&s->lock);
	spin_unlock(&s->pages);
}

/* A spin lock is taken on the way: with it held, nobody gets to the allocation that waits. */
struct worker {
	struct mutex lock;
	struct mutex reclaim;
	spinlock_t queue;
	int n;
};

static void make_room(struct worker *w, int may_wait)
{
	if (!may_wait)
		return;
	mutex_lock(&w->reclaim);
	w->n--;
	mutex_unlock(&w->reclaim);
}

static void kick(struct worker *w, int may_wait)
{
	spin_lock(&w->queue);
	make_room(w, may_wait);
	spin_unlock(&w->queue);
}

void run_worker_ok(struct worker *w, int may_wait)
{
	mutex_lock(&w->lock);
	kick(w, may_wait);
	mutex_unlock(&w->lock);
}

void reclaim_worker_ok(struct worker *w)
{
	mutex_lock(&w->reclaim);
	mutex_lock(&w->lock);
	w->n++;
	mutex_unlock(&w->lock);
	mutex_unlock(&w->reclaim);
}
