/* SPDX-License-Identifier: GPL-2.0-or-later */
/* context_p.h - the ways in, and what is derived from them */
#ifndef LOCKGRAPH_SUMMARY_CONTEXT_P_H
#define LOCKGRAPH_SUMMARY_CONTEXT_P_H

#include "summary/context.h"
#include "summary/summary_p.h"

/* entries.c: struct context_entry of all that is registered, in the order of the sources. */
GArray *entries_find(const struct summaries *summaries);

/* --- known.c: a call_event that tells arguments and conditions only; NULL: nothing is known --- */

/* Per function a bit for each parameter that some condition asks for. */
uint32_t *known_find_asked(const struct summaries *s, struct arena *arena);

/* What the callee of @event knows of the parameters @asked, the caller knowing @known. */
const struct call_event *known_at_call(const struct summaries *s, const struct call_event *known,
				       const struct call_event *event, uint32_t asked,
				       struct arena *arena);

/* A copy in @arena. */
const struct call_event *known_keep(const struct call_event *known, struct arena *arena);

bool known_same(const struct call_event *x, const struct call_event *y);

/* Whether all conditions can hold. */
bool known_allows(const struct summaries *s, const struct call_event *known,
		  const struct predicate *conditions, uint32_t n);

/* The situations in which the function called calls its argument, being called in @entered. */
exec_set known_invoked_in(const struct summaries *s, const struct summary_call *call,
			  enum situation entered);

#endif
