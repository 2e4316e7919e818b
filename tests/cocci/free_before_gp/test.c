/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Freed while a reader is on it.
 *
 *   CPU0 (reader)               CPU1
 *   e = element
 *                               list_del_rcu(&e->node); kfree(e)
 *   reads e->id
 */
#include "more.h"

struct dev {
	struct list_head node;
	struct rcu_head rcu;
	int id;
};

struct plain {
	struct list_head node;
};

void remove_bad(struct dev *d)
{
	list_del_rcu(&d->node);
	kfree(d); // reports: freed while readers may hold it
}

/* No rcu_head: what to do is not mechanical. */
void remove_plain_bad(struct plain *d)
{
	list_del_rcu(&d->node);
	use(1);
	kfree(d); // reports: freed while readers may hold it
}

void remove_ok(struct dev *d)
{
	list_del_rcu(&d->node);
	kfree_rcu(d, rcu);
}

void remove_waiting_ok(struct dev *d)
{
	list_del_rcu(&d->node);
	synchronize_rcu();
	kfree(d);
}

/* What is freed is another one. */
void replace_ok(struct dev *d, struct dev *never_added)
{
	list_del_rcu(&d->node);
	call_rcu(&d->rcu, NULL);
	d = never_added;
	kfree(d);
}
