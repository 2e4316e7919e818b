/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flow_p.h - what the files of flow/ share
 *
 * A state is what is known at a point on the paths that lead there with the same locks: the locks
 * held, the contents of places, the signs of values. A place that was never assigned has its
 * content at function entry, and its own term stands for that content.
 *
 * RESULT numbers beyond the function's calls are fresh names: values that differ between merged
 * paths, and places whose address a callee was given.
 */
#ifndef LOCKGRAPH_FLOW_P_H
#define LOCKGRAPH_FLOW_P_H

#include "flow/flow.h"

/*
 * Beyond this many states in a block, or transfers in a function, it is given up: measured on
 * s390 defconfig, 99.9 % of the functions need fewer than 16 and 2,000. The long ones are those
 * that people lose the thread in. A state is a bit of block_states.pending.
 */
#define FLOW_MAX_STATES 64
#define FLOW_MAX_TRANSFERS 12000
#define FLOW_MAX_LIST 256

struct binding_entry {
	term_id place;
	term_id value;
};

/* What speaks against it that the code gets there. */
enum doubt {
	DOUBT_NONE,
	DOUBT_FAILED, /* an assertion on the way has failed: WARN_ON(x) */
	DOUBT_ASKED,  /* and just now the code asks for that: if (WARN_ON(x)) */
};

/* More objects than these on their way out at once are not kept track of. */
#define MOST_MARKS 8

struct mark {
	term_id object;
	term_id value;		 /* what was given: a member of the object, its rcu_head */
	enum lifetime_kind kind; /* UNLINKED, with no grace period since, or QUEUED */
	struct flow_point where;
	uint32_t callee, inner; /* as in lifetime_effect */
	bool is_doubtful, is_pointer, is_plain, is_locked, is_replaced;
};

struct release_site {
	struct flow_point where;
	uint32_t callee; /* that does it, or PROGRAM_NONE */
};

struct state {
	uint32_t n_held, n_released, n_regained, n_done, n_env, n_known;
	struct held_lock *held;	    /* in the order taken */
	struct held_lock *released; /* given up though not taken here */
	struct held_lock *regained; /* the callers', given up and taken back, on every path */
	term_id *done;		    /* taken and given up here, on every path; sorted */
	struct binding_entry *env;  /* sorted by place */
	struct predicate *known;    /* sorted by term */
	uint64_t rounds;	    /* bit per loop: not in its first iteration */
	uint8_t doubt;		    /* enum doubt */
	struct write_set written;
	struct exec_context exec;
	uint32_t n_marks, n_freed;
	const struct mark *marks; /* sorted by kind and object; shared by copies */
	const term_id *freed;	  /* objects, on every path; shared by copies */
};

struct state_list {
	uint32_t n, capacity;
	struct state **states;
};

struct block_states {
	struct state_list list;
	struct state_list arrivals; /* from predecessors, not merged yet */
	uint64_t pending;	    /* bit per state: to be transferred */
	GArray *entry_known;	    /* loop heads: terms known when the loop was entered; term_id */
	GArray *changed;    /* loop heads: locals that an iteration gives a new value; term_id */
	uint32_t loop_last; /* loop heads: the last block that leads back */
	bool is_left;	    /* loop heads: some state has come out of the loop */
	bool is_revived;    /* loop heads: see loops_revive() */
};

struct fresh_name {
	uint32_t block;
	term_id place;
};

