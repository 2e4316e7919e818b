/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * problem.c - returns that disagree about a lock
 *
 * A function may return with a lock held, always or told by its result or its arguments: that is a
 * lock function. It is wrong when it gives the lock up on some path, and on another, which a
 * caller cannot tell apart, it does not; or when only its failures keep it. Where the value of an
 * argument tells, it depends on the callers: a lock function with a switch has one that answers,
 * as it releases what it got. So it does where callers have no name for the lock.
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

/* How callers know which of two returns they got. */
enum told {
	TOLD_NOT,
	TOLD_BY_VALUE, /* of an argument or error: they can know, and have to show it */
	TOLD,
};

/* "*locked = 0" on one way: callers gave a place for the answer. */
static bool is_told_by_store(const struct flow *flow, const struct state *x, const struct state *y)
{
	for (uint32_t i = 0; i < x->n_env; i++) {
		const struct binding_entry *entry = &x->env[i];
		int64_t number, other;
		term_id value;

		if (term_at(flow->terms, entry->place).kind == EXPR_DEREF &&
		    term_parameter(flow->terms, entry->place) != PROGRAM_NONE &&
		    term_is_int(flow->terms, entry->value, &number) &&
		    state_get(y, entry->place, &value) && term_is_int(flow->terms, value, &other) &&
		    number != other)
			return true;
	}
	return false;
}

/* Something that callers can know is different: an argument, or what it points to. */
static enum told told_by_arguments(const struct flow *flow, const struct state *x,
				   const struct state *y)
{
	enum told told = TOLD_NOT;

	for (uint32_t i = 0; i < x->n_known; i++) {
		term_id term = x->known[i].term;

		if ((x->known[i].signs & state_known_signs(y, term)) ||
		    !term_is_outside(flow->terms, term))
			continue;
		if (term_reads_memory(flow->terms, term))
			return TOLD;
		told = TOLD_BY_VALUE;
	}
	return told;
}

static bool returns_failure_only(const struct flow *flow, unsigned signs)
{
	if (flow->facts->flags & FUNCTION_RETURNS_POINTER)
		return !(signs & SIGN_POSITIVE);
	return signs == SIGN_NEGATIVE;
}

/*
 * "error = f(); if (error) return error;": nobody says that it is negative. What a trylock returns
 * is no error.
 */
static bool returns_error(const struct flow *flow, const struct return_state *with,
			  const struct held_lock *lock, unsigned signs)
{
	struct term term = term_at(flow->terms, with->value);

	return !(flow->facts->flags & FUNCTION_RETURNS_POINTER) && !(lock->flags & HELD_TRY) &&
	       term.kind == EXPR_RESULT && signs == (SIGN_NEGATIVE | SIGN_POSITIVE);
}

/*
 * The object that was found is returned locked, and NULL or an error where there is none. Of what
 * a walk finds it is not known here that it is a valid pointer.
 */
static bool is_object_or_failure(const struct flow *flow, unsigned held, unsigned unheld)
{
	return (flow->facts->flags & FUNCTION_RETURNS_POINTER) && (held & SIGN_POSITIVE) &&
	       !(unheld & SIGN_POSITIVE);
}

/*
 * "return esw->mode;" is no error, though nobody says so; nor is "return end - start;". But of
 * "return ret;" it may be known that it is 0 there.
 */
static bool returns_something(const struct flow *flow, const struct return_state *at)
{
	int64_t number;

	return !term_is_int(flow->terms, at->value, &number) &&
	       eval_signs(flow, at->state, at->value) != SIGN_ZERO;
}

/*
 * "assert(mutex_trylock(&new->lock)); ... return 0;" and "return err": of a lock that cannot be
 * taken yet nobody asks whether it was, and an error is not known to be one.
 */
static bool is_tried_in_vain(const struct flow *flow, const struct return_state *with,
			     const struct return_state *without, const struct held_lock *lock)
{
	int64_t number;

	return (lock->flags & HELD_TRY) && term_is_int(flow->terms, with->value, &number) &&
	       number == 0 && returns_something(flow, without);
}

