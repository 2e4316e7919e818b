/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * html.c - the lock graph as a page to explore, in one file
 *
 * graph.html of the data folder, with the graph as JSON in the place of a mark: classes as
 * [class, name, kind], dependencies as [from, to, from_mode, to_mode, confidence, steps].
 */
#include "base/datadir.h"
#include "graph/graph.h"
#include "report/report_p.h"

#include <string.h>

#define MARK "@DATA@"

/* With the chains of more than this a browser takes seconds to open the page. */
#define MOST_CHAINS 20000

#define DUMP (JSON_COMPACT | JSON_ESCAPE_SLASH)

static json_t *steps_value(const struct graph *graph, uint32_t number, struct arena *arena)
{
	struct witness witness = graph_witness(graph, number, WITNESS_WHOLE, arena);
	json_t *steps = json_array();

	for (size_t i = 0; i < witness.n; i++) {
		const struct witness_step *s = &witness.steps[i];
		g_autofree char *place = g_strdup_printf("%s:%u", s->file, s->line);

		json_array_append_new(steps, json_pack("[o, o, o]", json_text(place),
						       json_text(s->function), json_text(s->what)));
	}
	return steps;
}

static json_t *dependency_value(const struct graph_view *view, size_t i, struct arena *arena)
{
	const struct dependency *d = &view->graph->dependencies[view->dependencies[i]];
	json_t *value = json_pack("[i, i, i, i, i]", (int)d->from, (int)d->to,
				  MAX((int)d->from_mode, 0), MAX((int)d->to_mode, 0),
				  (int)d->confidence);

	if (view->n <= MOST_CHAINS)
		json_array_append_new(value, steps_value(view->graph, d->witness, arena));
	return value;
}

static void write_value(json_t *value, const char *before, FILE *to)
{
	fputs(before, to);
	json_dumpf(value, to, DUMP | JSON_ENCODE_ANY);
	json_decref(value);
}

static void write_data(const struct graph_view *view, FILE *to)
{
	struct arena *arena = arena_new("witness");

	write_value(json_text(view->title), "{\"title\":", to);
	fputs(",\n\"classes\":[", to);
	for (uint32_t i = 0; i < view->graph->n_classes; i++) {
		const struct lock_class *c = &view->graph->classes[i];

		write_value(json_pack("[o, o, s]", json_text(c->class_name), json_text(c->name),
				      lock_kind_name(c->kind)),
			    i ? ",\n" : "\n", to);
	}
	fputs("],\n\"dependencies\":[", to);
	for (size_t i = 0; i < view->n; i++) {
		write_value(dependency_value(view, i, arena), i ? ",\n" : "\n", to);
		arena_reset(arena);
	}
	fputs("]}\n", to);
	arena_free(arena);
}

bool graph_html_write(const struct graph_view *view, FILE *to, GError **err)
{
	g_autofree char *path = datadir_file("graph.html");
	g_autofree char *page = NULL;
	const char *mark;

	if (!g_file_get_contents(path, &page, NULL, err)) {
		g_prefix_error(err, "the page that comes with lockgraph is not there: ");
		return false;
	}
	mark = strstr(page, MARK);
	g_assert(mark);
	fwrite(page, 1, (size_t)(mark - page), to);
	write_data(view, to);
	fputs(mark + strlen(MARK), to);
	return true;
}
