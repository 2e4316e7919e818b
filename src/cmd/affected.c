/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * affected.c - which units a patch can change the meaning of
 *
 * A changed .c file; and, for a changed header, the units that include it. A header that hundreds
 * include would have all of them read: then only those that mention a name from the changed lines.
 */
#include "cmd/analysis_p.h"

#include <string.h>

/* 300 units take some 15 s to read on two cores. */
#define MOST_INCLUDERS 300
#define MOST_BESIDE 200

/* Programs of the build machine, and texts. */
static const char *const not_kernel[] = { "Documentation/", "LICENSES/", "rust/", "samples/",
					  "scripts/",	    "tools/",	 "usr/" };

static bool is_kernel_code(const struct tree *tree, const char *path)
{
	g_autofree char *arch = g_strdup_printf("arch/%s/", tree->srcarch ? tree->srcarch : "");

	if (tree->kind != TREE_KERNEL)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(not_kernel); i++) {
		if (g_str_has_prefix(path, not_kernel[i]))
			return false;
	}
	return !g_str_has_prefix(path, "arch/") || g_str_has_prefix(path, arch);
}

static bool is_header(const char *path)
{
	static const char *const suffixes[] = { ".h", ".c", ".inc", ".def" };

	for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		if (g_str_has_suffix(path, suffixes[i]))
			return true;
	}
	return false;
}

static void add_file(struct affected *affected, const char *path)
{
	g_hash_table_add(affected->files, (gpointer)g_intern_string(path));
}

static bool is_unit(const GPtrArray *units, const char *path)
{
	for (guint i = 0; i < units->len; i++) {
		if (g_str_equal(((const struct unit_spec *)units->pdata[i])->file, path))
			return true;
	}
	return false;
}

static void add_changed(struct affected *affected, struct tree *tree, const GPtrArray *units,
			const GPtrArray *changed)
{
	for (guint i = 0; i < changed->len; i++) {
		const char *path = changed->pdata[i];

		if (is_header(path) && (is_kernel_code(tree, path) || is_unit(units, path)))
			add_file(affected, path);
	}
}

static GPtrArray *headers_of(const GPtrArray *changed)
{
	GPtrArray *headers = g_ptr_array_new();

	for (guint i = 0; i < changed->len; i++) {
		if (is_header(changed->pdata[i]))
			g_ptr_array_add(headers, changed->pdata[i]);
	}
	return headers;
}

static GHashTable *words_of(const GPtrArray *headers, changed_words_fn words, void *data)
{
	GHashTable *all = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < headers->len; i++) {
		g_autoptr(GPtrArray) some = NULL;

		if (g_str_has_suffix(headers->pdata[i], ".c"))
			continue;
		some = words(data, headers->pdata[i]);
		for (guint w = 0; some && w < some->len; w++)
			g_hash_table_add(all, some->pdata[w]);
	}
	return all;
}

static bool mentions(const struct tree *tree, const char *file, GHashTable *words)
{
	g_autofree char *path = g_build_filename(tree->root, file, NULL);
	g_autoptr(GPtrArray) own = NULL;
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return false;
	own = tree_words(text);
	for (guint i = 0; i < own->len; i++) {
		if (g_hash_table_contains(words, own->pdata[i]))
			return true;
	}
	return false;
}

static guint count(const bool *flags, guint n)
{
	guint set = 0;

	for (guint i = 0; i < n; i++)
		set += flags[i];
	return set;
}

/* Leaves in @includes the units that mention a changed name, no more than can be read. */
static void narrow(struct affected *affected, const struct tree *tree, const GPtrArray *units,
		   bool *includes, GHashTable *words)
{
	guint before = count(includes, units->len), kept = 0;

	for (guint i = 0; i < units->len; i++) {
		const char *file = ((const struct unit_spec *)units->pdata[i])->file;

		includes[i] = includes[i] && kept < MOST_INCLUDERS && mentions(tree, file, words);
		kept += includes[i];
	}
	g_ptr_array_add(affected->notes,
			g_strdup_printf("%u files include a changed header; the %u of them that "
					"mention what changed in it were looked at",
					before, kept));
}

/* A driver is a folder: the other half of a deadlock is mostly beside the first. */
static void add_beside(struct affected *affected, const GPtrArray *units, const GPtrArray *changed)
{
	g_autoptr(GHashTable)
		folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < changed->len; i++) {
		if (g_hash_table_contains(affected->files, g_intern_string(changed->pdata[i])))
			g_hash_table_add(folders, g_path_get_dirname(changed->pdata[i]));
	}
	for (guint i = 0; i < units->len; i++) {
		const char *file = ((const struct unit_spec *)units->pdata[i])->file;
		g_autofree char *folder = g_path_get_dirname(file);

		if (g_hash_table_contains(folders, folder) &&
		    g_hash_table_size(affected->beside) < MOST_BESIDE)
			g_hash_table_add(affected->beside, (gpointer)g_intern_string(file));
	}
}

void affected_add(struct affected *affected, struct tree *tree, const GPtrArray *units,
		  const GPtrArray *changed, changed_words_fn words, void *data)
{
	g_autoptr(GPtrArray) headers = headers_of(changed);
	g_autofree bool *includes = tree_includers(tree, units, headers);

	add_changed(affected, tree, units, changed);
	if (count(includes, units->len) > MOST_INCLUDERS) {
		g_autoptr(GHashTable) names = words_of(headers, words, data);

		narrow(affected, tree, units, includes, names);
	}
	for (guint i = 0; i < units->len; i++) {
		if (includes[i])
			add_file(affected, ((const struct unit_spec *)units->pdata[i])->file);
	}
	add_beside(affected, units, changed);
}
