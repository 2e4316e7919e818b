/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two objects of one type, of which the code tells lockdep that there are two kinds: a note. Where
 * it does not, lockdep warns, and so does this.
 */
#include "kernel.h"

struct inode {
	struct rw_semaphore data;
	struct inode *attributes;
};

static struct lock_class_key attributes_key;

void inode_setup(struct inode *i)
{
	init_rwsem(&i->data);
}

void attributes_setup(struct inode *i)
{
	inode_setup(i);
	lockdep_set_class(&i->data, &attributes_key);
}

void expand_ok(struct inode *i)
{
	down_write(&i->data);		  // step
	down_write(&i->attributes->data); // wrongly deadlock/self [note, medium]: data
	up_write(&i->attributes->data);
	up_write(&i->data);
}

struct node {
	struct rw_semaphore data;
	struct node *parent;
};

void node_setup(struct node *n)
{
	init_rwsem(&n->data);
}

void node_expand_bad(struct node *n)
{
	down_write(&n->data);	      // step
	down_write(&n->parent->data); // finds deadlock/self [warning, medium]: data
	up_write(&n->parent->data);
	up_write(&n->data);
}

/* The same, told by a subclass that the lock keeps. */
struct record {
	struct rw_semaphore data;
	struct record *other;
};

void record_setup(struct record *r)
{
	init_rwsem(&r->data);
}

void record_setup_other(struct record *r)
{
	lockdep_init_map_type(&r->data.dep_map, r->data.dep_map.name, r->data.dep_map.key, 1, 0, 0,
			      0);
}

void record_expand_ok(struct record *r)
{
	down_write(&r->data);	     // step
	down_write(&r->other->data); // wrongly deadlock/self [note, medium]: data
	up_write(&r->other->data);
	up_write(&r->data);
}
