/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compdb.c - units from a compile_commands.json */
#include "source/source_p.h"

#include "base/json.h"

#include <string.h>

#define COMPDB_NAME "compile_commands.json"

char *compdb_find(const char *file_or_dir, GError **err)
{
	g_autofree char *cwd = g_get_current_dir();
	g_autofree char *path = path_absolute(cwd, file_or_dir);
	g_autofree char *inside = g_build_filename(path, COMPDB_NAME, NULL);

	if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return g_steal_pointer(&path);
	if (g_file_test(inside, G_FILE_TEST_IS_REGULAR))
		return g_steal_pointer(&inside);
	g_set_error(err, SOURCE_ERROR, SOURCE_NOT_FOUND,
		    "'%s' is neither a " COMPDB_NAME " nor a folder that has one", path);
	return NULL;
}

static const char *text_of(const json_t *entry, const char *key)
{
	return json_string_value(json_object_get(entry, key));
}

static char **words_of_list(const json_t *list)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	const json_t *word;
	size_t i;

	json_array_foreach(list, i, word) {
		const char *text = json_string_value(word);

		if (text)
			g_ptr_array_add(words, g_strdup(text));
	}
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
}

/* The command as words: "arguments" is a list, "command" is for the shell. */
static char **words_of(const json_t *entry, GError **err)
{
	const json_t *list = json_object_get(entry, "arguments");
	const char *command = text_of(entry, "command");
	char **words;

	if (json_is_array(list))
		return words_of_list(list);
	if (!command) {
		g_set_error(err, SOURCE_ERROR, SOURCE_BAD_INPUT,
			    "an entry for '%s' has neither \"command\" nor \"arguments\"",
			    text_of(entry, "file"));
		return NULL;
	}
	return g_shell_parse_argv(command, NULL, &words, err) ? words : NULL;
}

static const char *object_name(struct tree *tree, const char *directory, const char *output)
{
	g_autofree char *path = output ? path_absolute(directory, output) : NULL;
	g_autofree char *prefix = g_strconcat(directory, "/", NULL);

	if (!path)
		return "";
	if (g_str_has_prefix(path, prefix))
		return tree_string(tree, path + strlen(prefix));
	return tree_relative(tree, path);
}

static void fill_unit(struct tree *tree, struct unit_spec *unit, const char *directory,
		      char *const *words)
{
	struct parsed_flags parsed;

	flags_parse(tree, directory, words, &parsed);
	unit->directory = tree_string(tree, directory);
	unit->object = object_name(tree, directory, parsed.output);
	unit->module = parsed.is_module && parsed.modname ? parsed.modname : "";
	unit->argv = parsed.argv;
}

static bool add_entry(struct tree *tree, const json_t *entry, GPtrArray *units, GError **err)
{
	const char *directory = text_of(entry, "directory");
	const char *file = text_of(entry, "file");
	g_autofree char *absolute = NULL;
	g_auto(GStrv) words = NULL;
	struct unit_spec *unit;

	if (!directory || !file) {
		g_set_error(err, SOURCE_ERROR, SOURCE_BAD_INPUT,
			    "an entry lacks \"directory\" or \"file\"");
		return false;
	}
	if (!g_str_has_suffix(file, ".c"))
		return true;
	words = words_of(entry, err);
	if (!words)
		return false;
	absolute = path_absolute(directory, file);
	unit = arena_new_struct(tree->arena, struct unit_spec);
	unit->file = tree_relative(tree, absolute);
	fill_unit(tree, unit, directory, words);
	g_ptr_array_add(units, unit);
	return true;
}

static bool add_entries(struct tree *tree, const json_t *list, GPtrArray *units, GError **err)
{
	const json_t *entry;
	size_t i;

	if (!json_is_array(list)) {
		g_set_error(err, SOURCE_ERROR, SOURCE_BAD_INPUT, "it must be a list of commands");
		return false;
	}
	json_array_foreach(list, i, entry)
		if (!add_entry(tree, entry, units, err))
			return false;
	return true;
}

GPtrArray *compdb_units(struct tree *tree, GError **err)
{
	g_autofree char *path = compdb_find(tree->request.compile_commands, err);
	g_autoptr(GPtrArray) units = g_ptr_array_new();
	json_t *list = path ? json_read_file(path, err) : NULL;
	bool good;

	if (!list)
		return NULL;
	good = add_entries(tree, list, units, err);
	json_decref(list);
	if (!good) {
		g_prefix_error(err, "%s: ", path);
		return NULL;
	}
	units_sort(units);
	return g_steal_pointer(&units);
}
