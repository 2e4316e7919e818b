/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guards that may fail to take their lock, and variables that are given back at the end of their
 * scope: the last one declared goes first.
 */
#include "kernel.h"

struct dev {
	struct mutex lock;
	int users;
};

static void use_dev(struct dev *d)
{
	mutex_lock(&d->lock);
	d->users++;
	mutex_unlock(&d->lock);
}

int try_ok(struct dev *d)
{
	scoped_cond_guard(mutex_try, return -EBUSY, &d->lock)
		d->users++;
	use_dev(d);
	return 0;
}

int failed_ok(struct dev *d)
{
	scoped_cond_guard(mutex_try, use_dev(d), &d->lock)
		d->users++;
	return 0;
}

int interruptible_ok(struct dev *d)
{
	scoped_cond_guard(mutex_intr, return -EINTR, &d->lock) {
		if (d->users)
			return -EBUSY;
		d->users++;
	}
	use_dev(d);
	return 0;
}

struct dev_bad {
	struct mutex lock;
	int users;
};

static void use_dev_bad(struct dev_bad *d)
{
	mutex_lock(&d->lock); // step
	d->users++;
	mutex_unlock(&d->lock);
}

int interruptible_bad(struct dev_bad *d)
{
	scoped_cond_guard(mutex_intr, return -EINTR, &d->lock) // step
		use_dev_bad(d); // finds deadlock/self [error, high]: dev_bad->lock is taken while
	return 0;
}

/* __free(): what gives it back takes the lock of the list that it was on. */
static DEFINE_MUTEX(list_lock);
static struct node *nodes;

struct node {
	struct node *next;
	int refs;
};

static void put_node(struct node *n)
{
	mutex_lock(&list_lock); // step
	n->refs--;
	mutex_unlock(&list_lock);
}

DEFINE_FREE(put_node, struct node *, if (_T) put_node(_T)) // step

int find_ok(void)
{
	struct node *n __free(put_node) = NULL;

	guard(mutex)(&list_lock);
	n = nodes;
	return n ? n->refs : 0;
}

int find_bad(void)
{
	guard(mutex)(&list_lock); // step
	struct node *n __free(put_node) = nodes;

	return n ? n->refs : 0; // finds deadlock/self [error, high]: list_lock is taken while
}
