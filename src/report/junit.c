/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * junit.c - JUnit XML, for CI systems that show nothing else
 *
 * A finding is a test that failed, one that is suppressed a test that was skipped, a file that
 * could not be read an error; no finding at all is one test that passed.
 */
#include "report/report_p.h"

/* XML 1.0 has no control characters, not even escaped. */
static char *escape(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);

	for (char *at = valid; *at; at++) {
		if ((unsigned char)*at < ' ' && *at != '\n' && *at != '\t')
			*at = '?';
	}
	return g_markup_escape_text(valid, -1);
}

static void write_case(const char *name, const char *group, const char *inner, FILE *to)
{
	g_autofree char *shown = escape(name), *class = escape(group);

	fprintf(to, " <testcase name=\"%s\" classname=\"%s\">%s</testcase>\n", shown, class, inner);
}

static char *chains_of(const struct finding *f)
{
	GString *text = g_string_new(NULL);

	for (size_t p = 0; p < f->n_paths; p++) {
		for (size_t i = 0; i < f->paths[p].n; i++) {
			const struct finding_step *s = &f->paths[p].steps[i];

			g_string_append_printf(text, "%zu. %s:%u: %s(): %s\n", p + 1, s->file,
					       s->line, s->function, s->what ? s->what : "");
		}
	}
	return g_string_free(text, FALSE);
}

static void write_finding(const struct finding *f, FILE *to)
{
	g_autofree char *name =
		g_strdup_printf("%s %s:%s", f->id, f->location.file, f->location.function);
	g_autofree char *chains = chains_of(f);
	g_autofree char *message = escape(f->message), *text = escape(chains);
	g_autofree char *inner = g_strdup_printf("<failure message=\"%s\" type=\"%s\">%s</failure>",
						 message, severity_name(f->severity), text);

	write_case(name, f->rule, inner, to);
}

static void write_suppressed(const struct report_suppression *s, FILE *to)
{
	g_autofree char *why = escape(s->why);
	g_autofree char *inner = g_strdup_printf("<skipped message=\"%s\"/>", why);

	write_case(s->finding->id, s->finding->rule, inner, to);
}

static size_t write_failures(const struct report *report, FILE *to)
{
	size_t n = 0;

	for (guint i = 0; i < report->failures->len; i++) {
		const struct report_failure *failure =
			&g_array_index(report->failures, struct report_failure, i);
		g_autofree char *why = escape(failure->why);
		g_autofree char *inner = g_strdup_printf("<error message=\"%s\"/>", why);

		if (failure->around)
			continue;
		if (to)
			write_case(failure->file, "read", inner, to);
		n++;
	}
	return n;
}

void junit_write(const struct report *report, const struct report_style *style, FILE *to)
{
	size_t errors = write_failures(report, NULL);
	size_t all = report->findings->len + report->suppressed->len + errors;

	(void)style;
	fprintf(to,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites>\n<testsuite name=\"lockgraph\" tests=\"%zu\" failures=\"%u\" "
		"errors=\"%zu\" skipped=\"%u\">\n",
		all ? all : 1, report->findings->len, errors, report->suppressed->len);
	for (guint i = 0; i < report->findings->len; i++)
		write_finding(report->findings->pdata[i], to);
	for (guint i = 0; i < report->suppressed->len; i++)
		write_suppressed(&g_array_index(report->suppressed, struct report_suppression, i),
				 to);
	write_failures(report, to);
	if (!all)
		write_case("no finding", "lockgraph", "", to);
	fprintf(to, "</testsuite>\n</testsuites>\n");
}
