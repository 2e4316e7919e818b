/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * invoked.c - which of its parameters a function calls, and with what
 *
 *   run_now(fn, data)            fn is called with data: who calls run_now(free_it, d)
 *     fn(data, next_cookie++);   calls free_it(d, something)
 *
 * Of several such calls only what they have in common is kept.
 */
#include "summary/summary_p.h"

#include <string.h>

/* Parameters after that are seldom functions, and are not looked at. */
#define MOST_PARAMS 32

const struct invocation *summary_invocation(const struct summaries *s, uint32_t function,
					    uint32_t param)
{
	const struct invocation *found = s->tables->invocations[function];

	while (found && found->param != param)
		found = found->next;
	return found;
}

static void keep_common(struct invocation *known, const struct invocation *other)
{
	term_id *args = (term_id *)known->args;

	known->n_args = MIN(known->n_args, other->n_args);
	for (uint32_t i = 0; i < known->n_args; i++)
		if (args[i] != other->args[i])
			args[i] = 0;
	known->n_conditions = 0;
	known->n_released = 0;
	known->site = NULL;
}

static void add(struct summaries *s, uint32_t f, const struct invocation *found)
{
	struct invocation *known = (struct invocation *)summary_invocation(s, f, found->param);

	if (known) {
		known->is_free |= found->is_free;
		if (known->site != found->site)
			keep_common(known, found);
		return;
	}
	known = arena_memdup(s->arena, found, sizeof(*found));
	known->args = arena_memdup(s->arena, found->args, found->n_args * sizeof(term_id));
	known->next = s->tables->invocations[f];
	s->tables->invocations[f] = known;
}

/* @event's function calls its own parameter. */
static void add_own(struct summaries *s, uint32_t f, const struct call_event *event, uint32_t param)
{
	struct invocation found = { .site = event,
				    .param = param,
				    .is_free = !event->is_last,
				    .n_args = event->n_args,
				    .args = event->args,
				    .n_conditions = event->n_conditions,
				    .conditions = event->conditions,
				    .n_released = event->n_released,
				    .released = event->released };

	if (param < MOST_PARAMS)
		add(s, f, &found);
}

static void lift_args(const struct summaries *s, const struct call_event *event,
		      const struct invocation *inner, struct invocation *lifted)
{
	term_id *args = arena_new_array(s->arena, term_id, inner->n_args + 1);

	for (uint32_t i = 0; i < inner->n_args; i++)
		args[i] = summary_value(s->program, event, inner->args[i]);
	lifted->args = args;
}

/* What is known at the call itself, and then what is known inside. */
static bool lift_conditions(const struct summaries *s, const struct call_event *event,
			    const struct invocation *inner, struct invocation *lifted)
{
	const struct predicate *conditions;
	struct predicate *all;
	uint32_t n;

	if (!summary_lift_conditions(s, event, inner->conditions, inner->n_conditions, s->arena,
				     &conditions, &n))
		return false;
	lifted->n_conditions = event->n_conditions + n;
	all = arena_new_array(s->arena, struct predicate, lifted->n_conditions + 1);
	if (event->n_conditions)
		memcpy(all, event->conditions, event->n_conditions * sizeof(*all));
	if (n)
		memcpy(all + event->n_conditions, conditions, n * sizeof(*all));
	lifted->conditions = all;
	return true;
}

static void lift_released(const struct summaries *s, const struct call_event *event,
			  const struct invocation *inner, struct invocation *lifted)
{
	uint32_t n = event->n_released;
	struct held_lock *all =
		arena_new_array(s->arena, struct held_lock, n + inner->n_released + 1);

	if (n)
		memcpy(all, event->released, n * sizeof(*all));
	for (uint32_t i = 0; i < inner->n_released; i++)
		all[n++] = summary_lift_lock(s, event, inner->released[i]);
	lifted->n_released = n;
	lifted->released = all;
}

bool summary_lift_invocation(const struct summaries *s, const struct call_event *event,
			     const struct invocation *inner, struct invocation *lifted)
{
	*lifted = *inner;
	lifted->site = event;
	lifted->is_free = inner->is_free && !event->is_last;
	if (!lift_conditions(s, event, inner, lifted))
		return false;
	lift_args(s, event, inner, lifted);
	lift_released(s, event, inner, lifted);
	return true;
}

/* @event's function is called with parameters of the caller's, which it calls. */
static void add_handed_on(struct summaries *s, uint32_t f, const struct call_event *event)
{
	for (uint32_t i = 0; i < event->n_args && i < MOST_PARAMS; i++) {
		struct term arg = term_at(s->program->terms, event->args[i]);
		const struct invocation *inner;
		struct invocation lifted;

		if (arg.kind != EXPR_PARAM || arg.a >= MOST_PARAMS)
			continue;
		inner = summary_invocation(s, event->targets[0], i);
		if (!inner || !summary_lift_invocation(s, event, inner, &lifted))
			continue;
		lifted.param = arg.a;
		add(s, f, &lifted);
	}
}

static void add_event(struct summaries *s, uint32_t f, const struct call_event *event)
{
	struct term callee = term_at(s->program->terms, event->callee);

	if (callee.kind == EXPR_PARAM)
		add_own(s, f, event, callee.a);
	else if (event->n_targets == 1)
		add_handed_on(s, f, event);
}

/* Bottom up; recursion through a callback parameter that only a second round would see is rare. */
void summaries_find_invoked(struct summaries *s)
{
	const struct program *program = s->program;

	s->tables->invocations =
		arena_new_array(s->arena, struct invocation *, program->n_functions + 1);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < program->n_functions; i++) {
			uint32_t f = program->component_members[i];
			const struct flow_result *flow = s->functions[f].flow;

			for (uint32_t c = 0; c < flow->n_calls; c++)
				add_event(s, f, &flow->calls[c]);
		}
	}
}
