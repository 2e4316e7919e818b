/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * absent.c - files that were included and not found: are they there by now?
 *
 * The parser says only "PLACE: error: 'NAME' file not found". It looked in the folder of the file
 * at PLACE and in those of the flags, so one stat() each tells whether it would find it today.
 */
#include "extract/extract_p.h"

#include <string.h>

#define NOT_FOUND "' file not found"

static bool is_in(const char *folder, const char *name, const char *below)
{
	g_autofree char *absolute = g_canonicalize_filename(folder, below);
	g_autofree char *path = g_build_filename(absolute, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* The folder that @flag, or @next after it, adds to the search; NULL for none. */
static const char *searched(const char *flag, const char *next)
{
	static const char *const names[] = { "-I", "-isystem", "-iquote", "-idirafter" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (!g_str_has_prefix(flag, names[i]))
			continue;
		flag += strlen(names[i]);
		return *flag ? flag : next;
	}
	return NULL;
}

static bool is_searched(const struct unit_spec *unit, const char *name)
{
	for (const char *const *flag = unit->argv; *flag; flag++) {
		const char *folder = searched(flag[0], flag[1]);

		if (folder && is_in(folder, name, unit->directory))
			return true;
	}
	return false;
}

/* The folder of the file at @place, which is as facts write it. */
static char *including_folder(const struct facts_roots *roots, const char *place)
{
	bool is_made = g_str_has_prefix(place, "@obj/");
	g_autofree char *file = g_strndup(place, strcspn(place, ":"));
	g_autofree char *path =
		g_canonicalize_filename(is_made ? file + strlen("@obj/") : file,
					is_made && roots->objtree ? roots->objtree : roots->tree);

	return g_path_get_dirname(path);
}

bool absent_is_there(const struct unit_spec *unit, const struct facts_roots *roots,
		     const char *diagnostic)
{
	const char *end = g_str_has_suffix(diagnostic, NOT_FOUND)
				  ? diagnostic + strlen(diagnostic) - strlen(NOT_FOUND)
				  : NULL;
	const char *begin = end ? g_strrstr_len(diagnostic, end - diagnostic, "'") : NULL;
	g_autofree char *name = begin ? g_strndup(begin + 1, (gsize)(end - begin - 1)) : NULL;
	g_autofree char *folder = including_folder(roots, diagnostic);

	return name && (is_in(folder, name, roots->tree) || is_searched(unit, name));
}
