/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * order.c - lockgraph order: a draft for a subsystem's locking document
 *
 * The locks that code in scope takes, outermost first. Each is followed by those that are taken
 * directly inside it: a dependency that follows from two others is left out. Locks that are taken
 * in both orders, over any number of steps, have no order and are named at the end.
 */
#include "base/scc.h"
#include "cmd/analysis_p.h"

#include <stdio.h>
#include <string.h>

struct order {
	const struct analysis *a;
	const struct graph *graph;
	bool *shown;	 /* per class */
	GArray *edges;	 /* uint32_t dependency indices between shown classes, sorted by from */
	uint32_t *first; /* per class: offsets into edges */
	struct scc scc;
	size_t words;	 /* of a row of reach */
	uint64_t *reach; /* per class: what comes after it */
};

static const struct dependency *edge_at(const struct order *o, uint32_t edge)
{
	return &o->graph->dependencies[g_array_index(o->edges, uint32_t, edge)];
}

static bool reaches(const struct order *o, uint32_t from, uint32_t to)
{
	return o->reach[from * o->words + to / 64] >> (to % 64) & 1;
}

static void collect_edges(struct order *o)
{
	const struct graph *graph = o->graph;

	o->edges = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	o->first = g_new0(uint32_t, graph->n_classes + 2);
	for (uint32_t i = 0; i < graph->n_dependencies; i++) {
		const struct dependency *d = &graph->dependencies[i];
		bool counts = d->confidence >= CONFIDENCE_MEDIUM && d->from != d->to;

		if (!counts || !o->shown[d->from] || !o->shown[d->to])
			continue;
		g_array_append_val(o->edges, i);
		o->first[d->from + 1]++;
	}
	for (size_t i = 0; i < graph->n_classes; i++)
		o->first[i + 1] += o->first[i];
}

static void find_components(struct order *o)
{
	g_autofree uint32_t *to = g_new(uint32_t, o->edges->len + 1);

	for (guint i = 0; i < o->edges->len; i++)
		to[i] = edge_at(o, i)->to;
	o->scc = scc_find((uint32_t)o->graph->n_classes, o->first, to);
}

static void add_reach(struct order *o, uint32_t class)
{
	uint64_t *row = &o->reach[class * o->words];

	for (uint32_t e = o->first[class]; e < o->first[class + 1]; e++) {
		uint32_t to = edge_at(o, e)->to;

		row[to / 64] |= (uint64_t)1 << (to % 64);
		for (size_t w = 0; w < o->words; w++)
			row[w] |= o->reach[to * o->words + w];
	}
}

/* Components are numbered callees first, so that what comes after a class is known before it. */
static void find_reach(struct order *o)
{
	size_t n = o->graph->n_classes;

	o->words = n / 64 + 1;
	o->reach = g_new0(uint64_t, n * o->words + 1);
	for (uint32_t i = 0; i < n; i++)
		add_reach(o, o->scc.members[i]);
}

static bool is_ordered(const struct order *o, uint32_t class)
{
	uint32_t component = o->scc.component[class];

	return o->scc.first[component + 1] - o->scc.first[component] == 1;
}

/* Whether the edge follows from two others. */
static bool is_implied(const struct order *o, uint32_t edge)
{
	const struct dependency *d = edge_at(o, edge);

	for (uint32_t e = o->first[d->from]; e < o->first[d->from + 1]; e++) {
		uint32_t middle = edge_at(o, e)->to;

		if (middle != d->to && o->scc.component[middle] != o->scc.component[d->to] &&
		    o->scc.component[middle] != o->scc.component[d->from] &&
		    reaches(o, middle, d->to))
			return true;
	}
	return false;
}

static void print_lock(const struct order *o, uint32_t class)
{
	const struct lock_class *c = &o->graph->classes[class];

	printf("%s", c->class_name);
	if (strcmp(c->class_name, c->name))
		printf(" (%s)", c->name);
}

static void print_edge(const struct order *o, uint32_t edge)
{
	const struct dependency *d = edge_at(o, edge);
	struct witness witness =
		graph_witness(o->graph, d->witness, WITNESS_WHOLE, o->a->report->arena);

	printf("    - ");
	print_lock(o, d->to);
	if (witness.n)
		printf(": %s(), %s:%u", witness.steps[0].function, witness.steps[0].file,
		       witness.steps[0].line);
	printf("\n");
}

static void print_class(const struct order *o, uint32_t class)
{
	uint32_t last = PROGRAM_NONE;

	printf("- ");
	print_lock(o, class);
	printf(", %s\n", lock_kind_name(o->graph->classes[class].kind));
	for (uint32_t e = o->first[class]; e < o->first[class + 1]; e++) {
		if (edge_at(o, e)->to != last && !is_implied(o, e))
			print_edge(o, e);
		last = edge_at(o, e)->to;
	}
}

static void print_ordered(const struct order *o)
{
	size_t n = o->graph->n_classes;
	bool any = false;

	printf("A lock is listed before those taken while it is held, and with those taken\n"
	       "directly inside it and a place where that is done.\n\n");
	for (size_t i = n; i; i--) {
		uint32_t class = o->scc.members[i - 1];

		if (!o->shown[class] || o->first[class] == o->first[class + 1] ||
		    !is_ordered(o, class))
			continue;
		print_class(o, class);
		any = true;
	}
	if (!any)
		printf("No lock is taken while another is held.\n");
}

static void print_unordered(const struct order *o)
{
	for (uint32_t c = 0; c < o->scc.n_components; c++) {
		uint32_t first = o->scc.first[c], end = o->scc.first[c + 1];

		if (end - first < 2)
			continue;
		printf("\nNo order: over some steps, each of these is taken inside another.\n\n");
		for (uint32_t i = first; i < end; i++) {
			printf("- ");
			print_lock(o, o->scc.members[i]);
			printf("\n");
		}
	}
}

static void print_title(const struct analysis *a)
{
	g_autofree char *title = analysis_title(a);
	g_autofree char *line = g_strnfill(strlen("Lock order"), '=');

	printf("Lock order\n%s\n\nA draft, from the code: %s.\n", line, title);
}

static void draft(const struct analysis *a)
{
	struct order o = { .a = a, .graph = a->graph, .shown = graph_touched_classes(a->graph) };

	collect_edges(&o);
	find_components(&o);
	find_reach(&o);
	print_title(a);
	print_ordered(&o);
	print_unordered(&o);
	scc_clear(&o.scc);
	g_free(o.reach);
	g_free(o.first);
	g_array_unref(o.edges);
	g_free(o.shown);
}

static enum exit_status run(const struct options *options)
{
	enum exit_status status = EXIT_BAD_INPUT;
	g_autoptr(GError) err = NULL;
	struct analysis a;

	if (!check_paths(options->arguments, &err))
		return fail_with(err);
	if (analyse(&a, options, (const char *const *)options->arguments)) {
		draft(&a);
		print_failures(&a);
		status = analysis_status(&a, EXIT_CLEAN);
	}
	analysis_free(&a);
	return status;
}

const struct command command_order = {
	.name = "order",
	.arguments = "PATH...",
	.summary = "draft the order of a subsystem's locks, for its locking document",
	.help = NULL,
	.options = { &tree_options, &read_options, &analysis_options, &message_options, NULL },
	.run = run,
};
