/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outside.c - what --untrusted does not let a patch read
 *
 * #include "/etc/passwd" makes the parser read it, and its first words come back in an error
 * message. A unit that has read a file outside of the tree, the build directory and what is
 * installed is therefore not looked at, and what was wrong in it is not told.
 */
#include "base/datadir.h"
#include "cmd/analysis_p.h"

#include <string.h>

static bool lies_below(const char *path, const char *folder)
{
	size_t length = folder ? strlen(folder) : 0;

	return length && !strncmp(path, folder, length) && path[length] == '/';
}

static bool is_allowed(const struct analysis *a, const char *file)
{
	const char *const folders[] = { "/usr", a->version->home, a->version->root,
					a->tree->objtree };
	g_autofree char *path = g_canonicalize_filename(file, "/");
	g_autofree char *data = datadir_file("include");
	g_autofree char *real = g_canonicalize_filename(data, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		if (lies_below(path, folders[i]))
			return true;
	}
	return lies_below(path, real);
}

const char *file_outside(const struct analysis *a, const struct facts *facts)
{
	if (!a->version || !a->options->untrusted)
		return NULL;
	for (uint32_t i = 0; i < facts->n_inputs; i++) {
		const char *path = facts_string(facts, facts->inputs[i].path);

		if (g_path_is_absolute(path) && !is_allowed(a, path))
			return path;
	}
	return NULL;
}
