/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Callbacks run in softirq context. */
#include "more.h"

struct dev {
	struct rcu_head rcu;
	struct mutex lock;
	void *log;
};

static void locks_bad(struct rcu_head *head)
{
	struct dev *d = container_of(head, struct dev, rcu);

	mutex_lock(&d->lock); // reports: mutex_lock() may sleep in the RCU callback locks_bad()
	mutex_unlock(&d->lock);
	kfree(d);
}

static void allocates_bad(struct rcu_head *head)
{
	struct dev *d = container_of(head, struct dev, rcu);

	d->log = kmalloc(8, GFP_KERNEL); // reports: kmalloc() may sleep in the RCU callback
}

static void allocates_ok(struct rcu_head *head)
{
	struct dev *d = container_of(head, struct dev, rcu);

	d->log = kmalloc(8, GFP_ATOMIC);
}

/* Called, not queued. */
void called_ok(struct rcu_head *head)
{
	struct dev *d = container_of(head, struct dev, rcu);

	mutex_lock(&d->lock);
	mutex_unlock(&d->lock);
}

void put_ok(struct dev *a, struct dev *b, struct dev *c)
{
	call_rcu(&a->rcu, locks_bad);
	call_rcu(&b->rcu, allocates_bad);
	call_rcu(&c->rcu, allocates_ok);
	called_ok(&c->rcu);
}
