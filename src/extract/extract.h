/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * extract.h - translation units in, facts out
 *
 * Parses with libclang in worker processes, so that a unit on which the parser crashes, hangs or
 * exhausts memory costs that unit only. Looks in the cache first. Knows nothing of rules, locks or
 * other units.
 *
 * Two headers of ours (extract/include/) are force-included around the kernel's own: one turns
 * lockdep's configuration on, one turns annotations into attributes that libclang shows.
 */
#ifndef LOCKGRAPH_EXTRACT_H
#define LOCKGRAPH_EXTRACT_H

#include "base/console.h"
#include "facts/facts.h"
#include "source/source.h"

#include <glib.h>
#include <stdbool.h>

struct extract_options {
	unsigned jobs; /* worker processes; 0: one per processor, or what make's job server gives */
	unsigned timeout_seconds; /* per unit; 0: 120 */
	unsigned memory_mb;	  /* per worker; 0: 3072 */
	bool no_pch;		  /* parse every unit without a precompiled header */
	const char *cache_dir;
	size_t cache_limit_mb;
};

/* A unit that could not be read, or not whole. */
struct unit_failure {
	const char *file;
	const char *stage; /* "parse", "crash", "timeout", "memory", "write" */
	char *why;	   /* one line; for parse the first error with its position */
	bool partial;	   /* facts exist all the same: errors in some functions only */
};

struct extract_result {
	GPtrArray *
		facts; /* struct facts *, one per unit read, in the order of the units; and bases */
	GPtrArray *failures; /* struct unit_failure * */
	size_t from_cache;
	double parse_cpu_seconds; /* of the workers */
	double seconds;
	size_t worker_peak_rss_mb;
};

/*
 * Reads @units (struct unit_spec *). Never fails as a whole for one unit's sake; @err only when
 * nothing at all can be read (no libclang resource headers, cache folder not writable).
 * May be called again for more units of the same tree (closure). Free with extract_result_free().
 */
struct extract_result *extract_units(struct tree *tree, const GPtrArray *units,
				     const struct extract_options *options, struct console *con,
				     GError **err);
void extract_result_free(struct extract_result *result);

/* The parser's version, for reports and cache keys: "clang 19.1.7". */
char *extract_parser_version(void);

#endif
