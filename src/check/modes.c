/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modes.c - functions that do the same with a lock that sleeps and with one that spins
 *
 *   if (map->may_sleep)
 *           mutex_lock(&map->mutex);
 *   else
 *           spin_lock(&map->lock);
 *
 * Which of the two it is, an object tells, and whoever made the object knows. Callers that may not
 * sleep have made it so that it spins.
 */
#include "check/check_p.h"

static bool kind_is_for(enum lock_kind kind, enum lock_wait wait)
{
	enum lock_wait is = lock_kind_wait(kind);

	return is != LOCK_WAIT_NONE && (is == LOCK_WAIT_SLEEP) == (wait == LOCK_WAIT_SLEEP);
}

/* What the other arm would have to do: @op is EFFECT_ACQUIRE or EFFECT_RELEASE. */
struct counterpart {
	enum effect_op op;
	enum lock_wait wait;
};

static bool primitive_is_it(const struct primitive *primitive, const struct counterpart *other)
{
	for (size_t i = 0; i < primitive->n_effects; i++) {
		const struct effect *effect = &primitive->effects[i];

		if (effect->op == other->op && kind_is_for(effect->kind, other->wait))
			return true;
	}
	return false;
}

/* Whether a function returns with such a lock taken, or given up. */
static bool is_lock_function(const struct flow_result *flow, const struct counterpart *other)
{
	for (uint32_t i = 0; i < flow->n_outcomes; i++) {
		const struct outcome *outcome = &flow->outcomes[i];
		bool acquires = other->op == EFFECT_ACQUIRE;
		uint32_t n = acquires ? outcome->n_acquired : outcome->n_released;
		const struct held_lock *locks = acquires ? outcome->acquired : outcome->released;

		for (uint32_t l = 0; l < n; l++)
			if (kind_is_for(locks[l].kind, other->wait))
				return true;
	}
	return false;
}

static bool takes_one(const struct flow_result *flow, enum lock_wait wait)
{
	for (uint32_t i = 0; i < flow->n_acquires; i++)
		if (kind_is_for(flow->acquires[i].lock.kind, wait))
			return true;
	return false;
}

/* The step at @where, if it is a call. */
static const struct fact_step *call_at(const struct facts *facts, const struct fact_block *blocks,
				       struct flow_point where)
{
	const struct fact_step *step = &facts->steps[blocks[where.block].steps + where.step];

	return where.step < blocks[where.block].n_steps && step->kind == STEP_CALL ? step : NULL;
}

/* "blocking_do(x, y)" and "atomic_do(x, y)". */
static bool same_arguments(const struct facts *facts, const struct fact_step *x,
			   const struct fact_step *y)
{
	if (x->n_args != y->n_args || !x->n_args)
		return false;
	for (uint32_t i = 0; i < x->n_args; i++)
		if (facts->args[x->args + i] != facts->args[y->args + i])
			return false;
	return true;
}

/* One step of the other arm; @own is the call that sleeps, or spins, in this one. */
static bool step_is_for(const struct check_input *in, uint32_t unit, const struct fact_step *step,
			const struct fact_step *own, const struct counterpart *other)
{
	const struct program *program = in->program;
	const struct primitive *primitive;
	const struct flow_result *flow;
	struct term callee;
	uint32_t function;

	if (step->kind != STEP_CALL)
		return false;
	callee = term_at(program->terms, program->units[unit].terms[step->lhs]);
	if (callee.kind != EXPR_FUNC)
		return false;
	primitive = program->symbols[callee.a].primitive;
	if (primitive && primitive_is_it(primitive, other))
		return true;
	function = program_callee(program, unit, callee.a);
	if (function == PROGRAM_NONE)
		return false;
	flow = in->summaries->functions[function].flow;
	return is_lock_function(flow, other) ||
	       (own && takes_one(flow, other->wait) &&
		same_arguments(program->units[unit].facts, step, own));
}

static bool block_is_for(const struct check_input *in, uint32_t unit,
			 const struct fact_block *block, const struct fact_step *own,
			 const struct counterpart *other)
{
	const struct facts *facts = in->program->units[unit].facts;

	for (uint32_t i = 0; i < block->n_steps; i++)
		if (step_is_for(in, unit, &facts->steps[block->steps + i], own, other))
			return true;
	return false;
}

/* Whether both arms go on there: what comes later has a higher number. */
static bool joins(const struct facts *facts, const struct fact_block *blocks, uint32_t from,
		  uint32_t to)
{
	g_autofree bool *reached = g_new0(bool, to + 1);

	if (from >= to)
		return false;
	reached[from] = true;
	for (uint32_t b = from; b < to; b++) {
		for (uint32_t e = 0; reached[b] && e < blocks[b].n_edges; e++) {
			uint32_t next = facts->edges[blocks[b].edges + e].block;

			if (next > b && next <= to)
				reached[next] = true;
		}
	}
	return reached[to];
}

bool point_is_of_a_mode(const struct check_input *in, uint32_t function, struct flow_point where,
			enum effect_op op, enum lock_wait wait)
{
	const struct counterpart other = { op, wait };
	const struct function *f = &in->program->functions[function];
	const struct facts *facts = in->program->units[f->unit].facts;
	const struct fact_block *blocks = &facts->blocks[f->facts->blocks];
	const struct fact_step *own = call_at(facts, blocks, where);

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_edge *edges = &facts->edges[blocks[b].edges];
		uint32_t arm;

		if (blocks[b].n_edges != 2 || blocks[b].loop_head ||
		    (edges[0].block != where.block && edges[1].block != where.block))
			continue;
		arm = edges[edges[0].block == where.block].block;
		if (arm != where.block && !joins(facts, blocks, where.block, arm) &&
		    block_is_for(in, f->unit, &blocks[arm], own, &other))
			return true;
	}
	return false;
}
