/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * graph_p.h - what the files of graph/ share
 */
#ifndef LOCKGRAPH_GRAPH_P_H
#define LOCKGRAPH_GRAPH_P_H

#include "graph/graph.h"

enum via {
	VIA_ACQUIRE,	  /* the function takes the second lock itself */
	VIA_REACH,	  /* a callee's set has it: acquisition @what */
	VIA_REQUIREMENT,  /* the callee's requirement number @what */
	VIA_DROPPED_CALL, /* requirement @inner is a call; acquisition @what is reached from there */
	VIA_CALLBACK,	  /* callback @event runs with a lock held; its set has acquisition @what */
	VIA_PROBLEM,	  /* flow/ found it: problem number @what */
};

/* Where a dependency or recursion was seen, enough to make its chain. */
struct sighting {
	uint32_t function;
	uint8_t via;
	uint8_t level;	/* confidence of the closure used */
	bool is_other;	/* of a recursion: see there */
	uint32_t event; /* acquire event, or summary call */
	uint32_t held;	/* index into the event's held set */
	uint32_t what;
	uint32_t inner;
};

struct graph_builder {
	bool *called; /* per function, once it was asked for: by somebody in sight */
	struct graph *graph;
	struct arena *scratch;
	enum graph_extent extent;
	enum confidence least;
	GHashTable *classes;	  /* class key -> index + 1 */
	GArray *class_list;	  /* struct lock_class */
	GHashTable *dependencies; /* packed classes and modes -> index + 1 */
	GArray *dependency_list;  /* struct dependency */
	GArray *recursion_list;
	GHashTable *seen;	/* (held, callee set, gates) already expanded */
	GHashTable *recursive;	/* (held, callee set, holder): looked at for the same lock */
	GHashTable *expansions; /* (held, confidence, gates) -> acquisitions added, as bits */
	GHashTable *by_global;	/* lock -> GArray of the acquisitions that are just that lock */
	uint32_t *to_class;	/* per acquisition: class + 1, 0 when not asked for yet */
	const struct held_set *gates_set; /* the last one asked for, and the gates in it */
	idset gates;
	struct arena *lifted; /* of the call at hand */
	GArray *requirements; /* struct requirement: the callee's, seen from the call at hand */
};

/* --- found.c ---------------------------------------------------------------------------------- */

/* What is being added, and where it was seen. */
struct found {
	const struct held_lock *held;
	const struct held_set *set;
	uint32_t from; /* class of @held, or PROGRAM_NONE until it is asked for */
	uint32_t to_string;
	uint8_t to_kind, to_mode, to_subclass;
	enum confidence confidence;
	enum confidence most; /* of what a call leads to: as sure as it is that @held stays */
	bool distinct;	      /* known to be another object than @held */
	bool explained;	      /* that its class is taken is known to be no second time */
	struct sighting where;
};

/* For struct graph_builder.classes and .dependencies. */
GHashTable *found_new_classes(void);
GHashTable *found_new_dependencies(void);

/* Whether there is such a class already: somebody takes it, or waits for it. */
bool found_is_class(const struct graph_builder *b, uint32_t class_string, uint32_t subclass);

/* The class, made when it is asked for first. */
uint32_t found_class(struct graph_builder *b, uint32_t class_string, uint32_t subclass,
		     uint8_t kind);

/* The classes held exclusively. One set is asked for many times in a row. */
idset found_gates(struct graph_builder *b, const struct held_set *set);

/* The class of the lock held, made when the first dependency from it is. */
void found_resolve_from(struct graph_builder *b, struct found *found);

/* A dependency to class @to; that of the lock held is resolved. */
void found_keep(struct graph_builder *b, const struct found *found, uint32_t to);

/* One to the class that @found names; none from or to a lock that lockdep does not validate. */
void found_add_dependency(struct graph_builder *b, struct found *found);

/* @held is taken again in @mode, unless that cannot block. */
void found_add_recursion(struct graph_builder *b, const struct held_lock *held, uint8_t kind,
			 uint8_t mode, enum confidence confidence, const struct sighting *where);

/* --- held.c ----------------------------------------------------------------------------------- */

/* Whether the lock is one object for certain. */
bool held_is_definite(const struct program *program, const struct held_lock *held);

/* Held locks that count: lockdep ignores the rest as well (seqcount sections are no wait). */
bool held_counts(const struct program *program, const struct held_lock *held);

/* Whether the callers' lock @held is given up before that call is made. */
bool held_is_given_up(const struct summary_call *call, const struct held_lock *held);

/*
 * Whether on the way to requirement @number of @function something is called that may give up the
 * callers' lock, of @class_string, without saying so: fixup_user_fault() takes it anew then.
 */
bool held_may_be_taken_anew(const struct summaries *s, uint32_t function, uint32_t number,
			    uint32_t class_string);

/* Whether @held and @lock are known to be two objects, with keys of their own. */
bool held_is_distinct(const struct program *program, const struct held_lock *held,
		      const struct held_lock *lock);

/*
 * Whether the nesting of @lock in @held, @number of @set and of its class, is serialised by a lock
 * that is taken before both of them. (kernel/locking/lockdep.c: check_deadlock())
 */
bool held_is_serialised(const struct held_set *set, uint32_t number, const struct held_lock *held,
			const struct held_lock *lock);

/*
 * @held, of function @f, with the @i-th class that it can have; NULL when there are no more. A lock
 * that is reached through a parameter has those that the callers hand in.
 */
const struct held_lock *held_as(const struct graph_builder *b, uint32_t f,
				const struct held_lock *held, guint i);

/* The first of the held locks that dependencies run from. */
uint32_t held_first(const struct graph_builder *b, const struct held_set *held);

/*
 * carried.c: the task's member that is set when @function is handed an object of the types that
 * rules/ names, as the conditions at a point of it say; NULL: it is not known to be. And whether
 * they say that the member is not set.
 */
const char *carried_by(const struct program *program, uint32_t function,
		       const struct predicate *conditions, uint32_t n);
bool carried_is_missing(const struct program *program, const char *member,
			const struct predicate *conditions, uint32_t n);

/* nearer.c: whether @function makes the acquisition itself, or one that it calls does. */
bool graph_takes_soon(const struct summaries *s, uint32_t function, uint32_t acquisition,
		      enum confidence level);

/* witness.c: the chain of @sighting, in @arena. */
struct witness graph_chain(const struct graph *graph, const struct sighting *sighting,
			   enum witness_extent extent, struct arena *arena);

/* Sightings, indexed by struct dependency.witness: kept beside the public part. */
struct graph_private {
	struct graph graph;
	GArray *sightings;   /* struct sighting */
	GHashTable *holders; /* nearer.c: class string -> functions; NULL until asked for */
};

static inline struct graph_private *graph_private_of(const struct graph *graph)
{
	return (struct graph_private *)graph;
}

#endif
