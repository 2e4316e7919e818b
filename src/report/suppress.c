/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * suppress.c - findings that somebody has looked at and said why they are none
 *
 * In a comment on the finding's line or the one above, and in a file of suppressions. A finding
 * that is suppressed is still told to programs, with the reason; an entry of the file that
 * suppresses nothing is told too, as it would hide the next finding that happens to fit; and so is
 * one whose reason does not hold, which suppresses nothing either.
 */
#include "base/json.h"
#include "report/report_p.h"

#include <string.h>

#define MARK "lockgraph: ignore "

static const char *const reason_types[] = { "order-of-phases", "guarding-lock",
					    "distinct-instances", "state-rechecked", "not-a-bug" };

struct suppressor {
	struct report *report;
	const char *root;
	const struct graph *graph;
	GHashTable *files; /* path -> lines (char **), or NULL */
};

/* --- comments --------------------------------------------------------------------------------- */

static char **lines_of(struct suppressor *s, const char *file)
{
	g_autofree char *path = NULL, *text = NULL;
	char **lines = NULL;

	if (g_hash_table_lookup_extended(s->files, file, NULL, (gpointer *)&lines))
		return lines;
	path = g_canonicalize_filename(file, s->root);
	if (g_file_get_contents(path, &text, NULL, NULL))
		lines = g_strsplit(text, "\n", -1);
	g_hash_table_insert(s->files, g_strdup(file), lines);
	return lines;
}

/* "ignore RULE - reason": the reason when @line ignores @rule and gives one. */
static const char *reason_in(struct suppressor *s, const char *line, const char *rule)
{
	const char *at = strstr(line, MARK);
	g_autofree char *reason = NULL;
	size_t length = strlen(rule);

	if (!at)
		return NULL;
	at += strlen(MARK);
	if (strncmp(at, rule, length) || !g_str_has_prefix(at + length, " - "))
		return NULL;
	at += length + strlen(" - ");
	reason = g_strndup(at, strstr(at, "*/") ? (gsize)(strstr(at, "*/") - at) : strlen(at));
	g_strstrip(reason);
	return *reason ? arena_strdup(s->report->arena, reason) : NULL;
}

static const char *ignored_at(struct suppressor *s, const char *file, unsigned line,
			      const char *rule)
{
	char **lines = lines_of(s, file);
	guint n = lines ? g_strv_length(lines) : 0;
	const char *reason = NULL;

	if (line && line <= n)
		reason = reason_in(s, lines[line - 1], rule);
	if (!reason && line > 1 && line <= n + 1)
		reason = reason_in(s, lines[line - 2], rule);
	return reason;
}

/* At the finding's place, or where any of its chains ends. */
static const char *ignored_in_source(struct suppressor *s, const struct finding *f)
{
	const char *why = ignored_at(s, f->location.file, f->location.line, f->rule);

	for (size_t i = 0; !why && i < f->n_paths; i++) {
		const struct finding_path *path = &f->paths[i];

		if (path->n)
			why = ignored_at(s, path->steps[path->n - 1].file,
					 path->steps[path->n - 1].line, f->rule);
	}
	return why;
}

/* --- the file --------------------------------------------------------------------------------- */

static bool text_fits(const json_t *entry, const char *key, const char *value)
{
	const char *wanted = json_string_value(json_object_get(entry, key));

	return !wanted || g_str_equal(wanted, value);
}

/* By what JSON calls its class, by what the graph and texts do, or by lockdep's name. */
static bool is_called(const struct finding_lock *lock, const char *wanted)
{
	return g_str_equal(lock->class_name, wanted) || g_str_equal(lock->defined_as, wanted) ||
	       g_str_equal(lock->name, wanted);
}

static bool locks_fit(const json_t *entry, const struct finding *f)
{
	const json_t *locks = json_object_get(entry, "locks");

	for (size_t i = 0; i < json_array_size(locks); i++) {
		const char *wanted = json_string_value(json_array_get(locks, i));
		bool found = false;

		for (size_t l = 0; wanted && l < f->n_locks && !found; l++)
			found = is_called(&f->locks[l], wanted);
		if (!found)
			return false;
	}
	return true;
}

static bool entry_fits(const json_t *entry, const struct finding *f)
{
	return text_fits(entry, "id", f->id) && text_fits(entry, "rule", f->rule) &&
	       text_fits(entry, "function", f->location.function) &&
	       text_fits(entry, "file", f->location.file) && locks_fit(entry, f);
}

