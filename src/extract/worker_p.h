/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * worker_p.h - inside a worker process: parsing, and what all units' parsing shares
 */
#ifndef LOCKGRAPH_EXTRACT_WORKER_P_H
#define LOCKGRAPH_EXTRACT_WORKER_P_H

#include "extract/extract_p.h"

#include <clang-c/Index.h>

struct worker {
	const struct extract_env *env;
	CXIndex index;
	GHashTable *inputs; /* clang's file name -> struct seen_input *: headers repeat */
	GHashTable *names;  /* struct pch_group * -> struct pch_names * */
	GHashTable *bases;  /* key -> struct facts *: of the precompiled headers in use */
	int64_t started_ns; /* when the current job began */
};

/* parse.c */

/* NULL with the reason in @err when libclang gives nothing at all. */
CXTranslationUnit parse_file(struct worker *w, const char *file, GPtrArray *argv, unsigned options,
			     GError **err);

/*
 * Whether it is an error that counts. Failed static assertions do not: lockdep's larger locks
 * overflow a few layouts, and nothing else depends on it.
 */
bool parse_is_error(CXDiagnostic diagnostic);

/* Errors that count, "FILE:LINE:COLUMN: error: TEXT" with the path as facts hold it. */
GPtrArray *parse_errors(const struct worker *w, CXTranslationUnit tu);

/*
 * Adds each file that was read to @builder, and their hashes, in order, to @hashes if not NULL. The
 * text that a precompiled header is made from is in the cache, not an input: only its hash counts.
 */
void parse_add_inputs(struct worker *w, CXTranslationUnit tu, struct facts_builder *builder,
		      GArray *hashes);

struct lower_options worker_lower_options(const struct worker *w);

/* base.c */

/* Makes the group's precompiled header, its facts and its index. */
void base_make(struct worker *w, const struct pch_group *group, struct job_reply *reply);

/* How a job went wrong: @stage as in struct unit_failure. */
void reply_failed(struct job_reply *reply, const char *stage, const char *text);

#endif
