/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_p.h - what the files of source/ share
 */
#ifndef LOCKGRAPH_SOURCE_P_H
#define LOCKGRAPH_SOURCE_P_H

#include "source/source.h"

/* One of the user's paths: below the root without a leading "/", or absolute outside it. */
struct scope_path {
	const char *path; /* "" is the root itself */
	bool is_dir;
	bool never_guess; /* a header, or a file that this version lacks or leaves out */
};

struct tree_state {
	GPtrArray *scope;    /* struct scope_path pointers; empty is the whole tree */
	GPtrArray *units;    /* struct unit_spec pointers, all of them; NULL until listed */
	GHashTable *strings; /* every flag once: thousands of units share a few hundred */
	const char *cache;   /* absolute */
	const char *const *make_vars; /* "ARCH=s390", "LLVM=-19", ...: how make is called */
	bool own_objtree;	      /* made by us, so ours to write to */
	const char *home;	      /* the root before tree_move(), else NULL */
	const char *check_flags;      /* Kbuild's CHECKFLAGS, for the shell; NULL where unknown */
	const char *listed;	 /* folder that kbuild_prepare() has listed units in, or NULL */
	const char *listed_said; /* what make said meanwhile */
};

#define SOURCE_ERROR G_FILE_ERROR
#define SOURCE_BAD_INPUT G_FILE_ERROR_INVAL
#define SOURCE_NOT_FOUND G_FILE_ERROR_NOENT
#define SOURCE_FAILED G_FILE_ERROR_FAILED

/* Strings and paths (path.c) */

/* @text once per tree, in its arena. */
const char *tree_string(struct tree *tree, const char *text);

/* Absolute, without "." and ".." and double slashes; links are not followed. */
char *path_absolute(const char *directory, const char *path);

/* What of @path follows @prefix and a slash; NULL where it does not lie below @prefix. */
const char *path_below(const char *path, const char *prefix);

/* @absolute as struct unit_spec names files: relative to the root where it lies below it. */
const char *tree_relative(struct tree *tree, const char *absolute);

/* @file as in struct unit_spec, made absolute. Free with g_free(). */
char *tree_absolute(const struct tree *tree, const char *file);

/* Path of a file in one of our folders of the cache; makes the folder. */
char *tree_cache_path(const struct tree *tree, const char *folder, const char *name, GError **err);

/* Whether @file, as in struct unit_spec, is @scope's file or lies in its folder. */
bool scope_covers(const struct scope_path *scope, const char *file);

/* Modification time in ns and size of a file; false when it is not there. */
bool file_stamp(const char *path, int64_t *mtime, int64_t *size);

/*
 * A file that something was made from, as it was then. A checkout of another commit and back gives
 * files new times, so where only that differs the content decides.
 */
struct file_mark {
	int64_t mtime, size;
	uint32_t hash; /* 0: it could not be read */
};

/* False when @path is not there. */
bool file_mark(const char *path, struct file_mark *mark);
bool file_mark_holds(const char *path, const struct file_mark *mark);

/* Architectures (arch.c) */

/* The spelling that ARCH= takes ("s390x" -> "s390") and the folder below arch/. */
void arch_normalise(const char *spelling, const char **arch, const char **srcarch);

/* The architecture that a path inside the tree belongs to, NULL for none. Free with g_free(). */
char *arch_of_path(const char *root, const char *path);

/* The architecture that a configuration file says it is for, NULL for none. Free with g_free(). */
char *arch_of_config(const char *config);

/* clang's --target for an architecture; NULL where clang has none. */
const char *arch_target(const char *arch, const char *srcarch);

/* The machine that we run on. Free with g_free(). */
char *arch_host(void);

/* Running programs (run.c) */

struct run_result {
	int status; /* exit status; -1 when a signal ended it */
	char *out;
	char *err;
};

/*
 * Runs @argv in @directory with an environment of only what compilers need, so that a make
 * which runs us leaves no trace in the make that we run. False when it could not be started.
 */
bool run_program(const char *directory, const char *const *argv, struct run_result *result,
		 GError **err);
void run_result_clear(struct run_result *result);

/* The line of a build's output that tells most: the first error, else the last line. */
char *run_result_reason(const struct run_result *result);

