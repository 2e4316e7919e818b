/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * seqcount.c - writers that do not exclude each other, readers that never read again
 *
 *   write_seqcount_begin(&m->seq);         <- nothing keeps another writer out
 *   m->begin = begin;
 *   write_seqcount_end(&m->seq);
 *
 *   seq = read_seqcount_begin(&m->seq);    <- and nobody asks read_seqcount_retry() afterwards
 *   begin = m->begin;
 *
 * A counter is named as a lock class is. (Documentation/locking/seqlock.rst)
 *
 * Not a finding: a lock that all callers hold; __init code; raw write sections; counters of each
 * CPU; a reader that returns the count, keeps it or hands it on.
 */
#include "check/rcu_p.h"

#include "check/chain_p.h"

#include <string.h>

/* Callers of callers that may hold the lock. */
#define MOST_CALLERS 3

struct writer {
	uint32_t function;
	const struct acquire_event *event;
	uint32_t class_string;
};

static bool excludes(const struct held_lock *held)
{
	return held->mode == MODE_WRITE && held->kind != LOCK_SEQCOUNT && held->kind != LOCK_RCU &&
	       held->kind != LOCK_SRCU && held->kind != LOCK_RCU_TRACE && held->kind != LOCK_PSEUDO;
}

static const struct held_lock *exclusive_of(const struct held_set *held)
{
	for (uint32_t i = 0; i < held->n; i++)
		if (excludes(&held->locks[i]))
			return &held->locks[i];
	return NULL;
}

/* Whether every way to call @function that is known holds some lock, or is __init code. */
static bool callers_hold(const struct check_input *in, uint32_t function, int depth)
{
	uint32_t n;
	const struct rcu_caller *callers = rcu_callers(in->rcu, function, &n);

	if (in->program->functions[function].facts->flags & (FUNCTION_INIT | FUNCTION_EXIT))
		return true;
	if (!n || depth == MOST_CALLERS)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (!exclusive_of(callers[i].call->event->held) &&
		    (callers[i].function == function ||
		     !callers_hold(in, callers[i].function, depth + 1)))
			return false;
	return true;
}

static bool is_of_each_cpu(const struct program *program, term_id place)
{
	return term_has(program->terms, place, EXPR_PERCPU) ||
	       term_has(program->terms, place, EXPR_LOCAL);
}

static GArray *find_writers(const struct check_input *in)
{
	GArray *writers = g_array_new(FALSE, FALSE, sizeof(struct writer));

	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0; i < flow->n_acquires; i++) {
			const struct acquire_event *event = &flow->acquires[i];
			struct writer w = { f, event, event->lock.class_string };

			if (event->lock.kind == LOCK_SEQCOUNT && event->lock.mode == MODE_WRITE &&
			    w.class_string && !(event->lock.flags & HELD_TRY) &&
			    !is_of_each_cpu(in->program, event->lock.lock))
				g_array_append_val(writers, w);
		}
	}
	return writers;
}

/* A writer of the same counter that holds a lock. */
static const struct writer *find_locked(const GArray *writers, uint32_t class_string)
{
	for (guint i = 0; i < writers->len; i++) {
		const struct writer *w = &g_array_index(writers, struct writer, i);

		if (w->class_string == class_string && exclusive_of(w->event->held))
			return w;
	}
	return NULL;
}

/* Where it is kept; what it was called where it was initialised is a macro's variable. */
static const char *counter_label(const struct check_input *in, const struct writer *w)
{
	const char *name = program_string(in->program, w->class_string);

	return g_str_has_prefix(name, "struct ") ? name + strlen("struct ") : name;
}

