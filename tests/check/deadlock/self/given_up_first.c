/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The caller's lock is given up, and taken again further down: by a function that is called then,
 * and knows nothing of it.
 */
#include "kernel.h"

struct hash {
	rwlock_t lock;
	int n;
};

static int alloc_region(struct hash *h)
{
	write_lock_irq(&h->lock);
	h->n++;
	write_unlock_irq(&h->lock);
	return h->n;
}

static int find_region(struct hash *h)
{
	int found = h->n;

	if (!found) {
		read_unlock(&h->lock);
		found = alloc_region(h);
		read_lock(&h->lock);
	}
	return found;
}

int mark_ok(struct hash *h)
{
	int found;

	read_lock(&h->lock);
	found = find_region(h);
	read_unlock(&h->lock);
	return found;
}

struct hash_bad {
	rwlock_t lock;
	int n;
};

static int alloc_region_bad(struct hash_bad *h)
{
	write_lock_irq(&h->lock); // step
	h->n++;
	write_unlock_irq(&h->lock);
	return h->n;
}

/* The last of the two is forgotten. */
static int find_region_bad(struct hash_bad *h)
{
	int found;

	read_unlock(&h->lock);
	found = alloc_region_bad(h);
	read_lock(&h->lock);
	return found + alloc_region_bad(h); // step
}

int mark_bad(struct hash_bad *h)
{
	int found;

	read_lock(&h->lock);	    // step
	found = find_region_bad(h); // finds deadlock/self: lock is taken while
	read_unlock(&h->lock);
	return found;
}
