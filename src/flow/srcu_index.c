/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * srcu_index.c - where the index of an SRCU section is kept
 *
 * Only who has the index can end the section. One in a variable of the function goes with it: what
 * an argument says of the way that was gone helps no caller.
 */
#include "flow/flow_p.h"

static const struct fact_step *step_at(const struct flow *flow, struct flow_point where)
{
	const struct facts *facts = flow->unit->facts;

	return &facts->steps[facts->blocks[flow->facts->blocks + where.block].steps + where.step];
}

/* Whether @term is the variable, or its address. */
static bool is_of(const struct term_table *terms, term_id id, term_id variable)
{
	struct term term = term_at(terms, id);

	return id == variable || (term.kind == EXPR_ADDR && term.base == variable);
}

/* Whether the step puts @value, or the address of the variable, where others see it. */
static bool gives_away(const struct flow *flow, const struct fact_step *step, term_id value)
{
	return step->kind == STEP_ASSIGN &&
	       is_of(flow->terms, flow->unit->terms[step->rhs], value) &&
	       term_at(flow->terms, flow->unit->terms[step->lhs]).kind != EXPR_LOCAL;
}

static bool stays(const struct flow *flow, term_id value)
{
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		const struct fact_block *block =
			&flow->unit->facts->blocks[flow->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++)
			if (gives_away(flow, &flow->unit->facts->steps[block->steps + s], value))
				return false;
		if (block->term == TERM_RETURN &&
		    is_of(flow->terms, flow->unit->terms[block->cond], value))
			return false;
	}
	return true;
}

/* The variable that the result is assigned to, or 0. */
static term_id variable_of(const struct flow *flow, term_id result)
{
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		const struct fact_block *block =
			&flow->unit->facts->blocks[flow->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &flow->unit->facts->steps[block->steps + s];
			term_id lhs = flow->unit->terms[step->lhs];

			if (step->kind == STEP_ASSIGN && flow->unit->terms[step->rhs] == result &&
			    term_at(flow->terms, lhs).kind == EXPR_LOCAL)
				return lhs;
		}
	}
	return 0;
}

/* The variable that the call is to leave the index in: table_get(d, &index). */
static term_id variable_given(const struct flow *flow, const struct fact_step *call)
{
	for (uint32_t i = 0; i < call->n_args; i++) {
		term_id arg = flow->unit->terms[flow->unit->facts->args[call->args + i]];
		struct term term = term_at(flow->terms, arg);

		if (term.kind == EXPR_ADDR && term_at(flow->terms, term.base).kind == EXPR_LOCAL)
			return term.base;
	}
	return 0;
}

bool srcu_index_is_own(const struct flow *flow, const struct held_lock *lock)
{
	const struct fact_step *step;
	term_id variable, result;

	if (lock->kind != LOCK_SRCU || (lock->flags & HELD_ENTRY))
		return false;
	step = step_at(flow, lock->where);
	if (step->kind != STEP_CALL)
		return false;
	result = flow->unit->terms[step->rhs];
	variable = lock->callee == PROGRAM_NONE ? variable_of(flow, result)
						: variable_given(flow, step);
	return variable && stays(flow, variable) &&
	       (lock->callee != PROGRAM_NONE || stays(flow, result));
}
