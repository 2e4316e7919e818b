/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tree.c - find the tree, its version and its architecture */
#include "source/source_p.h"

#include "base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool has_file(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static bool is_kernel_root(const char *dir)
{
	return has_file(dir, "Kbuild") && has_file(dir, "Makefile") &&
	       has_file(dir, "scripts/Kbuild.include") && has_file(dir, "arch");
}

/* The kernel root at @path or above; NULL for none. */
static char *kernel_root_above(const char *path)
{
	g_autofree char *dir = g_strdup(path);

	for (;;) {
		char *up;

		if (is_kernel_root(dir))
			return g_steal_pointer(&dir);
		up = g_path_get_dirname(dir);
		if (strcmp(up, dir) == 0) {
			g_free(up);
			return NULL;
		}
		g_free(dir);
		dir = up;
	}
}

/* realpath() with the words of ours when it fails. */
static char *real_path(const char *path, const char *what, GError **err)
{
	char *real = realpath(path, NULL);
	char *result;

	if (!real) {
		g_set_error(err, SOURCE_ERROR, SOURCE_NOT_FOUND, "%s '%s': %s", what, path,
			    g_strerror(errno));
		return NULL;
	}
	result = g_strdup(real);
	free(real);
	return result;
}

/* The first path, which may be misspelt: then what is above it tells the tree all the same. */
static char *start_of_search(const struct source_request *request)
{
	const char *first = request->paths && request->paths[0] ? request->paths[0] : ".";
	char *real = realpath(first, NULL);
	char *result = real ? g_strdup(real) : g_canonicalize_filename(first, NULL);

	free(real);
	return result;
}

