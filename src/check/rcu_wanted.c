/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_wanted.c - what RCU_LOCKDEP_WARN() and lockdep_assert() ask for
 *
 *   if (checking() && !(A() || B()) && checking() && !__warned)
 *           report();
 *
 * The blocks that lead to the report, at the same place of the source, ask the questions; what
 * their answers must be for the report to be made says what is wanted: one of the locks, or a
 * reader. A question that is about something else, or the other way round ("no reader"), leaves it
 * open what would do.
 */
#include "check/rcu_p.h"

#define DEEPEST_QUESTION 3

struct asking {
	const struct rcu_sites *sites;
	const struct unit *unit;
	const struct fact_function *facts;
	uint32_t unit_number;
	struct fact_loc loc;
	struct rcu_wanted *wanted;
	bool *seen; /* per block */
};

void rcu_want(struct rcu_wanted *wanted, uint32_t class_string)
{
	for (uint32_t i = 0; i < wanted->n; i++)
		if (wanted->classes[i] == class_string)
			return;
	if (!class_string || wanted->n == RCU_MOST_WANTED)
		wanted->is_open = true;
	else
		wanted->classes[wanted->n++] = class_string;
}

/* The class of the lock that the argument of a question points to. */
static uint32_t class_asked(const struct program *program, const struct effect *effect,
			    const term_id *args, uint32_t n_args)
{
	term_id place;

	if (effect->class_name)
		return intern_id(program->strings, effect->class_name);
	if (effect->lock_arg < 0 || (uint32_t)effect->lock_arg >= n_args)
		return 0;
	place = term_deref(program->terms, args[effect->lock_arg]);
	return program_lock_class(program, program_lock_object(program, place));
}

static bool want_held(struct asking *a, const struct primitive *primitive, const term_id *args,
		      uint32_t n_args)
{
	const struct program *program = a->sites->in->program;
	bool asks = false;
	uint32_t class;

	for (size_t i = 0; i < primitive->n_effects; i++) {
		const struct effect *effect = &primitive->effects[i];

		if (effect->op != EFFECT_ASSERT_HELD)
			continue;
		asks = true;
		class = class_asked(program, effect, args, n_args);
		a->wanted->wants_reader |= effect->kind == LOCK_RCU;
		a->wanted->wants_srcu |= effect->kind == LOCK_SRCU;
		if (effect->kind == LOCK_SRCU)
			a->wanted->srcu = class;
		rcu_want(a->wanted, class);
	}
	return asks;
}

static bool ask_call(struct asking *a, const struct unit *unit, const struct fact_step *step,
		     int depth);

/* A function that answers for others: lockdep_rtnl_is_held(). */
static bool ask_body(struct asking *a, uint32_t function, int depth)
{
	const struct program *program = a->sites->in->program;
	const struct function *f = &program->functions[function];
	const struct unit *unit = &program->units[f->unit];
	bool asks = false;

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];

			if (step->kind == STEP_CALL)
				asks |= ask_call(a, unit, step, depth);
		}
	}
	return asks;
}

static bool ask_call(struct asking *a, const struct unit *unit, const struct fact_step *step,
		     int depth)
{
	const struct program *program = a->sites->in->program;
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);
	const struct symbol *symbol;
	term_id args[RCU_MOST_WANTED];
	uint32_t n_args = MIN(step->n_args, RCU_MOST_WANTED);

	if (callee.kind != EXPR_FUNC)
		return false;
	symbol = &program->symbols[callee.a];
	for (uint32_t i = 0; i < n_args; i++)
		args[i] = unit->terms[unit->facts->args[step->args + i]];
	if (symbol->primitive)
		return want_held(a, symbol->primitive, args, n_args);
	if (symbol->function == PROGRAM_NONE || depth == DEEPEST_QUESTION)
		return false;
	return ask_body(a, symbol->function, depth + 1);
}

