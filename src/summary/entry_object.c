/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entry_object.c - functions that are registered in an object
 *
 *   d->nb.notifier_call = d_event;
 *   register_netevent_notifier(&d->nb);
 *
 * The object is an argument, the function stands in a member of it: set by an initialiser, in the
 * registering function before, or anywhere that the pointer may come from.
 */
#include "summary/entry_p.h"

static term_id member_of(const struct program *program, const struct entry_rule *rule,
			 term_id object)
{
	struct effect place = { .members = rule->member, .n_members = 1 };

	return program_effect_place(program, term_deref(program->terms, object), &place);
}

static term_id initialised(const struct unit *unit, term_id place)
{
	for (uint32_t i = 0; i < unit->facts->n_inits; i++)
		if (unit->terms[unit->facts->inits[i].lhs] == place)
			return unit->terms[unit->facts->inits[i].rhs];
	return 0;
}

static term_id assigned(const struct program *program, uint32_t function, term_id place)
{
	const struct function *f = &program->functions[function];
	const struct unit *unit = &program->units[f->unit];
	term_id value = 0;

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];

			if (step->kind == STEP_ASSIGN && unit->terms[step->lhs] == place)
				value = unit->terms[step->rhs];
		}
	}
	return value;
}

term_id entry_of_object(const struct program *program, const struct entry_rule *rule, uint32_t unit,
			uint32_t registrar, term_id object)
{
	term_id place = member_of(program, rule, object);
	term_id value = 0;

	if (registrar != PROGRAM_NONE)
		value = assigned(program, registrar, place);
	if (!value)
		value = initialised(&program->units[unit], place);
	return value ? value : place;
}
