/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * move.c - the same tree in another folder, with some files exchanged
 *
 * A patch is judged by two versions of a tree that differ in a few files. The build directory and
 * the list of units hold for both as long as no makefile and no Kconfig file is among them, so
 * they are made once and all paths in them are made to lead to the other folder.
 */
#include "source/source_p.h"

#include <string.h>

/* @text with @from, where it stands as a whole path or the beginning of one, turned into @to. */
static const char *moved(struct tree *tree, const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	size_t length = strlen(from);
	g_autofree char *result = NULL;

	while (at && at[length] != '/' && at[length] != '\0')
		at = strstr(at + 1, from);
	if (!at)
		return text;
	result = g_strdup_printf("%.*s%s%s", (int)(at - text), text, to, at + length);
	return tree_string(tree, result);
}

/* What lies in the build directory stays, also where that is inside the tree. */
static const char *moved_source(struct tree *tree, const char *text, const char *to)
{
	const char *objtree = tree->objtree;

	if (objtree && strstr(text, objtree) && strlen(objtree) > strlen(tree->root))
		return text;
	return moved(tree, text, tree->root, to);
}

static void move_unit(struct tree *tree, struct unit_spec *unit, const char *to)
{
	size_t n = g_strv_length((char **)(uintptr_t)unit->argv);
	const char **argv = arena_new_array(tree->arena, const char *, n + 1);

	for (size_t i = 0; i < n; i++)
		argv[i] = moved_source(tree, unit->argv[i], to);
	unit->argv = argv;
	unit->directory = moved_source(tree, unit->directory, to);
}

/* A file that this version lacks, and that a list of commands, or a pattern, still has. */
static bool is_there(const struct tree *tree, const struct unit_spec *unit)
{
	g_autofree char *path = tree_absolute(tree, unit->file);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

bool tree_move(struct tree *tree, const char *root, struct console *con, GError **err)
{
	g_autoptr(GPtrArray) units = tree_all_units(tree, con, err);

	if (!units)
		return false;
	tree->state->home = tree->root;
	for (guint i = 0; i < units->len; i++)
		move_unit(tree, units->pdata[i], root);
	tree->root = arena_strdup(tree->arena, root);
	for (guint i = units->len; i-- > 0;) {
		if (!is_there(tree, units->pdata[i]))
			g_ptr_array_remove_index(units, i);
	}
	return true;
}

static bool is_to_be_guessed(const char *path, const char *absolute, GHashTable *compiled)
{
	return g_str_has_suffix(path, ".c") && g_file_test(absolute, G_FILE_TEST_IS_REGULAR) &&
	       !(compiled && g_hash_table_contains(compiled, path));
}

void tree_set_scope(struct tree *tree, const char *const *paths, GHashTable *compiled)
{
	GPtrArray *scope = tree->state->scope;

	g_ptr_array_set_size(scope, 0);
	for (; *paths; paths++) {
		g_autofree char *absolute = tree_absolute(tree, *paths);
		struct scope_path *one = arena_new_struct(tree->arena, struct scope_path);

		one->path = tree_string(tree, *paths);
		one->is_dir = g_file_test(absolute, G_FILE_TEST_IS_DIR);
		one->never_guess = !one->is_dir && !is_to_be_guessed(*paths, absolute, compiled);
		g_ptr_array_add(scope, one);
	}
}
