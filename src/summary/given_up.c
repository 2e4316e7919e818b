/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * given_up.c - locks that may have been given up on the way from where they were taken
 *
 *   if (a(x))
 *           lock(&l);
 *   if (b(x))
 *           unlock(&l);
 *   f();             <- with l held where a(x) and not b(x), if that is ever so
 *
 * States are kept apart while they hold different locks, but what a function answers twice is not
 * known to be the same. Where a release of the lock leads to the same point, the code says that the
 * lock is not meant to be held there.
 */
#include "summary/summary_p.h"

struct search {
	const struct summaries *s;
	uint32_t function, unit;
	const struct facts *facts;
	const struct held_lock *held;
	struct flow_point where;
	bool *seen; /* per block: its begin was come to after a release */
};

static uint32_t class_of(const struct search *search, term_id place)
{
	const struct program *program = search->s->program;

	return place ? program_lock_class(program, program_lock_object(program, place)) : 0;
}

/* The call as far as its own line tells. */
static struct call_event call_as_written(const struct search *search, const struct fact_step *step,
					 term_id *args)
{
	const term_id *terms = search->s->program->units[search->unit].terms;

	for (uint32_t i = 0; i < step->n_args; i++)
		args[i] = terms[search->facts->args[step->args + i]];
	return (struct call_event){ .n_args = step->n_args, .args = args };
}

static bool effect_is_on_lock(const struct search *search, const struct effect *effect,
			      const struct call_event *event)
{
	const struct program *program = search->s->program;
	term_id place;

	if (effect->kind != search->held->kind || effect->lock_arg < 0 ||
	    (uint32_t)effect->lock_arg >= event->n_args)
		return false;
	place = term_deref(program->terms, event->args[effect->lock_arg]);
	return class_of(search, program_effect_place(program, place, effect)) ==
	       search->held->class_string;
}

static bool lock_is_it(const struct search *search, const struct held_lock *lock,
		       const struct call_event *event)
{
	if (lock->kind != search->held->kind)
		return false;
	if (lock->class_string)
		return lock->class_string == search->held->class_string;
	return lock->lock &&
	       class_of(search, summary_translate(search->s->program, event, lock->lock)) ==
		       search->held->class_string;
}

static bool outcome_does(const struct search *search, const struct outcome *outcome,
			 enum effect_op op, const struct call_event *event)
{
	uint32_t n = op == EFFECT_RELEASE ? outcome->n_released : outcome->n_acquired;
	const struct held_lock *locks = op == EFFECT_RELEASE ? outcome->released
							     : outcome->acquired;

	for (uint32_t i = 0; i < n; i++)
		if (lock_is_it(search, &locks[i], event))
			return true;
	return false;
}

/* Whether the step takes (EFFECT_ACQUIRE) or gives up (EFFECT_RELEASE) the lock, on some way. */
static bool step_does(const struct search *search, const struct fact_step *step, enum effect_op op)
{
	const struct program *program = search->s->program;
	const struct primitive *primitive;
	const struct flow_result *flow;
	struct call_event event;
	struct term callee;
	uint32_t function;
	term_id args[UINT8_MAX];

	if (step->kind != STEP_CALL || step->n_args > G_N_ELEMENTS(args))
		return false;
	callee = term_at(program->terms, program->units[search->unit].terms[step->lhs]);
	if (callee.kind != EXPR_FUNC)
		return false;
	event = call_as_written(search, step, args);
	primitive = program->symbols[callee.a].primitive;
	for (size_t i = 0; primitive && i < primitive->n_effects; i++)
		if (primitive->effects[i].op == op &&
		    effect_is_on_lock(search, &primitive->effects[i], &event))
			return true;
	function = program_callee(program, search->unit, callee.a);
	if (primitive || function == PROGRAM_NONE)
		return false;
	flow = search->s->functions[function].flow;
	for (uint32_t i = 0; i < flow->n_outcomes; i++)
		if (outcome_does(search, &flow->outcomes[i], op, &event))
			return true;
	return false;
}

/* Whether flow/ has seen it taken there, by whatever name: by what returns its argument, too. */
static bool is_taken_at(const struct search *search, struct flow_point at)
{
	const struct flow_result *flow = search->s->functions[search->function].flow;

	for (uint32_t i = 0; i < flow->n_acquires; i++) {
		const struct acquire_event *event = &flow->acquires[i];

		if (event->where.block == at.block && event->where.step == at.step &&
		    event->lock.class_string == search->held->class_string)
			return true;
	}
	return false;
}

static bool follow(struct search *search, uint32_t block, uint32_t step);

static bool follow_edges(struct search *search, uint32_t number, const struct fact_block *block)
{
	for (uint32_t e = 0; e < block->n_edges; e++) {
		uint32_t to = search->facts->edges[block->edges + e].block;

		if (to <= number ||
		    search->seen[to]) /* the next turn of a loop is another matter */
			continue;
		search->seen[to] = true;
		if (follow(search, to, 0))
			return true;
	}
	return false;
}

/* Whether the point asked about is come to from there with the lock not taken again. */
static bool follow(struct search *search, uint32_t number, uint32_t step)
{
	const struct fact_function *f = search->s->program->functions[search->function].facts;
	const struct fact_block *block = &search->facts->blocks[f->blocks + number];

	for (uint32_t i = step; i <= block->n_steps; i++) {
		if (search->where.block == number && search->where.step == i)
			return true;
		if (i < block->n_steps &&
		    (is_taken_at(search, (struct flow_point){ number, i }) ||
		     step_does(search, &search->facts->steps[block->steps + i], EFFECT_ACQUIRE)))
			return false;
	}
	return follow_edges(search, number, block);
}

static bool leads_on(struct search *search, uint32_t number)
{
	const struct fact_function *f = search->s->program->functions[search->function].facts;
	const struct fact_block *block = &search->facts->blocks[f->blocks + number];

	for (uint32_t i = 0; i < block->n_steps; i++) {
		const struct fact_step *step = &search->facts->steps[block->steps + i];

		if (step_does(search, step, EFFECT_RELEASE) &&
		    !step_does(search, step, EFFECT_ACQUIRE) && follow(search, number, i + 1))
			return true;
	}
	return false;
}

bool summary_may_be_given_up(const struct summaries *s, uint32_t function,
			     const struct held_lock *held, struct flow_point where)
{
	const struct function *f = &s->program->functions[function];
	g_autofree bool *seen = g_new0(bool, f->facts->n_blocks + 1);
	struct search search = { .s = s,
				 .function = function,
				 .unit = f->unit,
				 .facts = s->program->units[f->unit].facts,
				 .held = held,
				 .where = where,
				 .seen = seen };

	if (!held->class_string)
		return false;
	for (uint32_t b = 0; b < f->facts->n_blocks; b++)
		if (leads_on(&search, b))
			return true;
	return false;
}
