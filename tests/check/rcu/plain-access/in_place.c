/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two members of an element on the list are changed one after the other.
 *
 *   CPU0                 CPU1 (reader)
 *   r->addr = addr
 *                        r->addr: new, r->mask: old
 *   r->mask = mask
 */
#include "kernel.h"

struct route {
	struct list_head link;
	struct rcu_head rcu;
	u32 id, addr, mask, used;
};

struct table {
	spinlock_t lock;
	struct list_head routes;
};

int route_matches(struct table *t, u32 addr)
{
	struct route *r;
	int found = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(r, &t->routes, link)
		if ((addr & r->mask) == r->addr)
			found = 1;
	rcu_read_unlock();
	return found;
}

void route_change_bad(struct table *t, u32 id, u32 addr, u32 mask)
{
	struct route *r;

	spin_lock(&t->lock);
	list_for_each_entry(r, &t->routes, link) {
		if (r->id != id)
			continue;
		r->addr = addr; // finds rcu/plain-access [note, medium]: addr and mask of an element
		r->mask = mask;
	}
	spin_unlock(&t->lock);
}

void route_mark_ok(struct table *t, u32 id)
{
	struct route *r;

	spin_lock(&t->lock);
	list_for_each_entry(r, &t->routes, link) {
		if (r->id != id)
			continue;
		r->addr = 0;
		r->used = 1;
	}
	spin_unlock(&t->lock);
}

void route_make_ok(struct table *t, u32 addr, u32 mask)
{
	struct route *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return;
	r->addr = addr;
	r->mask = mask;
	spin_lock(&t->lock);
	list_add_rcu(&r->link, &t->routes);
	spin_unlock(&t->lock);
}
