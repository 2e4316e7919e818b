/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The caller's lock is given up, its parent's is taken and then the caller's again: what is given
 * up next is the caller's, and the parent's, of the same class, is still held.
 */
#include "kernel.h"

struct node {
	spinlock_t lock;
	struct node *parent;
	int count, dead;
};

void unlist(struct node *n);

static struct node *kill_node_ok(struct node *n)
{
	struct node *parent = NULL;

	n->dead = 1;
	spin_unlock(&n->lock);
	if (n != n->parent) {
		parent = n->parent;
		spin_lock(&parent->lock);
	}
	spin_lock_nested(&n->lock, SINGLE_DEPTH_NESTING);
	unlist(n);
	spin_unlock(&n->lock);
	if (parent && --parent->count) {
		spin_unlock(&parent->lock);
		return NULL;
	}
	return parent;
}

void put_node_ok(struct node *n)
{
	spin_lock(&n->lock);
	while (!n->count) {
		n = kill_node_ok(n);
		if (!n)
			return;
	}
	spin_unlock(&n->lock);
}

struct twig {
	spinlock_t lock;
	struct twig *parent;
	int count, dead;
};

/* Where the twig is dead, it is given up twice. */
void kill_twig_bad(struct twig *n)
{
	struct twig *parent = n->parent;

	spin_unlock(&n->lock);
	spin_lock(&parent->lock);
	spin_lock_nested(&n->lock, SINGLE_DEPTH_NESTING);
	if (n->dead)
		spin_unlock(&parent->lock);
	spin_unlock(&n->lock);
	spin_unlock(&parent->lock); // finds lock/imbalance: lock
}
