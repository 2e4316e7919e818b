/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for a grace period where none can end, or where nothing may sleep. */
#include "more.h"

struct dev {
	spinlock_t lock;
	struct list_head node;
	struct srcu_struct srcu;
};

void in_reader_bad(struct dev *d)
{
	rcu_read_lock();
	list_del_rcu(&d->node);
	synchronize_rcu(); // reports: waits for itself
	rcu_read_unlock();
}

void under_lock_bad(struct dev *d)
{
	spin_lock(&d->lock);
	list_del_rcu(&d->node);
	synchronize_srcu(&d->srcu); // reports: synchronize_srcu() sleeps while &d->lock is held
	spin_unlock(&d->lock);
}

void preempt_off_bad(struct dev *d)
{
	preempt_disable();
	list_del_rcu(&d->node);
	rcu_barrier(); // reports: rcu_barrier() sleeps in the atomic section
	preempt_enable();
}

void after_ok(struct dev *d)
{
	spin_lock(&d->lock);
	list_del_rcu(&d->node);
	spin_unlock(&d->lock);
	synchronize_rcu();
}

/* Another domain's wait does not wait for this reader. */
void other_domain_ok(struct dev *d, struct srcu_struct *other)
{
	int idx = srcu_read_lock(&d->srcu);

	synchronize_rcu();
	srcu_read_unlock(&d->srcu, idx);
	synchronize_srcu(other);
}
