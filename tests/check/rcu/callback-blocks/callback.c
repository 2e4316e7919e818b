/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What runs after a grace period takes a mutex, waits for memory, waits for readers. */
#include "kernel.h"

struct node {
	struct rcu_head rcu;
	struct mutex *owner;
	struct work_struct work;
	void *last;
};

static struct srcu_struct nodes_srcu;

static void node_unlink(struct node *n)
{
	mutex_lock(n->owner); // step
	n->last = NULL;
	mutex_unlock(n->owner);
}

static void node_free_bad(struct rcu_head *rcu)
{
	struct node *n = container_of(rcu, struct node, rcu);

	node_unlink(n); // finds rcu/callback-blocks [error, high]: node_unlink() may sleep in node_free_bad(), which runs as an RCU callback
	kfree(n);
}

static void node_note_bad(struct rcu_head *rcu)
{
	struct node *n = container_of(rcu, struct node, rcu);

	n->last = kmalloc(8, GFP_KERNEL); // finds rcu/callback-blocks: kmalloc() may wait for memory (GFP_KERNEL) in node_note_bad()
}

static void node_wait_bad(struct rcu_head *rcu)
{
	synchronize_rcu(); // finds rcu/callback-blocks: synchronize_rcu() may sleep in node_wait_bad()
}

/* Those of SRCU run in a work item, but with softirqs off. */
static void node_late_bad(struct rcu_head *rcu)
{
	node_unlink(container_of(rcu, struct node, rcu)); // finds rcu/callback-blocks: node_late_bad(), which runs as a task with softirqs off
}

void nodes_drop_bad(struct node *n, struct node *m, struct node *o, struct node *p)
{
	call_rcu(&n->rcu, node_free_bad); // step
	call_rcu(&m->rcu, node_note_bad);
	call_rcu(&o->rcu, node_wait_bad);
	call_srcu(&nodes_srcu, &p->rcu, node_late_bad);
}

struct leaf {
	struct rcu_head rcu;
	struct mutex *owner;
	struct work_struct work;
	spinlock_t lock;
};

/* What sleeps is the work item's. */
static void leaf_work_ok(struct work_struct *work)
{
	struct leaf *l = container_of(work, struct leaf, work);

	mutex_lock(l->owner);
	mutex_unlock(l->owner);
	kfree(l);
}

static void leaf_queue_ok(struct rcu_head *rcu)
{
	struct leaf *l = container_of(rcu, struct leaf, rcu);

	schedule_work(&l->work);
}

/* It waits only where that is allowed. */
static void leaf_put(struct leaf *l, bool may_sleep)
{
	if (may_sleep)
		msleep(1);
	kfree(l);
}

static void leaf_free_ok(struct rcu_head *rcu)
{
	leaf_put(container_of(rcu, struct leaf, rcu), false);
}

void leaf_drop_ok(struct leaf *l, struct leaf *m, struct leaf *n)
{
	INIT_WORK(&l->work, leaf_work_ok);
	call_rcu(&l->rcu, leaf_queue_ok);
	call_rcu(&m->rcu, leaf_free_ok);
	kfree_rcu(n, rcu);
}
