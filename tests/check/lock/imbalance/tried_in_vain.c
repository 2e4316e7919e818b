/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nobody asks whether a lock could be taken that nobody else can have yet; of an error it is not
 * known that it is one: a warning. Where a number is returned without the lock, an error.
 */
#include "kernel.h"

struct cluster {
	struct mutex lock;
	int n;
};

int cluster_insert(struct cluster *c);

int cluster_register_bad(struct cluster *c)
{
	int err;

	mutex_init(&c->lock);
	(void)mutex_trylock(&c->lock); // step
	err = cluster_insert(c);
	if (err)
		goto out;
	return 0; // finds lock/imbalance [warning, medium]: returns with
out:
	err = cluster_insert(c);
	mutex_unlock(&c->lock);
	return err; // step
}

struct block {
	struct mutex lock;
	int n;
};

int block_insert(struct block *b);

int block_register_bad(struct block *b)
{
	int err;

	mutex_lock(&b->lock); // step
	err = block_insert(b);
	if (!err)
		return 0; // finds lock/imbalance [error, high]: returns with
	err = block_insert(b);
	mutex_unlock(&b->lock);
	return err; // step
}