/* One run over one function. */
struct flow {
	const struct program *program;
	struct term_table *terms;
	uint32_t function;
	const struct fact_function *facts;
	const struct unit *unit;
	flow_lookup_fn lookup;
	void *lookup_data;
	struct arena *run, *scratch;
	struct block_states *blocks;
	bool *in_loop; /* block may run more than once */
	bool *is_flag; /* local is a _Bool */
	bool *is_arm; /* several conditions lead to the block, and nothing else: what a || b guards */
	GHashTable *modes; /* places that are asked which number they hold: locals, members */
	GHashTable *asked; /* conditions, as written and without "!" and "!= NULL" */
	const struct liveness *live;
	GArray *loops;	     /* their heads, in order; uint32_t */
	GHashTable *fresh;   /* struct fresh_name -> number */
	GArray *returns;     /* struct return_state */
	GHashTable *events;  /* event key -> struct acquire_event or struct call_event, last state
				wins */
	GPtrArray *acquires; /* in the order first seen */
	GPtrArray *calls;
	GPtrArray *sleeps;
	GPtrArray *pointers;
	GPtrArray *guarded;
	GPtrArray *exposures;
	GHashTable *last_drops; /* numbers of calls whose result tells of a last reference, and the
				   signs that do */
	GArray *problems;	/* struct problem */
	GHashTable *own_releases; /* locks (terms) that the function takes and gives up again on
				     some path -> struct release_site *, the last one seen */
	GHashTable *balanced;	  /* classes of the same, taken here or in callees */
	GHashTable *doubled;	  /* locks (terms) taken while held: told, and no more judged */
	GHashTable *tried;	  /* locks (terms) that could not be had on some path */
	GHashTable *regained;	  /* locks (terms) of the callers', given up and taken again */
	GHashTable *handed;	  /* locks (terms) that a callee may have given up in a loop */
	GHashTable *at_will;	  /* classes of which a callee gives one up, nobody knows when */
	GArray *unseen;		  /* uint32_t: classes of which one may have, nobody sees when */
	GHashTable *murky;	  /* flow_results of callees that may have returned with any lock */
	GArray *answers;	  /* struct answer */
	GArray *lifetimes;	  /* struct lifetime_problem */
	GArray *effects;	  /* struct lifetime_effect, on some way */
	uint32_t transfers;
	bool may_wait;
	bool gave_up;
	struct flow_point at; /* the step being transferred */
};

struct return_state {
	struct state *state;
	term_id value;
	struct flow_point where;
};

/* --- state.c --------------------------------------------------------------------------------- */

struct state *state_new(struct flow *flow);
struct state *state_copy(struct flow *flow, const struct state *from);

/* Whether both hold and have given up the same locks, in the same context: they may be merged. */
bool state_same_locks(const struct state *x, const struct state *y);

void state_hold(struct flow *flow, struct state *state, const struct held_lock *lock);
void state_unhold(struct state *state, uint32_t index);
void state_add_released(struct flow *flow, struct state *state, const struct held_lock *lock);
void state_drop_released(struct state *state, uint32_t index);

/* The callers' @lock is taken back; forgotten is what may have been given up again since. */
void state_regain(struct flow *flow, struct state *state, const struct held_lock *lock);
void state_forget_regained_class(struct state *state, uint32_t class_string);
bool state_merge_regained(struct state *into, const struct state *from);
void state_add_done(struct flow *flow, struct state *state, term_id lock);
bool state_has_done(const struct state *state, term_id lock);
void state_remove_done(struct state *state, term_id lock);

/* How sure a problem is that was seen in @state: after a failed assertion it is a guess. */
static inline enum confidence state_trust(const struct state *state, enum confidence most)
{
	return state->doubt != DOUBT_NONE ? CONFIDENCE_LOW : most;
}

/* Content of @place: true and @value if it was assigned. */
bool state_get(const struct state *state, term_id place, term_id *value);
void state_set(struct flow *flow, struct state *state, term_id place, term_id value);

void state_drop(struct state *state, term_id place);

/* Whether @place is a member, or an element, of @outer, or of one of its members. */
bool place_is_inside(const struct term_table *terms, term_id place, term_id outer);

/* Whether a member or element of @place has a content of its own. */
bool state_has_members(const struct flow *flow, const struct state *state, term_id place);

/*
 * @place is about to be written: the places inside it (its members and elements) are forgotten, and
 * if it is a member of a union, so are the other members.
 */
