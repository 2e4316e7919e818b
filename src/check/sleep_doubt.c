/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sleep_doubt.c - what speaks against a section being open where something sleeps
 *
 * A function that returns with a lock held on some of its ways only, with nothing in its result to
 * tell them apart, has a reason that its callers know and that is not in sight here: a mode of the
 * object, a loop that has nothing to do, a callback that released it. Nor is a section sure that
 * is opened before there is anything else to run (__init with interrupts off), or at the end of
 * everything (panic()).
 */
#include "check/sleep_p.h"

/* As far as kind and class tell, which callers may know only. */
static bool is_like(const struct held_lock *lock, const struct held_lock *held)
{
	return lock->kind == held->kind && (!lock->class_string || !held->class_string ||
					    lock->class_string == held->class_string);
}

static bool has_lock(const struct outcome *outcome, const struct held_lock *held)
{
	for (uint32_t i = 0; i < outcome->n_acquired; i++) {
		const struct held_lock *lock = &outcome->acquired[i];

		if (is_like(lock, held))
			return true;
	}
	return false;
}

/* Whether the argument's value is known at @event; with no event, whatever it is. */
static bool is_decided(const struct program *program, const struct call_event *event, uint32_t arg)
{
	struct term term;

	if (!event || arg >= event->n_args)
		return !event;
	term = term_at(program->terms, event->args[arg]);
	return term.kind == EXPR_INT || term.kind == EXPR_ADDR || term.kind == EXPR_FUNC;
}

/* Whether an argument tells which of the two ways is gone: the call decided that. */
static bool is_told_by_argument(const struct program *program, const struct call_event *event,
				const struct outcome *x, const struct outcome *y)
{
	for (uint32_t i = 0; i < x->n_conditions; i++) {
		struct term term = term_at(program->terms, x->conditions[i].term);

		if (term.kind != EXPR_PARAM || !is_decided(program, event, term.a))
			continue;
		for (uint32_t j = 0; j < y->n_conditions; j++)
			if (x->conditions[i].term == y->conditions[j].term &&
			    !(x->conditions[i].signs & y->conditions[j].signs))
				return true;
	}
	return false;
}

static bool look_alike(const struct program *program, const struct call_event *event,
		       const struct outcome *x, const struct outcome *y)
{
	return (x->result_signs & y->result_signs) && !is_told_by_argument(program, event, x, y);
}

typedef bool (*outcome_fn)(const struct outcome *outcome, const void *data);

/* Whether it, or a function that it calls directly, was too much for the analysis. */
static bool is_unknown(const struct check_input *in, uint32_t function)
{
	const struct function_summary *summary = &in->summaries->functions[function];

	for (uint32_t i = 0; i < summary->n_calls; i++)
		if (in->summaries->functions[summary->calls[i].callee].flow->gave_up)
			return true;
	return summary->flow->gave_up;
}

/*
 * Whether some way of @function, called at @event or anywhere, is as @is_so asks, and another that
 * looks alike is not.
 */
static bool is_ambiguous(const struct check_input *in, uint32_t function,
			 const struct call_event *event, outcome_fn is_so, const void *data)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_outcomes; i++)
		for (uint32_t j = 0; j < flow->n_outcomes; j++)
			if (is_so(&flow->outcomes[i], data) && !is_so(&flow->outcomes[j], data) &&
			    look_alike(in->program, event, &flow->outcomes[i], &flow->outcomes[j]))
				return true;
	return false;
}

static bool returns_held(const struct outcome *outcome, const void *data)
{
	return has_lock(outcome, data);
}

static bool returns_off(const struct outcome *outcome, const void *data)
{
	const struct exec_context *exec = data;

	if (exec->irqs == IRQS_OFF)
		return outcome->exec.irqs == IRQS_OFF;
	return exec->bh > 0 ? outcome->exec.bh > 0 : outcome->exec.preempt > 0;
}

/* It gives up a lock of that kind on its way, and which one nobody knows. */
static bool may_give_up(const struct sleep_site *site, const struct held_lock *held)
{
	for (uint32_t i = 0; i < site->way.n_dropped; i++) {
		const struct held_lock *dropped = &site->way.dropped[i];
		bool is_known = false;

		for (uint32_t h = 0; h < site->held->n && !is_known; h++)
			is_known = summary_is_dropped(&site->held->locks[h], dropped);
		if (!is_known && dropped->kind == held->kind)
			return true;
	}
	return false;
}

