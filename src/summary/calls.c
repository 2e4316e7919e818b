/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls.c - call events become edges of the call graph
 *
 * A function that calls its parameter calls, at each of its callers, just what that caller gave
 * it: for_each_x(list, fn) must not connect all its callers with all their fns. So calls through
 * parameters make no edge where they stand; the caller gets one to the argument.
 */
#include "summary/summary_p.h"

static struct term callee_term(const struct summaries *s, const struct call_event *event)
{
	return term_at(s->program->terms, event->callee);
}

static bool is_param_call(const struct summaries *s, const struct call_event *event)
{
	return callee_term(s, event).kind == EXPR_PARAM;
}

/* The call as what is called back sees it: @event with that one's arguments. */
static const struct call_event *event_of_callback(const struct summaries *s,
						  const struct call_event *event,
						  const struct invocation *inner)
{
	struct invocation lifted;
	struct call_event *seen;

	if (!summary_lift_invocation(s, event, inner, &lifted))
		return NULL;
	seen = arena_memdup(s->arena, event, sizeof(*event));
	seen->n_args = lifted.n_args;
	seen->args = lifted.args;
	seen->n_conditions = lifted.n_conditions;
	seen->conditions = lifted.conditions;
	seen->n_released = lifted.n_released;
	seen->released = lifted.released;
	seen->is_last = !lifted.is_free;
	return seen;
}

/* @event's function calls its argument @number. */
static void add_callback(struct summaries *s, uint32_t f, const struct call_event *event,
			 uint32_t number, GArray *calls)
{
	term_id arg = event->args[number];
	struct term term = term_at(s->program->terms, arg);
	const struct invocation *inner = summary_invocation(s, event->targets[0], number);
	struct summary_call call = { .confidence = CONFIDENCE_HIGH,
				     .is_callback = true,
				     .arg = number,
				     .why = "the function called calls its argument" };
	const struct call_targets *targets;

	if (!inner || term.kind == EXPR_PARAM || term.kind == EXPR_UNKNOWN || term.kind == EXPR_INT)
		return;
	call.event = event_of_callback(s, event, inner);
	if (!call.event)
		return;
	call.is_last = call.event->is_last;
	if (term.kind == EXPR_FUNC) {
		call.callee = program_callee(s->program, s->program->functions[f].unit, term.a);
		if (call.callee == PROGRAM_NONE)
			return;
		g_array_append_val(calls, call);
		summary_note_passed(s, event, number, call.callee);
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

static unsigned sign_of_number(int64_t number)
{
	if (number < 0)
		return SIGN_NEGATIVE;
	return number ? SIGN_POSITIVE : SIGN_ZERO;
}

/* "row->type", "row->type == 2": whether that may be as @said where row->type is @number. */
static bool agrees(const struct summaries *s, const struct predicate *said, int64_t number)
{
	struct term term = term_at(s->program->terms, said->term);
	int64_t other;

	if (term.kind != EXPR_BINARY)
		return said->signs & sign_of_number(number);
	if (!term_is_int(s->program->terms, term.b, &other))
		return true;
	return number == other ? said->signs != SIGN_ZERO : said->signs & SIGN_ZERO;
}

/* Whether no table that has @function has the number beside it for which the call is made. */
static bool has_other_number(const struct summaries *s, const struct call_event *event,
			     uint32_t function, const struct predicate *said)
{
	struct term term = term_at(s->program->terms, said->term);
	bool is_equality = term.kind == EXPR_BINARY && term.op == BINARY_EQ;
	int64_t numbers[MOST_TABLES];
	uint32_t n = program_numbers_beside(s->program, function, event->callee,
					    is_equality ? term.a : said->term, numbers);

	for (uint32_t i = 0; i < n; i++)
		if (agrees(s, said, numbers[i]))
			return false;
	return n > 0;
}

/* Whether that function's table has what the call is made for the lack of, or another number. */
static bool is_of_other_table(const struct summaries *s, const struct call_event *event,
			      uint32_t function)
{
	for (uint32_t i = 0; i < event->n_conditions; i++) {
		const struct predicate *said = &event->conditions[i];

		if (said->signs == SIGN_ZERO &&
		    program_has_beside(s->program, function, event->callee, said->term))
			return true;
		if (has_other_number(s, event, function, said))
			return true;
	}
	return false;
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

		if (!is_of_other_table(s, event, call.callee))
			g_array_append_val(calls, call);
	}
	if (event->n_targets != 1)
		return;
	for (uint32_t i = 0; i < event->n_args; i++)
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

	summaries_find_invoked(s);
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
