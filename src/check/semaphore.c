/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * semaphore.c - which semaphores are used like mutexes, and which count something
 *
 * Nothing in its type tells whether a semaphore must be given back by who took it. How the code
 * uses it does: who gives it up for others, or takes more than one, counts.
 */
#include "check/check_p.h"

bool held_has_class(const struct held_lock *locks, uint32_t n, uint32_t class_string)
{
	for (uint32_t i = 0; i < n; i++)
		if (locks[i].class_string == class_string)
			return true;
	return false;
}

static bool releases(const struct flow_result *flow, uint32_t class_string)
{
	for (uint32_t i = 0; i < flow->n_outcomes; i++)
		if (held_has_class(flow->outcomes[i].released, flow->outcomes[i].n_released,
				   class_string))
			return true;
	return false;
}

/* A function that nobody calls by its name gives it up: an interrupt, the end of a request. */
static const char *released_elsewhere(const struct check_input *in, uint32_t class_string)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		if (flow && !in->program->callers.n[f] && releases(flow, class_string))
			return function_name(in->program, f);
	}
	return NULL;
}

static bool takes_several(const struct flow_result *flow, uint32_t class_string)
{
	for (uint32_t i = 0; i < flow->n_acquires; i++) {
		const struct acquire_event *acquire = &flow->acquires[i];

		if (acquire->lock.class_string == class_string &&
		    held_has_class(acquire->held->locks, acquire->held->n, class_string))
			return true;
	}
	return false;
}

/* A function that takes more than one: there are so many, and the last one is seldom gone. */
static const char *taken_more_than_once(const struct check_input *in, uint32_t class_string)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		if (flow && takes_several(flow, class_string))
			return function_name(in->program, f);
	}
	return NULL;
}

const char *semaphore_why_it_counts(const struct check_input *in, const struct lock_class *class)
{
	const char *by = released_elsewhere(in, class->class_string);

	if (by)
		return arena_printf(in->arena, "%s is a semaphore that %s() gives up for others",
				    class->class_name, by);
	by = taken_more_than_once(in, class->class_string);
	return by ? arena_printf(in->arena, "%s is a semaphore that %s() takes more than once",
				 class->class_name, by)
		  : NULL;
}

static bool takes(const struct flow_result *flow, uint32_t class_string)
{
	for (uint32_t i = 0; i < flow->n_acquires; i++)
		if (flow->acquires[i].lock.class_string == class_string)
			return true;
	return false;
}

enum use {
	USE_NONE,
	USE_OWNED,   /* taken, and given back on each way out */
	USE_COUNTED, /* given back for somebody else, taken for him, or more than once */
};

static enum use use_of(const struct flow_result *flow, uint32_t class_string)
{
	for (uint32_t i = 0; i < flow->n_outcomes; i++) {
		const struct outcome *o = &flow->outcomes[i];

		if (held_has_class(o->released, o->n_released, class_string) ||
		    held_has_class(o->acquired, o->n_acquired, class_string))
			return USE_COUNTED;
	}
	if (takes_several(flow, class_string))
		return USE_COUNTED;
	return !flow->gave_up && takes(flow, class_string) ? USE_OWNED : USE_NONE;
}

/*
 * A semaphore that is used like a mutex: other functions give back what they took, and none hands
 * anything on, or takes more than one. (Dawson Engler et al., "Bugs as Deviant Behavior", SOSP
 * 2001)
 */
bool semaphore_has_owners(const struct check_input *in, uint32_t function, uint32_t class_string)
{
	bool found = false;

	if (!class_string || takes_several(in->summaries->functions[function].flow, class_string))
		return false;
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;
		enum use use = flow && f != function ? use_of(flow, class_string) : USE_NONE;

		if (use == USE_COUNTED)
			return false;
		found |= use == USE_OWNED;
	}
	return found;
}
