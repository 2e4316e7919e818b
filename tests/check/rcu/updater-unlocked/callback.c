/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RCU callbacks run on several CPUs at once.
 *
 *   CPU0 (softirq)       CPU1 (softirq)
 *   reads n_items: 7     reads n_items: 7
 *   writes 6             writes 6
 */
#include "kernel.h"

struct item {
	struct rcu_head rcu;
	int *counter;
};

static int n_items;
static atomic_t n_atomic;
static DEFINE_SPINLOCK(count_lock);

static void item_free_bad(struct rcu_head *head)
{
	n_items--; // finds rcu/updater-unlocked [warning, medium]: item_free_bad() changes n_items
	kfree(container_of(head, struct item, rcu));
}

static void item_free_atomic_ok(struct rcu_head *head)
{
	atomic_inc(&n_atomic);
	kfree(container_of(head, struct item, rcu));
}

static void item_free_locked_ok(struct rcu_head *head)
{
	spin_lock(&count_lock);
	n_items--;
	spin_unlock(&count_lock);
	kfree(container_of(head, struct item, rcu));
}

void item_drop(struct item *item, int how)
{
	if (how == 0)
		call_rcu(&item->rcu, item_free_bad);
	else if (how == 1)
		call_rcu(&item->rcu, item_free_atomic_ok);
	else
		call_rcu(&item->rcu, item_free_locked_ok);
}
