/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_entry.c - locks against how code is entered and left
 *
 *   static long d_ioctl(...)              static irqreturn_t d_irq(...)
 *   {                                     {
 *           mutex_lock(&d->lock);                 spin_lock_irq(&d->lock);
 *           return 0;   <- to user space          spin_unlock_irq(&d->lock);   <- on, in an
 * interrupt }                                     }
 *
 * Nobody gives up what a system call, a work item or an interrupt leaves held. A release that
 * switches interrupts on does so in the middle of an interrupt, too. Mutexes belong to the
 * task that took them: interrupts neither try nor release them.
 * (kernel/locking/lockdep.c: lockdep_sys_exit(); kernel/workqueue.c: process_one_work();
 * Documentation/locking/mutex-design.rst)
 *
 * Not a finding: what an object decides that has a mutex or a lock that spins (modes.c); what
 * lock/imbalance tells, as other returns do not hold it; locks without an
 * owner; situations that are not certain.
 */
#include "check/irq_usage_p.h"

/* --- left ------------------------------------------------------------------------------------- */

static bool is_owned(const struct held_lock *lock)
{
	enum lock_wait wait = lock_kind_wait(lock->kind);

	return wait != LOCK_WAIT_NONE && lock->kind != LOCK_SEMAPHORE &&
	       lock->kind != LOCK_PERCPU_RWSEM && lock->kind != LOCK_PSEUDO &&
	       lock->kind != LOCK_WW_CONTEXT && lock->kind != LOCK_BIT_SPINLOCK;
}

static bool is_told(const struct flow_result *flow, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < flow->n_problems; i++)
		if (flow->problems[i].kind == PROBLEM_HELD_AT_EXIT &&
		    flow->problems[i].lock.lock == lock->lock)
			return true;
	return false;
}

static void report_left(const struct check_input *in, const struct context_entry *entry,
			const struct outcome *outcome, const struct held_lock *lock)
{
	const char *function = function_name(in->program, entry->function);
	struct problem problem = { .lock = *lock,
				   .where = outcome->where,
				   .callee = lock->callee,
				   .confidence = entry->confidence };
	struct account a = account_begin(in, entry->function, &problem);
	struct finding *f;

	account_acquire(&a, lock->where, lock->callee);
	account_step(&a, outcome->where, "return", entry->rule->ends);
	f = account_finding(&a, RULE_LOCK_MISUSE,
			    arena_printf(in->arena, "%s is held when %s() %s", a.lock, function,
					 entry->rule->ends));
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static bool acquires(const struct outcome *outcome, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < outcome->n_acquired; i++)
		if (outcome->acquired[i].lock == lock->lock &&
		    outcome->acquired[i].class_string == lock->class_string)
			return true;
	return false;
}

/* On some ways only, it is known too little of what told them apart. */
static bool acquires_always(const struct flow_result *flow, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < flow->n_outcomes; i++)
		if (!acquires(&flow->outcomes[i], lock))
			return false;
	return true;
}

static void look_at_end(const struct check_input *in, const struct context_entry *entry)
{
	const struct flow_result *flow = in->summaries->functions[entry->function].flow;
	const struct outcome *first = flow->outcomes;

	for (uint32_t i = 0; flow->n_outcomes && i < first->n_acquired; i++) {
		const struct held_lock *lock = &first->acquired[i];

		if (!is_owned(lock) || is_told(flow, lock) || !acquires_always(flow, lock))
			continue;
		report_left(in, entry, first, lock);
		return;
	}
}

/* --- entered ---------------------------------------------------------------------------------- */

/* What comes from farther away comes only under conditions that nobody carried along. */
#define MOST_CALLS_TO_ENTRY 4

static bool is_interrupt(enum situation s)
{
	return situation_level(s) != EXEC_TASK;
}

/* What others had off is seen where they had that: an exposure. */
static bool is_hard(enum situation s)
{
	return situation_level(s) == EXEC_HARDIRQ || situation_level(s) == EXEC_NMI;
}

/* A certain way into one of the situations that @is_wrong; sets all of @use but its event. */
static bool find_way(const struct check_input *in, uint32_t function, exec_set likely,
		     const struct predicate *conditions, uint32_t n_conditions,
		     bool (*is_wrong)(enum situation), struct irq_use *use)
{
	const struct contexts *contexts = in->summaries->contexts;

	for (int s = 0; s < SITUATIONS; s++) {
		uint32_t way;

		if (!(likely & (1u << s)) || !is_wrong((enum situation)s))
			continue;
		way = contexts_way(contexts, function, (enum situation)s, conditions, n_conditions);
		if (!way || contexts_way_confidence(contexts, way) < CONFIDENCE_HIGH ||
		    contexts_way_distance(contexts, way) > MOST_CALLS_TO_ENTRY)
			continue;
		*use = (struct irq_use){ .function = function, .way = way, .entered = (uint8_t)s };
		return true;
	}
	return false;
}

