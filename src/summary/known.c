/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * known.c - what a way of being called tells of a function's parameters
 *
 * "run(queue, true)" comes to other places than "run(queue, false)", and so in other situations.
 * What is known is kept as a call whose arguments are constants, or the function's own parameters
 * with the signs that they have. Only parameters that some condition further down asks for are
 * kept: the others would tell ways apart that lead to the same.
 */
#include "summary/context_p.h"

/* A mask over two rounds: recursion that only a third one would see is rare. */
#define ROUNDS 2
#define MOST_PARAMS 32

static uint32_t params_in(const struct term_table *terms, term_id id)
{
	struct term term = term_at(terms, id);
	uint32_t mask = 0;

	if (!id)
		return 0;
	if (term.kind == EXPR_PARAM)
		return term.a < MOST_PARAMS ? 1u << term.a : 0;
	if (term.kind == EXPR_BINARY)
		return params_in(terms, term.a) | params_in(terms, term.b);
	if (term.kind == EXPR_UNARY)
		mask |= params_in(terms, term.base);
	return mask;
}

static uint32_t asked_by(const struct term_table *terms, const struct predicate *conditions,
			 uint32_t n)
{
	uint32_t mask = 0;

	for (uint32_t i = 0; i < n; i++)
		mask |= params_in(terms, conditions[i].term);
	return mask;
}

static uint32_t asked_by_call(const struct summaries *s, const struct summary_call *call,
			      const uint32_t *asked)
{
	const struct term_table *terms = s->program->terms;
	const struct call_event *event = call->event;
	uint32_t mask = asked_by(terms, event->conditions, event->n_conditions);

	for (uint32_t i = 0; i < event->n_args && i < MOST_PARAMS; i++)
		if (asked[call->callee] & (1u << i))
			mask |= params_in(terms, event->args[i]);
	return mask;
}

static uint32_t asked_by_function(const struct summaries *s, uint32_t f, const uint32_t *asked)
{
	const struct function_summary *summary = &s->functions[f];
	uint32_t mask = 0;

	for (uint32_t i = 0; i < summary->flow->n_acquires; i++)
		mask |= asked_by(s->program->terms, summary->flow->acquires[i].conditions,
				 summary->flow->acquires[i].n_conditions);
	for (uint32_t i = 0; i < summary->n_calls; i++)
		mask |= asked_by_call(s, &summary->calls[i], asked);
	return mask;
}

uint32_t *known_find_asked(const struct summaries *s, struct arena *arena)
{
	const struct program *program = s->program;
	uint32_t *asked = arena_new_array(arena, uint32_t, program->n_functions + 1);

	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < program->n_functions; i++) {
			uint32_t f = program->component_members[i];

			asked[f] |= asked_by_function(s, f, asked);
		}
	return asked;
}

/* --- calls ------------------------------------------------------------------------------------ */

static const struct call_event nothing;

static unsigned signs_of_argument(const struct program *program, const struct call_event *known,
				  const struct call_event *event, term_id argument, term_id *value)
{
	int64_t number;

	*value = summary_translate(program, known, argument);
	if (!term_is_int(program->terms, *value, &number))
		return summary_signs(program, event, argument) &
		       summary_signs(program, known, *value);
	return SIGN_ANY;
}

static term_id param_term(const struct program *program, uint32_t number)
{
	return term_make(program->terms, (struct term){ .kind = EXPR_PARAM, .a = number });
}

const struct call_event *known_at_call(const struct summaries *s, const struct call_event *known,
				       const struct call_event *event, uint32_t asked,
				       struct arena *arena)
{
	const struct program *program = s->program;
	term_id args[MOST_PARAMS];
	struct predicate conditions[MOST_PARAMS];
	uint32_t n = MIN(event->n_args, MOST_PARAMS), n_conditions = 0, n_numbers = 0;
	struct call_event *told;
	int64_t number;

