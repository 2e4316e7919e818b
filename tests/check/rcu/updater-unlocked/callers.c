/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions that change the list leave the lock to those who call them, one of whom has
 * forgotten it.
 *
 *   CPU0                                 CPU1
 *   spin_lock(&t->lock)
 *   insert: hlist_add_head_rcu(&e->node)  destroy: hlist_del_rcu(&f->node)
 *   spin_unlock(&t->lock)
 */
#include "kernel.h"

struct entry {
	struct hlist_node node;
	struct rcu_head rcu;
};

struct table {
	spinlock_t lock;
	struct hlist_head head;
	struct entry *last, *spare;
	struct work_struct flush, age, make;
};

static void insert(struct table *t, struct entry *e)
{
	hlist_add_head_rcu(&e->node, &t->head);
}

static void destroy(struct entry *e)
{
	hlist_del_rcu(&e->node); // finds rcu/updater-unlocked [warning, medium]: struct entry.node is changed without struct table.lock
	kfree_rcu(e, rcu);
}

static void remove_last(struct table *t)
{
	if (t->last)
		destroy(t->last); // step
}

void table_add(struct table *t, struct entry *e)
{
	spin_lock(&t->lock);
	insert(t, e);
	spin_unlock(&t->lock);
}

void table_replace(struct table *t, struct entry *e)
{
	spin_lock(&t->lock);
	destroy(t->last);
	insert(t, e);
	spin_unlock(&t->lock);
}

void table_remove(struct table *t)
{
	spin_lock(&t->lock);
	remove_last(t);
	spin_unlock(&t->lock);
}

static void age_ok(struct work_struct *work)
{
	struct table *t = container_of(work, struct table, age);

	spin_lock(&t->lock);
	remove_last(t);
	spin_unlock(&t->lock);
}

static void flush_bad(struct work_struct *work)
{
	struct table *t = container_of(work, struct table, flush);

	remove_last(t); // step
}

/* Nobody knows the new table yet. */
static void make_ok(struct work_struct *work)
{
	struct table *old = container_of(work, struct table, make);
	struct table *new = kzalloc(sizeof(*new), GFP_KERNEL);

	if (new)
		insert(new, old->spare);
}

void table_start(struct table *t)
{
	INIT_WORK(&t->flush, flush_bad);
	INIT_WORK(&t->age, age_ok);
	INIT_WORK(&t->make, make_ok);
}
