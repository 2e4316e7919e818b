/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source.h - find the tree, its configuration, and the translation units with their flags
 *
 * Answers "what would the kernel's build compile here, and how", without building it. Knows
 * nothing of C beyond words in a file, nor of libclang, facts or locks.
 *
 * Life cycle: tree_open(), tree_prepare(), then tree_list_units() for the user's paths and
 * tree_all_units() for closure; tree_free() last. All else lives in the tree's arena.
 */
#ifndef LOCKGRAPH_SOURCE_H
#define LOCKGRAPH_SOURCE_H

#include "base/arena.h"
#include "base/console.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One compile, as a build that runs us tells of it: there is no other unit. */
struct source_compile {
	const char *directory;	 /* absolute; the flags' relative paths are relative to it */
	const char *file;	 /* as the build names it */
	const char *const *argv; /* the compiler's flags, without the checker's own */
};

/* What the user said; NULL or false where nothing was said. */
struct source_request {
	const char *tree;	      /* --tree: kernel root, or the root of a plain C project */
	const char *arch;	      /* --arch: any spelling that the kernel's ARCH= takes */
	const char *objtree;	      /* --objtree */
	const char *compile_commands; /* --compile-commands: file, or a folder that has it */
	const char *config;	      /* --config: a .config file or a make target; "defconfig" */
	const char *cache;	      /* cache folder; own build directories live in it */
	const char *like; /* a version of the tree whose build directory of ours serves; or NULL */
	bool no_exec;	  /* --no-exec: run nothing from the tree */
	const char *const *paths; /* folders and .c files, of the current folder or the tree */
	bool most_wins; /* @paths may be of several architectures: that of the most is meant */
	const struct source_compile *compile; /* lives as long as the tree; in place of all paths */
};

enum tree_kind {
	TREE_KERNEL, /* Kbuild evaluated */
	TREE_COMPDB, /* units come from compile_commands.json */
	TREE_PLAIN,  /* a few .c files of no project: best-guess flags, no Kbuild */
};

struct tree {
	struct arena *arena;
	enum tree_kind kind;
	const char *root;	 /* absolute, no trailing slash */
	const char *version;	 /* "6.12.117", "" where unknown */
	unsigned version_code;	 /* 0x060c75; 0 where unknown */
	const char *arch;	 /* "s390", as ARCH= takes it */
	const char *srcarch;	 /* folder below arch/ ("x86" for x86_64) */
	const char *config_name; /* for the report: "defconfig", or the file's path */
	const char *objtree;	 /* absolute; NULL for TREE_PLAIN */
	uint64_t config_hash;	 /* of the build directory's configuration */
	struct source_request request;
	struct tree_state *state; /* what only source/ looks at */
};

/*
 * One compile of one file. @argv holds the exact parse flags as clang takes them, without
 * argv[0], the input file, -o, -c or dependency output; relative paths are relative to
 * @directory. Flags that only gcc knows, and code generation that cannot change parsing, are
 * left out.
 */
struct unit_spec {
	const char *file;	 /* relative to the tree's root, or absolute outside it */
	const char *object;	 /* "drivers/s390/char/tty3270.o", "" where unknown */
	const char *module;	 /* module's name, "" when built in */
	const char *directory;	 /* absolute working directory of the compile */
	const char *const *argv; /* NULL-terminated */
	const char *guessed;	 /* why the flags are a guess; NULL when they are exact */
};

/*
 * Finds the root (upwards from the first path where --tree was not given), its version and
 * architecture. NULL with a message that says what to do when there is no such tree, no
 * Kbuild in it, or no such architecture.
 */
struct tree *tree_open(const struct source_request *request, GError **err);
void tree_free(struct tree *tree);

/*
 * Makes sure there is a configured build directory: the one given, the tree itself when it was
 * built, or our own out-of-tree one in the cache (made once per tree content, architecture and
 * configuration; two runs may race for it). Slow the first time (about 11 s for s390 defconfig).
 */
bool tree_prepare(struct tree *tree, struct console *con, GError **err);

/*
 * The units that lie under the request's paths, sorted by file: struct unit_spec pointers.
 * A .c file that no configured object covers comes with guessed flags and @guessed set.
 */
GPtrArray *tree_list_units(struct tree *tree, struct console *con, GError **err);

/* Every unit of the configuration, for closure and --whole. Remembered between runs. */
GPtrArray *tree_all_units(struct tree *tree, struct console *con, GError **err);

/*
 * Whether a unit's file lies under the request's paths: findings are reported only if they
 * touch one. @file is as in struct unit_spec or a header's path relative to the root.
 */
bool tree_in_scope(const struct tree *tree, const char *file);

/* The architecture that @file belongs to alone, where that is not the tree's; NULL else. g_free(). */
char *tree_other_arch(const struct tree *tree, const char *file);

/* Two scopes with the same paths have the same. */
uint64_t tree_scope_hash(const struct tree *tree);

/*
 * What Kbuild hands its checker in front of the compiler's flags, CHECKFLAGS: the machine and its
 * byte order for a checker that knows no target. In the tree's arena, NULL-terminated.
 */
const char *const *tree_check_flags(struct tree *tree);

/*
 * An index of words: which units define a function or mention a name, found by a scan of the
 * text, not by parsing. Kept in the cache per tree and configuration, checked by time and size.
 */
struct word_index;

struct word_index *word_index_open(struct tree *tree, const GPtrArray *units, struct console *con,
				   GError **err);

/*
 * Where the cache has no index yet, a process begins to make it: child_wait() for it before
 * word_index_open(), which makes it itself if that failed. 0: there is nothing to wait for.
 */
pid_t word_index_begin(struct tree *tree, const GPtrArray *units);

void word_index_free(struct word_index *index);

/* Units (indices into the array given at open) whose file defines function @name; n in *@n. */
const uint32_t *word_index_definers(const struct word_index *index, const char *name, size_t *n);

/* Units whose file has the identifier @name anywhere. Free the result with g_array_unref(). */
GArray *word_index_mentions(const struct word_index *index, const char *name);

/*
 * The headers that a precompiled header for @units should hold, most included first, as they
 * are written between <>. Chosen from the #include lines of the units; none when there are too
 * few units for it to pay. Result in the tree's arena, NULL-terminated.
 */
const char *const *tree_common_headers(struct tree *tree, const GPtrArray *units);

/* --- two versions of a tree ------------------------------------------------------------------- */

/*
 * From now on files are read below @root, which shows the same tree with some files exchanged. The
 * build directory and the list of units stay: right as long as no makefile was exchanged.
 */
bool tree_move(struct tree *tree, const char *root, struct console *con, GError **err);

/*
 * @paths, relative to the root, stand in for those of the request; NULL-terminated. Those that are
 * in the set @compiled, too, are only meant where this version compiles them.
 */
void tree_set_scope(struct tree *tree, const char *const *paths, GHashTable *compiled);

/*
 * Which units may include one of @headers (paths relative to the root, which stay the caller's),
 * themselves or by another header. Told from the text of #include lines, conditions not looked at:
 * some of them may not. Asked about a second version of the tree, which differs in @headers only,
 * it adds what those include there.
 */
struct includers *includers_new(const GPtrArray *headers);
void includers_free(struct includers *in);

/* Per unit of @tree, whether it may. Free with g_free(). */
bool *includers_among(struct includers *in, struct tree *tree, const GPtrArray *units);

/* Identifiers in @text, a part of a C file, each once: interned strings. */
GPtrArray *tree_words(const char *text);

#endif
