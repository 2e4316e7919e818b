/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compiled_as.c - what two versions of a tree compile in different ways
 *
 * A patch may bring a file into the build, take it out, or change its flags, without touching it;
 * and it may change options of the configuration that files ask about. Where the build directories
 * of the two versions lie does not count.
 */
#include "base/file.h"
#include "cmd/analysis_p.h"

#include <string.h>

/* Of more than that some flag of all files has changed, or an option that all depend on. */
#define MOST_COMPILED_ANEW 300

/* Options that are named in a note. */
#define OPTIONS_NAMED 5

struct compiled_as {
	GHashTable *how;  /* object, or file where none is known -> hash of its flags; ours */
	GHashTable *file; /* the same -> interned file */
	char *options;	  /* the configuration as a header */
};

static const char *key_of(const struct unit_spec *unit)
{
	return g_intern_string(*unit->object ? unit->object : unit->file);
}

static gpointer hash_of_flags(const struct tree *tree, const struct unit_spec *unit)
{
	const char *objtree = tree->objtree ? tree->objtree : tree->root;
	uint64_t hash = 0;

	for (const char *const *word = unit->argv; *word; word++) {
		const char *inside = strstr(*word, objtree);
		const char *rest = inside ? inside + strlen(objtree) : *word;

		hash = file_hash_bytes(hash + (inside != NULL), rest, strlen(rest) + 1);
	}
	return GSIZE_TO_POINTER((gsize)hash | 1);
}