static enum told told_by_result(const struct flow *flow, const struct return_state *with,
				const struct return_state *without, const struct held_lock *lock)
{
	unsigned held = eval_signs(flow, with->state, with->value);
	unsigned unheld = eval_signs(flow, without->state, without->value);

	if (is_object_or_failure(flow, held, unheld))
		return TOLD;
	if (unheld == SIGN_NEGATIVE && (held & ~SIGN_NEGATIVE) && returns_something(flow, with))
		return TOLD_BY_VALUE;
	if (is_tried_in_vain(flow, with, without, lock))
		return TOLD_BY_VALUE;
	if ((flow->facts->flags & FUNCTION_RETURNS_VOID) || (held & unheld) ||
	    returns_failure_only(flow, held))
		return TOLD_NOT;
	return returns_error(flow, with, lock, held) ? TOLD_BY_VALUE : TOLD;
}

/*
 * Whether each way out has taken it, and some gave it up. Where not, "if (p->shared) lock();" is
 * above: memory that is asked again then has the same answer, unlike it seems here.
 */
static bool is_always_taken(const struct flow *flow, const struct held_lock *lock)
{
	for (guint i = 0; i < flow->returns->len; i++) {
		const struct state *at = g_array_index(flow->returns, struct return_state, i).state;

		if (!holds_like(at, lock) && !state_has_done(at, lock->lock))
			return false;
	}
	return true;
}

/* Do callers know which of the two they got? An error for an argument is an error like others. */
static enum told how_told(const struct flow *flow, const struct return_state *with,
			  const struct return_state *without, const struct held_lock *lock)
{
	enum told told = told_by_result(flow, with, without, lock);

	if (told != TOLD_NOT)
		return told;
	if (!(flow->facts->flags & FUNCTION_RETURNS_VOID) &&
	    returns_failure_only(flow, eval_signs(flow, with->state, with->value)))
		return TOLD_NOT;
	if (is_told_by_store(flow, with->state, without->state))
		return TOLD;
	if (srcu_index_is_own(flow, lock))
		return TOLD_NOT;
	told = told_by_arguments(flow, with->state, without->state);
	if (told == TOLD && !(lock->flags & (HELD_HANDED | HELD_UNSEEN)) &&
	    is_always_taken(flow, lock))
		return TOLD_BY_VALUE;
	return told;
}

/*
 * A lock whose object is known, that is not a nesting one taken more than once, nor one that an
 * object releases which may live on.
 */
static bool is_plain(const struct flow *flow, const struct held_lock *lock)
{
	if (lock->stale || (lock->flags & (HELD_ENTRY | HELD_KEPT)))
		return false;
	if (lock->kind == LOCK_PSEUDO &&
	    !program_lock_is_owned(flow->program, flow->function, lock->lock))
		return false;
	if (g_hash_table_contains(flow->doubled, GUINT_TO_POINTER(lock->lock)))
		return false;
	return term_at(flow->terms, lock->lock).kind == EXPR_STRING ||
	       term_is_definite(flow->terms, lock->lock);
}

/* --- returns that hold what others gave up ---------------------------------------------------- */

static bool gives_up(const struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_released; i++)
		if (state->released[i].lock == lock->lock ||
		    (lock->class_string && state->released[i].class_string == lock->class_string))
			return true;
	return false;
}

enum continued {
	CONTINUED_NOT,
	CONTINUED_PERHAPS, /* a condition that is asked again would look like that, too */
	CONTINUED,
};

/* Another return gives it up for the callers: it is handed from one call to the next. */
static enum continued is_continued(const struct flow *flow, const struct held_lock *held,
				   const struct return_state *with)
{
	enum continued found = CONTINUED_NOT;

	for (guint i = 0; i < flow->returns->len; i++) {
		const struct return_state *at =
			&g_array_index(flow->returns, struct return_state, i);

		if (!gives_up(at->state, held))
			continue;
		found = CONTINUED_PERHAPS;
		if (at->where.block != with->where.block)
			return CONTINUED;
	}
	return found;
}

