/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_unasked.c - steps over lists of which no macro asks who is there
 *
 * list_first_or_null_rcu(), list_next_or_null_rcu() and the iterators that go on from an element
 * read links as readers do, and ask for none at run time. What would do is known from those who
 * change the list with readers in mind: one of the locks that they hold, or a reader.
 */
#include "check/rcu_p.h"

/* Who holds nothing has callers that do, or a reason: then any lock may be the one. */
static void want_locks(struct rcu_wanted *wanted, const struct held_set *held)
{
	bool found = false;

	for (uint32_t i = 0; i < held->n; i++) {
		if (rcu_is_reader(&held->locks[i]))
			continue;
		rcu_want(wanted, held->locks[i].class_string);
		found = true;
	}
	wanted->is_open |= !found;
}

/* Readers of another flavour have a section of their own, which any of them serves. */
static bool is_read_under_srcu(const struct rcu_sites *sites, uint32_t element)
{
	for (guint i = 0; i < sites->walks->len; i++) {
		const struct list_walk *walk = &g_array_index(sites->walks, struct list_walk, i);

		if (walk->element == element && walk->wants_srcu)
			return true;
	}
	return false;
}

struct rcu_wanted rcu_wanted_unasked(const struct rcu_sites *sites, uint32_t element)
{
	struct rcu_wanted wanted = { .wants_reader = true };
	bool is_changed = false;

	rcu_want(&wanted, intern_id(sites->in->program->strings, "rcu_read_lock"));
	for (guint i = 0; i < sites->updates->len; i++) {
		const struct list_update *update =
			&g_array_index(sites->updates, struct list_update, i);

		if (update->element != element || !update->access->is_rcu ||
		    update->access->op == RCU_INIT)
			continue;
		is_changed = true;
		if (rcu_is_quiet(sites, update->function, update->event->where) == RCU_BUSY)
			want_locks(&wanted, update->event->held);
	}
	if (!is_changed || is_read_under_srcu(sites, element))
		wanted.n = 0;
	return wanted;
}
