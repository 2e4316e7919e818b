/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * live.c - variables that nobody reads again
 *
 * Backward liveness of parameters, locals and results of calls (Aho, Lam, Sethi, Ullman,
 * "Compilers", 9.2.5). What is dead at a block's start is forgotten there: states get small, and
 * paths that differ in nothing else are alike.
 */
#include "flow/flow_p.h"

#include <string.h>

struct liveness {
	uint32_t n_words;
	uint64_t *in;	  /* n_words per block: live at its start */
	uint64_t *uses;	  /* per block: read before they are written */
	uint64_t *kills;  /* per block: written as a whole */
	uint64_t *always; /* their address was taken */
};

/* Parameters, locals, results in one numbering; UINT32_MAX for what is no variable of these. */
static uint32_t variable_of(const struct flow *flow, const struct term *term)
{
	const struct fact_function *f = flow->facts;

	if (term->kind == EXPR_PARAM && term->a < f->n_params)
		return term->a;
	if (term->kind == EXPR_LOCAL && term->a < f->n_locals)
		return f->n_params + term->a;
	if (term->kind == EXPR_RESULT && term->a < f->n_calls)
		return f->n_params + f->n_locals + term->a;
	return UINT32_MAX;
}

static bool is_set(const uint64_t *set, uint32_t variable)
{
	return set[variable / 64] >> (variable % 64) & 1;
}

static void set(uint64_t *set, uint32_t variable)
{
	set[variable / 64] |= 1ULL << (variable % 64);
}

/* The variable in which a place lies, if it is not behind a pointer. */
static uint32_t root_variable(const struct flow *flow, term_id place)
{
	struct term term = term_at(flow->terms, place);

	while (term.kind == EXPR_FIELD || term.kind == EXPR_INDEX)
		term = term_at(flow->terms, term.base);
	return variable_of(flow, &term);
}

struct reader {
	const struct flow *flow;
	struct liveness *live;
	uint64_t *uses, *kills;
};

static void read_variable(const struct reader *r, const struct term *term)
{
	uint32_t variable = variable_of(r->flow, term);

	if (variable != UINT32_MAX && !is_set(r->kills, variable))
		set(r->uses, variable);
}

static void read_term(const struct reader *r, term_id id)
{
	while (id) {
		struct term term = term_at(r->flow->terms, id);

		read_variable(r, &term);
		if (term.kind == EXPR_ADDR) {
			uint32_t variable = root_variable(r->flow, term.base);

			if (variable != UINT32_MAX)
				set(r->live->always, variable);
		}
		if (term.kind == EXPR_INDEX || term.kind == EXPR_BINARY)
			read_term(r, term.a);
		if (term.kind == EXPR_BINARY)
			read_term(r, term.b);
		id = term.base;
	}
}

/* A store into a part of a variable neither reads the variable nor ends its life. */
static void write_place(const struct reader *r, term_id place)
{
	struct term term = term_at(r->flow->terms, place);
	uint32_t variable = variable_of(r->flow, &term);

	if (variable != UINT32_MAX) {
		set(r->kills, variable);
		return;
	}
	for (; term.kind == EXPR_FIELD || term.kind == EXPR_INDEX;
	     term = term_at(r->flow->terms, term.base)) {
		if (term.kind == EXPR_INDEX)
			read_term(r, term.a);
		place = term.base;
	}
	if (root_variable(r->flow, place) == UINT32_MAX)
		read_term(r, place);
}

static void read_call(const struct reader *r, const struct fact_step *step)
{
	const struct unit *unit = r->flow->unit;

	read_term(r, unit->terms[step->lhs]);
	for (uint32_t i = 0; i < step->n_args; i++)
		read_term(r, unit->terms[unit->facts->args[step->args + i]]);
	write_place(r, unit->terms[step->rhs]);
}

