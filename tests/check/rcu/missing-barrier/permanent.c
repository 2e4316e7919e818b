/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module without an exit function stays for good. */
// flags: -DMODULE "-DKBUILD_MODNAME=\"cache\""
#include "kernel.h"

struct node {
	struct rcu_head rcu;
};

static void node_free_ok(struct rcu_head *head)
{
	kfree(container_of(head, struct node, rcu));
}

void node_remove_ok(struct node *n)
{
	call_rcu(&n->rcu, node_free_ok);
}

static int cache_init_ok(void)
{
	return 0;
}
module_init(cache_init_ok);
