/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The locks of all elements are taken in one function and given up in another, which goes over
 * them: what it gave up in earlier turns is no other way to return. That the list was not empty in
 * one of them and is in the other is still thought possible.
 */
#include "kernel.h"

struct res {
	struct list_head resources;
	spinlock_t lock;
	int state;
};

static LIST_HEAD(all);
static DEFINE_MUTEX(all_mutex);

#define each(r)                                                                                    \
	for (r = container_of(all.next, struct res, resources); &r->resources != &all;             \
	     r = container_of(r->resources.next, struct res, resources))

static void lock_all_ok(void)
{
	struct res *r;
	int i = 0;

	mutex_lock(&all_mutex);
	local_irq_disable();
	each(r)
		spin_lock_nested(&r->lock, i++); // wrongly deadlock/cycle: all_mutex and res->lock are taken in both orders
}

static void unlock_all_ok(void)
{
	struct res *r;

	each(r)
		spin_unlock(&r->lock);
	local_irq_enable();
	mutex_unlock(&all_mutex);
}

int change_ok(struct res *r, int state)
{
	lock_all_ok();
	if (state < 0) {
		unlock_all_ok();
		return -EINVAL;
	}
	r->state = state;
	unlock_all_ok();
	mutex_lock(&all_mutex);
	spin_lock_irq(&r->lock);
	r->state++;
	spin_unlock_irq(&r->lock);
	mutex_unlock(&all_mutex);
	return 0;
}

int change_bad(struct res *r, int state)
{
	lock_all_ok(); // step
	if (state < 0)
		return -EINVAL; // finds lock/imbalance: all_mutex held here
	r->state = state;
	unlock_all_ok();
	return 0;
}
