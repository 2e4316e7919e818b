/* SPDX-License-Identifier: GPL-2.0-or-later */
/* path.c - paths and shared strings of a tree */
#include "source/source_p.h"

#include "base/file.h"

#include <string.h>
#include <sys/stat.h>

const char *tree_string(struct tree *tree, const char *text)
{
	GHashTable *strings = tree->state->strings;
	const char *known = g_hash_table_lookup(strings, text);

	if (known)
		return known;
	known = arena_strdup(tree->arena, text);
	g_hash_table_add(strings, (char *)known);
	return known;
}

char *path_absolute(const char *directory, const char *path)
{
	return g_canonicalize_filename(path, directory);
}

const char *path_below(const char *path, const char *prefix)
{
	size_t length = strlen(prefix);

	if (strncmp(path, prefix, length) != 0)
		return NULL;
	if (path[length] == '\0')
		return path + length;
	return path[length] == '/' ? path + length + 1 : NULL;
}

const char *tree_relative(struct tree *tree, const char *absolute)
{
	const char *below = path_below(absolute, tree->root);

	return tree_string(tree, below ? below : absolute);
}

char *tree_absolute(const struct tree *tree, const char *file)
{
	return path_absolute(tree->root, file);
}

char *tree_cache_path(const struct tree *tree, const char *folder, const char *name, GError **err)
{
	g_autofree char *dir = g_build_filename(tree->state->cache, folder, NULL);

	if (!file_make_dirs(dir, err))
		return NULL;
	return g_build_filename(dir, name, NULL);
}

bool file_stamp(const char *path, int64_t *mtime, int64_t *size)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	*mtime = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	*size = st.st_size;
	return true;
}

static uint32_t content_hash(const char *path)
{
	uint64_t hash;

	return file_hash(path, &hash, NULL) ? (uint32_t)(hash ^ hash >> 32) | 1 : 0;
}

bool file_mark(const char *path, struct file_mark *mark)
{
	mark->hash = content_hash(path);
	return file_stamp(path, &mark->mtime, &mark->size);
}

bool file_mark_holds(const char *path, const struct file_mark *mark)
{
	int64_t mtime, size;

	if (!file_stamp(path, &mtime, &size) || size != mark->size)
		return false;
	return mtime == mark->mtime || (mark->hash && content_hash(path) == mark->hash);
}

bool scope_covers(const struct scope_path *scope, const char *file)
{
	if (!scope->is_dir)
		return strcmp(scope->path, file) == 0;
	if (scope->path[0] == '\0')
		return file[0] != '/';
	return path_below(file, scope->path) != NULL;
}

bool tree_in_scope(const struct tree *tree, const char *file)
{
	const GPtrArray *scope = tree->state->scope;

	for (guint i = 0; i < scope->len; i++)
		if (scope_covers(g_ptr_array_index(scope, i), file))
			return true;
	return scope->len == 0;
}

char *tree_other_arch(const struct tree *tree, const char *file)
{
	g_autofree char *arch = tree->kind == TREE_KERNEL ? arch_of_path(tree->root, file) : NULL;

	return arch && strcmp(arch, tree->srcarch) != 0 ? g_steal_pointer(&arch) : NULL;
}

uint64_t tree_scope_hash(const struct tree *tree)
{
	const GPtrArray *scope = tree->state->scope;
	uint64_t hash = scope->len;

	for (guint i = 0; i < scope->len; i++) {
		const struct scope_path *one = g_ptr_array_index(scope, i);

		hash = file_hash_bytes(hash + one->is_dir, one->path, strlen(one->path) + 1);
	}
	return hash;
}