void state_forget_inside(struct flow *flow, struct state *state, term_id place);

unsigned state_known_signs(const struct state *state, term_id term);
/* The same; of "x == 4" also where it is known which number x is. */
unsigned state_told_signs(const struct flow *flow, const struct state *state, term_id term);
/* False if that contradicts what is known. */
bool state_learn(struct flow *flow, struct state *state, term_id term, unsigned signs);

/* What is known of RESULT @number is forgotten. */
void state_forget_known(struct flow *flow, struct state *state, uint32_t number);

/* RESULT @number is computed anew: what was known of the old one holds no more. */
void state_renew(struct flow *flow, struct state *state, uint32_t number);

/* @from, a value, is called @to from here on. */
void state_substitute(struct flow *flow, struct state *state, term_id from, term_id to);

/* Drops what is known of memory, except the terms in @keep (sorted or not; may be NULL). */
void state_forget_memory(struct flow *flow, struct state *state, const GArray *keep);

/* --- merge.c --------------------------------------------------------------------------------- */

/*
 * The place of the first state of @list that @state may be merged into, or -1. What contradicts
 * each other stays apart in an arm of a condition with several parts: the other arm's state, which
 * both would be mistaken for, is not there yet.
 */
int state_find_like(const struct flow *flow, const struct state_list *list,
		    const struct state_list *others, const struct state *state, bool is_arm);

/* Merges what may be merged. */
void state_list_reduce(struct flow *flow, struct state_list *list, uint32_t block, bool is_arm);

/* Merges @from into @into at @block; true if @into lost anything. */
bool state_merge(struct flow *flow, struct state *into, const struct state *from, uint32_t block);

/* --- eval.c ---------------------------------------------------------------------------------- */

/* Whose PARAM and RESULT 0 a term means: a callee's, at a call. */
struct frame {
	const term_id *args;
	uint32_t n_args;
	term_id result;
	const struct exec_context *exec; /* where the callee was entered; NULL: as here */
};

/* @term, a place or value of this function or (with @frame) of a callee, in @state. */
term_id eval_place(struct flow *flow, const struct state *state, const struct frame *frame,
		   term_id term);
term_id eval_value(struct flow *flow, const struct state *state, const struct frame *frame,
		   term_id term);

/* What the sign of @value can be. */
unsigned eval_signs(const struct flow *flow, const struct state *state, term_id value);

/* Whether @term has a part with @kind (and, for RESULT, @number). */
bool term_mentions(const struct term_table *terms, term_id term, uint8_t kind, uint32_t number);
bool term_reads_memory(const struct term_table *terms, term_id term);

/* Whether @from is @term or a part of it. */
bool term_has_part(const struct term_table *terms, term_id term, term_id from);

/* @term with every @from in it replaced by @to. */
term_id term_replace(struct term_table *terms, term_id term, term_id from, term_id to);

/* Whether the term names one object for certain: no unknown element, no per-cpu copy. */
bool term_is_definite(const struct term_table *terms, term_id term);

/* Whether the place or value is reached from a parameter, a global or a call's result. */
bool term_has_name(const struct term_table *terms, term_id id);

/* Whether it is a member of what nobody can name any more: it was too deep, and is any object's. */
bool term_is_lost(const struct term_table *terms, term_id id);

/* Whether callers can see what the term means: no local, no call's result but the own one. */
bool term_is_outside(const struct term_table *terms, term_id term);

/* "&x" of a local x: what it points to nobody else changes. */
bool term_is_of_local(const struct term_table *terms, term_id value);

/* A RESULT number that stands for the content of @place as of @block. */
uint32_t flow_fresh(struct flow *flow, uint32_t block, term_id place);

/* --- ways.c ---------------------------------------------------------------------------------- */

/* A call that may end in more ways than this, as nothing is known of its flags, tells nothing. */
#define MOST_WAYS 12

