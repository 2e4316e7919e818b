/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock.c - what taking and giving up a lock does to a state
 *
 * Which held lock a release means: the very same place; else, when either place is not one object
 * for certain (an element of a walk, a per-cpu copy), or only one lock of the class is held, that
 * of the same class. The kernel releases what it took far more often than static names agree.
 */
#include "flow/flow_p.h"

/* rcu_read_lock() nests; deeper than this the exact depth tells nothing more. */
#define MAX_NESTING 3

void lock_find_class(struct flow *flow, struct held_lock *lock)
{
	const term_id *places;
	size_t n;

	if (lock->class_string || !lock->lock)
		return;
	lock->class_string = program_lock_class(flow->program, lock->lock);
	if (lock->class_string || term_parameter(flow->terms, lock->lock) != PROGRAM_NONE)
		return;
	places = program_points_to(flow->program, flow->function,
				   term_addr(flow->terms, lock->lock), &n);
	if (n == 1)
		lock->class_string = program_lock_class(
			flow->program, program_lock_object(flow->program, places[0]));
	if (!lock->class_string)
		lock->class_string = program_lock_class_or_part(flow->program, lock->lock);
}

bool lock_is_at(const struct flow *flow, term_id value)
{
	struct term address = term_at(flow->terms, value);

	return address.kind == EXPR_ADDR &&
	       program_lock_kind(flow->program, flow->function, address.base, LOCK_PSEUDO) !=
		       LOCK_PSEUDO;
}

bool lock_nests(const struct held_lock *lock)
{
	return lock->kind == LOCK_RCU || lock->kind == LOCK_RCU_TRACE || lock->kind == LOCK_SRCU ||
	       lock->kind == LOCK_SEQCOUNT || lock->mode == MODE_RECURSIVE;
}

void lock_report(struct flow *flow, const struct state *state, enum problem_kind kind,
		 const struct held_lock *lock, struct flow_point other)
{
	struct problem problem = { .kind = kind,
				   .lock = *lock,
				   .where = flow->at,
				   .other = other,
				   .callee = PROGRAM_NONE,
				   .confidence = state_trust(state, CONFIDENCE_HIGH) };

	record_problem(flow, &problem);
}

static const struct fact_step *step_at(const struct flow *flow, struct flow_point where)
{
	const struct facts *facts = flow->unit->facts;

	return &facts->steps[facts->blocks[flow->facts->blocks + where.block].steps + where.step];
}

/* Whether @place lies in what a call returned: an object that this function just made or got. */
static bool is_in_result(const struct term_table *terms, term_id place)
{
	struct term term = term_at(terms, place);

	if (term.kind == EXPR_RESULT)
		return false;
	while (term.base)
		term = term_at(terms, term.base);
	return term.kind == EXPR_RESULT;
}

void lock_assign(struct flow *flow, struct state *state, term_id place, term_id value)
{
	if (term_at(flow->terms, value).kind != EXPR_RESULT || !is_in_result(flow->terms, place))
		return;
	for (uint32_t i = 0; i < state->n_held; i++) {
		struct held_lock *held = &state->held[i];

		if (held->kind == LOCK_SRCU && held->callee == PROGRAM_NONE &&
		    flow->unit->terms[step_at(flow, held->where)->rhs] == value)
			held->flags |= HELD_KEPT;
	}
}

void learn_pointers(struct flow *flow, struct state *state, term_id place)
{
	struct term term = term_at(flow->terms, place);

	for (; term.base; term = term_at(flow->terms, term.base))
		if (term.kind == EXPR_DEREF || term.kind == EXPR_CONTAINER)
			state_learn(flow, state, term.base, SIGN_POSITIVE);
}

static bool is_same_object(const struct flow *flow, const struct held_lock *held,
			   const struct held_lock *lock)
{
	return held->lock && held->lock == lock->lock && !held->stale &&
	       term_is_definite(flow->terms, held->lock);
}

