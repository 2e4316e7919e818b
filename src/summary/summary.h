/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary.h - all functions, bottom up
 *
 * Runs flow/ over every function, callees first, and closes over calls: which locks can a call of
 * this function take. Knows nothing of the lock graph.
 *
 * Two forms of the answer are kept. What a caller must see precisely - locks named through
 * parameters, locks taken while a caller's lock is given up - are requirements: a short list per
 * function, with terms to be replaced at each call. The rest is one bit per lock class, mode and
 * kind, in a set that a strongly connected component of the call graph shares: the whole kernel
 * has some 10,000 such bits and 100,000 functions.
 */
#ifndef LOCKGRAPH_SUMMARY_H
#define LOCKGRAPH_SUMMARY_H

#include "base/arena.h"
#include "base/console.h"
#include "flow/flow.h"
#include "program/program.h"
#include "summary/kept.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One bit of the sets: a class as it is taken. */
struct acquisition {
	uint32_t class_string;
	uint8_t kind, mode, subclass, flags;
	term_id global; /* the lock itself where the class is one global object, else 0 */
};

/*
 * Something that a function does and that its callers have to see in their own terms: it takes
 * @lock, or (lock.lock and class 0, @function set) calls @function, after it has given up the
 * locks in @dropped, which the caller may hold.
 */
struct requirement {
	struct held_lock lock; /* place rooted at PARAM or GLOBAL; .where is in the owner */
	uint32_t function;     /* a call with something dropped; else PROGRAM_NONE */
	uint32_t n_dropped;    /* a few at most */
	const struct held_lock *dropped;
	uint32_t n_conditions;
	const struct predicate *conditions; /* on PARAM and GLOBAL terms: else it does not happen */
	uint8_t confidence;
	bool is_direct; /* on some way no other lock is held there: see summary_is_stop() */
	bool is_open;	/* it happens under conditions that are not known to hold on the way */
	/* how: the owner's own step, or a call there and the callee's requirement */
	struct flow_point where;
	uint32_t callee; /* PROGRAM_NONE: the owner itself */
	uint32_t inner;
	const char *why;
};

/* A call in a function, as the closure sees it: after callbacks given as arguments are resolved. */
struct summary_call {
	const struct call_event *event; /* of a callback: with what that one is given */
	uint32_t callee;
	uint8_t confidence;
	bool is_callback; /* @callee is argument @arg, which the function called calls */
	bool is_last;	  /* only who drops the last reference comes there, or so it calls it */
	const char *why;
	uint32_t arg;
};

/*
 * One way in which a function may sleep, seen by its callers: here, or in a callee. A way inside an
 * atomic section of the function's own is not for its callers to know: it goes wrong there already.
 */
struct sleep_way {
	uint32_t function; /* the step is in it */
	struct flow_point where;
	const struct summary_call *call; /* NULL: it sleeps here */
	const struct sleep_way *inner;	 /* the callee's */
	const struct sleep_event *event; /* where it ends */
	uint32_t length;		 /* calls down to there */
	uint8_t confidence;
	bool is_last;	/* only who drops a last reference goes that way */
	exec_set wrong; /* the function was entered in one of these: then it must not sleep there */
	term_id flags;	/* it sleeps if this has a bit of the effect's mask; 0: it does */
	uint32_t n_conditions;
	const struct predicate *conditions; /* on PARAM terms: else it does not happen */
	uint32_t n_dropped;
	const struct held_lock *dropped; /* which callers may hold, and which are given up first */
};

struct function_summary {
	const struct flow_result *flow;
	uint32_t n_requirements;
	const struct requirement *requirements;
	uint32_t n_calls;
	const struct summary_call *calls;
	uint32_t n_own;
	const uint32_t *own; /* acquisitions made here, sorted */
	uint32_t n_ways;
	const struct sleep_way *const *ways; /* the surest first */
};

/* A set of acquisitions: bit i is acquisition i. */
struct acquisition_set {
	size_t n_words;
	uint64_t *words;
};

struct summaries {
	struct arena *arena;
	const struct program *program;
	struct function_summary *functions; /* one per program function */
	size_t n_acquisitions;
	struct acquisition *acquisitions;
	/* Per confidence c: what calls at least that sure lead to. Functions of a component share. */
	struct acquisition_set **reach[CONFIDENCE_HIGH + 1];
	/* Of those what is taken directly: summaries_find_direct() makes them. */
	struct acquisition_set **direct[CONFIDENCE_HIGH + 1];
	/* Of those what is a few calls away: summaries_find_near() makes them. */
	struct acquisition_set **near[CONFIDENCE_HIGH + 1];
	struct contexts *contexts;     /* in which situations functions run: context.h */
	size_t gave_up;		       /* functions with too many states */
	size_t unresolved_calls;       /* indirect calls under a lock that resolve to nothing */
	const struct world *world;     /* as given to summaries_build(); NULL: all functions */
	struct kept_flows *kept;       /* the same, or NULL */
	struct summary_tables *tables; /* private */
};

/*
 * Of all functions, or (@world not NULL) of those of one world: the others do nothing then. @kept,
 * or NULL: what is known of all functions from before; it must live as long as the summaries.
 */
struct summaries *summaries_build(const struct program *program, const struct world *world,
				  struct kept_flows *kept, struct console *con);
void summaries_free(struct summaries *summaries);

/*
 * Whether lockdep looks no further than this held lock: what is taken inside it depends on it, and
 * only through it on what was held before. It does look further than a lock that was taken by
 * trylock, and than one that it does not validate. (kernel/locking/lockdep.c: check_prevs_add())
 */
