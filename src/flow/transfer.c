/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * transfer.c - the steps of a block
 */
#include "flow/flow_p.h"

#include <string.h>

/* Names fresh values made inside a block apart from those made where paths join at its start. */
#define INSIDE_BLOCK 0x80000000u

static void grow(struct flow *flow, struct state_list *list)
{
	uint32_t capacity = list->capacity ? list->capacity * 2 : 4;
	struct state **states = arena_new_array(flow->scratch, struct state *, capacity);

	if (list->n)
		memcpy(states, list->states, list->n * sizeof(*states));
	list->states = states;
	list->capacity = capacity;
}

void state_list_add(struct flow *flow, struct state_list *list, struct state *state)
{
	if (list->n == FLOW_MAX_LIST) {
		flow->gave_up = true;
		return;
	}
	if (list->n == list->capacity)
		grow(flow, list);
	list->states[list->n++] = state;
}

static bool holds_reader(const struct state *state)
{
	for (uint32_t i = 0; i < state->n_held; i++)
		if (state->held[i].kind == LOCK_RCU)
			return true;
	return false;
}

/* A step over a list in a reader, or as readers do it. */
static void look_at_walk(struct flow *flow, const struct state *state, term_id value)
{
	if (program_is_list_link(flow->program, value) &&
	    (holds_reader(state) || program_keeps_link(flow->program, flow->unit, flow->facts,
						       flow->at.block, flow->at.step)))
		record_pointer(flow, state, eval_place(flow, state, NULL, value), 0, false);
}

/*
 * A pointer of which no member could be named: "nn = net_generic(dev_net(nt->dev), id)". The
 * variable gets a name of its own, so that nn->lock has one. An address is followed to a name that
 * is there: a guard's.
 */
static bool is_lost(const struct flow *flow, term_id place, term_id value)
{
	return term_at(flow->terms, place).kind == EXPR_LOCAL &&
	       term_at(flow->terms, value).kind != EXPR_ADDR &&
	       term_is_too_deep(flow->terms, value);
}

/* What is known of the value is known of the name that the variable gets instead. */
static void name_lost(struct flow *flow, struct state *state, term_id place, term_id value)
{
	unsigned signs = eval_signs(flow, state, value);
	term_id name;

	clobber_place(flow, state, place);
	if (value && state_get(state, place, &name))
		state_learn(flow, state, name, signs);
}

/* What a lock guards is accessed at @term, or on the way to it: p->head->n reads p->head. */
static void look_at_guarded(struct flow *flow, const struct state *state, term_id term,
			    bool is_store)
{
	if (!g_hash_table_size(flow->program->guards))
		return;
	for (term_id id = term; id; id = term_at(flow->terms, id).base) {
		term_id guard = program_guard(flow->program, id);

		if (guard)
			record_guarded(flow, state, eval_place(flow, state, NULL, id),
				       eval_place(flow, state, NULL, guard),
				       is_store && id == term);
	}
}

/* "req = alloc(); ... req->n = 1": it is no NULL pointer, or nobody comes past that. */
static void learn_stored_through(struct flow *flow, struct state *state, term_id place)
{
	struct term term = term_at(flow->terms, place);

	while (term.kind == EXPR_FIELD || term.kind == EXPR_INDEX)
		term = term_at(flow->terms, term.base);
	if (term.kind == EXPR_DEREF && term_at(flow->terms, term.base).kind == EXPR_RESULT)
		state_learn(flow, state, term.base, SIGN_POSITIVE);
}

static void transfer_assign(struct flow *flow, struct state *state, const struct fact_step *step)
{
	term_id place = eval_place(flow, state, NULL, flow->unit->terms[step->lhs]);
	term_id value = eval_value(flow, state, NULL, flow->unit->terms[step->rhs]);

	exec_assign(flow, state, step);
	look_at_guarded(flow, state, flow->unit->terms[step->lhs], true);
	look_at_walk(flow, state, flow->unit->terms[step->rhs]);
	if (!place)
		return;
	if (program_is_rcu_assigned(flow->program, place))
		record_pointer(flow, state, place, value, true);
	learn_stored_through(flow, state, place);
	writes_add(flow, &state->written, place);
	lifetime_assign(flow, state, place, value);
	flags_assign(flow, state, place, value);
	lock_assign(flow, state, place, value);
	state_forget_inside(flow, state, place);
	if (value && !is_lost(flow, place, value)) {
		state_set(flow, state, place, value);
		return;
	}
	name_lost(flow, state, place, value);
}

static void transfer_clobber(struct flow *flow, struct state *state, const struct fact_step *step)
{
	term_id place = eval_place(flow, state, NULL, flow->unit->terms[step->lhs]);

	look_at_guarded(flow, state, flow->unit->terms[step->lhs], true);
	if (!place)
		return;
	if (program_is_rcu_assigned(flow->program, place))
		record_pointer(flow, state, place, 0, true);
	writes_add(flow, &state->written, place);
	lifetime_assign(flow, state, place, 0);
	clobber_place(flow, state, place);
}

static void transfer_step(struct flow *flow, struct state *state, const struct fact_step *step,
			  struct state_list *out)
{
	switch ((enum fact_step_kind)step->kind) {
	case STEP_CALL:
		transfer_call(flow, state, step, out);
		return;
	case STEP_ASSIGN:
		transfer_assign(flow, state, step);
		break;
	case STEP_CLOBBER:
		transfer_clobber(flow, state, step);
		break;
	case STEP_LOAD:
		look_at_guarded(flow, state, flow->unit->terms[step->lhs], false);
		if (program_is_rcu_assigned(flow->program, flow->unit->terms[step->lhs]))
			record_pointer(flow, state,
				       eval_place(flow, state, NULL, flow->unit->terms[step->lhs]),
				       0, false);
		break;
	case STEP_KINDS:
		break;
	}
	state_list_add(flow, out, state);
}

void transfer_block(struct flow *flow, uint32_t block, struct state *state, struct state_list *out)
{
	const struct fact_block *b = &flow->unit->facts->blocks[flow->facts->blocks + block];
	struct state_list now = { 0 };

	flow->at = (struct flow_point){ block, 0 };
	state_list_add(flow, &now, state);
	for (uint32_t s = 0; s < b->n_steps && !flow->gave_up; s++) {
		struct state_list next = { 0 };

		flow->at.step = s;
		for (uint32_t i = 0; i < now.n; i++)
			transfer_step(flow, now.states[i], &flow->unit->facts->steps[b->steps + s],
				      &next);
		/* What a call answers is told apart by the branch that asks. */
		if (next.n > 1 && next.n != now.n)
			state_list_reduce(flow, &next, block | INSIDE_BLOCK,
					  b->term == TERM_BRANCH && s + 1 == b->n_steps);
		now = next;
	}
	flow->at.step = b->n_steps;
	*out = now;
}
