/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who unlinks with a lock held has others to reckon with; who does without takes all apart, and the
 * readers were waited for where nobody sees it.
 */
#include "kernel.h"

struct route {
	struct list_head entry;
	struct rcu_head rcu;
	int key;
};

struct table {
	struct mutex lock;
	struct list_head routes;
	struct work_struct flush;
};

void route_del_bad(struct table *t, struct route *r)
{
	mutex_lock(&t->lock);
	list_del_rcu(&r->entry); // step
	mutex_unlock(&t->lock);
	kfree(r); // finds rcu/free-before-gp [error, high]: r is freed
}

void route_del_ok(struct table *t, struct route *r)
{
	mutex_lock(&t->lock);
	list_del_rcu(&r->entry);
	mutex_unlock(&t->lock);
	kfree_rcu(r, rcu);
}

static void drop(struct route *r)
{
	list_del_rcu(&r->entry);
	kfree(r); // finds rcu/free-before-gp [error, high]: r is freed
}

void table_trim(struct table *t, struct route *r)
{
	mutex_lock(&t->lock);
	drop(r);
	mutex_unlock(&t->lock);
}

void table_free_bad(struct table *t)
{
	struct route *r, *next;

	list_for_each_entry_safe(r, next, &t->routes, entry) {
		list_del_rcu(&r->entry);
		kfree(r); // finds rcu/free-before-gp [warning, medium]: r is freed
	}
	kfree(t);
}

static void drop_all_ok(struct table *t)
{
	struct route *r, *next;

	list_for_each_entry_safe(r, next, &t->routes, entry) {
		list_del_rcu(&r->entry);
		kfree(r);
	}
}

void table_release_ok(struct table *t)
{
	synchronize_rcu();
	drop_all_ok(t);
}
