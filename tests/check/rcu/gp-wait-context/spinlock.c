/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checklist item 6: a grace period is waited for where nothing may sleep. */
#include "kernel.h"

struct conf {
	struct rcu_head rcu;
	int n;
};

struct host {
	spinlock_t lock;
	struct srcu_struct srcu;
	struct conf *conf;
};

static void host_drop(struct host *h)
{
	struct conf *old = h->conf;

	rcu_assign_pointer(h->conf, NULL);
	synchronize_rcu(); // step
	kfree(old);
}

void host_reset_bad(struct host *h)
{
	spin_lock(&h->lock); // step
	host_drop(h); // finds rcu/gp-wait-context [error, high]: host_drop() may sleep while host->lock
	spin_unlock(&h->lock);
}

void host_srcu_bad(struct host *h)
{
	preempt_disable();
	synchronize_srcu(&h->srcu); // finds rcu/gp-wait-context
	preempt_enable();
}

void host_headless_bad(struct host *h)
{
	spin_lock(&h->lock);
	kvfree_call_rcu(NULL, h->conf); // finds rcu/gp-wait-context
	spin_unlock(&h->lock);
}

void host_reset_ok(struct host *h)
{
	struct conf *old;

	spin_lock(&h->lock);
	old = h->conf;
	rcu_assign_pointer(h->conf, NULL);
	spin_unlock(&h->lock);
	synchronize_rcu();
	kfree(old);
}

void host_later_ok(struct host *h)
{
	struct conf *old;

	spin_lock(&h->lock);
	old = h->conf;
	rcu_assign_pointer(h->conf, NULL);
	kfree_rcu(old, rcu);
	spin_unlock(&h->lock);
}
