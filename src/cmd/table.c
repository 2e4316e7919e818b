/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/cmd.h"

extern const struct command command_help;
extern const struct command command_run;

const struct command *const command_table[] = {
	&command_run,
	&command_help,
	NULL,
};

const struct command *command_find(const char *name)
{
	const struct command *const *row;

	for (row = command_table; *row; row++)
		if (g_str_equal((*row)->name, name))
			return *row;
	return NULL;
}
