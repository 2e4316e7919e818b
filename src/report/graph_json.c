/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * graph_json.c - lockgraph-graph/1 (rules/graph.schema.json)
 *
 * Written one dependency at a time: a kernel's graph has millions of them. A lock that is
 * initialised in several places has several names, and for lockdep as many classes: inodes have one
 * for each kind of file system. Each is a row of its own here, "struct inode.i_rwsem",
 * "struct inode.i_rwsem#2", and has the dependencies of all: which of them a lock belongs to
 * is not known statically.
 */
#include "graph/graph.h"
#include "report/report_p.h"

#include <string.h>

static json_t *class_value(const struct graph *graph, uint32_t class)
{
	const struct lock_class *c = &graph->classes[class];
	json_t *value = json_object();

	json_object_set_new(value, "class", json_text(c->class_name));
	json_object_set_new(value, "name", json_text(c->name ? c->name : c->class_name));
	json_object_set_new(value, "kind", json_text(lock_kind_name(c->kind)));
	return value;
}

static json_t *witness_value(const struct graph *graph, uint32_t number, struct arena *arena)
{
	struct witness witness = graph_witness(graph, number, WITNESS_WHOLE, arena);
	json_t *steps = json_array();

	for (size_t i = 0; i < witness.n; i++) {
		const struct witness_step *s = &witness.steps[i];
		bool lock = s->event == WITNESS_ACQUIRE && s->lock != PROGRAM_NONE;

		json_array_append_new(steps,
				      json_step(s->file, s->line, s->column, s->function,
						witness_event_name(s->event), s->what,
						lock ? graph->classes[s->lock].class_name : NULL));
	}
	return steps;
}

static json_t *bare_dependency(const struct dependency *d, const char *from, const char *to)
{
	json_t *value = json_object();

	json_object_set_new(value, "from", json_text(from));
	json_object_set_new(value, "to", json_text(to));
	json_object_set_new(value, "from_mode", json_text(lock_mode_name(d->from_mode)));
	json_object_set_new(value, "to_mode", json_text(lock_mode_name(d->to_mode)));
	json_object_set_new(value, "confidence", json_text(confidence_name((int)d->confidence)));
	return value;
}

static json_t *dependency_value(const struct graph_view *view, uint32_t dependency,
				struct arena *arena)
{
	const struct graph *graph = view->graph;
	const struct dependency *d = &graph->dependencies[dependency];
	json_t *value = bare_dependency(d, graph->classes[d->from].class_name,
					graph->classes[d->to].class_name);

	json_object_set_new(value, "witness",
			    view->chains && d->in_scope ? witness_value(graph, d->witness, arena)
							: json_array());
	return value;
}

/* One element of a list; @first tells whether a comma is due. */
static void write_element(json_t *value, bool first, FILE *to)
{
	fputs(first ? "\n" : ",\n", to);
	json_dumpf(value, to, JSON_COMPACT);
	json_decref(value);
}

/* --- a row for each of lockdep's names -------------------------------------------------------- */

static size_t count_rows(const struct graph *graph, uint32_t class)
{
	size_t n;

	program_lockdep_names(graph->program, graph->classes[class].class_string, &n);
	return MAX(n, 1);
}

static const char *row_class(const struct graph *graph, uint32_t class, size_t row,
			     struct arena *arena)
{
	const char *name = graph->classes[class].class_name;

	return row ? arena_printf(arena, "%s#%zu", name, row + 1) : name;
}

static json_t *class_row(const struct graph *graph, uint32_t class, size_t row, struct arena *arena)
{
	const struct lock_class *c = &graph->classes[class];
	json_t *value = class_value(graph, class);
	const uint32_t *names;
	const char *name;
	size_t n;

	if (!row)
		return value;
	names = program_lockdep_names(graph->program, c->class_string, &n);
	name = program_string(graph->program, names[row]);
	if (c->subclass)
		name = arena_printf(arena, "%s/%u", name, c->subclass);
	json_object_set_new(value, "class", json_text(row_class(graph, class, row, arena)));
	json_object_set_new(value, "name", json_text(name));
	return value;
}

static void write_classes(const struct graph *graph, FILE *to, struct arena *arena)
{
	for (uint32_t class = 0; class < graph->n_classes; class ++) {
		size_t rows = count_rows(graph, class);

		for (size_t row = 0; row < rows; row++)
			write_element(class_row(graph, class, row, arena), !class && !row, to);
		arena_reset(arena);
	}
}

/* Two locks of one object with as many names got them together: the n-th goes with the n-th. */
static bool are_named_together(const struct graph *graph, const struct dependency *d)
{
	const char *from = graph->classes[d->from].class_name;
	const char *to = graph->classes[d->to].class_name;
	size_t record = strcspn(from, ".");

	return from[record] && !strncmp(from, to, record + 1) &&
	       graph->classes[d->from].class_string != graph->classes[d->to].class_string;
}

static void write_other_rows(const struct graph *graph, const struct dependency *d, FILE *to,
			     struct arena *arena)
{
	size_t n_from = count_rows(graph, d->from), n_to = count_rows(graph, d->to);
	bool together = n_from == n_to && are_named_together(graph, d);

	for (size_t row = 1; row < n_from * n_to; row++) {
		size_t i = row / n_to, j = row % n_to;
		json_t *value;

		if (together && i != j)
			continue;
		value = bare_dependency(d, row_class(graph, d->from, i, arena),
					row_class(graph, d->to, j, arena));
		json_object_set_new(value, "witness", json_array());
		write_element(value, false, to);
	}
}

bool graph_json_write(const struct graph_view *view, FILE *to, GError **err)
{
	const struct graph *graph = view->graph;
	struct arena *arena = arena_new("witness");

	(void)err;

	fputs("{\"schema\": \"lockgraph-graph/1\",\n\"classes\": [", to);
	write_classes(graph, to, arena);
	fputs("],\n\"dependencies\": [", to);
	for (size_t i = 0; i < view->n; i++) {
		write_element(dependency_value(view, view->dependencies[i], arena), !i, to);
		write_other_rows(graph, &graph->dependencies[view->dependencies[i]], to, arena);
		arena_reset(arena);
	}
	fputs("]}\n", to);
	arena_free(arena);
	return true;
}