/*
 * Where both come to one and the same return, "if (flag) unlock();" may stand before it; an object
 * that is returned may be a locked one.
 */
static bool is_certain(const struct flow *flow, const struct held_lock *held)
{
	if (flow->facts->flags & FUNCTION_RETURNS_POINTER)
		return false;
	/* A semaphore counts: who takes and who gives back need not be the same. */
	return held->callee == PROGRAM_NONE && held->kind != LOCK_SEMAPHORE &&
	       !(held->flags & HELD_HANDED) && !problem_is_asked_again(flow, held->where.block);
}

/*
 * A semaphore counts, and what it counts is given back by whoever is done: only a failure that
 * keeps what this function gives back itself is wrong whoever that is.
 */
static bool is_for_owners(const struct flow *flow, const struct held_lock *held,
			  const struct return_state *with)
{
	return held->kind == LOCK_SEMAPHORE &&
	       ((flow->facts->flags & FUNCTION_RETURNS_VOID) ||
		!returns_failure_only(flow, eval_signs(flow, with->state, with->value)));
}

static bool keeps_only_failure(const struct flow *flow, const struct return_state *with)
{
	return !(flow->facts->flags & FUNCTION_RETURNS_VOID) &&
	       returns_failure_only(flow, eval_signs(flow, with->state, with->value));
}

static void record_held(struct flow *flow, const struct held_lock *held,
			const struct return_state *with, const struct return_state *without,
			enum told told)
{
	bool elsewhere = with->where.block != without->where.block;
	enum continued continued = is_continued(flow, held, with);
	enum problem_doubt doubt = continued == CONTINUED
					   ? PROBLEM_CONTINUED
					   : problem_doubt_held(flow, held, with, without);
	bool own = told == TOLD_NOT && elsewhere && is_certain(flow, held) &&
		   continued == CONTINUED_NOT && doubt == PROBLEM_UNDOUBTED &&
		   !problem_is_behind_state(flow, with->where.block);

	record_problem(flow, &(struct problem){ .kind = PROBLEM_HELD_AT_EXIT,
						.lock = *held,
						.where = with->where,
						.other = without->where,
						.callee = held->callee,
						.confidence = state_trust(with->state,
									  own ? CONFIDENCE_HIGH
									      : CONFIDENCE_MEDIUM),
						.is_told = told != TOLD_NOT,
						.is_nameless = !outcome_has_name(flow, with, held),
						.is_owned = is_for_owners(flow, held, with),
						.is_for_callers = !keeps_only_failure(flow, with),
						.doubt = doubt });
}

/* An error, or what is none only where the function returns something else than 0 or an error. */
static bool may_be_failure(const struct flow *flow, const struct return_state *with,
			   const struct held_lock *held)
{
	unsigned signs = eval_signs(flow, with->state, with->value);

	return !(flow->facts->flags & FUNCTION_RETURNS_VOID) &&
	       (returns_failure_only(flow, signs) || returns_error(flow, with, held, signs));
}

/*
 * A lock that is taken under a condition: the return where it was given up is also that of those
 * who never took it, so that return does not say so. That only a failure keeps it does.
 */
static const struct return_state *kept_by_failure(const struct flow *flow,
						  const struct return_state *with,
						  const struct held_lock *held)
{
	if (!may_be_failure(flow, with, held) ||
	    !g_hash_table_contains(flow->own_releases, GUINT_TO_POINTER(held->lock)))
		return NULL;
	for (guint i = 0; i < flow->returns->len; i++) {
		const struct return_state *without =
			&g_array_index(flow->returns, struct return_state, i);

		if (!holds_like(without->state, held) && !may_be_failure(flow, without, held))
			return without;
	}
	return NULL;
}

