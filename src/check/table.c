/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.c - one row per check */
#include "check/check_p.h"

const struct check *const check_table[] = {
	&check_deadlock_cycle,
	&check_deadlock_self,
	&check_deadlock_order,
	&check_lock_imbalance,
	NULL,
};

void checks_run(const struct check_input *in)
{
	for (const struct check *const *check = check_table; *check; check++)
		(*check)->run(in);
}
