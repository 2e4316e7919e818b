/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_context.c - locks that may sleep on PREEMPT_RT, taken where nothing may
 *
 *   raw_spin_lock(&rq->lock);
 *   spin_lock(&d->lock);          <- a mutex on PREEMPT_RT
 *
 * lockdep's wait types (lockdep_types.h, enum lockdep_wait_type): spinlock_t, rwlock_t and
 * local_lock_t sleep on PREEMPT_RT, raw_spinlock_t and bits do not, and neither does what is taken
 * inside them. The same in a hardirq that is no thread there. What is wrong on every kernel, as
 * with a mutex under a spinlock_t, is sleep_atomic.c's.
 *
 * Not a finding: a trylock, which never waits.
 */
#include "check/check_p.h"

static bool sleeps_on_rt(enum lock_kind kind)
{
	return lock_kind_wait(kind) == LOCK_WAIT_SPIN_RT;
}

/* Whether it must not be slept in on PREEMPT_RT either. */
static bool is_atomic_on_rt(const struct check_input *in, const struct lock_class *class)
{
	const char *name = program_string(in->program, class->class_string);

	return lock_kind_wait(class->kind) == LOCK_WAIT_SPIN ||
	       g_hash_table_contains(in->rules->not_preemptible, name);
}

/*
 * One call may lead to hundreds of such locks, for one reason. The first that a chain is found for
 * stands for all, and where none is after so many, the call does not lead to them.
 */
#define MAX_LOCKS_PER_CALL 8

static char *call_key(const struct check_input *in, const struct dependency *d)
{
	struct witness start = graph_witness(in->graph, d->witness, WITNESS_START, in->arena);
	const struct witness_step *last = start.n ? &start.steps[start.n - 1] : NULL;

	return g_strdup_printf("%s %s:%u", in->graph->classes[d->from].class_name,
			       last ? last->file : "", last ? last->line : 0);
}

/*
 * Under hundreds of locks somebody comes to the same place, as every task may free memory or wake
 * another: some of them stand for all.
 */
#define MAX_LOCKS_PER_PLACE 3

struct context_search {
	const struct check_input *in;
	GHashTable *n_asked; /* call_key() -> dependencies that have been asked for */
	GHashTable *n_told;  /* place_key() -> findings */
};

static char *place_key(const struct check_input *in, const struct dependency *d,
		       const struct finding_path *path)
{
	return g_strdup_printf("%s %s", in->graph->classes[d->to].class_name,
			       path->n ? path->steps[path->n - 1].function : "");
}

/* Counts one under @key, which it takes over. Returns how many there were before. */
static guint count_one(GHashTable *counts, char *key)
{
	guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));

	g_hash_table_insert(counts, key, GUINT_TO_POINTER(n + 1));
	return n;
}

static bool report_dependency(const struct context_search *s, const struct dependency *d)
{
	const struct check_input *in = s->in;
	struct finding *f = finding_new(in, RULE_LOCK_CONTEXT, (int)d->confidence);
	struct finding_path *path = arena_new_struct(in->arena, struct finding_path);
	struct finding_lock *locks = arena_new_array(in->arena, struct finding_lock, 2);

	locks[0] = finding_lock_of(in->graph, d->from);
	locks[1] = finding_lock_of(in->graph, d->to);
	*path = finding_path_of(in, d->from, d->to, d->witness);
	f->locks = locks;
	f->n_locks = 2;
	f->paths = path;
	f->n_paths = 1;
	f->message = arena_printf(in->arena,
				  "%s, which sleeps on PREEMPT_RT, is taken while %s is held, "
				  "which must not sleep there",
				  class_label(in, d->to), class_label(in, d->from));
	if (!finding_locate(in, f))
		return false;
	if (finding_doubt(f) < in->options->least)
		return false;
	if (count_one(s->n_told, place_key(in, d, path)) >= MAX_LOCKS_PER_PLACE)
		return true;
	finding_weigh(in, f);
	finding_emit(in, f);
	return true;
}

static void ask(const struct context_search *s, const struct dependency *d)
{
	g_autofree char *key = call_key(s->in, d);
	guint n = GPOINTER_TO_UINT(g_hash_table_lookup(s->n_asked, key));

	if (n >= MAX_LOCKS_PER_CALL)
		return;
	n = report_dependency(s, d) ? MAX_LOCKS_PER_CALL : n + 1;
	g_hash_table_insert(s->n_asked, g_steal_pointer(&key), GUINT_TO_POINTER(n));
}

static bool is_wrong_on_rt(const struct check_input *in, const struct dependency *d)
{
	return d->in_scope && (int)d->confidence >= in->options->least &&
	       is_atomic_on_rt(in, &in->graph->classes[d->from]) &&
	       sleeps_on_rt(in->graph->classes[d->to].kind);
}

static void look_at_dependencies(const struct check_input *in)
{
	struct context_search s = {
		.in = in,
		.n_asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.n_told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};

	for (size_t i = 0; i < in->graph->n_dependencies; i++)
		if (is_wrong_on_rt(in, &in->graph->dependencies[i]))
			ask(&s, &in->graph->dependencies[i]);
	g_hash_table_unref(s.n_asked);
	g_hash_table_unref(s.n_told);
}

/* A hardirq that a function itself enters. */
static void report_hardirq(const struct check_input *in, uint32_t function,
			   const struct problem *problem)
{
	struct account a = account_begin(in, function, problem);
	struct finding *f;

	account_acquire(&a, problem->where, problem->callee);
	f = account_finding(&a, RULE_LOCK_CONTEXT,
			    arena_printf(in->arena,
					 "%s, which sleeps on PREEMPT_RT, is taken in a hardirq "
					 "that is no thread there",
					 a.lock));
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void run(const struct check_input *in)
{
	if (in->options->no_rt)
		return;
	look_at_dependencies(in);
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		if (!in->program->functions[f].in_scope)
			continue;
		for (uint32_t i = 0; i < flow->n_problems; i++)
			if (flow->problems[i].kind == PROBLEM_SLEEPS_IN_HARDIRQ)
				report_hardirq(in, f, &flow->problems[i]);
	}
}

const struct check check_lock_context = { .name = "lock_context",
					  .group = CHECKS_OF_GRAPH,
					  .run = run };
