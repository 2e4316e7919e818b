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

/* "return esw->mode;" is no error, though nobody says so; nor is "return end - start;". */
static bool returns_something(const struct flow *flow, const struct return_state *at)
{
	int64_t number;

	return !term_is_int(flow->terms, at->value, &number);
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

/* --- the same question asked twice ------------------------------------------------------------ */

static const struct fact_block *block_of(const struct flow *flow, uint32_t block)
{
	return &flow->unit->facts->blocks[flow->facts->blocks + block];
}

/* The function that call number @result is of, a term. */
static term_id function_called(const struct flow *flow, term_id result)
{
	const struct facts *facts = flow->unit->facts;

	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		const struct fact_block *block = block_of(flow, b);

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &facts->steps[block->steps + s];

			if (step->kind == STEP_CALL && flow->unit->terms[step->rhs] == result)
				return flow->unit->terms[step->lhs];
		}
	}
	return result;
}

/* What a branch asks: which function, where it is a function's answer. 0: it is no branch. */
static term_id question_of(const struct flow *flow, const struct fact_block *block)
{
	term_id cond = block->term == TERM_BRANCH ? flow->unit->terms[block->cond] : 0;
	struct term term = term_at(flow->terms, cond);

	while (term.kind == EXPR_UNARY && term.op == UNARY_NOT) {
		cond = term.base;
		term = term_at(flow->terms, cond);
	}
	return term.kind == EXPR_RESULT ? function_called(flow, cond) : cond;
}

/* The only block that leads to @block, or NULL. */
static const struct fact_block *only_way_to(const struct flow *flow, uint32_t block)
{
	const struct fact_block *found = NULL;

	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		const struct fact_block *from = block_of(flow, b);

		for (uint32_t e = 0; e < from->n_edges; e++) {
			if (flow->unit->facts->edges[from->edges + e].block != block)
				continue;
			if (found)
				return NULL;
			found = from;
		}
	}
	return found;
}

/*
 * "if (f(x)) lock(); ... if (f(x)) unlock();": that both answers are the same is not known here,
 * as memory may have changed. Who wrote that does know.
 */
static bool is_asked_again(const struct flow *flow, uint32_t block)
{
	const struct fact_block *guard = only_way_to(flow, block);
	term_id question = guard ? question_of(flow, guard) : 0;

	for (uint32_t b = 0; question && b < flow->facts->n_blocks; b++)
		if (block_of(flow, b) != guard && question_of(flow, block_of(flow, b)) == question)
			return true;
	return false;
}

/* Which blocks a path from @block comes to, @block itself only if it goes round. */
static void reach(const struct flow *flow, uint32_t block, bool *reached)
{
	const struct fact_block *from = block_of(flow, block);

	for (uint32_t e = 0; e < from->n_edges; e++) {
		uint32_t to = flow->unit->facts->edges[from->edges + e].block;

		if (reached[to])
			continue;
		reached[to] = true;
		reach(flow, to, reached);
	}
}

static bool leads_to(const struct flow *flow, uint32_t block, uint32_t to)
{
	g_autofree bool *reached = g_new0(bool, flow->facts->n_blocks);

	reach(flow, block, reached);
	return reached[to];
}

/* A function in sight that changes nothing: what it answers is a matter of what it is asked. */
static bool is_mere_question(const struct flow *flow, term_id function)
{
	struct term term = term_at(flow->terms, function);
	const struct flow_result *result;
	uint32_t callee;

	if (term.kind != EXPR_FUNC)
		return false;
	callee = program_callee(flow->program, flow->program->functions[flow->function].unit,
				term.a);
	result = callee == PROGRAM_NONE ? NULL : flow->lookup(callee, flow->lookup_data);
	return result && !result->gave_up && !result->n_acquires && !result->n_sleeps &&
	       !result->written.whole && !result->written.n;
}

/*
 * The answer that leads to @block is asked for again on the way to @end, by code that relies on it
 * that it is the same.
 */
static bool relies_on_answer(const struct flow *flow, uint32_t block, uint32_t end)
{
	const struct fact_block *guard = only_way_to(flow, block);
	term_id question = guard ? question_of(flow, guard) : 0;

	if (!question || !is_mere_question(flow, question))
		return false;
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++)
		if (block_of(flow, b) != guard &&
		    question_of(flow, block_of(flow, b)) == question &&
		    (leads_to(flow, b, end) || leads_to(flow, b, block)))
			return true;
	return false;
}

static bool is_given_address(const struct flow *flow, term_id local)
{
	const struct facts *facts = flow->unit->facts;
	term_id address = term_addr(flow->terms, local);

	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		const struct fact_block *block = block_of(flow, b);

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &facts->steps[block->steps + s];

			for (uint32_t i = 0; step->kind == STEP_CALL && i < step->n_args; i++)
				if (flow->unit->terms[facts->args[step->args + i]] == address)
					return true;
		}
	}
	return false;
}

