/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * srcu_barrier.c - a barrier that belongs to an unlock which is not there
 *
 *   srcu_read_unlock(&d->srcu, index);
 *   smp_mb__after_srcu_read_unlock();
 *
 * Read-side primitives order nothing. This one makes a full barrier of the srcu_read_unlock()
 * before it and is no more than that: where no such thing comes before, it promises what it may not
 * keep on the next kernel.
 */
#include "check/chain_p.h"
#include "check/rcu_p.h"

/* A function that ends the section does so a few calls down. */
#define DEEPEST 3

static bool ends_reader(const struct check_input *in, uint32_t function, int depth);

static bool call_ends_reader(const struct check_input *in, const struct call_event *event,
			     int depth)
{
	if (call_role(in, event, ROLE_READ_END))
		return true;
	return event->n_targets == 1 && depth < DEEPEST &&
	       ends_reader(in, event->targets[0], depth + 1);
}

static bool ends_reader(const struct check_input *in, uint32_t function, int depth)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; flow && i < flow->n_calls; i++)
		if (call_ends_reader(in, &flow->calls[i], depth))
			return true;
	return false;
}

static bool has_unlock(const struct check_input *in, const struct flow_result *flow,
		       struct flow_point where)
{
	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (flow_point_is_before(flow->calls[i].where, where) &&
		    call_ends_reader(in, &flow->calls[i], 0))
			return true;
	return false;
}

static void report(const struct check_input *in, uint32_t function, struct flow_point where)
{
	struct finding *f = finding_new(in, RULE_LOCK_MISUSE, CONFIDENCE_MEDIUM);
	struct chain chain = chain_new(in);

	chain_add_point(&chain, function, where, "call", "makes a barrier of an unlock before it");
	f->severity = SEVERITY_NOTE;
	f->message = arena_printf(in->arena,
				  "%s() has a barrier for after srcu_read_unlock(), and no "
				  "srcu_read_unlock() before it",
				  function_name(in->program, function));
	f->checklist = "15";
	f->help = "use smp_mb() where a barrier is wanted for its own sake";
	chain_give(&chain, f);
	chain_locate(&chain, f, function, where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void run(const struct check_input *in)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0;
		     flow && in->program->functions[f].in_scope && i < flow->n_calls; i++)
			if (call_role(in, &flow->calls[i], ROLE_READ_END_BARRIER) &&
			    !has_unlock(in, flow, flow->calls[i].where))
				report(in, f, flow->calls[i].where);
	}
}

const struct check check_srcu_barrier = { .name = "srcu_barrier", .run = run };
