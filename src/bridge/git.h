/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * git.h - what git is asked, and versions of a tree
 *
 * git tells what a patch changes and gives files of any version. The user's repository is only
 * read: what has to be written (an index, the objects of an applied patch) goes to a scratch folder
 * that goes away. Knows nothing of units, facts or findings.
 */
#ifndef LOCKGRAPH_BRIDGE_GIT_H
#define LOCKGRAPH_BRIDGE_GIT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* --- git -------------------------------------------------------------------------------------- */

struct git_repo;

/*
 * The repository that @path lies in, or is (a bare one). NULL, with a message that says what to
 * do, when there is none or no git. git_repo_close() leaves nothing behind; takes NULL.
 */
struct git_repo *git_repo_open(const char *path, GError **err);
void git_repo_close(struct git_repo *repo);

/* The top of the work tree, NULL for a bare repository; and the repository's own folder. */
const char *git_repo_worktree(const struct git_repo *repo);
const char *git_repo_dir(const struct git_repo *repo);

/* The commit that @revision names. Free with g_free(), as all that follow. */
char *git_resolve(struct git_repo *repo, const char *revision, GError **err);

/* Where the histories of two commits part. */
char *git_merge_base(struct git_repo *repo, const char *a, const char *b, GError **err);

/*
 * The tree that @commit becomes with the patches or mails of @file ("-": standard input). @notes
 * gets a sentence, to be freed with g_free(), for each that did not fit as it was.
 */
char *git_apply(struct git_repo *repo, const char *commit, const char *file, GPtrArray *notes,
		GError **err);

/* C files and headers of the work tree that git does not know and is not told to ignore. */
GPtrArray *git_untracked(struct git_repo *repo, GError **err);

/* The work tree's tracked files as they are now, and those of @untracked, as a tree. */
char *git_worktree_tree(struct git_repo *repo, const GPtrArray *untracked, GError **err);

/* Paths in which two trees differ; NULL on failure. */
GPtrArray *git_changes(struct git_repo *repo, const char *a, const char *b, GError **err);

/* Files that @b has under another name than @a, as git sees it: new path -> old path. */
GHashTable *git_renames(struct git_repo *repo, const char *a, const char *b, GError **err);

/* Paths of tracked files that are not in the work tree as they are in @tree. */
GPtrArray *git_dirty(struct git_repo *repo, const char *tree, GError **err);

/* All files of @tree. */
GPtrArray *git_files(struct git_repo *repo, const char *tree, GError **err);

/* The lines that differ in @path between two trees, without what is around them. */
char *git_changed_lines(struct git_repo *repo, const char *a, const char *b, const char *path,
			GError **err);

/*
 * Writes those of @paths that are in @tree below @folder. Symbolic links become files that hold
 * where they point to: nothing that a patch brings leads out of the folder.
 */
bool git_write_files(struct git_repo *repo, const char *tree, const GPtrArray *paths,
		     const char *folder, GError **err);

/* --- views ------------------------------------------------------------------------------------ */

/*
 * A folder that shows the files of @worktree, by links, without those in @paths and without .git:
 * git_write_files() puts other versions there. Folders that hold one of @paths are real.
 */
bool view_make(const char *folder, const char *worktree, const GPtrArray *paths, GError **err);

/* Takes @paths away from a view, for other versions of them. */
bool view_remove_files(const char *folder, const GPtrArray *paths, GError **err);

#endif
