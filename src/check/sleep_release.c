/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sleep_release.c - a section that is ended on some of the ways to where something sleeps
 *
 *   if (cached)
 *           spin_lock(&cache->lock);
 *   ...
 *   if (is_cached(f))
 *           spin_unlock(&cache->lock);
 *   wait(f);                            <- with the lock held only if the two tests differ
 *
 * That they do not, the code knows, and states that are kept apart by the lock do not.
 */
#include "check/sleep_p.h"

/* The class of what the call releases, or 0. */
static uint32_t class_released(const struct program *program, const struct unit *unit,
			       const struct fact_step *step)
{
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);
	const struct primitive *primitive;

	if (step->kind != STEP_CALL || callee.kind != EXPR_FUNC)
		return 0;
	primitive = program->symbols[callee.a].primitive;
	for (size_t i = 0; primitive && i < primitive->n_effects; i++) {
		const struct effect *effect = &primitive->effects[i];
		term_id lock;

		if (effect->op != EFFECT_RELEASE || effect->lock_arg < 0 ||
		    (uint32_t)effect->lock_arg >= step->n_args)
			continue;
		lock = unit->terms[unit->facts->args[step->args + (uint32_t)effect->lock_arg]];
		return program_lock_class(program, term_deref(program->terms, lock));
	}
	return 0;
}

static bool lies_between(const struct sleep_site *site, struct flow_point begin,
			 struct flow_point release)
{
	struct flow_point end = site->way.where;

	return point_reaches_past(site->in, site->function, begin, release, end) &&
	       point_reaches_past(site->in, site->function, release, end, begin);
}

bool sleep_is_released_before(const struct sleep_site *site, const struct held_lock *held)
{
	const struct program *program = site->in->program;
	const struct function *function = &program->functions[site->function];
	const struct unit *unit = &program->units[function->unit];

	for (uint32_t b = 0; b < function->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[function->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			struct flow_point at = { b, s };
			uint32_t class = class_released(program, unit,
							&unit->facts->steps[block->steps + s]);

			if (class && class == held->class_string &&
			    lies_between(site, held->where, at))
				return true;
		}
	}
	return false;
}
