/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may give a lock up says nothing of one that is taken later. */
#include "kernel.h"

struct team {
	spinlock_t lock;
	int n, busy;
};

static void team_settle_ok(struct team *t)
{
	if (t->busy)
		spin_unlock(&t->lock);
}

void team_inherit_bad(struct team *t)
{
	void *p;

	team_settle_ok(t);
	spin_lock(&t->lock);
	p = kmalloc(t->n, GFP_KERNEL); // finds sleep/atomic [error, high]: kmalloc() may wait for memory
	spin_unlock(&t->lock);
	team_settle_ok(t);
	kfree(p);
}

void team_inherit_ok(struct team *t)
{
	void *p;

	team_settle_ok(t);
	p = kmalloc(t->n, GFP_KERNEL);
	spin_lock(&t->lock);
	t->n++;
	spin_unlock(&t->lock);
	kfree(p);
}
