/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * git.c - what git is asked
 *
 * Every call has an index and an object folder of ours; the user's objects are an alternate. No
 * hook, file system monitor or signature check of the user's configuration runs.
 */
#include "bridge/git.h"
#include "base/file.h"
#include "bridge/tool_p.h"

#include <glib/gstdio.h>
#include <string.h>

/* Arguments of one call: far below what a kernel takes. */
#define PATHS_AT_ONCE 400

struct git_repo {
	char *dir, *worktree;
	char *scratch; /* ours: index, objects, patches */
	char **envp;
};

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

static GPtrArray *command_of(const char *const *words, const GPtrArray *paths, guint from, guint n)
{
	GPtrArray *argv = g_ptr_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(always); i++)
		g_ptr_array_add(argv, (gpointer)always[i]);
	for (; *words; words++)
		g_ptr_array_add(argv, (gpointer)*words);
	for (guint i = from; i < from + n; i++)
		g_ptr_array_add(argv, paths->pdata[i]);
	g_ptr_array_add(argv, NULL);
	return argv;
}

/* What git prints; NULL when it fails. @words[0] is the subcommand. */
static char *ask(struct git_repo *repo, const char *directory, const char *const *words,
		 const char *input, gsize *size, GError **err)
{
	g_autoptr(GPtrArray) argv = command_of(words, NULL, 0, 0);
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
	char *out = ask(repo, repo->dir, words, NULL, NULL, err);

	return out ? g_strchomp(out) : NULL;
}

