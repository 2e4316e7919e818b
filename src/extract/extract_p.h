/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * extract_p.h - what the process side of extract/ shares: plan, workers, cache keys
 *
 * A run is planned whole before the first worker is forked, so that a worker has inherited all it
 * needs to know and is told only which unit is next.
 */
#ifndef LOCKGRAPH_EXTRACT_EXTRACT_P_H
#define LOCKGRAPH_EXTRACT_EXTRACT_P_H

#include "extract/extract.h"
#include "extract/lower_p.h"

#include <sys/types.h>

#define KEY_SIZE 33 /* 32 hexadecimal digits */

/* What is the same for all units of a run. */
struct extract_env {
	const struct tree *tree;
	const GPtrArray *units; /* struct unit_spec * */
	struct extract_options options;
	struct facts_cache *cache;
	struct facts_roots roots;
	char *parser;		     /* extract_parser_version() */
	char *config_header;	     /* comes right after the kernel's kconfig.h */
	char *annotation_header;     /* comes right after the kernel's compiler_types.h */
	uint64_t headers_hash;	     /* of the content of these two */
	GPtrArray *groups;	     /* struct pch_group * */
	struct pch_group **group_of; /* by unit; NULL: none */
};

/* Units whose flags differ only in what a precompiled header does not care about. */
struct pch_group {
	char *signature;
	uint32_t first_unit;
	uint32_t n_units, n_missing;
	GPtrArray *search;	    /* -I flags that all its units have */
	const char *const *headers; /* NULL-terminated; shared */
	char key[KEY_SIZE];	    /* stands for flags and headers */
	char place[KEY_SIZE];	    /* the same in this tree: names the files below */
	char family[KEY_SIZE];	    /* stands for the flags in this tree */
	char base[KEY_SIZE];	    /* "" while there is none */
	bool wanted;		    /* worth making */
};

/* argv.c: a unit's flags as libclang takes them. NULL-terminated, free with g_ptr_array_unref() */

/* The unit's own flags, made absolute, with our two headers in their places. */
GPtrArray *argv_for_unit(const struct extract_env *env, const struct unit_spec *unit);

/* The same when the headers come from precompiled header @pch. */
GPtrArray *argv_with_pch(const struct extract_env *env, const struct unit_spec *unit,
			 const char *pch);

/* Flags to make the precompiled header of @group with. */
GPtrArray *argv_for_base(const struct extract_env *env, const struct pch_group *group);

/* The flags that must be equal for two units to share a precompiled header. Free with g_free() */
char *argv_signature(const struct extract_env *env, const struct unit_spec *unit);

/* Leaves in @search the -I flags that @unit has too. */
void argv_keep_common_search(const struct extract_env *env, const struct unit_spec *unit,
			     GPtrArray *search);
GPtrArray *argv_search(const struct extract_env *env, const struct unit_spec *unit);

/* key.c: names in the cache, the same for equal trees in different places */

void key_for_unit(const struct extract_env *env, const struct unit_spec *unit, char key[KEY_SIZE]);
void key_for_group(const struct extract_env *env, const struct pch_group *group,
		   char key[KEY_SIZE]);

/* The flags alone, whatever the headers. */
void key_for_family(const struct extract_env *env, const struct pch_group *group,
		    char key[KEY_SIZE]);

/*
 * @key in this very tree: precompiled headers know their sources by absolute path, so a copy of
 * the tree can share facts but not these.
 */
void key_in_place(const struct extract_env *env, const char *key, char place[KEY_SIZE]);

/* The base that came out of a group when its inputs had these contents. */
void key_for_base(const char *group_key, const GArray *hashes, char key[KEY_SIZE]);

/* A file beside the facts entry with @key. Free with g_free(). */
char *key_path(const struct extract_env *env, const char *key, const char *suffix);

/* pch.c: precompiled headers */

/* Puts units into groups and finds out which headers each has or should get. */
void pch_plan(struct extract_env *env, struct tree *tree, const bool *missing);
void pch_free_groups(struct extract_env *env);

struct pch_names;

/* Reads what is known of the group's current base; NULL when there is none. */
struct pch_names *pch_names_read(const struct extract_env *env, const struct pch_group *group);
void pch_names_free(struct pch_names *names);

/*
 * Whether the unit's text defines, before its last #include, a macro that a header in the
 * precompiled one tests: then that header must be read anew.
 */
bool pch_suits(const struct pch_names *names, const char *file);

/*
 * Writes the index of a base: its key and the macros that its headers, @files, test. It is now the
 * latest of its family.
 */
bool pch_write_index(const struct extract_env *env, const struct pch_group *group, const char *base,
		     const GPtrArray *files, GError **err);

/* Where the precompiled header of @base is. Free with g_free(). */
char *pch_path(const struct extract_env *env, const char *base);

/* worker.c: one unit after the other, in a process of its own */

enum job_kind { JOB_UNIT, JOB_BASE };

struct job {
	enum job_kind kind;
	uint32_t index;	     /* unit or group */
	bool is_retry;	     /* no precompiled header, and nothing beside it */
	char base[KEY_SIZE]; /* "" for none */
};

#define REPLY_TEXT 1024

struct job_reply {
	bool ok;
	char stage[16];
	char text[REPLY_TEXT]; /* what is wrong; the key of a base made */
};

/* Serves jobs that come over @socket until it is closed. Does not return. */
void worker_main(const struct extract_env *env, int socket) __attribute__((noreturn));

/*
 * absent.c: whether what @diagnostic of @unit says that was included and not found is there now.
 * False for any other diagnostic.
 */
bool absent_is_there(const struct unit_spec *unit, const struct facts_roots *roots,
		     const char *diagnostic);

/* pool.c: processes that live as long as there is work */

/* Told in the order of completion; may put more jobs in the queue. */
typedef void (*job_done)(void *data, const struct job *job, const struct job_reply *reply);

struct pool_usage {
	double cpu_seconds;
	size_t peak_rss_mb;
};

/* Runs the struct job in @queue until it is empty. Fails when no worker can be started. */
bool pool_run(const struct extract_env *env, GQueue *queue, job_done done, void *data,
	      struct pool_usage *usage, GError **err);

/* jobserver.c: make's job tokens */
struct jobserver;

/* The job server of the make that runs us, NULL for none. */
struct jobserver *jobserver_open(void);
void jobserver_close(struct jobserver *server);		  /* gives all tokens back */
bool jobserver_take(struct jobserver *server);		  /* does not block */
int jobserver_fd(const struct jobserver *server);	  /* readable when a token may be there */
bool jobserver_is_serial(const struct jobserver *server); /* make said not to run anything else */

#endif
