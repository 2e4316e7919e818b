/* SPDX-License-Identifier: GPL-2.0-or-later */
/* path.c - the shortest way from one class to another, breadth first */
#include "graph/graph.h"

struct path_search {
	const struct graph *graph;
	enum confidence least;
	uint32_t *came_by; /* per class: the dependency that reached it first, or PROGRAM_NONE */
	uint32_t *queue;
	uint32_t n_queue;
};

static void visit_successors(struct path_search *s, uint32_t class)
{
	for (uint32_t d = s->graph->first_of[class]; d < s->graph->first_of[class + 1]; d++) {
		const struct dependency *dependency = &s->graph->dependencies[d];

		if (dependency->confidence < s->least || s->came_by[dependency->to] != PROGRAM_NONE)
			continue;
		s->came_by[dependency->to] = d;
		s->queue[s->n_queue++] = dependency->to;
	}
}

/* The dependencies that led to @to, first one first. */
static GArray *walk_back(const struct path_search *s, uint32_t from, uint32_t to)
{
	GArray *path = g_array_new(false, false, sizeof(uint32_t));
	uint32_t class = to;

	do {
		g_array_prepend_val(path, s->came_by[class]);
		class = s->graph->dependencies[s->came_by[class]].from;
	} while (class != from);
	return path;
}

GArray *graph_path(const struct graph *graph, uint32_t from, uint32_t to, enum confidence least)
{
	g_autofree uint32_t *came_by = g_new(uint32_t, graph->n_classes);
	g_autofree uint32_t *queue = g_new(uint32_t, graph->n_classes + 1);
	struct path_search s = {
		.graph = graph, .least = least, .came_by = came_by, .queue = queue
	};

	for (size_t i = 0; i < graph->n_classes; i++)
		came_by[i] = PROGRAM_NONE;
	/* @from is not marked, so that a path from a class to itself is a circle through it. */
	queue[s.n_queue++] = from;
	for (uint32_t i = 0; i < s.n_queue && came_by[to] == PROGRAM_NONE; i++)
		visit_successors(&s, queue[i]);
	if (came_by[to] == PROGRAM_NONE)
		return g_array_new(false, false, sizeof(uint32_t));
	return walk_back(&s, from, to);
}