static void report_writer(const struct check_input *in, const struct writer *w,
			  const struct writer *locked)
{
	const struct held_lock *lock = exclusive_of(locked->event->held);
	struct finding *f = finding_new(in, RULE_SEQCOUNT_UNLOCKED_WRITER, CONFIDENCE_HIGH);
	struct chain chain = chain_new(in);

	chain_add_point(&chain, w->function, w->event->where, "acquire",
			"begins to write with no lock held");
	chain_add_point(&chain, locked->function, lock->where, "acquire",
			arena_printf(in->arena, "takes %s", held_label(in, lock)));
	chain_add_point(&chain, locked->function, locked->event->where, "acquire",
			"begins to write the same counter");
	f->message = arena_printf(in->arena, "%s is written without %s, which other writers hold",
				  counter_label(in, w), held_label(in, lock));
	chain_give(&chain, f);
	chain_locate(&chain, f, w->function, w->event->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void check_writers(const struct check_input *in)
{
	g_autoptr(GArray) writers = find_writers(in);

	for (guint i = 0; i < writers->len; i++) {
		const struct writer *w = &g_array_index(writers, struct writer, i);
		const struct writer *locked = find_locked(writers, w->class_string);

		if (locked && !exclusive_of(w->event->held) && !callers_hold(in, w->function, 0))
			report_writer(in, w, locked);
	}
}

/* --- readers ---------------------------------------------------------------------------------- */

struct reader {
	const struct check_input *in;
	uint32_t function;
	const struct unit *unit;
};

static bool mentions(const struct term_table *terms, term_id id, term_id value)
{
	struct term term;

	if (!id || id == value)
		return id == value;
	term = term_at(terms, id);
	if (term.base && mentions(terms, term.base, value))
		return true;
	return term.kind == EXPR_BINARY &&
	       (mentions(terms, term.a, value) || mentions(terms, term.b, value));
}

#define MOST_LOCALS 3

static bool goes_on(const struct reader *r, term_id value, int depth);

/* Whether the step hands the count on, keeps it, or puts it into a variable that does. */
static bool hands_on(const struct reader *r, const struct fact_step *step, term_id value, int depth)
{
	const struct term_table *terms = r->in->program->terms;
	term_id place = r->unit->terms[step->lhs];

	for (uint32_t a = 0; step->kind == STEP_CALL && a < step->n_args; a++)
		if (mentions(terms, r->unit->terms[r->unit->facts->args[step->args + a]], value))
			return true;
	if (step->kind != STEP_ASSIGN || place == value ||
	    !mentions(terms, r->unit->terms[step->rhs], value))
		return false;
	return term_at(terms, place).kind != EXPR_LOCAL ||
	       (depth < MOST_LOCALS && goes_on(r, place, depth + 1));
}

static bool goes_on(const struct reader *r, term_id value, int depth)
{
	const struct function *f = &r->in->program->functions[r->function];

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &r->unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++)
			if (hands_on(r, &r->unit->facts->steps[block->steps + s], value, depth))
				return true;
		if (block->term == TERM_RETURN &&
		    mentions(r->in->program->terms, r->unit->terms[block->cond], value))
			return true;
	}
	return false;
}

static void report_reader(const struct check_input *in, uint32_t function,
			  const struct call_event *event, const struct role *role)
{
	struct finding *f = finding_new(in, RULE_SEQCOUNT_NO_RETRY, CONFIDENCE_HIGH);
	struct chain chain = chain_new(in);
	const char *name =
		term_text(in, function, role_argument(event, role->object_arg), "a counter");

	chain_add_point(&chain, function, event->where, "acquire",
			arena_printf(in->arena, "begins to read what %s guards", name));
	f->message = arena_printf(
		in->arena,
		"what %s guards is read, but nobody asks whether a writer came in between", name);
	chain_give(&chain, f);
	chain_locate(&chain, f, function, event->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static bool asks(const struct check_input *in, const struct flow_result *flow)
{
	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (call_role(in, &flow->calls[i], ROLE_SEQ_RETRY))
			return true;
	return false;
}

static term_id result_at(const struct reader *r, struct flow_point where)
{
	const struct function *f = &r->in->program->functions[r->function];
	const struct fact_block *block = &r->unit->facts->blocks[f->facts->blocks + where.block];

	return r->unit->terms[r->unit->facts->steps[block->steps + where.step].rhs];
}

static void check_reader(const struct check_input *in, uint32_t function)
{
	const struct function *f = &in->program->functions[function];
	const struct flow_result *flow = in->summaries->functions[function].flow;
	struct reader r = { in, function, &in->program->units[f->unit] };

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];
		const struct role *role = call_role(in, event, ROLE_SEQ_BEGIN);

		if (!role || asks(in, flow))
			continue;
		if (!goes_on(&r, result_at(&r, event->where), 0))
			report_reader(in, function, event, role);
		return;
	}
}

static void run(const struct check_input *in)
{
	check_writers(in);
	for (uint32_t f = 0; f < in->program->n_functions; f++)
		if (in->program->functions[f].in_scope)
			check_reader(in, f);
}

const struct check check_seqcount = { .name = "seqcount", .run = run };
