/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guess.c - flags for files that are not part of the configuration
 *
 * A file beside a configured one takes that one's flags. Else the folder's own makefile is
 * asked, as if it listed the file; where make may not run, the nearest unit's flags must do.
 */
#include "source/source_p.h"

#include <string.h>

/* How many leading characters of two paths are the same folders. */
static size_t common_folders(const char *a, const char *b)
{
	size_t common = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '/')
			common = i + 1;
	return common;
}

/* The unit nearest to @file: most folders in common; the first of those. */
static const struct unit_spec *nearest_unit(const GPtrArray *units, const char *file)
{
	const struct unit_spec *nearest = NULL;
	size_t best = 0;

	for (guint i = 0; i < units->len; i++) {
		const struct unit_spec *unit = g_ptr_array_index(units, i);
		size_t common = common_folders(unit->file, file);

		if (!nearest || common > best) {
			nearest = unit;
			best = common;
		}
	}
	return nearest;
}

static bool in_same_folder(const char *a, const char *b)
{
	g_autofree char *dir_a = g_path_get_dirname(a);
	g_autofree char *dir_b = g_path_get_dirname(b);

	return strcmp(dir_a, dir_b) == 0;
}

static struct unit_spec *unit_like(struct tree *tree, const struct unit_spec *model,
				   const char *file)
{
	struct unit_spec *unit = arena_new_struct(tree->arena, struct unit_spec);

	*unit = *model;
	unit->file = file;
	unit->object = "";
	unit->module = "";
	unit->argv = flags_for_sibling(tree, model, file);
	unit->guessed = arena_printf(tree->arena, "not part of the configuration: flags of %s",
				     model->file);
	return unit;
}

/* Every .c file below a folder. */
static void find_c_files(struct tree *tree, const char *folder, GPtrArray *files)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_SYMLINK))
			continue;
		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			find_c_files(tree, path, files);
		else if (g_str_has_suffix(name, ".c"))
			g_ptr_array_add(files, (char *)tree_relative(tree, path));
	}
}

static bool may_run_make(const struct tree *tree)
{
	return tree->kind == TREE_KERNEL && tree->state->make_vars && !tree->request.no_exec;
}

/* Asks the makefiles for @files, which are in folders without a unit; takes out what they know. */
static void guess_by_makefile(struct tree *tree, GPtrArray *files, GPtrArray *units)
{
	g_autoptr(GPtrArray) found = NULL;

	if (files->len == 0 || !may_run_make(tree))
		return;
	found = kbuild_guess_units(tree, files, NULL);
	for (guint i = 0; found && i < found->len; i++) {
		struct unit_spec *unit = g_ptr_array_index(found, i);

		unit->module = "";
		unit->guessed = "not part of the configuration: flags of the folder's makefile";
		g_ptr_array_add(units, unit);
		g_ptr_array_remove_fast(files, (char *)unit->file);
	}
}

static void guess_files(struct tree *tree, const GPtrArray *files, const GPtrArray *all,
			GPtrArray *units)
{
	g_autoptr(GPtrArray) lonely = g_ptr_array_new();

	for (guint i = 0; i < files->len; i++) {
		const char *file = g_ptr_array_index(files, i);
		const struct unit_spec *nearest = nearest_unit(all, file);

		if (in_same_folder(nearest->file, file))
			g_ptr_array_add(units, unit_like(tree, nearest, file));
		else
			g_ptr_array_add(lonely, (char *)file);
	}
	guess_by_makefile(tree, lonely, units);
	for (guint i = 0; i < lonely->len; i++) {
		const char *file = g_ptr_array_index(lonely, i);

		g_ptr_array_add(units, unit_like(tree, nearest_unit(all, file), file));
	}
}

/* Where there is nothing to take flags from. */
static void read_plainly(struct tree *tree, const GPtrArray *files, GPtrArray *units)
{
	for (guint i = 0; i < files->len; i++)
		g_ptr_array_add(units, plain_unit(tree, g_ptr_array_index(files, i)));
}

static void tell_of_guess(const struct tree *tree, const struct scope_path *scope, guint n_files,
			  struct console *con)
{
	g_autofree char *arch = *tree->arch ? g_strconcat(tree->arch, ", ", NULL) : g_strdup("");

	if (!n_files)
		console_warn(con, "%s: no C file in it", *scope->path ? scope->path : tree->root);
	else
		console_warn(con,
			     "%s: not part of this configuration (%s%s); %u file%s read with flags "
			     "that are a guess",
			     scope->path, arch, tree->config_name, n_files,
			     n_files == 1 ? " is" : "s are");
}

void guess_units(struct tree *tree, const struct scope_path *scope, const GPtrArray *all,
		 GPtrArray *units, struct console *con)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new();
	g_autofree char *absolute = tree_absolute(tree, scope->path);

	if (scope->is_dir)
		find_c_files(tree, absolute, files);
	else
		g_ptr_array_add(files, (char *)scope->path);
	if (all->len)
		guess_files(tree, files, all, units);
	else
		read_plainly(tree, files, units);
	if (con)
		tell_of_guess(tree, scope, files->len, con);
}
