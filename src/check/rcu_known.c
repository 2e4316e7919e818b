/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_known.c - which locks a source file knows of
 *
 * Dispatchers hold locks of their own around what they call: that of generic netlink, a cgroup
 * file's. Such a lock keeps a driver's objects only if the driver relies on it, and who relies on a
 * lock takes it, asserts it or names it in a condition somewhere in the file.
 */
#include "check/rcu_p.h"

static uint64_t key_of(uint32_t unit, uint32_t class_string)
{
	return (uint64_t)unit << 32 | class_string;
}

static void note(struct rcu_sites *sites, uint32_t function, uint32_t class_string)
{
	uint64_t key = key_of(sites->in->program->functions[function].unit, class_string);

	if (class_string && !g_hash_table_contains(sites->known, &key))
		g_hash_table_add(sites->known, arena_memdup(sites->in->arena, &key, sizeof(key)));
}

static void note_function(struct rcu_sites *sites, uint32_t function)
{
	const struct flow_result *flow = sites->in->summaries->functions[function].flow;

	for (uint32_t i = 0; flow && i < flow->n_acquires; i++)
		note(sites, function, flow->acquires[i].lock.class_string);
	for (uint32_t i = 0; flow && i < flow->n_calls; i++)
		for (uint32_t h = 0; h < flow->calls[i].held->n; h++)
			note(sites, function, flow->calls[i].held->locks[h].class_string);
}

void rcu_find_known(struct rcu_sites *sites)
{
	sites->known = g_hash_table_new(g_int64_hash, g_int64_equal);
	for (uint32_t f = 0; f < sites->in->program->n_functions; f++)
		note_function(sites, f);
	for (guint i = 0; i < sites->reports->len; i++) {
		const struct rcu_report *report =
			&g_array_index(sites->reports, struct rcu_report, i);
		struct rcu_wanted wanted = rcu_wanted_at(sites, report->function, report->where);

		for (uint32_t c = 0; c < wanted.n; c++)
			note(sites, report->function, wanted.classes[c]);
	}
}

bool rcu_knows(const struct rcu_sites *sites, uint32_t function, uint32_t class_string)
{
	uint64_t key = key_of(sites->in->program->functions[function].unit, class_string);

	return g_hash_table_contains(sites->known, &key);
}

bool rcu_knows_any(const struct rcu_sites *sites, uint32_t function, const struct held_set *held)
{
	uint32_t unit = sites->in->program->functions[function].unit;

	for (uint32_t i = 0; i < held->n; i++) {
		const struct held_lock *lock = &held->locks[i];
		uint64_t key = key_of(unit, lock->class_string);

		if (!lock->class_string || lock->kind == LOCK_RCU || lock->kind == LOCK_SRCU ||
		    lock->kind == LOCK_RCU_TRACE || g_hash_table_contains(sites->known, &key))
			return true;
	}
	return false;
}
