/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plain calls on lists that readers walk under RCU.
 *
 *   CPU0                                 CPU1
 *   list_for_each_entry_rcu(h, hooks)    list_del(&h->list)
 *     h = h->list.next                     h->list.next = LIST_POISON1
 */
#include "kernel.h"

struct hook {
	struct list_head list;
	struct rcu_head rcu;
	int id;
};

struct table {
	struct mutex lock;
	struct list_head hooks;
};

int table_dump(struct table *t)
{
	struct hook *h;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(h, &t->hooks, list) // step
		sum += h->id;
	rcu_read_unlock();
	return sum;
}

void table_add(struct table *t, struct hook *h)
{
	mutex_lock(&t->lock);
	list_add_rcu(&h->list, &t->hooks);
	mutex_unlock(&t->lock);
}

static void drop_all_bad(struct list_head *hooks)
{
	struct hook *h, *next;

	list_for_each_entry_safe(h, next, hooks, list) {
		list_del(&h->list); // finds rcu/list-variant [warning, high]: list_del() on struct hook.list
		kfree_rcu(h, rcu);
	}
}

void table_flush(struct table *t)
{
	mutex_lock(&t->lock);
	drop_all_bad(&t->hooks);
	mutex_unlock(&t->lock);
}

void table_remove_bad(struct table *t, struct hook *h)
{
	mutex_lock(&t->lock);
	list_del_init(&h->list); // finds rcu/list-variant [warning, high]: list_del_init() on struct hook.list
	mutex_unlock(&t->lock);
	kfree_rcu(h, rcu);
}

void table_rotate_bad(struct table *t, struct hook *h)
{
	mutex_lock(&t->lock);
	list_move(&h->list, &t->hooks); // finds rcu/list-variant: list_move() on struct hook.list
	mutex_unlock(&t->lock);
}

void table_insert_bad(struct table *t, struct hook *h)
{
	mutex_lock(&t->lock);
	list_add_tail(&h->list, &t->hooks); // finds rcu/list-variant: list_add_tail() on struct hook.list
	mutex_unlock(&t->lock);
}

/* The same, right. */

struct port {
	struct list_head list;
	struct rcu_head rcu;
	int id;
};

struct bridge {
	struct mutex lock;
	struct list_head ports;
};

int bridge_dump_ok(struct bridge *b)
{
	struct port *p;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(p, &b->ports, list)
		sum += p->id;
	rcu_read_unlock();
	return sum;
}

void bridge_add_ok(struct bridge *b, struct port *p)
{
	mutex_lock(&b->lock);
	list_add_rcu(&p->list, &b->ports);
	mutex_unlock(&b->lock);
}

void bridge_flush_ok(struct bridge *b)
{
	struct port *p, *next;

	mutex_lock(&b->lock);
	list_for_each_entry_safe(p, next, &b->ports, list) {
		list_del_rcu(&p->list);
		kfree_rcu(p, rcu);
	}
	mutex_unlock(&b->lock);
}

/* A grace period has passed: nobody is there. */
void bridge_move_ok(struct bridge *b, struct port *p, struct list_head *idle)
{
	mutex_lock(&b->lock);
	list_del_rcu(&p->list);
	mutex_unlock(&b->lock);
	synchronize_rcu();
	list_add(&p->list, idle);
}

static void port_release(struct port *p)
{
	list_del_init(&p->list);
}

void bridge_close_ok(struct bridge *b, struct port *p)
{
	mutex_lock(&b->lock);
	list_del_rcu(&p->list);
	mutex_unlock(&b->lock);
	synchronize_rcu();
	port_release(p);
}

/* Not published yet. */
void bridge_init_ok(struct bridge *b, struct port *p)
{
	INIT_LIST_HEAD(&b->ports);
	list_add(&p->list, &b->ports);
}

/* A list of its own, on the stack. */
void bridge_batch_ok(struct port *p, struct port *q)
{
	LIST_HEAD(batch);
	struct port *at, *next;

	list_add(&p->list, &batch);
	list_add(&q->list, &batch);
	list_for_each_entry_safe(at, next, &batch, list)
		list_del(&at->list);
}
