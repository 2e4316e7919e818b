/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * git.c - what git is asked
 *
 * Every call has an index and an object folder of ours; the user's objects are an alternate. No
 * hook, file system monitor or signature check of the user's configuration runs.
 */
#include "bridge/git_p.h"

#include "base/file.h"
#include "bridge/tool_p.h"

#include <glib/gstdio.h>
#include <string.h>

/* Arguments of one call: far below what a kernel takes. */
#define PATHS_AT_ONCE 400

static const char *const always[] = { "git",
				      "-c",
				      "core.symlinks=false",
				      "-c",
				      "core.hooksPath=/dev/null",
				      "-c",
				      "core.fsmonitor=false",
				      "-c",
				      "core.autocrlf=false",
				      "-c",
				      "core.quotePath=false" };

static GPtrArray *command_of(const char *const *words)
{
	GPtrArray *argv = g_ptr_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(always); i++)
		g_ptr_array_add(argv, (gpointer)always[i]);
	for (; *words; words++)
		g_ptr_array_add(argv, (gpointer)*words);
	g_ptr_array_add(argv, NULL);
	return argv;
}

char *git_ask(struct git_repo *repo, const char *directory, const char *const *words,
	      const char *input, gsize *size, GError **err)
{
	g_autoptr(GPtrArray) argv = command_of(words);
	struct tool_run run = { .directory = directory,
				.argv = (const char *const *)argv->pdata,
				.envp = repo->envp,
				.input = input };
	struct tool_result result;
	char *out = NULL;

	if (!tool_run(&run, &result, err))
		return NULL;
	if (!result.status) {
		out = g_steal_pointer(&result.out);
		if (size)
			*size = result.out_size;
	} else {
		g_autofree char *reason = tool_reason(&result);

		g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_FAILED, "git %s: %s", words[0], reason);
	}
	tool_result_clear(&result);
	return out;
}

static char *ask_line(struct git_repo *repo, const char *const *words, GError **err)
{
	char *out = git_ask(repo, repo->dir, words, NULL, NULL, err);

	return out ? g_strchomp(out) : NULL;
}

bool git_order(struct git_repo *repo, const char *directory, const char *const *words, GError **err)
{
	g_autofree char *out = git_ask(repo, directory, words, NULL, NULL, err);

	return out != NULL;
}

/* --- open and close --------------------------------------------------------------------------- */

static void set(struct git_repo *repo, const char *name, const char *value)
{
	repo->envp = g_environ_setenv(repo->envp, name, value, TRUE);
}

/* The user's own GIT_ variables would redirect us. */
static char **environment(void)
{
	char **envp = g_get_environ();
	g_auto(GStrv) names = g_listenv();

	for (char **name = names; *name; name++) {
		if (g_str_has_prefix(*name, "GIT_") && !g_str_has_prefix(*name, "GIT_CONFIG"))
			envp = g_environ_unsetenv(envp, *name);
	}
	envp = g_environ_setenv(envp, "LC_ALL", "C", TRUE);
	return g_environ_setenv(envp, "GIT_OPTIONAL_LOCKS", "0", TRUE);
}

static bool find_repo(struct git_repo *repo, const char *path, GError **err)
{
	const char *const dir[] = { "rev-parse", "--absolute-git-dir", NULL };
	const char *const top[] = { "rev-parse", "--show-toplevel", NULL };

	repo->dir = git_ask(repo, path, dir, NULL, NULL, err);
	if (!repo->dir) {
		g_prefix_error(err,
			       "--diff and --patch need a git repository, and '%s' is in none that "
			       "git can read: ",
			       path);
		return false;
	}
	g_strchomp(repo->dir);
	repo->worktree = git_ask(repo, path, top, NULL, NULL, NULL);
	if (repo->worktree)
		g_strchomp(repo->worktree);
	return true;
}

/* The repository's objects are read, ours are written. */
static bool set_up_scratch(struct git_repo *repo, GError **err)
{
	const char *const words[] = { "rev-parse", "--git-path", "objects", NULL };
	g_autofree char *said = ask_line(repo, words, err);
	g_autofree char *theirs = NULL, *objects = NULL, *index = NULL;

	repo->scratch = said ? g_dir_make_tmp("lockgraph-git-XXXXXX", err) : NULL;
	if (!repo->scratch)
		return false;
	theirs = g_canonicalize_filename(said, repo->dir);
	objects = g_build_filename(repo->scratch, "objects", NULL);
	index = g_build_filename(repo->scratch, "index", NULL);
	set(repo, "GIT_DIR", repo->dir);
	set(repo, "GIT_INDEX_FILE", index);
	set(repo, "GIT_OBJECT_DIRECTORY", objects);
	set(repo, "GIT_ALTERNATE_OBJECT_DIRECTORIES", theirs);
	set(repo, "GIT_WORK_TREE", repo->scratch);
	return file_make_dirs(objects, err);
}

struct git_repo *git_repo_open(const char *path, GError **err)
{
	struct git_repo *repo = g_new0(struct git_repo, 1);

