/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read.c - a report read back from its JSON form: explain, --baseline, and what is kept of a run */
#include "base/json.h"
#include "report/report_p.h"

/* What a report lacks is "" or 0: it may be of another version. */
static const char *text_of(struct report *report, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? arena_strdup(report->arena, text) : "";
}

static const char *text_or_null(struct report *report, const json_t *object, const char *key)
{
	return json_object_get(object, key) ? text_of(report, object, key) : NULL;
}

static unsigned number_of(const json_t *object, const char *key)
{
	json_int_t number = json_integer_value(json_object_get(object, key));

	return number > 0 && number < UINT32_MAX ? (unsigned)number : 0;
}

static struct finding_step read_step(struct report *report, const json_t *value)
{
	return (struct finding_step){ .file = text_of(report, value, "file"),
				      .line = number_of(value, "line"),
				      .column = number_of(value, "column"),
				      .function = text_of(report, value, "function"),
				      .event = text_of(report, value, "event"),
				      .what = text_of(report, value, "what"),
				      .lock = text_or_null(report, value, "lock") };
}

/* Of a place, unlike of a step, it is not told what happens there. */
static struct finding_step read_place(struct report *report, const json_t *value)
{
	struct finding_step place = read_step(report, value);

	place.event = text_or_null(report, value, "event");
	place.what = text_or_null(report, value, "what");
	return place;
}

static struct finding_path read_path(struct report *report, const json_t *value)
{
	const json_t *list = json_object_get(value, "steps");
	size_t n = json_array_size(list);
	struct finding_step *steps = arena_new_array(report->arena, struct finding_step, n + 1);

	for (size_t i = 0; i < n; i++)
		steps[i] = read_step(report, json_array_get(list, i));
	return (struct finding_path){ .holds = text_or_null(report, value, "holds"),
				      .acquires = text_or_null(report, value, "acquires"),
				      .holds_label = text_or_null(report, value, "holds_label"),
				      .acquires_label =
					      text_or_null(report, value, "acquires_label"),
				      .n = n,
				      .steps = steps };
}

static void read_paths(struct report *report, const json_t *value, struct finding *f)
{
	const json_t *list = json_object_get(value, "paths");
	struct finding_path *paths;

	f->n_paths = json_array_size(list);
	paths = arena_new_array(report->arena, struct finding_path, f->n_paths + 1);
	for (size_t i = 0; i < f->n_paths; i++)
		paths[i] = read_path(report, json_array_get(list, i));
	f->paths = paths;
}

static struct finding_lock read_lock(struct report *report, const json_t *value)
{
	struct finding_lock lock = { .defined_as = text_of(report, value, "class"),
				     .name = text_of(report, value, "name"),
				     .kind = text_of(report, value, "kind") };

	lock.subclass = (uint32_t)json_integer_value(json_object_get(value, "subclass"));
	lock.class_name =
		lock.subclass ? arena_printf(report->arena, "%s/%u", lock.defined_as, lock.subclass)
			      : lock.defined_as;
	return lock;
}

static void read_locks(struct report *report, const json_t *value, struct finding *f)
{
	const json_t *list = json_object_get(value, "locks");
	struct finding_lock *locks;

	f->n_locks = json_array_size(list);
	locks = arena_new_array(report->arena, struct finding_lock, f->n_locks + 1);
	for (size_t i = 0; i < f->n_locks; i++)
		locks[i] = read_lock(report, json_array_get(list, i));
	f->locks = locks;
}

static enum severity read_severity(const char *name)
{
	for (int severity = SEVERITY_ERROR; severity > SEVERITY_NOTE; severity--) {
		if (g_str_equal(name, severity_name((enum severity)severity)))
			return (enum severity)severity;
	}
	return SEVERITY_NOTE;
}

static int read_confidence(const char *name)
{
	int confidence = 2;

	while (confidence && !g_str_equal(name, confidence_name(confidence)))
		confidence--;
	return confidence;
}

static const char *read_checklist(struct report *report, const json_t *value)
{
	const json_t *list = json_object_get(value, "checklist");
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; i < json_array_size(list); i++)
		g_string_append_printf(text, "%s%d", i ? " " : "",
				       (int)json_integer_value(json_array_get(list, i)));
	return arena_strdup(report->arena, text->str);
}

static struct finding *read_finding(struct report *report, const json_t *value)
{
	struct finding *f = arena_new_struct(report->arena, struct finding);

	f->id = text_of(report, value, "id");
	f->rule = text_of(report, value, "rule");
	f->severity = read_severity(text_of(report, value, "severity"));
	f->confidence = read_confidence(text_of(report, value, "confidence"));
	f->message = text_of(report, value, "message");
	f->location = read_place(report, json_object_get(value, "location"));
	f->checklist = read_checklist(report, value);
	f->help = text_of(report, value, "help");
	f->doubt = text_or_null(report, value, "doubt");
	f->lockdep_title = text_or_null(report, value, "lockdep_title");
	f->syzbot_title = text_or_null(report, value, "syzbot_title");
	f->world = text_or_null(report, value, "world");
	read_locks(report, value, f);
	read_paths(report, value, f);
	return f;
}

static void read_findings(struct report *report, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		g_ptr_array_add(report->findings, read_finding(report, json_array_get(list, i)));
}

static void read_suppressed(struct report *report, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *value = json_array_get(list, i);
		const json_t *reason = json_object_get(value, "suppression");
		struct report_suppression s = { .finding = read_finding(report, value),
						.kind = text_of(report, reason, "kind"),
						.type = text_of(report, reason, "reason"),
						.why = text_of(report, reason, "why") };

		g_array_append_val(report->suppressed, s);
	}
}

struct report *report_read(const char *path, GError **err)
{
	json_t *root = json_read_file(path, err);
	const char *schema;
	struct report *report;

	if (!root)
		return NULL;
	schema = json_string_value(json_object_get(root, "schema"));
	if (!schema || !g_str_equal(schema, "lockgraph-report/1")) {
		g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    "%s: not a report: \"schema\" is not \"lockgraph-report/1\"; write one "
			    "with --format=json",
			    path);
		json_decref(root);
		return NULL;
	}
	report = report_new();
	read_findings(report, json_object_get(root, "findings"));
	json_decref(root);
	return report;
}

/* --- from run to run -------------------------------------------------------------------------- */

/* What json.c writes as "stats", as far as the analysis found it out. */
static void read_counts(struct report *report, const json_t *stats)
{
	report->functions = number_of(stats, "functions");
	report->classes = number_of(stats, "classes");
	report->dependencies = number_of(stats, "dependencies");
	report->unresolved_calls = number_of(stats, "unresolved_calls");
	report->gave_up = number_of(stats, "functions_given_up");
	report->circles_cut = json_is_true(json_object_get(stats, "circles_cut"));
}

bool report_unpack_findings(struct report *report, const char *text, size_t size)
{
	json_t *root = json_loadb(text, size, 0, NULL);

	if (!root)
		return false;
	read_findings(report, json_object_get(root, "findings"));
	json_decref(root);
	return true;
}

bool report_unpack(struct report *report, const char *text, size_t size)
{
	json_t *root = json_loadb(text, size, 0, NULL);

	if (!root)
		return false;
	read_counts(report, json_object_get(root, "stats"));
	read_findings(report, json_object_get(root, "findings"));
	read_suppressed(report, json_object_get(root, "suppressed"));
	json_decref(root);
	return true;
}
