/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.c - lockgraph-report/1 (rules/report.schema.json) */
#include "report/report_p.h"

#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *text)
{
	g_autofree char *valid = NULL;

	if (!text)
		return json_string("");
	if (g_utf8_validate(text, -1, NULL))
		return json_string(text);
	valid = g_utf8_make_valid(text, -1);
	return json_string(valid);
}

json_t *json_checklist(const char *items)
{
	json_t *list = json_array();
	char *end;

	for (long item = strtol(items, &end, 10); end != items; item = strtol(items, &end, 10)) {
		json_array_append_new(list, json_integer(item));
		items = end;
	}
	return list;
}

json_t *json_step(const char *file, unsigned line, unsigned column, const char *function,
		  const char *event, const char *what, const char *lock)
{
	json_t *step = json_object();

	json_object_set_new(step, "file", json_text(file));
	json_object_set_new(step, "line", json_integer(line));
	json_object_set_new(step, "column", json_integer(column));
	json_object_set_new(step, "function", json_text(function));
	if (event)
		json_object_set_new(step, "event", json_text(event));
	if (what)
		json_object_set_new(step, "what", json_text(what));
	if (lock)
		json_object_set_new(step, "lock", json_text(lock));
	return step;
}

static json_t *step_value(const struct finding_step *s)
{
	return json_step(s->file, s->line, s->column, s->function, s->event, s->what, s->lock);
}

static json_t *path_value(const struct finding_path *path)
{
	json_t *value = json_object(), *steps = json_array();

	if (path->holds)
		json_object_set_new(value, "holds", json_text(path->holds));
	if (path->acquires)
		json_object_set_new(value, "acquires", json_text(path->acquires));
	if (path->holds_label)
		json_object_set_new(value, "holds_label", json_text(path->holds_label));
	if (path->acquires_label)
		json_object_set_new(value, "acquires_label", json_text(path->acquires_label));
	for (size_t i = 0; i < path->n; i++)
		json_array_append_new(steps, step_value(&path->steps[i]));
	json_object_set_new(value, "steps", steps);
	return value;
}

/* Who looks for a lock by the place that defines it finds it whatever its subclass. */
static json_t *lock_value(const struct finding_lock *lock)
{
	json_t *value = json_object();

	json_object_set_new(value, "class", json_text(lock->defined_as));
	if (lock->subclass)
		json_object_set_new(value, "subclass", json_integer(lock->subclass));
	json_object_set_new(value, "name", json_text(lock->name));
	json_object_set_new(value, "kind", json_text(lock->kind));
	return value;
}

static json_t *finding_value(const struct finding *f)
{
	json_t *value = json_object(), *locks = json_array(), *paths = json_array();

	for (size_t i = 0; i < f->n_locks; i++)
		json_array_append_new(locks, lock_value(&f->locks[i]));
	for (size_t i = 0; i < f->n_paths; i++)
		json_array_append_new(paths, path_value(&f->paths[i]));
	json_object_set_new(value, "id", json_text(f->id));
	json_object_set_new(value, "rule", json_text(f->rule));
	json_object_set_new(value, "severity", json_text(severity_name(f->severity)));
	json_object_set_new(value, "confidence", json_text(confidence_name(f->confidence)));
	json_object_set_new(value, "message", json_text(f->message));
	json_object_set_new(value, "location", step_value(&f->location));
	json_object_set_new(value, "locks", locks);
	json_object_set_new(value, "paths", paths);
	json_object_set_new(value, "checklist", json_checklist(f->checklist));
	json_object_set_new(value, "help", json_text(f->help));
	if (f->doubt)
		json_object_set_new(value, "doubt", json_text(f->doubt));
	if (f->lockdep_title)
		json_object_set_new(value, "lockdep_title", json_text(f->lockdep_title));
	if (f->syzbot_title)
		json_object_set_new(value, "syzbot_title", json_text(f->syzbot_title));
	if (f->world)
		json_object_set_new(value, "world", json_text(f->world));
	return value;
}

