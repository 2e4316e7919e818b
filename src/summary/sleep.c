/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sleep.c - functions that nobody calls with a spinning lock held
 *
 * A function that sleeps on every way through it, by a primitive or in a function called directly,
 * is not called there: or that is a bug which has nothing to do with the order of locks. Asked for
 * on the way of single chains only, so it is found then and remembered.
 */
#include "summary/summary_p.h"

enum sleeps { SLEEPS_UNKNOWN, SLEEPS_ASKED, SLEEPS_NOT_ALWAYS, SLEEPS_ALWAYS };

static bool primitive_sleeps(const struct primitive *primitive)
{
	for (size_t i = 0; i < primitive->n_effects; i++)
		if (primitive->effects[i].op == EFFECT_SLEEP &&
		    !effect_is_conditional(&primitive->effects[i]))
			return true;
	return false;
}

static bool step_sleeps(const struct summaries *s, uint32_t unit_number,
			const struct fact_step *step)
{
	const struct unit *unit = &s->program->units[unit_number];
	struct term callee = term_at(s->program->terms, unit->terms[step->lhs]);
	const struct symbol *symbol;
	uint32_t function;

	if (step->kind != STEP_CALL || callee.kind != EXPR_FUNC)
		return false;
	symbol = &s->program->symbols[callee.a];
	if (symbol->primitive || symbol->opaque)
		return symbol->primitive && primitive_sleeps(symbol->primitive);
	function = program_callee(s->program, unit_number, callee.a);
	return function != PROGRAM_NONE && summary_always_sleeps(s, function);
}

/* Whether one of the first @n steps of the block sleeps. */
static bool block_sleeps(const struct summaries *s, const struct function *f, uint32_t number,
			 uint32_t n)
{
	const struct facts *facts = s->program->units[f->unit].facts;
	const struct fact_block *block = &facts->blocks[f->facts->blocks + number];

	for (uint32_t i = 0; i < block->n_steps && i < n; i++)
		if (step_sleeps(s, f->unit, &facts->steps[block->steps + i]))
			return true;
	return false;
}

/* Per block: is there a way from the entry to its start that does not sleep? */
static bool *find_awake(const struct summaries *s, const struct function *f)
{
	const struct facts *facts = s->program->units[f->unit].facts;
	g_autoptr(GArray) pending = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	bool *awake = arena_new_array(s->arena, bool, f->facts->n_blocks);
	uint32_t entry = 0;

	g_array_append_val(pending, entry);
	awake[0] = true;
	for (guint i = 0; i < pending->len; i++) {
		uint32_t number = g_array_index(pending, uint32_t, i);
		const struct fact_block *block = &facts->blocks[f->facts->blocks + number];

		if (block_sleeps(s, f, number, UINT32_MAX))
			continue;
		for (uint32_t e = 0; e < block->n_edges; e++) {
			uint32_t to = facts->edges[block->edges + e].block;

			if (!awake[to])
				g_array_append_val(pending, to);
			awake[to] = true;
		}
	}
	return awake;
}

static const bool *awake_blocks(const struct summaries *s, uint32_t function)
{
	const bool **known = &s->tables->awake[function];

	if (!*known)
		*known = find_awake(s, &s->program->functions[function]);
	return *known;
}

/* Whether the function can return without having slept. */
static bool stays_awake(const struct summaries *s, uint32_t function)
{
	const struct function *f = &s->program->functions[function];
	const struct facts *facts = s->program->units[f->unit].facts;
	const bool *awake = awake_blocks(s, function);

	for (uint32_t b = 0; b < f->facts->n_blocks; b++)
		if (awake[b] && facts->blocks[f->facts->blocks + b].term == TERM_RETURN &&
		    !block_sleeps(s, f, b, UINT32_MAX))
			return true;
	return false;
}

bool summary_always_sleeps(const struct summaries *s, uint32_t function)
{
	uint8_t *known = &s->tables->sleeps[function];

	if (*known == SLEEPS_UNKNOWN) {
		*known = SLEEPS_ASKED; /* what calls itself sleeps elsewhere if at all */
		*known = stays_awake(s, function) ? SLEEPS_NOT_ALWAYS : SLEEPS_ALWAYS;
	}
	return *known == SLEEPS_ALWAYS;
}

bool summary_step_sleeps(const struct summaries *s, uint32_t function, struct flow_point where)
{
	const struct function *f = &s->program->functions[function];
	const struct facts *facts = s->program->units[f->unit].facts;
	const struct fact_block *block;

	if (where.block >= f->facts->n_blocks)
		return false;
	block = &facts->blocks[f->facts->blocks + where.block];
	return where.step < block->n_steps &&
	       step_sleeps(s, f->unit, &facts->steps[block->steps + where.step]);
}

bool summary_sleeps_before(const struct summaries *s, uint32_t function, struct flow_point where)
{
	const struct function *f = &s->program->functions[function];

	if (where.block >= f->facts->n_blocks)
		return false;
	return block_sleeps(s, f, where.block, where.step) ||
	       !awake_blocks(s, function)[where.block];
}
