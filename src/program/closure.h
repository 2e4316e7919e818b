/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * closure.h - what the code at hand leaves open
 *
 * Reads facts and collects names: functions that are called and defined nowhere yet, and names by
 * which code elsewhere may call in. Where those names are found, and how many of them are worth
 * it, is for the caller to decide. Knows nothing of files or of linking.
 */
#ifndef LOCKGRAPH_CLOSURE_H
#define LOCKGRAPH_CLOSURE_H

#include "facts/facts.h"
#include "rules/rules.h"

#include <glib.h>
#include <stdbool.h>

struct closure;

/* Functions that @rules know, and whose bodies are not followed, are not asked for. */
struct closure *closure_new(const struct rules *rules);
void closure_free(struct closure *closure);

/*
 * Adds facts (struct facts *). Of units that the user asked about (@asked) the ways in are
 * collected as well. Functions of headers count where they are called; those that one batch
 * calls must come with it or before it.
 */
void closure_add(struct closure *closure, const GPtrArray *facts, bool asked);

/* A name and how often it is used. Sorted by name; the strings belong to the facts. */
struct closure_name {
	const char *name;
	unsigned uses;
};

/* Functions that are called and that no facts added so far define: struct closure_name. */
GArray *closure_callees(const struct closure *closure);

/*
 * How code elsewhere gets into what the user asked about: its functions with external linkage,
 * and the members and variables that its functions are stored in. And what it calls through:
 * members whose targets may be elsewhere.
 */
GArray *closure_entries(const struct closure *closure);
GArray *closure_hooks(const struct closure *closure);

#endif
