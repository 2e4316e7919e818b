/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_context.c - lockgraph query context: what is switched off at the calls of a function */
#include "cmd/query_p.h"

#include <stdio.h>

static void print_site(const struct analysis *a, uint32_t function, const struct exec_site *site)
{
	struct fact_loc loc = flow_location(a->program, function, site->where);

	printf(" (line %u", loc.line);
	if (site->callee != PROGRAM_NONE)
		printf(", in %s()", function_name(a->program, site->callee));
	printf(")");
}

static void print_depth(const struct analysis *a, uint32_t function, const char *what, int depth,
			const struct exec_site *site)
{
	if (!depth)
		return;
	printf(" %s %+d", what, -depth);
	if (depth > 0)
		print_site(a, function, site);
}

static bool is_reached_always(const struct exec_context *exec)
{
	return exec->likely == EXEC_ALL;
}

static void print_reached(const struct exec_context *exec)
{
	const char *between = " only in ";

	if (is_reached_always(exec))
		return;
	for (int s = 0; s < SITUATIONS; s++) {
		if (!(exec->likely & (1u << s)))
			continue;
		printf("%s%s", between, situation_text((enum situation)s));
		between = ", ";
	}
}

static void print_context(const struct analysis *a, uint32_t function,
			  const struct exec_context *exec)
{
	static const char *const irqs[] = { "", " interrupts off", " interrupts on" };

	printf(":%s", irqs[exec->irqs]);
	if (exec->irqs != IRQS_AS_AT_ENTRY)
		print_site(a, function, &exec->irqs_site);
	print_depth(a, function, "softirqs", exec->bh, &exec->bh_site);
	print_depth(a, function, "preemption", exec->preempt, &exec->preempt_site);
	if (exec->pagefault)
		printf(" page faults %+d", -exec->pagefault);
	print_reached(exec);
	printf("\n");
}

static void print_calls(const struct analysis *a, uint32_t function)
{
	const struct flow_result *flow = a->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *call = &flow->calls[i];

		print_point(a->program, function, call->where);
		printf(" calls %s%s",
		       call->n_targets ? function_name(a->program, call->targets[0])
				       : "what is not known",
		       call->n_targets > 1 ? ", ..." : "");
		print_context(a, function, &call->exec);
	}
}

static void print_acquires(const struct analysis *a, uint32_t function)
{
	const struct flow_result *flow = a->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_acquires; i++) {
		const struct acquire_event *acquire = &flow->acquires[i];

		print_point(a->program, function, acquire->where);
		printf(" takes %s", program_string(a->program, acquire->lock.class_string));
		print_context(a, function, &acquire->exec);
	}
}

static void print_returns(const struct analysis *a, uint32_t function)
{
	const struct flow_result *flow = a->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_outcomes; i++) {
		print_point(a->program, function, flow->outcomes[i].where);
		printf(" returns");
		print_context(a, function, &flow->outcomes[i].exec);
	}
}

enum exit_status query_context(const struct analysis *a, char **words)
{
	uint32_t function = find_function(a, words[0]);

	if (function == PROGRAM_NONE)
		return EXIT_BAD_INPUT;
	print_calls(a, function);
	print_acquires(a, function);
	print_returns(a, function);
	return EXIT_CLEAN;
}
