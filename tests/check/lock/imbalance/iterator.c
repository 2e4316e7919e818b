/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An iterator is handed from helper to helper; what it iterates over stays the same. */
#include "kernel.h"

struct tree {
	spinlock_t lock;
	void *head;
};

struct cursor {
	struct tree *tree;
	void *node;
	unsigned int index;
};

struct pool {
	struct tree tree;
};

static void *cursor_load(struct cursor *c)
{
	c->node = c->tree->head;
	c->index++;
	return c->node;
}

static void cursor_move(struct cursor *c, struct tree *tree)
{
	c->tree = tree;
	c->index = 0;
}

int pool_get_ok(struct pool *pool)
{
	struct cursor c = { .tree = &pool->tree };
	void *item;

	spin_lock(&c.tree->lock);
	item = cursor_load(&c);
	if (!item) {
		spin_unlock(&c.tree->lock);
		return -ENOENT;
	}
	spin_unlock(&c.tree->lock);
	return 0;
}

/* The lock that is given up is another one by then. */
int pool_move_bad(struct pool *pool, struct pool *other)
{
	struct cursor c = { .tree = &pool->tree };

	spin_lock(&pool->tree.lock);
	cursor_move(&c, &other->tree);
	if (!c.tree->head)
		return -ENOENT; // finds lock/imbalance
	spin_unlock(&pool->tree.lock);
	return 0;
}
