/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compile.c - the one unit that a build is about to compile
 *
 * Kbuild's own command line, so the flags are exact without asking make. The unit is the same as
 * kbuild.c would list it: what is read of it now is in the cache when the whole tree is looked at.
 */
#include "source/source_p.h"

#include <string.h>

/* -DKBUILD_MODFILE="drivers/s390/char/tape_34xx" */
#define MODFILE "-DKBUILD_MODFILE=\""

/* W=1 says so to the kernel's headers; nothing of what they do then changes what code does. */
static bool is_warning_level(const char *flag)
{
	return g_str_has_prefix(flag, "-DKBUILD_EXTRA_WARN");
}

/* As make names the module; KBUILD_MODNAME has other characters in it. */
static const char *module_of(struct tree *tree, const struct parsed_flags *parsed)
{
	for (const char *const *flag = parsed->argv; *flag; flag++) {
		g_autofree char *path = NULL, *name = NULL;

		if (!g_str_has_prefix(*flag, MODFILE))
			continue;
		path = g_strdup(*flag + strlen(MODFILE));
		path[strcspn(path, "\"")] = '\0';
		name = g_path_get_basename(path);
		return tree_string(tree, name);
	}
	return parsed->modname ? parsed->modname : "";
}

static char **words_of(const struct source_compile *compile)
{
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (const char *const *flag = compile->argv; *flag; flag++) {
		if (!is_warning_level(*flag))
			g_strv_builder_add(words, *flag);
	}
	return g_strv_builder_end(words);
}

GPtrArray *compile_units(struct tree *tree)
{
	const struct source_compile *compile = tree->request.compile;
	g_autofree char *file = path_absolute(compile->directory, compile->file);
	struct unit_spec *unit = arena_new_struct(tree->arena, struct unit_spec);
	g_auto(GStrv) words = words_of(compile);
	GPtrArray *units = g_ptr_array_new();
	struct parsed_flags parsed;

	flags_parse(tree, compile->directory, words, &parsed);
	unit->file = tree_relative(tree, file);
	unit->object = "";
	unit->module = parsed.is_module ? module_of(tree, &parsed) : "";
	unit->directory = tree_string(tree, compile->directory);
	unit->argv = parsed.argv;
	g_ptr_array_add(units, unit);
	return units;
}
