/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Only who drops the last reference takes the lock, and who has it locked holds a reference more
 * often than not: a warning. kref_put_lock() hands the lock to the function that it calls.
 */
#include "kernel.h"

int kref_put_lock(struct kref *kref, void (*release)(struct kref *kref), spinlock_t *lock);

static DEFINE_SPINLOCK(list_lock);

struct dev {
	struct kref kref;
};

static void release_dev(struct kref *kref)
{
	spin_unlock(&list_lock);
}

static void put_dev(struct dev *d)
{
	kref_put_lock(&d->kref, release_dev, &list_lock);
}

void reserved_ok(struct dev *d)
{
	put_dev(d);
	put_dev(d);
}

struct nbd {
	refcount_t refs;
	struct mutex config_lock;
	int n;
};

static void put_config(struct nbd *nbd)
{
	if (!refcount_dec_and_mutex_lock(&nbd->refs, &nbd->config_lock)) // step
		return;
	nbd->n = 0;
	mutex_unlock(&nbd->config_lock);
}

void clear_bad(struct nbd *nbd)
{
	mutex_lock(&nbd->config_lock); // step
	put_config(nbd);	       // finds deadlock/self [warning, medium]: config_lock
	mutex_unlock(&nbd->config_lock);
}

void clear_ok(struct nbd *nbd)
{
	mutex_lock(&nbd->config_lock);
	nbd->n = 1;
	mutex_unlock(&nbd->config_lock);
	put_config(nbd);
}

/* A lock of the file's own, taken by who finds that one reference is left, or called by it. */
bool refcount_dec_not_one(refcount_t *r);

static DEFINE_SPINLOCK(set_lock);
static DEFINE_SPINLOCK(other_lock);

struct css {
	refcount_t refs;
	struct kref kref;
	int n;
};

static void put_css(struct css *c)
{
	if (refcount_dec_not_one(&c->refs))
		return;
	spin_lock(&set_lock); // step
	c->n = 0;
	spin_unlock(&set_lock);
}

void post_fork_bad(struct css *c)
{
	spin_lock(&set_lock); // step
	put_css(c);	      // finds deadlock/self [warning, medium]: set_lock
	spin_unlock(&set_lock);
}

void post_fork_ok(struct css *c)
{
	spin_lock(&set_lock);
	c->n = 1;
	spin_unlock(&set_lock);
	put_css(c);
}

static void count_css(struct css *c)
{
	spin_lock(&other_lock); // step
	c->n++;
	spin_unlock(&other_lock);
}

void count_twice_bad(struct css *c)
{
	spin_lock(&other_lock); // step
	count_css(c);		// finds deadlock/self [error, high]: other_lock
	spin_unlock(&other_lock);
}

/* Nor is it more certain that a function is called with the last reference which is an argument. */
struct volume {
	refcount_t refs;
	spinlock_t req_lock;
	int n;
};

static void put_with(refcount_t *refs, void (*release)(refcount_t *refs))
{
	if (refcount_dec_and_test(refs))
		release(refs);
}

static void volume_release(refcount_t *refs)
{
	struct volume *v = container_of(refs, struct volume, refs);

	spin_lock(&v->req_lock); // step
	v->n = 0;
	spin_unlock(&v->req_lock);
}

void volume_conflict_bad(struct volume *v)
{
	spin_lock(&v->req_lock);		     // step
	put_with(&v->refs, volume_release); // finds deadlock/self [warning, medium]: req_lock
	spin_unlock(&v->req_lock);
}

void volume_conflict_ok(struct volume *v)
{
	spin_lock(&v->req_lock);
	v->n = 1;
	spin_unlock(&v->req_lock);
	put_with(&v->refs, volume_release);
}