static bool is_double(const struct flow *flow, const struct held_lock *held,
		      const struct held_lock *lock)
{
	if (!is_same_object(flow, held, lock) || lock_nests(lock) || lock_nests(held) ||
	    (lock->flags & HELD_TRY))
		return false;
	return lock->kind != LOCK_SEMAPHORE && lock->kind != LOCK_PSEUDO;
}

bool held_lock_is_certain(const struct held_lock *held, struct flow_point where)
{
	return flow_point_is_before(held->where, where) &&
	       !(held->flags & (HELD_HANDED | HELD_UNSEEN));
}

enum confidence held_lock_trust(const struct held_lock *held, struct flow_point where)
{
	if (held->flags & HELD_ASKED)
		return CONFIDENCE_LOW;
	return held_lock_is_certain(held, where) ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM;
}

static bool report_double(struct flow *flow, const struct state *state,
			  const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_held; i++) {
		const struct held_lock *held = &state->held[i];

		if (!is_double(flow, held, lock))
			continue;
		record_problem(
			flow, &(struct problem){ .kind = PROBLEM_DOUBLE_ACQUIRE,
						 .lock = *lock,
						 .where = flow->at,
						 .other = held->where,
						 .callee = held->callee,
						 .confidence = state_trust(
							 state, held_lock_trust(held, flow->at)) });
		g_hash_table_add(flow->doubled, GUINT_TO_POINTER(lock->lock));
		return true;
	}
	return false;
}

static uint32_t count_same(const struct state *state, const struct held_lock *lock)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < state->n_held; i++)
		n += state->held[i].lock == lock->lock &&
		     state->held[i].class_string == lock->class_string;
	return n;
}

static void age_same(const struct flow *flow, struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_held; i++)
		if (state->held[i].lock == lock->lock && !term_is_definite(flow->terms, lock->lock))
			state->held[i].stale = 1;
}

static bool is_same_released(const struct held_lock *released, const struct held_lock *lock)
{
	return !released->stale && released->lock == lock->lock &&
	       released->class_string == lock->class_string;
}

/* lock_release() does not say how the lockdep_map was held. */
static bool is_of_mode(const struct held_lock *released, uint8_t mode)
{
	return released->mode == mode || released->kind == LOCK_PSEUDO;
}

static bool take_back(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_released; i++) {
		if (!is_same_released(&state->released[i], lock))
			continue;
		record_acquire(flow, state, lock, false);
		state_drop_released(state, i);
		state_regain(flow, state, lock);
		g_hash_table_add(flow->regained, GUINT_TO_POINTER(lock->lock));
		return true;
	}
	return false;
}

/* What was given up and taken back is the callers': it is no other lock of its class. */
static bool is_regained(const struct flow *flow, const struct held_lock *lock)
{
	return lock->lock && term_is_definite(flow->terms, lock->lock) &&
	       g_hash_table_contains(flow->regained, GUINT_TO_POINTER(lock->lock));
}

static void hold(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	irqs_report_hardirq(flow, state, lock);
	age_same(flow, state, lock);
	if (count_same(state, lock) >= (lock_nests(lock) ? MAX_NESTING : 2))
		return;
	state_remove_done(state, lock->lock);
	state_hold(flow, state, lock);
}

/* As in_interrupt() has it, which queued_read_lock_slowpath() asks: with softirqs off, too. */
static bool is_interrupt_like(const struct exec_context *exec)
{
	return exec_in_interrupt(exec) || exec->bh > 0;
}

/* A member or a global, not "*locked": that is where a caller wants an answer. */
static bool is_shared_memory(const struct flow *flow, term_id place)
{
	struct term term = term_at(flow->terms, place);

	if (term.kind != EXPR_FIELD)
		return term.kind == EXPR_GLOBAL;
	while (term.kind == EXPR_FIELD || term.kind == EXPR_INDEX)
		term = term_at(flow->terms, term.base);
	return term.kind == EXPR_DEREF || term.kind == EXPR_GLOBAL;
}

