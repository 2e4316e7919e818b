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
