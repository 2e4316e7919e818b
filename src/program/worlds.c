/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * worlds.c - what runs apart from everything else, for --isolate
 *
 * A function that no other one calls by name is the root of a world: what it calls, and what that
 * calls, by name or as the argument of a call that knows it. A call through a pointer that may lead
 * to a root leads out of the world and is not followed: a table of test functions does not make
 * one program of them.
 */
#include "program/link_p.h"

struct finder {
	const struct program *program;
	bool *called; /* per function: by name, by another one */
	GArray *members;
	bool *seen; /* per function: in the world at hand */
};

static const struct fact_block *block_of(const struct program *program, uint32_t f, uint32_t b)
{
	const struct function *function = &program->functions[f];

	return &program->units[function->unit].facts->blocks[function->facts->blocks + b];
}

static void visit(struct finder *finder, uint32_t caller, uint32_t callee)
{
	if (!finder->seen) {
		finder->called[callee] |= callee != caller;
		return;
	}
	if (finder->seen[callee])
		return;
	finder->seen[callee] = true;
	g_array_append_val(finder->members, callee);
}

static void visit_indirect(struct finder *finder, uint32_t caller, term_id callee)
{
	const struct call_targets *targets;

	if (!finder->seen)
		return;
	targets = program_targets(finder->program, caller, callee);
	for (size_t i = 0; i < targets->n; i++)
		if (finder->called[targets->functions[i]])
			visit(finder, caller, targets->functions[i]);
}

static void visit_call(struct finder *finder, uint32_t caller, const struct fact_step *step)
{
	const struct program *program = finder->program;
	uint32_t unit = program->functions[caller].unit;
	term_id callee = program->units[unit].terms[step->lhs];
	struct term term = term_at(program->terms, callee);
	uint32_t target;

	if (term.kind != EXPR_FUNC) {
		visit_indirect(finder, caller, callee);
		return;
	}
	target = program_callee(program, unit, term.a);
	if (target != PROGRAM_NONE)
		visit(finder, caller, target);
}

static void visit_calls(struct finder *finder, uint32_t f)
{
	const struct function *function = &finder->program->functions[f];
	const struct facts *facts = finder->program->units[function->unit].facts;

	for (uint32_t b = 0; b < function->facts->n_blocks; b++) {
		const struct fact_block *block = block_of(finder->program, f, b);

		for (uint32_t s = 0; s < block->n_steps; s++)
			if (facts->steps[block->steps + s].kind == STEP_CALL)
				visit_call(finder, f, &facts->steps[block->steps + s]);
	}
}

static void add_world(struct finder *finder, uint32_t root, struct arena *arena, GArray *worlds)
{
	struct world world = { .root = root };
	bool in_scope = false;

	finder->seen = arena_new_array(arena, bool, finder->program->n_functions);
	g_array_set_size(finder->members, 0);
	visit(finder, PROGRAM_NONE, root);
	for (guint i = 0; i < finder->members->len; i++) {
		uint32_t f = g_array_index(finder->members, uint32_t, i);

		visit_calls(finder, f);
		in_scope |= finder->program->functions[f].in_scope;
	}
	world.members = finder->seen;
	if (in_scope)
		g_array_append_val(worlds, world);
}

GArray *program_worlds(const struct program *program, struct arena *arena)
{
	GArray *worlds = g_array_new(FALSE, FALSE, sizeof(struct world));
	struct finder finder = { .program = program,
				 .called = arena_new_array(arena, bool, program->n_functions + 1),
				 .members = g_array_new(FALSE, FALSE, sizeof(uint32_t)) };

	for (uint32_t f = 0; f < program->n_functions; f++)
		visit_calls(&finder, f);
	for (uint32_t f = 0; f < program->n_functions; f++)
		if (!finder.called[f])
			add_world(&finder, f, arena, worlds);
	g_array_unref(finder.members);
	return worlds;
}
