/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * objtree_made.c - whether a build directory of ours still has what make put there
 *
 * make goes by times: a generated header that lost its end (a full disk, a machine that went down)
 * is newer than what it is made of, and stays as it is for ever. So the stamp has a hash of each.
 */
#include "source/source_p.h"

#include "base/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MADE_MARK "made "

static const char *const made_folders[] = { "include/generated", "include/config" };

/* Of include/config these alone have a content; the rest are empty files that make looks at. */
static bool is_wanted(const char *path, const char *name)
{
	if (g_str_has_prefix(path, "include/config/"))
		return g_str_equal(name, "auto.conf") || g_str_equal(name, "kernel.release");
	return g_str_has_suffix(name, ".h");
}

static void add_file(const char *objtree, const char *path, GString *text)
{
	g_autofree char *absolute = g_build_filename(objtree, path, NULL);
	uint64_t hash;

	if (file_hash(absolute, &hash, NULL))
		g_string_append_printf(text, MADE_MARK "%016" PRIx64 " %s\n", hash, path);
}

static void add_folder(const char *objtree, const char *folder, GString *text)
{
	g_autofree char *absolute = g_build_filename(objtree, folder, NULL);
	g_autoptr(GDir) dir = g_dir_open(absolute, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autofree char *whole = g_build_filename(objtree, path, NULL);

		if (g_file_test(whole, G_FILE_TEST_IS_DIR))
			add_folder(objtree, path, text);
		else if (is_wanted(path, name))
			add_file(objtree, path, text);
	}
}

void objtree_note_made(const struct tree *tree, const char *objtree, GString *text)
{
	g_autofree char *of_arch =
		g_build_filename("arch", tree->srcarch, "include/generated", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(made_folders); i++)
		add_folder(objtree, made_folders[i], text);
	add_folder(objtree, of_arch, text);
}

bool objtree_made_line(const char *line)
{
	return g_str_has_prefix(line, MADE_MARK);
}

bool objtree_made_holds(const char *objtree, const char *line)
{
	g_autofree char *absolute = NULL;
	uint64_t hash, now;
	int at = 0;

	if (sscanf(line, MADE_MARK "%" SCNx64 " %n", &hash, &at) < 1 || !at)
		return false;
	absolute = g_build_filename(objtree, line + at, NULL);
	return file_hash(absolute, &now, NULL) && now == hash;
}
