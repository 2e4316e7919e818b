/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chain_p.h - chains of findings that are not about the lock graph
 *
 * A check of lifetimes tells its story in steps of its own: where an object is unlinked, where it
 * is freed. Knows nothing of what the story is about.
 */
#ifndef LOCKGRAPH_CHECK_CHAIN_P_H
#define LOCKGRAPH_CHECK_CHAIN_P_H

#include "check/check_p.h"
#include "flow/flow.h"

#define CHAIN_MAX 12

/* Steps beyond CHAIN_MAX are left out; chain.steps[0] is the first. */
struct chain {
	const struct check_input *in;
	size_t n;
	struct finding_step steps[CHAIN_MAX];
};

struct chain chain_new(const struct check_input *in);

/* A step at a point of @function. @event is a literal, @what in the check's arena. */
void chain_add_point(struct chain *chain, uint32_t function, struct flow_point where,
		     const char *event, const char *what);

/* A step where @function begins. */
void chain_add_function(struct chain *chain, uint32_t function, const char *event,
			const char *what);

/* The chain becomes the only path of @f. */
void chain_give(const struct chain *chain, struct finding *f);

/* The finding is at a point of @function. */
void chain_locate(const struct chain *chain, struct finding *f, uint32_t function,
		  struct flow_point where);

/* The first role of @kind that the function called has, or NULL. */
const struct role *call_role(const struct check_input *in, const struct call_event *event,
			     enum role_kind kind);

/* Argument @number of a call, UNKNOWN (0) where there is none or it is not an argument. */
term_id role_argument(const struct call_event *event, int number);

/* Argument @number of the call at @where as the source writes it, or @otherwise. */
const char *argument_text(const struct check_input *in, uint32_t function, struct flow_point where,
			  int number, const char *otherwise);

/* A term as @function writes it, in the check's arena; @otherwise where it has no name. */
const char *term_text(const struct check_input *in, uint32_t function, term_id term,
		      const char *otherwise);

#endif
