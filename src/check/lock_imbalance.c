/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_imbalance.c - held on some returns only, released unheld
 *
 *   mutex_lock(&d->lock);
 *   if (bad)
 *           return -EINVAL;       <- returns with it held
 *   mutex_unlock(&d->lock);
 *   return 0;                     <- this one does not
 *
 * flow/ finds them path by path and has dropped what is told by the result, or by what arguments
 * point to, so that trylocks, lock functions and _interruptible variants are not findings. Where
 * an argument's value tells, it is one unless a caller shows that it knows. Only functions that
 * the user asked about are looked at.
 */
#include "check/check_p.h"
#include "flow/flow.h"

/* More returns than these are not named one by one. */
#define MOST_RETURNS (ACCOUNT_STEPS - 3)

static bool is_same_imbalance(const struct problem *x, const struct problem *y)
{
	return x->kind == PROBLEM_HELD_AT_EXIT && y->kind == PROBLEM_HELD_AT_EXIT &&
	       x->lock.lock == y->lock.lock && x->lock.class_string == y->lock.class_string;
}

/* The other returns with the same lock held have the same reason mostly, and are told with this. */
static void tell_other_returns(struct account *a)
{
	const struct flow_result *flow = a->in->summaries->functions[a->function].flow;
	uint32_t told = 0;

	for (uint32_t i = 0; i < flow->n_problems && told < MOST_RETURNS; i++) {
		const struct problem *other = &flow->problems[i];

		if (other == a->problem || !is_same_imbalance(other, a->problem))
			continue;
		account_step(a, other->where, "return", "so does this return");
		told++;
	}
}

/* Fills the steps; the message. */
static const char *tell(struct account *a)
{
	const struct problem *p = a->problem;
	const char *function = function_name(a->in->program, a->function);

	switch (p->kind) {
	case PROBLEM_HELD_AT_EXIT:
		account_acquire(a, p->lock.where, p->callee);
		account_step(a, p->where, "return",
			     arena_printf(a->in->arena, "returns with %s held", a->lock));
		tell_other_returns(a);
		account_step(a, p->other, "return", "this return does not hold it");
		return arena_printf(a->in->arena,
				    "%s() returns with %s held here, and elsewhere without",
				    function, a->lock);
	case PROBLEM_RELEASE_UNHELD:
		account_release(a, p->where, PROGRAM_NONE);
		return arena_printf(a->in->arena,
				    "%s is released on a path on which it is not held", a->lock);
	case PROBLEM_DOUBLE_RELEASE:
		if (!flow_point_is(p->where, p->other))
			account_release(a, p->other, p->callee);
		account_release(a, p->where, PROGRAM_NONE);
		return arena_printf(a->in->arena, "%s is released a second time", a->lock);
	case PROBLEM_WRONG_MODE:
		account_acquire(a, p->other, PROGRAM_NONE);
		account_release(a, p->where, PROGRAM_NONE);
		return arena_printf(a->in->arena, "%s is released %s", a->lock,
				    p->lock.mode == MODE_WRITE
					    ? "for writing but held for reading"
					    : "for reading but held for writing");
	case PROBLEM_DOUBLE_ACQUIRE:	/* the graph's recursions have it: deadlock_self.c */
	case PROBLEM_INIT_HELD:		/* these are lock_misuse.c's */
	case PROBLEM_SLEEPS_IN_HARDIRQ: /* lock_context.c's */
	case PROBLEM_FREE_HELD:
	case PROBLEM_NEST_UNHELD:
	case PROBLEM_FLAGS_LOST:
	case PROBLEM_IRQS_ON_INSIDE:
	case PROBLEM_CONTEXT_DONE_TWICE:
	case PROBLEM_CONTEXT_AFTER_DONE:
	case PROBLEM_CONTEXT_FINI_EARLY:
	case PROBLEM_CONTEXT_SLOW:
	case PROBLEM_CONTEXT_NOT_BACKED_OFF:
	case PROBLEM_CONTEXT_OTHER_LOCK:
		break;
	}
	return NULL;
}

/* --- problems that a caller may answer for --------------------------------------------------- */

/* Callers of callers that hand a lock on; deeper chains were not seen. */
#define MOST_HANDED_ON 4

static bool is_answered(const struct check_input *in, uint32_t function, int depth);

/* Does @caller release what @function left held, or hold what that releases? */
static bool answers(const struct check_input *in, uint32_t caller, uint32_t function, int depth)
{
	const struct flow_result *flow = in->summaries->functions[caller].flow;

	for (uint32_t i = 0; flow && i < flow->n_answers; i++) {
		const struct answer *answer = &flow->answers[i];

		if (answer->callee == function &&
		    (!answer->is_passed_on || is_answered(in, caller, depth + 1)))
			return true;
	}
	return false;
}

