/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_p.h - what the files of report/ share */
#ifndef LOCKGRAPH_REPORT_P_H
#define LOCKGRAPH_REPORT_P_H

#include "report/report.h"

#include <jansson.h>

void text_write(const struct report *report, const struct report_style *style, FILE *to);
void json_write(const struct report *report, const struct report_style *style, FILE *to);
void line_write(const struct report *report, const struct report_style *style, FILE *to);
void robot_write(const struct report *report, const struct report_style *style, FILE *to);
void markdown_write(const struct report *report, const struct report_style *style, FILE *to);
void junit_write(const struct report *report, const struct report_style *style, FILE *to);
void sarif_write(const struct report *report, const struct report_style *style, FILE *to);

bool graph_text_write(const struct graph_view *view, FILE *to, GError **err);
bool graph_json_write(const struct graph_view *view, FILE *to, GError **err);
bool graph_dot_write(const struct graph_view *view, FILE *to, GError **err);
bool graph_html_write(const struct graph_view *view, FILE *to, GError **err);

/* @text as JSON; what is not UTF-8 in it (names in old sources) is replaced. NULL is "". */
json_t *json_text(const char *text);

/* "checklist" is "6 13"; in JSON it is [6, 13]. */
json_t *json_checklist(const char *items);

/* One step of a witness, as the report and the graph have it. */
json_t *json_step(const char *file, unsigned line, unsigned column, const char *function,
		  const char *event, const char *what, const char *lock);

/*
 * same_cause.c: which findings are told with another one, and with which: finding -> finding. For
 * people only: programs get each finding, as one of them may be known and the next one new.
 */
GHashTable *report_same_causes(const struct report *report);

/* Those of @report that are told with @leader, in their order; struct finding *. */
GPtrArray *report_told_with(const struct report *report, GHashTable *told_with,
			    const struct finding *leader);

/*
 * "the same calls close 2 more circles, with pool->lock (07f35e54e153), ...": of @others, which are
 * told with @leader, so many are named. Free with g_free().
 */
char *report_same_cause(const GPtrArray *others, const struct finding *leader, guint most);

/* A suppression of a finding, by an entry of the file. */
struct reason {
	const json_t *entry;
	const struct finding *finding;
	const struct graph *graph; /* NULL: nothing is said of guarding locks */
	const char *root;	   /* of the tree */
	struct arena *arena;
};

/* reason.c: what of it does not hold, a sentence's end; NULL when all does that can be looked at. */
const char *reason_refuted(const struct reason *reason);

#endif
