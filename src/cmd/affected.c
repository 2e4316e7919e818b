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
	g_autofree char *other = tree_other_arch(tree, path);

	if (tree->kind != TREE_KERNEL)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(not_kernel); i++) {
		if (g_str_has_prefix(path, not_kernel[i]))
			return false;
	}
	return !other;
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

static void tell(struct affected *affected, char *note)
{
	if (g_ptr_array_find_with_equal_func(affected->notes, note, g_str_equal, NULL))
		g_free(note);
	else
		g_ptr_array_add(affected->notes, note);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

static char *names_of(GHashTable *set)
{
	g_autoptr(GList) sorted = g_list_sort(g_hash_table_get_keys(set), by_name);
	GString *names = g_string_new(NULL);

	for (GList *name = sorted; name; name = name->next)
		g_string_append_printf(names, "%s%s", names->len ? ", " : "",
				       (const char *)name->data);
	return g_string_free(names, FALSE);
}

/* Changed code that no unit of this architecture has in it is told: nobody has looked at it. */
static void tell_others(struct affected *affected, const struct tree *tree, const GPtrArray *units,
			const GPtrArray *changed)
{
	g_autoptr(GHashTable) archs = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *names = NULL;
	guint n = 0;

	for (guint i = 0; i < changed->len; i++) {
		g_autofree char *other = tree_other_arch(tree, changed->pdata[i]);

		if (!other || !is_header(changed->pdata[i]) || is_unit(units, changed->pdata[i]))
			continue;
		g_hash_table_add(archs, (gpointer)g_intern_string(other));
		n++;
	}
	names = names_of(archs);
	if (n)
		tell(affected, g_strdup_printf("%u changed file%s of other architectures (%s), not "
					       "looked at: this was %s, --arch names another",
					       n, n == 1 ? " is" : "s are", names, tree->arch));
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

static guint count(const bool *flags, guint n)
{
	guint set = 0;

	for (guint i = 0; i < n; i++)
		set += flags[i];
	return set;
}

/* Units among @includes that mention @word, added to @found; a word that most mention tells
 * nothing. */
static void add_mentions(const struct word_index *index, const char *word, const bool *includes,
			 bool *found)
{
	g_autoptr(GArray) units = word_index_mentions(index, word);
	guint n = 0;

	for (guint i = 0; i < units->len; i++)
		n += includes[g_array_index(units, uint32_t, i)];
	for (guint i = 0; n <= MOST_INCLUDERS && i < units->len; i++) {
		uint32_t unit = g_array_index(units, uint32_t, i);

		found[unit] = found[unit] || includes[unit];
	}
}

/* The first units in @flags, no more than can be read. */
static guint keep_first(bool *flags, guint n)
{
	guint kept = 0;

	for (guint i = 0; i < n; i++) {
		flags[i] = flags[i] && kept < MOST_INCLUDERS;
		kept += flags[i];
	}
	return kept;
}

/* Leaves in @includes the units that mention a changed name. */
static bool narrow(struct affected *affected, struct tree *tree, const GPtrArray *units,
		   bool *includes, GHashTable *words, struct console *con, GError **err)
{
	struct word_index *index = word_index_open(tree, units, con, err);
	g_autofree bool *found = g_new0(bool, units->len + 1);
	guint before = count(includes, units->len), mention, kept;
	GHashTableIter iter;
	gpointer word;

	if (!index)
		return false;
	g_hash_table_iter_init(&iter, words);
	while (g_hash_table_iter_next(&iter, &word, NULL))
		add_mentions(index, word, includes, found);
	word_index_free(index);
	mention = count(found, units->len);
	kept = keep_first(found, units->len);
	memcpy(includes, found, units->len * sizeof(*found));
	tell(affected, mention == kept
			       ? g_strdup_printf("%u files include a changed header; the %u of "
						 "them that mention what changed in it were "
						 "looked at",
						 before, kept)
			       : g_strdup_printf("%u files include a changed header, and %u of "
						 "them mention what changed in it; %u of these "
						 "were looked at",
						 before, mention, kept));
	return true;
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

bool affected_add(struct affected *affected, struct tree *tree, const GPtrArray *changed,
		  changed_words_fn words, void *data, struct console *con, GError **err)
{
	g_autoptr(GPtrArray) units = tree_all_units(tree, con, err);
	g_autoptr(GPtrArray) headers = headers_of(changed);
	g_autofree bool *includes = NULL;

	if (!units)
		return false;
	if (!affected->includers)
		affected->includers = includers_new(headers);
	includes = includers_among(affected->includers, tree, units);
	add_changed(affected, tree, units, changed);
	tell_others(affected, tree, units, changed);
	if (count(includes, units->len) > MOST_INCLUDERS) {
		g_autoptr(GHashTable) names = words_of(headers, words, data);

		if (!narrow(affected, tree, units, includes, names, con, err))
			return false;
	}
	for (guint i = 0; i < units->len; i++) {
		if (includes[i])
			add_file(affected, ((const struct unit_spec *)units->pdata[i])->file);
	}
	if (!affected_by_build(affected, tree, units, con, err))
		return false;
	add_beside(affected, units, changed);
	return true;
}
