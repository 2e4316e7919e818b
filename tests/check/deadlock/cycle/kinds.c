/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects of one type of which the code tells lockdep that they are of two kinds: the locks of two
 * kinds may be taken in an order that those of one kind must not be.
 */
#include "kernel.h"

struct inode {
	struct mutex lock;
	struct rw_semaphore alloc;
	struct inode *log;
};

static struct lock_class_key log_key;

void inode_setup(struct inode *i)
{
	mutex_init(&i->lock);
	init_rwsem(&i->alloc);
}

void log_setup(struct inode *i)
{
	inode_setup(i);
	lockdep_set_class(&i->lock, &log_key);
}

void truncate_ok(struct inode *i)
{
	mutex_lock(&i->lock);  // step
	down_write(&i->alloc); // wrongly deadlock/cycle [warning, medium]: alloc
	up_write(&i->alloc);
	mutex_unlock(&i->lock);
}

void flush_ok(struct inode *i)
{
	down_write(&i->alloc);	   // step
	mutex_lock(&i->log->lock); // step
	mutex_unlock(&i->log->lock);
	up_write(&i->alloc);
}

struct node {
	struct mutex lock;
	struct rw_semaphore alloc;
};

void node_setup(struct node *n)
{
	mutex_init(&n->lock);
	init_rwsem(&n->alloc);
}

void node_truncate_bad(struct node *n)
{
	mutex_lock(&n->lock);  // step
	down_write(&n->alloc); // finds deadlock/cycle [error, high]: alloc
	up_write(&n->alloc);
	mutex_unlock(&n->lock);
}

void node_flush_bad(struct node *n)
{
	down_write(&n->alloc); // step
	mutex_lock(&n->lock);  // step
	mutex_unlock(&n->lock);
	up_write(&n->alloc);
}
