/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * graph_json.c - lockgraph-graph/1 (rules/graph.schema.json)
 *
 * Written one dependency at a time: a kernel's graph has 100,000 of them, with chains.
 */
#include "graph/graph.h"
#include "report/report_p.h"

json_t *json_class(const struct graph *graph, uint32_t class)
{
	const struct lock_class *c = &graph->classes[class];
	json_t *value = json_object();

	json_object_set_new(value, "class", json_text(c->class_name));
	json_object_set_new(value, "name", json_text(c->name ? c->name : c->class_name));
	json_object_set_new(value, "kind", json_text(lock_kind_name(c->kind)));
	return value;
}

static const char *event_name(enum witness_event event)
{
	static const char *const names[] = {
		[WITNESS_ENTRY] = "entry",   [WITNESS_ACQUIRE] = "acquire",
		[WITNESS_CALL] = "call",     [WITNESS_INDIRECT] = "indirect",
		[WITNESS_RETURN] = "return",
	};

	return names[event];
}

static json_t *witness_value(const struct graph *graph, uint32_t number, struct arena *arena)
{
	struct witness witness = graph_witness(graph, number, arena);
	json_t *steps = json_array();

	for (size_t i = 0; i < witness.n; i++) {
		const struct witness_step *s = &witness.steps[i];
		bool lock = s->event == WITNESS_ACQUIRE && s->lock != PROGRAM_NONE;

		json_array_append_new(steps,
				      json_step(s->file, s->line, s->column, s->function,
						event_name(s->event), s->what,
						lock ? graph->classes[s->lock].class_name : NULL));
	}
	return steps;
}

json_t *json_dependency(const struct graph *graph, uint32_t dependency, struct arena *arena)
{
	const struct dependency *d = &graph->dependencies[dependency];
	json_t *value = json_object();

	json_object_set_new(value, "from", json_text(graph->classes[d->from].class_name));
	json_object_set_new(value, "to", json_text(graph->classes[d->to].class_name));
	json_object_set_new(value, "from_mode", json_text(lock_mode_name(d->from_mode)));
	json_object_set_new(value, "to_mode", json_text(lock_mode_name(d->to_mode)));
	json_object_set_new(value, "confidence", json_text(confidence_name((int)d->confidence)));
	json_object_set_new(value, "witness", witness_value(graph, d->witness, arena));
	return value;
}

/* One element of a list; @first tells whether a comma is due. */
static void write_element(json_t *value, bool first, FILE *to)
{
	fputs(first ? "\n" : ",\n", to);
	json_dumpf(value, to, JSON_COMPACT);
	json_decref(value);
}

bool graph_json_write(const struct graph_view *view, FILE *to, GError **err)
{
	struct arena *arena = arena_new("witness");

	(void)err;

	fputs("{\"schema\": \"lockgraph-graph/1\",\n\"classes\": [", to);
	for (uint32_t i = 0; i < view->graph->n_classes; i++)
		write_element(json_class(view->graph, i), !i, to);
	fputs("],\n\"dependencies\": [", to);
	for (size_t i = 0; i < view->n; i++) {
		write_element(json_dependency(view->graph, view->dependencies[i], arena), !i, to);
		arena_reset(arena);
	}
	fputs("]}\n", to);
	arena_free(arena);
	return true;
}
