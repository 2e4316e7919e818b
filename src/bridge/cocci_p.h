/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cocci_p.h - what the files that deal with semantic patches share */
#ifndef LOCKGRAPH_BRIDGE_COCCI_P_H
#define LOCKGRAPH_BRIDGE_COCCI_P_H

#include "bridge/cocci.h"

/* What a semantic patch says about itself; strings in the arena. */
struct semantic_patch {
	const char *path, *name; /* "list_del_rcu" */
	const char *about;	 /* what its /// lines say, in one */
	const char *options;	 /* for spatch */
	const char *rule, *checklist;
	int confidence; /* enum confidence */
};

/* cocci_patch.c: all of a folder, struct semantic_patch *, by name. */
GPtrArray *semantic_patches(const char *folder, struct arena *arena, GError **err);

/* cocci_report.c: adds what spatch printed about files below @root. */
void cocci_read_report(const char *out, const struct semantic_patch *patch, const char *root,
		       struct arena *arena, GPtrArray *findings);

/* And the files that it gave up. */
void cocci_read_failures(const char *out, const struct semantic_patch *patch, const char *root,
			 struct arena *arena, GArray *failures);

#endif
