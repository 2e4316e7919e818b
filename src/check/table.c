/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.c - one row per check */
#include "check/check_p.h"

/* clang-format off: a row a line, so that two that are added at once do not meet */
const struct check *const check_table[] = {
	&check_deadlock_cycle, &check_deadlock_self, &check_deadlock_order, &check_lock_imbalance,
	&check_lock_misuse,    &check_rcu_barrier,   &check_rcu_free,	    NULL,
};
/* clang-format on */

void checks_run(const struct check_input *in)
{
	g_autoptr(GHashTable) paths = g_hash_table_new(NULL, NULL);
	struct check_input with_paths = *in;

	with_paths.paths = paths;
	for (const struct check *const *check = check_table; *check; check++)
		(*check)->run(&with_paths);
}
