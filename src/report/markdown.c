/* SPDX-License-Identifier: GPL-2.0-or-later */
/* markdown.c - a summary for a mail or a code host */
#include "report/report_p.h"

#include <string.h>

/* One call can bring a hundred dependencies; the other forms have them all. */
#define MOST_SHOWN 10

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

/* @others: findings of the same cause, which are told in one line. */
static void write_finding(const struct finding *f, const GPtrArray *others, FILE *to)
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
	if (others->len) {
		g_autofree char *text = report_same_cause(others, f, others->len);

		fprintf(to, "\nAlso: ");
		write_code(text, to);
		fprintf(to, "\n");
	}
	fprintf(to, "%sWhat to do: %s%s\n\n", f->n_paths ? "\n" : "", f->help,
		g_str_has_suffix(f->help, ".") ? "" : ".");
}

/* --- what a patch brings --------------------------------------------------------------------- */

static void write_dependency(const struct report_dependency *d, FILE *to)
{
	fprintf(to, "- ");
	write_code(d->path.acquires_label, to);
	fprintf(to, " is taken while ");
	write_code(d->path.holds_label, to);
	fprintf(to, " is held%s\n", d->closes ? ", which closes a circle" : "");
	write_steps(&d->path, "  ", to);
}

/* Those that close a circle first. */
static void write_dependencies(const GArray *dependencies, FILE *to)
{
	guint shown = 0;

	if (dependencies->len)
		fprintf(to, "### new dependencies\n\n");
	for (int closes = 1; closes >= 0; closes--) {
		for (guint i = 0; i < dependencies->len; i++) {
			const struct report_dependency *d =
				&g_array_index(dependencies, struct report_dependency, i);

			if (d->closes == closes && shown < MOST_SHOWN) {
				write_dependency(d, to);
				shown++;
			}
		}
	}
	if (shown < dependencies->len)
		fprintf(to, "- and %u more\n", dependencies->len - shown);
	if (shown)
		fputc('\n', to);
}

static void write_use(const struct report_use *use, FILE *to)
{
	g_autofree char *text = g_strdup_printf(
		"%s:%u %s(): takes %s%s%s%s", use->at.file, use->at.line, use->at.function,
		use->lock.name, g_str_equal(use->mode, "write") ? "" : " for reading",
		*use->context ? " " : "", use->context);

	fprintf(to, "- ");
	write_code(text, to);
	fputc('\n', to);
}

static void write_uses(const GArray *uses, FILE *to)
{
	if (!uses->len)
		return;
	fprintf(to, "### new uses of locks\n\n");
	for (guint i = 0; i < MIN(uses->len, MOST_SHOWN); i++)
		write_use(&g_array_index(uses, struct report_use, i), to);
	if (uses->len > MOST_SHOWN)
		fprintf(to, "- and %u more\n", uses->len - MOST_SHOWN);
	fputc('\n', to);
}

static void write_fixed(const GPtrArray *fixed, FILE *to)
{
	if (fixed->len)
		fprintf(to, "### fixed\n\n");
	for (guint i = 0; i < fixed->len; i++) {
		const struct finding *f = fixed->pdata[i];
		g_autofree char *text = g_strdup_printf("%s:%u: %s", f->location.file,
							f->location.line, f->message);

		fprintf(to, "- ");
		write_code(text, to);
		fprintf(to, ", rule %s, id %s\n", f->rule, f->id);
	}
	if (fixed->len)
		fputc('\n', to);
}

/* --- what was not looked at ------------------------------------------------------------------- */

static bool is_shown(const struct report_failure *failure)
{
	return !failure->around && !failure->partial;
}

static void write_failures(const struct report *report, FILE *to)
{
	bool any = false;

	for (guint i = 0; i < report->failures->len; i++) {
		const struct report_failure *failure =
			&g_array_index(report->failures, struct report_failure, i);
		g_autofree char *text = g_strdup_printf("%s: %s", failure->file, failure->why);

		if (!is_shown(failure))
			continue;
		if (!any)
			fprintf(to, "### not read\n\n");
		any = true;
		fprintf(to, "- ");
		write_code(text, to);
		fputc('\n', to);
	}
	if (any)
		fputc('\n', to);
}

static void write_notes(const GPtrArray *notes, FILE *to)
{
	for (guint i = 0; i < notes->len; i++) {
		fprintf(to, "Note: ");
		write_code(notes->pdata[i], to);
		fprintf(to, "\n\n");
	}
}

/* --- the whole -------------------------------------------------------------------------------- */

static void write_head(const struct report *report, FILE *to)
{
	fprintf(to, "## lockgraph: %u %sfinding%s\n\n", report->findings->len,
		report->diff || report->has_baseline ? "new " : "",
		report->findings->len == 1 ? "" : "s");
	if (report->diff) {
		write_code(report->diff->base, to);
		fprintf(to, " to ");
		write_code(report->diff->head, to);
		fprintf(to, ": %u new %s, %u finding%s fixed. ", report->diff->dependencies->len,
			report->diff->dependencies->len == 1 ? "dependency" : "dependencies",
			report->diff->fixed->len, report->diff->fixed->len == 1 ? "" : "s");
	}
	if (report->suppressed->len)
		fprintf(to, "%u suppressed. ", report->suppressed->len);
	fprintf(to, "%zu of %zu files read, %zu around them.\n\n", report->units_analysed,
		report->units_total, report->units_closure);
}

static void write_findings(const struct report *report, FILE *to)
{
	g_autoptr(GHashTable) told_with = report_same_causes(report);

	for (guint i = 0; i < report->findings->len; i++) {
		const struct finding *f = report->findings->pdata[i];
		g_autoptr(GPtrArray) others = report_told_with(report, told_with, f);

		if (!g_hash_table_contains(told_with, f))
			write_finding(f, others, to);
	}
}

void markdown_write(const struct report *report, const struct report_style *style, FILE *to)
{
	(void)style;
	write_head(report, to);
	write_findings(report, to);
	if (report->diff) {
		write_dependencies(report->diff->dependencies, to);
		write_uses(report->diff->uses, to);
		write_fixed(report->diff->fixed, to);
	}
	write_failures(report, to);
	if (report->diff)
		write_notes(report->diff->notes, to);
}
