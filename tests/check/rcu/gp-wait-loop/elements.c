/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One grace period for each element, where one for all would do. */
#include "kernel.h"

struct route {
	struct list_head link;
	struct rcu_head rcu;
	int n;
};

struct table {
	struct list_head routes;
	struct route *slots[16];
	struct mutex lock;
	int n_slots, users;
};

void flush_bad(struct table *t)
{
	struct route *r, *next;

	list_for_each_entry_safe(r, next, &t->routes, link) {
		list_del_rcu(&r->link);
		synchronize_rcu(); // finds rcu/gp-wait-loop [warning, high]: synchronize_rcu() waits for a grace period once for each turn of a loop
		kfree(r);
	}
}

void drain_bad(struct table *t)
{
	while (!list_empty(&t->routes)) {
		struct route *r = list_first_entry(&t->routes, struct route, link);

		list_del_rcu(&r->link);
		synchronize_rcu(); // finds rcu/gp-wait-loop: synchronize_rcu() waits
		kfree(r);
	}
}

static void route_free(struct route *r)
{
	synchronize_rcu(); // step
	kfree(r);
}

void slots_bad(struct table *t)
{
	for (int i = 0; i < t->n_slots; i++)
		route_free(t->slots[i]); // finds rcu/gp-wait-loop: route_free() waits for a grace period once for each turn of a loop: synchronize_rcu()
}

void flush_ok(struct table *t)
{
	struct route *r, *next;

	list_for_each_entry_safe(r, next, &t->routes, link) {
		list_del_rcu(&r->link);
		kfree_rcu(r, rcu);
	}
}

/* Once, after the loop. */
void flush_once_ok(struct table *t, struct list_head *gone)
{
	struct route *r, *next;

	for (int i = 0; i < t->n_slots; i++)
		t->slots[i] = NULL;
	synchronize_rcu();
	list_for_each_entry_safe(r, next, gone, link)
		kfree(r);
}

/* Until nobody uses it any more: as often as it takes. */
void settle_ok(struct table *t)
{
	while (READ_ONCE(t->users))
		synchronize_rcu();
}

/* It waits at the element that was looked for, and leaves. */
void remove_ok(struct table *t, int n)
{
	struct route *r;

	list_for_each_entry(r, &t->routes, link) {
		if (r->n != n)
			continue;
		list_del_rcu(&r->link);
		synchronize_rcu();
		kfree(r);
		break;
	}
}

/* What is done with each of them, nobody sees. */
void route_gone(struct route *r);

void flush_list_bad(struct list_head *gone)
{
	struct route *r, *next;

	list_for_each_entry_safe(r, next, gone, link) {
		synchronize_rcu(); // finds rcu/gp-wait-loop: synchronize_rcu() waits
		route_gone(r);
	}
}

void flush_list_ok(struct list_head *gone)
{
	struct route *r, *next;

	synchronize_rcu();
	list_for_each_entry_safe(r, next, gone, link)
		route_gone(r);
}