/*
 * On that way the function called gives a lock like @held up. Nobody gives a caller's RCU reader up
 * on some of its ways without a word: where that seems so, a callback has begun the section.
 */
static bool releases_it(const struct outcome *outcome, const void *data)
{
	const struct held_lock *held = data;

	for (uint32_t i = 0; i < outcome->n_released && held->kind != LOCK_RCU; i++)
		if (is_like(&outcome->released[i], held))
			return true;
	return false;
}

/* What guards do in the end: they ask whether there is a lock, which is known where they stand. */
static bool is_inline(const struct program *program, uint32_t function)
{
	uint32_t flags = program->functions[function].facts->flags;

	return (flags & FUNCTION_INLINE) && (flags & FUNCTION_HEADER);
}

static bool is_held_at(const struct held_set *set, const struct held_lock *held)
{
	for (uint32_t i = 0; i < set->n; i++)
		if (set->locks[i].lock == held->lock &&
		    set->locks[i].class_string == held->class_string)
			return true;
	return false;
}

/*
 * Where the section begins, which ends what was before; nowhere if it does not begin on every way
 * through the call there.
 */
static struct flow_point begin_of(const struct check_input *in, struct flow_point where,
				  uint32_t callee, bool is_try, outcome_fn is_so, const void *data)
{
	const struct flow_point nowhere = { UINT32_MAX, 0 };
	const struct flow_result *flow =
		callee == PROGRAM_NONE ? NULL : in->summaries->functions[callee].flow;

	for (uint32_t i = 0; flow && i < flow->n_outcomes; i++)
		if (!is_so(&flow->outcomes[i], data))
			return nowhere;
	return is_try ? nowhere : where;
}

/* Between @begin, where the section begins, and the site: not in the turn of a loop before. */
static bool comes_before(const struct sleep_site *site, const struct call_event *event,
			 struct flow_point begin)
{
	return point_reaches_past(site->in, site->function, event->where, site->way.where, begin);
}

/*
 * Calls on the way to the site, with the lock held, that may have ended the section before, for all
 * that is known.
 */
static bool any_call(const struct sleep_site *site, outcome_fn is_so, const struct held_lock *held)
{
	const struct check_input *in = site->in;
	const struct flow_result *flow = in->summaries->functions[site->function].flow;
	struct flow_point begin =
		begin_of(in, held->where, held->callee, held->flags & HELD_TRY, returns_held, held);

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];

		if (event->n_targets != 1 || event->targets[0] == site->function ||
		    is_inline(in->program, event->targets[0]) || !is_held_at(event->held, held))
			continue;
		if ((is_unknown(in, event->targets[0]) ||
		     is_ambiguous(in, event->targets[0], event, is_so, held)) &&
		    comes_before(site, event, begin))
			return true;
	}
	return false;
}

/*
 * A lock of that class that was not taken here was given up before: of two, one was taken and one
 * is given up, each under its condition, and it may have been this one.
 */
static bool may_be_given_up(const struct sleep_site *site, const struct held_lock *held)
{
	const struct call_event *call = site->way.call ? site->way.call->event : NULL;
	const struct held_lock *released = call ? call->released : site->way.event->released;
	uint32_t n = call ? call->n_released : site->way.event->n_released;

	for (uint32_t i = 0; i < n; i++)
		if (held->class_string && released[i].class_string == held->class_string)
			return true;
	return false;
}

/*
 * A function that seems to give a caller's RCU reader up on some of its ways has ended a section
 * that a callee of its own has begun, unless it does so itself.
 */
static bool is_said(const struct held_lock *released)
{
	return released->kind != LOCK_RCU || released->callee == PROGRAM_NONE;
}

static bool is_among(const struct held_lock *released, uint32_t n, const struct held_lock *held)
{
	for (uint32_t i = 0; i < n; i++)
		if (is_like(&released[i], held) && is_said(&released[i]))
			return true;
	return false;
}

/* Whether @function gives its callers' lock up in order to sleep, and takes it again. */
static bool gives_up_in_between(const struct check_input *in, uint32_t function,
				const struct held_lock *held)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_sleeps; i++)
		if (is_among(flow->sleeps[i].released, flow->sleeps[i].n_released, held))
			return true;
	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (is_among(flow->calls[i].released, flow->calls[i].n_released, held))
			return true;
	return false;
}

