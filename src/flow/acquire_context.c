/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * acquire_context.c - ww_acquire_ctx: what may be done with one, and when
 *
 * What a state knows of a context is kept as contents of two members that the context has for us
 * only: whether it is done with acquiring, and which lock it was told to back off from.
 * (Documentation/locking/ww-mutex-design.rst; what CONFIG_DEBUG_WW_MUTEXES warns of)
 */
#include "flow/flow_p.h"

static uint32_t our_record(const struct flow *flow)
{
	return intern_id(flow->program->strings, "ww_acquire_ctx, as we see it");
}

bool context_has(const struct flow *flow, term_id place)
{
	struct term term = term_at(flow->terms, place);

	return term.kind == EXPR_FIELD && term.a == our_record(flow);
}

static term_id member_of(const struct flow *flow, term_id context, const char *name)
{
	return term_field(flow->terms, context, our_record(flow),
			  intern_id(flow->program->strings, name));
}

static term_id done_of(const struct flow *flow, term_id context)
{
	return member_of(flow, context, "is done");
}

static term_id contending_of(const struct flow *flow, term_id context)
{
	return member_of(flow, context, "backs off from");
}

static bool has_value(const struct flow *flow, const struct state *state, term_id place,
		      int64_t wanted)
{
	term_id value;
	int64_t number;

	return state_get(state, place, &value) && term_is_int(flow->terms, value, &number) &&
	       number == wanted;
}

static void report(struct flow *flow, const struct state *state, enum problem_kind kind,
		   const struct held_lock *lock, struct flow_point other)
{
	struct held_lock here = *lock;

	here.where = flow->at;
	lock_report(flow, state, kind, &here, other);
}

static struct held_lock context_lock(const struct flow *flow, term_id context)
{
	return (struct held_lock){ .lock = context,
				   .class_string = program_lock_class(flow->program, context),
				   .kind = LOCK_WW_CONTEXT,
				   .callee = PROGRAM_NONE };
}

/* A lock that was taken with @context and is still held. */
static const struct held_lock *find_member(const struct state *state, term_id context)
{
	for (uint32_t i = 0; i < state->n_held; i++)
		if (state->held[i].kind == LOCK_WW_MUTEX && state->held[i].nest == context)
			return &state->held[i];
	return NULL;
}

static void finish(struct flow *flow, struct state *state, term_id context)
{
	const struct held_lock *member = find_member(state, context);

	if (member)
		report(flow, state, PROBLEM_CONTEXT_FINI_EARLY, member, member->where);
	state_drop(state, done_of(flow, context));
	state_drop(state, contending_of(flow, context));
}

void context_effect(struct flow *flow, struct state *state, enum effect_op op, term_id context)
{
	struct held_lock lock = context_lock(flow, context);

	if (op == EFFECT_CONTEXT_FINI) {
		finish(flow, state, context);
	} else if (op == EFFECT_CONTEXT_INIT) {
		state_set(flow, state, done_of(flow, context), term_int(flow->terms, 0));
		state_set(flow, state, contending_of(flow, context), term_int(flow->terms, 0));
	} else if (op == EFFECT_CONTEXT_DONE) {
		if (has_value(flow, state, done_of(flow, context), 1))
			report(flow, state, PROBLEM_CONTEXT_DONE_TWICE, &lock, flow->at);
		state_set(flow, state, done_of(flow, context), term_int(flow->terms, 1));
	} else if (has_value(flow, state, contending_of(flow, context), 0)) {
		report(flow, state, PROBLEM_CONTEXT_SLOW, &lock, flow->at);
	}
}

static struct held_lock *find_context(const struct state *state, term_id context)
{
	for (uint32_t i = 0; i < state->n_held; i++)
		if (state->held[i].lock == context)
			return &state->held[i];
	return NULL;
}

/* Whether @context, where it began here, was told to back off; from now on it @is or is not. */
static bool back_off(const struct state *state, term_id context, bool is)
{
	struct held_lock *held = find_context(state, context);
	bool was = held && (held->flags & HELD_BACK_OFF);

	if (held)
		held->flags = is ? held->flags | HELD_BACK_OFF : held->flags & ~HELD_BACK_OFF;
	return was;
}

void context_take(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	term_id contending = contending_of(flow, lock->nest), from;
	const struct held_lock *member = find_member(state, lock->nest);

	if (has_value(flow, state, done_of(flow, lock->nest), 1))
		report(flow, state, PROBLEM_CONTEXT_AFTER_DONE, lock, flow->at);
	if (!back_off(state, lock->nest, false) || !state_get(state, contending, &from))
		return;
	if (member)
		report(flow, state, PROBLEM_CONTEXT_NOT_BACKED_OFF, lock, member->where);
	else if (from != term_addr(flow->terms, lock->lock) &&
		 term_is_definite(flow->terms, from) && term_is_definite(flow->terms, lock->lock))
		report(flow, state, PROBLEM_CONTEXT_OTHER_LOCK, lock, flow->at);
	state_set(flow, state, contending, term_int(flow->terms, 0));
}

bool context_back_off(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	state_set(flow, state, contending_of(flow, lock->nest), term_addr(flow->terms, lock->lock));
	back_off(state, lock->nest, true);
	return find_context(state, lock->nest) != NULL;
}
