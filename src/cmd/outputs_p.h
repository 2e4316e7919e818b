/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outputs_p.h - --format and --output: which forms go where
 *
 * "text,json:report.json" is two outputs; the one without a file goes to --output or standard
 * output. Everything is checked before the work begins.
 */
#ifndef LOCKGRAPH_OUTPUTS_P_H
#define LOCKGRAPH_OUTPUTS_P_H

#include "report/report.h"

#include <glib.h>

struct output_choice {
	const void *form; /* struct report_form or graph_form */
	const char *path; /* interned; "-" for standard output */
};

/* struct output_choice of report forms; NULL when @format names none, or two go to one place. */
GArray *report_outputs(const char *format, const char *output, GError **err);
GArray *graph_outputs(const char *format, const char *output, GError **err);

bool write_outputs(const struct report *report, const GArray *outputs, bool stats, GError **err);
bool write_graph_outputs(const struct graph_view *view, const GArray *outputs, GError **err);
bool write_report(const struct report *report, const struct report_form *form, const char *path,
		  bool stats, GError **err);

/* Whether what goes to standard output may be coloured. */
bool wants_colour(void);

/* Where the last run of all is kept. Free with g_free(). */
char *last_report_path(const char *cache);

/* What results.c keeps, below the cache folder. */
#define RESULTS_FOLDER "results"

/* What is known of functions, per scope. */
#define FLOW_FOLDER "flow"

#endif