/* A function on the way that gives it up elsewhere knows of the lock, and when to keep it. */
static bool is_known_below(const struct sleep_site *site, const struct held_lock *held)
{
	for (const struct sleep_way *way = &site->way; way->call; way = way->inner)
		if (gives_up_in_between(site->in, way->call->callee, held))
			return true;
	return false;
}

static uint32_t flags_of(const struct sleep_site *site)
{
	return site->in->program->functions[site->function].facts->flags;
}

static bool lock_is_doubtful(const struct sleep_site *site, const struct held_lock *held)
{
	if (held->callee != PROGRAM_NONE &&
	    is_ambiguous(site->in, held->callee, NULL, returns_held, held))
		return true;
	return held->stale || (flags_of(site) & FUNCTION_NORETURN) || may_give_up(site, held) ||
	       may_be_given_up(site, held) || any_call(site, releases_it, held) ||
	       is_known_below(site, held);
}

/* Interrupts are switched on, or what an argument says of them is restored. */
static bool switches_on(const struct outcome *outcome)
{
	return outcome->exec.irqs == IRQS_ON || outcome->exec.bh < 0 || outcome->exec.preempt < 0;
}

/* What is off at the site since @begin is off at the call, on the way to the site. */
static bool is_off_before(const struct sleep_site *site, const struct call_event *event,
			  struct flow_point begin)
{
	bool is_off = event->exec.preempt > 0;

	if (site->exec->irqs == IRQS_OFF)
		is_off = event->exec.irqs == IRQS_OFF;
	else if (site->exec->bh > 0)
		is_off = event->exec.bh > 0;
	return is_off && comes_before(site, event, begin);
}

/* Other guards give back what was before, but for one that switches interrupts on. */
static bool is_other_guard(const struct sleep_site *site, uint32_t function,
			   const struct outcome *outcome)
{
	return is_inline(site->in->program, function) && outcome->exec.irqs != IRQS_ON;
}

/* Whether a function called there switches it on, on some of its ways. */
static bool may_be_switched_on(const struct sleep_site *site, struct flow_point begin)
{
	const struct check_input *in = site->in;
	const struct flow_result *flow = in->summaries->functions[site->function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];
		const struct flow_result *callee =
			event->n_targets == 1 ? in->summaries->functions[event->targets[0]].flow
					      : NULL;
		uint32_t on = 0;

		if (!callee)
			continue;
		for (uint32_t o = 0; o < callee->n_outcomes; o++)
			on += switches_on(&callee->outcomes[o]) &&
			      !is_other_guard(site, event->targets[0], &callee->outcomes[o]);
		if (((on && on < callee->n_outcomes) || is_unknown(in, event->targets[0])) &&
		    is_off_before(site, event, begin))
			return true;
	}
	return false;
}

/* Flags that callers gave it; or, from the turn of a loop before, nobody knows which. */
static bool restores_unknown(const struct program *program, const struct exec_context *exec)
{
	return exec->guessed || (exec->flags && term_has(program->terms, exec->flags, EXPR_PARAM));
}

/* A function on the way, or called before, that restores flags which callers gave it. */
static bool may_be_restored(const struct sleep_site *site, struct flow_point begin)
{
	const struct check_input *in = site->in;
	const struct flow_result *flow = in->summaries->functions[site->function].flow;

	for (const struct sleep_way *way = site->way.inner; way; way = way->inner)
		if (restores_unknown(in->program,
				     way->call ? &way->call->event->exec : &way->event->exec))
			return true;
	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];
		const struct flow_result *callee =
			event->n_targets == 1 ? in->summaries->functions[event->targets[0]].flow
					      : NULL;

		for (uint32_t o = 0; callee && o < callee->n_outcomes; o++)
			if (!is_inline(in->program, event->targets[0]) &&
			    restores_unknown(in->program, &callee->outcomes[o].exec) &&
			    is_off_before(site, event, begin))
				return true;
	}
	return false;
}

/* Left over from the turn of a loop before: the way out of it was hardly understood. */
static bool comes_later(struct flow_point off, struct flow_point site)
{
	return off.block > site.block || (off.block == site.block && off.step > site.step);
}

