/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for a grace period only to free. */
#include "more.h"

struct dev {
	struct list_head node;
	struct rcu_head rcu;
	int *table;
};

struct plain {
	struct list_head node;
};

void remove_bad(struct dev *d)
{
	list_del_rcu(&d->node);
	synchronize_rcu(); // reports: the caller waits for a grace period only to free d
	kfree(d);
}

/* No rcu_head to free it by. */
void remove_plain_bad(struct plain *p)
{
	list_del_rcu(&p->node);
	synchronize_net(); // reports: the caller waits for a grace period only to free p
	kfree(p);
}

void remove_ok(struct dev *d)
{
	list_del_rcu(&d->node);
	kfree_rcu(d, rcu);
}

/* One wait for two objects. */
void remove_both_ok(struct dev *a, struct dev *b)
{
	list_del_rcu(&a->node);
	list_del_rcu(&b->node);
	synchronize_rcu();
	kfree(a);
	kfree(b);
}
