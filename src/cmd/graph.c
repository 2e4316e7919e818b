/* SPDX-License-Identifier: GPL-2.0-or-later */
/* graph.c - lockgraph graph: which lock is taken while which is held */
#include "cmd/analysis_p.h"
#include "cmd/outputs_p.h"

#include <stdio.h>
#include <string.h>

static uint32_t class_of(const struct graph *graph, const struct acquisition *a)
{
	const char *class_name = program_string(graph->program, a->class_string);
	g_autofree char *full = a->subclass ? g_strdup_printf("%s/%u", class_name, a->subclass)
					    : NULL;

	return graph_find_class(graph, full ? full : class_name);
}

static void touch(const struct graph *graph, const struct function_summary *summary, bool *touched)
{
	for (uint32_t i = 0; i < summary->n_own; i++) {
		uint32_t class = class_of(graph, &graph->summaries->acquisitions[summary->own[i]]);

		if (class != PROGRAM_NONE)
			touched[class] = true;
	}
}

bool *graph_touched_classes(const struct graph *graph)
{
	bool *touched = g_new0(bool, graph->n_classes + 1);

	for (uint32_t f = 0; f < graph->program->n_functions; f++) {
		if (graph->program->functions[f].in_scope)
			touch(graph, &graph->summaries->functions[f], touched);
	}
	return touched;
}

/* All dependencies in scope, and those of classes that functions in scope take. */
static GArray *choose_dependencies(const struct graph *graph, const bool *touched,
				   enum confidence least)
{
	GArray *chosen = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	for (uint32_t i = 0; i < graph->n_dependencies; i++) {
		const struct dependency *d = &graph->dependencies[i];

		if (d->confidence >= least && (d->in_scope || touched[d->from] || touched[d->to]))
			g_array_append_val(chosen, i);
	}
	return chosen;
}

/* The search for a whole chain takes some 100 us; of a whole kernel nobody reads them all. */
#define MOST_CHAINS 200000

static bool are_few(const struct graph *graph, const GArray *chosen)
{
	size_t n = 0;

	for (guint i = 0; i < chosen->len; i++)
		n += graph->dependencies[g_array_index(chosen, uint32_t, i)].in_scope;
	return n <= MOST_CHAINS;
}

char *analysis_title(const struct analysis *a)
{
	g_autofree char *paths = g_strjoinv(" ", (char **)(uintptr_t)a->paths);

	if (!*a->report->version)
		return g_strdup(paths);
	return g_strdup_printf("Linux %s, %s %s: %s", a->report->version, a->report->arch,
			       a->report->config, paths);
}

static enum exit_status write_view(const struct analysis *a, const GArray *outputs)
{
	enum confidence least = a->options->all ? CONFIDENCE_LOW : CONFIDENCE_MEDIUM;
	g_autofree bool *own = graph_touched_classes(a->graph);
	g_autoptr(GArray) chosen = choose_dependencies(a->graph, own, least);
	g_autofree char *title = analysis_title(a);
	g_autoptr(GError) err = NULL;
	struct graph_view view = { .graph = a->graph,
				   .own = own,
				   .n = chosen->len,
				   .dependencies = (const uint32_t *)(void *)chosen->data,
				   .title = title,
				   .chains = are_few(a->graph, chosen) };

	if (!write_graph_outputs(&view, outputs, &err))
		return fail_with(err);
	print_failures(a);
	return analysis_status(a, EXIT_CLEAN);
}

static enum exit_status run(const struct options *options)
{
	enum exit_status status = EXIT_BAD_INPUT;
	struct options chosen = *options;
	g_autoptr(GArray) outputs = NULL;
	g_autoptr(GError) err = NULL;
	struct analysis a;

	chosen.direct_if_many = true;
	outputs = graph_outputs(options->format, options->output, &err);
	if (!outputs || !check_paths(options->arguments, &err))
		return fail_with(err);
	if (analyse(&a, &chosen, (const char *const *)options->arguments))
		status = write_view(&a, outputs);
	analysis_free(&a);
	return status;
}

static const struct option_row view_rows[] = {
	{ "direct", 0, G_OPTION_ARG_NONE, OPTION_FIELD(direct), NULL,
	  "only dependencies with no lock in between, as lockdep records them (default: of more "
	  "than 1000 files)" },
	{ "all", 'a', G_OPTION_ARG_NONE, OPTION_FIELD(all), NULL,
	  "dependencies of low confidence, and those with a lock in between, too" },
	{ 0 },
};
static const struct option_table view_options = { NULL, view_rows };

const struct command command_graph = {
	.name = "graph",
	.arguments = "PATH...",
	.summary = "show which lock is taken while which is held",
	.help = "All lock classes, and the dependencies that code under PATH makes or that its "
		"locks take part in, each with a chain of calls unless it is a whole kernel.\n\n"
		"Forms: text, json, dot, html.",
	.options = { &tree_options, &read_options, &analysis_options, &output_options,
		     &view_options, &message_options, NULL },
	.run = run,
};
