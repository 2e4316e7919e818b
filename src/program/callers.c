/* SPDX-License-Identifier: GPL-2.0-or-later */
/* callers.c - who calls a function by its name */
#include "program/link_p.h"

typedef void (*call_fn)(uint32_t caller, uint32_t callee, struct caller_lists *lists);

static void visit_calls(const struct program *program, uint32_t caller, call_fn fn,
			struct caller_lists *lists)
{
	const struct function *f = &program->functions[caller];
	const struct unit *unit = &program->units[f->unit];

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];
			struct term callee = term_at(program->terms, unit->terms[step->lhs]);
			uint32_t target = PROGRAM_NONE;

			if (step->kind == STEP_CALL && callee.kind == EXPR_FUNC)
				target = program_callee(program, f->unit, callee.a);
			if (target != PROGRAM_NONE)
				fn(caller, target, lists);
		}
	}
}

static void count(uint32_t caller, uint32_t callee, struct caller_lists *lists)
{
	(void)caller;
	lists->first[callee + 1]++;
}

/* Callers come in order, so the same one comes again at once. */
static void note(uint32_t caller, uint32_t callee, struct caller_lists *lists)
{
	uint32_t *callers = lists->functions + lists->first[callee], *n = &lists->n[callee];

	if (!*n || callers[*n - 1] != caller)
		callers[(*n)++] = caller;
}

void program_find_callers(struct program *program)
{
	uint32_t n = (uint32_t)program->n_functions;
	struct caller_lists *lists = &program->callers;

	lists->first = arena_new_array(program->arena, uint32_t, n + 1);
	lists->n = arena_new_array(program->arena, uint32_t, n + 1);
	for (uint32_t f = 0; f < n; f++)
		visit_calls(program, f, count, lists);
	for (uint32_t f = 0; f < n; f++)
		lists->first[f + 1] += lists->first[f];
	lists->functions = arena_new_array(program->arena, uint32_t, lists->first[n] + 1);
	for (uint32_t f = 0; f < n; f++)
		visit_calls(program, f, note, lists);
}

void program_mark_callers(const struct program *program, uint32_t function, bool *marked)
{
	const struct caller_lists *lists = &program->callers;
	const uint32_t *callers = lists->functions + lists->first[function];

	for (uint32_t i = 0; i < lists->n[function]; i++)
		marked[callers[i]] = true;
}
