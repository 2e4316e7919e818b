/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * problem.c - returns that disagree about a lock
 *
 * A function may return with a lock held, always or told by its result or its arguments: that is a
 * lock function. It is wrong when it gives the lock up on some path, and on another, which a
 * caller cannot tell apart, it does not; or when only its failures keep it.
 */
#include "flow/flow_p.h"

/* The same lock, or one of its class: another element of the walk that is returned locked. */
static bool holds_like(const struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_held; i++)
		if (state->held[i].class_string == lock->class_string &&
		    (lock->class_string || state->held[i].lock == lock->lock))
			return true;
	return false;
}

/* Something that callers can know is different: an argument, or what it points to. */
static bool told_by_arguments(const struct flow *flow, const struct state *x, const struct state *y)
{
	for (uint32_t i = 0; i < x->n_known; i++)
		if (!(x->known[i].signs & state_known_signs(y, x->known[i].term)) &&
		    term_is_outside(flow->terms, x->known[i].term))
			return true;
	return false;
}

static bool returns_failure_only(const struct flow *flow, unsigned signs)
{
	if (flow->facts->flags & FUNCTION_RETURNS_POINTER)
		return !(signs & SIGN_POSITIVE);
	return signs == SIGN_NEGATIVE;
}

static bool told_by_result(const struct flow *flow, const struct return_state *with,
			   const struct return_state *without)
{
	unsigned held = eval_signs(flow, with->state, with->value);
	unsigned unheld = eval_signs(flow, without->state, without->value);

	if (flow->facts->flags & FUNCTION_RETURNS_VOID)
		return false;
	return !(held & unheld) && !returns_failure_only(flow, held);
}

/* Do callers know which of the two they got? An error for an argument is an error like others. */
static bool is_told(const struct flow *flow, const struct return_state *with,
		    const struct return_state *without)
{
	if (told_by_result(flow, with, without))
		return true;
	if (!(flow->facts->flags & FUNCTION_RETURNS_VOID) &&
	    returns_failure_only(flow, eval_signs(flow, with->state, with->value)))
		return false;
	return told_by_arguments(flow, with->state, without->state);
}

/* A lock whose object is known, that is not a nesting one taken more than once. */
static bool can_judge(const struct flow *flow, const struct held_lock *held)
{
	if (held->stale || (held->flags & HELD_ENTRY) || held->kind == LOCK_PSEUDO)
		return false;
	if (term_at(flow->terms, held->lock).kind != EXPR_STRING &&
	    !term_is_definite(flow->terms, held->lock))
		return false;
	return g_hash_table_contains(flow->own_releases, GUINT_TO_POINTER(held->lock));
}

static void compare(struct flow *flow, const struct return_state *with,
		    const struct held_lock *held)
{
	for (guint i = 0; i < flow->returns->len; i++) {
		const struct return_state *without =
			&g_array_index(flow->returns, struct return_state, i);

		if (holds_like(without->state, held) || !state_has_done(without->state, held->lock))
			continue;
		if (is_told(flow, with, without))
			continue;
		record_problem(flow,
			       &(struct problem){ .kind = PROBLEM_HELD_AT_EXIT,
						  .lock = *held,
						  .where = with->where,
						  .other = without->where,
						  .callee = held->callee,
						  .confidence = held->callee == PROGRAM_NONE
									? CONFIDENCE_HIGH
									: CONFIDENCE_MEDIUM });
		return;
	}
}

void find_exit_problems(struct flow *flow)
{
	for (guint i = 0; i < flow->returns->len; i++) {
		const struct return_state *with =
			&g_array_index(flow->returns, struct return_state, i);

		for (uint32_t h = 0; h < with->state->n_held; h++)
			if (can_judge(flow, &with->state->held[h]))
				compare(flow, with, &with->state->held[h]);
	}
}
