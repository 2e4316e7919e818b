/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary_p.h - what the files of summary/ share
 */
#ifndef LOCKGRAPH_SUMMARY_P_H
#define LOCKGRAPH_SUMMARY_P_H

#include "summary/summary.h"

#define RECENT_CONDITION_BITS 10

/* What a condition's term is at a call. */
struct condition_at_call {
	const struct call_event *event; /* NULL: nothing is there */
	term_id term, value;
	unsigned signs; /* of @value, as far as the caller knows */
	bool is_behind_null;
};

struct summary_tables {
	GHashTable *acquisition_ids;	 /* struct acquisition -> number + 1 */
	GArray *acquisitions;		 /* struct acquisition, while they are collected */
	struct invocation **invocations; /* per function: which parameters it calls (invoked.c) */
	GHashTable *passed;	    /* call through a parameter and function: summary_is_passed() */
	GHashTable *given_classes;  /* function and lock packed -> GArray: summary_classes() */
	GPtrArray *sets;	    /* struct acquisition_set *, to be freed */
	struct own_list *own_lists; /* what was collected for the sets of reach.c */
	GArray *extra_calls;
	struct condition_at_call *recent; /* by hash of the term: requirement.c */
	struct arena *scratch; /* what is thrown away when the function or question is done with */
	uint32_t *asked;       /* per function: the last question that came by it (chain.c) */
	uint32_t question;
	uint8_t *sleeps;    /* per function: what is known of it (sleep.c) */
	const bool **awake; /* per function, NULL or per block: reached without sleep (sleep.c) */
};

/* Step 1: flow over every function, components bottom up. */
void summaries_run_flow(struct summaries *s, struct console *con);

/* One function's summary from those of its callees; true if it changed. */
typedef bool (*summary_update_fn)(struct summaries *s, uint32_t function, bool first);

/*
 * Updates all functions, callees first. Inside a component, where each waits for others,
 * @most_rounds times at most: what still changes then is left as it is.
 */
void summaries_update_bottom_up(struct summaries *s, summary_update_fn update, int most_rounds);

/* Flow over the functions of one component, those it calls being known (component.c). */
void summaries_run_component(struct summaries *s, uint32_t number, struct arena *scratch);

/* How a function calls what its parameter @param points to, in its own terms (invoked.c). */
struct invocation {
	const struct invocation *next;
	const struct call_event *site; /* NULL: several, the rest is what they have in common */
	uint32_t param;
	bool is_free; /* not only for who drops a last reference */
	uint32_t n_args;
	const term_id *args; /* 0: not known */
	uint32_t n_conditions;
	const struct predicate *conditions;
	uint32_t n_released;
	const struct held_lock *released; /* the callers' locks that are given up before */
};

void summaries_find_invoked(struct summaries *s);

/* NULL where @function does not call that parameter. */
const struct invocation *summary_invocation(const struct summaries *s, uint32_t function,
					    uint32_t param);

/* The same as the caller at @event sees it; false if it cannot happen there. */
bool summary_lift_invocation(const struct summaries *s, const struct call_event *event,
			     const struct invocation *inner, struct invocation *lifted);

/* Step 2: calls as the closure sees them (calls.c). */
void summaries_find_calls(struct summaries *s);

/* For summary_is_passed(): @event names @callee as parameter @param of its callee (passed.c). */
GHashTable *summary_new_passed(void);
void summary_note_passed(struct summaries *s, const struct call_event *event, uint32_t param,
			 uint32_t callee);

/* Step 3: requirements, to a fixpoint (requirement.c). */
void summaries_find_requirements(struct summaries *s);

/* Step 4: own acquisitions, then the sets (reach.c). */
void summaries_find_reach(struct summaries *s);

/* Step 5: how functions may sleep (may_sleep.c). */
void summaries_find_ways(struct summaries *s);

/*
 * The conditions as the caller at @event sees them, in @arena; false if they cannot hold there.
 * (requirement.c)
 */
bool summary_lift_conditions(const struct summaries *s, const struct call_event *event,
			     const struct predicate *from, uint32_t n_from, struct arena *arena,
			     const struct predicate **lifted, uint32_t *n_lifted);

/* Whether the @dropped lock is among those @held, and not because the callers hold it. */
bool summary_is_own(const struct held_set *held, const struct held_lock *dropped);

/* What the sign of @value, in the caller's terms, can be at @event. (requirement.c) */
unsigned summary_signs(const struct program *program, const struct call_event *event,
		       term_id value);

/* What is known of the bits @mask of @flags: some is set, none is, a parameter tells (flags.c). */
enum bits_known { BITS_UNKNOWN, BITS_CLEAR, BITS_SET, BITS_OF_PARAM };
enum bits_known flags_bits(const struct program *program, term_id flags, int64_t mask);

/* The number of an acquisition of @lock's class; UINT32_MAX for one without a class or a trylock. */
uint32_t summaries_acquisition(struct summaries *s, const struct held_lock *lock);

/* Whether every way through @function sleeps; or every way to a point of it (sleep.c). */
bool summary_always_sleeps(const struct summaries *s, uint32_t function);
bool summary_sleeps_before(const struct summaries *s, uint32_t function, struct flow_point where);

/* Whether the step at that point does. */
bool summary_step_sleeps(const struct summaries *s, uint32_t function, struct flow_point where);

/* requirement.c: whether the lock's place begins at what callers see, too. */
bool summary_callers_can_name(const struct program *program, const struct held_lock *lock);

/*
 * own_operations.c: whether @callee cannot be what is called at @event with @function on the way
 * there: that one's module has an operation of its own, or a table of them without it.
 */
bool summary_is_anothers(const struct summaries *s, const struct call_event *event, uint32_t callee,
			 uint32_t function);

/*
 * own_operations.c: whether the operation that @function calls at @call is another one where its
 * parameters are @args (0: not known): a global's own operations are what is stored in it.
 */
bool summary_is_of_other_table(const struct summaries *s, uint32_t function,
			       const struct summary_call *call, const term_id *args, uint32_t n);

/*
 * embedding.c: whether @function takes one of its parameters for a part of another object than that
 * argument is: container_of() of &table->obj, for a domain. @args: in whatever terms, 0 not known.
 */
bool summary_is_of_other_object(const struct summaries *s, uint32_t function, const term_id *args,
				uint32_t n);

#endif
