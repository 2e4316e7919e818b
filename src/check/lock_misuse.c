/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_misuse.c - locks that are used against their rules
 *
 *   mutex_lock(&d->lock);
 *   mutex_init(&d->lock);          <- is held
 *
 * What lockdep and the locks' own debugging (CONFIG_DEBUG_MUTEXES and kin) warn of, whatever other
 * tasks do: flow/ finds it path by path. A nest_lock that is not held is a finding only where
 * nobody calls the function, as a caller may hold it.
 */
#include "check/check_p.h"

static bool is_called(const struct check_input *in, uint32_t function)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct function_summary *summary = &in->summaries->functions[f];

		for (uint32_t i = 0; i < summary->n_calls; i++)
			if (summary->calls[i].callee == function)
				return true;
	}
	return false;
}

static const char *held_here(struct account *a, const char *what)
{
	account_acquire(a, a->problem->other, a->problem->lock.callee);
	account_step(a, a->problem->where, "acquire", what);
	return arena_printf(a->in->arena, "%s, which is held, is initialised", a->lock);
}

static const char *alone(struct account *a, const char *what, const char *message)
{
	account_step(a, a->problem->where, "acquire", arena_printf(a->in->arena, what, a->lock));
	return arena_printf(a->in->arena, message, a->lock);
}

static const char *tell_context(struct account *a)
{
	switch (a->problem->kind) {
	case PROBLEM_CONTEXT_DONE_TWICE:
		return alone(a, "is done with %s",
			     "the acquire context %s is said to be done a second time");
	case PROBLEM_CONTEXT_AFTER_DONE:
		return alone(a, "takes %s",
			     "%s is taken with an acquire context that is done with acquiring");
	case PROBLEM_CONTEXT_FINI_EARLY:
		account_acquire(a, a->problem->other, PROGRAM_NONE);
		return alone(a, "ends the context of %s",
			     "an acquire context ends while %s, which was taken with it, is held");
	case PROBLEM_CONTEXT_SLOW:
		return alone(a, "waits with %s",
			     "the acquire context %s takes the slow path but was not told to back "
			     "off");
	case PROBLEM_CONTEXT_NOT_BACKED_OFF:
		return alone(a, "takes %s",
			     "%s is taken after -EDEADLK while the acquire context still holds "
			     "other locks");
	case PROBLEM_CONTEXT_OTHER_LOCK:
		return alone(a, "takes %s",
			     "%s is taken after -EDEADLK for another lock, which must come first");
	default:
		return NULL;
	}
}

static const char *tell_flags(struct account *a)
{
	account_acquire(a, a->problem->other, a->problem->callee);
	account_step(a, a->problem->where, "acquire",
		     "saves into the same variable, with interrupts off by now");
	return "the flags that were saved first are lost here: interrupts stay off";
}

static const char *tell_inside(struct account *a)
{
	account_acquire(a, a->problem->other, PROGRAM_NONE);
	account_step(a, a->problem->where, "release", "switches interrupts on");
	return arena_printf(a->in->arena,
			    "the release of %s switches interrupts on, which were off before it "
			    "was taken",
			    a->lock);
}

/* Fills the steps; the message. */
static const char *tell(struct account *a)
{
	if (a->problem->kind == PROBLEM_FLAGS_LOST)
		return tell_flags(a);
	if (a->problem->kind == PROBLEM_IRQS_ON_INSIDE)
		return tell_inside(a);
	if (a->problem->kind == PROBLEM_INIT_HELD)
		return held_here(a, arena_printf(a->in->arena, "initialises %s", a->lock));
	if (a->problem->kind == PROBLEM_NEST_UNHELD && !is_called(a->in, a->function))
		return alone(a, "takes %s", "%s is taken with a nest_lock that is not held");
	return tell_context(a);
}

/* --- memory that is freed --------------------------------------------------------------------- */

/* Is @lock a part of the object that @pointer points to? */
static bool is_inside(const struct term_table *terms, term_id lock, term_id pointer)
{
	term_id object = term_deref((struct term_table *)terms, pointer);
	struct term term = term_at(terms, lock);

	while (lock != object && (term.kind == EXPR_FIELD || term.kind == EXPR_INDEX)) {
		lock = term.base;
		term = term_at(terms, lock);
	}
	return lock == object;
}

