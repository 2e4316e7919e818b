/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * results.c - what an analysis found, kept by what it was made from
 *
 * All that decides what is found, once the code is read: the facts, the rules, the options, what
 * was asked about, and this program itself. Its key is a hash over all of that, so an entry cannot
 * be out of date; it can be damaged, which its first line tells. A run that finds its entry has
 * only looked whether the sources are what they were.
 */
#include "base/file.h"
#include "cmd/analysis_p.h"
#include "cmd/id.h"
#include "cmd/outputs_p.h"
#include "cmd/picture_p.h"

#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

/* A report is some 100 kB; an old one is of use again when a change is taken back. */
#define MOST_KEPT 50

/* What is known of functions is some 50 MB for a folder of drivers. */
#define MOST_FLOWS 8

#define HEAD_FORMAT "lockgraph-results/1 %016" PRIx64 "\n"

/* --- the key ---------------------------------------------------------------------------------- */

static void add_bytes(uint64_t *hash, const void *bytes, size_t size)
{
	*hash = file_hash_bytes(*hash, bytes, size);
}

static void add_number(uint64_t *hash, int64_t number)
{
	add_bytes(hash, &number, sizeof(number));
}

static void add_options(uint64_t *hash, const struct options *o)
{
	const int64_t numbers[] = { BUILD_ID, o->max_cycle, o->isolate,	       o->all,
				    o->gated, o->direct,    o->direct_if_many, o->near,
				    o->no_rt, o->rt,	    o->untrusted };

	add_bytes(hash, numbers, sizeof(numbers));
}

static bool add_rules(uint64_t *hash, const struct rules *rules)
{
	for (guint i = 0; i < rules->files->len; i++) {
		uint64_t content;

		if (!file_hash(rules->files->pdata[i], &content, NULL))
			return false;
		add_bytes(hash, &content, sizeof(content));
	}
	return true;
}

/* In their order, as it numbers what comes after. */
static void add_facts(uint64_t *hash, const struct analysis *a)
{
	add_number(hash, a->units->len);
	for (guint i = 0; i < a->facts->len; i++) {
		const struct facts *facts = a->facts->pdata[i];

		add_bytes(hash, facts->map.data, facts->map.size);
	}
}

/* NULL when something cannot be read. */
static char *make_path(const struct analysis *a)
{
	uint64_t hash = tree_scope_hash(a->tree);
	g_autofree char *name = NULL;

	add_options(&hash, a->options);
	add_bytes(&hash, a->report->version, strlen(a->report->version));
	if (!add_rules(&hash, a->rules))
		return NULL;
	add_facts(&hash, a);
	name = g_strdup_printf("%016" PRIx64 ".json", hash);
	return g_build_filename(a->cache, RESULTS_FOLDER, name, NULL);
}

/* The facts are some 100 MB: they are gone over once. */
static const char *path_of(struct analysis *a)
{
	if (!a->results_path)
		a->results_path = make_path(a);
	return a->results_path;
}

/* --- the folder ------------------------------------------------------------------------------- */

static gint compare_used(gconstpointer p, gconstpointer q)
{
	struct stat a = { 0 }, b = { 0 };

	stat(*(char *const *)p, &a);
	stat(*(char *const *)q, &b);
	if (a.st_mtime != b.st_mtime)
		return a.st_mtime < b.st_mtime ? -1 : 1;
	return strcmp(*(char *const *)p, *(char *const *)q);
}

static void drop_oldest(const char *folder, guint most)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	if (paths->len <= most)
		return;
	g_ptr_array_sort(paths, compare_used);
	for (guint i = 0; i < paths->len - most; i++)
		g_unlink(paths->pdata[i]);
}

/* --- kept and recalled ------------------------------------------------------------------------ */

/* Where the report begins in what was kept; NULL when it is not what was written. */
static const char *body_of(const char *text, size_t size)
{
	const char *end = memchr(text, '\n', size);
	g_autofree char *head = NULL;

	if (!end)
		return NULL;
	head = g_strdup_printf(HEAD_FORMAT,
			       file_hash_bytes(0, end + 1, size - (size_t)(end + 1 - text)));
	return !strncmp(head, text, strlen(head)) ? end + 1 : NULL;
}

/* The report, and behind its end the picture. */
static bool unpack(struct analysis *a, struct picture *picture, const char *body, gsize size)
{
	gsize length = strnlen(body, size);

	if (picture &&
	    (length == size || !picture_unpack(picture, body + length + 1, size - length - 1)))
		return false;
	return report_unpack(a->report, body, length);
}

bool results_read(struct analysis *a, struct picture *picture, const char *path)
{
	g_autofree char *text = NULL;
	const char *body;
	gsize size;

	if (!g_file_get_contents(path, &text, &size, NULL))
		return false;
	body = body_of(text, size);
	return body && unpack(a, picture, body, size - (size_t)(body - text));
}

bool results_recall(struct analysis *a, struct picture *picture)
{
	const char *path = a->options->anew ? NULL : path_of(a);

	if (!path || !results_read(a, picture, path))
		return false;
	g_utime(path, NULL);
	console_verbose(a->con, "nothing has changed: what is known from before is told again");
	end_stage(a, "recall");
	return true;
}

bool results_write(const struct analysis *a, const struct picture *picture, const char *path,
		   GError **err)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *body = report_pack(a->report), *head = NULL;

	g_string_append(text, body);
	if (picture) {
		g_string_append_c(text, '\0');
		picture_pack(picture, text);
	}
	head = g_strdup_printf(HEAD_FORMAT, file_hash_bytes(0, text->str, text->len));
	g_string_prepend(text, head);
	return file_replace(path, text->str, text->len, err);
}

/* A cache that cannot be written to is no reason to fail. */
void results_keep(struct analysis *a, const struct picture *picture)
{
	const char *path = path_of(a);
	g_autofree char *folder = path ? g_path_get_dirname(path) : NULL;
	g_autoptr(GError) err = NULL;

	if (!path)
		return;
	if (!file_make_dirs(folder, &err) || !results_write(a, picture, path, &err))
		console_verbose(a->con, "the next run will analyse again: %s", err->message);
	else
		drop_oldest(folder, MOST_KEPT);
}

/* --- functions -------------------------------------------------------------------------------- */

/* What is in there is held against the code: only who made it must be the same. */
static char *flow_path_of(const struct analysis *a)
{
	uint64_t hash = tree_scope_hash(a->tree);
	g_autofree char *name = NULL;

	add_number(&hash, BUILD_ID);
	if (!add_rules(&hash, a->rules))
		return NULL;
	name = g_strdup_printf("%016" PRIx64, hash);
	return g_build_filename(a->cache, FLOW_FOLDER, name, NULL);
}

struct kept_flows *flow_kept_open(const struct analysis *a)
{
	g_autofree char *path = a->options->anew ? NULL : flow_path_of(a);
	g_autofree char *folder = path ? g_path_get_dirname(path) : NULL;

	if (!path || !file_make_dirs(folder, NULL))
		return NULL;
	g_utime(path, NULL);
	drop_oldest(folder, MOST_FLOWS);
	return kept_open(a->program, path);
}
