/* SPDX-License-Identifier: GPL-2.0-or-later */
/* markdown.c - a summary for a mail or a code host */
#include "report/report_p.h"

#include <string.h>

/* Names from the sources, between backquotes, which they cannot have. */
static void write_code(const char *text, FILE *to)
{
	fputc('`', to);
	for (; *text; text++)
		fputc(*text == '`' || *text == '\n' ? ' ' : *text, to);
	fputc('`', to);
}

/* One step a line, below the number of its chain where it has one. */
static void write_steps(const struct finding_path *path, const char *indent, FILE *to)
{
	for (size_t i = 0; i < path->n; i++) {
		const struct finding_step *s = &path->steps[i];
		g_autofree char *text = g_strdup_printf("%s:%u %s(): %s", s->file, s->line,
							s->function, s->what ? s->what : "");

		fprintf(to, "%s- ", indent);
		write_code(text, to);
		fputc('\n', to);
	}
}

static void write_path(const struct finding_path *path, size_t number, FILE *to)
{
	if (!path->holds_label || !path->acquires_label) {
		write_steps(path, "", to);
		return;
	}
	fprintf(to, "%zu. holds ", number);
	write_code(path->holds_label, to);
	fprintf(to, ", takes ");
	write_code(path->acquires_label, to);
	fputc('\n', to);
	write_steps(path, "   ", to);
}

static void write_finding(const struct finding *f, FILE *to)
{
	g_autofree char *place = g_strdup_printf("%s:%u", f->location.file, f->location.line);

	fprintf(to, "### %s: ", severity_name(f->severity));
	write_code(f->message, to);
	fprintf(to, "\n\n");
	write_code(place, to);
	fprintf(to, ", rule %s, confidence %s, id %s\n\n", f->rule, confidence_name(f->confidence),
		f->id);
	for (size_t i = 0; i < f->n_paths; i++)
		write_path(&f->paths[i], i + 1, to);
	fprintf(to, "%sWhat to do: %s%s\n\n", f->n_paths ? "\n" : "", f->help,
		g_str_has_suffix(f->help, ".") ? "" : ".");
}

static void write_dependencies(const GArray *dependencies, FILE *to)
{
	if (dependencies->len)
		fprintf(to, "### new dependencies\n\n");
	for (guint i = 0; i < dependencies->len; i++) {
		const struct report_dependency *d =
			&g_array_index(dependencies, struct report_dependency, i);

		fprintf(to, "- ");
		write_code(d->path.acquires_label, to);
		fprintf(to, " is taken while ");
		write_code(d->path.holds_label, to);
		fprintf(to, " is held%s\n", d->closes ? ", which closes a circle" : "");
	}
}

static void write_head(const struct report *report, FILE *to)
{
	fprintf(to, "## lockgraph: %u %sfinding%s\n\n", report->findings->len,
		report->diff || report->has_baseline ? "new " : "",
		report->findings->len == 1 ? "" : "s");
	if (report->diff) {
		write_code(report->diff->base, to);
		fprintf(to, " to ");
		write_code(report->diff->head, to);
		fprintf(to, ": %u new dependencies, %u findings fixed. ",
			report->diff->dependencies->len, report->diff->fixed->len);
	}
	fprintf(to, "%zu of %zu files read, %zu around them.\n\n", report->units_analysed,
		report->units_total, report->units_closure);
}

void markdown_write(const struct report *report, const struct report_style *style, FILE *to)
{
	(void)style;
	write_head(report, to);
	for (guint i = 0; i < report->findings->len; i++)
		write_finding(report->findings->pdata[i], to);
	if (report->diff)
		write_dependencies(report->diff->dependencies, to);
}
