/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * problem_doubt.c - why a problem may be none
 *
 * A return that holds a lock, where another does not, is wrong unless the code knows something
 * that the analysis does not: that memory has not changed meanwhile, that the next call goes on
 * where this one ended, that who finds the object knows it to be locked. What is looked for here
 * is the shape of code that relies on such knowledge; it makes no problem a certain one and none
 * impossible.
 */
#include "flow/flow_p.h"

/* --- blocks ----------------------------------------------------------------------------------- */

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
bool problem_is_asked_again(const struct flow *flow, uint32_t block)
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
bool problem_is_behind_state(const struct flow *flow, uint32_t block)
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

/* --- a condition on what gives it up ---------------------------------------------------------- */

static bool ends_function(const struct fact_block *block)
{
	return block->term == TERM_RETURN || block->term == TERM_NORETURN;
}

/* Whether every way from @arm comes by @join: what is done there is done in addition. */
static bool leads_only_to(const struct flow *flow, uint32_t arm, uint32_t join)
{
	g_autofree bool *reached = g_new0(bool, flow->facts->n_blocks);

	if (arm == join || ends_function(block_of(flow, arm)))
		return false;
	reached[join] = true;
	reach(flow, arm, reached);
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++)
		if (reached[b] && b != join && ends_function(block_of(flow, b)))
			return false;
	return true;
}

/* A lock like @lock, as far as the step alone tells. */
static bool gives_up_like(const struct flow *flow, const struct fact_step *step,
			  const struct held_lock *lock)
{
	const struct flow_result *result;
	const struct primitive *primitive;
	uint32_t function;
	struct term callee = term_at(flow->terms, flow->unit->terms[step->lhs]);

	if (step->kind != STEP_CALL || callee.kind != EXPR_FUNC)
		return false;
	primitive = flow->program->symbols[callee.a].primitive;
	for (size_t i = 0; primitive && i < primitive->n_effects; i++)
		if (primitive->effects[i].op == EFFECT_RELEASE &&
		    primitive->effects[i].kind == lock->kind)
			return true;
	function = program_callee(flow->program, flow->program->functions[flow->function].unit,
				  callee.a);
	result = function == PROGRAM_NONE ? NULL : flow->lookup(function, flow->lookup_data);
	for (uint32_t o = 0; result && lock->class_string && o < result->n_outcomes; o++)
		for (uint32_t i = 0; i < result->outcomes[o].n_released; i++)
			if (result->outcomes[o].released[i].class_string == lock->class_string)
				return true;
	return false;
}

static bool arm_gives_up(const struct flow *flow, uint32_t arm, const struct held_lock *lock)
{
	const struct fact_block *block = block_of(flow, arm);

	for (uint32_t s = 0; s < block->n_steps; s++)
		if (gives_up_like(flow, &flow->unit->facts->steps[block->steps + s], lock))
			return true;
	return false;
}

/* Memory, what a callee has set, a function that answers from them: they may not have changed. */
static bool asks_for_more(const struct flow *flow, const struct fact_block *block)
{
	term_id question = question_of(flow, block);
	struct term term = term_at(flow->terms, question);

	if (!question)
		return false;
	while (term.kind == EXPR_BINARY && term_at(flow->terms, term.b).kind == EXPR_INT) {
		question = function_called(flow, term.a);
		term = term_at(flow->terms, question);
	}
	if (term.kind == EXPR_LOCAL)
		return is_given_address(flow, question);
	return term_reads_memory(flow->terms, question) || is_mere_question(flow, question);
}

/* "if (d->locked) unlock();" in @block, and the code goes on below in any case. */
static bool gives_up_perhaps(const struct flow *flow, const struct fact_block *block,
			     const struct held_lock *lock, uint32_t *join)
{
	const struct fact_edge *edges = &flow->unit->facts->edges[block->edges];

	if (block->term != TERM_BRANCH || block->n_edges != 2 || !asks_for_more(flow, block))
		return false;
	for (uint32_t e = 0; e < 2; e++) {
		uint32_t arm = edges[e].block;

		*join = edges[1 - e].block;
		if (arm_gives_up(flow, arm, lock) && leads_only_to(flow, arm, *join))
			return true;
	}
	return false;
}

/* On the way from where @held was taken to @end the code asks whether to give it up. */
static bool is_given_up_perhaps(const struct flow *flow, const struct held_lock *held, uint32_t end)
{
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		uint32_t join;

		if (gives_up_perhaps(flow, block_of(flow, b), held, &join) &&
		    (b == held->where.block || leads_to(flow, held->where.block, b)) &&
		    (join == end || leads_to(flow, join, end)))
			return true;
	}
	return false;
}

