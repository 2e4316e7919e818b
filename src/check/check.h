/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.h - questions to the program, the summaries and the lock graph
 *
 * A check is a pure reader: it gets finished data and emits findings. No check knows of another,
 * of how findings are printed, or of what was there before. A finding holds strings and numbers
 * only, so that report/ and other tools' bridges can make, keep and compare them by themselves.
 *
 * To add a check: a file like template.c.in, a row in table.c, a line per rule in rules.def. One
 * that asks the lock graph says so (enum check_group); the others run while the graph is built.
 */
#ifndef LOCKGRAPH_CHECK_H
#define LOCKGRAPH_CHECK_H

#include "base/arena.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct graph;
struct program;
struct rcu_sites;
struct rules;
struct summaries;
struct world;

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

/* What a finding can be: one line of rules.def each. */
enum rule_id {
#define CHECK_RULE(symbol, ...) RULE_##symbol,
#include "check/rules.def"
#undef CHECK_RULE
	RULE_IDS
};

struct check_rule {
	const char *name;	   /* "deadlock/cycle" */
	enum severity severity;	   /* of a finding that is sure */
	const char *title;	   /* a phrase */
	const char *checklist;	   /* items of Documentation/RCU/checklist.rst: "6 13", or "" */
	const char *lockdep_title; /* what lockdep says at run time, or "" */
	bool syzbot;		   /* syzkaller calls it "possible deadlock in FUNCTION" */
	const char *help;	   /* what to do about it, one sentence */
};

const struct check_rule *check_rule(enum rule_id id);

/* What must have been read for the rule to find anything; NULL where nobody has said so. */
const char *check_rule_needs(enum rule_id id);

/* NULL when there is no rule of that name. */
const struct check_rule *check_rule_find(const char *name);

/* "error", "warning", "note"; and "low", "medium", "high" for enum confidence. */
const char *severity_name(enum severity severity);
const char *confidence_name(int confidence);

/* --- findings ---------------------------------------------------------------------------------- */

/* One step of a chain. @file is relative to the tree. */
struct finding_step {
	const char *file;
	unsigned line, column;
	const char *function; /* the step is in it */
	const char *event;    /* "entry", "acquire", "call", "indirect", "return", "release" */
	const char *what;     /* "mutex_lock(&kvm->lock)" */
	const char *lock;     /* acquire: the class; else NULL */
};

/* How one task gets from holding @holds to wanting @acquires. */
struct finding_path {
	const char *holds, *acquires;		  /* class names, or NULL */
	const char *holds_label, *acquires_label; /* the same as messages write them */
	size_t n;
	const struct finding_step *steps;
	bool contradicts, open;	    /* as in struct witness */
	bool is_unsure;		    /* its calls are less sure than the dependency */
	bool last, handed, perhaps; /* as in struct witness */
	const char *carried, *loose;
	unsigned choices;
};

struct finding_lock {
	const char *class_name; /* as in the graph: "struct kvm.lock", "struct inode.i_rwsem/1" */
	const char *defined_as; /* without the subclass: "struct inode.i_rwsem" */
	const char *name;	/* lockdep's: "&kvm->lock" */
	const char *kind;	/* "mutex" */
	uint32_t subclass;
};

struct finding {
	const char *id;	     /* "" until report/ gives it one */
	const char *base_id; /* --diff: the id that it would have in the base, or NULL for @id */
	const char *rule;
	enum severity severity;
	int confidence; /* enum confidence */
	const char *message;
	struct finding_step location; /* event and what are NULL */
	size_t n_locks;
	const struct finding_lock *locks;
	size_t n_paths;
	const struct finding_path *paths;
	const char *checklist;
	const char *help;
	const char *doubt;	   /* why it is less than it could be, or NULL */
	const char *lockdep_title; /* or NULL */
	const char *syzbot_title;  /* or NULL */
	const char *world;	   /* --isolate: the function that it all begins with; or NULL */
};

/* --- checks ------------------------------------------------------------------------------------ */

struct check_options {
	size_t max_cycle;    /* longest circle */
	int least;	     /* findings less confident than this are left out */
	bool no_rt;	     /* nothing that is wrong on PREEMPT_RT only */
	bool rt;	     /* nothing that is wrong elsewhere only */
	bool gated;	     /* circles that a common lock keeps from closing, too */
	const char *version; /* of the kernel, "" where it is not known */
	bool (*in_scope)(const char *file, void *data); /* whether the user asked about @file */
	void *scope_data;
};

struct check_input {
	const struct program *program;
	const struct summaries *summaries;
	const struct graph *graph; /* NULL for CHECKS_OF_CODE */
	const struct rules *rules;
	const struct check_options *options;
	struct arena *arena;	     /* for what findings point to */
	GPtrArray *findings;	     /* struct finding *, in @arena */
	const struct world *world;   /* all that @summaries and @graph know of; NULL: everything */
	GHashTable *paths;	     /* set by checks_run(): witness + 1 -> struct finding_path */
	const struct rcu_sites *rcu; /* set by checks_run() for CHECKS_OF_CODE: see rcu_p.h */
	bool *circles_cut;	     /* set where some circles were not searched for */
};

/* What a check asks: the code and its summaries, or the lock graph built over them, too. */
enum check_group { CHECKS_OF_CODE, CHECKS_OF_GRAPH };

struct check {
	const char *name; /* of the file, for timing and --stats */
	enum check_group group;
	void (*run)(const struct check_input *in);
};

/* table.c: all checks, NULL-terminated. */
extern const struct check *const check_table[];

/* Those of @group; for CHECKS_OF_CODE @in has no graph. */
void checks_run(const struct check_input *in, enum check_group group);

#endif
