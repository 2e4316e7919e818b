/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each flavour has its own barrier, and kfree_rcu() needs none: no text of the module runs. */
// flags: -DMODULE "-DKBUILD_MODNAME=\"cache\""
#include "kernel.h"

struct node {
	struct rcu_head rcu;
};

static struct srcu_struct nodes_srcu;

static void node_free_ok(struct rcu_head *head)
{
	kfree(container_of(head, struct node, rcu));
}

void node_remove_ok(struct node *n)
{
	call_srcu(&nodes_srcu, &n->rcu, node_free_ok);
}

void node_drop_ok(struct node *n)
{
	kfree_rcu(n, rcu);
}

static void cache_exit_ok(void)
{
	srcu_barrier(&nodes_srcu);
	cleanup_srcu_struct(&nodes_srcu);
}
module_exit(cache_exit_ok);
