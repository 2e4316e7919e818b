/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect.c - findings are merged, ordered and named */
#include "report/report.h"

#include <string.h>

/* Of a SHA-256: with 48 bits, ten thousand findings collide once in five million runs. */
#define ID_DIGITS 12

struct report *report_new(void)
{
	struct report *report = g_new0(struct report, 1);

	report->arena = arena_new("report");
	report->version = report->arch = report->config = "";
	report->failures = g_array_new(FALSE, FALSE, sizeof(struct report_failure));
	report->timings = g_array_new(FALSE, FALSE, sizeof(struct report_timing));
	report->findings = g_ptr_array_new();
	report->suppressed = g_array_new(FALSE, FALSE, sizeof(struct report_suppression));
	report->others = g_ptr_array_new();
	report->refuted = g_ptr_array_new();
	report->stale = g_ptr_array_new();
	return report;
}

void report_free(struct report *report)
{
	if (!report)
		return;
	if (report->diff) {
		g_ptr_array_unref(report->diff->fixed);
		g_array_unref(report->diff->dependencies);
		g_array_unref(report->diff->uses);
		g_ptr_array_unref(report->diff->notes);
	}
	g_array_unref(report->failures);
	g_array_unref(report->timings);
	g_ptr_array_unref(report->findings);
	g_array_unref(report->suppressed);
	g_ptr_array_unref(report->others);
	g_ptr_array_unref(report->refuted);
	g_ptr_array_unref(report->stale);
	arena_free(report->arena);
	g_free(report);
}

void report_add_failure(struct report *report, const struct report_failure *failure)
{
	struct report_failure copy = *failure;

	copy.file = arena_strdup(report->arena, failure->file);
	copy.why = arena_strdup(report->arena, failure->why);
	g_array_append_val(report->failures, copy);
}

void report_add_timing(struct report *report, const char *stage, double seconds)
{
	struct report_timing timing = { stage, seconds };

	g_array_append_val(report->timings, timing);
}

/* --- ids -------------------------------------------------------------------------------------- */

struct id_hash {
	GChecksum *sum;
	report_rename_fn rename; /* NULL: by their own names */
	const void *data;
};

static void hash_text(GChecksum *sum, const char *text)
{
	g_checksum_update(sum, (const guchar *)(text ? text : ""), -1);
	g_checksum_update(sum, (const guchar *)"", 1);
}

static void hash_name(const struct id_hash *hash, const char *name)
{
	hash_text(hash->sum, name && hash->rename ? hash->rename(name, hash->data) : name);
}

/* The middle of a chain changes with unrelated code; its ends are what the finding is about. */
static void hash_path(const struct id_hash *hash, const struct finding_path *path)
{
	GChecksum *sum = hash->sum;

	hash_name(hash, path->holds);
	hash_name(hash, path->acquires);
	if (!path->n)
		return;
	hash_text(sum, path->steps[0].function);
	hash_text(sum, path->steps[0].event);
	hash_text(sum, path->steps[path->n - 1].function);
	hash_text(sum, path->steps[path->n - 1].event);
}

static char *hash_of(const struct finding *f, report_rename_fn rename, const void *data)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	const struct id_hash hash = { sum, rename, data };

	hash_text(sum, f->rule);
	if (f->world)
		hash_text(sum, f->world);
	for (size_t i = 0; i < f->n_locks; i++)
		hash_name(&hash, f->locks[i].class_name);
	for (size_t i = 0; i < f->n_paths; i++)
		hash_path(&hash, &f->paths[i]);
	if (!f->n_paths)
		hash_name(&hash, f->location.file);
	/* A chain that begins at a table of operations does not tell whose it is. */
	if (!f->n_paths || !f->n_locks)
		hash_text(sum, f->location.function);
	return g_strndup(g_checksum_get_string(sum), ID_DIGITS);
}

