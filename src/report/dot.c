/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dot.c - the lock graph for dot(1) */
#include "graph/graph.h"
#include "report/report_p.h"

static void write_quoted(const char *text, FILE *to)
{
	fputc('"', to);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', to);
		fputc(*text, to);
	}
	fputc('"', to);
}

/* What readers of the picture must tell apart: locks that sleep, that spin, that are no locks. */
static const char *shape_of(enum lock_kind kind)
{
	switch (lock_kind_wait(kind)) {
	case LOCK_WAIT_SLEEP:
		return "box";
	case LOCK_WAIT_SPIN:
	case LOCK_WAIT_SPIN_RT:
		return "ellipse";
	case LOCK_WAIT_NONE:
		return "plaintext";
	}
	return "box";
}

static const char *line_of(enum confidence confidence)
{
	switch (confidence) {
	case CONFIDENCE_HIGH:
		return "solid";
	case CONFIDENCE_MEDIUM:
		return "dashed";
	case CONFIDENCE_LOW:
		return "dotted";
	}
	return "solid";
}

static void write_class(const struct graph *graph, uint32_t class, FILE *to)
{
	const struct lock_class *c = &graph->classes[class];

	fprintf(to, "\t");
	write_quoted(c->class_name, to);
	fprintf(to, " [shape=%s]\n", shape_of(c->kind));
}

/* A class without dependencies says nothing in a picture. */
static void write_classes(const struct graph_view *view, FILE *to)
{
	g_autofree bool *used = g_new0(bool, view->graph->n_classes + 1);

	for (size_t i = 0; i < view->n; i++) {
		used[view->graph->dependencies[view->dependencies[i]].from] = true;
		used[view->graph->dependencies[view->dependencies[i]].to] = true;
	}
	for (uint32_t class = 0; class < view->graph->n_classes; class ++) {
		if (used[class])
			write_class(view->graph, class, to);
	}
}

/* One arrow for all modes: the surest. They stand together in the view. */
static bool is_drawn(const struct graph_view *view, size_t i)
{
	const struct dependency *dependencies = view->graph->dependencies;
	const struct dependency *d = &dependencies[view->dependencies[i]];
	const struct dependency *before = i ? &dependencies[view->dependencies[i - 1]] : NULL;

	return before && before->from == d->from && before->to == d->to;
}

static enum confidence surest(const struct graph_view *view, size_t i)
{
	enum confidence confidence;

	confidence = view->graph->dependencies[view->dependencies[i]].confidence;
	while (++i < view->n && is_drawn(view, i))
		confidence = MAX(confidence,
				 view->graph->dependencies[view->dependencies[i]].confidence);
	return confidence;
}

bool graph_dot_write(const struct graph_view *view, FILE *to, GError **err)
{
	(void)err;
	fputs("digraph ", to);
	write_quoted(view->title, to);
	fputs(" {\n\trankdir=LR\n\tnode [fontname=\"monospace\", fontsize=10]\n", to);
	write_classes(view, to);
	for (size_t i = 0; i < view->n; i++) {
		const struct dependency *d = &view->graph->dependencies[view->dependencies[i]];

		if (is_drawn(view, i))
			continue;
		fputc('\t', to);
		write_quoted(view->graph->classes[d->from].class_name, to);
		fputs(" -> ", to);
		write_quoted(view->graph->classes[d->to].class_name, to);
		fprintf(to, " [style=%s]\n", line_of(surest(view, i)));
	}
	fputs("}\n", to);
	return true;
}
