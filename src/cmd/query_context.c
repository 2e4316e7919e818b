/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_context.c - lockgraph query context: how a function is entered, what is off at its calls */
#include "cmd/query_p.h"
#include "summary/context.h"

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

static void print_entry(const struct analysis *a, const struct context_entry *entry)
{
	const struct facts *facts = a->program->units[entry->unit].facts;

	printf("    %s:%u: ", facts_file(facts, entry->loc.file), entry->loc.line);
	if (!entry->rule)
		printf("nobody calls or registers %s()\n",
		       function_name(a->program, entry->function));
	else
		printf("%s() is registered: %s, %s\n", function_name(a->program, entry->function),
		       entry->rule->name, entry->rule->doc);
}

static void print_hop(const struct analysis *a, const struct context_hop *hop)
{
	if (hop->entry)
		print_entry(a, hop->entry);
	if (!hop->call)
		return;
	printf("    ");
	print_point(a->program, hop->function, hop->call->event->where);
	printf(" calls %s() in %s\n", function_name(a->program, hop->call->callee),
	       situation_text(hop->situation));
}

static void print_entered(const struct analysis *a, uint32_t function)
{
	const struct contexts *contexts = a->summaries->contexts;
	exec_set set = contexts_of(contexts, function, CONFIDENCE_LOW);

	for (int s = 0; s < SITUATIONS; s++) {
		uint32_t way = contexts_way(contexts, function, (enum situation)s, NULL, 0);
		g_autoptr(GArray) chain = contexts_way_chain(contexts, way);

		if (!(set & (1u << s)))
			continue;
		printf("%s() runs in %s (%s confidence)\n", function_name(a->program, function),
		       situation_text((enum situation)s),
		       confidence_name((int)contexts_way_confidence(contexts, way)));
		for (guint i = 0; i < chain->len; i++)
			print_hop(a, &g_array_index(chain, struct context_hop, i));
	}
}

enum exit_status query_context(const struct analysis *a, char **words)
{
	uint32_t function = find_function(a, words[0]);

	if (function == PROGRAM_NONE)
		return EXIT_BAD_INPUT;
	print_entered(a, function);
	print_calls(a, function);
	print_acquires(a, function);
	print_returns(a, function);
	return EXIT_CLEAN;
}
