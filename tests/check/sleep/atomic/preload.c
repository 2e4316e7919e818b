/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between idr_preload() and idr_preload_end() preemption is off. */
#include "kernel.h"

void *kmalloc(size_t size, gfp_t flags);
void idr_preload_end(void);
int id_alloc(void *object);
static void *preloaded;

/* What it allocates it does before it takes the lock. */
void idr_preload(gfp_t flags)
{
	preloaded = kmalloc(16, flags);
}

struct table {
	struct mutex lock;
	int last;
};

int table_add_ok(struct table *t, void *object)
{
	int id;

	mutex_lock(&t->lock);
	idr_preload(GFP_KERNEL);
	id = id_alloc(object);
	idr_preload_end();
	t->last = id;
	mutex_unlock(&t->lock);
	return id;
}

int table_add_early_bad(struct table *t, spinlock_t *lock, void *object)
{
	int id;

	spin_lock(lock);
	idr_preload(GFP_KERNEL); // finds sleep/atomic: GFP_KERNEL
	id = id_alloc(object);
	idr_preload_end();
	spin_unlock(lock);
	return id;
}

struct bad_table {
	struct mutex lock;
	int last;
};

int table_add_bad(struct bad_table *t, void *object)
{
	int id;

	idr_preload(GFP_KERNEL); // step
	id = id_alloc(object);
	mutex_lock(&t->lock); // finds sleep/atomic: mutex_lock
	t->last = id;
	mutex_unlock(&t->lock);
	idr_preload_end();
	return id;
}
