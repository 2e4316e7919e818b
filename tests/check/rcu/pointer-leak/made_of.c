/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reference to what a function makes of the pointer keeps that as well. */
#include "kernel.h"

int kref_put(struct kref *kref, void (*release)(struct kref *kref));

struct part {
	struct list_head list;
	struct kref ref;
	int index;
};

static LIST_HEAD(parts);

static void part_release(struct kref *ref)
{
	kfree(container_of(ref, struct part, ref));
}

static inline struct part *part_of(struct part *p)
{
	return p ? container_of(&p->ref, struct part, ref) : NULL;
}

int parts_index_ok(int index)
{
	struct part *p;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(p, &parts, list) {
		struct part *whole = part_of(p);

		if (!kref_get_unless_zero(&whole->ref))
			continue;
		rcu_read_unlock();
		sum += p->index;
		rcu_read_lock();
		kref_put(&whole->ref, part_release);
	}
	rcu_read_unlock();
	return sum;
}

/* No reference: nothing keeps it. */
int parts_sum_bad(int index)
{
	struct part *p;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(p, &parts, list) {
		struct part *whole = part_of(p);

		if (!whole)
			continue;
		rcu_read_unlock();
		sum += p->index; // finds rcu/pointer-leak [error, high]: p is used after the RCU section
		rcu_read_lock();
	}
	rcu_read_unlock();
	return sum;
}
