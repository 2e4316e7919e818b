/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lines.c - one line per finding: for editors and grep, and as the kernel's 0-day robot writes them
 */
#include "report/report_p.h"

static void write_line(const struct finding *f, const char *prefix, FILE *to)
{
	const char *file = f->location.file;

	fprintf(to, "%s%s:%u:%u: %s: %s [%s]\n", prefix && *file != '/' ? prefix : "", file,
		f->location.line, f->location.column, severity_name(f->severity), f->message,
		f->rule);
}

void line_write(const struct report *report, const struct report_style *style, FILE *to)
{
	for (guint i = 0; i < report->findings->len; i++)
		write_line(report->findings->pdata[i], style->prefix, to);
}

/* As smatch's are sent: the new ones under a heading, the severity on each line. */
void robot_write(const struct report *report, const struct report_style *style, FILE *to)
{
	if (!report->findings->len)
		return;
	fprintf(to, "New lockgraph warnings:\n");
	line_write(report, style, to);
}
