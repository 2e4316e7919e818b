/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_p.h - what checks share: findings made from witnesses */
#ifndef LOCKGRAPH_CHECK_P_H
#define LOCKGRAPH_CHECK_P_H

#include "check/check.h"
#include "flow/flow.h"
#include "graph/graph.h"
#include "summary/context.h"

extern const struct check check_deadlock_cycle;
extern const struct check check_deadlock_self;
extern const struct check check_deadlock_order;
extern const struct check check_deadlock_irq;
extern const struct check check_lock_imbalance;
extern const struct check check_rcu_access;
extern const struct check check_rcu_barrier;
extern const struct check check_rcu_cache;
extern const struct check check_lock_context;
extern const struct check check_lock_entry;
extern const struct check check_lock_misuse;
extern const struct check check_lock_not_held;
extern const struct check check_lock_guarded;
extern const struct check check_rcu_free;
extern const struct check check_srcu;
extern const struct check check_rcu_leak;
extern const struct check check_rcu_list;
extern const struct check check_rcu_plain_walk;
extern const struct check check_rcu_reader;
extern const struct check check_rcu_tear;
extern const struct check check_rcu_update;
extern const struct check check_rcu_usage;
extern const struct check check_srcu_barrier;
extern const struct check check_sleep_atomic;
extern const struct check check_sleep_irq;
extern const struct check check_seqcount;
extern const struct check check_deadlock_event;
extern const struct check check_deadlock_ancestor;
extern const struct check check_rcu_flavor;
extern const struct check check_rcu_gp_wait;

/* A finding of rule @id with what rules.def says about it; not emitted yet. */
struct finding *finding_new(const struct check_input *in, enum rule_id id, int confidence);

/* Lowers @f to @confidence, unless it is no surer than that. */
void finding_limit(struct finding *f, int confidence);

/* Lowers @f to what its chains are good for; returns its confidence then. */
int finding_doubt(struct finding *f);

/* doubt.c: makes @f a note, and notes @why in it. */
void finding_note(const struct check_input *in, struct finding *f, const char *why);

/* Makes a warning on the lock graph a note where its objects, or functions, may be any. */
void finding_weigh(const struct check_input *in, struct finding *f);

/* Makes it one where a chain is long and leads on only for who drops a last reference. */
void finding_weigh_last(const struct check_input *in, struct finding *f);

/* Whether one of the @n locks is of the class. */
bool held_has_class(const struct held_lock *locks, uint32_t n, uint32_t class_string);

/* semaphore.c: why the semaphore is no lock but a count, in words; NULL where nothing says so. */
const char *semaphore_why_it_counts(const struct check_input *in, const struct lock_class *class);

/* Whether other functions than @function give back what they took of it, and none hands it on. */
bool semaphore_has_owners(const struct check_input *in, uint32_t function, uint32_t class_string);

/* Whether it is a member: there is a lock of it in each object. */
bool class_is_of_many_objects(const struct lock_class *class);

/* Whether lockdep makes several classes of it: one for each name, or each type's key. */
bool class_is_of_several_kinds(const struct check_input *in, const struct lock_class *class);

/* Emits @f if it is confident enough. Its message and location must be set. */
void finding_emit(const struct check_input *in, struct finding *f);

/* The highest severity that a finding of this confidence may have. */
enum severity finding_severity(enum rule_id id, int confidence);

/* lockdep's name for a class without "&" where it tells enough, else the class: "kvm->lock". */
const char *class_label(const struct check_input *in, uint32_t class);

struct finding_lock finding_lock_of(const struct graph *graph, uint32_t class);

/* The same of a held lock, whose class may be none of the graph's. */
const char *held_label(const struct check_input *in, const struct held_lock *held);
struct finding_lock finding_lock_of_held(const struct check_input *in,
					 const struct held_lock *held);

/* The chain of a dependency or recursion as a path of a finding. */
struct finding_path finding_path_of(const struct check_input *in, uint32_t from, uint32_t to,
				    uint32_t witness);

/* A step of a witness as findings have it; and one at a point, with neither event nor text. */
struct finding_step finding_step_of(const struct graph *graph, const struct witness_step *step);
struct finding_step finding_step_at(const struct check_input *in, uint32_t function,
				    struct flow_point where);

/* How a function comes to be entered: where it is registered, and for what. */
struct finding_step finding_step_of_entry(const struct check_input *in,
					  const struct context_entry *entry);

bool step_in_scope(const struct check_input *in, const struct finding_step *step);

/* points.c: per block of @function whether control may come there from @from; the caller frees. */
bool *points_reached(const struct check_input *in, uint32_t function, struct flow_point from);

/* Whether control may come from @from to @to, which may be the same point, and not past @avoid. */
bool point_reaches_past(const struct check_input *in, uint32_t function, struct flow_point from,
			struct flow_point to, struct flow_point avoid);

/*
 * modes.c: whether the other arm of a branch that leads to that point takes (EFFECT_ACQUIRE) or
 * gives up (EFFECT_RELEASE) a lock that sleeps (LOCK_WAIT_SLEEP), or else one that spins.
 */
bool point_is_of_a_mode(const struct check_input *in, uint32_t function, struct flow_point where,
			enum effect_op op, enum lock_wait wait);

/*
 * Sets the finding's location: where the second lock is taken, or the last step before that lies
 * in scope, on that path where this comes first in the sources. False if no path touches the
 * scope.
 */
bool finding_locate(const struct check_input *in, struct finding *f);

/* The same, but of the first path where the function that holds the first lock goes wrong. */
bool finding_locate_holder(const struct check_input *in, struct finding *f);

/* Sets syzbot's title, if the rule has one, from the function that takes the second lock. */
void finding_title(const struct check_input *in, struct finding *f);

/* --- account.c: what flow/ found wrong in one function ---------------------------------------- */

#define ACCOUNT_STEPS 9

/* A problem that is being written up. */
struct account {
	const struct check_input *in;
	uint32_t function;
	const struct problem *problem;
	const char *lock; /* as the function writes it */
	struct finding_step steps[ACCOUNT_STEPS];
	size_t n;
};

struct account account_begin(const struct check_input *in, uint32_t function,
			     const struct problem *problem);
void account_step(struct account *a, struct flow_point where, const char *event, const char *what);

/* A step that takes the lock, or a call of @callee (or PROGRAM_NONE), which returns with it. */
void account_acquire(struct account *a, struct flow_point where, uint32_t callee);

/* The same of one that gives it up. */
void account_release(struct account *a, struct flow_point where, uint32_t callee);

/* The finding, not emitted yet; its place is the problem's. */
struct finding *account_finding(const struct account *a, enum rule_id rule, const char *message);

#endif
