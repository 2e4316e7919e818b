/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - what is told, and in which form
 *
 * A report is findings and what must be known to judge them: the tree, what was read and what
 * could not be. A form is one file and one row in table.c. Knows nothing of how findings come
 * about, nor of exit statuses.
 *
 * Life cycle: report_new(), add findings and failures, report_finish() (merge, order, ids), then
 * report_drop_known() for --baseline, then any number of report_write().
 */
#ifndef LOCKGRAPH_REPORT_H
#define LOCKGRAPH_REPORT_H

#include "base/arena.h"
#include "check/check.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct graph;

/* A unit that could not be read, or not whole. */
struct report_failure {
	const char *file, *why;
	bool partial; /* errors in some functions only */
	bool around;  /* not asked for, read to see what the others call */
};

/* How long a stage took. */
struct report_timing {
	const char *stage; /* "extract" */
	double seconds;
};

/* A dependency that was not there before; @closes: with those there are it makes a circle. */
struct report_dependency {
	struct finding_path path;
	const char *from_mode, *to_mode;
	int confidence;
	bool closes;
};

/* A lock that was there before, taken where or how it was not: by a function, in @mode. */
struct report_use {
	struct finding_lock lock;
	const char *mode;
	const char *context; /* "with interrupts off"; "" for as the function's callers have it */
	bool is_new_context; /* the function took it before, but in no such context */
	struct finding_step at;
};

/* What --diff adds: the findings of the report are the new ones. */
struct report_diff {
	const char *base, *head;       /* as the user named them */
	const char *base_id, *head_id; /* commits or trees */
	GPtrArray *fixed;	       /* struct finding *, of the base only */
	GArray *dependencies;	       /* struct report_dependency */
	GArray *uses;		       /* struct report_use */
	GPtrArray *notes;	       /* sentences */
};

/* A finding that somebody says is none. */
struct report_suppression {
	struct finding *finding;
	const char *kind; /* "inSource", "external": SARIF's words */
	const char *type; /* of the reason, "" in source */
	const char *why;
	bool was_there; /* --diff, --baseline: before, where it was not suppressed */
};

struct report {
	struct arena *arena;
	struct report_diff *diff; /* NULL without --diff */
	const char *version;	  /* of the tree */
	const char *arch, *config;
	const char *const *scope; /* NULL-terminated paths */
	const char *spatch;	  /* which version ran; NULL where none did */
	const char *sparse;	  /* the same; "" when it was wanted and is not there */
	size_t units_total, units_analysed;
	GArray *failures; /* struct report_failure */
	GArray *timings;  /* struct report_timing, in the order of the stages */
	size_t functions, classes, dependencies;
	size_t units_closure;	 /* read beside those asked for */
	size_t unresolved_calls; /* indirect, under a lock, to nowhere */
	size_t gave_up;		 /* functions with too many states */
	bool circles_cut;	 /* there were too many of them: some are missing */
	size_t disproved;	 /* warnings of sparse that the analysis shows to be wrong */
	size_t peak_rss_mb;
	GPtrArray *findings; /* struct finding *, in the report's arena or one that lives as long */
	GArray *suppressed;  /* struct report_suppression */
	GPtrArray *others;   /* const char *: other warnings of sparse, as it printed them */
	GPtrArray *refuted;  /* and whose reason does not hold */
	GPtrArray *stale;    /* what entries of the suppressions file fit nothing, for people */
	bool has_baseline;   /* the findings are those that a report of before lacks */
	size_t known;	     /* findings left out because the baseline has them */
};

struct report *report_new(void);
void report_free(struct report *report);

void report_add_failure(struct report *report, const struct report_failure *failure);
void report_add_timing(struct report *report, const char *stage, double seconds);

/*
 * Merges findings that say the same, leaves out those that a surer one over the same locks
 * includes, gives ids and sorts. An id is a hash over the rule, the lock classes and the
 * functions in which the locks are taken: not of lines or names of variables, so that it
 * survives edits around. Equal ones in one function get "-2", "-3".
 */
void report_finish(struct report *report);

/*
 * Gives findings the ids that they would have if classes and files were called what @rename makes
 * of them: as a version calls them that is compared with. Before report_suppress().
 */
typedef const char *(*report_rename_fn)(const char *name, const void *data);
void report_give_base_ids(struct report *report, report_rename_fn rename, const void *data);

/*
 * Takes out findings that a comment in the source below @root or the file of suppressions, where
 * one is given, says are none and for a reason that holds, as far as @graph tells. False when that
 * file is not as it must be.
 */
bool report_suppress(struct report *report, const char *root, const struct graph *graph,
		     const char *file, GError **err);

/* Leaves out findings whose id @path, a report of before (JSON), has too. */
bool report_drop_known(struct report *report, const char *path, GError **err);

/* How many findings are at least that severe. */
size_t report_count(const struct report *report, enum severity least);

/* NULL when there is none with an id that begins with @id; the first one when there are several. */
const struct finding *report_find(const struct report *report, const char *id);

/* Reads back what the JSON form wrote. NULL when it is not a report. */
struct report *report_read(const char *path, GError **err);

/*
 * For another run that would find the same: the findings, and how much was looked at, as text;
 * free with g_free(). report_unpack() adds them to @report, where they need no report_finish().
 */
char *report_pack(const struct report *report);
bool report_unpack(struct report *report, const char *text, size_t size);

/* Adds only the findings, as they were; of a report that is not finished they need that still. */
bool report_unpack_findings(struct report *report, const char *text, size_t size);

/* --- forms ------------------------------------------------------------------------------------ */

struct report_style {
	bool colour;
	bool stats;
	size_t chain;	    /* text: the most steps of a chain that are shown; 0: all */
	const char *prefix; /* line: stands in front of the names of the tree's files; or NULL */
};

struct report_form {
	const char *name, *help;
	void (*write)(const struct report *report, const struct report_style *style, FILE *to);
};

/* The part of a lock graph that is shown: all classes, and these dependencies of it. */
struct graph_view {
	const struct graph *graph;
	const bool *own; /* per class: functions in scope take it */
	size_t n;
	const uint32_t *dependencies; /* indices, rising */
	const char *title;	      /* "Linux 6.12.117 s390: virt/kvm" */
	bool chains;		      /* JSON: with witnesses for the dependencies in scope */
};

/* A form of the lock graph itself. */
struct graph_form {
	const char *name, *help;
	bool (*write)(const struct graph_view *view, FILE *to, GError **err);
};

/* table.c, each ending with a row that has no name. */
extern const struct report_form report_forms[];
extern const struct graph_form graph_forms[];
const struct report_form *report_form_find(const char *name);
const struct graph_form *graph_form_find(const char *name);

/* One finding in the text form, for lockgraph explain. */
void text_write_finding(const struct finding *f, const struct report_style *style, FILE *to);

/* --- where it goes ---------------------------------------------------------------------------- */

/* A file that appears whole or not at all; "-" is standard output. */
struct output {
	FILE *to;
	char *path, *temporary;
};

bool output_open(struct output *out, const char *path, GError **err);

/* After a failure (full disk) nothing is left behind. */
bool output_close(struct output *out, GError **err);

/* Instead of closing: as if it had never been opened. */
void output_abandon(struct output *out);

#endif