static void read_step(const struct reader *r, const struct fact_step *step)
{
	const struct unit *unit = r->flow->unit;

	switch ((enum fact_step_kind)step->kind) {
	case STEP_CALL:
		read_call(r, step);
		break;
	case STEP_ASSIGN:
		read_term(r, unit->terms[step->rhs]);
		write_place(r, unit->terms[step->lhs]);
		break;
	case STEP_CLOBBER:
		write_place(r, unit->terms[step->lhs]);
		break;
	case STEP_LOAD:
	case STEP_KINDS:
		break;
	}
}

static const struct fact_block *block_at(const struct flow *flow, uint32_t block)
{
	return &flow->unit->facts->blocks[flow->facts->blocks + block];
}

static void read_block(const struct flow *flow, struct liveness *live, uint32_t number)
{
	const struct fact_block *block = block_at(flow, number);
	struct reader r = { flow, live, live->uses + (size_t)number * live->n_words,
			    live->kills + (size_t)number * live->n_words };

	for (uint32_t s = 0; s < block->n_steps; s++)
		read_step(&r, &flow->unit->facts->steps[block->steps + s]);
	read_term(&r, flow->unit->terms[block->cond]);
}

static bool flow_back(const struct flow *flow, struct liveness *live, uint32_t number)
{
	const struct fact_block *block = block_at(flow, number);
	size_t at = (size_t)number * live->n_words;
	bool changed = false;

	for (uint32_t w = 0; w < live->n_words; w++) {
		uint64_t out = 0, in;

		for (uint32_t e = 0; e < block->n_edges; e++) {
			uint32_t to = flow->unit->facts->edges[block->edges + e].block;

			out |= live->in[(size_t)to * live->n_words + w];
		}
		in = live->uses[at + w] | (out & ~live->kills[at + w]);
		changed |= in != live->in[at + w];
		live->in[at + w] = in;
	}
	return changed;
}

void live_find(struct flow *flow)
{
	const struct fact_function *f = flow->facts;
	struct liveness *live = arena_new_struct(flow->scratch, struct liveness);
	size_t n;
	bool changed = true;

	live->n_words = (f->n_params + f->n_locals + f->n_calls) / 64 + 1;
	n = (size_t)live->n_words * f->n_blocks;
	live->in = arena_new_array(flow->scratch, uint64_t, n);
	live->uses = arena_new_array(flow->scratch, uint64_t, n);
	live->kills = arena_new_array(flow->scratch, uint64_t, n);
	live->always = arena_new_array(flow->scratch, uint64_t, live->n_words);
	for (uint32_t b = 0; b < f->n_blocks; b++)
		read_block(flow, live, b);
	while (changed) {
		changed = false;
		for (uint32_t b = f->n_blocks; b-- > 0;)
			changed |= flow_back(flow, live, b);
	}
	flow->live = live;
}

bool live_is_shared(const struct flow *flow, term_id place)
{
	uint32_t variable = root_variable(flow, place);

	return variable != UINT32_MAX && is_set(flow->live->always, variable);
}

/* The record that a call returned is known by its number: (guard = #0; the members are #0.lock). */
static bool is_named(const struct flow *flow, const struct state *state, term_id place)
{
	struct term term = term_at(flow->terms, place);

	for (; term.kind == EXPR_FIELD || term.kind == EXPR_INDEX;
	     term = term_at(flow->terms, term.base))
		place = term.base;
	if (term.kind != EXPR_RESULT)
		return false;
	for (uint32_t i = 0; i < state->n_env; i++)
		if (state->env[i].value == place)
			return true;
	return false;
}

void live_prune(const struct flow *flow, uint32_t block, struct state *state)
{
	const struct liveness *live = flow->live;
	const uint64_t *in = live->in + (size_t)block * live->n_words;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_env; i++) {
		uint32_t variable = root_variable(flow, state->env[i].place);

		if (variable == UINT32_MAX || is_set(in, variable) ||
		    is_set(live->always, variable) || is_named(flow, state, state->env[i].place))
			state->env[kept++] = state->env[i];
	}
	state->n_env = kept;
}