/* An exclusive lock on a file; the descriptor, or -1. Undo with close(). */
int lock_file(const char *path, struct console *con, GError **err);

/* Compilers (tools.c) */

/* The suffix of the newest clang that can build a kernel here ("-19", ""), NULL for none. */
char *tools_newest_clang(void);

/* Make variables for a new build directory: with clang, or with gcc. NULL-terminated. */
char **tools_for_clang(const struct tree *tree, const char *suffix);
char **tools_for_gcc(const struct tree *tree);

/* Make variables that fit a build directory configured by somebody else. */
char **tools_for_config(const struct tree *tree, const char *objtree);

/* Build directories (objtree.c) */

bool objtree_is_configured(const char *dir);

/* What make generated there (objtree_made.c): a line for each file of a stamp; whether it holds. */
void objtree_note_made(const struct tree *tree, const char *objtree, GString *text);
bool objtree_made_line(const char *line);
bool objtree_made_holds(const char *objtree, const char *line);

/* Holds the lock of our own build directory; -1 where it is not ours, or on error. */
int objtree_lock(struct tree *tree, struct console *con, GError **err);

/* Flags (flags.c) */

struct parsed_flags {
	const char *const *argv; /* as in struct unit_spec */
	const char *output;	 /* -o, or NULL */
	const char *modname;	 /* KBUILD_MODNAME, or NULL */
	bool is_module;		 /* -DMODULE */
	bool is_kernel;		 /* -D__KERNEL__ */
};

/*
 * Keeps of a compiler's command line (@argv, NULL-terminated, without the compiler) what can
 * change how clang parses; paths become absolute.
 */
void flags_parse(struct tree *tree, const char *directory, char *const *argv,
		 struct parsed_flags *out);

/* @model's flags for another file: its own folder and its own KBUILD_ names. */
const char *const *flags_for_sibling(struct tree *tree, const struct unit_spec *model,
				     const char *file);

/* Where units come from */

GPtrArray *kbuild_units(struct tree *tree, struct console *con, GError **err); /* kbuild.c */

/*
 * "make prepare" in @objtree as if the options in @skip were off, and the list of units, which
 * kbuild_units() then reads. False when make could not be run; @reason says what it did not do.
 */
bool kbuild_prepare(struct tree *tree, const char *objtree, char **vars, const char *skip,
		    char **reason, GError **err);

/* Removes a list that nobody has read. */
void kbuild_forget(struct tree *tree);

/* A make variable: which flags the host's programs are compiled with. Free with g_free(). */
char *host_flags(const struct tree *tree);

GPtrArray *kbuild_guess_units(struct tree *tree, const GPtrArray *files, GError **err);
GPtrArray *compdb_units(struct tree *tree, GError **err);  /* compdb.c */
char *compdb_find(const char *file_or_dir, GError **err);  /* compdb.c */
GPtrArray *cmdfile_units(struct tree *tree, GError **err); /* cmdfile.c */
GPtrArray *compile_units(struct tree *tree);		   /* compile.c: that of the request */

/* A C file that no project has: -std=gnu11 and nothing else (units.c). */
struct unit_spec *plain_unit(struct tree *tree, const char *file);

/* Adds to @units those of a path that has none among @all (guess.c). */
void guess_units(struct tree *tree, const struct scope_path *scope, const GPtrArray *all,
		 GPtrArray *units, struct console *con);

/* Words of C text (scan.c) */

/*
 * Called for each identifier; @defines when the text defines a function of that name there, which
 * other files can call.
 */
typedef void (*word_fn)(void *data, const char *word, size_t length, bool defines);

/* Reads @size bytes of C at @text: identifiers outside comments, strings and #include lines. */
void scan_words(const char *text, size_t size, word_fn found, void *data);

/* Sorts by file and object, and drops what is there twice. */
void units_sort(GPtrArray *units);

/*
 * A list of units in the cache (unit_cache.c), good as long as none of @inputs changed, and
 * none of the files it names vanished. NULL when there is none that is good.
 */
GPtrArray *unit_cache_load(struct tree *tree);
bool unit_cache_store(struct tree *tree, const GPtrArray *units, const GPtrArray *inputs,
		      GError **err);

#endif