/* Findings come sorted, so that the second of two alike is the one further down. */
static const char *next_id(struct report *report, GHashTable *seen, char *hash)
{
	guint before = GPOINTER_TO_UINT(g_hash_table_lookup(seen, hash));
	const char *id = before ? arena_printf(report->arena, "%s-%u", hash, before + 1)
				: arena_strdup(report->arena, hash);

	g_hash_table_insert(seen, hash, GUINT_TO_POINTER(before + 1));
	return id;
}

static void give_ids(struct report *report)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < report->findings->len; i++) {
		struct finding *f = report->findings->pdata[i];

		f->id = next_id(report, seen, hash_of(f, NULL, NULL));
	}
}

void report_give_base_ids(struct report *report, report_rename_fn rename, const void *data)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < report->findings->len; i++) {
		struct finding *f = report->findings->pdata[i];

		f->base_id = next_id(report, seen, hash_of(f, rename, data));
	}
}

/* --- merge ------------------------------------------------------------------------------------ */

static int compare_steps(const struct finding_step *a, const struct finding_step *b)
{
	int files = strcmp(a->file, b->file);

	if (files)
		return files;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return 0;
}

static int compare_text(const struct finding *a, const struct finding *b)
{
	int rules = strcmp(a->rule, b->rule);

	if (rules || g_strcmp0(a->world, b->world))
		return rules ? rules : g_strcmp0(a->world, b->world);
	return strcmp(a->message, b->message);
}

/* The worst first, then as they stand in the files. */
static gint compare_findings(gconstpointer p, gconstpointer q)
{
	const struct finding *a = *(struct finding *const *)p, *b = *(struct finding *const *)q;
	int places;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->confidence != b->confidence)
		return a->confidence > b->confidence ? -1 : 1;
	places = compare_steps(&a->location, &b->location);
	return places ? places : compare_text(a, b);
}

static bool is_same(const struct finding *a, const struct finding *b)
{
	return !compare_steps(&a->location, &b->location) && !compare_text(a, b);
}

/* "rule|holds|acquires" of a path, for the sets below. */
static char *path_key(const char *rule, const struct finding_path *path)
{
	return g_strdup_printf("%s|%s|%s", rule, path->holds ? path->holds : "",
			       path->acquires ? path->acquires : "");
}

/* All orders that some circle contains. */
static GHashTable *orders_in_cycles(const struct report *report)
{
	GHashTable *orders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < report->findings->len; i++) {
		const struct finding *f = report->findings->pdata[i];

		for (size_t p = 0; p < f->n_paths && g_str_equal(f->rule, "deadlock/cycle"); p++)
			g_hash_table_add(orders, path_key("deadlock/order", &f->paths[p]));
	}
	return orders;
}

/* A broken order that a circle contains has been told with it. */
static bool is_told(const struct finding *f, GHashTable *orders)
{
	g_autofree char *key = NULL;

	if (!f->n_paths)
		return false;
	key = path_key(f->rule, &f->paths[0]);
	return g_hash_table_contains(orders, key);
}

static void merge(struct report *report)
{
	g_autoptr(GHashTable) orders = orders_in_cycles(report);
	struct finding *last = NULL;
	guint kept = 0;

	for (guint i = 0; i < report->findings->len; i++) {
		struct finding *f = report->findings->pdata[i];

		if (is_told(f, orders) || (last && is_same(last, f)))
			continue;
		report->findings->pdata[kept++] = last = f;
	}
	g_ptr_array_set_size(report->findings, (gint)kept);
}

void report_finish(struct report *report)
{
	g_ptr_array_sort(report->findings, compare_findings);
	merge(report);
	give_ids(report);
}

size_t report_count(const struct report *report, enum severity least)
{
	size_t n = 0;

	for (guint i = 0; i < report->findings->len; i++)
		n += ((const struct finding *)report->findings->pdata[i])->severity >= least;
	return n;
}

const struct finding *report_find(const struct report *report, const char *id)
{
	for (guint i = 0; i < report->findings->len; i++) {
		const struct finding *f = report->findings->pdata[i];

		if (g_str_has_prefix(f->id, id))
			return f;
	}
	return NULL;
}