static bool calls(const struct flow_result *flow, uint32_t function)
{
	for (uint32_t i = 0; i < flow->n_calls; i++)
		for (uint32_t t = 0; t < flow->calls[i].n_targets; t++)
			if (flow->calls[i].targets[t] == function)
				return true;
	return false;
}

/*
 * A caller gives up a lock that it has not taken: the one that @function sometimes leaves held. One
 * that callers have no name for may be meant by anybody.
 */
static bool is_given_up_elsewhere(const struct check_input *in, uint32_t function,
				  const struct problem *p)
{
	for (uint32_t f = 0; p->lock.class_string && f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0; flow && f != function && i < flow->n_outcomes; i++)
			if (held_has_class(flow->outcomes[i].released, flow->outcomes[i].n_released,
					   p->lock.class_string) &&
			    (p->is_nameless || calls(flow, function)))
				return true;
	}
	return false;
}

static bool is_answered(const struct check_input *in, uint32_t function, int depth)
{
	for (uint32_t f = 0; depth < MOST_HANDED_ON && f < in->program->n_functions; f++)
		if (f != function && answers(in, f, function, depth))
			return true;
	return false;
}

/* --- reports ---------------------------------------------------------------------------------- */

static const char *const doubts[] = {
	[PROBLEM_UNDOUBTED] = NULL,
	[PROBLEM_AT_WILL] = "a function called on the way gives such a lock up or does not, and "
			    "nothing tells which",
	[PROBLEM_ASKED_AGAIN] = "the same question is asked where it is taken and where it is "
				"released, and may have the same answer",
	[PROBLEM_CONTINUED] = "another way through the function releases what it has not taken: "
			      "the lock may be kept from one call to the next",
	[PROBLEM_BY_STATE] = "it is kept in one of several states that the function asks for",
	[PROBLEM_PUBLISHED] = "the object that is locked was stored where others find it",
	[PROBLEM_STORED] = "what the function stores tells the two ways apart",
	[PROBLEM_FLAGS_STORED] = "what interrupts were is stored for who releases it",
	[PROBLEM_BEHIND_POINTER] = "a function behind a pointer has taken it, and another one may "
				   "release it",
};

static const char *doubt_of(const struct check_input *in, uint32_t function,
			    const struct problem *p)
{
	if (p->doubt != PROBLEM_UNDOUBTED || !p->is_for_callers)
		return doubts[p->doubt];
	return is_answered(in, function, 0) ? "a caller releases what the function leaves held"
					    : NULL;
}

static void report_problem(const struct check_input *in, uint32_t function,
			   const struct problem *problem)
{
	struct account a = account_begin(in, function, problem);
	const char *message = tell(&a), *why;
	struct finding *f;

	if (!message)
		return;
	f = account_finding(&a, RULE_LOCK_IMBALANCE, message);
	if (problem->kind != PROBLEM_HELD_AT_EXIT)
		f->lockdep_title = "bad unlock balance detected!";
	why = f->severity == SEVERITY_ERROR ? NULL : doubt_of(in, function, problem);
	if (why)
		finding_note(in, f, why);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

/* Whether nobody answers for what is wrong. */
static bool is_problem(const struct check_input *in, uint32_t function, const struct problem *p)
{
	if (p->is_owned && !semaphore_has_owners(in, function, p->lock.class_string))
		return false;
	return !p->is_told ||
	       !(is_answered(in, function, 0) || is_given_up_elsewhere(in, function, p));
}

/* Whether problem @number stands for others like it: the surest one, then the first. */
static bool is_first_of_its_kind(const struct check_input *in, uint32_t function,
				 const struct flow_result *flow, uint32_t number)
{
	const struct problem *p = &flow->problems[number];

	for (uint32_t i = 0; i < flow->n_problems; i++) {
		const struct problem *other = &flow->problems[i];

		if (i != number && is_same_imbalance(other, p) &&
		    (other->confidence > p->confidence ||
		     (other->confidence == p->confidence && i < number)) &&
		    is_problem(in, function, other))
			return false;
	}
	return true;
}

static void run(const struct check_input *in)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		if (!in->program->functions[f].in_scope || !flow)
			continue;
		for (uint32_t i = 0; i < flow->n_problems; i++)
			if (is_problem(in, f, &flow->problems[i]) &&
			    is_first_of_its_kind(in, f, flow, i))
				report_problem(in, f, &flow->problems[i]);
	}
}

const struct check check_lock_imbalance = { .name = "lock_imbalance", .run = run };
