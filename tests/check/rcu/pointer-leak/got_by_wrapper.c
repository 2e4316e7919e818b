/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reference is taken inside the section, by a function that returns the object if it could. */
#include "kernel.h"

struct array {
	struct list_head node;
	refcount_t refs;
	void *lseg;
	int n;
};

static struct array *array_get(struct array *a)
{
	if (refcount_inc_not_zero(&a->refs))
		return a;
	return NULL;
}

void array_free(struct array *a);

static void array_put(struct array *a)
{
	if (refcount_dec_and_test(&a->refs))
		array_free(a);
}

int arrays_sum_ok(struct list_head *all)
{
	struct array *a;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(a, all, node) {
		if (!a->lseg || !array_get(a))
			continue;
		rcu_read_unlock();
		sum += a->n;
		rcu_read_lock();
		array_put(a);
	}
	rcu_read_unlock();
	return sum;
}

int arrays_first_bad(struct list_head *all)
{
	struct array *a;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(a, all, node) { // step
		if (!a->lseg)
			continue;
		rcu_read_unlock(); // step
		sum += a->n; // finds rcu/pointer-leak [error, high]: a is used after
		rcu_read_lock();
	}
	rcu_read_unlock();
	return sum;
}
