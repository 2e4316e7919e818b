/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A variable whose address is in a list changes while one waits for it: what comes after the loop is
 * reached. klist_remove()
 */
#include "kernel.h"

struct waiter {
	struct list_head list;
	int woken;
};

struct node {
	struct mutex lock;
	int n;
};

static LIST_HEAD(waiters);
static DEFINE_SPINLOCK(waiters_lock);

void waiter_schedule(void);

static void wait_for_removal(struct node *n)
{
	struct waiter waiter;

	waiter.woken = 0;
	spin_lock(&waiters_lock);
	list_add(&waiter.list, &waiters);
	spin_unlock(&waiters_lock);
	for (;;) {
		if (*(volatile int *)&waiter.woken)
			break;
		waiter_schedule();
	}
}

void remove_bad(struct node *n)
{
	mutex_lock(&n->lock); // step
	wait_for_removal(n);
	mutex_lock(&n->lock); // finds deadlock/self: while the same task holds it
	mutex_unlock(&n->lock);
}

void remove_ok(struct node *n)
{
	mutex_lock(&n->lock);
	wait_for_removal(n);
	mutex_unlock(&n->lock);
}
