/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * callgraph.c - the order in which functions are analysed, and whose address is taken
 *
 * Indirect calls count while they have few candidates: with all of them a third of the kernel is
 * one component, and the order inside it would say nothing.
 */
#include "base/scc.h"
#include "program/link_p.h"

/* Candidates of an indirect call that are ordered before the caller. */
#define ORDERED_TARGETS 4

struct call_edges {
	GArray *to;	 /* uint32_t */
	uint32_t *first; /* n_functions + 1 */
};

static void mark_if_function(struct program *program, uint32_t unit, term_id value)
{
	struct term term = term_at(program->terms, value);
	uint32_t f;

	if (term.kind != EXPR_FUNC)
		return;
	f = program_callee(program, unit, term.a);
	if (f != PROGRAM_NONE)
		program->functions[f].address_taken = true;
}

static void add_indirect(const struct program *program, uint32_t caller, term_id callee, GArray *to)
{
	const struct call_targets *targets = program_targets(program, caller, callee);

	if (targets->n <= ORDERED_TARGETS)
		g_array_append_vals(to, targets->functions, targets->n);
}

static void add_call(struct program *program, uint32_t caller, const struct fact_step *step,
		     GArray *to)
{
	const struct unit *unit = &program->units[program->functions[caller].unit];
	term_id callee = unit->terms[step->lhs];
	struct term term = term_at(program->terms, callee);
	uint32_t target;

	for (uint32_t i = 0; i < step->n_args; i++)
		mark_if_function(program, program->functions[caller].unit,
				 unit->terms[unit->facts->args[step->args + i]]);
	if (term.kind != EXPR_FUNC) {
		add_indirect(program, caller, callee, to);
		return;
	}
	target = program_callee(program, program->functions[caller].unit, term.a);
	if (target != PROGRAM_NONE)
		g_array_append_val(to, target);
}

static void add_calls_of(struct program *program, uint32_t caller, GArray *to)
{
	const struct function *f = &program->functions[caller];
	const struct unit *unit = &program->units[f->unit];

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];

			if (step->kind == STEP_CALL)
				add_call(program, caller, step, to);
			else if (step->kind == STEP_ASSIGN)
				mark_if_function(program, f->unit, unit->terms[step->rhs]);
		}
	}
}

static void mark_initialisers(struct program *program)
{
	for (uint32_t u = 0; u < program->n_units; u++) {
		const struct unit *unit = &program->units[u];

		for (uint32_t i = 0; i < unit->facts->n_inits; i++)
			mark_if_function(program, u, unit->terms[unit->facts->inits[i].rhs]);
	}
}

static void keep_components(struct program *program, const struct scc *scc)
{
	size_t n = program->n_functions;

	program->n_components = scc->n_components;
	program->component_first = arena_memdup(program->arena, scc->first,
						(scc->n_components + 1) * sizeof(uint32_t));
	program->component_members =
		arena_memdup(program->arena, scc->members, (n + 1) * sizeof(uint32_t));
	for (size_t f = 0; f < n; f++)
		program->functions[f].component = scc->component[f];
}

void program_find_components(struct program *program)
{
	struct call_edges edges = { .to = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
				    .first = g_new0(uint32_t, program->n_functions + 1) };
	struct scc scc;

	mark_initialisers(program);
	for (uint32_t f = 0; f < program->n_functions; f++) {
		edges.first[f] = edges.to->len;
		add_calls_of(program, f, edges.to);
	}
	edges.first[program->n_functions] = edges.to->len;
	scc = scc_find(program->n_functions, edges.first, (const uint32_t *)edges.to->data);
	keep_components(program, &scc);
	scc_clear(&scc);
	g_array_unref(edges.to);
	g_free(edges.first);
}
