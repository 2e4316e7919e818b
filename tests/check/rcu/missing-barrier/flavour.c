/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rcu_barrier() does not wait for the callbacks of an srcu_struct. */
// flags: -DMODULE "-DKBUILD_MODNAME=\"cache\""
#include "kernel.h"

struct node {
	struct rcu_head rcu;
};

static struct srcu_struct nodes_srcu;

static void node_free_bad(struct rcu_head *head) // step
{
	kfree(container_of(head, struct node, rcu));
}

void node_remove_bad(struct node *n)
{
	call_srcu(&nodes_srcu, &n->rcu, node_free_bad); // step
}

static void cache_exit_bad(void) // finds rcu/missing-barrier: no srcu_barrier()
{
	rcu_barrier();
	cleanup_srcu_struct(&nodes_srcu);
}
module_exit(cache_exit_bad);
