/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loop.c - what a loop makes of a state
 *
 * Locals that an iteration gives a new value get a fresh name as the loop is entered, so that the
 * first iteration is like the others: else the two meet in the middle of the loop with two names
 * for one variable, and what its tests told is lost. Constants keep their value until an iteration
 * has changed it ("locked = false").
 */
#include "flow/flow_p.h"

static const struct fact_block *block_at(const struct flow *flow, uint32_t block)
{
	return &flow->unit->facts->blocks[flow->facts->blocks + block];
}

static void add_changed(GArray *changed, term_id place)
{
	for (guint i = 0; i < changed->len; i++)
		if (g_array_index(changed, term_id, i) == place)
			return;
	g_array_append_val(changed, place);
}

static bool is_changed(const struct flow *flow, const struct fact_step *step)
{
	struct term term = term_at(flow->terms, flow->unit->terms[step->lhs]);
	int64_t number;

	if (term.kind != EXPR_LOCAL && term.kind != EXPR_PARAM)
		return false;
	if (step->kind == STEP_CLOBBER)
		return true;
	return step->kind == STEP_ASSIGN && !term_is_int(flow->terms, flow->unit->terms[step->rhs], &number);
}

static void find_changed(const struct flow *flow, uint32_t block, GArray *changed)
{
	const struct fact_block *b = block_at(flow, block);

	for (uint32_t s = 0; s < b->n_steps; s++) {
		const struct fact_step *step = &flow->unit->facts->steps[b->steps + s];

		if (is_changed(flow, step))
			add_changed(changed, flow->unit->terms[step->lhs]);
	}
}

/* The blocks between a loop's head and the source of its back edge: a safe superset of the loop. */
static void mark(struct flow *flow, uint32_t head, uint32_t last)
{
	struct block_states *states = &flow->blocks[head];

	if (!states->changed)
		states->changed = g_array_new(FALSE, FALSE, sizeof(term_id));
	for (uint32_t b = head; b <= last; b++) {
		flow->in_loop[b] = true;
		find_changed(flow, b, states->changed);
	}
}

void loops_find(struct flow *flow)
{
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		const struct fact_block *block = block_at(flow, b);

		for (uint32_t e = 0; e < block->n_edges; e++) {
			uint32_t to = flow->unit->facts->edges[block->edges + e].block;

			if (to <= b)
				mark(flow, to, b);
		}
	}
}

/* What was known when a loop was entered stays known in it, unless an iteration says otherwise. */
static void remember_known(struct block_states *block, const struct state *state)
{
	if (!block->entry_known)
		block->entry_known = g_array_new(FALSE, FALSE, sizeof(term_id));
	for (uint32_t i = 0; i < state->n_known; i++)
		g_array_append_val(block->entry_known, state->known[i].term);
}

static void rename_changed(struct flow *flow, uint32_t head, struct state *state)
{
	const GArray *changed = flow->blocks[head].changed;

	for (guint i = 0; changed && i < changed->len; i++) {
		term_id place = g_array_index(changed, term_id, i), value = place;
		uint32_t number;
		unsigned signs;

		if (state_get(state, place, &value) && term_is_int(flow->terms, value, &(int64_t){ 0 }))
			continue;
		signs = eval_signs(flow, state, value);
		number = flow_fresh(flow, head, place);
		state_renew(flow, state, number);
		value = term_make(flow->terms, (struct term){ .kind = EXPR_RESULT, .a = number });
		state_set(flow, state, place, value);
		state_learn(flow, state, value, signs);
	}
}

void loops_enter(struct flow *flow, uint32_t from, uint32_t to, struct state *state)
{
	struct block_states *block = &flow->blocks[to];

	if (to <= from) {
		state_forget_memory(flow, state, block->entry_known);
		return;
	}
	if (!block_at(flow, to)->loop_head)
		return;
	remember_known(block, state);
	rename_changed(flow, to, state);
}
