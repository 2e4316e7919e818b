/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_p.h - who walks and who changes which list: what the checks of RCU-protected data share
 *
 * A list is named by its members, as a lock class is by its own: the head is "struct
 * rxrpc_net.calls", the element "struct rxrpc_call.link". Found once for all these checks, from the
 * calls that flow/ recorded and from the shape of the list macros in the facts. Knows no function
 * by name: see rcu_accesses, rcu_links and rcu_marks of the rules.
 */
#ifndef LOCKGRAPH_RCU_P_H
#define LOCKGRAPH_RCU_P_H

#include "check/check_p.h"
#include "flow/flow.h"
#include "program/program.h"
#include "rules/rules.h"
#include "summary/summary.h"

enum list_head_kind {
	LIST_UNKNOWN,
	LIST_NAMED, /* a member or a global */
	LIST_LOCAL, /* a variable of the function: nobody else walks it */
	LIST_PARAM, /* the callers know */
};

struct list_ref {
	enum list_head_kind kind;
	uint32_t name;	/* LIST_NAMED: program string */
	uint32_t param; /* LIST_PARAM: its number */
};

/* A walk by an _rcu iterator, or by a function that reads the list under RCU. */
struct list_walk {
	uint32_t function;
	struct fact_loc loc;
	uint32_t element; /* program string, 0 where it is not known */
	struct list_ref head;
	bool is_reader;	 /* not only under the updaters' lock */
	bool wants_srcu; /* it asks for a reader of an srcu_struct */
};

/* A call that changes a list. */
struct list_update {
	uint32_t function;
	const struct call_event *event;
	const struct rcu_access *access;
	uint32_t element;     /* program string, 0 where it is not known */
	struct list_ref head; /* what it is put into, or is taken out of */
};

/* A call that reports at run time that a reader or lock is missing. */
struct rcu_report {
	uint32_t function;
	struct flow_point where;
	struct fact_loc loc;
};

struct rcu_caller {
	uint32_t function; /* the caller */
	const struct summary_call *call;
};

struct caller_list {
	uint32_t *first; /* n_functions + 1 offsets into callers */
	struct rcu_caller *callers;
};

struct rcu_sites {
	const struct check_input *in;
	GArray *walks;	       /* struct list_walk */
	GArray *updates;       /* struct list_update */
	GArray *reports;       /* struct rcu_report */
	GHashTable *quiet;     /* functions that run without readers */
	GHashTable *callbacks; /* functions that are called after a grace period */
	GHashTable *inside;    /* functions that may run inside of others' readers */
	GHashTable *under;     /* functions that whoever calls them holds a lock around */
	GHashTable *known;     /* unit and class: rcu_known.c */
	struct caller_list sure, all;
};

struct rcu_sites *rcu_sites_find(const struct check_input *in);
void rcu_sites_free(struct rcu_sites *sites);

/* What the function called at @event does under RCU, or NULL. */
const struct rcu_access *rcu_access_of(const struct rcu_sites *sites,
				       const struct call_event *event);

/* Whether the function called at @step, a CALL, has the role. */
bool rcu_step_has_role(const struct program *program, const struct unit *unit,
		       const struct fact_step *step, enum role_kind kind);

/* Whether a reader's section is open with @held. */
/* A section of RCU, Tasks Trace or SRCU, not a lock. */
bool rcu_is_reader(const struct held_lock *held);

bool rcu_holds_reader(const struct held_set *held);

/* The class of the lock; of one that only callers know, that of the part which it is a member of. */
uint32_t rcu_class_of(const struct check_input *in, const struct held_lock *held);

/* Calls @visit for the functions that call @function. */
const struct rcu_caller *rcu_callers(const struct rcu_sites *sites, uint32_t function, uint32_t *n);

/* The same, also for calls that are not sure. */
const struct rcu_caller *rcu_all_callers(const struct rcu_sites *sites, uint32_t function,
					 uint32_t *n);

/*
 * rcu_known.c: whether a lock is named anywhere in the file of @function, so that it may be what
 * protects the file's objects; and whether one of those in @held, a caller's, is, or is a reader.
 */
