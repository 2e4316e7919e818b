/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same condition unlinks and waits; and a loop that does so with each element. */
#include "kernel.h"

struct peer {
	struct list_head entry;
	bool listed;
	struct rcu_head rcu;
};

struct table {
	struct list_head peers;
	struct mutex lock;
};

void peer_drop_ok(struct table *t, struct peer *p, bool listed)
{
	mutex_lock(&t->lock);
	if (listed)
		list_del_rcu(&p->entry);
	mutex_unlock(&t->lock);
	if (listed)
		synchronize_rcu();
	kfree(p);
}

void peer_drop_bad(struct table *t, struct peer *p, bool listed)
{
	mutex_lock(&t->lock);
	if (listed)
		list_del_rcu(&p->entry); // step
	mutex_unlock(&t->lock);
	if (!listed)
		synchronize_rcu();
	kfree(p); // finds rcu/free-before-gp
}

void table_flush_ok(struct table *t)
{
	struct peer *p, *next;

	list_for_each_entry_safe(p, next, &t->peers, entry) {
		list_del_rcu(&p->entry);
		kfree_rcu(p, rcu);
	}
}

void table_drain_ok(struct table *t)
{
	while (!list_empty(&t->peers)) {
		struct peer *p = list_first_entry(&t->peers, struct peer, entry);

		list_del_rcu(&p->entry);
		kfree_rcu(p, rcu);
	}
}

void table_flush_bad(struct table *t)
{
	struct peer *p, *next;

	list_for_each_entry_safe(p, next, &t->peers, entry) {
		list_del_rcu(&p->entry); // step
		kfree(p); // finds rcu/free-before-gp
	}
}

/* Another object is freed. */
void peer_replace_ok(struct peer *p, struct peer *spare)
{
	list_del_rcu(&p->entry);
	kfree(spare);
	kfree_rcu(p, rcu);
}

/* Who waits on the other way knows that readers are there only then. */
void peer_either_ok(struct peer *p, bool live)
{
	list_del_rcu(&p->entry);
	if (live)
		kfree_rcu(p, rcu);
	else
		kfree(p);
}
