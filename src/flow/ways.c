/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ways.c - in which of its ways a callee may return here
 *
 * "lock_two(a, b)" takes what of the two is not NULL, and one of them where they are the same. Who
 * passes it pointers and never asks for either knows that it is not so. To follow those ways as
 * well would tell no more of the caller, but two such calls have all ways of the one with all ways
 * of the other, and soon there are too many. A function's own parameters are left to its callers.
 */
#include "flow/flow_p.h"

bool way_learn(struct flow *flow, struct state *state, const struct frame *frame,
	       const struct outcome *way)
{
	for (uint32_t i = 0; i < way->n_conditions; i++) {
		const struct predicate *condition = &way->conditions[i];
		term_id value = eval_value(flow, state, frame, condition->term);

		if (!value || term_is_lost(flow->terms, value))
			continue;
		if (!(eval_signs(flow, state, value) & condition->signs))
			return false;
		if (term_at(flow->terms, value).kind != EXPR_INT &&
		    !state_learn(flow, state, value, condition->signs))
			return false;
	}
	return true;
}

static bool is_possible(struct flow *flow, const struct state *state, const struct call_ways *call,
			const struct outcome *way)
{
	return call->callee->n_outcomes == 1 ||
	       way_learn(flow, state_copy(flow, state), &call->frame, way);
}

/* --- what nobody asks for --------------------------------------------------------------------- */

static bool is_pointer(const struct flow *flow, const struct call_ways *call, uint32_t parameter)
{
	const struct function *f = &flow->program->functions[call->function];
	const struct facts *facts = flow->program->units[f->unit].facts;

	return parameter < f->facts->n_params && parameter < call->step->n_args &&
	       g_str_has_suffix(
		       facts_string(facts, facts->variables[f->facts->variables + parameter].type),
		       "*");
}

static bool is_parameter(const struct flow *flow, term_id value)
{
	return term_at(flow->terms, value).kind == EXPR_PARAM;
}

/* The argument as this function's code has it. */
static term_id written(const struct flow *flow, const struct call_ways *call, uint32_t parameter)
{
	return flow->unit->terms[flow->unit->facts->args[call->step->args + parameter]];
}

static bool is_asked(const struct flow *flow, term_id condition)
{
	return g_hash_table_contains(flow->asked, GUINT_TO_POINTER(condition));
}

/* "if (!a)" of a callee: whether nothing here tells which of the two it is, nor asks. */
static bool is_unasked_null(struct flow *flow, const struct state *state,
			    const struct call_ways *call, struct term term)
{
	return is_pointer(flow, call, term.a) && !is_parameter(flow, call->frame.args[term.a]) &&
	       eval_signs(flow, state, call->frame.args[term.a]) == SIGN_ANY &&
	       !is_asked(flow, written(flow, call, term.a));
}

/* Equality of arguments @x and @y, as values or as written. */
static term_id equality(struct flow *flow, struct term equal, term_id x, term_id y)
{
	equal.a = x;
	equal.b = y;
	return term_make(flow->terms, equal);
}

/* "x == y" of a function's own: its callers know. */
static bool is_of_parameters(const struct flow *flow, term_id equality)
{
	struct term term = term_at(flow->terms, equality);

	return term.kind == EXPR_BINARY && is_parameter(flow, term.a) && is_parameter(flow, term.b);
}

/* "if (a == b)" of a callee: the same. */
static bool is_unasked_equality(struct flow *flow, const struct state *state,
				const struct call_ways *call, struct term term)
{
	uint32_t x = term_at(flow->terms, term.a).a, y = term_at(flow->terms, term.b).a;
	term_id value;

	if (!is_parameter(flow, term.a) || !is_parameter(flow, term.b) ||
	    !is_pointer(flow, call, x) || !is_pointer(flow, call, y))
		return false;
	value = equality(flow, term, call->frame.args[x], call->frame.args[y]);
	return !is_of_parameters(flow, value) &&
	       eval_signs(flow, state, value) == (SIGN_ZERO | SIGN_POSITIVE) &&
	       !is_asked(flow,
			 equality(flow, term, written(flow, call, x), written(flow, call, y)));
}

static bool is_unasked(struct flow *flow, const struct state *state, const struct call_ways *call,
		       const struct predicate *condition)
{
	struct term term = term_at(flow->terms, condition->term);

	if (term.kind == EXPR_PARAM)
		return condition->signs == SIGN_ZERO && is_unasked_null(flow, state, call, term);
	return term.kind == EXPR_BINARY && term.op == BINARY_EQ &&
	       !(condition->signs & SIGN_ZERO) && is_unasked_equality(flow, state, call, term);
}

static unsigned signs_of(const struct outcome *way, term_id term)
{
	for (uint32_t i = 0; i < way->n_conditions; i++)
		if (way->conditions[i].term == term)
			return way->conditions[i].signs;
	return SIGN_ANY;
}

/* Whether it is otherwise on another way, which by what it returns may be this one. */
static bool has_other(struct flow *flow, const struct state *state, const struct call_ways *call,
		      const struct outcome *way, const struct predicate *condition)
{
	for (uint32_t i = 0; i < call->callee->n_outcomes; i++) {
		const struct outcome *other = &call->callee->outcomes[i];

		if (!(signs_of(other, condition->term) & condition->signs) &&
		    (other->result_signs & way->result_signs) &&
		    is_possible(flow, state, call, other))
			return true;
	}
	return false;
}

static bool is_meant(struct flow *flow, const struct state *state, const struct call_ways *call,
		     const struct outcome *way)
{
	for (uint32_t i = 0; i < way->n_conditions; i++)
		if (is_unasked(flow, state, call, &way->conditions[i]) &&
		    has_other(flow, state, call, way, &way->conditions[i]))
			return false;
	return true;
}

/* ---------------------------------------------------------------------------------------------- */

static bool gives_up_any(const struct flow_result *callee)
{
	for (uint32_t i = 0; i < callee->n_outcomes; i++)
		if (callee->outcomes[i].n_released)
			return true;
	return false;
}

void ways_find(struct flow *flow, const struct state *state, struct call_ways *call)
{
	const struct flow_result *callee = call->callee;
	/* else who follows them finds out */
	bool must_be_possible = callee->n_outcomes > MOST_WAYS || gives_up_any(callee);

	call->gives_up_some = gives_up_any(callee);
	for (uint32_t i = 0; i < callee->n_outcomes; i++) {
		const struct outcome *way = &callee->outcomes[i];

		if ((must_be_possible && !is_possible(flow, state, call, way)) ||
		    !is_meant(flow, state, call, way))
			continue;
		if (call->n == MOST_WAYS) {
			call->is_murky = true;
			return;
		}
		call->ways[call->n++] = way;
	}
}
