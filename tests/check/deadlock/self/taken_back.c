/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The callers' lock is given up for a while, and taken back too early: before a reference is put,
 * whose last one is dropped under the lock of the list that the object is in. Which list that is,
 * the object says.
 */
#include "kernel.h"

struct clients {
	spinlock_t lock;
	int n;
};

struct client {
	refcount_t users;
	struct clients *all;
};

int client_wait(struct client *c);

static void client_put(struct client *c)
{
	if (refcount_dec_and_lock(&c->users, &c->all->lock)) { // step
		c->all->n--;
		spin_unlock(&c->all->lock);
	}
}

static int client_match_bad(struct clients *all, struct client *c)
{
	int error;

	spin_unlock(&all->lock);
	error = client_wait(c);
	spin_lock(&all->lock); // step
	client_put(c);	       // finds deadlock/self: lock of one object is taken while
	return error;
}

int client_get(struct clients *all, struct client *c)
{
	int error;

	spin_lock(&all->lock);
	error = client_match_bad(all, c);
	spin_unlock(&all->lock);
	return error;
}

/* The twin puts it first; and on the way on which the lock was not given up nothing is put. */
struct lists {
	spinlock_t lock;
	int n;
};

struct entry {
	refcount_t users;
	struct lists *all;
};

int entry_wait(struct entry *e);

static void entry_put_ok(struct entry *e)
{
	if (refcount_dec_and_lock(&e->users, &e->all->lock)) {
		e->all->n--;
		spin_unlock(&e->all->lock);
	}
}

static int entry_match_ok(struct lists *all, struct entry *e)
{
	int error;

	spin_unlock(&all->lock);
	error = entry_wait(e);
	entry_put_ok(e);
	spin_lock(&all->lock);
	return error;
}

/* It gives back what it has taken back. */
static void entry_drop_ok(struct lists *all, struct entry *e)
{
	spin_unlock(&all->lock);
	entry_wait(e);
	spin_lock(&all->lock);
	all->n--;
	spin_unlock(&all->lock);
	entry_put_ok(e);
}

int entry_get_ok(struct lists *all, struct entry *e)
{
	int error;

	spin_lock(&all->lock);
	error = entry_match_ok(all, e);
	if (error) {
		entry_drop_ok(all, e);
		return error;
	}
	spin_unlock(&all->lock);
	return 0;
}
