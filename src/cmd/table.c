/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/cmd.h"

extern const struct command command_cache;
extern const struct command command_debug;
extern const struct command command_explain;
extern const struct command command_graph;
extern const struct command command_help;
extern const struct command command_kbuild;
extern const struct command command_order;
extern const struct command command_query;
extern const struct command command_rules;
extern const struct command command_run;

/* clang-format off */
const struct command *const command_table[] = {
	&command_run,
	&command_graph,
	&command_explain,
	&command_query,
	&command_order,
	&command_rules,
	&command_kbuild,
	&command_cache,
	&command_debug,
	&command_help,
	NULL,
};
/* clang-format on */

const struct command *command_find(const char *name)
{
	const struct command *const *row;

	for (row = command_table; *row; row++)
		if (g_str_equal((*row)->name, name))
			return *row;
	return NULL;
}