static const struct fact_step *call_with_result(const struct asking *a, uint32_t result)
{
	for (uint32_t b = 0; b < a->facts->n_blocks; b++) {
		const struct fact_block *block = &a->unit->facts->blocks[a->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &a->unit->facts->steps[block->steps + s];

			if (step->kind == STEP_CALL &&
			    term_at(a->sites->in->program->terms, a->unit->terms[step->rhs]).a ==
				    result)
				return step;
		}
	}
	return NULL;
}

/* "x == 0" and "!x" are the opposite of x. */
static struct term strip(const struct asking *a, term_id cond, bool *truth)
{
	struct term_table *terms = a->sites->in->program->terms;
	struct term term = term_at(terms, cond);
	int64_t number;

	for (;;) {
		if (term.kind == EXPR_UNARY && term.op == UNARY_NOT) {
			*truth = !*truth;
			term = term_at(terms, term.base);
		} else if (term.kind == EXPR_BINARY &&
			   (term.op == BINARY_EQ || term.op == BINARY_NE) &&
			   term_is_int(terms, term.b, &number) && number == 0) {
			*truth ^= term.op == BINARY_EQ;
			term = term_at(terms, term.a);
		} else {
			return term;
		}
	}
}

/*
 * The report is made if @cond is @truth. False: all questions have been seen. A variable says
 * whether anybody asks at all, debug_locks, or whether it has been reported before, __warned.
 */
static bool ask(struct asking *a, term_id cond, bool truth)
{
	struct term term = strip(a, cond, &truth);
	const struct fact_step *step;

	if (term.kind == EXPR_INT || term.kind == EXPR_GLOBAL)
		return true;
	step = term.kind == EXPR_RESULT ? call_with_result(a, term.a) : NULL;
	if (step && rcu_step_has_role(a->sites->in->program, a->unit, step, ROLE_RCU_CHECKING))
		return a->wanted->n == 0 && !a->wanted->is_open;
	if (!step || truth || !ask_call(a, a->unit, step, 0))
		a->wanted->is_open = true;
	return true;
}

static void ask_before(struct asking *a, uint32_t block)
{
	for (uint32_t b = 0; b < a->facts->n_blocks; b++) {
		const struct fact_block *from = &a->unit->facts->blocks[a->facts->blocks + b];

		if (a->seen[b] || !same_loc(from->loc, a->loc))
			continue;
		for (uint32_t e = 0; e < from->n_edges; e++) {
			if (a->unit->facts->edges[from->edges + e].block != block)
				continue;
			a->seen[b] = true;
			if (from->term != TERM_BRANCH || ask(a, a->unit->terms[from->cond], e == 0))
				ask_before(a, b);
			break;
		}
	}
}

static struct asking asking_begin(const struct rcu_sites *sites, uint32_t function,
				  struct rcu_wanted *wanted)
{
	const struct program *program = sites->in->program;
	const struct function *f = &program->functions[function];

	return (struct asking){ .sites = sites,
				.unit = &program->units[f->unit],
				.facts = f->facts,
				.wanted = wanted };
}

static const struct fact_step *step_at(const struct asking *a, struct flow_point where)
{
	const struct fact_block *block = &a->unit->facts->blocks[a->facts->blocks + where.block];

	return &a->unit->facts->steps[block->steps + where.step];
}

struct rcu_wanted rcu_wanted_at(const struct rcu_sites *sites, uint32_t function,
				struct flow_point where)
{
	struct rcu_wanted wanted = { 0 };
	struct asking a = asking_begin(sites, function, &wanted);

	a.loc = step_at(&a, where)->loc;
	a.seen = g_new0(bool, a.facts->n_blocks + 1);
	ask_before(&a, where.block);
	g_free(a.seen);
	wanted.is_open |= wanted.n == 0;
	return wanted;
}

struct rcu_wanted rcu_wanted_by(const struct rcu_sites *sites, uint32_t function,
				struct flow_point where)
{
	struct rcu_wanted wanted = { 0 };
	struct asking a = asking_begin(sites, function, &wanted);

	ask_call(&a, a.unit, step_at(&a, where), 0);
	wanted.is_open |= wanted.n == 0;
	return wanted;
}
