/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/scc.h"

#include <glib.h>
#include <stdbool.h>

struct search {
	const uint32_t *first, *to;
	struct scc *scc;
	uint32_t *index, *low, *next_edge;
	bool *on_stack;
	uint32_t *stack, *path;
	uint32_t n_stack, n_path, n_members, counter;
};

static void enter(struct search *s, uint32_t v)
{
	s->index[v] = s->low[v] = ++s->counter;
	s->next_edge[v] = s->first[v];
	s->on_stack[v] = true;
	s->stack[s->n_stack++] = v;
	s->path[s->n_path++] = v;
}

static void pop_component(struct search *s, uint32_t root)
{
	uint32_t component = s->scc->n_components++, v;

	s->scc->first[component] = s->n_members;
	do {
		v = s->stack[--s->n_stack];
		s->on_stack[v] = false;
		s->scc->component[v] = component;
		s->scc->members[s->n_members++] = v;
	} while (v != root);
}

static void leave(struct search *s, uint32_t v)
{
	uint32_t parent;

	s->n_path--;
	if (s->low[v] == s->index[v])
		pop_component(s, v);
	if (s->n_path) {
		parent = s->path[s->n_path - 1];
		s->low[parent] = MIN(s->low[parent], s->low[v]);
	}
}

static void visit(struct search *s, uint32_t root)
{
	enter(s, root);
	while (s->n_path) {
		uint32_t v = s->path[s->n_path - 1], to;

		if (s->next_edge[v] == s->first[v + 1]) {
			leave(s, v);
			continue;
		}
		to = s->to[s->next_edge[v]++];
		if (!s->index[to])
			enter(s, to);
		else if (s->on_stack[to])
			s->low[v] = MIN(s->low[v], s->index[to]);
	}
}

struct scc scc_find(uint32_t n, const uint32_t *first, const uint32_t *to)
{
	struct scc scc = { .component = g_new0(uint32_t, n + 1),
			   .first = g_new0(uint32_t, n + 1),
			   .members = g_new0(uint32_t, n + 1) };
	struct search s = { .first = first,
			    .to = to,
			    .scc = &scc,
			    .index = g_new0(uint32_t, n + 1),
			    .low = g_new0(uint32_t, n + 1),
			    .next_edge = g_new0(uint32_t, n + 1),
			    .on_stack = g_new0(bool, n + 1),
			    .stack = g_new0(uint32_t, n + 1),
			    .path = g_new0(uint32_t, n + 1) };

	for (uint32_t v = 0; v < n; v++)
		if (!s.index[v])
			visit(&s, v);
	scc.first[scc.n_components] = s.n_members;
	g_free(s.index);
	g_free(s.low);
	g_free(s.next_edge);
	g_free(s.on_stack);
	g_free(s.stack);
	g_free(s.path);
	return scc;
}

void scc_clear(struct scc *scc)
{
	g_free(scc->component);
	g_free(scc->first);
	g_free(scc->members);
	*scc = (struct scc){ 0 };
}
