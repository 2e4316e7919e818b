/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether it waits is told by a flag that was worked out from an argument, as in
 * kvfree_call_rcu(): with a head it never does.
 */
#include "kernel.h"

struct head {
	void (*func)(struct head *head);
};

bool put_in_bulk(void *ptr, bool can_alloc);

static void free_later(struct head *head, void *ptr)
{
	bool success = put_in_bulk(ptr, !head);

	if (!success) {
		if (!head)
			goto out;
		success = true;
	}
out:
	if (!success)
		synchronize_rcu(); // step
}

struct element {
	struct head head;
};

void remove_ok(spinlock_t *lock, struct element *e)
{
	spin_lock(lock);
	free_later(&e->head, e);
	spin_unlock(lock);
}

void remove_bad(spinlock_t *lock, struct element *e)
{
	spin_lock(lock);     // step
	free_later(NULL, e); // finds rcu/gp-wait-context: synchronize_rcu
	spin_unlock(lock);
}
