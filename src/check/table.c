/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.c - one row per check */
#include "check/check_p.h"
#include "check/rcu_p.h"

/* A row a line, so that rows that are added at once do not meet. */
/* clang-format off */
const struct check *const check_table[] = {
	&check_deadlock_cycle,
	&check_deadlock_self,
	&check_deadlock_order,
	&check_deadlock_irq,
	&check_lock_imbalance,
	&check_lock_context,
	&check_lock_misuse,
	&check_lock_entry,
	&check_lock_not_held,
	&check_lock_guarded,
	&check_rcu_barrier,
	&check_rcu_cache,
	&check_rcu_free,
	&check_srcu,
	&check_rcu_leak,
	&check_rcu_list,
	&check_rcu_plain_walk,
	&check_rcu_reader,
	&check_rcu_update,
	&check_rcu_access,
	&check_rcu_tear,
	&check_rcu_usage,
	&check_srcu_barrier,
	&check_sleep_atomic,
	&check_sleep_irq,
	&check_rcu_gp_wait,
	&check_seqcount,
	&check_deadlock_event,
	&check_deadlock_ancestor,
	&check_rcu_flavor,
	NULL,
};
/* clang-format on */

void checks_run(const struct check_input *in, enum check_group group)
{
	g_autoptr(GHashTable) paths = g_hash_table_new(NULL, NULL);
	struct check_input prepared = *in;
	struct rcu_sites *sites = group == CHECKS_OF_CODE ? rcu_sites_find(in) : NULL;

	prepared.paths = paths;
	prepared.rcu = sites;
	prepared.graph = group == CHECKS_OF_GRAPH ? in->graph : NULL;
	for (const struct check *const *check = check_table; *check; check++)
		if ((*check)->group == group)
			(*check)->run(&prepared);
	rcu_sites_free(sites);
}
