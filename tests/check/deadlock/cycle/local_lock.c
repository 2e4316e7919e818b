/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A local_lock is a lock: in a circle with another, on PREEMPT_RT at the latest. */
#include "kernel.h"

typedef struct {
	struct lockdep_map dep_map;
	void *owner;
} local_lock_t;
void local_lock_acquire(local_lock_t *l);
void local_lock_release(local_lock_t *l);
#define local_lock(l)                                                                              \
	do {                                                                                       \
		preempt_disable();                                                                 \
		local_lock_acquire(l);                                                             \
	} while (0)
#define local_unlock(l)                                                                            \
	do {                                                                                       \
		local_lock_release(l);                                                             \
		preempt_enable();                                                                  \
	} while (0)

struct batch {
	local_lock_t lock;
	int n;
};

struct zone {
	spinlock_t lock;
	struct batch batch;
};

void zone_add_bad(struct zone *z)
{
	local_lock(&z->batch.lock);
	spin_lock(&z->lock); // finds deadlock/cycle: lock -> lock -> lock
	spin_unlock(&z->lock);
	local_unlock(&z->batch.lock);
}

void zone_drain_bad(struct zone *z)
{
	spin_lock(&z->lock);
	local_lock(&z->batch.lock); // step
	local_unlock(&z->batch.lock);
	spin_unlock(&z->lock);
}

struct good_batch {
	local_lock_t lock;
	int n;
};

struct good_zone {
	spinlock_t lock;
	struct good_batch batch;
};

void good_zone_add_ok(struct good_zone *z)
{
	local_lock(&z->batch.lock);
	spin_lock(&z->lock);
	spin_unlock(&z->lock);
	local_unlock(&z->batch.lock);
}

void good_zone_drain_ok(struct good_zone *z)
{
	local_lock(&z->batch.lock);
	local_unlock(&z->batch.lock);
	spin_lock(&z->lock);
	spin_unlock(&z->lock);
}
