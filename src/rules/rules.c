/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files are loaded, in which order; and what is asked of the result. */
#include "rules/load_p.h"

#include <string.h>

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The .json files of a folder, sorted so that overriding does not depend on the disk. */
static GPtrArray *folder_files(const char *folder, GError **err)
{
	GPtrArray *names;
	const char *name;
	GDir *dir = g_dir_open(folder, 0, err);

	if (!dir)
		return NULL;
	names = g_ptr_array_new_with_free_func(g_free);
	while ((name = g_dir_read_name(dir))) {
		if (g_str_has_suffix(name, ".json") && name[0] != '.')
			g_ptr_array_add(names, g_strdup(name));
	}
	g_dir_close(dir);
	g_ptr_array_sort(names, compare_names);
	return names;
}

static bool no_rules_in(const char *folder, GError **err)
{
	g_set_error(err, rules_error_quark(), 0,
		    "%s: no rules in this folder: it has no file NAME.json", folder);
	return false;
}

static bool load_folder(struct rules *rules, const char *folder, const char *set, GError **err)
{
	g_autoptr(GPtrArray) names = folder_files(folder, err);

	if (!names)
		return false;
	if (!names->len)
		return no_rules_in(folder, err);
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *path = g_build_filename(folder, names->pdata[i], NULL);
		g_autofree char *name = g_build_filename(set, names->pdata[i], NULL);

		if (!rule_file_load(rules, path, name, err))
			return false;
	}
	return true;
}

static bool no_such_set(const char *rules_dir, const char *what, GError **err)
{
	g_auto(GStrv) sets = rules_sets(rules_dir);
	g_autofree char *list = g_strjoinv(", ", sets);

	g_set_error(err, rules_error_quark(), 0,
		    "%s: no rule set of that name in %s (there are: %s) and no such file", what,
		    rules_dir, *list ? list : "none");
	return false;
}

bool rules_load_named(struct rules *rules, const char *rules_dir, const char *what, GError **err)
{
	g_autofree char *folder = g_build_filename(rules_dir, what, NULL);
	g_autofree char *file = g_strconcat(folder, ".json", NULL);
	g_autofree char *name = g_strconcat(what, ".json", NULL);
	bool is_name = *what && !strchr(what, G_DIR_SEPARATOR) && what[0] != '.';

	if (is_name && g_file_test(folder, G_FILE_TEST_IS_DIR))
		return load_folder(rules, folder, what, err);
	if (is_name && g_file_test(file, G_FILE_TEST_IS_REGULAR))
		return rule_file_load(rules, file, name, err);
	if (g_file_test(what, G_FILE_TEST_IS_DIR))
		return load_folder(rules, what, what, err);
	if (g_file_test(what, G_FILE_TEST_EXISTS))
		return rule_file_load(rules, what, what, err);
	return no_such_set(rules_dir, what, err);
}

char **rules_sets(const char *rules_dir)
{
	g_autoptr(GPtrArray) sets = g_ptr_array_new();
	GDir *dir = g_dir_open(rules_dir, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(rules_dir, name, NULL);

		if (name[0] != '.' && g_file_test(path, G_FILE_TEST_IS_DIR))
			g_ptr_array_add(sets, g_strdup(name));
	}
	g_clear_pointer(&dir, g_dir_close);
	g_ptr_array_sort(sets, compare_names);
	g_ptr_array_add(sets, NULL);
	return (char **)g_ptr_array_steal(sets, NULL);
}

static struct rules *rules_new(void)
{
	struct rules *rules = g_new0(struct rules, 1);

