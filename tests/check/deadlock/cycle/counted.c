/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many locks of a class, one inside the other, each with a subclass of its own: in the order in
 * which they are walked.
 */
#include "kernel.h"

struct rq {
	raw_spinlock_t lock;
};

void lock_all_ok(struct rq **rqs, int n)
{
	for (int i = 0; i < n; i++)
		raw_spin_lock_nested(&rqs[i]->lock, i);
	for (int i = 0; i < n; i++)
		raw_spin_unlock(&rqs[i]->lock);
}

struct rq_bad {
	raw_spinlock_t lock;
};

void lock_two_bad(struct rq_bad *x, struct rq_bad *y)
{
	raw_spin_lock_nested(&x->lock, 1); // step
	raw_spin_lock(&y->lock);	   // finds deadlock/cycle: taken in both orders
	raw_spin_unlock(&y->lock);
	raw_spin_unlock(&x->lock);
}

void lock_others_bad(struct rq_bad *x, struct rq_bad *y)
{
	raw_spin_lock(&x->lock);	   // step
	raw_spin_lock_nested(&y->lock, 1); // step
	raw_spin_unlock(&y->lock);
	raw_spin_unlock(&x->lock);
}