bool sleep_off_is_doubtful(const struct sleep_site *site, const struct exec_site *off)
{
	struct flow_point begin;

	if (comes_later(off->where, site->way.where))
		return true;
	if (flags_of(site) & (FUNCTION_INIT | FUNCTION_NORETURN))
		return true;
	if (off->callee != PROGRAM_NONE &&
	    (is_unknown(site->in, off->callee) ||
	     is_ambiguous(site->in, off->callee, NULL, returns_off, site->exec)))
		return true;
	begin = begin_of(site->in, off->where, off->callee, false, returns_off, site->exec);
	return may_be_switched_on(site, begin) ||
	       (site->exec->irqs == IRQS_OFF && may_be_restored(site, begin));
}

/* Each call has conditions that are not in sight; one through a pointer has most. */
#define MOST_CALLS 3
#define INDIRECT_CALL 3

/* The lock itself is what a function returned or stored: a page table's. Which one, nobody sees. */
static bool is_found_lock(const struct sleep_site *site, const struct held_lock *held)
{
	struct term term = term_at(site->in->program->terms, held->lock);

	if (term.kind != EXPR_DEREF)
		return false;
	term = term_at(site->in->program->terms, term.base);
	return term.kind == EXPR_RESULT || term.kind == EXPR_LOCAL || term.kind == EXPR_UNKNOWN;
}

int sleep_lock_confidence(const struct sleep_site *site, const struct held_lock *held)
{
	if (lock_is_doubtful(site, held))
		return CONFIDENCE_LOW;
	if (is_found_lock(site, held) ||
	    summary_may_be_given_up(site->in->summaries, site->function, held, site->way.where))
		return CONFIDENCE_MEDIUM;
	return CONFIDENCE_HIGH;
}

static bool takes_a_lock(const struct primitive *primitive)
{
	for (size_t i = 0; i < primitive->n_effects; i++)
		if (primitive->effects[i].op == EFFECT_ACQUIRE)
			return true;
	return false;
}

/* Whether an object tells on the way that a lock is taken that sleeps, and not one that spins. */
static bool is_of_a_mode(const struct sleep_site *site)
{
	if (!takes_a_lock(site->way.event->primitive))
		return false;
	for (const struct sleep_way *way = &site->way; way; way = way->inner)
		if (point_is_of_a_mode(site->in, way->function, way->where, EFFECT_ACQUIRE,
				       LOCK_WAIT_SPIN))
			return true;
	return false;
}

static bool is_one_of_several(const struct summary_call *call)
{
	return call->why && call->event->n_targets > 1;
}

/* The calls down to where it sleeps, as many as count; inline functions of headers do not. */
static int calls_that_count(const struct sleep_site *site)
{
	const struct program *program = site->in->program;
	int calls = 0;

	for (const struct sleep_way *way = &site->way; way->call; way = way->inner) {
		if (way->call->why)
			calls += INDIRECT_CALL;
		else if (!(program->functions[way->call->callee].facts->flags & FUNCTION_HEADER))
			calls++;
	}
	return calls;
}

int sleep_confidence(const struct sleep_site *site)
{
	bool is_doubtful = is_of_a_mode(site) || calls_that_count(site) > MOST_CALLS;

	for (const struct sleep_way *way = &site->way; way->call && !is_doubtful; way = way->inner)
		is_doubtful = is_one_of_several(way->call);
	return is_doubtful ? MIN((int)site->way.confidence, CONFIDENCE_MEDIUM)
			   : (int)site->way.confidence;
}

/*
 * A long way on which a pointer leads to one of several functions, or two pointers lead on: which
 * of them meet in one object, and under which conditions, is not in sight.
 */
static bool is_remote(const struct sleep_site *site)
{
	int indirect = 0;

	for (const struct sleep_way *way = &site->way; way->call; way = way->inner)
		indirect += is_one_of_several(way->call) ? 2 : way->call->why != NULL;
	return indirect > 1 && calls_that_count(site) > MOST_CALLS;
}

void sleep_weigh_entry(const struct sleep_site *site, struct finding *f)
{
	if (is_of_a_mode(site))
		finding_note(site->in, f,
			     "an object tells whether a lock is taken that sleeps or one that "
			     "spins, and who is entered so has made it one that spins");
}

void sleep_weigh(const struct sleep_site *site, struct finding *f)
{
	if (is_remote(site))
		finding_note(site->in, f,
			     "a long way through pointers: which of the functions meet in one "
			     "object is not in sight");
}
