/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sleeps in a reader lets the grace period end that it should hold back. */
#include "kernel.h"

struct item {
	struct mutex lock;
	struct list_head link;
	int n;
};

static struct item *first;
static struct srcu_struct items_srcu;

void reader_bad(void)
{
	rcu_read_lock(); // step
	mutex_lock(&first->lock); // finds sleep/rcu [error, high]: may sleep inside rcu_read_lock()
	mutex_unlock(&first->lock);
	rcu_read_unlock();
}

void reader_ok(void)
{
	mutex_lock(&first->lock);
	rcu_read_lock();
	first->n++;
	rcu_read_unlock();
	mutex_unlock(&first->lock);
}

static void item_show(struct item *i, void __user *to)
{
	msleep(i->n);
}

void guard_bad(void)
{
	guard(rcu)();
	item_show(first, NULL); // finds sleep/rcu: item_show() may sleep inside rcu_read_lock()
}

void guard_ok(void)
{
	scoped_guard(rcu)
		first->n++;
	item_show(first, NULL);
}

void bh_bad(void)
{
	rcu_read_lock_bh();
	item_show(first, NULL); // finds sleep/rcu: rcu_read_lock_bh
	rcu_read_unlock_bh();
}

void srcu_ok(void)
{
	int index = srcu_read_lock(&items_srcu);

	item_show(first, NULL);
	srcu_read_unlock(&items_srcu, index);
}

void trace_ok(void)
{
	rcu_read_lock_trace();
	item_show(first, NULL);
	rcu_read_unlock_trace();
}