/* A call of @function, and the ways in which it may return from there. */
struct call_ways {
	const struct fact_step *step;
	uint32_t function;
	const struct flow_result *callee;
	struct frame frame;
	uint32_t n;
	const struct outcome *ways[MOST_WAYS];
	bool is_murky;	    /* there are more */
	bool gives_up_some; /* of the locks that are held here, on some way */
};

void ways_find(struct flow *flow, const struct state *state, struct call_ways *call);

/* What holds where a callee returns so. False if it cannot be. */
bool way_learn(struct flow *flow, struct state *state, const struct frame *frame,
	       const struct outcome *way);

/* --- loop.c ---------------------------------------------------------------------------------- */

/* Marks the blocks that may run more than once, and finds what each loop changes. */
void loops_find(struct flow *flow);

/* @state goes along an edge from block @from to block @to. */
void loops_enter(struct flow *flow, uint32_t from, uint32_t to, struct state *state);

/*
 * Where no state comes out of a loop that can be left, it waits for memory to change: what was
 * known of memory is forgotten there. Whether there was such a loop, and the head has arrivals now.
 */
bool loops_revive(struct flow *flow);

/* --- live.c ---------------------------------------------------------------------------------- */

void live_find(struct flow *flow);

/* Forgets the variables that nobody reads from @block's start on. */
void live_prune(const struct flow *flow, uint32_t block, struct state *state);

/* Whether the address of the variable in which @place lies is taken: others may write it. */
bool live_is_shared(const struct flow *flow, term_id place);

/* --- writes.c -------------------------------------------------------------------------------- */

/* The function writes @place, which may or may not be behind a parameter. */
void writes_add(struct flow *flow, struct write_set *set, term_id place);

/* Adds @from to @into; true if that was news. */
bool writes_merge(struct flow *flow, struct write_set *into, const struct write_set *from);

/* A copy that lives as long as the result. */
struct write_set writes_keep(struct flow *flow, const struct write_set *set);

/* --- branch.c -------------------------------------------------------------------------------- */

/* Adds to @state that @value is true (or false). False: it cannot be. */
bool assume(struct flow *flow, struct state *state, term_id value, bool truth);

/* Adds that @low <= @value <= @high. */
bool assume_range(struct flow *flow, struct state *state, term_id value, int64_t low, int64_t high);

/* Adds that @value is not @number. */
bool assume_not(struct flow *flow, struct state *state, term_id value, int64_t number);

/* --- exec_state.c ---------------------------------------------------------------------------- */

/* A call of a primitive. */
struct primitive_call {
	const struct primitive *primitive;
	const term_id *args;
	uint32_t n_args;
	term_id result;
	bool is_try;
};

/* primitive.c: the value of argument @number, or of RULES_RESULT_ARG; 0 where there is none. */
term_id primitive_argument(const struct primitive_call *call, int number);

struct exec_context exec_at_entry(struct flow *flow);

/* Whether nothing is switched on or off. */
bool exec_is_neutral(const struct exec_context *exec, const struct exec_context *at_entry);

/* Whether no task comes there: readers of an rwlock_t recurse. */
bool exec_in_interrupt(const struct exec_context *exec);

/* Whether @value is what irqsave saves with interrupts as @irqs says. */
bool exec_is_flags(const struct flow *flow, term_id value, enum irq_state irqs);

/* Whether nothing is different that states are kept apart for; a hash of that. */
bool exec_same(const struct exec_context *x, const struct exec_context *y);
uint64_t exec_key(const struct exec_context *exec);

/* Of two that are the same; true if @into lost anything. */
bool exec_merge(struct exec_context *into, const struct exec_context *from);

/* What a primitive does to the context. */
void exec_effect(struct flow *flow, struct state *state, const struct primitive_call *call,
		 const struct effect *effect);

/* An assignment: to a member that the rules' markers name. */
void exec_assign(struct flow *flow, struct state *state, const struct fact_step *step);