	repo->envp = environment();
	if (find_repo(repo, path, err) && set_up_scratch(repo, err))
		return repo;
	git_repo_close(repo);
	return NULL;
}

void git_repo_close(struct git_repo *repo)
{
	if (!repo)
		return;
	if (repo->scratch)
		file_remove_tree(repo->scratch, NULL);
	g_strfreev(repo->envp);
	g_free(repo->scratch);
	g_free(repo->worktree);
	g_free(repo->dir);
	g_free(repo);
}

const char *git_repo_worktree(const struct git_repo *repo)
{
	return repo->worktree;
}

const char *git_repo_dir(const struct git_repo *repo)
{
	return repo->dir;
}

/* --- revisions -------------------------------------------------------------------------------- */

char *git_resolve(struct git_repo *repo, const char *revision, GError **err)
{
	g_autofree char *commit = g_strconcat(revision, "^{commit}", NULL);
	const char *const words[] = { "rev-parse", "--verify", "--end-of-options", commit, NULL };
	char *id = ask_line(repo, words, err);
	const char *last;

	if (!id) {
		g_prefix_error(err,
			       "there is no commit '%s' in this repository; where the clone is "
			       "shallow, fetch more of it (git fetch --deepen=10): ",
			       revision);
		return NULL;
	}
	last = strrchr(id, '\n');
	if (last)
		memmove(id, last + 1, strlen(last));
	return id;
}

char *git_merge_base(struct git_repo *repo, const char *a, const char *b, GError **err)
{
	const char *const words[] = { "merge-base", a, b, NULL };
	char *id = ask_line(repo, words, err);

	if (!id)
		g_prefix_error(err,
			       "the commits have no common ancestor here (a shallow clone may lack "
			       "it; A..B compares without one): ");
	return id;
}

bool git_load_index(struct git_repo *repo, const char *tree, GError **err)
{
	const char *const words[] = { "read-tree", tree, NULL };

	return git_order(repo, repo->scratch, words, err);
}

char *git_store_index(struct git_repo *repo, GError **err)
{
	const char *const words[] = { "write-tree", NULL };

	return ask_line(repo, words, err);
}

/* --- the work tree ---------------------------------------------------------------------------- */

/* As git_repo, but for its own index, which is only read, or a copy of it. */
static char *ask_worktree(struct git_repo *repo, const char *index, const char *const *words,
			  gsize *size, GError **err)
{
	struct git_repo there = *repo;
	char *out;

	there.envp = g_strdupv(repo->envp);
	set(&there, "GIT_WORK_TREE", repo->worktree);
	set(&there, "GIT_INDEX_FILE", index);
	out = git_ask(&there, repo->worktree, words, NULL, size, err);
	g_strfreev(there.envp);
	return out;
}

/* What git lists with -z. */
static GPtrArray *split(const char *text, gsize size)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	for (const char *at = text; at < text + size; at += strlen(at) + 1)
		g_ptr_array_add(paths, g_strdup(at));
	return paths;
}

GPtrArray *git_untracked(struct git_repo *repo, GError **err)
{
	g_autofree char *index = g_build_filename(repo->dir, "index", NULL);
	const char *const words[] = { "ls-files", "--others", "--exclude-standard",
				      "-z",	  "--",	      "*.c",
				      "*.h",	  NULL };
	gsize size;
	g_autofree char *out = ask_worktree(repo, index, words, &size, err);

	return out ? split(out, size) : NULL;
}

static bool add_untracked(struct git_repo *repo, const char *index, const GPtrArray *paths,
			  GError **err)
{
	for (guint from = 0; from < paths->len; from += PATHS_AT_ONCE) {
		g_autoptr(GPtrArray) words = g_ptr_array_new();
		g_autofree char *said = NULL;

		g_ptr_array_add(words, (gpointer) "add");
		g_ptr_array_add(words, (gpointer) "--");
		for (guint i = from; i < MIN(paths->len, from + PATHS_AT_ONCE); i++)
			g_ptr_array_add(words, paths->pdata[i]);
		g_ptr_array_add(words, NULL);
		said = ask_worktree(repo, index, (const char *const *)words->pdata, NULL, err);
		if (!said)
			return false;
	}
	return true;
}

char *git_worktree_tree(struct git_repo *repo, const GPtrArray *untracked, GError **err)
{
	g_autofree char *theirs = g_build_filename(repo->dir, "index", NULL);
	g_autofree char *index = g_build_filename(repo->scratch, "index", NULL);
	const char *const words[] = { "add", "-u", ".", NULL };
	g_autofree char *text = NULL, *said = NULL;
	gsize size;

	if (!g_file_get_contents(theirs, &text, &size, err) ||
	    !g_file_set_contents(index, text, (gssize)size, err))
		return NULL;
	said = ask_worktree(repo, index, words, NULL, err);
	if (!said || !add_untracked(repo, index, untracked, err))
		return NULL;
	return git_store_index(repo, err);
}

static GPtrArray *ask_paths(struct git_repo *repo, const char *const *words, GError **err)
{
	gsize size;
	g_autofree char *out = git_ask(repo, repo->scratch, words, NULL, &size, err);

	return out ? split(out, size) : NULL;
}

