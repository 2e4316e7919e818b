/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * view.c - a work tree seen with other versions of some files
 *
 * A checkout of a kernel is 80,000 files and takes a minute on a slow disk; a view of it, a few
 * hundred links. Only the folders on the way to a changed file are made, all else is one link per
 * entry of them.
 */
#include "bridge/git.h"

#include "base/file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

struct view {
	const char *folder, *worktree;
	GHashTable *files;   /* paths that are not linked */
	GHashTable *folders; /* on the way to one */
};

static bool fail(const char *what, const char *path, GError **err)
{
	g_set_error(err, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "cannot %s '%s': %s",
		    what, path, g_strerror(errno));
	return false;
}

static void note_path(struct view *view, const char *path)
{
	g_autofree char *up = g_path_get_dirname(path);

	g_hash_table_add(view->files, g_strdup(path));
	while (!g_str_equal(up, ".") && g_hash_table_add(view->folders, g_strdup(up))) {
		char *next = g_path_get_dirname(up);

		g_free(up);
		up = next;
	}
}

static bool show_folder(const struct view *view, const char *below, GError **err);

static bool show_entry(const struct view *view, const char *path, GError **err)
{
	g_autofree char *from = g_build_filename(view->worktree, path, NULL);
	g_autofree char *to = g_build_filename(view->folder, path, NULL);

	if (g_str_equal(path, ".git") || g_hash_table_contains(view->files, path))
		return true;
	if (g_hash_table_contains(view->folders, path) && g_file_test(from, G_FILE_TEST_IS_DIR))
		return show_folder(view, path, err);
	return !symlink(from, to) || fail("link to", from, err);
}

static bool show_folder(const struct view *view, const char *below, GError **err)
{
	g_autofree char *from = g_build_filename(view->worktree, below, NULL);
	g_autofree char *to = g_build_filename(view->folder, below, NULL);
	g_autoptr(GDir) dir = g_dir_open(from, 0, err);
	const char *name;

	if (!dir || !file_make_dirs(to, err))
		return false;
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = *below ? g_build_filename(below, name, NULL)
					       : g_strdup(name);

		if (!show_entry(view, path, err))
			return false;
	}
	return true;
}

bool view_make(const char *folder, const char *worktree, const GPtrArray *paths, GError **err)
{
	struct view view = {
		.folder = folder,
		.worktree = worktree,
		.files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	bool ok;

	for (guint i = 0; i < paths->len; i++)
		note_path(&view, paths->pdata[i]);
	ok = show_folder(&view, "", err);
	g_hash_table_unref(view.files);
	g_hash_table_unref(view.folders);
	return ok;
}

bool view_remove_files(const char *folder, const GPtrArray *paths, GError **err)
{
	for (guint i = 0; i < paths->len; i++) {
		g_autofree char *path = g_build_filename(folder, paths->pdata[i], NULL);

		/* In another version it may be a folder, or lie in what is a file now. */
		if (g_unlink(path) && errno != ENOENT && errno != ENOTDIR && errno != EISDIR)
			return fail("remove", path, err);
	}
	return true;
}
