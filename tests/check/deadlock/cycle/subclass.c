/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nesting levels are classes of their own, in an order that all keep. */
#include "kernel.h"

struct node_ok {
	struct mutex lock;
	struct node_ok *parent;
};

void move_ok(struct node_ok *n)
{
	mutex_lock(&n->parent->lock);
	mutex_lock_nested(&n->lock, SINGLE_DEPTH_NESTING);
	mutex_unlock(&n->lock);
	mutex_unlock(&n->parent->lock);
}

/* One lock is held around all: lockdep is told so. */
struct tree_ok {
	struct mutex all;
	struct node_ok left, right;
};

void both_ok(struct tree_ok *t)
{
	mutex_lock(&t->all);
	mutex_lock_nest_lock(&t->left.lock, &t->all);
	mutex_lock_nest_lock(&t->right.lock, &t->all);
	mutex_unlock(&t->right.lock);
	mutex_unlock(&t->left.lock);
	mutex_unlock(&t->all);
}

/* The levels in both orders. */
struct page {
	struct mutex lock;
	struct page *parent;
};

void split_bad(struct page *p)
{
	mutex_lock(&p->parent->lock);
	mutex_lock_nested(&p->lock, SINGLE_DEPTH_NESTING); // finds deadlock/cycle
	mutex_unlock(&p->lock);
	mutex_unlock(&p->parent->lock);
}

void join_bad(struct page *p)
{
	mutex_lock_nested(&p->lock, SINGLE_DEPTH_NESTING);
	mutex_lock(&p->parent->lock); // step
	mutex_unlock(&p->parent->lock);
	mutex_unlock(&p->lock);
}