static bool is_c_file(const char *path)
{
	return g_str_has_suffix(path, ".c") && g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

/* Only .c files, each there as it is written or below @base. */
static bool only_c_files(const struct source_request *request, const char *base)
{
	if (!request->paths || !request->paths[0])
		return false;
	for (const char *const *path = request->paths; *path; path++) {
		g_autofree char *below = path_absolute(base, *path);

		if (!is_c_file(*path) && !is_c_file(below))
			return false;
	}
	return true;
}

static char *root_of_compdb(const struct source_request *request, GError **err)
{
	g_autofree char *found = compdb_find(request->compile_commands, err);
	g_autofree char *dir = NULL;

	if (!found)
		return NULL;
	dir = g_path_get_dirname(found);
	return real_path(dir, "folder of", err);
}

/* --tree was given: a kernel, or a project that says its commands, or the home of C files. */
static bool root_from_request(struct tree *tree, GError **err)
{
	g_autofree char *root = real_path(tree->request.tree, "kernel tree", err);

	if (!root)
		return false;
	tree->root = arena_strdup(tree->arena, root);
	tree->kind = TREE_KERNEL;
	if (is_kernel_root(root))
		return true;
	tree->kind = tree->request.compile_commands ? TREE_COMPDB : TREE_PLAIN;
	if (tree->request.compile_commands || only_c_files(&tree->request, root))
		return true;
	g_set_error(err, SOURCE_ERROR, SOURCE_BAD_INPUT,
		    "'%s' is not a Linux kernel tree: it has no Kbuild, Makefile, arch/ and "
		    "scripts/Kbuild.include. Name the top folder of a kernel with --tree, or give "
		    "--compile-commands for another C project",
		    root);
	return false;
}

static bool root_from_paths(struct tree *tree, GError **err)
{
	g_autofree char *start = start_of_search(&tree->request);
	g_autofree char *root = kernel_root_above(start);
	g_autofree char *cwd = g_get_current_dir();
	bool is_there;

	tree->kind = TREE_KERNEL;
	if (!root && tree->request.compile_commands) {
		tree->kind = TREE_COMPDB;
		root = root_of_compdb(&tree->request, err);
		if (!root)
			return false;
	}
	if (!root && only_c_files(&tree->request, cwd)) {
		tree->kind = TREE_PLAIN;
		root = g_strdup(cwd);
	}
	if (root) {
		tree->root = arena_strdup(tree->arena, root);
		return true;
	}
	is_there = g_file_test(start, G_FILE_TEST_EXISTS);
	g_set_error(err, SOURCE_ERROR, SOURCE_NOT_FOUND,
		    "%s '%s'%s or above (a folder with Kbuild, Makefile, arch/ and scripts/). Name "
		    "one with --tree, or give --compile-commands for another C project",
		    is_there ? "no Linux kernel tree at" : "there is no", start,
		    is_there ? "" : ", and no Linux kernel tree there");
	return false;
}

/* The value of a line "NAME = value" in the first lines of the top Makefile. */
static char *makefile_value(const char *text, const char *name)
{
	g_autofree char *mark = g_strdup_printf("\n%s =", name);
	const char *line = strstr(text, mark);
	char *value;

	if (!line)
		return g_strdup("");
	line += strlen(mark);
	value = g_strndup(line, strcspn(line, "\n"));
	return g_strstrip(value);
}

static void read_version(struct tree *tree)
{
	g_autofree char *path = g_build_filename(tree->root, "Makefile", NULL);
	g_autofree char *text = NULL;
	g_autofree char *major = NULL, *minor = NULL, *sub = NULL, *extra = NULL;
	unsigned patch;

	tree->version = "";
	if (tree->kind != TREE_KERNEL || !g_file_get_contents(path, &text, NULL, NULL))
		return;
	major = makefile_value(text, "VERSION");
	minor = makefile_value(text, "PATCHLEVEL");
	sub = makefile_value(text, "SUBLEVEL");
	extra = makefile_value(text, "EXTRAVERSION");
	tree->version = arena_printf(tree->arena, "%s.%s.%s%s", major, minor, sub, extra);
	patch = (unsigned)strtoul(sub, NULL, 10);
	tree->version_code = (unsigned)strtoul(major, NULL, 10) << 16 |
			     (unsigned)strtoul(minor, NULL, 10) << 8 | MIN(patch, 255U);
}

static void add_scope(struct tree *tree, const char *absolute)
{
	struct scope_path *scope = arena_new_struct(tree->arena, struct scope_path);

	scope->path = tree_relative(tree, absolute);
	scope->is_dir = g_file_test(absolute, G_FILE_TEST_IS_DIR);
	g_ptr_array_add(tree->state->scope, scope);
}

/* As written (below the current folder) if it lies in the tree, else below the tree's root. */
static char *find_path(const struct tree *tree, const char *path)
{
	g_autofree char *below = path_absolute(tree->root, path);
	char *here = realpath(path, NULL);
	char *there = realpath(below, NULL);
	bool inside = here && (path_below(here, tree->root) || !there);
	char *result = g_strdup(inside ? here : there);

	free(here);
	free(there);
	return result;
}

static bool read_scope(struct tree *tree, GError **err)
{
	const struct source_compile *compile = tree->request.compile;
	const char *const *path = tree->request.paths;

	if (compile) {
		g_autofree char *file = path_absolute(compile->directory, compile->file);

		add_scope(tree, file);
		return true;
	}
	for (; path && *path; path++) {
		g_autofree char *found = find_path(tree, *path);

		if (!found) {
			g_set_error(err, SOURCE_ERROR, SOURCE_NOT_FOUND,
				    "'%s' is not there, neither in the current folder nor in the "
				    "tree '%s'",
				    *path, tree->root);
			return false;
		}
		if (!g_file_test(found, G_FILE_TEST_IS_DIR) && !is_c_file(found)) {
			g_set_error(err, SOURCE_ERROR, SOURCE_BAD_INPUT,
				    "'%s' is neither a folder nor a .c file: name the .c files or "
				    "the folders to analyse",
				    *path);
			return false;
		}
		add_scope(tree, found);
	}
	return true;
}

/* The architecture that most paths belong to; of equals the first by name. */
static char *arch_of_most(struct tree *tree)
{
	g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const GPtrArray *scope = tree->state->scope;
	const char *best = NULL;
	guint most = 0;

	for (guint i = 0; i < scope->len; i++) {
		const struct scope_path *path = g_ptr_array_index(scope, i);
		char *arch = arch_of_path(tree->root, path->path);
		guint n;

		if (!arch)
			continue;
		n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, arch)) + 1;
		if (n > most || (n == most && strcmp(arch, best) < 0)) {
			most = n;
			best = tree_string(tree, arch);
		}
		g_hash_table_replace(counts, arch, GUINT_TO_POINTER(n));
	}
	return g_strdup(best);
}

/* The architecture that the paths belong to; NULL where they leave it open. */
static char *arch_of_scope(struct tree *tree, GError **err)
{
	g_autofree char *result = NULL;
	const GPtrArray *scope = tree->state->scope;

	if (tree->request.most_wins)
		return arch_of_most(tree);
	for (guint i = 0; i < scope->len; i++) {
		const struct scope_path *path = g_ptr_array_index(scope, i);
		g_autofree char *arch = arch_of_path(tree->root, path->path);

		if (!arch)
			continue;
		if (result && strcmp(result, arch) != 0) {
			g_set_error(err, SOURCE_ERROR, SOURCE_BAD_INPUT,
				    "the paths belong to two architectures, %s and %s: run once "
				    "for each, or choose one with --arch",
				    result, arch);
			return NULL;
		}
		g_free(result);
		result = g_steal_pointer(&arch);
	}
	return g_steal_pointer(&result);
}

static char *arch_of_objtree(const char *dir)
{
	g_autofree char *config = g_build_filename(dir, ".config", NULL);

	return arch_of_config(config);
}

/*
 * What was said wins, then what is configured, then what the paths tell. A tree that was
 * built in place decides only where the paths do not.
 */
