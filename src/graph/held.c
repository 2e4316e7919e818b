/* SPDX-License-Identifier: GPL-2.0-or-later */
/* held.c - which held locks dependencies run from, and as which classes */
#include "graph/graph_p.h"

bool held_is_definite(const struct program *program, const struct held_lock *held)
{
	term_id id = held->lock;

	if (held->stale || !id)
		return false;
	for (;;) {
		struct term term = term_at(program->terms, id);
		int64_t number;

		if (term.kind == EXPR_PERCPU || term.kind == EXPR_UNKNOWN ||
		    (term.kind == EXPR_STRING && id == held->lock))
			return false;
		if (term.kind == EXPR_INDEX && !term_is_int(program->terms, term.a, &number))
			return false;
		if (!term.base)
			return true;
		id = term.base;
	}
}

bool held_counts(const struct program *program, const struct held_lock *held)
{
	return held->class_string && !program_is_unvalidated(program, held->class_string);
}

bool held_is_given_up(const struct summary_call *call, const struct held_lock *held)
{
	for (uint32_t i = 0; i < call->event->n_released; i++)
		if (summary_is_dropped(held, &call->event->released[i]))
			return true;
	return false;
}

/* In sight, behind a pointer, or, where a function was too long to follow, perhaps. */
static bool gives_up(const struct flow_result *flow, uint32_t class_string)
{
	if (flow->gave_up)
		return true;
	for (uint32_t i = 0; i < flow->n_unseen; i++)
		if (flow->unseen[i] == class_string)
			return true;
	for (uint32_t o = 0; o < flow->n_outcomes; o++)
		for (uint32_t i = 0; i < flow->outcomes[o].n_released; i++)
			if (flow->outcomes[o].released[i].class_string == class_string)
				return true;
	return false;
}

/* In @function, before the step @where. */
static bool is_dropped_before(const struct summaries *s, uint32_t function, struct flow_point where,
			      uint32_t class_string)
{
	const struct function_summary *summary = &s->functions[function];

	for (uint32_t i = 0; i < summary->n_calls; i++) {
		const struct summary_call *call = &summary->calls[i];

		if (flow_point_is_before(call->event->where, where) &&
		    gives_up(s->functions[call->callee].flow, class_string))
			return true;
	}
	return false;
}

bool held_may_be_taken_anew(const struct summaries *s, uint32_t function, uint32_t number,
			    uint32_t class_string)
{
	while (function != PROGRAM_NONE) {
		const struct requirement *r = &s->functions[function].requirements[number];

		if (is_dropped_before(s, function, r->where, class_string))
			return true;
		function = r->callee;
		number = r->inner;
	}
	return false;
}

bool held_is_distinct(const struct program *program, const struct held_lock *held,
		      const struct held_lock *lock)
{
	struct term x = term_at(program->terms, held->lock),
		    y = term_at(program->terms, lock->lock);

	return x.kind == EXPR_GLOBAL && y.kind == EXPR_GLOBAL && x.a != y.a &&
	       !program_shares_key(program, held->class_string);
}

bool held_is_serialised(const struct held_set *set, uint32_t number, const struct held_lock *held,
			const struct held_lock *lock)
{
	if (!(lock->flags & HELD_NESTED) || held->class_string != lock->class_string)
		return false;
	if (!lock->nest) /* in an order of their own */
		return true;
	for (uint32_t i = number; i < set->n; i++)
		if (set->locks[i].lock == lock->nest)
			return false;
	return true;
}

const struct held_lock *held_as(const struct graph_builder *b, uint32_t f,
				const struct held_lock *held, guint i)
{
	const GArray *classes;
	struct held_lock *copy;

	if (held->class_string)
		return i == 0 ? held : NULL;
	classes = summary_classes(b->graph->summaries, f, held->lock);
	if (!classes || i >= classes->len)
		return NULL;
	copy = arena_memdup(b->scratch, held, sizeof(*held));
	copy->class_string = g_array_index(classes, uint32_t, i);
	return copy;
}

uint32_t held_first(const struct graph_builder *b, const struct held_set *held)
{
	uint32_t h = held->n;

	if (b->extent != GRAPH_DIRECT)
		return 0;
	while (h > 0 && !summary_is_stop(b->graph->program, &held->locks[h - 1]))
		h--;
	return h ? h - 1 : 0;
}