static void report_freed(const struct check_input *in, uint32_t function,
			 const struct call_event *event, const struct held_lock *lock)
{
	struct problem problem = { .kind = PROBLEM_FREE_HELD,
				   .lock = *lock,
				   .where = event->where,
				   .callee = lock->callee,
				   .confidence = CONFIDENCE_HIGH };
	struct account a = account_begin(in, function, &problem);
	struct finding *f;

	account_acquire(&a, lock->where, lock->callee);
	account_step(&a, event->where, "release", "frees the object that it is in");
	f = account_finding(&a, RULE_LOCK_MISUSE,
			    arena_printf(in->arena, "the memory of %s is freed while it is held",
					 a.lock));
	f->lockdep_title = "held lock freed!";
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void look_at_free(const struct check_input *in, uint32_t function,
			 const struct call_event *event, const struct role *role)
{
	for (uint32_t i = 0; i < event->held->n; i++) {
		const struct held_lock *lock = &event->held->locks[i];

		if (!lock->stale && lock->lock &&
		    is_inside(in->program->terms, lock->lock, event->args[role->object_arg]))
			report_freed(in, function, event, lock);
	}
}

static void look_at_call(const struct check_input *in, uint32_t function,
			 const struct call_event *event)
{
	const struct role *role = flow_roles(in->program, event);

	for (; role; role = role->next)
		if (role->kind == ROLE_FREE && role->object_arg >= 0 &&
		    (uint32_t)role->object_arg < event->n_args)
			look_at_free(in, function, event, role);
}

/* --- interrupts that are switched on ---------------------------------------------------------- */

static bool is_too_early(const struct exposure_event *event, const struct held_lock *held)
{
	return (held->flags & HELD_IRQ_OFF) && event->before.irqs == IRQS_OFF &&
	       event->after.irqs != IRQS_OFF && !event->after.guessed && !event->before.guessed;
}

static void report_early(const struct check_input *in, uint32_t function,
			 const struct exposure_event *event, const struct held_lock *held)
{
	struct problem problem = { .kind = PROBLEM_IRQS_ON_INSIDE,
				   .lock = *held,
				   .where = event->where,
				   .callee = event->callee,
				   .confidence = CONFIDENCE_HIGH };
	struct account a = account_begin(in, function, &problem);
	struct finding *f;

	account_acquire(&a, held->where, held->callee);
	account_step(&a, event->where, "release",
		     event->callee == PROGRAM_NONE
			     ? "switches interrupts on"
			     : arena_printf(in->arena,
					    "calls %s(), which returns with interrupts on",
					    function_name(in->program, event->callee)));
	f = account_finding(&a, RULE_LOCK_MISUSE,
			    arena_printf(in->arena,
					 "interrupts are switched on while %s is held, which was "
					 "taken with them switched off",
					 a.lock));
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void look_at_exposure(const struct check_input *in, uint32_t function,
			     const struct exposure_event *event)
{
	for (uint32_t i = 0; i < event->held->n; i++) {
		if (!is_too_early(event, &event->held->locks[i]))
			continue;
		report_early(in, function, event, &event->held->locks[i]);
		return;
	}
}

/* --- what flow/ found ------------------------------------------------------------------------- */

static void report_problem(const struct check_input *in, uint32_t function,
			   const struct problem *problem)
{
	struct account a = account_begin(in, function, problem);
	const char *message = tell(&a);
	struct finding *f;

	if (!message)
		return;
	f = account_finding(&a, RULE_LOCK_MISUSE, message);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void run(const struct check_input *in)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		if (!in->program->functions[f].in_scope)
			continue;
		for (uint32_t i = 0; i < flow->n_problems; i++)
			report_problem(in, f, &flow->problems[i]);
		for (uint32_t i = 0; i < flow->n_calls; i++)
			look_at_call(in, f, &flow->calls[i]);
		for (uint32_t i = 0; i < flow->n_exposures; i++)
			look_at_exposure(in, f, &flow->exposures[i]);
	}
}

const struct check check_lock_misuse = { .name = "lock_misuse", .run = run };
