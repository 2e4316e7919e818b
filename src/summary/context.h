/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * context.h - in which situations each function can be entered
 *
 * Top down over the calls: from how functions are registered (rules/: request_irq(), timers,
 * file_operations, ...) along what is switched off at each call (flow/exec.h). Each situation of a
 * function has the call by which it is entered so, up to an entry, so that a finding can show how.
 * A function that nobody calls or registers is a task's with nothing off, which is less sure.
 *
 * Knows nothing of locks but that spinning ones switch preemption off.
 */
#ifndef LOCKGRAPH_SUMMARY_CONTEXT_H
#define LOCKGRAPH_SUMMARY_CONTEXT_H

#include "summary/summary.h"

/* One way into the code that was read. */
struct context_entry {
	uint32_t function;
	exec_set situations;
	enum confidence confidence;
	enum confidence registered;    /* how sure it is that it is called at all by @rule */
	const struct entry_rule *rule; /* NULL: nobody calls or registers it */
	uint32_t unit;		       /* where it is registered: of facts_file() */
	struct fact_loc loc;
	bool in_reader;	    /* of RCU: what is called before leaves it open */
	uint32_t registrar; /* the function that does so; PROGRAM_NONE: an initialiser */
};

/* How a function comes to be entered in a situation. */
struct context_hop {
	uint32_t function;
	enum situation situation;
	const struct context_entry *entry; /* the first hop only */
	const struct summary_call *call;   /* to the next hop's function; NULL: the last */
};

struct contexts *contexts_build(const struct summaries *summaries);
void contexts_free(struct contexts *contexts);

/* All ways into the code, in the order of the sources; of one function there may be several. */
const struct context_entry *contexts_entries(const struct contexts *contexts, size_t *n);

/* The situations in which @function can be entered, at least @least sure. */
exec_set contexts_of(const struct contexts *contexts, uint32_t function, enum confidence least);

/*
 * The surest and then shortest way in which @function comes to be in @situation such that
 * @conditions (on its parameters; of an event in it) can hold; 0: there is none.
 */
uint32_t contexts_way(const struct contexts *contexts, uint32_t function, enum situation situation,
		      const struct predicate *conditions, uint32_t n_conditions);

enum confidence contexts_way_confidence(const struct contexts *contexts, uint32_t way);

/* How many calls it is away from an entry. */
uint32_t contexts_way_distance(const struct contexts *contexts, uint32_t way);

/* The chain from an entry to the function: struct context_hop, outermost first. Free with unref. */
GArray *contexts_way_chain(const struct contexts *contexts, uint32_t way);

#endif
