/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary.h - all functions, bottom up
 *
 * Runs flow/ over every function, callees first, and closes over calls: which locks can a call of
 * this function take, and through which calls. Knows nothing of the lock graph.
 */
#ifndef LOCKGRAPH_SUMMARY_H
#define LOCKGRAPH_SUMMARY_H

#include "base/arena.h"
#include "base/console.h"
#include "base/idset.h"
#include "flow/flow.h"
#include "program/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A lock that some function may take, as its caller sees it. Interned: equal acquisitions have
 * equal numbers. @lock is a place rooted at PARAM or GLOBAL, or 0 when only the class is known.
 */
struct acquisition {
	term_id lock;
	uint32_t class_string; /* 0: a bare *param, the class is the caller's to know */
	uint8_t kind, mode, subclass, flags;
	term_id dropped; /* a place rooted at PARAM that is released before, or 0 */
};

/* How function f comes to acquisition a: at @where itself, or by calling @callee that has @inner. */
struct acquisition_via {
	uint32_t acquisition;
	struct flow_point where;
	uint32_t callee; /* PROGRAM_NONE: f itself */
	uint32_t inner;	 /* acquisition of the callee */
	const char *why; /* indirect: how the call resolves */
	uint8_t confidence; /* of the whole chain */
};

struct function_summary {
	const struct flow_result *flow;
	uint32_t n_acquires;
	const struct acquisition_via *acquires; /* sorted by acquisition */
	/* Classes that every caller holds when it calls, exclusively: set of class strings. */
	idset held_by_all_callers;
};

struct summaries {
	struct arena *arena;
	const struct program *program;
	struct idset_pool *sets;
	struct function_summary *functions; /* one per program function */
	size_t n_acquisitions;
	const struct acquisition *acquisitions;
	struct summary_tables *tables; /* private */
	size_t gave_up; /* functions with too many states */
	size_t unresolved_calls; /* indirect calls under a lock that resolve to nothing */
};

struct summaries *summaries_build(const struct program *program, struct console *con);
void summaries_free(struct summaries *summaries);

/* How @function comes to @acquisition; NULL if it does not. */
const struct acquisition_via *summary_via(const struct summaries *summaries, uint32_t function, uint32_t acquisition);

/*
 * An acquisition of @callee as seen from @caller at call event @call: parameters replaced by
 * arguments. Returns the interned acquisition.
 */
uint32_t summary_translate(const struct summaries *summaries, uint32_t caller, const struct call_event *call, uint32_t callee,
			   uint32_t acquisition);

#endif
