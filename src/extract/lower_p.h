/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lower_p.h - a parsed translation unit becomes facts
 *
 * The seam inside extract/: the worker parses, lowering walks what was parsed. Lowering knows
 * nothing of processes, caches or files on disk; the worker knows nothing of expressions.
 */
#ifndef LOCKGRAPH_EXTRACT_LOWER_P_H
#define LOCKGRAPH_EXTRACT_LOWER_P_H

#include "facts/facts.h"

#include <clang-c/Index.h>
#include <glib.h>
#include <stdbool.h>

struct lower_options {
	const char *tree_root; /* absolute, no trailing slash */
	const char *objtree;   /* absolute, or NULL */
	const char *
		base_tree_root; /* of the tree that the precompiled header was made from, or NULL */
	const struct facts
		*base; /* of the precompiled header that the unit was read with, or NULL */
	bool is_base;  /* a precompiled header: extract all functions in it */
};

/*
 * Adds the functions, symbols, initialisers, fields and annotations of @tu to @builder. Inputs
 * and diagnostics are the caller's to add. Functions that come from a precompiled header are
 * left out. Fails only when @tu cannot be walked at all.
 */
bool lower_unit(CXTranslationUnit tu, const struct lower_options *options,
		struct facts_builder *builder, GError **err);

/*
 * The path as facts hold it: relative to the tree's root, "@obj/..." below the build directory,
 * else absolute. Free with g_free().
 */
char *lower_path(const struct lower_options *o, const char *file);

#endif