/* "if (excl(x)) up_write(l); else up_read(l);": either way it is given up. */
static bool gives_up_either_way(const struct flow *flow, const struct fact_block *guard,
				const struct held_lock *lock)
{
	const struct fact_edge *edges = &flow->unit->facts->edges[guard->edges];

	return guard->n_edges == 2 && asks_for_more(flow, guard) &&
	       arm_gives_up(flow, edges[0].block, lock) && arm_gives_up(flow, edges[1].block, lock);
}

static bool is_release_perhaps(const struct flow *flow, const struct held_lock *lock,
			       uint32_t block)
{
	const struct fact_block *guard = only_way_to(flow, block);
	uint32_t join;

	return guard && (gives_up_perhaps(flow, guard, lock, &join) ||
			 gives_up_either_way(flow, guard, lock));
}

/* --- who else knows of it --------------------------------------------------------------------- */

/* Where callers, or anybody, may look for an object. */
static bool is_found_at(const struct flow *flow, term_id place)
{
	return term_at(flow->terms, place).kind != EXPR_PARAM &&
	       term_is_outside(flow->terms, place);
}

/* The object that the lock lies in, got or made here, was stored for others to find it. */
static bool is_published(const struct flow *flow, const struct held_lock *held,
			 const struct state *with, const struct state *without)
{
	for (uint32_t i = 0; i < with->n_env; i++) {
		const struct binding_entry *entry = &with->env[i];
		term_id value;

		if (term_at(flow->terms, entry->value).kind == EXPR_RESULT &&
		    is_found_at(flow, entry->place) &&
		    term_has_part(flow->terms, held->lock, entry->value) &&
		    !(state_get(without, entry->place, &value) && value == entry->value))
			return true;
	}
	return false;
}

/*
 * "it->cache = &mrt->queue" on one way, "= &mrt->list" on the other: two addresses that the
 * function itself stored in one place.
 */
static bool is_stored_apart(const struct flow *flow, const struct state *x, const struct state *y)
{
	for (uint32_t i = 0; i < x->n_env; i++) {
		const struct binding_entry *entry = &x->env[i];
		term_id value;

		if (term_at(flow->terms, entry->value).kind == EXPR_ADDR &&
		    term_at(flow->terms, entry->place).kind == EXPR_FIELD &&
		    term_parameter(flow->terms, entry->place) != PROGRAM_NONE &&
		    state_get(y, entry->place, &value) && value != entry->value &&
		    term_at(flow->terms, value).kind == EXPR_ADDR)
			return true;
	}
	return false;
}

/* "group->move_lock_flags = flags": who releases it later will find there what interrupts were. */
static bool is_flags_stored(const struct flow *flow, const struct held_lock *held,
			    const struct state *with)
{
	for (uint32_t i = 0; (held->flags & HELD_IRQ_SAVED) && i < with->n_env; i++) {
		const struct binding_entry *entry = &with->env[i];

		if (term_at(flow->terms, entry->place).kind == EXPR_FIELD &&
		    !term_has(flow->terms, entry->place, EXPR_LOCAL) &&
		    (exec_is_flags(flow, entry->value, IRQS_AS_AT_ENTRY) ||
		     exec_is_flags(flow, entry->value, IRQS_OFF)))
			return true;
	}
	return false;
}

static bool was_taken_behind_pointer(const struct flow *flow, const struct held_lock *held)
{
	const struct fact_block *block = block_of(flow, held->where.block);
	const struct fact_step *step = &flow->unit->facts->steps[block->steps + held->where.step];

	return held->callee != PROGRAM_NONE && step->kind == STEP_CALL &&
	       term_at(flow->terms, flow->unit->terms[step->lhs]).kind != EXPR_FUNC;
}

enum problem_doubt problem_doubt_held(const struct flow *flow, const struct held_lock *held,
				      const struct return_state *with,
				      const struct return_state *without)
{
	uint32_t end = with->where.block;

	if (is_told_by_callee(flow, end) || (held->flags & (HELD_HANDED | HELD_UNSEEN)))
		return PROBLEM_AT_WILL;
	if (relies_on_answer(flow, held->where.block, end) || is_given_up_perhaps(flow, held, end))
		return PROBLEM_ASKED_AGAIN;
	if (problem_is_behind_state(flow, end))
		return PROBLEM_BY_STATE;
	if (is_published(flow, held, with->state, without->state))
		return PROBLEM_PUBLISHED;
	if (is_flags_stored(flow, held, with->state))
		return PROBLEM_FLAGS_STORED;
	if (is_stored_apart(flow, with->state, without->state))
		return PROBLEM_STORED;
	return was_taken_behind_pointer(flow, held) ? PROBLEM_BEHIND_POINTER : PROBLEM_UNDOUBTED;
}

enum problem_doubt problem_doubt_release(const struct flow *flow, const struct problem *problem)
{
	uint32_t block = problem->where.block;

	return relies_on_answer(flow, block, block) ||
			       is_release_perhaps(flow, &problem->lock, block)
		       ? PROBLEM_ASKED_AGAIN
		       : PROBLEM_UNDOUBTED;
}