	rules->arena = arena_new("rules");
	rules->primitives = g_hash_table_new(g_str_hash, g_str_equal);
	rules->lock_types = g_hash_table_new(g_str_hash, g_str_equal);
	rules->part_types = g_hash_table_new(g_str_hash, g_str_equal);
	rules->opaque = g_hash_table_new(g_str_hash, g_str_equal);
	rules->functions = g_hash_table_new(g_str_hash, g_str_equal);
	rules->flag_words = g_array_new(FALSE, FALSE, sizeof(struct flag_word));
	rules->spellings = g_array_new(FALSE, FALSE, sizeof(struct spelling));
	rules->opaque_files = g_hash_table_new(g_str_hash, g_str_equal);
	rules->unvalidated = g_hash_table_new(g_str_hash, g_str_equal);
	rules->not_preemptible = g_hash_table_new(g_str_hash, g_str_equal);
	rules->not_readers = g_hash_table_new(g_str_hash, g_str_equal);
	rules->markers = g_hash_table_new(g_str_hash, g_str_equal);
	rules->carried = g_hash_table_new(g_str_hash, g_str_equal);
	rules->noreturn = g_hash_table_new(g_str_hash, g_str_equal);
	rules->not_null = g_hash_table_new(g_str_hash, g_str_equal);
	rules->errors = g_hash_table_new(g_str_hash, g_str_equal);
	rules->own_operations = g_hash_table_new(g_str_hash, g_str_equal);
	rules->rcu_accesses = g_hash_table_new(g_str_hash, g_str_equal);
	rules->rcu_links = g_hash_table_new(g_str_hash, g_str_equal);
	rules->rcu_inside = g_hash_table_new(g_str_hash, g_str_equal);
	rules->rcu_quiet = g_hash_table_new(g_str_hash, g_str_equal);
	rules->rcu_marks = g_hash_table_new(g_str_hash, g_str_equal);
	rules->aliases = g_hash_table_new(g_str_hash, g_str_equal);
	rules->roles = g_hash_table_new(g_str_hash, g_str_equal);
	rules->sleeping = g_hash_table_new(g_str_hash, g_str_equal);
	rules->callbacks = g_hash_table_new(g_str_hash, g_str_equal);
	rules->attribute_types = g_hash_table_new(g_str_hash, g_str_equal);
	rules->attribute_holders = g_hash_table_new(g_str_hash, g_str_equal);
	rules->attribute_ancestors = g_hash_table_new(g_str_hash, g_str_equal);
	rules->attribute_breaks = g_hash_table_new(g_str_hash, g_str_equal);
	rules->attribute_adders = g_hash_table_new(g_str_hash, g_str_equal);
	rules->entry_arguments = g_hash_table_new(g_str_hash, g_str_equal);
	rules->entry_members = g_hash_table_new(g_str_hash, g_str_equal);
	rules->entry_flags = g_hash_table_new(g_str_hash, g_str_equal);
	rules->entry_functions = g_hash_table_new(g_str_hash, g_str_equal);
	rules->entry_patterns = g_ptr_array_new();
	rules->waiting = g_hash_table_new(g_str_hash, g_str_equal);
	rules->files = g_ptr_array_new();
	return rules;
}

void rules_free(struct rules *rules)
{
	if (!rules)
		return;
	g_hash_table_unref(rules->primitives);
	g_hash_table_unref(rules->lock_types);
	g_hash_table_unref(rules->part_types);
	g_hash_table_unref(rules->opaque);
	g_hash_table_unref(rules->functions);
	g_array_unref(rules->flag_words);
	g_array_unref(rules->spellings);
	g_hash_table_unref(rules->opaque_files);
	g_hash_table_unref(rules->unvalidated);
	g_hash_table_unref(rules->not_preemptible);
	g_hash_table_unref(rules->not_readers);
	g_hash_table_unref(rules->markers);
	g_hash_table_unref(rules->carried);
	g_hash_table_unref(rules->noreturn);
	g_hash_table_unref(rules->not_null);
	g_hash_table_unref(rules->errors);
	g_hash_table_unref(rules->own_operations);
	g_hash_table_unref(rules->rcu_accesses);
	g_hash_table_unref(rules->rcu_links);
	g_hash_table_unref(rules->rcu_inside);
	g_hash_table_unref(rules->rcu_quiet);
	g_hash_table_unref(rules->rcu_marks);
	g_hash_table_unref(rules->aliases);
	g_hash_table_unref(rules->attribute_types);
	g_hash_table_unref(rules->attribute_holders);
	g_hash_table_unref(rules->attribute_ancestors);
	g_hash_table_unref(rules->attribute_breaks);
	g_hash_table_unref(rules->attribute_adders);
	g_hash_table_unref(rules->roles);
	g_hash_table_unref(rules->sleeping);
	g_hash_table_unref(rules->callbacks);
	g_hash_table_unref(rules->waiting);
	g_hash_table_unref(rules->entry_arguments);
	g_hash_table_unref(rules->entry_members);
	g_hash_table_unref(rules->entry_flags);
	g_hash_table_unref(rules->entry_functions);
	g_ptr_array_unref(rules->entry_patterns);
	g_ptr_array_unref(rules->files);
	arena_free(rules->arena);
	g_free(rules);
}

static bool not_installed(const char *rules_dir, GError **err)
{
	g_set_error(err, rules_error_quark(), 0,
		    "%s: lockgraph's own rules are not there: run make install, or say in "
		    "LOCKGRAPH_DATADIR where its data are (datadir in a build folder)",
		    rules_dir);
	return false;
}

static bool load_all(struct rules *rules, const char *rules_dir, const char *set,
		     const char *const *extra, GError **err)
{
	if (!g_file_test(rules_dir, G_FILE_TEST_IS_DIR))
		return not_installed(rules_dir, err);
	if (!rules_load_named(rules, rules_dir, set, err))
		return false;
	for (; extra && *extra; extra++) {
		if (!rules_load_named(rules, rules_dir, *extra, err))
			return false;
	}
	rules_index_functions(rules);
	return true;
}

struct rules *rules_load(const char *rules_dir, const char *set, const char *const *extra,
			 GError **err)
{
	struct rules *rules = rules_new();

	if (load_all(rules, rules_dir, set, extra, err))
		return rules;
	rules_free(rules);
	return NULL;
}

const struct primitive *rules_primitive(const struct rules *rules, const char *name)
{
	return g_hash_table_lookup(rules->primitives, name);
}
