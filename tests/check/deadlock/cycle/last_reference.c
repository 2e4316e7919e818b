/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Only who drops the last reference takes the list's lock, and who has the object locked mostly
 * knows of another one: a warning. Where it is dropped in any case, it is none.
 */
#include "kernel.h"

static DEFINE_MUTEX(list_lock);

struct dev {
	struct kref kref;
	struct mutex lock;
	int n;
};

static void release_dev(struct kref *kref)
{
	struct dev *d = container_of(kref, struct dev, kref);

	mutex_lock(&list_lock); // finds deadlock/cycle [warning, medium]: dev->lock
	d->n = 0;
	mutex_unlock(&list_lock);
}

static void put_dev(struct dev *d)
{
	if (refcount_dec_and_test(&d->kref.refcount))
		release_dev(&d->kref);
}

void clear_bad(struct dev *d)
{
	mutex_lock(&d->lock); // step
	put_dev(d);	      // step
	mutex_unlock(&d->lock);
}

void show_ok(struct dev *d)
{
	mutex_lock(&list_lock); // step
	mutex_lock(&d->lock);	// step
	mutex_unlock(&d->lock);
	mutex_unlock(&list_lock);
}

static DEFINE_MUTEX(line_list_lock);

struct line {
	struct mutex lock;
	int n;
};

static void line_remove(struct line *l)
{
	mutex_lock(&line_list_lock); // finds deadlock/cycle [error, high]: line->lock
	l->n = 0;
	mutex_unlock(&line_list_lock);
}

void line_clear_bad(struct line *l)
{
	mutex_lock(&l->lock); // step
	line_remove(l);	      // step
	mutex_unlock(&l->lock);
}

void line_show_ok(struct line *l)
{
	mutex_lock(&line_list_lock); // step
	mutex_lock(&l->lock);	     // step
	mutex_unlock(&l->lock);
	mutex_unlock(&line_list_lock);
}
