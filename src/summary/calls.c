/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.c - call events become edges of the call graph
 *
 * A function that calls its parameter calls, at each of its callers, just what that caller gave
 * it: for_each_x(list, fn) must not connect all its callers with all their fns. So calls through
 * parameters make no edge where they stand; the caller gets one to the argument.
 */
#include "summary/summary_p.h"

#include <string.h>

static struct term callee_term(const struct summaries *s, const struct call_event *event)
{
	return term_at(s->program->terms, event->callee);
}

static bool is_param_call(const struct summaries *s, const struct call_event *event)
{
	return callee_term(s, event).kind == EXPR_PARAM;
}

/* @invoked: what is known of each function called. */
static uint32_t invoked_by_event(const struct summaries *s, const struct call_event *event,
				 const uint32_t *invoked)
{
	uint32_t mask = 0;

	if (is_param_call(s, event))
		return callee_term(s, event).a < 32 ? 1u << callee_term(s, event).a : 0;
	if (event->n_targets != 1)
		return 0;
	for (uint32_t i = 0; i < event->n_args && i < 32; i++) {
		struct term arg = term_at(s->program->terms, event->args[i]);

		if (arg.kind == EXPR_PARAM && arg.a < 32 &&
		    (invoked[event->targets[0]] & (1u << i)))
			mask |= 1u << arg.a;
	}
	return mask;
}

static void note_invoked(struct summaries *s, uint32_t f, const struct call_event *event)
{
	struct summary_tables *tables = s->tables;

	tables->invoked_params[f] |= invoked_by_event(s, event, tables->invoked_params);
	if (!event->is_last)
		tables->invoked_freely[f] |= invoked_by_event(s, event, tables->invoked_freely);
}

/* Bottom up; recursion through a callback parameter that only a second round would see is rare. */
static void find_invoked(struct summaries *s)
{
	const struct program *program = s->program;

	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < program->n_functions; i++) {
			uint32_t f = program->component_members[i];
			const struct flow_result *flow = s->functions[f].flow;

			for (uint32_t c = 0; c < flow->n_calls; c++)
				note_invoked(s, f, &flow->calls[c]);
		}
	}
}

/* @event's function calls its argument @number. */
static void add_callback(struct summaries *s, uint32_t f, const struct call_event *event,
			 uint32_t number, GArray *calls)
{
	term_id arg = event->args[number];
	struct term term = term_at(s->program->terms, arg);
	struct summary_call call = { .event = event,
				     .confidence = CONFIDENCE_HIGH,
				     .is_callback = true,
				     .arg = number,
				     .why = "the function called calls its argument" };
	const struct call_targets *targets;

	call.is_last = event->is_last ||
		       !(s->tables->invoked_freely[event->targets[0]] & (1u << number));
	if (term.kind == EXPR_PARAM || term.kind == EXPR_UNKNOWN || term.kind == EXPR_INT)
		return;
	if (term.kind == EXPR_FUNC) {
		call.callee = program_callee(s->program, s->program->functions[f].unit, term.a);
		if (call.callee != PROGRAM_NONE)
			g_array_append_val(calls, call);
		return;
	}
	targets = program_targets(s->program, f, arg);
	call.confidence = targets->confidence;
	call.why = targets->why;
	for (size_t i = 0; i < targets->n; i++) {
		call.callee = targets->functions[i];
		g_array_append_val(calls, call);
	}
}

static void add_event(struct summaries *s, uint32_t f, const struct call_event *event,
		      GArray *calls)
{
	if (is_param_call(s, event))
		return;
	for (uint32_t i = 0; i < event->n_targets; i++) {
		struct summary_call call = { .event = event,
					     .callee = event->targets[i],
					     .confidence = event->confidence,
					     .is_last = event->is_last,
					     .why = event->why };

		g_array_append_val(calls, call);
	}
	if (event->n_targets != 1)
		return;
	for (uint32_t i = 0; i < event->n_args && i < 32; i++)
		if (s->tables->invoked_params[event->targets[0]] & (1u << i))
			add_callback(s, f, event, i, calls);
}

static void note_unresolved(struct summaries *s, const struct call_event *event)
{
	if (event->n_targets == 0 && event->held->n && callee_term(s, event).kind != EXPR_FUNC &&
	    !is_param_call(s, event))
		s->unresolved_calls++;
}

void summaries_find_calls(struct summaries *s)
{
	g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(struct summary_call));

	s->tables->invoked_params = arena_new_array(s->arena, uint32_t, s->program->n_functions);
	s->tables->invoked_freely = arena_new_array(s->arena, uint32_t, s->program->n_functions);
	find_invoked(s);
	for (uint32_t f = 0; f < s->program->n_functions; f++) {
		struct function_summary *summary = &s->functions[f];

		g_array_set_size(calls, 0);
		for (uint32_t c = 0; c < summary->flow->n_calls; c++) {
			add_event(s, f, &summary->flow->calls[c], calls);
			note_unresolved(s, &summary->flow->calls[c]);
		}
		summary->n_calls = calls->len;
		if (calls->len)
			summary->calls = arena_memdup(s->arena, calls->data,
						      calls->len * sizeof(struct summary_call));
	}
}
