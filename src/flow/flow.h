/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flow.h - one function, path by path: which locks are held where
 *
 * ESP (Das, Lerner, Seigle, "ESP: Path-Sensitive Program Verification in Polynomial Time", PLDI
 * 2002): states are kept apart while the locks held differ and merged when they are the same;
 * with each state go the values of locals and what branches told about values, so that paths that
 * contradict themselves are not followed.
 *
 * Knows what callees do only through the outcomes it is given, so it must be run bottom up. Does
 * not know which of its results are bugs.
 */
#ifndef LOCKGRAPH_FLOW_H
#define LOCKGRAPH_FLOW_H

#include "base/arena.h"
#include "flow/exec.h"
#include "program/program.h"
#include "rules/rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of an integer or pointer: a set of these. */
enum value_sign {
	SIGN_NEGATIVE = 1, /* or an ERR_PTR */
	SIGN_ZERO = 2,	   /* or NULL */
	SIGN_POSITIVE = 4, /* or a valid pointer */
	SIGN_ANY = 7,
};

/* A condition on a term: its sign is in @signs. */
struct predicate {
	term_id term;
	unsigned signs;
};

enum held_flag {
	HELD_TRY = 1 << 0,    /* taken by trylock: no dependency into it */
	HELD_ENTRY = 1 << 1,  /* a caller's, given up and taken back here */
	HELD_NESTED = 1 << 3, /* with a nest_lock that is held too, or at a depth that is counted */
	HELD_RECURSE = 1 << 4,
	HELD_BACK_OFF = 1 << 5,	  /* a ww_acquire_ctx that was told -EDEADLK */
	HELD_IRQ_OFF = 1 << 6,	  /* what took it switched interrupts off, too: */
	HELD_IRQ_SAVED = 1 << 7,  /* and has saved what they were; else they were on, it is said */
	HELD_IRQ_NESTED = 1 << 8, /* but they were off before, in this function */
	HELD_LAST = 1 << 9,	  /* taken only by who drops the last reference */
	HELD_HANDED = 1 << 10,	  /* a callee that it was held for may have given it up */
	HELD_UNSEEN = 1 << 11,	  /* the same of something behind a pointer */
	HELD_KEPT = 1 << 12,	  /* what releases it is kept in an object made here: an index */
	HELD_ASKED = 1 << 13,	  /* something was asked since a callee may have given it up */
	HELD_DOUBTED = 1 << 14,	  /* or rather not: what memory says in a callee tells whether */
};

/* One held lock. @lock is a place (what the lock pointer points to), relative to the function. */
struct held_lock {
	term_id lock;
	uint32_t class_string; /* program string: the class, 0 where the callers know it */
	uint8_t kind;	       /* enum lock_kind */
	uint8_t mode;	       /* enum lock_mode */
	uint8_t subclass;
	uint16_t flags;
	term_id nest;	/* the lock that serialises this nesting, a place; or 0 */
	uint32_t stale; /* the value in @lock was computed anew since (another list element) */
	struct flow_point where;
	uint32_t callee;       /* the function that returned with it held, or PROGRAM_NONE */
	uint32_t outcome_lock; /* which of that callee's locks, for the chain */
};

/* @nest, a place, serialises it; not if it is what a null pointer points to. */
static inline void held_lock_set_nest(const struct term_table *terms, struct held_lock *lock,
				      term_id nest)
{
	struct term term = term_at(terms, nest);
	int64_t number;
	bool is_null = term.kind == EXPR_DEREF && term_is_int(terms, term.base, &number);

	lock->nest = is_null ? 0 : nest;
	lock->flags = is_null ? lock->flags & ~HELD_NESTED : lock->flags | HELD_NESTED;
}

/* The locks held at some point, in the order taken. */
struct held_set {
	uint32_t n;
	const struct held_lock *locks;
};

/* A lock taken at a point while others were held. */
struct acquire_event {
	struct flow_point where;
	struct held_lock lock;
	const struct held_set *held; /* before */
	bool is_might;		     /* might_lock(): not kept */
	uint32_t n_released;
	const struct held_lock *released; /* what callers may hold and is given up just now */
	uint32_t n_conditions;
	const struct predicate *conditions; /* known there of what callers see, if anything */
	struct exec_context exec; /* before: what the call itself switches off is not in */
};

