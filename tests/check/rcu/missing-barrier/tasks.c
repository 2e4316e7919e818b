/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rcu_barrier() does not wait for the callbacks of Tasks Trace. */
// flags: -DMODULE "-DKBUILD_MODNAME=\"cache\""
#include "kernel.h"

struct node {
	struct rcu_head rcu;
};

static void node_put_bad(struct rcu_head *head) // step
{
	kfree(container_of(head, struct node, rcu));
}

void node_drop_bad(struct node *n)
{
	call_rcu_tasks_trace(&n->rcu, node_put_bad); // step
}

static void cache_exit_bad(void) // finds rcu/missing-barrier: no rcu_barrier_tasks_trace()
{
	rcu_barrier();
}
module_exit(cache_exit_bad);
