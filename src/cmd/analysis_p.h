/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analysis_p.h - what the commands that read code share: the pipeline, run once
 *
 * analyse() in run.c is the pipeline, one call per stage; the stages are in stages.c. Everything
 * lives until analysis_free().
 */
#ifndef LOCKGRAPH_ANALYSIS_P_H
#define LOCKGRAPH_ANALYSIS_P_H

#include "check/check.h"
#include "cmd/cmd.h"
#include "extract/extract.h"
#include "graph/graph.h"
#include "program/program.h"
#include "report/report.h"
#include "rules/rules.h"
#include "source/source.h"
#include "summary/summary.h"

/*
 * Where one version of a tree is, for --diff. Its makefiles are evaluated in @home; its files are
 * below @root, which shows the same tree with some files exchanged, or is @home itself.
 */
struct tree_version {
	const char *home, *root;
	const char *like;	   /* the version that @home is configured as, or NULL */
	const char *const *places; /* folders of @home that tell the architecture */
	const char *const *scope;  /* paths relative to @root */
	GHashTable *apart;	   /* files whose facts go to a cache of their own, or NULL */
	bool all_apart;		   /* and those of all others: the configuration is another one */
	GHashTable *around;	   /* files to read beside what closure finds, or NULL */
	GHashTable *compiled;	   /* of @scope, what is of interest only if it is compiled */
	GHashTable *renamed;	   /* path -> what the base calls it, where that differs; or NULL */
};

struct analysis {
	const struct options *options;
	const struct tree_version *version; /* NULL: the tree as it lies there */
	const char *const *paths;	    /* what the user asked about */
	struct console *con;
	char *cache;
	struct tree *tree;
	struct rules *rules;
	GPtrArray *units;   /* struct unit_spec *: those asked for; the tree's */
	GPtrArray *results; /* struct extract_result * */
	GPtrArray *facts;   /* struct facts *, all of them */
	struct program *program;
	struct kept_flows *kept; /* of functions that are what they were; or NULL */
	struct summaries *summaries;
	struct graph *graph;
	struct report *report;
	char *results_path; /* results.c: where what is found is kept, once it is known */
	GHashTable *embeds; /* interned path -> whether the file may have an #embed; or NULL */
	gint64 since;	    /* when the present stage began */
};

/*
 * The stages in their order; each adds its time to the report. False with a message that names
 * what is wrong with the input.
 */
bool stage_source(struct analysis *a, GError **err);
bool stage_rules(struct analysis *a, GError **err);
bool stage_extract(struct analysis *a, GError **err);
bool stage_closure(struct analysis *a, GError **err);
void stage_link(struct analysis *a);
void stage_summaries(struct analysis *a);
void stage_graph(struct analysis *a);
void stage_checks(struct analysis *a);

/* The last two, with as much of the second as can be done during the first. */
void stage_graph_and_checks(struct analysis *a);

/* The checks of one group, into the report. */
void run_checks(struct analysis *a, enum check_group group);

/* checks_apart.c: begins CHECKS_OF_CODE; their findings are in the report after checks_end(). */
struct checks_apart *checks_begin(struct analysis *a);
void checks_end(struct checks_apart *apart);

/* Of this process, and of its workers. */
size_t peak_rss_mb(const struct analysis *a);

struct picture;

/*
 * results.c: what the checks found when all was as it is now, once the code is read. False where
 * that is not known. What it found this time is kept after report_finish(). @picture, or NULL:
 * what the base of a comparison is known by, too.
 */
bool results_recall(struct analysis *a, struct picture *picture);
void results_keep(struct analysis *a, const struct picture *picture);

/* The same by way of any file, from process to process. */
bool results_read(struct analysis *a, struct picture *picture, const char *path);
bool results_write(const struct analysis *a, const struct picture *picture, const char *path,
		   GError **err);

/* What is known of the functions of this scope, as some run before left it; NULL with --anew. */
struct kept_flows *flow_kept_open(const struct analysis *a);

/* with_cocci.c: --with-cocci. The findings wait for report_finish() then, as those of checks do. */
bool stage_cocci(struct analysis *a, GError **err);

/* with_sparse.c: --with-sparse, the same. */
void stage_sparse(struct analysis *a);

/* beside.c: the function of the program that @file:@line is in, or PROGRAM_NONE. */
uint32_t function_at(const struct program *program, const char *file, unsigned line);

/*
 * Adds findings of another tool (struct finding *) that lie in scope and that the analysis has
 * none of its own for; the number of those that it has.
 */
guint add_others_findings(struct analysis *a, const GPtrArray *findings);

/* Whether what --with-cocci needs is there, before time is spent on the rest. */
bool check_cocci(const struct options *options, GError **err);

/* A stage's time goes to the report under @name, a literal. */
void end_stage(struct analysis *a, const char *name);

/* Reads @units and adds their facts; @asked: their failures make the report incomplete. */
bool analysis_read(struct analysis *a, const GPtrArray *units, bool asked, GError **err);

