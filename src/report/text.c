/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text.c - for people
 *
 * The first line of a finding is a compiler's, so that editors jump to it; under it, for each
 * task, what it holds and what it wants, with the steps from the one to the other. A step is on
 * one line: place, function, what it does. Long chains show their ends.
 */
#include "report/report_p.h"

#include <string.h>

/* Steps kept at the beginning of a chain that is cut; the rest of what fits is its end. */
#define HEAD_STEPS 3

#define PARTIAL_SHOWN 5

/* Findings of one cause that are named. */
#define OTHERS_SHOWN 5

/* New dependencies that --diff shows with their chains; JSON has all. */
#define DEPENDENCIES_SHOWN 10

struct palette {
	const char *place, *severity[SEVERITY_ERROR + 1], *lock, *faint, *off;
};

static const struct palette plain = { "", { "", "", "" }, "", "", "" };
static const struct palette coloured = {
	.place = "\033[1m",
	.severity = { "\033[1;36m", "\033[1;35m", "\033[1;31m" },
	.lock = "\033[1m",
	.faint = "\033[2m",
	.off = "\033[0m",
};

static const struct palette *palette_of(const struct report_style *style)
{
	return style->colour ? &coloured : &plain;
}

static void write_head(const struct finding *f, const struct palette *c, FILE *to)
{
	const struct finding_step *at = &f->location;

	fprintf(to, "%s%s:%u:%u:%s ", c->place, at->file, at->line, at->column, c->off);
	fprintf(to, "%s%s:%s ", c->severity[f->severity], severity_name(f->severity), c->off);
	fprintf(to, "%s%s%s [%s]\n", c->place, f->message, c->off, f->rule);
}

static void write_step(const struct finding_step *step, const struct palette *c, FILE *to)
{
	bool lock = step->event && g_str_equal(step->event, "acquire");

	fprintf(to, "       %s:%u: %s%s%s%s%s\n", step->file, step->line, step->function,
		*step->function ? "(): " : "", lock ? c->lock : "", step->what ? step->what : "",
		lock ? c->off : "");
}

/* A chain that returns to a caller's lock may show acquisitions in its middle: those stay. */
static void write_steps(const struct finding_path *path, const struct report_style *style, FILE *to)
{
	const struct palette *c = palette_of(style);
	size_t most = style->chain, tail = most > HEAD_STEPS ? most - HEAD_STEPS : 1;

	for (size_t i = 0; i < path->n; i++) {
		if (!most || path->n <= most + 1 || i < HEAD_STEPS || i + tail >= path->n) {
			write_step(&path->steps[i], c, to);
			continue;
		}
		fprintf(to, "       %s... %zu more calls ...%s\n", c->faint,
			path->n - HEAD_STEPS - tail, c->off);
		i = path->n - tail - 1;
	}
}

static void write_path(const struct finding *f, size_t i, const struct report_style *style,
		       FILE *to)
{
	const struct finding_path *path = &f->paths[i];
	const struct palette *c = palette_of(style);

	if (path->holds_label && path->acquires_label)
		fprintf(to, "  %zu. holds %s%s%s, takes %s%s%s:\n", i + 1, c->lock,
			path->holds_label, c->off, c->lock, path->acquires_label, c->off);
	else if (path->acquires_label && f->n_paths > 1)
		fprintf(to, "  %zu. takes %s%s%s:\n", i + 1, c->lock, path->acquires_label, c->off);
	write_steps(path, style, to);
}

/* @others: findings of the same cause, which are told in one line; or NULL. */
static void write_finding(const struct finding *f, const GPtrArray *others,
			  const struct report_style *style, FILE *to)
{
	const struct palette *c = palette_of(style);

	write_head(f, c, to);
	for (size_t i = 0; i < f->n_paths; i++)
		write_path(f, i, style, to);
	if (others && others->len) {
		g_autofree char *text = report_same_cause(others, f, OTHERS_SHOWN);

		fprintf(to, "  also: %s\n", text);
	}
	if (f->doubt)
		fprintf(to, "  doubt: %s\n", f->doubt);
	fprintf(to, "  help: %s\n", f->help);
	fprintf(to, "  %sid %s, confidence %s%s%s%s\n\n", c->faint, f->id,
		confidence_name(f->confidence), f->lockdep_title ? "; lockdep: " : "",
		f->lockdep_title ? f->lockdep_title : "", c->off);
}

void text_write_finding(const struct finding *f, const struct report_style *style, FILE *to)
{
	write_finding(f, NULL, style, to);
}

/* Returns how many are told with others. */
static guint write_findings(const struct report *report, const struct report_style *style, FILE *to)
{
	g_autoptr(GHashTable) told_with = report_same_causes(report);

	for (guint i = 0; i < report->findings->len; i++) {
		const struct finding *f = report->findings->pdata[i];
		g_autoptr(GPtrArray) others = report_told_with(report, told_with, f);

		if (!g_hash_table_contains(told_with, f))
			write_finding(f, others, style, to);
	}
	return g_hash_table_size(told_with);
}