static json_t *failures_value(const struct report *report, bool around)
{
	json_t *list = json_array();

	for (guint i = 0; i < report->failures->len; i++) {
		const struct report_failure *failure =
			&g_array_index(report->failures, struct report_failure, i);
		json_t *one;

		if (failure->around != around)
			continue;
		one = json_object();
		json_object_set_new(one, "file", json_text(failure->file));
		json_object_set_new(one, "why", json_text(failure->why));
		json_object_set_new(one, "partial", json_boolean(failure->partial));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *units_value(const struct report *report)
{
	json_t *value = json_object();

	json_object_set_new(value, "total", json_integer((json_int_t)report->units_total));
	json_object_set_new(value, "analysed", json_integer((json_int_t)report->units_analysed));
	json_object_set_new(value, "failed", failures_value(report, false));
	json_object_set_new(value, "around", json_integer((json_int_t)report->units_closure));
	json_object_set_new(value, "around_failed", failures_value(report, true));
	return value;
}

static json_t *seconds_value(const struct report *report)
{
	static const char *const always[] = { "list", "extract", "link", "analyse" };
	json_t *seconds = json_object();

	for (size_t i = 0; i < G_N_ELEMENTS(always); i++)
		json_object_set_new(seconds, always[i], json_real(0));
	for (guint i = 0; i < report->timings->len; i++) {
		const struct report_timing *timing =
			&g_array_index(report->timings, struct report_timing, i);

		json_object_set_new(seconds, timing->stage,
				    json_real((double)(long)(timing->seconds * 1000) / 1000));
	}
	return seconds;
}

static json_t *stats_value(const struct report *report)
{
	json_t *stats = json_object();

	json_object_set_new(stats, "functions", json_integer((json_int_t)report->functions));
	json_object_set_new(stats, "classes", json_integer((json_int_t)report->classes));
	json_object_set_new(stats, "dependencies", json_integer((json_int_t)report->dependencies));
	json_object_set_new(stats, "unresolved_calls",
			    json_integer((json_int_t)report->unresolved_calls));
	json_object_set_new(stats, "functions_given_up", json_integer((json_int_t)report->gave_up));
	json_object_set_new(stats, "circles_cut", json_boolean(report->circles_cut));
	json_object_set_new(stats, "sparse_disproved", json_integer((json_int_t)report->disproved));
	json_object_set_new(stats, "known_findings", json_integer((json_int_t)report->known));
	json_object_set_new(stats, "seconds", seconds_value(report));
	json_object_set_new(stats, "peak_rss_mb", json_integer((json_int_t)report->peak_rss_mb));
	return stats;
}

static json_t *suppressed_value(const struct report *report)
{
	json_t *list = json_array();

	for (guint i = 0; i < report->suppressed->len; i++) {
		const struct report_suppression *s =
			&g_array_index(report->suppressed, struct report_suppression, i);
		json_t *value = finding_value(s->finding);

		json_object_set_new(value, "suppression",
				    json_pack("{s:s, s:s, s:o}", "kind", s->kind, "reason", s->type,
					      "why", json_text(s->why)));
		json_array_append_new(list, value);
	}
	return list;
}

static void add_suppressions(json_t *root, const struct report *report)
{
	json_t *stale = json_array(), *refuted = json_array();

	for (guint i = 0; i < report->stale->len; i++)
		json_array_append_new(stale, json_text(report->stale->pdata[i]));
	for (guint i = 0; i < report->refuted->len; i++)
		json_array_append_new(refuted, json_text(report->refuted->pdata[i]));
	json_object_set_new(root, "suppressed", suppressed_value(report));
	json_object_set_new(root, "refuted_suppressions", refuted);
	json_object_set_new(root, "stale_suppressions", stale);
}

static json_t *dependency_value(const struct report_dependency *d)
{
	json_t *value = path_value(&d->path);

	json_object_set_new(value, "from_mode", json_text(d->from_mode));
	json_object_set_new(value, "to_mode", json_text(d->to_mode));
	json_object_set_new(value, "confidence", json_text(confidence_name(d->confidence)));
	json_object_set_new(value, "closes_circle", json_boolean(d->closes));
	return value;
}

static json_t *use_value(const struct report_use *use)
{
	json_t *value = lock_value(&use->lock);

	json_object_set_new(value, "mode", json_text(use->mode));
	json_object_set_new(value, "context", json_text(use->context));
	json_object_set_new(value, "new_context", json_boolean(use->is_new_context));
	json_object_set_new(value, "location", step_value(&use->at));
	return value;
}

static json_t *diff_value(const struct report_diff *diff)
{
	json_t *fixed = json_array(), *dependencies = json_array(), *uses = json_array();
	json_t *notes = json_array();

	for (guint i = 0; i < diff->fixed->len; i++)
		json_array_append_new(fixed, finding_value(diff->fixed->pdata[i]));
	for (guint i = 0; i < diff->dependencies->len; i++)
		json_array_append_new(dependencies,
				      dependency_value(&g_array_index(
					      diff->dependencies, struct report_dependency, i)));
	for (guint i = 0; i < diff->uses->len; i++)
		json_array_append_new(uses,
				      use_value(&g_array_index(diff->uses, struct report_use, i)));
	for (guint i = 0; i < diff->notes->len; i++)
		json_array_append_new(notes, json_text(diff->notes->pdata[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "base", json_text(diff->base),
			 "head", json_text(diff->head), "base_id", json_text(diff->base_id),
			 "head_id", json_text(diff->head_id), "fixed", fixed, "dependencies",
			 dependencies, "uses", uses, "notes", notes);
}

/* Other tools that were asked for: their versions, null for one that is not there. */
static json_t *helpers_value(const struct report *report)
{
	json_t *value = json_object();

	if (report->spatch)
		json_object_set_new(value, "spatch", json_string(report->spatch));
	if (report->sparse)
		json_object_set_new(value, "sparse",
				    *report->sparse ? json_string(report->sparse) : json_null());
	return value;
}

static json_t *head_value(const struct report *report)
{
	json_t *root = json_object(), *scope = json_array();

	for (const char *const *path = report->scope; path && *path; path++)
		json_array_append_new(scope, json_text(*path));
	json_object_set_new(root, "schema", json_string("lockgraph-report/1"));
	json_object_set_new(root, "tool",
			    json_pack("{s:s, s:s}", "name", "lockgraph", "version",
				      PACKAGE_VERSION));
	json_object_set_new(root, "tree",
			    json_pack("{s:o, s:o, s:o}", "version", json_text(report->version),
				      "arch", json_text(report->arch), "config",
				      json_text(report->config)));
	json_object_set_new(root, "scope", scope);
	if (report->spatch || report->sparse)
		json_object_set_new(root, "helpers", helpers_value(report));
	return root;
}

static json_t *findings_value(const struct report *report)
{
	json_t *findings = json_array();

	for (guint i = 0; i < report->findings->len; i++)
		json_array_append_new(findings, finding_value(report->findings->pdata[i]));
	return findings;
}

char *report_pack(const struct report *report)
{
	json_t *root = json_pack("{s:o, s:o, s:o}", "stats", stats_value(report), "findings",
				 findings_value(report), "suppressed", suppressed_value(report));
	char *text = json_dumps(root, JSON_COMPACT), *copy = g_strdup(text);

	json_decref(root);
	free(text);
	return copy;
}

void json_write(const struct report *report, const struct report_style *style, FILE *to)
{
	json_t *root = head_value(report);

	(void)style;
	json_object_set_new(root, "units", units_value(report));
	json_object_set_new(root, "stats", stats_value(report));
	if (report->suppressed->len || report->stale->len || report->refuted->len)
		add_suppressions(root, report);
	if (report->diff)
		json_object_set_new(root, "diff", diff_value(report->diff));
	json_object_set_new(root, "findings", findings_value(report));
	json_dumpf(root, to, JSON_INDENT(1));
	fputc('\n', to);
	json_decref(root);
}
