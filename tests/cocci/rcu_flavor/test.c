/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader is of one flavour, the access of another. */
#include "more.h"

struct conf {
	int limit;
};

struct dev {
	struct conf __rcu *conf;
};

int plain_bad(struct dev *d)
{
	int limit;

	rcu_read_lock();
	limit = rcu_dereference_bh(d->conf)->limit; // reports: wants rcu_dereference()
	rcu_read_unlock();
	return limit;
}

int bh_bad(struct dev *d)
{
	int limit;

	rcu_read_lock_bh();
	limit = rcu_dereference(d->conf)->limit; // reports: wants rcu_dereference_bh()
	rcu_read_unlock_bh();
	return limit;
}

int sched_bad(struct dev *d)
{
	int limit;

	rcu_read_lock_sched();
	limit = rcu_dereference(d->conf)->limit; // reports: wants rcu_dereference_sched()
	rcu_read_unlock_sched();
	return limit;
}

int bh_ok(struct dev *d)
{
	int limit;

	rcu_read_lock_bh();
	limit = rcu_dereference_bh(d->conf)->limit;
	rcu_read_unlock_bh();
	return limit;
}

int both_ok(struct dev *d)
{
	int limit;

	rcu_read_lock_bh();
	rcu_read_lock();
	limit = rcu_dereference(d->conf)->limit;
	rcu_read_unlock();
	rcu_read_unlock_bh();
	return limit;
}

/* Interrupts off are a reader of every flavour. */
int irqs_off_ok(struct dev *d)
{
	unsigned long flags;
	int limit;

	local_irq_save(flags);
	rcu_read_lock();
	limit = rcu_dereference_bh(d->conf)->limit;
	rcu_read_unlock();
	local_irq_restore(flags);
	return limit;
}