static void write_failures(const struct report *report, FILE *to)
{
	size_t partial = 0;

	for (guint i = 0; i < report->failures->len; i++) {
		const struct report_failure *failure =
			&g_array_index(report->failures, struct report_failure, i);

		if (failure->around || (failure->partial && ++partial > PARTIAL_SHOWN))
			continue;
		fprintf(to, "%s: %s: %s\n", failure->file,
			failure->partial ? "not read whole" : "not read", failure->why);
	}
	if (partial > PARTIAL_SHOWN)
		fprintf(to, "%zu more files not read whole\n", partial - PARTIAL_SHOWN);
}

static void write_stats(const struct report *report, FILE *to)
{
	fprintf(to, "%zu functions, %zu lock classes, %zu dependencies, peak memory %zu MB\n",
		report->functions, report->classes, report->dependencies, report->peak_rss_mb);
	for (guint i = 0; i < report->timings->len; i++) {
		const struct report_timing *timing =
			&g_array_index(report->timings, struct report_timing, i);

		fprintf(to, "%s%s %.2f s", i ? ", " : "", timing->stage, timing->seconds);
	}
	fprintf(to, "\n");
}

static void write_count(FILE *to, size_t n, const char *what)
{
	fprintf(to, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void write_summary(const struct report *report, guint told_with_others, FILE *to)
{
	size_t all = report_count(report, SEVERITY_NOTE);
	size_t some = report_count(report, SEVERITY_WARNING);
	size_t errors = report_count(report, SEVERITY_ERROR);

	if (all) {
		write_count(to, errors, "error");
		fprintf(to, ", ");
		write_count(to, some - errors, "warning");
		fprintf(to, ", ");
		write_count(to, all - some, "note");
	} else {
		fprintf(to, report->diff ? "no new findings" : "no findings");
	}
	if (told_with_others)
		fprintf(to, " (%u told with others)", told_with_others);
	if (report->known)
		fprintf(to, " (%zu known)", report->known);
	if (report->suppressed->len)
		fprintf(to, " (%u suppressed)", report->suppressed->len);
	if (report->disproved)
		fprintf(to, " (%zu of sparse disproved)", report->disproved);
	fprintf(to, "; %zu of %zu files read", report->units_analysed, report->units_total);
	if (report->units_closure)
		fprintf(to, ", and %zu around them", report->units_closure);
	fprintf(to, "\n");
}

/* --- what a patch brings --------------------------------------------------------------------- */

static void write_dependency(const struct report_dependency *d, const struct report_style *style,
			     FILE *to)
{
	fprintf(to, "new dependency: %s -> %s%s\n", d->path.holds_label, d->path.acquires_label,
		d->closes ? ", which closes a circle" : "");
	write_steps(&d->path, style, to);
}

/* Those that close a circle, then others up to a number: one call can bring a hundred. */
static void write_dependencies(const GArray *all, const struct report_style *style, FILE *to)
{
	guint shown = 0;

	for (int closes = 1; closes >= 0; closes--) {
		for (guint i = 0; i < all->len; i++) {
			const struct report_dependency *d =
				&g_array_index(all, struct report_dependency, i);

			if (d->closes != closes || (shown >= DEPENDENCIES_SHOWN && style->chain))
				continue;
			write_dependency(d, style, to);
			shown++;
		}
	}
	if (shown < all->len)
		fprintf(to, "%u more new dependencies\n", all->len - shown);
}

static void write_use(const struct report_use *use, FILE *to)
{
	fprintf(to, "%s:%u: new %s: %s() takes %s%s%s%s\n", use->at.file, use->at.line,
		use->is_new_context ? "context" : "use", use->at.function, use->lock.name,
		g_str_equal(use->mode, "write") ? "" : " for reading", *use->context ? " " : "",
		*use->context || !use->is_new_context ? use->context
						      : " with nothing switched off by it");
}

static void write_fixed(const struct finding *f, FILE *to)
{
	fprintf(to, "fixed: %s:%u: %s [%s], id %s\n", f->location.file, f->location.line,
		f->message, f->rule, f->id);
}

static void write_diff(const struct report_diff *diff, const struct report_style *style, FILE *to)
{
	write_dependencies(diff->dependencies, style, to);
	for (guint i = 0; i < diff->uses->len; i++)
		write_use(&g_array_index(diff->uses, struct report_use, i), to);
	for (guint i = 0; i < diff->fixed->len; i++)
		write_fixed(diff->fixed->pdata[i], to);
	for (guint i = 0; i < diff->notes->len; i++)
		fprintf(to, "note: %s\n", (const char *)diff->notes->pdata[i]);
	fprintf(to, "%s to %s: ", diff->base, diff->head);
	fprintf(to, "%u new %s, %u fixed; ", diff->dependencies->len,
		diff->dependencies->len == 1 ? "dependency" : "dependencies", diff->fixed->len);
}

void text_write(const struct report *report, const struct report_style *style, FILE *to)
{
	guint told_with_others = write_findings(report, style, to);

	write_failures(report, to);
	for (guint i = 0; i < report->stale->len; i++)
		fprintf(to, "suppression fits nothing: %s\n", (char *)report->stale->pdata[i]);
	for (guint i = 0; i < report->refuted->len; i++)
		fprintf(to, "suppression does not hold: %s\n", (char *)report->refuted->pdata[i]);
	if (report->sparse && !*report->sparse)
		fprintf(to, "sparse was not run: there is none in PATH\n");
	if (style->stats)
		write_stats(report, to);
	if (report->diff)
		write_diff(report->diff, style, to);
	write_summary(report, told_with_others, to);
}