bool summary_is_stop(const struct program *program, const struct held_lock *held);
bool summary_has_stop(const struct program *program, const struct held_set *held);

/*
 * The classes that callers give the lock at @lock, a place that @function reaches through a
 * parameter, when it takes it: uint32_t program strings, or NULL when it is never that.
 */
const GArray *summary_classes(const struct summaries *summaries, uint32_t function, term_id lock);

/*
 * Whether @event, a call through a parameter with a lock held, calls @callee for certain: somebody
 * names that function in a call that leads there.
 */
bool summary_is_passed(const struct summaries *summaries, const struct call_event *event,
		       uint32_t callee);

/* Makes summaries->direct: the acquisitions that a call leads to with no stop held in between. */
void summaries_find_direct(struct summaries *summaries);

/* Makes summaries->near, from confidence @least on: the acquisitions within a few calls. */
void summaries_find_near(struct summaries *summaries, enum confidence least);

static inline bool acquisition_set_has(const struct acquisition_set *set, uint32_t acquisition)
{
	return set && acquisition / 64 < set->n_words &&
	       (set->words[acquisition / 64] >> (acquisition % 64) & 1);
}

/* The acquisitions that a call of @function can lead to: uint32_t numbers, sorted. */
GArray *summary_acquires(const struct summaries *summaries, uint32_t function,
			 enum confidence least);

/* Whether @function makes that acquisition itself, or names what a callee takes. */
bool summary_owns(const struct summaries *summaries, uint32_t function, uint32_t acquisition);

/* One call on the way from a function to an acquisition. */
struct summary_hop {
	uint32_t function;		 /* the step is in this function */
	const struct summary_call *call; /* NULL: the acquisition itself */
	struct flow_point where;
};

/* How does a function come to a lock? */
struct chain_question {
	uint32_t function;
	const struct call_event *event; /* it is called there; NULL: however it is called */
	const struct held_lock *held;	/* kept all the way, or NULL */
	uint32_t holder; /* function + 1 that took it; would take it again if it was on the way */
	uint32_t caller; /* function + 1 that makes the call, or 0 */
	uint32_t acquisition;
	enum confidence least; /* all calls are at least that sure */
	bool only_sure;	       /* one that something speaks against is not wanted */
	uint32_t most_hops; /* nor one of more calls, the acquisition counted; 0: of any length */
};

/*
 * The shortest chain of calls to where the acquisition is made; struct summary_hop, the last one
 * is the acquisition. Empty when there is none. @sure: neither constant arguments speak against
 * it, nor that it sleeps while a spinning lock is held, nor is it hidden among thousands of
 * functions.
 */
GArray *summary_chain(const struct summaries *summaries, const struct chain_question *question,
		      bool *sure);

/* @term of @callee in terms of the caller at @event: parameters replaced by arguments. */
term_id summary_translate(const struct program *program, const struct call_event *event,
			  term_id term);

/* The same of a value that the callee reads: with what the caller has set before the call. */
term_id summary_value(const struct program *program, const struct call_event *event, term_id term);

/* The lock as the caller at @event sees it. */
struct held_lock summary_lift_lock(const struct summaries *s, const struct call_event *event,
				   struct held_lock lock);

/* The requirement as seen by the caller at @event; false if its conditions cannot hold there. */
bool summary_lift(const struct summaries *summaries, const struct call_event *event,
		  const struct requirement *from, struct arena *arena, struct requirement *lifted);

/*
 * Whether the requirement happens whenever that call is made: under no condition, but that pointers
 * are valid, that is not known to hold there.
 */
bool summary_is_certain(const struct summaries *summaries, const struct call_event *event,
			const struct requirement *from);

/* Whether @conditions, the callee's, are known to hold at @event; that pointers are valid is. */
bool summary_holds(const struct summaries *summaries, const struct call_event *event,
		   const struct predicate *conditions, uint32_t n);

/* @way of the callee as seen by @function at @call; false if it cannot happen there. */
bool summary_lift_way(const struct summaries *summaries, uint32_t function,
		      const struct summary_call *call, const struct sleep_way *way,
		      struct arena *arena, struct sleep_way *lifted);

/* Whether @value sleeps as flags of @way, as far as its term tells: not at all, or for sure. */
enum flags_answer { FLAGS_NEVER, FLAGS_SLEEP, FLAGS_OF_PARAM, FLAGS_UNKNOWN };
enum flags_answer summary_flags_sleep(const struct summaries *summaries,
				      const struct sleep_way *way, term_id value);

/* What a function does at @event itself; false if it does not sleep. */
bool summary_own_way(const struct summaries *summaries, uint32_t function,
		     const struct sleep_event *event, struct sleep_way *way);

/* Whether the rules say if @function sleeps: then what its body does says nothing more. */
bool summary_sleep_is_told(const struct summaries *summaries, uint32_t function);

/* The situations in which nothing may sleep: all but a task's with nothing off. */
exec_set summary_no_sleep(void);

/*
 * Whether what holds @held may not sleep: it is a spinning lock, a reader of classic RCU, or a
 * seqcount's write section, for whose end readers spin.
 */
bool summary_is_atomic(const struct held_lock *held);

/*
 * Whether a release of @held in @function leads to @where as well, with the lock not taken again:
 * then it is held there on some ways only, if at all.
 */
bool summary_may_be_given_up(const struct summaries *summaries, uint32_t function,
			     const struct held_lock *held, struct flow_point where);

/* Whether @dropped is the lock @held, as far as names tell. */
bool summary_is_dropped(const struct held_lock *held, const struct held_lock *dropped);

/* Whether @r has given it up. */
bool summary_drops(const struct requirement *r, const struct held_lock *held);

#endif