static bool is_reason_type(const char *type)
{
	for (size_t i = 0; type && i < G_N_ELEMENTS(reason_types); i++) {
		if (g_str_equal(type, reason_types[i]))
			return true;
	}
	return false;
}

/* An entry that names nothing would suppress everything. */
static bool check_entry(const json_t *entry, const char *path, size_t number, GError **err)
{
	const char *type = json_string_value(json_object_get(entry, "reason"));
	const char *why = json_string_value(json_object_get(entry, "why"));
	g_autofree char *types = g_strjoinv(", ", (char **)(uintptr_t)reason_types);
	bool names = json_object_get(entry, "id") || json_object_get(entry, "rule");

	if (is_reason_type(type) && why && *why && names)
		return true;
	g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		    "--suppressions: %s: entry %zu must have \"id\" or \"rule\", a \"why\", and a "
		    "\"reason\" that is one of %s",
		    path, number, types);
	return false;
}

static const char *describe(struct report *report, const json_t *entry)
{
	const char *id = json_string_value(json_object_get(entry, "id"));
	const char *rule = json_string_value(json_object_get(entry, "rule"));
	const char *why = json_string_value(json_object_get(entry, "why"));

	return arena_printf(report->arena, "%s%s%s: %s", rule ? rule : "", rule && id ? " " : "",
			    id ? id : "", why);
}

static void note_refuted(struct report *report, const json_t *entry, const char *how)
{
	g_ptr_array_add(report->refuted,
			arena_printf(report->arena, "%s: %s", describe(report, entry), how));
}

/* --- both ------------------------------------------------------------------------------------- */

static void suppress(struct suppressor *s, guint number, const char *kind, const char *type,
		     const char *why)
{
	struct report_suppression one = { .finding = s->report->findings->pdata[number],
					  .kind = kind,
					  .type = arena_strdup(s->report->arena, type),
					  .why = arena_strdup(s->report->arena, why) };

	g_array_append_val(s->report->suppressed, one);
	s->report->findings->pdata[number] = NULL;
}

static void drop_suppressed(struct report *report)
{
	guint kept = 0;

	for (guint i = 0; i < report->findings->len; i++) {
		if (report->findings->pdata[i])
			report->findings->pdata[kept++] = report->findings->pdata[i];
	}
	g_ptr_array_set_size(report->findings, (gint)kept);
}

static void suppress_by_comment(struct suppressor *s)
{
	for (guint i = 0; i < s->report->findings->len; i++) {
		const char *why = ignored_in_source(s, s->report->findings->pdata[i]);

		if (why)
			suppress(s, i, "inSource", "", why);
	}
}

static void suppress_by_entry(struct suppressor *s, const json_t *entry)
{
	const char *type = json_string_value(json_object_get(entry, "reason"));
	const char *why = json_string_value(json_object_get(entry, "why"));
	bool used = false;

	for (guint i = 0; i < s->report->findings->len; i++) {
		const struct finding *f = s->report->findings->pdata[i];

		struct reason reason = { entry, f, s->graph, s->root, s->report->arena };
		const char *how;

		if (!f || !entry_fits(entry, f))
			continue;
		used = true;
		how = reason_refuted(&reason);
		if (how)
			note_refuted(s->report, entry, how);
		else
			suppress(s, i, "external", type, why);
	}
	if (!used)
		g_ptr_array_add(s->report->stale, (gpointer)describe(s->report, entry));
}

static bool suppress_by_file(struct suppressor *s, const char *path, GError **err)
{
	json_t *root = json_read_file(path, err);
	const json_t *list = json_object_get(root, "suppressions");
	bool ok = json_is_array(list);

	if (root && !ok)
		g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    "--suppressions: %s: there is no list \"suppressions\"", path);
	for (size_t i = 0; ok && i < json_array_size(list); i++)
		ok = check_entry(json_array_get(list, i), path, i + 1, err);
	for (size_t i = 0; ok && i < json_array_size(list); i++)
		suppress_by_entry(s, json_array_get(list, i));
	json_decref(root);
	return ok;
}

static void free_lines(gpointer lines)
{
	g_strfreev(lines);
}

bool report_suppress(struct report *report, const char *root, const struct graph *graph,
		     const char *file, GError **err)
{
	struct suppressor s = {
		.report = report,
		.root = root,
		.graph = graph,
		.files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_lines),
	};
	bool ok;

	suppress_by_comment(&s);
	ok = !file || suppress_by_file(&s, file, err);
	drop_suppressed(report);
	g_hash_table_unref(s.files);
	return ok;
}
