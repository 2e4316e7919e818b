/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_way_p.h - from where a place is come to without what it wants
 *
 * A place wants a lock or a reader (struct rcu_wanted). The calls are followed upwards as long as
 * neither is there, until a function of which it is known how it is entered. What is not known
 * counts as if it were there.
 */
#ifndef LOCKGRAPH_CHECK_RCU_WAY_P_H
#define LOCKGRAPH_CHECK_RCU_WAY_P_H

#include "check/chain_p.h"
#include "check/rcu_p.h"

/* One state in which the place is reached. */
struct rcu_moment {
	const struct held_set *held;
	const struct exec_context *exec;
	uint32_t n_conditions;
	const struct predicate *conditions;
	struct flow_point where;
	term_id lock; /* the one that is wanted, or what it is for, as far as that is known; or 0 */
};

/* The moment of a call_event or pointer_event. */
#define RCU_MOMENT_OF(event)                                                                       \
	((struct rcu_moment){ .held = (event)->held,                                               \
			      .exec = &(event)->exec,                                              \
			      .n_conditions = (event)->n_conditions,                               \
			      .conditions = (event)->conditions,                                   \
			      .where = (event)->where })

/* A function that the place is come to from, with what it wants still wanting. */
struct rcu_node {
	uint32_t function;
	uint32_t below; /* the node that it calls; UINT32_MAX: the place is in it */
	const struct summary_call *call;
	struct flow_point where;       /* of the call, or the place */
	term_id lock;		       /* of the moment, as the function sees it; or 0 */
	struct requirement conditions; /* under which it comes to the place */
	uint8_t confidence;	       /* of the calls down to there */
	uint8_t length;		       /* calls down to there, but to accessors */
	bool is_locked;		       /* some lock is held on the way down */
	bool is_flagged;	       /* a flag is tested on the way down, which may tell */
	bool takes_itself;	       /* the lock, but not around @where: at @taken */
	struct flow_point taken;
};

/* From what it is known that a place wants something. */
enum rcu_want_kind {
	WANT_ASKED, /* it is asked for at run time, as rcu_dereference() does */
	WANT_SAID,  /* the code says that it holds it, which is no guess: see rcu_own.c */
	WANT_HABIT, /* others that do the same hold it: one lock, of which nothing is said */
};

struct rcu_ways {
	const struct check_input *in;
	const struct rcu_sites *sites;
	GHashTable *shielded; /* functions + 1 that some unsure caller calls inside a reader */
	GHashTable *locked;   /* functions + 1 that one calls with a lock that they know of */
	enum rcu_want_kind kind;
	GHashTable *bare; /* if WANT_SAID: functions + 1 -> entry with no lock held around it */
	struct arena *scratch;
	struct rcu_wanted wanted; /* of the place looked at */
	GArray *takings;	  /* uint32_t: the acquisitions of wanted locks */
	GArray *nodes;		  /* struct rcu_node, breadth first */
	guint next;		  /* of them, to be looked at */
	GHashTable *seen;
};

struct rcu_ways *rcu_ways_new(const struct check_input *in, enum rcu_want_kind kind);
void rcu_ways_free(struct rcu_ways *ways);

/* The place is in @function; @wanted is its. Then its moments, then the first way's node. */
void rcu_ways_begin(struct rcu_ways *ways, const struct rcu_wanted *wanted);
void rcu_ways_add(struct rcu_ways *ways, uint32_t function, struct rcu_moment moment);

/* The next node where the code is entered, the nearest ones first, or NULL. */
const struct rcu_node *rcu_ways_next(struct rcu_ways *ways);

/* A small function of a header, which reads on behalf of its callers: dev_net_rcu(). */
bool rcu_is_accessor(const struct check_input *in, uint32_t function);

/* How sure it is that this way is gone. */
enum confidence rcu_way_confidence(const struct rcu_ways *ways, const struct rcu_node *root);

/* The same where some other lock is held: on a short way it can be shown, as a note. */
enum confidence rcu_way_locked_confidence(const struct rcu_node *root);

/* The steps down to the function that the place is in; that function's node. */
const struct rcu_node *rcu_way_steps(const struct rcu_ways *ways, const struct rcu_node *root,
				     struct chain *chain);

/*
 * rcu_own.c: whether the node's function takes the wanted lock itself on every way through
 * node->where, but does not hold it there. Then its callers do not hold it either. Sets @taken.
 */
bool rcu_takes_itself(const struct rcu_ways *ways, struct rcu_node *node);

/* Whether @held is one of the wanted locks, or a reader where that will do. */
bool rcu_is_wanted(const struct rcu_ways *ways, const struct held_lock *held);

#endif
