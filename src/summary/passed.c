/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * passed.c - the functions that a call through a parameter calls for certain
 *
 *   walk(bus, quirk);                 walk_all(bus, fn, locked)
 *                                       if (!locked)
 *   walk(bus, fn)                         down_read(&bus_sem);
 *     walk_all(bus, fn, false);         fn(bus);
 *
 * Of fn() the program knows all that were ever handed in, and of a hundred that says little. But
 * who names a function at its own call has just that one called, however many others there are:
 * here quirk(), with the lock held.
 */
#include "summary/summary_p.h"

/* A function that hands its parameter on to one that hands it on: more is not looked at. */
#define MOST_HANDED_ON 3

struct passed {
	const struct call_event *event; /* the call through a parameter */
	uint32_t callee;
};

/* The calls by which a function came down to where it is called, the first one first. */
struct way {
	const struct call_event *calls[MOST_HANDED_ON + 1];
	uint32_t n;
	uint32_t callee;
};

static guint hash_passed(gconstpointer p)
{
	const struct passed *passed = p;

	return g_direct_hash(passed->event) ^ passed->callee * 0x9e3779b1u;
}

static gboolean same_passed(gconstpointer p, gconstpointer q)
{
	const struct passed *x = p, *y = q;

	return x->event == y->event && x->callee == y->callee;
}

/* Whether nothing that was handed down says that the call at the end of @way is not made. */
static bool can_come(const struct summaries *s, const struct way *way,
		     const struct call_event *event)
{
	const struct predicate *conditions = event->conditions;
	uint32_t n = event->n_conditions;

	for (uint32_t i = way->n; i > 0; i--)
		if (!summary_lift_conditions(s, way->calls[i - 1], conditions, n,
					     s->tables->scratch, &conditions, &n))
			return false;
	return true;
}

static void note_call(struct summaries *s, const struct way *way, const struct call_event *event)
{
	struct passed passed = { event, way->callee };

	if (event->held->n && !g_hash_table_contains(s->tables->passed, &passed) &&
	    can_come(s, way, event))
		g_hash_table_add(s->tables->passed,
				 arena_memdup(s->arena, &passed, sizeof(passed)));
}

/* The callee of the last call of @way calls its parameter @param, or hands it on. */
static void follow(struct summaries *s, struct way *way, uint32_t param)
{
	const struct term_table *terms = s->program->terms;
	uint32_t function = way->calls[way->n - 1]->targets[0];
	const struct flow_result *flow = s->functions[function].flow;

	for (uint32_t c = 0; c < flow->n_calls; c++) {
		const struct call_event *event = &flow->calls[c];
		struct term callee = term_at(terms, event->callee);

		if (callee.kind == EXPR_PARAM && callee.a == param)
			note_call(s, way, event);
		if (event->n_targets != 1 || way->n > MOST_HANDED_ON)
			continue;
		for (uint32_t i = 0; i < event->n_args; i++) {
			struct term arg = term_at(terms, event->args[i]);

			if (arg.kind != EXPR_PARAM || arg.a != param ||
			    !summary_invocation(s, event->targets[0], i))
				continue;
			way->calls[way->n++] = event;
			follow(s, way, i);
			way->n--;
		}
	}
}

void summary_note_passed(struct summaries *s, const struct call_event *event, uint32_t param,
			 uint32_t callee)
{
	struct way way = { .calls = { event }, .n = 1, .callee = callee };

	arena_reset(s->tables->scratch);
	follow(s, &way, param);
}

GHashTable *summary_new_passed(void)
{
	return g_hash_table_new(hash_passed, same_passed);
}

bool summary_is_passed(const struct summaries *s, const struct call_event *event, uint32_t callee)
{
	struct passed passed = { event, callee };

	return g_hash_table_contains(s->tables->passed, &passed);
}
