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

/* One call may lead to many such locks, for one reason. */
static bool is_told(GHashTable *told, const struct finding *f)
{
	return !g_hash_table_add(told, g_strdup_printf("%s %s:%u", f->locks[0].class_name,
						       f->location.file, f->location.line));
}

static void report_dependency(const struct check_input *in, const struct dependency *d,
			      GHashTable *told)
{
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
	if (finding_locate(in, f) && !is_told(told, f))
		finding_emit(in, f);
}

static void look_at_dependencies(const struct check_input *in)
{
	g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (size_t i = 0; i < in->graph->n_dependencies; i++) {
		const struct dependency *d = &in->graph->dependencies[i];

		if (d->in_scope && (int)d->confidence >= in->options->least &&
		    is_atomic_on_rt(in, &in->graph->classes[d->from]) &&
		    sleeps_on_rt(in->graph->classes[d->to].kind))
			report_dependency(in, d, told);
	}
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

const struct check check_lock_context = { .name = "lock_context", .run = run };