/* The tree of @version, or that of the options; prepared. */
struct tree *analysis_open_tree(const struct options *options, const struct tree_version *version,
				const char *const *paths, const char *cache, struct console *con,
				GError **err);

/* outside.c: which file @facts were made of that --untrusted forbids to read, a sentence; or NULL. */
char *why_refused(struct analysis *a, const struct facts *facts);

/*
 * closure.c: reads what lies around the units that were asked for, as far as --closure says.
 * What that needs may be made by a process meanwhile: one to wait for before, or 0.
 */
pid_t begin_read_around(struct analysis *a);
bool read_around(struct analysis *a, GError **err);

/* From @options->arguments or @paths; on failure the message is printed. */
bool analyse(struct analysis *a, const struct options *options, const char *const *paths);

/* The same of one version of the tree, in two steps: what the code says, and what that means. */
bool read_version(struct analysis *a, const struct options *options,
		  const struct tree_version *version);
void understand_and_check(struct analysis *a);
void analysis_free(struct analysis *a);

/* EXIT_INCOMPLETE when some unit that was asked for could not be read, else @status. */
enum exit_status analysis_status(const struct analysis *a, enum exit_status status);

/* Says on standard error which units could not be read, for commands without a report. */
void print_failures(const struct analysis *a);

/* "Linux 6.12.117, s390 defconfig: virt/kvm". Free with g_free(). */
char *analysis_title(const struct analysis *a);

/* Per class, whether a function in scope takes it. Free with g_free(). */
bool *graph_touched_classes(const struct graph *graph);

/* --- what a patch brings ---------------------------------------------------------------------- */

/* diff.c: --diff and --patch. */
enum exit_status run_diff(const struct options *options, const GArray *outputs, int least);

/*
 * build_files.c: whether any of @paths decides what is compiled, how, or what is generated for it;
 * whether such as are among them only list what is compiled; whether they can concern C code at all.
 */
bool has_build_file(const GPtrArray *paths);
bool only_list_units(const GPtrArray *paths);
bool concern_code(const GPtrArray *paths);

/*
 * affected.c: files of @tree that @changed (paths) are, or that include one of them. Asked about a
 * second version of the tree, it adds those that one of the two compiles otherwise.
 */
struct affected {
	GHashTable *files;    /* interned paths */
	GHashTable *compiled; /* of these, those that are there only for how they are compiled */
	struct compiled_as *before; /* the first version; NULL: not asked for, or not seen */
	bool reconfigured;	    /* the two have other configurations */
	bool rebuilt;	    /* makefiles or the configuration may differ: see for yourself */
	GHashTable *beside; /* units in the folders of changed files, which share locks with them */
	GPtrArray *notes;   /* sentences on what was left out; freed with it */
	struct includers *includers; /* NULL before the first version was looked at */
};

/* compiled_as.c: the part of affected_add() for what is compiled otherwise. */
bool affected_by_build(struct affected *affected, struct tree *tree, const GPtrArray *units,
		       struct console *con, GError **err);
void compiled_as_free(struct compiled_as *as);

/* What the words are that a change of a header touches. */
typedef GPtrArray *(*changed_words_fn)(void *data, const char *header);

bool affected_add(struct affected *affected, struct tree *tree, const GPtrArray *changed,
		  changed_words_fn words, void *data, struct console *con, GError **err);

/* compare.c: leaves what @base has out of @head's report, and tells what else is new. */
void compare_versions(struct analysis *head, const struct report *base,
		      const struct picture *picture);

/* Gives the head's findings the ids that they would have in the base. Before suppress(). */
void name_findings_as_base(struct analysis *head);

/* renamed.c: @text, with names of files in it replaced by those that @renamed has for them. */
const char *renamed_back(const GHashTable *renamed, const char *text);

/* What compare_versions() must know of the base, @picture, of its analysis. */
void picture_take(const struct analysis *a, struct picture *picture);

/* Takes out the findings that somebody says are none. */
bool suppress(struct analysis *a, GError **err);

/*
 * run.c: what there is to find in code that has been read. Either it is known from before, or all
 * that comes after reading is done; findings are merged and named then. @picture, or NULL, gets
 * what compare_versions() asks about. The findings recalled wait for suppress(), the others do not.
 */
bool recall_found(struct analysis *a, struct picture *picture);
bool find_anew(struct analysis *a, struct picture *picture, GError **err);

/* What comes behind stage_checks(): the findings of other tools, which read the sources. */
bool find_rest(struct analysis *a, GError **err);

/* The end of every run: what goes out, and the status. @least above SEVERITY_ERROR: never 1. */
enum exit_status report_and_judge(struct analysis *a, const GArray *outputs, int least);

/* --- without an analysis ---------------------------------------------------------------------- */

/* Prints "lockgraph: MESSAGE" and returns EXIT_BAD_INPUT. */
enum exit_status fail_with(const GError *err);

/* Fails when there is no path at all. */
bool check_paths(char **paths, GError **err);

/* --cache or its default, absolute. Free with g_free(). */
char *cache_folder(const struct options *options);

/* What --rules says. */
struct rules *load_rules(const struct options *options, GError **err);

#endif