/* A call of a primitive that may sleep. */
struct sleep_event {
	struct flow_point where;
	const struct primitive *primitive;
	const struct effect *effect;
	term_id flags; /* EFFECT_SLEEP's flags_arg as far as known; 0 where it sleeps with any */
	struct held_lock lock;	     /* the lock waited for, or whose readers; lock 0: none */
	const struct held_set *held; /* before */
	uint32_t n_released;
	const struct held_lock *released; /* as in acquire_event */
	uint32_t n_conditions;
	const struct predicate *conditions;
	struct exec_context exec; /* before */
	bool is_last;		  /* only who drops the last reference comes there */
};

/*
 * Interrupts or softirqs are switched on while @held: what was taken with them off can be
 * interrupted from here on. (kernel/locking/lockdep.c: mark_held_locks())
 */
struct exposure_event {
	struct flow_point where;
	uint32_t callee; /* the function that returned so, or PROGRAM_NONE */
	const struct held_set *held;
	struct exec_context before, after;
	uint32_t n_conditions;
	const struct predicate *conditions; /* as in acquire_event */
};

/* @place, as the function and those that it calls see it, holds @value. */
struct bound_place {
	term_id place, value;
};

/* A call while @held; also calls with nothing held, for the closure over callees. */
struct call_event {
	struct flow_point where;
	const struct held_set *held;
	uint32_t n_targets;
	const uint32_t *targets; /* function indices */
	enum confidence confidence;
	const char *why; /* of an indirect call; NULL when direct */
	bool is_implied; /* what is called there sleeps, which ends in this one */
	term_id callee;	 /* the value called; of a call through PARAM the callers know the target */
	uint32_t n_args;
	const term_id *args; /* values, as far as known at this point */
	uint32_t n_released;
	const struct held_lock *released; /* as in acquire_event */
	uint32_t n_conditions;
	const struct predicate *conditions;
	uint32_t n_bound;
	const struct bound_place *bound; /* what was set before, and something is known of */
	uint32_t n_told;
	const struct predicate *told; /* that, of its values */
	struct exec_context exec;
	bool is_last; /* as in sleep_event */
};

/*
 * A pointer that RCU readers follow is read or changed here, by whatever means; or, in a reader, a
 * link of a list is read.
 */
struct pointer_event {
	struct flow_point where;
	term_id place; /* as far as known at this point */
	term_id value; /* a store: what is stored, 0 where nothing is known */
	bool is_store;
	const struct held_set *held;
	uint32_t n_conditions;
	const struct predicate *conditions;
	struct exec_context exec;
};

/* What a function may write behind its parameters: whatever @whole says, and members. */
struct write_set {
	uint32_t whole; /* bit per parameter: anything behind it */
	uint32_t n;
	const term_id *places; /* rooted at PARAM */
};

/* One way in which a function returns. */
struct outcome {
	uint32_t n_acquired;
	const struct held_lock
		*acquired; /* taken and still held, in terms of the caller's view (PARAM, GLOBAL) */
	uint32_t n_released;
	const struct held_lock *released; /* given up though not taken here */
	term_id result;			  /* value returned, UNKNOWN, or RESULT of nothing known */
	unsigned result_signs;
	uint32_t n_conditions;
	const struct predicate *conditions; /* all must hold, on PARAM and GLOBAL rooted terms */
	uint32_t n_stores;
	const struct outcome_store
		*stores;	  /* fields of the returned aggregate, and *param = value */
	struct write_set written; /* on this way */
	struct flow_point where;  /* the return */
	struct exec_context exec; /* net effect; sites are this function's */
};

/* In outcomes, RESULT with this number is the value (or record) returned. */
#define OUTCOME_RESULT UINT32_MAX

struct outcome_store {
	term_id place; /* rooted at PARAM (through DEREF) or at the OUTCOME_RESULT */
	term_id value;
};