void forget_stored_numbers(struct flow *flow, struct state *state)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_env; i++)
		if (term_at(flow->terms, state->env[i].value).kind != EXPR_INT ||
		    !is_shared_memory(flow, state->env[i].place) ||
		    context_has(flow, state->env[i].place))
			state->env[kept++] = state->env[i];
	state->n_env = kept;
}

void lock_acquire(struct flow *flow, struct state *state, struct held_lock *lock)
{
	lock->where = flow->at;
	lock->callee = PROGRAM_NONE;
	lock_find_class(flow, lock);
	if (!lock->lock && !lock->class_string)
		return;
	learn_pointers(flow, state, lock->lock);
	if (lock->kind == LOCK_RWLOCK && lock->mode == MODE_READ && is_interrupt_like(&state->exec))
		lock->mode = MODE_RECURSIVE;
	if (take_back(flow, state, lock))
		return;
	record_acquire(flow, state, lock, false);
	forget_stored_numbers(flow, state);
	if (!report_double(flow, state, lock))
		hold(flow, state, lock);
}

void lock_hold_from_callee(struct flow *flow, struct state *state, struct held_lock *lock)
{
	lock_find_class(flow, lock);
	if (!lock->lock && !lock->class_string)
		return;
	learn_pointers(flow, state, lock->lock);
	for (uint32_t i = 0; i < state->n_released; i++) {
		if (is_same_released(&state->released[i], lock) &&
		    is_of_mode(&state->released[i], lock->mode)) {
			state_drop_released(state, i);
			state_regain(flow, state, lock);
			return;
		}
	}
	for (uint32_t i = 0; i < state->n_held; i++) {
		if (is_double(flow, &state->held[i], lock)) {
			g_hash_table_add(flow->doubled, GUINT_TO_POINTER(lock->lock));
			return;
		}
	}
	hold(flow, state, lock);
}

static int find_exact(const struct state *state, const struct held_lock *lock)
{
	for (int i = (int)state->n_held - 1; i >= 0; i--)
		if (lock->lock && state->held[i].lock == lock->lock && !state->held[i].stale)
			return i;
	return -1;
}

static int find_class(const struct flow *flow, const struct state *state,
		      const struct held_lock *lock)
{
	int found = -1, n = 0;

	for (int i = (int)state->n_held - 1; i >= 0; i--) {
		const struct held_lock *held = &state->held[i];

		if (held->class_string != lock->class_string || !held->class_string)
			continue;
		if (held->stale || !term_is_definite(flow->terms, held->lock) ||
		    !term_is_definite(flow->terms, lock->lock))
			return i;
		found = i;
		n++;
	}
	return n == 1 ? found : -1;
}

/* A lock whose class nobody knows, or that stands behind a pointer kept somewhere ("*struct
 * x.lock"). */
static bool is_vague(const struct flow *flow, const struct held_lock *lock)
{
	return !lock->class_string || program_string(flow->program, lock->class_string)[0] == '*';
}

/* When a release cannot be told, the only held lock of its kind is meant. */
static int find_kind(const struct flow *flow, const struct state *state,
		     const struct held_lock *lock)
{
	int found = -1;

	if (!is_vague(flow, lock))
		return -1;
	for (uint32_t i = 0; i < state->n_held; i++) {
		if (state->held[i].kind != lock->kind)
			continue;
		if (found >= 0)
			return -1;
		found = (int)i;
	}
	return found;
}

static bool was_released(const struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_released; i++)
		if (is_same_released(&state->released[i], lock))
			return true;
	return false;
}

static bool can_be_callers(const struct flow *flow, const struct held_lock *lock)
{
	struct term term = term_at(flow->terms, lock->lock);

	if (term.kind == EXPR_STRING)
		return true;
	if (!lock->lock)
		return false;
	return lock->class_string || term_is_definite(flow->terms, lock->lock) ||
	       term_is_outside(flow->terms, lock->lock);
}

