/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool_p.h - running programs */
#ifndef LOCKGRAPH_BRIDGE_TOOL_P_H
#define LOCKGRAPH_BRIDGE_TOOL_P_H

#include <glib.h>
#include <stdbool.h>

struct tool_run {
	const char *directory;
	const char *const *argv; /* NULL-terminated */
	char *const *envp;
	const char *input; /* file for standard input, NULL for none */
};

struct tool_result {
	int status; /* exit status; -1 when a signal ended it */
	char *out, *err;
	gsize out_size;
};

/* False when it could not be started; how it ended is in @result. */
bool tool_run(const struct tool_run *run, struct tool_result *result, GError **err);
void tool_result_clear(struct tool_result *result);

/* The first line that a tool said on standard error, without "fatal: " and "error: ". */
char *tool_reason(const struct tool_result *result);

#endif