static bool is_release(const struct flow *flow, const struct fact_step *step)
{
	struct term callee = term_at(flow->terms, flow->unit->terms[step->lhs]);
	const struct primitive *primitive;
	const struct flow_result *result;
	uint32_t function;

	if (step->kind != STEP_CALL || callee.kind != EXPR_FUNC)
		return false;
	primitive = flow->program->symbols[callee.a].primitive;
	for (size_t i = 0; primitive && i < primitive->n_effects; i++)
		if (primitive->effects[i].op == EFFECT_RELEASE)
			return true;
	function = program_callee(flow->program, flow->program->functions[flow->function].unit,
				  callee.a);
	result = function == PROGRAM_NONE ? NULL : flow->lookup(function, flow->lookup_data);
	return result && result->n_outcomes == 1 && result->outcomes[0].n_released;
}

static bool leads_to_release(const struct flow *flow, const struct fact_block *branch)
{
	const struct facts *facts = flow->unit->facts;

	for (uint32_t e = 0; e < branch->n_edges; e++) {
		const struct fact_block *block =
			block_of(flow, facts->edges[branch->edges + e].block);

		for (uint32_t s = 0; s < block->n_steps; s++)
			if (is_release(flow, &facts->steps[block->steps + s]))
				return true;
	}
	return false;
}

/*
 * "f(mm, &locked); if (locked) mmap_read_unlock(mm);": the function says whether it has given the
 * lock up, and in which of its callees it has, is not always in sight.
 */
static bool is_told_by_callee(const struct flow *flow, uint32_t end)
{
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		term_id asked = question_of(flow, block_of(flow, b));

		if (asked && term_at(flow->terms, asked).kind == EXPR_LOCAL &&
		    leads_to_release(flow, block_of(flow, b)) && leads_to(flow, b, end) &&
		    is_given_address(flow, asked))
			return true;
	}
	return false;
}

static bool gives_up(const struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_released; i++)
		if (state->released[i].lock == lock->lock ||
		    state->released[i].class_string == lock->class_string)
			return true;
	return false;
}

/* Which function's answer a branch compares with a number of its own: if (state_of(x) == SCAN). */
static term_id state_asked(const struct flow *flow, const struct fact_block *block)
{
	term_id cond = block->term == TERM_BRANCH ? flow->unit->terms[block->cond] : 0;
	struct term term = term_at(flow->terms, cond);
	term_id function;
	int64_t number;

	if (term.kind != EXPR_BINARY || (term.op != BINARY_EQ && term.op != BINARY_NE) ||
	    !term_is_int(flow->terms, term.b, &number) || number == 0)
		return 0;
	function = function_called(flow, term.a);
	return term_at(flow->terms, function).kind == EXPR_FUNC ? function : 0;
}

/* The branches that lead to @block ask for one state of several that others are asked for. */
static bool is_behind_state(const struct flow *flow, uint32_t block)
{
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		const struct fact_block *from = block_of(flow, b);
		term_id state = state_asked(flow, from);
		unsigned asked = 0, leads = 0;

		for (uint32_t e = 0; e < from->n_edges; e++)
			leads += flow->unit->facts->edges[from->edges + e].block == block;
		for (uint32_t o = 0; state && leads && o < flow->facts->n_blocks; o++)
			asked += state_asked(flow, block_of(flow, o)) == state;
		if (asked > 1)
			return true;
	}
	return false;
}

/* Another return gives it up for the callers: it is handed from one call to the next. */
static bool is_continued(const struct flow *flow, const struct held_lock *held)
{
	for (guint i = 0; i < flow->returns->len; i++)
		if (gives_up(g_array_index(flow->returns, struct return_state, i).state, held))
			return true;
	return false;
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
	       !(held->flags & HELD_HANDED) && !is_asked_again(flow, held->where.block);
}

/* A semaphore may have been taken by somebody for somebody else: his callee. */
static bool may_stay_taken(const struct flow *flow, const struct held_lock *held)
{
	return outcome_is_chance(flow, held) ||
	       (held->kind == LOCK_SEMAPHORE && held->callee != PROGRAM_NONE);
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

static void record_held(struct flow *flow, const struct held_lock *held,
			const struct return_state *with, const struct return_state *without,
			enum told told)
{
	bool elsewhere = with->where.block != without->where.block;
	bool own = told == TOLD_NOT && elsewhere && is_certain(flow, held) &&
		   !is_continued(flow, held) && !is_behind_state(flow, with->where.block);

	record_problem(
		flow,
		&(struct problem){ .kind = PROBLEM_HELD_AT_EXIT,
				   .lock = *held,
				   .where = with->where,
				   .other = without->where,
				   .callee = held->callee,
				   .confidence = state_trust(with->state, own ? CONFIDENCE_HIGH
									      : CONFIDENCE_MEDIUM),
				   .is_told = told != TOLD_NOT,
				   .is_nameless = !outcome_has_name(flow, with, held),
				   .is_owned = is_for_owners(flow, held, with),
				   .is_at_will = is_told_by_callee(flow, with->where.block),
				   .is_asked_again = relies_on_answer(flow, held->where.block,
								      with->where.block) });
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
		    !may_stay_taken(flow, held) &&
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
			p->is_asked_again = relies_on_answer(flow, p->where.block, p->where.block);
	}
}

void find_exit_problems(struct flow *flow)
{
	doubt_releases(flow);
	for (guint i = 0; i < flow->returns->len; i++)
		judge_return(flow, &g_array_index(flow->returns, struct return_state, i));
}
