/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same, with the barrier called through a table of operations. */
// flags: -DMODULE "-DKBUILD_MODNAME=\"cache\""
#include "kernel.h"

struct node {
	struct list_head entry;
	struct rcu_head rcu;
};

struct flavour_ops {
	void (*cb_barrier)(void);
};

static struct flavour_ops ops[] = {
	{ .cb_barrier = rcu_barrier },
};

static struct flavour_ops *current_ops = ops;

static void node_free_ok(struct rcu_head *head)
{
	kfree(container_of(head, struct node, rcu));
}

void node_remove_ok(struct node *n)
{
	list_del_rcu(&n->entry);
	call_rcu(&n->rcu, node_free_ok);
}

static void cache_exit_ok(void)
{
	if (current_ops->cb_barrier)
		current_ops->cb_barrier();
}
module_exit(cache_exit_ok);