void rcu_find_known(struct rcu_sites *sites);
bool rcu_knows(const struct rcu_sites *sites, uint32_t function, uint32_t class_string);
bool rcu_knows_any(const struct rcu_sites *sites, uint32_t function, const struct held_set *held);

/* A step of a chain at @loc of @function; event and what are the caller's to set. */
struct finding_step rcu_step_at(const struct check_input *in, uint32_t function,
				struct fact_loc loc);

/* The locks in @held as a finding names them, in @in's arena. */
const struct finding_lock *rcu_held_locks(const struct check_input *in, const struct held_set *held,
					  size_t *n);

/* --- rcu_walk.c: lists as the code writes them ----------------------------------------------- */

/* The list that @value, a list head's address as @function sees it, points to. */
struct list_ref rcu_list_of(const struct check_input *in, uint32_t function, term_id value);

/* "struct X.member" of the element that @value, its link's address, belongs to; 0 if not known. */
uint32_t rcu_element_of(const struct check_input *in, term_id value);

/* "struct X.member" of the pointer that rcu_dereference() or kin at @loc reads; 0 if not known. */
uint32_t rcu_pointer_at(const struct rcu_sites *sites, uint32_t function, struct fact_loc loc);

/* What the list macro at @loc walks. */
struct list_walk rcu_walk_at(const struct check_input *in, uint32_t function, struct fact_loc loc);

/* The list that the loop over local variable @variable walks. */
struct list_ref rcu_walk_of(const struct check_input *in, uint32_t function, term_id variable);

/* --- rcu_wanted.c: what a reading of RCU-protected data asks for ------------------------------ */

#define RCU_MOST_WANTED 8

/* One of these must be there. */
struct rcu_wanted {
	uint32_t n;
	uint32_t classes[RCU_MOST_WANTED]; /* program strings: of locks, and of readers */
	bool wants_reader;		   /* a reader of RCU is one of them */
	bool wants_srcu;		   /* one of an srcu_struct is */
	uint32_t srcu;			   /* its class, as far as it is known */
	bool is_open; /* something else may do as well, of which nothing is known */
};

/* A lock or reader of @class_string will do, too; of one that has no class nothing is known. */
void rcu_want(struct rcu_wanted *wanted, uint32_t class_string);

/* What the condition says before the call at @where that reports that it does not hold. */
struct rcu_wanted rcu_wanted_at(const struct rcu_sites *sites, uint32_t function,
				struct flow_point where);

/* What the call at @where asserts by itself: lockdep_assert_held(), where it is a function. */
struct rcu_wanted rcu_wanted_by(const struct rcu_sites *sites, uint32_t function,
				struct flow_point where);

/*
 * rcu_unasked.c: what a step over the list of @element wants that asks nobody: n 0 if nothing is
 * known. If open, another lock may do as well.
 */
struct rcu_wanted rcu_wanted_unasked(const struct rcu_sites *sites, uint32_t element);

/* --- rcu_when.c: before publication, after a grace period ------------------------------------ */

enum rcu_quiet { RCU_BUSY, RCU_PARTLY_QUIET, RCU_QUIET };

/* Whether no reader can be there any more, or yet, at that point: on no, some or all ways to it. */
enum rcu_quiet rcu_is_quiet(const struct rcu_sites *sites, uint32_t function,
			    struct flow_point where);

/* The same of the function itself: because of who calls it, and when. */
enum rcu_quiet rcu_callers_quiet(const struct rcu_sites *sites, uint32_t function);

/* Whether some caller of the function, or of its callers, holds a lock when it calls. */
bool rcu_callers_lock(const struct rcu_sites *sites, uint32_t function);

/* Whether a lock is among them: one that is no reader. */
bool rcu_holds_lock(const struct held_set *held);

/* Whether the point may be come to more than once. */
bool rcu_is_in_loop(const struct check_input *in, uint32_t function, struct flow_point where);

/* Whether a call of @op on the same element or head comes before @update in its function. */
bool rcu_comes_after(const struct rcu_sites *sites, const struct list_update *update,
		     enum rcu_op op);

#endif
