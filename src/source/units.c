/* SPDX-License-Identifier: GPL-2.0-or-later */
/* units.c - the units that there are, and those that the user asked for */
#include "source/source_p.h"

#include <string.h>

static int compare_units(const void *a, const void *b)
{
	const struct unit_spec *left = *(struct unit_spec *const *)a;
	const struct unit_spec *right = *(struct unit_spec *const *)b;
	int order = strcmp(left->file, right->file);

	return order ? order : strcmp(left->object, right->object);
}

static bool same_argv(const struct unit_spec *a, const struct unit_spec *b)
{
	return g_strv_equal((const gchar *const *)a->argv, (const gchar *const *)b->argv);
}

/* One object of two modules, or one file compiled again with the same flags. */
static bool is_repeated(const struct unit_spec *a, const struct unit_spec *b)
{
	if (strcmp(a->file, b->file) != 0)
		return false;
	if (*a->object && strcmp(a->object, b->object) == 0)
		return true;
	return same_argv(a, b);
}

void units_sort(GPtrArray *units)
{
	guint kept = 0;

	g_ptr_array_sort(units, compare_units);
	for (guint i = 0; i < units->len; i++) {
		if (kept && is_repeated(units->pdata[kept - 1], units->pdata[i]))
			continue;
		units->pdata[kept++] = units->pdata[i];
	}
	g_ptr_array_set_size(units, (gint)kept);
}

struct unit_spec *plain_unit(struct tree *tree, const char *file)
{
	struct unit_spec *unit = arena_new_struct(tree->arena, struct unit_spec);
	const char **argv = arena_new_array(tree->arena, const char *, 2);

	argv[0] = "-std=gnu11";
	unit->file = file;
	unit->object = unit->module = "";
	unit->directory = tree->root;
	unit->argv = argv;
	unit->guessed = "a C file of no project";
	return unit;
}

static GPtrArray *plain_units(struct tree *tree)
{
	GPtrArray *units = g_ptr_array_new();

	for (guint i = 0; i < tree->state->scope->len; i++) {
		const struct scope_path *scope = g_ptr_array_index(tree->state->scope, i);

		g_ptr_array_add(units, plain_unit(tree, scope->path));
	}
	units_sort(units);
	return units;
}

/* Without make: what was remembered, or what a build left behind. */
static GPtrArray *units_without_make(struct tree *tree, GError **err)
{
	g_autofree char *built = compdb_find(tree->objtree, NULL);
	GPtrArray *units = unit_cache_load(tree);

	if (units)
		return units;
	if (!built)
		return cmdfile_units(tree, err);
	tree->request.compile_commands = tree_string(tree, built);
	return compdb_units(tree, err);
}

static GPtrArray *list_all_units(struct tree *tree, struct console *con, GError **err)
{
	if (tree->request.compile)
		return compile_units(tree);
	if (tree->kind == TREE_PLAIN)
		return plain_units(tree);
	if (tree->request.compile_commands)
		return compdb_units(tree, err);
	if (tree->request.no_exec)
		return units_without_make(tree, err);
	return kbuild_units(tree, con, err);
}

GPtrArray *tree_all_units(struct tree *tree, struct console *con, GError **err)
{
	if (!tree->state->units)
		tree->state->units = list_all_units(tree, con, err);
	return tree->state->units ? g_ptr_array_ref(tree->state->units) : NULL;
}

static bool covers_any(const struct scope_path *scope, const GPtrArray *units)
{
	for (guint i = 0; i < units->len; i++) {
		const struct unit_spec *unit = g_ptr_array_index(units, i);

		if (scope_covers(scope, unit->file))
			return true;
	}
	return false;
}

/* More that include it are other versions of the same code: some of them say enough. */
#define MOST_INCLUDERS 16

/* Units of which the file is a part: kernel/sched/topology.c is build_utility.c's. */
static bool add_includers(struct tree *tree, const struct scope_path *path, const GPtrArray *all,
			  GPtrArray *units, struct console *con)
{
	g_autoptr(GPtrArray) asked = g_ptr_array_new();
	struct includers *includers;
	g_autofree bool *includes = NULL;
	const struct unit_spec *last = NULL;
	guint n = 0;

	g_ptr_array_add(asked, (char *)path->path);
	includers = includers_new(asked);
	includes = includers_among(includers, tree, all);
	includers_free(includers);
	for (guint i = 0; i < all->len && n < MOST_INCLUDERS; i++) {
		if (!includes[i])
			continue;
		last = g_ptr_array_index(all, i);
		g_ptr_array_add(units, (void *)last);
		n++;
	}
	if (con && n == 1)
		console_warn(con, "%s: read as a part of %s", path->path, last->file);
	else if (con && n)
		console_warn(con, "%s: read as a part of %u files that include it", path->path, n);
	return n > 0;
}

static void add_unlisted(struct tree *tree, const struct scope_path *path, const GPtrArray *all,
			 GPtrArray *units, struct console *con)
{
	if (path->never_guess || covers_any(path, all))
		return;
	if (path->is_dir || !add_includers(tree, path, all, units, con))
		guess_units(tree, path, all, units, con);
}

GPtrArray *tree_list_units(struct tree *tree, struct console *con, GError **err)
{
	g_autoptr(GPtrArray) all = tree_all_units(tree, con, err);
	const GPtrArray *scope = tree->state->scope;
	GPtrArray *units;

	if (!all)
		return NULL;
	units = g_ptr_array_new();
	for (guint i = 0; i < all->len; i++) {
		const struct unit_spec *unit = g_ptr_array_index(all, i);

		if (tree_in_scope(tree, unit->file))
			g_ptr_array_add(units, (void *)unit);
	}
	for (guint i = 0; i < scope->len; i++)
		add_unlisted(tree, g_ptr_array_index(scope, i), all, units, con);
	units_sort(units);
	return units;
}
