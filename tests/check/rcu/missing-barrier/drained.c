/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same, with the barrier in a function that the exit function calls. */
// flags: -DMODULE "-DKBUILD_MODNAME=\"cache\""
#include "kernel.h"

struct node {
	struct list_head entry;
	struct rcu_head rcu;
};

static void node_free_ok(struct rcu_head *head)
{
	kfree(container_of(head, struct node, rcu));
}

void node_remove_ok(struct node *n)
{
	list_del_rcu(&n->entry);
	call_rcu(&n->rcu, node_free_ok);
}

static void drain_ok(void)
{
	rcu_barrier();
}

static void cache_exit_ok(void)
{
	drain_ok();
}
module_exit(cache_exit_ok);
