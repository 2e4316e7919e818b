/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cocci.h - semantic patches, run by spatch over the units
 *
 * Runs each semantic patch of a folder in MODE=report, as scripts/coccicheck would, and makes
 * findings of what it prints. What a semantic patch is about stands in its header, which the
 * kernel's script reads too: Options, Confidence; and Rule and Checklist, which only we read. Knows
 * nothing of facts, of the program, or of what the analysis found.
 */
#ifndef LOCKGRAPH_BRIDGE_COCCI_H
#define LOCKGRAPH_BRIDGE_COCCI_H

#include "base/arena.h"
#include "base/console.h"

#include <glib.h>
#include <stdbool.h>

struct cocci_request {
	const char *folder;	  /* has the .cocci files */
	const char *root;	  /* of the tree */
	const GPtrArray *units;	  /* struct unit_spec * */
	unsigned jobs;		  /* 0: one for each processor */
	unsigned timeout_seconds; /* for one file and one semantic patch; 0: a minute */
	unsigned memory_mb;	  /* for one spatch; 0: 3072 */
	int least;		  /* enum confidence: semantic patches below it are not run */
	struct arena *arena;	  /* of the findings */
	struct console *con;
};

/* A file that a semantic patch could not be run over. */
struct cocci_failure {
	const char *file, *why;
};

struct cocci_result {
	GPtrArray *findings; /* struct finding *, without a function, in the request's arena */
	GArray *failures;    /* struct cocci_failure */
	guint patches;	     /* how many ran */
};

/* "1.1.1"; NULL, with a message that says what to install, when there is no spatch. g_free() it. */
char *cocci_version(GError **err);

/*
 * A spatch that dies or takes too long is run again file by file, so that it costs the one file
 * only. NULL when the folder has no semantic patch that can be read.
 */
struct cocci_result *cocci_run(const struct cocci_request *request, GError **err);
void cocci_result_free(struct cocci_result *result);

#endif
