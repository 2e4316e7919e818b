/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.c - one row per form */
#include "report/report_p.h"

const struct report_form report_forms[] = {
	{ "text", "one line per finding as compilers write it, the chains under it", text_write },
	{ "json", "lockgraph-report/1, for programs", json_write },
	{ "sarif", "SARIF 2.1.0, for code hosts", sarif_write },
	{ "line", "one line per finding, for editors", line_write },
	{ "robot", "as the kernel's 0-day robot reports warnings", robot_write },
	{ "markdown", "a summary for a mail or a code host", markdown_write },
	{ "junit", "JUnit XML, for CI systems", junit_write },
	{ 0 },
};

const struct graph_form graph_forms[] = {
	{ "text", "one line per dependency", graph_text_write },
	{ "json", "lockgraph-graph/1, for programs", graph_json_write },
	{ "dot", "for dot(1)", graph_dot_write },
	{ "html", "a page to explore, in one file", graph_html_write },
	{ 0 },
};

const struct report_form *report_form_find(const char *name)
{
	for (const struct report_form *form = report_forms; form->name; form++) {
		if (g_str_equal(form->name, name))
			return form;
	}
	return NULL;
}

const struct graph_form *graph_form_find(const char *name)
{
	for (const struct graph_form *form = graph_forms; form->name; form++) {
		if (g_str_equal(form->name, name))
			return form;
	}
	return NULL;
}
