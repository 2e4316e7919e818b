/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's exit function waits for readers, which is not enough: the callbacks run later.
 *
 *   CPU0                            CPU1
 *   call_rcu(&n->rcu, node_free)
 *   cache_exit(), text unmapped
 *                                   node_free(): no such page
 */
// flags: -DMODULE "-DKBUILD_MODNAME=\"cache\""
#include "kernel.h"

struct node {
	struct list_head entry;
	struct rcu_head rcu;
};

static LIST_HEAD(nodes);
static DEFINE_SPINLOCK(nodes_lock);

static void node_free_bad(struct rcu_head *head) // step
{
	kfree(container_of(head, struct node, rcu));
}

void node_remove_bad(struct node *n)
{
	spin_lock(&nodes_lock);
	list_del_rcu(&n->entry);
	spin_unlock(&nodes_lock);
	call_rcu(&n->rcu, node_free_bad); // step
}

static int cache_init_ok(void)
{
	return 0;
}
module_init(cache_init_ok);

static void cache_exit_bad(void) // finds rcu/missing-barrier [error, high]: no rcu_barrier() on the way out
{
	synchronize_rcu();
}
module_exit(cache_exit_bad);