/* Another return gave up the lock that @with still holds, and callers do not know which it was. */
static void compare_held(struct flow *flow, const struct return_state *with,
			 const struct held_lock *held)
{
	const struct return_state *other = NULL;

	for (guint i = 0; i < flow->returns->len; i++) {
		const struct return_state *without =
			&g_array_index(flow->returns, struct return_state, i);
		enum told told;

		if (holds_like(without->state, held) || !state_has_done(without->state, held->lock))
			continue;
		told = how_told(flow, with, without, held);
		if (told == TOLD && !outcome_has_name(flow, with, held))
			told = TOLD_BY_VALUE;
		if (told == TOLD_NOT) {
			record_held(flow, held, with, without, TOLD_NOT);
			return;
		}
		if (told == TOLD_BY_VALUE)
			other = without;
	}
	if (!other)
		other = kept_by_failure(flow, with, held);
	if (other)
		record_held(flow, held, with, other, TOLD_BY_VALUE);
}

/* --- another lock than the one that is held -------------------------------------------------- */

/*
 * @with gave up @released, which it did not hold: the callers must. @without takes that lock
 * itself: they must not. What @with holds instead is what it should have given up. Only arguments
 * tell the two ways apart for certain: where nothing is known of a difference, it may be one that
 * was lost on the way, as memory was written.
 */
static void record_unheld(struct flow *flow, const struct held_lock *released,
			  const struct return_state *with, const struct return_state *without)
{
	record_problem(flow,
		       &(struct problem){ .kind = PROBLEM_RELEASE_UNHELD,
					  .lock = *released,
					  .where = released->where,
					  .other = without->where,
					  .callee = PROGRAM_NONE,
					  .confidence = state_trust(with->state, CONFIDENCE_MEDIUM),
					  .is_told = true });
	for (uint32_t i = 0; i < with->state->n_held; i++) {
		const struct held_lock *held = &with->state->held[i];

		if (is_plain(flow, held) && !holds_like(without->state, held))
			record_held(flow, held, with, without, TOLD_BY_VALUE);
	}
}

static void compare_released(struct flow *flow, const struct return_state *with,
			     const struct held_lock *released)
{
	for (guint i = 0; i < flow->returns->len; i++) {
		const struct return_state *without =
			&g_array_index(flow->returns, struct return_state, i);

		if (gives_up(without->state, released) ||
		    !state_has_done(without->state, released->lock))
			continue;
		if (told_by_arguments(flow, with->state, without->state) == TOLD_BY_VALUE) {
			record_unheld(flow, released, with, without);
			return;
		}
	}
}

/* A callee's releases are as good as its outcomes, which arguments tell apart at best. */
static bool can_judge_release(const struct flow *flow, const struct held_lock *lock)
{
	return is_plain(flow, lock) && !lock_nests(lock) && lock->callee == PROGRAM_NONE &&
	       !(lock->flags & HELD_DOUBTED);
}

static void judge_return(struct flow *flow, const struct return_state *with)
{
	for (uint32_t i = 0; i < with->state->n_held; i++) {
		const struct held_lock *held = &with->state->held[i];

		if (is_plain(flow, held) && !(held->flags & HELD_DOUBTED) &&
		    !outcome_is_chance(flow, held) &&
		    g_hash_table_contains(flow->own_releases, GUINT_TO_POINTER(held->lock)))
			compare_held(flow, with, held);
	}
	for (uint32_t i = 0; i < with->state->n_released; i++)
		if (can_judge_release(flow, &with->state->released[i]))
			compare_released(flow, with, &with->state->released[i]);
}

/* "if (excl(x)) up_write(l); else up_read(l);" after the same with down_. */
static void doubt_releases(struct flow *flow)
{
	for (guint i = 0; i < flow->problems->len; i++) {
		struct problem *p = &g_array_index(flow->problems, struct problem, i);

		if (p->kind == PROBLEM_WRONG_MODE || p->kind == PROBLEM_DOUBLE_RELEASE ||
		    p->kind == PROBLEM_RELEASE_UNHELD)
			p->doubt = problem_doubt_release(flow, p);
	}
}

void find_exit_problems(struct flow *flow)
{
	doubt_releases(flow);
	for (guint i = 0; i < flow->returns->len; i++)
		judge_return(flow, &g_array_index(flow->returns, struct return_state, i));
}
