/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trim.c - the cache's folder as files: how much, what is oldest, away with it */
#include "base/file.h"
#include "facts/cache_p.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A temporary file this old belongs to a run that died. */
#define LEFTOVER_SECONDS 3600

struct cached_file {
	char *path;
	uint64_t size;
	int64_t used; /* seconds */
};

static void free_file(gpointer data)
{
	struct cached_file *file = data;

	g_free(file->path);
	g_free(file);
}

/* Only folders that the cache makes: two hexadecimal digits. */
static bool is_ours(const char *folder)
{
	return strlen(folder) == 2 && g_ascii_isxdigit(folder[0]) && g_ascii_isxdigit(folder[1]);
}

static void list_folder(const char *folder, GPtrArray *files)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		struct cached_file *file;
		struct stat st;

		if (lstat(path, &st) || !S_ISREG(st.st_mode))
			continue;
		file = g_new0(struct cached_file, 1);
		file->path = g_steal_pointer(&path);
		file->size = (uint64_t)st.st_size;
		file->used = st.st_mtime;
		g_ptr_array_add(files, file);
	}
}

static GPtrArray *list_files(const char *root)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(free_file);
	g_autoptr(GDir) dir = g_dir_open(root, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *folder = g_build_filename(root, name, NULL);

		if (is_ours(name))
			list_folder(folder, files);
	}
	return files;
}

/* What appears by rename has one of these names; what does not is temporary. */
static bool is_whole(const char *path)
{
	static const char *const suffixes[] = { CACHE_SUFFIX, ".pch", ".h", ".index", ".family" };

	for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++)
		if (g_str_has_suffix(path, suffixes[i]))
			return true;
	return false;
}

static bool is_leftover(const struct cached_file *file, int64_t now)
{
	return !is_whole(file->path) && now - file->used > LEFTOVER_SECONDS;
}

static gint oldest_first(gconstpointer a, gconstpointer b)
{
	const struct cached_file *left = *(struct cached_file *const *)a;
	const struct cached_file *right = *(struct cached_file *const *)b;

	if (left->used != right->used)
		return left->used < right->used ? -1 : 1;
	return strcmp(left->path, right->path);
}

void cache_trim(const char *dir, uint64_t limit)
{
	g_autoptr(GPtrArray) files = list_files(dir);
	int64_t now = time(NULL);
	uint64_t bytes = 0;

	for (guint i = 0; i < files->len; i++) {
		struct cached_file *file = files->pdata[i];

		if (is_leftover(file, now) && !g_unlink(file->path))
			file->size = 0;
		bytes += file->size;
	}
	if (bytes <= limit)
		return;
	g_ptr_array_sort(files, oldest_first);
	for (guint i = 0; i < files->len && bytes > limit; i++) {
		const struct cached_file *file = files->pdata[i];

		g_unlink(file->path);
		bytes -= file->size;
	}
}

void cache_measure(const char *dir, size_t *entries, uint64_t *bytes)
{
	g_autoptr(GPtrArray) files = list_files(dir);

	*entries = 0;
	*bytes = 0;
	for (guint i = 0; i < files->len; i++) {
		const struct cached_file *file = files->pdata[i];

		*entries += g_str_has_suffix(file->path, CACHE_SUFFIX);
		*bytes += file->size;
	}
}

bool cache_remove_all(const char *root, GError **err)
{
	g_autoptr(GDir) dir = g_dir_open(root, 0, err);
	const char *name;

	if (!dir)
		return false;
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *folder = g_build_filename(root, name, NULL);

		if (is_ours(name) && !file_remove_tree(folder, err))
			return false;
	}
	return true;
}
