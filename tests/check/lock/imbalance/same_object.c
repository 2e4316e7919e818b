/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two pointers are compared before a lock is given up: where they are equal, one lock is held. */
#include "kernel.h"

struct pool {
	spinlock_t lock;
	struct pool *next;
	int n;
};

struct pool *pool_pick(void);

/* The caller's pool is locked on return whichever was picked. */
void pool_activate_ok(struct pool *callers)
{
	struct pool *locked = callers, *picked = pool_pick();

	if (picked != locked) {
		spin_unlock(&locked->lock);
		locked = pool_pick();
		spin_lock(&locked->lock);
	}
	locked->n++;
	if (locked != callers) {
		spin_unlock(&locked->lock);
		spin_lock(&callers->lock);
	}
}

struct tank {
	spinlock_t lock;
	int n, full;
};

struct tank *tank_pick(void);

void tank_activate_bad(struct tank *callers)
{
	struct tank *locked = tank_pick();

	spin_lock(&locked->lock);
	locked->n++;
	if (locked->full) {
		spin_unlock(&locked->lock);
		return;
	}
	if (locked != callers)
		return; // finds lock/imbalance [error, high]: lock
	spin_unlock(&locked->lock);
}