static void note_release(struct flow *flow, term_id lock, uint32_t callee)
{
	struct release_site *site = arena_new_struct(flow->scratch, struct release_site);

	*site = (struct release_site){ flow->at, callee };
	g_hash_table_insert(flow->own_releases, GUINT_TO_POINTER(lock), site);
}

/* Where it was given up before: of several places the last that was seen. */
static struct release_site release_before(const struct flow *flow, term_id lock)
{
	const struct release_site *site =
		g_hash_table_lookup(flow->own_releases, GUINT_TO_POINTER(lock));

	return site ? *site : (struct release_site){ flow->at, PROGRAM_NONE };
}

/* It was taken and given up on the way here, or could not be had: it is not the callers' either. */
static void report_unheld(struct flow *flow, const struct state *state,
			  const struct held_lock *lock)
{
	bool tried = g_hash_table_contains(flow->tried, GUINT_TO_POINTER(lock->lock));
	struct release_site before = release_before(flow, lock->lock);

	note_release(flow, lock->lock, lock->callee);
	if (lock->callee != PROGRAM_NONE && is_vague(flow, lock))
		return; /* which of several locks the callee means, it may have decided itself */
	/* what a semaphore counts may be given back for others */
	record_problem(flow,
		       &(struct problem){ .kind = tried ? PROBLEM_RELEASE_UNHELD
							: PROBLEM_DOUBLE_RELEASE,
					  .lock = *lock,
					  .where = flow->at,
					  .other = before.where,
					  .callee = before.callee,
					  .confidence = state_trust(state, CONFIDENCE_MEDIUM),
					  .is_owned = lock->kind == LOCK_SEMAPHORE && !tried });
}

static void release_unheld(struct flow *flow, struct state *state, struct held_lock *lock)
{
	if (g_hash_table_contains(flow->doubled, GUINT_TO_POINTER(lock->lock)))
		return;
	if (handed_may_be_taken(flow, lock->class_string))
		lock->flags |= HELD_DOUBTED;
	if (state_has_done(state, lock->lock) && term_is_definite(flow->terms, lock->lock) &&
	    !lock_nests(lock)) {
		if (lock->flags & HELD_DOUBTED)
			return;
		report_unheld(flow, state, lock);
		return;
	}
	if (can_be_callers(flow, lock) && !was_released(state, lock))
		state_add_released(flow, state, lock);
}

static void report_mode(struct flow *flow, const struct state *state, const struct held_lock *held,
			const struct held_lock *lock)
{
	bool has_modes = lock->kind == LOCK_RWSEM || lock->kind == LOCK_RWLOCK;

	if (has_modes && held->kind == lock->kind &&
	    (held->mode == MODE_WRITE) != (lock->mode == MODE_WRITE) && held->lock == lock->lock)
		record_problem(flow, &(struct problem){
					     .kind = PROBLEM_WRONG_MODE,
					     .lock = *lock,
					     .where = flow->at,
					     .other = held->where,
					     .callee = PROGRAM_NONE,
					     .confidence = state_trust(state, CONFIDENCE_MEDIUM) });
}

/* By its name another lock of the class is meant: which of the two is given up is not sure. */
static bool is_other_object(const struct flow *flow, const struct held_lock *held,
			    const struct held_lock *lock)
{
	return held->lock != lock->lock && term_is_definite(flow->terms, held->lock) &&
	       term_is_definite(flow->terms, lock->lock);
}