static char *choose_arch(struct tree *tree, GError **err)
{
	const struct source_request *request = &tree->request;
	GError *conflict = NULL;
	char *arch = NULL;

	if (request->arch)
		return g_strdup(request->arch);
	if (tree->objtree)
		arch = arch_of_objtree(tree->objtree);
	if (!arch)
		arch = arch_of_scope(tree, &conflict);
	if (conflict) {
		g_propagate_error(err, conflict);
		return NULL;
	}
	if (!arch && objtree_is_configured(tree->root))
		arch = arch_of_objtree(tree->root);
	return arch ? arch : arch_host();
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *known_archs(const char *root)
{
	g_autofree char *folder = g_build_filename(root, "arch", NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *below = g_build_filename(name, "Makefile", NULL);

		if (has_file(folder, below))
			g_ptr_array_add(names, g_strdup(name));
	}
	g_ptr_array_sort(names, by_name);
	g_ptr_array_add(names, NULL);
	return g_strjoinv(" ", (char **)names->pdata);
}

static bool read_arch(struct tree *tree, GError **err)
{
	g_autofree char *spelling = NULL, *makefile = NULL, *known = NULL;
	const char *arch, *srcarch;

	tree->arch = tree->srcarch = "";
	if (tree->kind != TREE_KERNEL)
		return true;
	spelling = choose_arch(tree, err);
	if (!spelling)
		return false;
	arch_normalise(spelling, &arch, &srcarch);
	tree->arch = arena_strdup(tree->arena, arch);
	tree->srcarch = arena_strdup(tree->arena, srcarch);
	makefile = g_build_filename(tree->root, "arch", srcarch, "Makefile", NULL);
	if (g_file_test(makefile, G_FILE_TEST_EXISTS))
		return true;
	known = known_archs(tree->root);
	g_set_error(err, SOURCE_ERROR, SOURCE_BAD_INPUT,
		    "Linux %s has no architecture '%s': give --arch one of %s", tree->version,
		    spelling, known);
	return false;
}

/* The folder of the compile commands tells the architecture when it is a build directory. */
static void objtree_of_compdb(struct tree *tree)
{
	const char *said = tree->request.compile_commands;
	g_autofree char *found = said ? compdb_find(said, NULL) : NULL;
	g_autofree char *dir = found ? g_path_get_dirname(found) : NULL;

	if (dir && objtree_is_configured(dir))
		tree->objtree = arena_strdup(tree->arena, dir);
}

static bool read_objtree(struct tree *tree, GError **err)
{
	g_autofree char *real = NULL;

	if (!tree->request.objtree) {
		objtree_of_compdb(tree);
		return true;
	}
	real = real_path(tree->request.objtree, "build directory", err);
	if (!real)
		return false;
	tree->objtree = arena_strdup(tree->arena, real);
	return true;
}

static const char *const *copy_paths(struct arena *arena, const char *const *paths)
{
	size_t n = paths ? g_strv_length((char **)paths) : 0;
	const char **copy = arena_new_array(arena, const char *, n + 1);

	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(arena, paths[i]);
	return copy;
}

static const char *copy_text(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

static void copy_request(struct tree *tree, const struct source_request *from)
{
	struct arena *arena = tree->arena;

	tree->request = (struct source_request){
		.tree = copy_text(arena, from->tree),
		.arch = copy_text(arena, from->arch),
		.objtree = copy_text(arena, from->objtree),
		.compile_commands = copy_text(arena, from->compile_commands),
		.config = copy_text(arena, from->config ? from->config : "defconfig"),
		.cache = copy_text(arena, from->cache),
		.like = copy_text(arena, from->like),
		.no_exec = from->no_exec,
		.paths = copy_paths(arena, from->paths),
		.most_wins = from->most_wins,
		.compile = from->compile,
	};
}

static const char *cache_folder(struct tree *tree)
{
	g_autofree char *cwd = g_get_current_dir();
	g_autofree char *usual = g_build_filename(g_get_user_cache_dir(), "lockgraph", NULL);
	const char *said = tree->request.cache;
	g_autofree char *path = path_absolute(cwd, said ? said : usual);

	return arena_strdup(tree->arena, path);
}

static struct tree *tree_new(const struct source_request *request)
{
	struct arena *arena = arena_new("tree");
	struct tree *tree = arena_new_struct(arena, struct tree);

	tree->arena = arena;
	copy_request(tree, request);
	tree->config_name = tree->request.config;
	tree->state = arena_new_struct(arena, struct tree_state);
	tree->state->scope = g_ptr_array_new();
	tree->state->strings = g_hash_table_new(g_str_hash, g_str_equal);
	tree->state->cache = cache_folder(tree);
	return tree;
}

void tree_free(struct tree *tree)
{
	if (!tree)
		return;
	kbuild_forget(tree);
	g_ptr_array_unref(tree->state->scope);
	g_hash_table_unref(tree->state->strings);
	if (tree->state->units)
		g_ptr_array_unref(tree->state->units);
	arena_free(tree->arena);
}

struct tree *tree_open(const struct source_request *request, GError **err)
{
	struct tree *tree = tree_new(request);
	bool good = tree->request.tree ? root_from_request(tree, err) : root_from_paths(tree, err);

	if (good)
		read_version(tree);
	if (good && read_scope(tree, err) && read_objtree(tree, err) && read_arch(tree, err))
		return tree;
	tree_free(tree);
	return NULL;
}