/* Something that sleeps was done. */
void exec_slept(struct state *state);

/* A value of a callee that was called in context @caller, as the caller sees it. */
term_id exec_in_caller(struct flow *flow, const struct exec_context *caller, term_id value);

/* Whether something that was off is on; unknown flags are as at the entry. */
bool exec_is_switched_on(const struct exec_context *before, const struct exec_context *after);

/* Whether the callee, entered as in @state, can end like that. */
bool exec_may_end_so(const struct state *state, const struct outcome *outcome);

/* @flags: what the outcome's flags are here. */
void exec_apply_outcome(struct flow *flow, struct state *state, term_id flags, uint32_t callee,
			const struct outcome *outcome);

/* @value has one of @signs: what that tells of the entry. False if it cannot be. */
bool exec_learn(const struct flow *flow, struct state *state, term_id value, unsigned signs);

/* What the sign of an answer to a query can be; SIGN_ANY of any other value. */
unsigned exec_signs(const struct flow *flow, const struct state *state, term_id value);

/* --- transfer.c, call.c, lock.c -------------------------------------------------------------- */

/* Runs the steps of block @block on @state: the states at its end. */
void transfer_block(struct flow *flow, uint32_t block, struct state *state, struct state_list *out);
void transfer_call(struct flow *flow, struct state *state, const struct fact_step *step,
		   struct state_list *out);
/* Gives the function up when there are too many. */
void state_list_add(struct flow *flow, struct state_list *list, struct state *state);

/* Evaluated arguments of a call step, in the scratch arena. */
const term_id *call_arguments(struct flow *flow, const struct state *state,
			      const struct fact_step *step);

/* The content of @place becomes something new of which nothing is known. */
void clobber_place(struct flow *flow, struct state *state, term_id place);

/* The places that a callee got the address of, and that it writes, have changed. */
void clobber_arguments(struct flow *flow, struct state *state, const struct frame *frame,
		       const struct write_set *written);

/* The parameter that @term, a place or value, is reached through, or PROGRAM_NONE. */
uint32_t term_parameter(const struct term_table *terms, term_id term);

/* lock.c: whether @value is the address of something that is a lock by its type. */
bool lock_is_at(const struct flow *flow, term_id value);

/* lock.c: may it be taken again while it is held? */
bool lock_nests(const struct held_lock *lock);

/* @lock->lock is a place; kind, mode and flags are set, the class is found here. */
void lock_find_class(struct flow *flow, struct held_lock *lock);
void lock_acquire(struct flow *flow, struct state *state, struct held_lock *lock);

/*
 * "r->state = RUNNING; unlock(); wait(); lock(); if (r->state == DONE)": while the lock was not
 * held somebody else may have stored another number.
 */
void forget_stored_numbers(struct flow *flow, struct state *state);
void lock_hold_from_callee(struct flow *flow, struct state *state, struct held_lock *lock);
/* Whether it was held, by this function. @lock->callee is set: who releases it. */
bool lock_release(struct flow *flow, struct state *state, struct held_lock *lock);
void lock_downgrade(struct flow *flow, struct state *state, struct held_lock *lock);
/* The pointers @x and @y turn out to be equal: what was given up by the one name is held again. */
void lock_objects_are_same(struct flow *flow, struct state *state, term_id x, term_id y);
void lock_initialise(struct flow *flow, struct state *state, struct held_lock *lock);
/* Who tries to take it does not have it, nor do the callers: and still does not after that. */
void lock_fail(struct flow *flow, struct state *state, struct held_lock *lock);
/* Whether this very task holds it, so that a trylock, or -EALREADY, is the answer. */
bool lock_cannot_be_had(const struct flow *flow, const struct state *state,
			const struct held_lock *lock);