static void report_entered(const struct check_input *in, const struct irq_use *use,
			   const struct held_lock *lock, const char *how, const char *message)
{
	struct irq_usage usage = { .class_string = lock->class_string };
	struct finding *f = finding_new(in, RULE_LOCK_MISUSE, CONFIDENCE_HIGH);
	struct finding_path *path = arena_new_struct(in->arena, struct finding_path);
	struct finding_lock *locks = arena_new_struct(in->arena, struct finding_lock);

	*path = irq_use_path(in, &usage, use, how);
	*locks = finding_lock_of_held(in, lock);
	f->paths = path;
	f->n_paths = 1;
	f->locks = locks;
	f->n_locks = 1;
	f->location = path->steps[path->n - 1];
	f->location.event = f->location.what = f->location.lock = NULL;
	f->message = message;
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

/* What gives the callers' lock up for a while takes it again as they did. */
static bool is_plain_irq(const struct acquire_event *event)
{
	const struct flow_point *site = &event->exec.irqs_site.where;

	return !event->n_released &&
	       (event->lock.flags & (HELD_IRQ_OFF | HELD_IRQ_SAVED)) == HELD_IRQ_OFF &&
	       site->block == event->where.block && site->step == event->where.step;
}

static void look_at_irq(const struct check_input *in, uint32_t function, uint32_t number)
{
	const struct acquire_event *event =
		&in->summaries->functions[function].flow->acquires[number];
	struct irq_use use;

	if (!is_plain_irq(event) || !event->lock.class_string ||
	    !find_way(in, function, event->exec.likely, event->conditions, event->n_conditions,
		      is_hard, &use))
		return;
	use.lock = &event->lock;
	use.where = event->where;
	report_entered(in, &use, &event->lock, "and its release switches interrupts on",
		       arena_printf(in->arena,
				    "%s is taken in %s so that its release switches interrupts on",
				    held_label(in, &event->lock),
				    situation_text((enum situation)use.entered)));
}

static void look_at_try(const struct check_input *in, uint32_t function, uint32_t number)
{
	const struct acquire_event *event =
		&in->summaries->functions[function].flow->acquires[number];
	struct irq_use use;

	if (event->lock.kind != LOCK_MUTEX || !(event->lock.flags & HELD_TRY) ||
	    !event->lock.class_string ||
	    point_is_of_a_mode(in, function, event->where, EFFECT_ACQUIRE, LOCK_WAIT_SPIN) ||
	    !find_way(in, function, event->exec.likely, event->conditions, event->n_conditions,
		      is_interrupt, &use))
		return;
	use.lock = &event->lock;
	use.where = event->where;
	report_entered(in, &use, &event->lock, "in an interrupt",
		       arena_printf(in->arena, "the mutex %s is tried in %s",
				    held_label(in, &event->lock),
				    situation_text((enum situation)use.entered)));
}

static void report_released(const struct check_input *in, uint32_t function,
			    const struct held_lock *lock, enum situation s)
{
	struct problem problem = { .lock = *lock,
				   .where = lock->where,
				   .callee = PROGRAM_NONE,
				   .confidence = CONFIDENCE_HIGH };
	struct account a = account_begin(in, function, &problem);
	struct finding *f;

	account_step(&a, lock->where, "release", arena_printf(in->arena, "releases %s", a.lock));
	f = account_finding(&a, RULE_LOCK_MISUSE,
			    arena_printf(in->arena, "the mutex %s is released in %s", a.lock,
					 situation_text(s)));
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void look_at_released(const struct check_input *in, uint32_t function,
			     const struct outcome *outcome)
{
	struct irq_use use;

	for (uint32_t i = 0; i < outcome->n_released; i++) {
		const struct held_lock *lock = &outcome->released[i];

		if (lock->kind != LOCK_MUTEX || lock->callee != PROGRAM_NONE ||
		    point_is_of_a_mode(in, function, lock->where, EFFECT_RELEASE, LOCK_WAIT_SPIN) ||
		    !find_way(in, function, outcome->exec.likely, outcome->conditions,
			      outcome->n_conditions, is_interrupt, &use))
			continue;
		report_released(in, function, lock, (enum situation)use.entered);
		return;
	}
}

static void look_at_function(const struct check_input *in, uint32_t function)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_acquires; i++) {
		look_at_irq(in, function, i);
		look_at_try(in, function, i);
	}
	for (uint32_t i = 0; i < flow->n_outcomes; i++)
		look_at_released(in, function, &flow->outcomes[i]);
}

static void run(const struct check_input *in)
{
	size_t n;
	const struct context_entry *entries = contexts_entries(in->summaries->contexts, &n);

	for (size_t i = 0; i < n; i++)
		if (entries[i].rule && entries[i].rule->ends &&
		    in->program->functions[entries[i].function].in_scope)
			look_at_end(in, &entries[i]);
	for (uint32_t f = 0; f < in->program->n_functions; f++)
		if (in->program->functions[f].in_scope)
			look_at_function(in, f);
}

const struct check check_lock_entry = { .name = "lock_entry", .run = run };
