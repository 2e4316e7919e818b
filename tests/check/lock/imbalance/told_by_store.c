/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the lock is held is written where callers see it; or it is not. */
#include "kernel.h"

struct extent {
	struct mutex lock;
	int n;
};

int extent_read(struct extent *e);
int extent_map(struct extent *e);
int extent_reserve(struct extent *e);

int extent_fill_ok(struct extent *e, int *locked)
{
	int error;

	mutex_unlock(&e->lock);
	*locked = 0;
	error = extent_reserve(e);
	if (error)
		return error;
	mutex_lock(&e->lock);
	*locked = 1;
	return extent_map(e);
}

/* The caller that asks. */
int extent_use_ok(struct extent *e)
{
	int locked = 1, error;

	mutex_lock(&e->lock);
	error = extent_fill_ok(e, &locked);
	if (locked)
		mutex_unlock(&e->lock);
	return error;
}

struct bad_extent {
	struct mutex lock;
	int n;
};

int bad_extent_reserve(struct bad_extent *e);

int bad_extent_fill_bad(struct bad_extent *e, int *filled)
{
	int error;

	mutex_lock(&e->lock); // step
	error = bad_extent_reserve(e);
	if (error < 0)
		return error; // finds lock/imbalance: returns with e->lock held
	*filled = 1;
	mutex_unlock(&e->lock);
	return 0; // step
}

/* Two objects of a class, of which one is known by another name. */
struct inode_pair {
	struct extent *a, *b;
};

void extent_create(struct inode_pair *p);

void extent_pair_ok(struct inode_pair *p, struct extent *dir)
{
	mutex_lock(&dir->lock);
	extent_create(p);
	mutex_unlock(&p->a->lock);
	mutex_unlock(&dir->lock);
}
