/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an allocation waits is in its flags, which callers pass down. */
#include "kernel.h"

struct table {
	spinlock_t lock;
	void *rows;
	gfp_t gfp;
	int n;
};

void own_bad(struct table *t)
{
	spin_lock(&t->lock);
	t->rows = kmalloc(64, GFP_KERNEL); // finds sleep/atomic [error, high]: kmalloc() may wait for memory (GFP_KERNEL)
	spin_unlock(&t->lock);
}

void own_ok(struct table *t)
{
	spin_lock(&t->lock);
	t->rows = kmalloc(64, GFP_ATOMIC);
	spin_unlock(&t->lock);
}

void nofs_bad(struct table *t)
{
	spin_lock(&t->lock);
	t->rows = kzalloc(64, GFP_NOFS); // finds sleep/atomic: (GFP_NOFS)
	spin_unlock(&t->lock);
}

void nowait_ok(struct table *t)
{
	spin_lock(&t->lock);
	t->rows = kzalloc(64, GFP_NOWAIT);
	spin_unlock(&t->lock);
}

static void *rows_new(int n, gfp_t flags)
{
	return kmalloc(n, flags | __GFP_ZERO); // step
}

static void *rows_copy(struct table *t, gfp_t flags)
{
	return t->n ? rows_new(t->n, flags) : NULL;
}

void passed_bad(struct table *t)
{
	spin_lock(&t->lock);
	t->rows = rows_copy(t, GFP_KERNEL); // finds sleep/atomic [error, high]: (GFP_KERNEL)
	spin_unlock(&t->lock);
}

void passed_ok(struct table *t)
{
	spin_lock(&t->lock);
	t->rows = rows_copy(t, GFP_ATOMIC);
	spin_unlock(&t->lock);
	t->rows = rows_copy(t, GFP_KERNEL);
}

static void *rows_quick(struct table *t, gfp_t flags)
{
	return rows_new(t->n, flags & ~__GFP_DIRECT_RECLAIM);
}

void masked_ok(struct table *t)
{
	spin_lock(&t->lock);
	t->rows = rows_quick(t, GFP_KERNEL);
	spin_unlock(&t->lock);
}

/* What the field holds is not known: no finding. */
void field_ok(struct table *t)
{
	spin_lock(&t->lock);
	t->rows = rows_copy(t, t->gfp);
	spin_unlock(&t->lock);
}

static void table_wait(struct table *t, gfp_t flags)
{
	if (gfpflags_allow_blocking(flags))
		msleep(t->n);
}

static void table_settle(struct table *t, gfp_t flags)
{
	if (t->n)
		table_wait(t, flags);
}

void tested_bad(struct table *t)
{
	spin_lock(&t->lock);
	table_settle(t, GFP_NOIO); // finds sleep/atomic
	spin_unlock(&t->lock);
}

void tested_ok(struct table *t)
{
	spin_lock(&t->lock);
	table_settle(t, GFP_ATOMIC);
	spin_unlock(&t->lock);
}

/* One of two, neither of which waits. */
void chosen_ok(struct table *t)
{
	gfp_t flags = t->n ? GFP_ATOMIC : GFP_NOWAIT;

	spin_lock(&t->lock);
	table_settle(t, flags);
	spin_unlock(&t->lock);
}

struct cache {
	spinlock_t lock;
	void *rows;
};

static void cache_add(struct cache *c, gfp_t flags)
{
	spin_lock(&c->lock);
	c->rows = kmalloc(32, flags); // finds sleep/atomic: kmalloc() may wait for memory while
	spin_unlock(&c->lock);
}

void cache_fill_bad(struct cache *c)
{
	cache_add(c, GFP_KERNEL); // step
}

static void cache_put(struct cache *c, gfp_t flags)
{
	spin_lock(&c->lock);
	c->rows = kmalloc(32, flags);
	spin_unlock(&c->lock);
}

void cache_fill_ok(struct cache *c)
{
	cache_put(c, GFP_ATOMIC);
}
