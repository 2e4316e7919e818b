/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool_p.h - running programs */
#ifndef LOCKGRAPH_BRIDGE_TOOL_P_H
#define LOCKGRAPH_BRIDGE_TOOL_P_H

#include "base/console.h"

#include <glib.h>
#include <stdbool.h>

struct tool_run {
	const char *directory;
	const char *const *argv; /* NULL-terminated */
	char *const *envp;	 /* NULL: ours */
	const char *input;	 /* file for standard input, NULL for none */
	unsigned seconds;	 /* of processor time; 0: no limit */
	unsigned memory_mb;	 /* 0: no limit */
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

/*
 * Calls @work for each of @jobs, @n at a time (0: one for each processor), on threads that wait for
 * the programs that @work runs. Returns when all are done; @title is shown meanwhile.
 */
void tool_run_jobs(const GPtrArray *jobs, GFunc work, void *data, unsigned n, const char *title,
		   struct console *con);

#endif
