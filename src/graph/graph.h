/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * graph.h - the lock dependency graph
 *
 * Nodes are lock classes, edges are "held while acquiring", with lockdep's modes, the confidence
 * of the weakest call on the way, and a witness: the chain of calls from where the first lock is
 * taken to where the second is. Knows nothing of source files, nor of which edges are bugs: see
 * check/. (Documentation/locking/lockdep-design.rst)
 */
#ifndef LOCKGRAPH_GRAPH_H
#define LOCKGRAPH_GRAPH_H

#include "base/arena.h"
#include "base/idset.h"
#include "program/program.h"
#include "summary/summary.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lock_class {
	const char *class_name; /* "struct kvm.lock"; with subclass n > 0: "struct kvm.lock/1" */
	const char *name;	/* lockdep's: "&kvm->lock" */
	enum lock_kind kind;
	uint32_t subclass;
	uint32_t class_string; /* without the subclass: for program_lockdep_names() */
};

/*
 * One dependency class -> class. lockdep's notation for the edge's type: S or E (how @from is
 * held: shared or exclusive), R or N (whether the acquisition of @to is a recursive read).
 * Modes differ between instances: each pair of modes is a dependency of its own.
 */
struct dependency {
	uint32_t from, to; /* class indices */
	enum lock_mode from_mode, to_mode;
	enum confidence confidence;
	bool in_scope;		       /* a step of the witness lies in a function in scope */
	bool same_instance_impossible; /* from == to only: known to be two objects */
	idset gates; /* classes held exclusively in every instance seen, other than from and to */
	uint32_t witness; /* for graph_witness() */
};

/* The very same lock taken twice by one task. */
struct recursion {
	uint32_t lock; /* class */
	enum lock_mode held_mode, taken_mode;
	enum confidence confidence;
	bool in_scope;
	bool is_other; /* another function leads into the same code with the lock held */
	uint32_t witness;
};

struct graph {
	struct arena *arena;
	const struct program *program;
	const struct summaries *summaries;
	struct idset_pool *gates;
	size_t n_classes;
	struct lock_class *classes;
	size_t n_dependencies;
	struct dependency *dependencies; /* sorted by from, to, modes */
	const uint32_t *first_of;	 /* n_classes + 1: first dependency from each class */
	size_t n_recursions;
	struct recursion *recursions;
	GHashTable *class_index; /* class name -> index + 1 */
};

/*
 * Which dependencies the graph has. DIRECT: those that lockdep would record, with no lock in
 * between (summary_is_stop()); the others follow from them. ALL: from every held lock, so that a
 * witness is one chain and a circle is as short as it can be. NEAR: of those the ones with a chain
 * of a few calls; over longer ones nearly each class of a whole kernel is in a circle with each.
 */
enum graph_extent { GRAPH_ALL, GRAPH_DIRECT, GRAPH_NEAR };

/*
 * For GRAPH_DIRECT summaries_find_direct() must have run, for NEAR summaries_find_near(). What is
 * less sure than @least is left out: two thirds of a whole kernel's dependencies are guesses.
 */
struct graph *graph_build(const struct summaries *summaries, enum graph_extent extent,
			  enum confidence least);
void graph_free(struct graph *graph);

/* The class called @name (class name or lockdep name), or PROGRAM_NONE. */
uint32_t graph_find_class(const struct graph *graph, const char *name);

enum witness_event {
	WITNESS_ENTRY,
	WITNESS_ACQUIRE,
	WITNESS_CALL,
	WITNESS_INDIRECT,
	WITNESS_RETURN
};

/* One step of a chain, outermost first, in the order in which it happens. */
struct witness_step {
	const char *file; /* relative to the tree */
	unsigned line, column;
	const char *function; /* the function the step is in */
	enum witness_event event;
	const char *what;      /* "mutex_lock(&kvm->lock)", "calls kvm_arch_vcpu_ioctl()", "through
				  ->release: why" */
	uint32_t lock;	       /* ACQUIRE: the class, else PROGRAM_NONE */
	const char *lock_text; /* ACQUIRE: the lock as written there, "&vcpu->kvm->lock" */
};

struct witness {
	size_t n;
	const struct witness_step *steps;
	bool contradicts;    /* constants handed down, or that it sleeps, speak against this way */
	bool open;	     /* it is gone under conditions that nobody on it is known to fulfil */
	bool implied;	     /* a call on it stands nowhere: who sleeps calls the scheduler */
	bool perhaps;	     /* the first lock comes from a function that returns without it, too */
	bool handed;	     /* a function called since may have given the first lock up */
	bool last;	     /* only who drops a last reference goes this way */
	const char *carried; /* "struct task_struct.journal_info": the task has one, on a way of
				those that do not; or NULL */
	const char *loose;   /* why of a call on it that may as well go elsewhere, or NULL */
	unsigned choices;    /* where such calls may go, multiplied; 0 for none */
};

/* As reports call it: "acquire", "call". */
const char *witness_event_name(enum witness_event event);

/* How much of a chain is wanted; the less, the faster. */
enum witness_extent {
	WITNESS_WHOLE,
	WITNESS_IF_SURE, /* may be incomplete when something contradicts it */
	WITNESS_START,	 /* where the first lock is taken, and the call that leads to the second */
};

/* The chain of a dependency or recursion, made when asked for, in @arena. */
struct witness graph_witness(const struct graph *graph, uint32_t witness,
			     enum witness_extent extent, struct arena *arena);

/*
 * Looks for a sighting of the dependency with @witness that is short and that nothing speaks
 * against, @closed: that is not open either, and puts it in place of the one that is there.
 * Returns how sure its calls are, or -1 when there is none.
 */
int graph_see_nearer(const struct graph *graph, uint32_t from, uint32_t to, uint32_t witness,
		     bool closed);

/* How @function comes to hold @held: calls down to where it is taken, and that. */
struct witness graph_held_witness(const struct graph *graph, uint32_t function,
				  const struct held_lock *held, struct arena *arena);

/*
 * A circle: dependency indices d0: c0 -> c1, d1: c1 -> c2, ... back to c0, starting at the
 * smallest class name. Strong in lockdep's sense: it can block for ever with any number of
 * readers (no ...R followed by S...; see lockdep-design.rst, "strong dependency paths").
 */
struct cycle {
	size_t n;
	const uint32_t *dependencies;
	enum confidence confidence; /* the weakest dependency's */
	bool in_scope;		    /* a dependency on it is */
	bool gated;		    /* a lock is held exclusively around all its dependencies */
	uint32_t gate;		    /* that class */
};

/*
 * All elementary circles of at most @max_length dependencies that touch the scope and have no
 * shorter circle among their classes (a chord closes one sooner: it is reported instead).
 * At least @least confident. Shortest first; the order does not depend on addresses. Sets @cut if
 * there were so many that the search was given up: some are missing then.
 */
GArray *graph_cycles(const struct graph *graph, size_t max_length, enum confidence least,
		     struct arena *arena, bool *cut);

/*
 * Whether a path that has @before and then @next is strong there: all but "... taken as a recursive
 * reader" followed by "held shared".
 */
bool graph_follows(const struct dependency *before, const struct dependency *next);

/* Whether one function takes both locks, which leaves no doubt of what calls lead to. */
bool graph_is_at_once(const struct graph *graph, const struct dependency *dependency);

/* Shortest path of dependencies from class @from to @to, as dependency indices; n 0 if none. */
GArray *graph_path(const struct graph *graph, uint32_t from, uint32_t to, enum confidence least);

#endif