static bool order(struct git_repo *repo, const char *directory, const char *const *words,
		  GError **err)
{
	g_autofree char *out = ask(repo, directory, words, NULL, NULL, err);

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

	repo->dir = ask(repo, path, dir, NULL, NULL, err);
	if (!repo->dir) {
		g_prefix_error(err,
			       "--diff and --patch need a git repository, and '%s' is in none that "
			       "git can read: ",
			       path);
		return false;
	}
	g_strchomp(repo->dir);
	repo->worktree = ask(repo, path, top, NULL, NULL, NULL);
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
		g_prefix_error(err, "there is no commit '%s' here (in a shallow clone, fetch it): ",
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

static bool load_index(struct git_repo *repo, const char *tree, GError **err)
{
	const char *const words[] = { "read-tree", tree, NULL };

	return order(repo, repo->scratch, words, err);
}

static char *store_index(struct git_repo *repo, GError **err)
{
	const char *const words[] = { "write-tree", NULL };

	return ask_line(repo, words, err);
}

/* --- patches ---------------------------------------------------------------------------------- */

static char *copy_patch(struct git_repo *repo, const char *file, GError **err)
{
	char *copy = g_build_filename(repo->scratch, "patch", NULL);
	g_autofree char *text = NULL;
	gsize size = 0;

	if (g_file_get_contents(g_str_equal(file, "-") ? "/dev/stdin" : file, &text, &size, err) &&
	    g_file_set_contents(copy, text, (gssize)size, err))
		return copy;
	g_prefix_error(err, "--patch: ");
	g_free(copy);
	return NULL;
}

/* Mails may encode their text; a bare diff has no "From". */
static bool is_mail(const char *file)
{
	g_autofree char *text = NULL;
	const char *diff;

	if (!g_file_get_contents(file, &text, NULL, NULL))
		return false;
	if (g_str_has_prefix(text, "From ") || g_str_has_prefix(text, "From: "))
		return true;
	diff = strstr(text, "\n--- ");
	if (diff)
		text[diff - text] = '\0';
	return strstr(text, "\nFrom: ") && strstr(text, "Subject: ");
}

static bool apply_one(struct git_repo *repo, const char *file, const char *what, GError **err)
{
	const char *const words[] = { "apply", "--cached", "--whitespace=nowarn", file, NULL };

	if (order(repo, repo->scratch, words, err))
		return true;
	g_prefix_error(err, "%s does not apply: ", what);
	return false;
}

static bool apply_mail(struct git_repo *repo, const char *name, GError **err)
{
	g_autofree char *mail = g_build_filename(repo->scratch, "mails", name, NULL);
	g_autofree char *text = g_build_filename(repo->scratch, "message", NULL);
	g_autofree char *patch = g_build_filename(repo->scratch, "mail-patch", NULL);
	g_autofree char *what = g_strdup_printf("mail %s of the mailbox", name);
	const char *const words[] = { "mailinfo", text, patch, NULL };
	g_autofree char *said = ask(repo, repo->scratch, words, mail, NULL, err);
	GStatBuf st;

	if (!said)
		return false;
	/* A cover letter has no patch. */
	return (!g_stat(patch, &st) && !st.st_size) || apply_one(repo, patch, what, err);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool apply_mails(struct git_repo *repo, const char *file, GError **err)
{
	g_autofree char *folder = g_build_filename(repo->scratch, "mails", NULL);
	g_autofree char *option = g_strconcat("-o", folder, NULL);
	const char *const words[] = { "mailsplit", "-b", option, file, NULL };
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = NULL;
	const char *name;

	if (!file_make_dirs(folder, err) || !order(repo, repo->scratch, words, err))
		return false;
	dir = g_dir_open(folder, 0, err);
	while (dir && (name = g_dir_read_name(dir)))
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	for (guint i = 0; i < names->len; i++) {
		if (!apply_mail(repo, names->pdata[i], err))
			return false;
	}
	return dir != NULL;
}

char *git_apply(struct git_repo *repo, const char *commit, const char *file, GError **err)
{
	g_autofree char *patch = copy_patch(repo, file, err);
	bool ok;

	if (!patch || !load_index(repo, commit, err))
		return NULL;
	ok = is_mail(patch) ? apply_mails(repo, patch, err)
			    : apply_one(repo, patch, "the patch", err);
	return ok ? store_index(repo, err) : NULL;
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
	out = ask(&there, repo->worktree, words, NULL, size, err);
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
	return store_index(repo, err);
}

static GPtrArray *ask_paths(struct git_repo *repo, const char *const *words, GError **err)
{
	gsize size;
	g_autofree char *out = ask(repo, repo->scratch, words, NULL, &size, err);

	return out ? split(out, size) : NULL;
}

GPtrArray *git_changes(struct git_repo *repo, const char *a, const char *b, GError **err)
{
	const char *const words[] = { "diff-tree", "-r", "--name-only", "-z", a, b, NULL };

	return ask_paths(repo, words, err);
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

char *git_changed_lines(struct git_repo *repo, const char *a, const char *b, const char *path,
			GError **err)
{
	const char *const words[] = {
		"diff", "--no-ext-diff", "--no-textconv", "-U0", a, b, "--", path, NULL
	};

	return ask(repo, repo->scratch, words, NULL, NULL, err);
}

/* --- files ------------------------------------------------------------------------------------ */

static bool write_some(struct git_repo *repo, const char *prefix, const GPtrArray *paths,
		       guint from, guint n, GError **err)
{
	const char *const words[] = { "checkout-index", "-f", "-q", prefix, "--", NULL };
	g_autoptr(GPtrArray) argv = command_of(words, paths, from, n);
	struct tool_run run = { .directory = repo->scratch,
				.argv = (const char *const *)argv->pdata,
				.envp = repo->envp };
	struct tool_result result;
	bool ok;

	if (!tool_run(&run, &result, err))
		return false;
	ok = !result.status;
	if (!ok) {
		g_autofree char *reason = tool_reason(&result);

		g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_FAILED, "git checkout-index: %s",
			    reason);
	}
	tool_result_clear(&result);
	return ok;
}

/* Those of @paths that @tree has; strings stay @paths'. */
static GPtrArray *present(struct git_repo *repo, const char *tree, const GPtrArray *paths,
			  GError **err)
{
	g_autoptr(GPtrArray) files = git_files(repo, tree, err);
	g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *there = NULL;

	for (guint i = 0; files && i < files->len; i++)
		g_hash_table_add(set, files->pdata[i]);
	if (files)
		there = g_ptr_array_new();
	for (guint i = 0; there && i < paths->len; i++) {
		if (g_hash_table_contains(set, paths->pdata[i]))
			g_ptr_array_add(there, paths->pdata[i]);
	}
	return there;
}

bool git_write_files(struct git_repo *repo, const char *tree, const GPtrArray *paths,
		     const char *folder, GError **err)
{
	g_autofree char *prefix = g_strdup_printf("--prefix=%s/", folder);
	g_autoptr(GPtrArray) there = present(repo, tree, paths, err);

	if (!there || !load_index(repo, tree, err))
		return false;
	for (guint i = 0; i < there->len; i += PATHS_AT_ONCE) {
		if (!write_some(repo, prefix, there, i, MIN(PATHS_AT_ONCE, there->len - i), err))
			return false;
	}
	return true;
}