/* The pointers that lead to @place were followed: they are not NULL from here on. */
void learn_pointers(struct flow *flow, struct state *state, term_id place);
/* @value is stored: where an object keeps what a held lock is released by, that is noted. */
void lock_assign(struct flow *flow, struct state *state, term_id place, term_id value);
/* Something is wrong with @lock here, and at @other. */
void lock_report(struct flow *flow, const struct state *state, enum problem_kind kind,
		 const struct held_lock *lock, struct flow_point other);

/* primitive.c: what a call of @primitive does; the states after it. */
void lock_primitive(struct flow *flow, struct state *state, const struct fact_step *step,
		    const struct primitive *primitive, struct state_list *out);

/* acquire_context.c: a ww_acquire_ctx, the place @context. */
void context_effect(struct flow *flow, struct state *state, enum effect_op op, term_id context);
/* Whether @place is no memory, but what a state knows of a context. */
bool context_has(const struct flow *flow, term_id place);
/* @lock is about to be taken with the context that it is nested in. */
void context_take(struct flow *flow, struct state *state, const struct held_lock *lock);
/*
 * It could not be: the context has to give up what it has, and wait for that one. False where
 * nothing is known of the context.
 */
bool context_back_off(struct flow *flow, struct state *state, const struct held_lock *lock);

/* irqs.c: HELD_IRQ_OFF and HELD_IRQ_SAVED of what @primitive takes, or gives up. */
uint16_t irq_flags_of(const struct primitive *primitive);

/* After a primitive that found the context @before. */
void irq_flags_acquired(const struct flow *flow, struct state *state,
			const struct exec_context *before);

/* A lock is taken in a hardirq that this very function entered: others depend on who registers. */
void irqs_report_hardirq(struct flow *flow, const struct state *state,
			 const struct held_lock *lock);

/* @held is given up as @lock says. */
void irq_flags_release(struct flow *flow, const struct state *state, const struct held_lock *held,
		       const struct held_lock *lock);

/* @value is about to be stored in @place. */
void flags_assign(struct flow *flow, const struct state *state, term_id place, term_id value);

/* call.c: a call of @function as part of a primitive that sleeps. */
void call_implied(struct flow *flow, const struct state *state, uint32_t function);

/* --- handed.c -------------------------------------------------------------------------------- */

/* @callee returns as @taken says, of which the state is not sure. */
void handed_by_way(struct flow *flow, struct state *state, const struct flow_result *callee,
		   const struct outcome *taken);

/* The code has asked for something, which may be whether what was handed is still held. */
void handed_asked(struct state *state);

/* @callee may return in each of the @n ways: callers cannot tell what some of them give up. */
void handed_at_will(struct flow *flow, const struct outcome *const *ways, uint32_t n);

/* A call of @direct, or (NULL) of one of @targets, which may be NULL as well. */
void handed_by_call(struct flow *flow, struct state *state, const struct flow_result *direct,
		    const struct call_targets *targets);

/* Nobody knows how @callee returns. */
void handed_note_murky(struct flow *flow, const struct flow_result *callee);

/* Whether such a callee, called anywhere, may have taken a lock of the class. */
bool handed_may_be_taken(const struct flow *flow, uint32_t class_string);

/* At the end: problems that are less sure for it, and what callers have to know. */
void handed_finish(struct flow *flow, struct flow_result *result);

/* --- lifetime.c ------------------------------------------------------------------------------ */

struct call_values {
	uint32_t n_args;
	const term_id *args;
};

/* What the rules say that a call does to objects. */
void lifetime_roles(struct flow *flow, struct state *state, const struct role *roles,
		    const struct call_values *call);

/* A call that changes lists; one that takes an element out as if there were no readers. */
void lifetime_access(struct flow *flow, struct state *state, const struct rcu_access *access,
		     const struct call_values *call);

/* What @callee does to objects of the caller. */
void lifetime_callee(struct flow *flow, struct state *state, const struct frame *frame,
		     uint32_t callee, const struct flow_result *result);

/* Something is called that nothing is known of: it may wait. */
void lifetime_doubt(struct flow *flow, struct state *state);

