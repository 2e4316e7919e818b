/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function locks a tree, and says by an error that it did not. What it returns otherwise it has
 * walked to: what was followed on the way is no error pointer, so that callers know whether they
 * have the lock.
 */
#include "kernel.h"

struct tree {
	struct mutex moves;
};

struct leaf {
	struct leaf *parent;
	struct tree *tree;
};

struct leaf *lock_tree(struct leaf *x, struct leaf *y)
{
	struct leaf *p = x, *up;

	mutex_lock(&x->tree->moves);
	while ((up = p->parent) != y && up != p)
		p = up;
	if (up == y)
		return p;
	mutex_unlock(&x->tree->moves);
	return ERR_PTR(-EBUSY);
}

void unlock_tree(struct leaf *x)
{
	mutex_unlock(&x->tree->moves);
}

int leaf_move_bad(struct leaf *x, struct leaf *y)
{
	struct leaf *last = lock_tree(x, y);

	if (IS_ERR(last))
		return -EBUSY;
	mutex_lock(&x->tree->moves); // finds deadlock/self [error, high]: tree->moves
	mutex_unlock(&x->tree->moves);
	unlock_tree(x);
	return 0;
}

int leaf_move_ok(struct leaf *x, struct leaf *y)
{
	struct leaf *last = lock_tree(x, y);

	if (IS_ERR(last)) {
		mutex_lock(&x->tree->moves);
		mutex_unlock(&x->tree->moves);
		return -EBUSY;
	}
	unlock_tree(x);
	mutex_lock(&x->tree->moves);
	mutex_unlock(&x->tree->moves);
	return 0;
}
