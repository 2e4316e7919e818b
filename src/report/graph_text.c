/* SPDX-License-Identifier: GPL-2.0-or-later */
/* graph_text.c - one line per dependency, for grep */
#include "graph/graph.h"
#include "report/report_p.h"

static void write_place(const struct graph *graph, uint32_t number, struct arena *arena, FILE *to)
{
	struct witness witness = graph_witness(graph, number, WITNESS_START, arena);

	if (!witness.n)
		return;
	fprintf(to, "  %s:%u %s()", witness.steps[0].file, witness.steps[0].line,
		witness.steps[0].function);
}

static void write_mode(enum lock_mode mode, FILE *to)
{
	if (mode != MODE_WRITE)
		fprintf(to, " (%s)", lock_mode_name(mode));
}

bool graph_text_write(const struct graph_view *view, FILE *to, GError **err)
{
	struct arena *arena = arena_new("witness");

	(void)err;

	for (size_t i = 0; i < view->n; i++) {
		const struct dependency *d = &view->graph->dependencies[view->dependencies[i]];

		fprintf(to, "%s", view->graph->classes[d->from].class_name);
		write_mode(d->from_mode, to);
		fprintf(to, " -> %s", view->graph->classes[d->to].class_name);
		write_mode(d->to_mode, to);
		fprintf(to, "  [%s]", confidence_name((int)d->confidence));
		write_place(view->graph, d->witness, arena, to);
		fputc('\n', to);
		arena_reset(arena);
	}
	arena_free(arena);
	return true;
}
