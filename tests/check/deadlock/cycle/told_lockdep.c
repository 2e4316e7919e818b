/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What code tells lockdep: a subclass for the objects of one kind, a function that compares two
 * locks of a class, that a lock might be taken.
 */
#include "kernel.h"

struct tree_node {
	struct mutex lock;
	struct tree_node *parent;
};

void leaf_setup_ok(struct tree_node *leaf)
{
	mutex_init(&leaf->lock);
	lockdep_set_subclass(&leaf->lock, 1);
}

void leaf_attach_ok(struct tree_node *leaf, struct tree_node *root)
{
	mutex_lock(&root->lock); // step
	mutex_lock(&leaf->lock); // wrongly deadlock/self [note, medium]: of one object
	mutex_unlock(&leaf->lock);
	mutex_unlock(&root->lock);
}

/* By address, and lockdep is told so. */
struct bucket {
	struct mutex lock;
	int n;
};

static int bucket_cmp(const struct lockdep_map *a, const struct lockdep_map *b)
{
	return a < b ? -1 : a > b;
}

void bucket_setup_ok(struct bucket *b)
{
	mutex_init(&b->lock);
	lock_set_cmp_fn(&b->lock, bucket_cmp, NULL);
}

void bucket_move_ok(struct bucket *from, struct bucket *to)
{
	mutex_lock(from < to ? &from->lock : &to->lock);
	mutex_lock(from < to ? &to->lock : &from->lock);
	mutex_unlock(&to->lock);
	mutex_unlock(&from->lock);
}

struct bad_bucket {
	struct mutex lock;
	int n;
};

void bad_bucket_move_bad(struct bad_bucket *from, struct bad_bucket *to)
{
	mutex_lock(&from->lock);
	mutex_lock(&to->lock); // finds deadlock/self: of one object is taken while that of another
	mutex_unlock(&to->lock);
	mutex_unlock(&from->lock);
}

/* Seldom is the slow way gone: it says before that it may be. */
struct cache {
	struct mutex fill, evict;
	int n;
};

void cache_slow(struct cache *c);

void cache_get_bad(struct cache *c)
{
	mutex_lock(&c->evict);
	might_lock(&c->fill); // finds deadlock/cycle: fill -> evict -> fill
	if (!c->n)
		cache_slow(c);
	mutex_unlock(&c->evict);
}

void cache_fill_bad(struct cache *c)
{
	mutex_lock(&c->fill);
	mutex_lock(&c->evict); // step
	mutex_unlock(&c->evict);
	mutex_unlock(&c->fill);
}

struct good_cache {
	struct mutex fill, evict;
	int n;
};

void good_cache_slow(struct good_cache *c);

void good_cache_get_ok(struct good_cache *c)
{
	might_lock(&c->fill);
	mutex_lock(&c->evict);
	if (!c->n)
		good_cache_slow(c);
	mutex_unlock(&c->evict);
}

void good_cache_fill_ok(struct good_cache *c)
{
	mutex_lock(&c->fill);
	mutex_lock(&c->evict);
	mutex_unlock(&c->evict);
	mutex_unlock(&c->fill);
}
