/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function answers tells about its argument: IS_ERR_OR_NULL(). And a call of one of two
 * functions is a call of either.
 */
#include "kernel.h"

static inline bool is_err_or_null(const void *ptr)
{
	return !ptr || (unsigned long)ptr >= (unsigned long)-4095;
}

struct comp {
	struct rw_semaphore sem;
	int n;
};

static void comp_lock(struct comp *c)
{
	if (is_err_or_null(c))
		return;
	down_write(&c->sem);
}

static void comp_unlock(struct comp *c)
{
	if (is_err_or_null(c))
		return;
	up_write(&c->sem);
}

void register_ok(struct comp *c)
{
	comp_lock(c);
	comp_unlock(c);
	comp_lock(c);
	comp_unlock(c);
}

struct node {
	struct rw_semaphore lock;
};

void walk_ok(struct node *n, bool w)
{
	for (int i = 0; i < 3; i++) {
		if (w)
			down_write(&n->lock);
		else
			down_read(&n->lock);
		(w ? up_write : up_read)(&n->lock);
	}
}

struct node_bad {
	struct rw_semaphore lock;
};

void walk_bad(struct node_bad *n, bool w)
{
	down_write(&n->lock);
	(w ? up_write : up_read)(&n->lock); // finds lock/imbalance: lock
	(w ? down_write : down_read)(&n->lock);
	(w ? up_write : up_read)(&n->lock);
}

struct comp_bad {
	struct rw_semaphore sem;
};

static void comp_lock_bad(struct comp_bad *c)
{
	if (is_err_or_null(c))
		return;
	down_write(&c->sem); // step
}

void register_bad(struct comp_bad *c)
{
	comp_lock_bad(c); // step
	comp_lock_bad(c); // finds deadlock/self: sem
	up_write(&c->sem);
}
