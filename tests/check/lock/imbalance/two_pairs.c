/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that take or leave each of two locks, as their arguments are NULL or equal: who calls
 * two of them and never asks whether what they are given is NULL does not get all ways of both.
 */
#include "kernel.h"

struct mapping {
	struct rw_semaphore lock;
};

struct inode {
	struct rw_semaphore rwsem;
	struct mapping *mapping;
	int size, blocks, mode;
};

struct inode *find_inode(int n);
int flush(struct inode *inode);
int reserve(struct inode *inode);
int attach(struct inode *inode);

static void lock_two(struct inode *a, struct inode *b)
{
	if (a > b)
		swap(a, b);
	if (a)
		down_write(&a->rwsem);
	if (b && b != a)
		down_write_nested(&b->rwsem, 1);
}

static void unlock_two(struct inode *a, struct inode *b)
{
	if (a)
		up_write(&a->rwsem);
	if (b && b != a)
		up_write(&b->rwsem);
}

static void lock_mappings(struct mapping *a, struct mapping *b)
{
	if (a > b)
		swap(a, b);
	if (a)
		down_write(&a->lock);
	if (b && a != b)
		down_write_nested(&b->lock, 1);
}

static void unlock_mappings(struct mapping *a, struct mapping *b)
{
	if (a)
		up_write(&a->lock);
	if (b && a != b)
		up_write(&b->lock);
}

int exchange_ok(int from, int to)
{
	struct inode *a = find_inode(from), *b = find_inode(to);
	int error;

	lock_two(a, b);
	lock_mappings(a->mapping, b->mapping);
	error = flush(a);
	if (error)
		goto unlock;
	error = flush(b);
	if (error)
		goto unlock;
	error = reserve(a);
	if (error)
		goto unlock;
	swap(a->size, b->size);
unlock:
	unlock_mappings(a->mapping, b->mapping);
	unlock_two(a, b);
	return error;
}

int exchange_bad(int from, int to)
{
	struct inode *a = find_inode(from), *b = find_inode(to);
	int error;

	lock_two(a, b);
	lock_mappings(a->mapping, b->mapping); // step
	error = flush(a);
	if (error)
		goto unlock;
	error = attach(b);
	if (error < 0) {
		unlock_two(a, b);
		return error; // finds lock/imbalance [warning]: returns with mapping->lock held here
	}
	swap(a->blocks, b->blocks);
unlock:
	unlock_mappings(a->mapping, b->mapping);
	unlock_two(a, b);
	return error;
}

/* Who asks gets the other ways, too. */
int change_maybe_ok(int from, int mode)
{
	struct inode *a = find_inode(from);

	lock_two(a, NULL);
	if (!a)
		return -ENOENT;
	a->mode = mode;
	unlock_two(a, NULL);
	return 0;
}

struct file_node {
	int flags;
	struct inode inode;
};

/* The objects are compared here, what is in them there. */
static void lock_nodes(struct file_node *x, struct file_node *y)
{
	lock_two(&x->inode, &y->inode);
}

static void unlock_nodes(struct file_node *x, struct file_node *y)
{
	up_write(&x->inode.rwsem);
	if (x != y)
		up_write(&y->inode.rwsem);
}

int copy_ok(struct file_node *x, struct file_node *y)
{
	lock_nodes(x, y);
	if (x->flags) {
		unlock_nodes(x, y);
		return -EBUSY;
	}
	y->flags = 1;
	unlock_nodes(x, y);
	return 0;
}

int copy_bad(struct file_node *x, struct file_node *y)
{
	lock_nodes(x, y); // step
	if (x->flags) {
		up_write(&x->inode.rwsem);
		return -EBUSY; // finds lock/imbalance: copy_bad() returns with y->inode.rwsem held
	}
	y->flags = 1;
	unlock_nodes(x, y);
	return 0;
}
