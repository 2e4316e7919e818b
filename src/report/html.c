/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * html.c - the lock graph as a page to explore, in one file
 *
 * graph.html of the data folder, with the graph as JSON in the place of a mark: classes as
 * [class, name, kind, own], dependencies as [from, to, from_mode, to_mode, confidence, in_scope,
 * steps], and the strings that steps number: a chain's steps are mostly those of other chains.
 */
#include "base/datadir.h"
#include "graph/graph.h"
#include "report/report_p.h"

#include <string.h>

#define MARK "@DATA@"

/* With the chains of more than this a browser takes seconds to open the page. */
#define MOST_CHAINS 50000

#define DUMP (JSON_COMPACT | JSON_ESCAPE_SLASH)

struct page {
	const struct graph_view *view;
	struct arena *arena; /* of the dependency being written */
	GHashTable *numbers; /* string -> its place in @strings + 1 */
	GPtrArray *strings;
};

/* Takes @text. */
static json_t *string_number(struct page *page, char *text)
{
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(page->numbers, text));

	if (number) {
		g_free(text);
	} else {
		g_ptr_array_add(page->strings, text);
		number = page->strings->len;
		g_hash_table_insert(page->numbers, text, GUINT_TO_POINTER(number));
	}
	return json_integer(number - 1);
}

static json_t *steps_value(struct page *page, uint32_t number)
{
	struct witness witness =
		graph_witness(page->view->graph, number, WITNESS_WHOLE, page->arena);
	json_t *steps = json_array();

	for (size_t i = 0; i < witness.n; i++) {
		const struct witness_step *s = &witness.steps[i];
		char *place = g_strdup_printf("%s:%u: %s()", s->file, s->line, s->function);

		json_array_append_new(steps, string_number(page, place));
		json_array_append_new(steps, string_number(page, g_strdup(s->what)));
	}
	return steps;
}

static json_t *dependency_value(struct page *page, uint32_t number)
{
	const struct dependency *d = &page->view->graph->dependencies[number];
	json_t *value = json_pack("[i, i, i, i, i, i]", (int)d->from, (int)d->to,
				  MAX((int)d->from_mode, 0), MAX((int)d->to_mode, 0),
				  (int)d->confidence, d->in_scope ? 1 : 0);

	if (page->view->n <= MOST_CHAINS)
		json_array_append_new(value, steps_value(page, d->witness));
	return value;
}

static void write_value(json_t *value, const char *before, FILE *to)
{
	fputs(before, to);
	json_dumpf(value, to, DUMP | JSON_ENCODE_ANY);
	json_decref(value);
}

static void write_classes(const struct graph_view *view, FILE *to)
{
	fputs(",\n\"classes\":[", to);
	for (uint32_t i = 0; i < view->graph->n_classes; i++) {
		const struct lock_class *c = &view->graph->classes[i];

		write_value(json_pack("[o, o, s, i]", json_text(c->class_name), json_text(c->name),
				      lock_kind_name(c->kind), view->own[i] ? 1 : 0),
			    i ? ",\n" : "\n", to);
	}
	fputs("]", to);
}

static void write_dependencies(struct page *page, FILE *to)
{
	fputs(",\n\"dependencies\":[", to);
	for (size_t i = 0; i < page->view->n; i++) {
		write_value(dependency_value(page, page->view->dependencies[i]), i ? ",\n" : "\n",
			    to);
		arena_reset(page->arena);
	}
	fputs("]", to);
}

static void write_strings(const struct page *page, FILE *to)
{
	fputs(",\n\"strings\":[", to);
	for (guint i = 0; i < page->strings->len; i++)
		write_value(json_text(page->strings->pdata[i]), i ? ",\n" : "\n", to);
	fputs("]}\n", to);
}

static void write_data(const struct graph_view *view, FILE *to)
{
	struct page page = { .view = view,
			     .arena = arena_new("witness"),
			     .numbers = g_hash_table_new(g_str_hash, g_str_equal),
			     .strings = g_ptr_array_new_with_free_func(g_free) };

	write_value(json_text(view->title), "{\"title\":", to);
	write_classes(view, to);
	write_dependencies(&page, to);
	write_strings(&page, to);
	g_hash_table_unref(page.numbers);
	g_ptr_array_unref(page.strings);
	arena_free(page.arena);
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
