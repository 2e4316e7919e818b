/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An object that is returned locked where others find it, or with what tells that it is locked
 * stored beside it: a note. What is only left locked is an error, or a warning.
 */
#include "kernel.h"

struct leaf {
	struct rw_semaphore lock;
	int n;
};

struct path {
	struct leaf *leaf;
	int slot;
};

struct leaf *leaf_new(void);

static struct leaf *leaf_new_locked(void)
{
	struct leaf *leaf = leaf_new();

	down_write(&leaf->lock);
	return leaf;
}

int leaf_insert(struct path *path);

int split_ok(struct path *path)
{
	struct leaf *right = leaf_new_locked();
	int error = leaf_insert(path);

	if (error < 0) {
		up_write(&right->lock);
		return error;
	}
	path->leaf = right;
	return error; // wrongly lock/imbalance [note, medium]: lock
}

struct twig {
	struct rw_semaphore lock;
	int n;
};

struct twig *twig_new(void);

static struct twig *twig_new_locked(void)
{
	struct twig *twig = twig_new();

	down_write(&twig->lock);
	return twig;
}

int twig_insert(struct twig *twig, int slot);

int grow_bad(int slot)
{
	struct twig *right = twig_new_locked();
	int error = twig_insert(right, slot);

	if (error < 0) {
		up_write(&right->lock);
		return error;
	}
	return error; // finds lock/imbalance [warning, medium]: lock
}

/* The list that the walk has come to says which lock it holds. */
struct table {
	spinlock_t lock;
	int used[4], free[4];
};

struct walk {
	int *list;
	int pos;
};

void walk_start_ok(struct table *t, struct walk *w)
{
	spin_lock(&t->lock);
	w->list = t->used;
	if (w->pos < w->list[0])
		return; // wrongly lock/imbalance [note, medium]: lock
	spin_unlock(&t->lock);
	w->list = t->free;
}
