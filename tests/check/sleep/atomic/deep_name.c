/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock at the end of a long way through pointers has a name all the same. */
#include "kernel.h"

struct store {
	int n;
	void *items[8];
};

struct space {
	struct store *store;
};

struct possible_space {
	struct space *space;
};

struct device {
	struct possible_space in;
};

struct tap {
	struct device *device;
	int id;
};

struct taps {
	int n;
	spinlock_t lock;
};

static unsigned int taps_id;

static inline struct space *space_of(const struct device *d)
{
	return d->in.space;
}

static inline void *space_item(const struct space *space, unsigned int id)
{
	return space->store->items[id];
}

void tap_add_bad(struct tap *t)
{
	struct taps *taps = space_item(space_of(t->device), taps_id);
	void *p;

	spin_lock(&taps->lock);
	p = kmalloc(8, GFP_KERNEL); // finds sleep/atomic [error, high]: kmalloc() may wait for memory (GFP_KERNEL) while taps->lock
	spin_unlock(&taps->lock);
	kfree(p);
}

void tap_add_ok(struct tap *t)
{
	struct taps *taps = space_item(space_of(t->device), taps_id);
	void *p = kmalloc(8, GFP_KERNEL);

	spin_lock(&taps->lock);
	taps->n++;
	spin_unlock(&taps->lock);
	kfree(p);
}

typedef struct {
	spinlock_t *lock;
} guard_t;

static inline void guard_end(guard_t *g)
{
	if (g->lock)
		spin_unlock(g->lock);
}

static inline guard_t guard_begin(spinlock_t *lock)
{
	guard_t g = { .lock = lock };

	spin_lock(lock);
	return g;
}

/* What is locked by the long name is unlocked by the guard's. */
int tap_count_ok(struct tap *t)
{
	int n;

	{
		guard_t g __cleanup(guard_end) = guard_begin(
			&((struct taps *)t->device->in.space->store->items[taps_id])->lock);

		n = t->id;
	}
	kfree(kmalloc(n, GFP_KERNEL));
	return n;
}