GPtrArray *git_changes(struct git_repo *repo, const char *a, const char *b, GError **err)
{
	const char *const words[] = { "diff-tree", "-r", "--name-only", "-z", a, b, NULL };

	return ask_paths(repo, words, err);
}

/* "R100", the old path, the new one, and the next. */
GHashTable *git_renames(struct git_repo *repo, const char *a, const char *b, GError **err)
{
	const char *const words[] = {
		"diff-tree", "-r", "-M", "--diff-filter=R", "-z", "--name-status", a, b, NULL
	};
	g_autoptr(GPtrArray) fields = ask_paths(repo, words, err);
	GHashTable *renames;

	if (!fields)
		return NULL;
	renames = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (guint i = 0; i + 2 < fields->len; i += 3)
		g_hash_table_insert(renames, g_strdup(fields->pdata[i + 2]),
				    g_strdup(fields->pdata[i + 1]));
	return renames;
}

GPtrArray *git_files(struct git_repo *repo, const char *tree, GError **err)
{
	const char *const words[] = { "ls-tree", "-r", "--name-only", "--full-tree",
				      "-z",	 tree, NULL };

	return ask_paths(repo, words, err);
}

GPtrArray *git_dirty(struct git_repo *repo, const char *tree, GError **err)
{
	g_autofree char *index = g_build_filename(repo->dir, "index", NULL);
	const char *const words[] = { "diff", "--name-only", "--no-renames", "--no-ext-diff", "-z",
				      tree,   NULL };
	gsize size;
	g_autofree char *out = ask_worktree(repo, index, words, &size, err);

	return out ? split(out, size) : NULL;
}

/* Of a diff: names of files, and what a hunk is said to lie in, are not what changed. */
static char *lines_of_hunks(const char *diff)
{
	g_autoptr(GString) lines = g_string_new(NULL);
	g_auto(GStrv) all = g_strsplit(diff, "\n", -1);
	bool in_hunk = false;

	for (char **line = all; *line; line++) {
		if (g_str_has_prefix(*line, "@@"))
			in_hunk = true;
		else if (in_hunk && **line)
			g_string_append_printf(lines, "%s\n", *line + 1);
	}
	return g_string_free(g_steal_pointer(&lines), FALSE);
}

char *git_changed_lines(struct git_repo *repo, const char *a, const char *b, const char *path,
			GError **err)
{
	const char *const words[] = {
		"diff", "--no-ext-diff", "--no-textconv", "-U0", a, b, "--", path, NULL
	};
	g_autofree char *diff = git_ask(repo, repo->scratch, words, NULL, NULL, err);

	return diff ? lines_of_hunks(diff) : NULL;
}

/* --- files ------------------------------------------------------------------------------------ */

/* What @tree has of @paths, as git lists it: mode, kind, id, path. */
static bool list_some(struct git_repo *repo, const char *tree, const GPtrArray *paths, guint from,
		      guint n, GString *listing, GError **err)
{
	const char *const words[] = { "ls-tree", "-r", "--full-tree", "-z", tree, "--", NULL };
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	g_autofree char *out = NULL;
	gsize size;

	for (size_t i = 0; words[i]; i++)
		g_ptr_array_add(all, (gpointer)words[i]);
	for (guint i = from; i < from + n; i++)
		g_ptr_array_add(all, paths->pdata[i]);
	g_ptr_array_add(all, NULL);
	out = git_ask(repo, repo->scratch, (const char *const *)all->pdata, NULL, &size, err);
	if (out)
		g_string_append_len(listing, out, (gssize)size);
	return out != NULL;
}

/* The index gets these files alone: one of all of a kernel's takes longer to write than they do. */
static bool load_files(struct git_repo *repo, const char *tree, const GPtrArray *paths,
		       GError **err)
{
	const char *const empty[] = { "read-tree", "--empty", NULL };
	const char *const fill[] = { "update-index", "-z", "--index-info", NULL };
	g_autofree char *file = g_build_filename(repo->scratch, "listing", NULL);
	g_autoptr(GString) listing = g_string_new(NULL);
	g_autofree char *said = NULL;

	for (guint i = 0; i < paths->len; i += PATHS_AT_ONCE) {
		if (!list_some(repo, tree, paths, i, MIN(PATHS_AT_ONCE, paths->len - i), listing,
			       err))
			return false;
	}
	if (!git_order(repo, repo->scratch, empty, err) ||
	    !g_file_set_contents(file, listing->str, (gssize)listing->len, err))
		return false;
	said = git_ask(repo, repo->scratch, fill, file, NULL, err);
	return said != NULL;
}

bool git_write_files(struct git_repo *repo, const char *tree, const GPtrArray *paths,
		     const char *folder, GError **err)
{
	g_autofree char *prefix = g_strdup_printf("--prefix=%s/", folder);
	const char *const words[] = { "checkout-index", "-a", "-f", "-q", prefix, NULL };

	return !paths->len ||
	       (load_files(repo, tree, paths, err) && git_order(repo, repo->scratch, words, err));
}