	if (!asked)
		return NULL;
	for (uint32_t i = 0; i < n; i++) {
		unsigned signs = SIGN_ANY;
		term_id value = 0;

		args[i] = param_term(program, i);
		if (asked & (1u << i))
			signs = signs_of_argument(program, known ? known : &nothing, event,
						  event->args[i], &value);
		if (term_is_int(program->terms, value, &number)) {
			args[i] = value;
			n_numbers++;
		} else if (signs != SIGN_ANY) {
			conditions[n_conditions++] = (struct predicate){ args[i], signs };
		}
	}
	if (!n_numbers && !n_conditions)
		return NULL;
	told = arena_new_struct(arena, struct call_event);
	told->n_args = n;
	told->args = arena_memdup(arena, args, n * sizeof(*args));
	told->n_conditions = n_conditions;
	if (n_conditions)
		told->conditions =
			arena_memdup(arena, conditions, n_conditions * sizeof(*conditions));
	return told;
}

const struct call_event *known_keep(const struct call_event *known, struct arena *arena)
{
	struct call_event *kept = arena_memdup(arena, known, sizeof(*known));

	kept->args = arena_memdup(arena, known->args, known->n_args * sizeof(*known->args));
	if (known->n_conditions)
		kept->conditions = arena_memdup(arena, known->conditions,
						known->n_conditions * sizeof(*known->conditions));
	return kept;
}

bool known_same(const struct call_event *x, const struct call_event *y)
{
	if (!x || !y)
		return x == y;
	if (x->n_args != y->n_args || x->n_conditions != y->n_conditions)
		return false;
	for (uint32_t i = 0; i < x->n_args; i++)
		if (x->args[i] != y->args[i])
			return false;
	for (uint32_t i = 0; i < x->n_conditions; i++)
		if (x->conditions[i].term != y->conditions[i].term ||
		    x->conditions[i].signs != y->conditions[i].signs)
			return false;
	return true;
}

bool known_allows(const struct summaries *s, const struct call_event *known,
		  const struct predicate *conditions, uint32_t n)
{
	for (uint32_t i = 0; known && i < n; i++) {
		term_id value = summary_translate(s->program, known, conditions[i].term);

		if (!(summary_signs(s->program, known, value) & conditions[i].signs))
			return false;
	}
	return true;
}

/* --- callbacks -------------------------------------------------------------------------------- */

/* A function that hands its parameter on to one that hands it on: more is not looked at. */
#define MOST_HANDED_ON 3

static exec_set situation_at(const struct call_event *event, enum situation entered)
{
	if (!(event->exec.likely & (1u << entered)))
		return 0;
	return (exec_set)(1u << exec_now_one(entered, &event->exec, held_set_spins(event->held)));
}

static exec_set invoked_at(const struct summaries *s, const struct call_event *event,
			   uint32_t param, enum situation entered, int depth);

static exec_set invoked_from(const struct summaries *s, uint32_t function, uint32_t param,
			     enum situation entered, int depth)
{
	const struct flow_result *flow = s->functions[function].flow;
	exec_set found = 0;

	for (uint32_t i = 0; i < flow->n_calls; i++)
		found |= invoked_at(s, &flow->calls[i], param, entered, depth);
	return found;
}

static exec_set invoked_at(const struct summaries *s, const struct call_event *event,
			   uint32_t param, enum situation entered, int depth)
{
	const struct term_table *terms = s->program->terms;
	struct term callee = term_at(terms, event->callee);
	exec_set now = situation_at(event, entered), found = 0;

	if (callee.kind == EXPR_PARAM && callee.a == param)
		return now;
	if (event->n_targets != 1 || depth == MOST_HANDED_ON)
		return 0;
	for (uint32_t i = 0; i < event->n_args && i < MOST_PARAMS; i++) {
		struct term arg = term_at(terms, event->args[i]);

		if (arg.kind != EXPR_PARAM || arg.a != param ||
		    !summary_invocation(s, event->targets[0], i))
			continue;
		for (int t = 0; t < SITUATIONS; t++)
			if (now & (1u << t))
				found |= invoked_from(s, event->targets[0], i, (enum situation)t,
						      depth + 1);
	}
	return found;
}

exec_set known_invoked_in(const struct summaries *s, const struct summary_call *call,
			  enum situation entered)
{
	exec_set found = invoked_from(s, call->event->targets[0], call->arg, entered, 0);

	return found ? found : (exec_set)(1u << entered);
}