bool lock_release(struct flow *flow, struct state *state, struct held_lock *lock)
{
	int at;

	lock->where = flow->at;
	lock_find_class(flow, lock);
	if (!lock->lock && !lock->class_string)
		return false;
	at = find_exact(state, lock);
	if (at < 0 && !is_regained(flow, lock))
		at = find_class(flow, state, lock);
	if (at < 0)
		at = find_kind(flow, state, lock);
	if (at < 0) {
		release_unheld(flow, state, lock);
		return false;
	}
	record_answer(flow, state->held[at].callee, false);
	report_mode(flow, state, &state->held[at], lock);
	irq_flags_release(flow, state, &state->held[at], lock);
	note_release(flow, state->held[at].lock, lock->callee);
	g_hash_table_add(flow->balanced, GUINT_TO_POINTER(state->held[at].class_string));
	if (state->held[at].lock && !is_other_object(flow, &state->held[at], lock))
		state_add_done(flow, state, state->held[at].lock);
	state_unhold(state, at);
	return true;
}

/*
 * The callers' lock is given up for writing, and from here on one of this function's for reading;
 * but where it was one for reading that this function has taken back for writing.
 */
static void downgrade_callers(struct flow *flow, struct state *state, struct held_lock *lock)
{
	if (!can_be_callers(flow, lock) || was_released(state, lock) || is_regained(flow, lock))
		return;
	lock->where = flow->at;
	lock->callee = PROGRAM_NONE;
	lock->mode = MODE_WRITE;
	state_add_released(flow, state, lock);
	lock->mode = MODE_READ;
	state_hold(flow, state, lock);
}

void lock_downgrade(struct flow *flow, struct state *state, struct held_lock *lock)
{
	int at;

	lock_find_class(flow, lock);
	at = find_exact(state, lock);
	if (at < 0)
		at = find_class(flow, state, lock);
	if (at >= 0)
		state->held[at].mode = MODE_READ;
	else
		downgrade_callers(flow, state, lock);
}

/* Which of the locks given up is @held, when @x and @y point to the same; -1: none. */
static int find_given_up(const struct flow *flow, const struct state *state,
			 const struct held_lock *held, term_id x, term_id y)
{
	term_id as_x = term_replace(flow->terms, held->lock, y, x);
	term_id as_y = term_replace(flow->terms, held->lock, x, y);

	for (uint32_t i = 0; !held->stale && i < state->n_released; i++) {
		term_id lock = state->released[i].lock;

		if (lock != held->lock && (lock == as_x || lock == as_y) &&
		    is_same_released(&state->released[i],
				     &(struct held_lock){ .lock = lock,
							  .class_string = held->class_string }))
			return (int)i;
	}
	return -1;
}

void lock_objects_are_same(struct flow *flow, struct state *state, term_id x, term_id y)
{
	for (uint32_t i = state->n_held; i; i--) {
		int released = find_given_up(flow, state, &state->held[i - 1], x, y);

		if (released < 0)
			continue;
		state_drop_released(state, (uint32_t)released);
		state_unhold(state, i - 1);
	}
}

void lock_initialise(struct flow *flow, struct state *state, struct held_lock *lock)
{
	lock_find_class(flow, lock);
	for (uint32_t i = 0; i < state->n_held; i++)
		if (is_same_object(flow, &state->held[i], lock))
			lock_report(flow, state, PROBLEM_INIT_HELD, lock, state->held[i].where);
}

void lock_fail(struct flow *flow, struct state *state, struct held_lock *lock)
{
	lock_find_class(flow, lock);
	if (!lock->lock || lock_nests(lock) || was_released(state, lock) || count_same(state, lock))
		return;
	g_hash_table_add(flow->tried, GUINT_TO_POINTER(lock->lock));
	state_add_done(flow, state, lock->lock);
}

bool lock_cannot_be_had(const struct flow *flow, const struct state *state,
			const struct held_lock *lock)
{
	struct held_lock waiting = *lock;

	waiting.flags &= ~HELD_TRY;
	for (uint32_t i = 0; i < state->n_held; i++) {
		const struct held_lock *held = &state->held[i];
		bool conflict = held->mode == MODE_WRITE || lock->mode == MODE_WRITE;

		if (conflict && !(held->flags & HELD_ENTRY) && is_double(flow, held, &waiting))
			return true;
	}
	return false;
}