/* Something that is wrong in this function whoever calls it. */
enum problem_kind {
	PROBLEM_HELD_AT_EXIT,	/* some returns hold it, others with the like result do not */
	PROBLEM_RELEASE_UNHELD, /* released on a path on which it was not held: taking it failed
				   there, or other paths take it first */
	PROBLEM_DOUBLE_ACQUIRE, /* the same instance while held */
	PROBLEM_WRONG_MODE,	/* up_read() of a write lock */
	PROBLEM_DOUBLE_RELEASE,
	PROBLEM_SLEEPS_IN_HARDIRQ,  /* on PREEMPT_RT, in a hardirq that is no thread there */
	PROBLEM_INIT_HELD,	    /* initialised while held */
	PROBLEM_FREE_HELD,	    /* freed while held */
	PROBLEM_NEST_UNHELD,	    /* taken with a nest_lock that is not held */
	PROBLEM_FLAGS_LOST,	    /* another irqsave saves into the variable of this one */
	PROBLEM_IRQS_ON_INSIDE,	    /* its release switches interrupts on that were off before it
				       was taken */
	PROBLEM_CONTEXT_DONE_TWICE, /* of a ww_acquire_ctx, as the following ones */
	PROBLEM_CONTEXT_AFTER_DONE, /* a lock is taken */
	PROBLEM_CONTEXT_FINI_EARLY, /* with locks still held */
	PROBLEM_CONTEXT_SLOW,	    /* waits though nobody asked it to back off */
	PROBLEM_CONTEXT_NOT_BACKED_OFF, /* more is taken after -EDEADLK, with locks still held */
	PROBLEM_CONTEXT_OTHER_LOCK,	/* another lock than the one waited for is taken then */
};

/* Why a problem may be none, though nothing shows that it is: what speaks most for that. */
enum problem_doubt {
	PROBLEM_UNDOUBTED,
	PROBLEM_AT_WILL, /* a callee gives such a lock up, or does not, and nothing tells which */
	PROBLEM_ASKED_AGAIN, /* what decides is asked again: a function, or memory that may agree */
	PROBLEM_CONTINUED,   /* another way gives up what it has not taken: a later call of it */
	PROBLEM_BY_STATE,    /* it is kept in one of several states that are asked for */
	PROBLEM_PUBLISHED,   /* its object was stored where others find it */
	PROBLEM_STORED,	     /* what is stored where callers see it tells which way it was */
	PROBLEM_FLAGS_STORED,	/* what interrupts were is stored for who releases it */
	PROBLEM_BEHIND_POINTER, /* it was taken behind a pointer, as it may be given up */
};

struct problem {
	enum problem_kind kind;
	struct held_lock lock;
	struct flow_point where; /* the second acquire, the release, the return */
	struct flow_point other; /* the first acquire, or release; a return that does not hold it */
	uint32_t callee;	 /* the acquire, or that release, happens inside; or PROGRAM_NONE */
	enum confidence confidence;
	bool is_told;  /* an argument's value says which: no problem where a caller answers it */
	bool is_owned; /* it is one where who takes the lock, a semaphore, gives it back himself */
	bool is_nameless; /* callers have no name for it: if they release it, then by another one */
	bool is_for_callers; /* no failure keeps it: a caller that answers makes it doubtful */
	enum problem_doubt doubt;
};

/* What @callee did to a lock beyond its end is made good here, or handed on to the callers. */
struct answer {
	uint32_t callee;
	bool is_passed_on;
};

/* What happens to an object on its way out, in the order in which it should. */
enum lifetime_kind {
	LIFETIME_UNLINKED, /* readers that come now do not find it */
	LIFETIME_QUEUED,   /* something happens to it after a grace period */
	LIFETIME_FREED,
};

/* As the number of a callee's effect: whichever frees its first argument, if one does. */
#define INNER_FREES UINT32_MAX

