/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three updaters hold the list's lock, one has forgotten it.
 *
 *   CPU0                               CPU1
 *   spin_lock(&t->lock)
 *   list_add_rcu(&r->link, &t->list)   list_del_rcu(&q->link)
 *   spin_unlock(&t->lock)
 */
#include "kernel.h"

struct route {
	struct list_head link;
	struct rcu_head rcu;
	int key;
};

struct table {
	spinlock_t lock;
	struct list_head list;
	struct route *last;
	struct work_struct work;
};

void route_add(struct table *t, struct route *r)
{
	spin_lock(&t->lock);
	list_add_rcu(&r->link, &t->list); // step
	spin_unlock(&t->lock);
}

void route_add_second(struct table *t, struct route *r)
{
	spin_lock(&t->lock);
	list_add_rcu(&r->link, &t->list);
	spin_unlock(&t->lock);
}

static void drop(struct route *r)
{
	list_del_rcu(&r->link); // finds rcu/updater-unlocked [warning, medium]: struct route.link is changed without struct table.lock
	kfree_rcu(r, rcu);
}

void route_del(struct table *t, struct route *r)
{
	spin_lock(&t->lock);
	list_del_rcu(&r->link);
	spin_unlock(&t->lock);
	kfree_rcu(r, rcu);
}

static void expire_ok(struct work_struct *work)
{
	struct table *t = container_of(work, struct table, work);

	spin_lock(&t->lock);
	drop(t->last);
	spin_unlock(&t->lock);
}

static void expire_bad(struct work_struct *work)
{
	struct table *t = container_of(work, struct table, work);

	drop(t->last); // step
}

void table_start(struct table *t, bool careful)
{
	if (careful)
		INIT_WORK(&t->work, expire_ok);
	else
		INIT_WORK(&t->work, expire_bad);
}
