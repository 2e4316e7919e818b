/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sparse.h - sparse, run over the units with their own flags
 *
 * Makes findings of what sparse says about lock contexts and about __rcu pointers; its other
 * warnings are handed on as they are. Knows nothing of facts, of the program, or of what the
 * analysis makes of the same functions.
 */
#ifndef LOCKGRAPH_BRIDGE_SPARSE_H
#define LOCKGRAPH_BRIDGE_SPARSE_H

#include "base/arena.h"
#include "base/console.h"

#include <glib.h>
#include <stdbool.h>

struct sparse_request {
	const char *root;	       /* of the tree */
	const GPtrArray *units;	       /* struct unit_spec * */
	const char *const *flags;      /* in front of each unit's own: byte order, warnings */
	const char *const *whole_line; /* all flags of the one unit there is, instead; or NULL */
	unsigned jobs;		       /* 0: one for each processor */
	unsigned timeout_seconds;      /* processor time for one unit; 0: two minutes */
	unsigned memory_mb;	       /* for one sparse; 0: 3072 */
	struct arena *arena;	       /* of all that comes back */
	struct console *con;
};

/* A unit that sparse could not be run over. */
struct sparse_failure {
	const char *file, *why;
};

struct sparse_result {
	GPtrArray *findings; /* struct finding *: sparse/context with its function, sparse/rcu */
	GPtrArray *others; /* const char *: other warnings, each with the lines that belong to it */
	GArray *failures;  /* struct sparse_failure */
};

/* "0.6.4"; NULL when there is no sparse. Free with g_free(). */
char *sparse_version(void);

struct sparse_result *sparse_run(const struct sparse_request *request);
void sparse_result_free(struct sparse_result *result);

/* sparse_report.c: adds what sparse printed in @directory about files below @root. */
void sparse_read_report(const char *text, const char *directory, const struct sparse_request *r,
			struct sparse_result *result);

#endif