static char *options_of(const struct tree *tree)
{
	g_autofree char *path = NULL;
	char *text = NULL;

	if (!tree->objtree)
		return NULL;
	path = g_build_filename(tree->objtree, "include/generated/autoconf.h", NULL);
	return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

static struct compiled_as *see(const struct tree *tree, const GPtrArray *units)
{
	struct compiled_as *as = g_new0(struct compiled_as, 1);

	as->how = g_hash_table_new(NULL, NULL);
	as->file = g_hash_table_new(NULL, NULL);
	as->options = options_of(tree);
	for (guint i = 0; i < units->len; i++) {
		const struct unit_spec *unit = units->pdata[i];
		gpointer key = (gpointer)key_of(unit);

		g_hash_table_insert(as->how, key, hash_of_flags(tree, unit));
		g_hash_table_insert(as->file, key, (gpointer)g_intern_string(unit->file));
	}
	return as;
}

void compiled_as_free(struct compiled_as *as)
{
	if (!as)
		return;
	g_hash_table_unref(as->how);
	g_hash_table_unref(as->file);
	g_free(as->options);
	g_free(as);
}

/* Files of @one that @other compiles otherwise, or not; but not those in @known. */
static void add_others(const struct compiled_as *one, const struct compiled_as *other,
		       GHashTable *known, GHashTable *files)
{
	GHashTableIter iter;
	gpointer key, how;

	g_hash_table_iter_init(&iter, one->how);
	while (g_hash_table_iter_next(&iter, &key, &how)) {
		gpointer file = g_hash_table_lookup(one->file, key);

		if (g_hash_table_lookup(other->how, key) != how &&
		    !g_hash_table_contains(known, file))
			g_hash_table_add(files, file);
	}
}

/* --- options ---------------------------------------------------------------------------------- */

static GHashTable *lines_of(const char *text)
{
	GHashTable *lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_auto(GStrv) all = g_strsplit(text ? text : "", "\n", -1);

	for (char **line = all; *line; line++)
		g_hash_table_add(lines, g_strdup(*line));
	return lines;
}

/* "#define CONFIG_KVM_MODULE 1": code asks about CONFIG_KVM as well. */
static void add_option(const char *line, GHashTable *options)
{
	g_autofree char *name = NULL;

	if (!g_str_has_prefix(line, "#define CONFIG_"))
		return;
	line += strlen("#define ");
	name = g_strndup(line, strcspn(line, " "));
	if (g_str_has_suffix(name, "_MODULE"))
		name[strlen(name) - strlen("_MODULE")] = '\0';
	g_hash_table_add(options, (gpointer)g_intern_string(name));
}

static void add_options(const char *text, const char *other, GHashTable *options)
{
	g_autoptr(GHashTable) lines = lines_of(text), others = lines_of(other);
	GHashTableIter iter;
	gpointer line;

	g_hash_table_iter_init(&iter, lines);
	while (g_hash_table_iter_next(&iter, &line, NULL)) {
		if (!g_hash_table_contains(others, line))
			add_option(line, options);
	}
}

static gint by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

static char *names_of(GHashTable *options)
{
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(options), by_text);
	g_autoptr(GString) text = g_string_new(NULL);
	guint n = 0;

	for (GList *name = names; name && n < OPTIONS_NAMED; name = name->next, n++)
		g_string_append_printf(text, "%s%s", n ? ", " : "", (const char *)name->data);
	if (g_list_length(names) > n)
		g_string_append(text, " and others");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool add_mentions(GHashTable *options, struct tree *tree, const GPtrArray *units,
			 GHashTable *files, struct console *con, GError **err)
{
	struct word_index *index = word_index_open(tree, units, con, err);
	GHashTableIter iter;
	gpointer name;

	if (!index)
		return false;
	g_hash_table_iter_init(&iter, options);
	while (g_hash_table_iter_next(&iter, &name, NULL)) {
		g_autoptr(GArray) found = word_index_mentions(index, name);

		for (guint i = 0; i < found->len; i++) {
			const struct unit_spec *unit =
				units->pdata[g_array_index(found, uint32_t, i)];

			g_hash_table_add(files, (gpointer)g_intern_string(unit->file));
		}
	}
	word_index_free(index);
	return true;
}

/* --- both ------------------------------------------------------------------------------------- */

static void take(struct affected *affected, GHashTable *files, char *note)
{
	GHashTableIter iter;
	gpointer file;

	if (g_hash_table_size(files) > MOST_COMPILED_ANEW) {
		g_ptr_array_add(affected->notes,
				g_strdup_printf("%s: too many, these were not looked at", note));
		g_free(note);
		return;
	}
	g_ptr_array_add(affected->notes, note);
	g_hash_table_iter_init(&iter, files);
	while (g_hash_table_iter_next(&iter, &file, NULL)) {
		if (g_hash_table_add(affected->files, file))
			g_hash_table_add(affected->compiled, file);
	}
}

static const char *plural(guint n)
{
	return n == 1 ? "" : "s";
}

static void take_otherwise(struct affected *affected, const struct compiled_as *now)
{
	g_autoptr(GHashTable) files = g_hash_table_new(NULL, NULL);
	guint n;

	add_others(now, affected->before, affected->files, files);
	add_others(affected->before, now, affected->files, files);
	n = g_hash_table_size(files);
	if (n)
		take(affected, files,
		     g_strdup_printf("%u file%s that the patch does not touch "
				     "%s compiled in another way, newly, or no more",
				     n, plural(n), n == 1 ? "is" : "are"));
}

static bool take_reconfigured(struct affected *affected, const struct compiled_as *now,
			      struct tree *tree, const GPtrArray *units, struct console *con,
			      GError **err)
{
	g_autoptr(GHashTable) options = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) files = g_hash_table_new(NULL, NULL);
	g_autofree char *names = NULL;
	guint n;

	add_options(now->options, affected->before->options, options);
	add_options(affected->before->options, now->options, options);
	if (!g_hash_table_size(options))
		return true;
	affected->reconfigured = true;
	if (!add_mentions(options, tree, units, files, con, err))
		return false;
	n = g_hash_table_size(files);
	names = names_of(options);
	take(affected, files,
	     n ? g_strdup_printf("the patch changes options of the configuration (%s), which %u "
				 "file%s mention%s",
				 names, n, plural(n), n == 1 ? "s" : "")
	       : g_strdup_printf("the patch changes options of the configuration (%s), which no "
				 "other file mentions",
				 names));
	return true;
}

bool affected_by_build(struct affected *affected, struct tree *tree, const GPtrArray *units,
		       struct console *con, GError **err)
{
	struct compiled_as *now;
	bool ok;

	if (!affected->rebuilt)
		return true;
	now = see(tree, units);
	if (!affected->before) {
		affected->before = now;
		return true;
	}
	take_otherwise(affected, now);
	ok = take_reconfigured(affected, now, tree, units, con, err);
	compiled_as_free(now);
	return ok;
}