/* It does so to @object, a pointer that callers see, whichever way it returns. */
struct lifetime_effect {
	enum lifetime_kind kind;
	term_id object;
	struct flow_point where;
	uint32_t callee;  /* that does it there, or PROGRAM_NONE */
	uint32_t inner;	  /* which of that callee's effects it is */
	bool is_pointer;  /* LIFETIME_UNLINKED: a pointer to it was changed, no list */
	bool is_plain;	  /* LIFETIME_UNLINKED: by list_del(), which knows of no readers */
	bool is_locked;	  /* with a lock held */
	bool is_last;	  /* LIFETIME_FREED: only where the last reference is dropped */
	bool is_replaced; /* LIFETIME_UNLINKED: the pointer leads to another object now */
};

/* @object is freed with no grace period since it was unlinked; queued again; unlinked too late. */
struct lifetime_problem {
	enum lifetime_kind kind, before_kind;
	term_id object;
	struct flow_point where, before;
	uint32_t callee, before_callee; /* as in lifetime_effect */
	uint32_t inner, before_inner;
	bool is_doubtful;	  /* in between something is called that nothing is known of */
	bool is_queued_elsewhere; /* on another way the object is queued instead of freed */
	bool is_pointer;	  /* a pointer to it was changed, no list */
	bool is_plain;		  /* it was unlinked by list_del() and kin */
	bool is_locked;		  /* it was unlinked with a lock held: as others may do so, too */
	bool is_last;		  /* it is freed only if its last reference is dropped there */
	bool is_replaced;	  /* the pointer to it leads to another object now */
};

struct flow_result {
	uint32_t n_acquires;
	const struct acquire_event *acquires;
	uint32_t n_calls;
	const struct call_event *calls;
	uint32_t n_sleeps;
	const struct sleep_event *sleeps;
	uint32_t n_pointers;
	const struct pointer_event *pointers;
	uint32_t n_guarded;
	const struct pointer_event *guarded; /* what a lock guards; .value is that lock's place */
	uint32_t n_exposures;
	const struct exposure_event *exposures;
	uint32_t n_outcomes;
	const struct outcome *outcomes; /* merged: few */
	uint32_t n_problems;
	const struct problem *problems;
	uint32_t n_answers;
	const struct answer *answers;
	struct write_set written; /* on any way */
	uint32_t n_unseen;
	const uint32_t
		*unseen; /* classes of locks that may be given up in there, nobody sees when */
	uint32_t n_effects;
	const struct lifetime_effect *effects;
	uint32_t n_lifetimes;
	const struct lifetime_problem *lifetimes;
	bool may_wait; /* for a grace period, itself or in a direct call */
	bool gave_up;  /* too many states: outcomes are the empty one, but for double acquires
			  problems are left out */
};

/* What callees do, asked by function index; NULL when nothing is known yet (recursion). */
typedef const struct flow_result *(*flow_lookup_fn)(uint32_t function, void *data);

/* Runs @function; the result lives in @run_arena, scratch memory is taken from @scratch. */
const struct flow_result *flow_function(const struct program *program, uint32_t function,
					flow_lookup_fn lookup, void *data, struct arena *run_arena,
					struct arena *scratch);

/*
 * What a call means to objects and grace periods (rules/roles.def), or NULL; a list. Every call of
 * a function with a role is a call_event, also those that no body is followed into. The argument
 * that a role names is event->args[NUMBER] where NUMBER < event->n_args.
 */
const struct role *flow_roles(const struct program *program, const struct call_event *event);

/*
 * Whether a lock that was taken as @held and is taken again at @where is held then for certain: no
 * callee may have given it up, and no loop leads back, where the next iteration knows better.
 */
bool held_lock_is_certain(const struct held_lock *held, struct flow_point where);

/* The same as a confidence: low where the code may have asked whether a callee has given it up. */
enum confidence held_lock_trust(const struct held_lock *held, struct flow_point where);

/* Whether a lock like @held may be given up in a function that did @result, nobody sees when. */
bool held_lock_may_be_dropped(const struct held_lock *held, const struct flow_result *result);

/* Whether one of the locks spins, so that preemption is off while it is held. */
bool held_set_spins(const struct held_set *held);

/* The source location of a point, and the name of the function it is in. */
struct fact_loc flow_location(const struct program *program, uint32_t function,
			      struct flow_point where);

#endif