/* A grace period is waited for. */
void lifetime_wait(struct flow *flow, struct state *state);

/* @value is stored in @place: what was there before is unlinked if readers follow that pointer. */
void lifetime_assign(struct flow *flow, struct state *state, term_id place, term_id value);

bool lifetime_same(const struct state *x, const struct state *y);
bool lifetime_merge(struct flow *flow, struct state *into, const struct state *from);
void lifetime_renew(struct flow *flow, struct state *state, uint32_t number);
void lifetime_substitute(struct flow *flow, struct state *state, term_id from, term_id to);
void lifetime_end_iteration(struct state *state);
void lifetime_finish(struct flow *flow, struct flow_result *result);

/* event.c: the call's result tells whether it dropped a last reference, if the primitive does. */
void note_last_drop(struct flow *flow, const struct primitive *primitive, term_id result);

/* event.c: only who dropped a last reference, or is about to, comes here. */
bool is_last_dropped(const struct flow *flow, const struct state *state);

/* event.c: what is kept for the summaries. */
void record_acquire(struct flow *flow, const struct state *state, const struct held_lock *lock,
		    bool is_might);
void record_call(struct flow *flow, const struct state *state, const struct call_event *event);
void record_sleep(struct flow *flow, const struct state *state, const struct sleep_event *event);
void record_pointer(struct flow *flow, const struct state *state, term_id place, term_id value,
		    bool is_store);
/* @place is read or written, which @lock guards, a place. */
void record_guarded(struct flow *flow, const struct state *state, term_id place, term_id lock,
		    bool is_store);
/* After a step that found the context @before; @callee: as in exposure_event. */
void record_exposure(struct flow *flow, const struct state *state,
		     const struct exec_context *before, uint32_t callee);
void record_problem(struct flow *flow, const struct problem *problem);
void record_answer(struct flow *flow, uint32_t callee, bool is_passed_on);

/*
 * outcome.c: whether what was taken is held by chance: the callee may as well have returned without
 * it, and nothing tells.
 */
bool outcome_is_chance(const struct flow *flow, const struct held_lock *held);

/* outcome.c: whether callers have a name for the lock with which the function returns at @at. */
bool outcome_has_name(struct flow *flow, const struct return_state *at,
		      const struct held_lock *lock);

/* outcome.c: whether callers know by result or arguments which of two ways it was. */
bool outcome_is_told_by_value(const struct flow *flow, const struct outcome *x,
			      const struct outcome *y);

/* outcome.c, problem.c: at the end. */
void collect_outcomes(struct flow *flow, struct flow_result *result);
void find_exit_problems(struct flow *flow);

/* problem_doubt.c: whether what leads to @block alone is asked somewhere else, too. */
bool problem_is_asked_again(const struct flow *flow, uint32_t block);

/* problem_doubt.c: the branches that lead to @block ask for one state of several. */
bool problem_is_behind_state(const struct flow *flow, uint32_t block);

/* problem_doubt.c: what speaks against a problem of that kind; PROBLEM_UNDOUBTED: nothing. */
enum problem_doubt problem_doubt_held(const struct flow *flow, const struct held_lock *held,
				      const struct return_state *with,
				      const struct return_state *without);
enum problem_doubt problem_doubt_release(const struct flow *flow, const struct problem *problem);

/*
 * srcu_index.c: whether the index of @lock, an SRCU section, is kept in a variable of the function
 * only, so that nobody else can end the section.
 */
bool srcu_index_is_own(const struct flow *flow, const struct held_lock *lock);

/* --- bound.c ---------------------------------------------------------------------------------- */

/* What is set where the callee can come to it, of what something is known, and what is known. */
void bound_note(struct flow *flow, const struct state *state, struct call_event *event);

/* What @old, the event so far, and @state have in common of that. */
void bound_merge(struct flow *flow, const struct state *state, const struct call_event *old,
		 struct call_event *event);

#endif
