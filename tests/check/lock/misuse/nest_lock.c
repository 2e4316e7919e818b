/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A nest_lock serialises the nesting only if it is held, and was before the first of the class. */
#include "kernel.h"

struct map {
	spinlock_t all;
};

struct item {
	spinlock_t lock;
};

void unheld_bad(struct map *map, struct item *item)
{
	spin_lock_nest_lock(&item->lock, &map->all); // finds lock/misuse [error, high]: not held
	spin_unlock(&item->lock);
}

struct item_ok {
	spinlock_t lock;
};

void two_ok(struct map *map, struct item_ok *x, struct item_ok *y)
{
	spin_lock(&map->all);
	spin_lock_nest_lock(&x->lock, &map->all);
	spin_lock_nest_lock(&y->lock, &map->all);
	spin_unlock(&y->lock);
	spin_unlock(&x->lock);
	spin_unlock(&map->all);
}

struct item_late {
	spinlock_t lock;
};

void late_bad(struct map *map, struct item_late *x, struct item_late *y)
{
	spin_lock(&x->lock); // step
	spin_lock(&map->all); // finds deadlock/cycle: item_late->lock and map->all
	spin_lock_nest_lock(&y->lock, &map->all); // step
	spin_unlock(&y->lock);
	spin_unlock(&map->all);
	spin_unlock(&x->lock);
}
