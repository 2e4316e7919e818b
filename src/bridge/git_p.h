/* SPDX-License-Identifier: GPL-2.0-or-later */
/* git_p.h - how git is run; git.c has the repository, git_patch.c the patches */
#ifndef LOCKGRAPH_BRIDGE_GIT_P_H
#define LOCKGRAPH_BRIDGE_GIT_P_H

#include "bridge/git.h"

struct git_repo {
	char *dir, *worktree;
	char *scratch; /* ours: index, objects, patches */
	char **envp;
};

/* What git prints; NULL when it fails. @words[0] is the subcommand, @input a file or NULL. */
char *git_ask(struct git_repo *repo, const char *directory, const char *const *words,
	      const char *input, gsize *size, GError **err);

/* The same where what it prints does not matter. */
bool git_order(struct git_repo *repo, const char *directory, const char *const *words,
	       GError **err);

/* Our index: filled from @tree, and made a tree of. */
bool git_load_index(struct git_repo *repo, const char *tree, GError **err);
char *git_store_index(struct git_repo *repo, GError **err);

#endif
