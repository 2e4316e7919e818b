/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outcome.c - the ways in which a function returns, as its callers see them
 *
 * Returns with the same net effect on locks are one outcome. Terms are turned outwards: what is
 * rooted at parameters and globals stays, what is reached through the value returned is rooted at
 * OUTCOME_RESULT, what was stored behind a parameter is named by that place, and the rest becomes
 * UNKNOWN, which keeps the class of a lock but not its identity.
 */
#include "flow/flow_p.h"

#include <string.h>

/* A lock function that takes flags for three locks, each for reading, writing or not, has 27. */
#define MAX_OUTCOMES 32
#define MAX_RETURNS 48 /* more are merged by their effect alone: comparing them is quadratic */
#define MAX_STORES 6
#define MAX_CONDITIONS 12

struct view {
	struct flow *flow;
	const struct state *state;
	term_id result; /* the value returned */
	term_id marker; /* OUTCOME_RESULT */
};

static term_id outcome_marker(struct flow *flow)
{
	return term_make(flow->terms, (struct term){ .kind = EXPR_RESULT, .a = OUTCOME_RESULT });
}

/* What only this function knows becomes UNKNOWN. */
static term_id blind(struct term_table *terms, term_id id)
{
	struct term term = term_at(terms, id);

	if (!id || term.kind == EXPR_LOCAL ||
	    (term.kind == EXPR_RESULT && term.a != OUTCOME_RESULT))
		return 0;
	if (term.base)
		term.base = blind(terms, term.base);
	if (term.kind == EXPR_INDEX)
		term.a = blind(terms, term.a);
	if (term.kind == EXPR_BINARY) {
		term.a = blind(terms, term.a);
		term.b = blind(terms, term.b);
	}
	return term_make(terms, term);
}

/* What the task itself has: current->journal_info. */
static bool is_stored_behind_constant(const struct flow *flow, const struct binding_entry *entry)
{
	return term_is_behind_constant(flow->terms, entry->place) && entry->value != entry->place;
}

static bool is_stored_behind_param(const struct flow *flow, const struct binding_entry *entry)
{
	struct term term = term_at(flow->terms, entry->place);

	return term.kind != EXPR_PARAM &&
	       term_parameter(flow->terms, entry->place) != PROGRAM_NONE &&
	       term_is_outside(flow->terms, entry->place);
}

static term_id outward(const struct view *view, term_id term)
{
	struct term_table *terms = view->flow->terms;

	if (term_is_outside(terms, term))
		return term;
	if (view->result && !term_is_outside(terms, view->result))
		term = term_replace(terms, term, view->result, view->marker);
	for (uint32_t i = 0; i < view->state->n_env && !term_is_outside(terms, term); i++) {
		const struct binding_entry *entry = &view->state->env[i];

		if (entry->value && is_stored_behind_param(view->flow, entry))
			term = term_replace(terms, term, entry->value, entry->place);
	}
	return term_is_outside(terms, term) ? term : blind(terms, term);
}

static struct held_lock outward_lock(const struct view *view, const struct held_lock *lock)
{
	struct held_lock out = *lock;

	out.lock = lock->stale ? 0 : outward(view, lock->lock);
	return out;
}

bool outcome_has_name(struct flow *flow, const struct return_state *at,
		      const struct held_lock *lock)
{
	struct view view = { flow, at->state, at->value, outcome_marker(flow) };
	struct held_lock out = outward_lock(&view, lock);

	return term_has_name(flow->terms, out.lock);
}

static void add_locks(const struct view *view, struct outcome *outcome)
{
	const struct state *state = view->state;
	struct held_lock *acquired =
		arena_new_array(view->flow->run, struct held_lock, state->n_held + 1);
	struct held_lock *released =
		arena_new_array(view->flow->run, struct held_lock, state->n_released + 1);

	for (uint32_t i = 0; i < state->n_held; i++)
		if (!(state->held[i].flags & HELD_ENTRY))
			acquired[outcome->n_acquired++] = outward_lock(view, &state->held[i]);
	for (uint32_t i = 0; i < state->n_released; i++)
		released[outcome->n_released++] = outward_lock(view, &state->released[i]);
	outcome->acquired = acquired;
	outcome->released = released;
}

/* Two values of the function may be one for its callers. */
static void add_condition(struct outcome *outcome, struct predicate *conditions, term_id term,
			  unsigned signs)
{
	for (uint32_t i = 0; i < outcome->n_conditions; i++) {
		if (conditions[i].term == term) {
			conditions[i].signs &= signs;
			return;
		}
	}
	conditions[outcome->n_conditions++] = (struct predicate){ term, signs };
}

/* Those on the values of parameters first: callers know more of them than of memory. */
static void add_conditions(const struct view *view, struct outcome *outcome)
{
	const struct term_table *terms = view->flow->terms;
	const struct state *state = view->state;
	struct predicate *conditions =
		arena_new_array(view->flow->run, struct predicate, MAX_CONDITIONS);

	for (int memory = 0; memory <= 1; memory++) {
		for (uint32_t i = 0; i < state->n_known; i++) {
			term_id term = outward(view, state->known[i].term);

			if (outcome->n_conditions == MAX_CONDITIONS)
				break;
			if (term_has_name(terms, term) &&
			    term_reads_memory(terms, term) == (memory != 0))
				add_condition(outcome, conditions, term, state->known[i].signs);
		}
	}
	outcome->conditions = conditions;
}

static void add_store(const struct view *view, struct outcome *outcome,
		      struct outcome_store *stores, term_id place, term_id value)
{
	value = outward(view, value);
	if (value && outcome->n_stores < MAX_STORES)
		stores[outcome->n_stores++] = (struct outcome_store){ place, value };
}

/* Members of the record that is returned, and what was stored where callers see it. */
static void add_stores(const struct view *view, struct outcome *outcome)
{
	struct flow *flow = view->flow;
	struct outcome_store *stores = arena_new_array(flow->run, struct outcome_store, MAX_STORES);

	for (uint32_t i = 0; i < view->state->n_env; i++) {
		const struct binding_entry *entry = &view->state->env[i];
		struct term place = term_at(flow->terms, entry->place);

		if (place.kind == EXPR_FIELD && place.base == view->result &&
		    !term_is_outside(flow->terms, place.base))
			add_store(view, outcome, stores,
				  term_field(flow->terms, view->marker, place.a, place.b),
				  entry->value);
		else if (is_stored_behind_param(flow, entry) ||
			 is_stored_behind_constant(flow, entry))
			add_store(view, outcome, stores, entry->place, entry->value);
	}
	outcome->stores = stores;
}

static struct outcome make_outcome(struct flow *flow, const struct return_state *at)
{
	struct view view = { flow, at->state, at->value, outcome_marker(flow) };
	struct outcome outcome = { .where = at->where,
				   .written = at->state->written,
				   .result_signs = eval_signs(flow, at->state, at->value) };

	add_locks(&view, &outcome);
	add_conditions(&view, &outcome);
	add_stores(&view, &outcome);
	outcome.exec = at->state->exec;
	if (term_is_outside(flow->terms, at->value))
		outcome.result = at->value;
	return outcome;
}

static bool same_lock_lists(const struct held_lock *x, uint32_t nx, const struct held_lock *y,
			    uint32_t ny)
{
	if (nx != ny)
		return false;
	for (uint32_t i = 0; i < nx; i++)
		if (x[i].lock != y[i].lock || x[i].class_string != y[i].class_string ||
		    x[i].mode != y[i].mode)
			return false;
	return true;
}

static bool exec_same_effect(const struct exec_context *x, const struct exec_context *y)
{
	return x->flags == y->flags && x->bh == y->bh && x->preempt == y->preempt &&
	       x->pagefault == y->pagefault && x->hardirq == y->hardirq && x->softirq == y->softirq;
}

static bool same_effect(const struct outcome *x, const struct outcome *y)
{
	return exec_same_effect(&x->exec, &y->exec) &&
	       same_lock_lists(x->acquired, x->n_acquired, y->acquired, y->n_acquired) &&
	       same_lock_lists(x->released, x->n_released, y->released, y->n_released);
}

static void merge_conditions(struct outcome *into, const struct outcome *from)
{
	struct predicate *kept = (struct predicate *)into->conditions;
	uint32_t n = 0;

	for (uint32_t i = 0; i < into->n_conditions; i++) {
		for (uint32_t j = 0; j < from->n_conditions; j++) {
			unsigned signs = into->conditions[i].signs | from->conditions[j].signs;

			if (from->conditions[j].term == into->conditions[i].term &&
			    signs != SIGN_ANY)
				kept[n++] = (struct predicate){ into->conditions[i].term, signs };
		}
	}
	into->n_conditions = n;
}

static void merge_stores(struct outcome *into, const struct outcome *from)
{
	struct outcome_store *kept = (struct outcome_store *)into->stores;
	uint32_t n = 0;

	for (uint32_t i = 0; i < into->n_stores; i++)
		for (uint32_t j = 0; j < from->n_stores; j++)
			if (from->stores[j].place == into->stores[i].place &&
			    from->stores[j].value == into->stores[i].value)
				kept[n++] = into->stores[i];
	into->n_stores = n;
}

/*
 * "return rq->core_enabled ? &rq->core->lock : &rq->lock": of locks of one class, the one that is
 * nearest stands for all. Who asks again, to give it up, gets the same answer.
 */
static term_id nearest_lock(const struct flow *flow, term_id x, term_id y)
{
	const struct term_table *terms = flow->terms;
	unsigned x_depth = terms->depths[x], y_depth = terms->depths[y];

	if (x_depth == y_depth || !lock_is_at(flow, x) || !lock_is_at(flow, y) ||
	    program_lock_class(flow->program, term_at(terms, x).base) !=
		    program_lock_class(flow->program, term_at(terms, y).base))
		return 0;
	return x_depth < y_depth ? x : y;
}

static void merge_outcome(struct flow *flow, struct outcome *into, const struct outcome *from)
{
	if (into->result != from->result)
		into->result = nearest_lock(flow, into->result, from->result);
	into->result_signs |= from->result_signs;
	exec_merge(&into->exec, &from->exec);
	writes_merge(flow, &into->written, &from->written);
	merge_conditions(into, from);
	merge_stores(into, from);
}

/* --- merging: as for states (merge.c), with what callers can tell ---------------------------- */

static unsigned known_signs(const struct outcome *outcome, term_id term)
{
	for (uint32_t i = 0; i < outcome->n_conditions; i++)
		if (outcome->conditions[i].term == term)
			return outcome->conditions[i].signs;
	return SIGN_ANY;
}

/* How callers can tell two ways of returning apart. */
enum teller {
	TELLER_NONE,
	TELLER_MEMORY, /* what memory held: if nobody else writes it, and they look at it */
	TELLER_VALUE,  /* the result, or an argument */
};

/* What contradicts, in what is known of @x, both @y and @z by one and the same condition. */
static enum teller teller_from_both(const struct flow *flow, const struct outcome *x,
				    const struct outcome *y, const struct outcome *z)
{
	enum teller teller = TELLER_NONE;

	if (!(x->result_signs & (y->result_signs | z->result_signs)))
		return TELLER_VALUE;
	for (uint32_t i = 0; i < x->n_conditions; i++) {
		term_id term = x->conditions[i].term;

		if (x->conditions[i].signs & (known_signs(y, term) | known_signs(z, term)))
			continue;
		if (!term_reads_memory(flow->terms, term))
			return TELLER_VALUE;
		teller = TELLER_MEMORY;
	}
	return teller;
}

static bool is_told_from_both(const struct flow *flow, const struct outcome *x,
			      const struct outcome *y, const struct outcome *z)
{
	return teller_from_both(flow, x, y, z) != TELLER_NONE;
}

static bool is_about_argument(const struct flow *flow, term_id term)
{
	return !term_reads_memory(flow->terms, term) &&
	       term_parameter(flow->terms, term) != PROGRAM_NONE;
}

/* "!(seq & 1) && retry(lock, seq)": with the bit set it is no, whatever the other part says. */
static bool is_no_by_bit(const struct flow *flow, const struct outcome *outcome, term_id term)
{
	struct term bits = term_at(flow->terms, term);

	return outcome->result_signs == SIGN_ZERO && bits.kind == EXPR_BINARY &&
	       bits.op == BINARY_AND && is_about_argument(flow, bits.a);
}

/* A predicate's two answers, each of which tells something about an argument: IS_ERR_OR_NULL(). */
static bool are_answers(const struct flow *flow, const struct outcome *x, const struct outcome *y)
{
	bool apart = (flow->facts->flags & FUNCTION_RETURNS_BOOL) &&
		     !(x->result_signs & y->result_signs);

	for (uint32_t i = 0; i < x->n_conditions; i++) {
		term_id term = x->conditions[i].term;

		if (x->conditions[i].signs & known_signs(y, term))
			continue;
		if (apart ? is_about_argument(flow, term)
			  : x->result_signs != y->result_signs &&
				    (is_no_by_bit(flow, x, term) || is_no_by_bit(flow, y, term)))
			return true;
	}
	return false;
}

static term_id stored(const struct outcome *outcome, term_id place)
{
	for (uint32_t i = 0; i < outcome->n_stores; i++)
		if (outcome->stores[i].place == place)
			return outcome->stores[i].value;
	return 0;
}

/* "scope->state = done" on one way, what the next call of the function is told apart by. */
static bool sets_other_mode(const struct flow *flow, const struct outcome *x,
			    const struct outcome *y)
{
	for (uint32_t i = 0; i < x->n_stores; i++)
		if (term_at(flow->terms, x->stores[i].value).kind == EXPR_INT &&
		    g_hash_table_contains(flow->modes, GUINT_TO_POINTER(x->stores[i].place)) &&
		    stored(y, x->stores[i].place) != x->stores[i].value)
			return true;
	return false;
}

static bool may_merge(const struct flow *flow, const struct outcome *outcomes, guint n,
		      const struct outcome *x, const struct outcome *y)
{
	if (are_answers(flow, x, y) || sets_other_mode(flow, x, y) || sets_other_mode(flow, y, x))
		return false;
	for (guint i = 0; i < n; i++) {
		const struct outcome *third = &outcomes[i];

		if (same_effect(third, x) || is_told_from_both(flow, third, x, y))
			continue;
		if (is_told_from_both(flow, third, x, x) && is_told_from_both(flow, third, y, y))
			return false;
	}
	return true;
}

/* --- doubtful effects ------------------------------------------------------------------------ */

static enum teller teller_of(const struct flow *flow, const struct outcome *x,
			     const struct outcome *y)
{
	return teller_from_both(flow, x, y, y);
}

bool outcome_is_told_by_value(const struct flow *flow, const struct outcome *x,
			      const struct outcome *y)
{
	return teller_of(flow, x, y) == TELLER_VALUE;
}

bool outcome_is_chance(const struct flow *flow, const struct held_lock *held)
{
	const struct flow_result *callee =
		held->callee == PROGRAM_NONE ? NULL : flow->lookup(held->callee, flow->lookup_data);
	uint32_t n = held->outcome_lock;

	for (uint32_t i = 0; callee && i < callee->n_outcomes; i++) {
		const struct outcome *with = &callee->outcomes[i];

		for (uint32_t o = 0; n < with->n_acquired && o < callee->n_outcomes; o++)
			if (n >= callee->outcomes[o].n_acquired &&
			    teller_of(flow, with, &callee->outcomes[o]) == TELLER_NONE)
				return true;
	}
	return false;
}

static bool has_lock(const struct held_lock *locks, uint32_t n, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < n; i++)
		if (locks[i].lock == lock->lock && locks[i].class_string == lock->class_string)
			return true;
	return false;
}

/* Two ways out may name the lock that they give up differently: one of the class is enough. */
static bool has_class(const struct held_lock *locks, uint32_t n, const struct held_lock *lock)
{
	for (uint32_t i = 0; lock->class_string && i < n; i++)
		if (locks[i].class_string == lock->class_string)
			return true;
	return false;
}

/* Whether another way without that effect is told apart by less than @least. */
static bool is_ambiguous(const struct flow *flow, const GArray *outcomes,
			 const struct outcome *with, const struct held_lock *lock, bool acquired,
			 enum teller least)
{
	for (guint i = 0; i < outcomes->len; i++) {
		const struct outcome *other = &g_array_index(outcomes, struct outcome, i);
		bool has = acquired ? has_lock(other->acquired, other->n_acquired, lock)
				    : has_class(other->released, other->n_released, lock);

		if (!has && teller_of(flow, with, other) < least)
			return true;
	}
	return false;
}

static bool is_taken_and_released(const struct flow *flow, const struct held_lock *lock)
{
	return lock->class_string &&
	       g_hash_table_contains(flow->balanced, GUINT_TO_POINTER(lock->class_string));
}

/*
 * A function that takes and gives up a lock itself, and then on one of several ways that nobody can
 * tell apart still has it, is no lock function: it is wrong (problem.c), or more likely too clever
 * for us. What memory held then is not enough to tell: two flags of which one implies the other
 * look like that. Either way callers do better without that effect.
 */
static uint32_t drop_doubtful(const struct flow *flow, const GArray *outcomes,
			      const struct outcome *outcome, bool acquired)
{
	struct held_lock *locks =
		(struct held_lock *)(acquired ? outcome->acquired : outcome->released);
	uint32_t n = acquired ? outcome->n_acquired : outcome->n_released, kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		bool nameless = !term_has_name(flow->terms, locks[i].lock);
		bool both = is_taken_and_released(flow, &locks[i]);
		enum teller least = acquired && both ? TELLER_VALUE : TELLER_MEMORY;

		if (acquired && nameless)
			continue;
		if ((nameless || both) &&
		    is_ambiguous(flow, outcomes, outcome, &locks[i], acquired, least))
			continue;
		locks[kept++] = locks[i];
	}
	return kept;
}

static bool is_acquired_anywhere(const GArray *outcomes, const struct held_lock *lock)
{
	for (guint i = 0; i < outcomes->len; i++) {
		const struct outcome *outcome = &g_array_index(outcomes, struct outcome, i);

		if (has_lock(outcome->acquired, outcome->n_acquired, lock))
			return true;
	}
	return false;
}

/*
 * The first object of a list has a name ("devs"), the others are known as what is returned: where
 * both are returned locked, the first is called so, too.
 */
static void name_by_result(struct flow *flow, const GArray *outcomes, struct outcome *outcome)
{
	struct held_lock *locks = (struct held_lock *)outcome->acquired;

	if (!outcome->result || !(flow->facts->flags & FUNCTION_RETURNS_POINTER))
		return;
	for (uint32_t i = 0; i < outcome->n_acquired; i++) {
		struct held_lock lock = locks[i];

		lock.lock =
			term_replace(flow->terms, lock.lock, outcome->result, outcome_marker(flow));
		if (lock.lock != locks[i].lock && is_acquired_anywhere(outcomes, &lock))
			locks[i] = lock;
	}
}

/* What a callee returned with held, and is held on. */
static void pass_on(struct flow *flow, const struct outcome *outcome)
{
	for (uint32_t i = 0; i < outcome->n_acquired; i++)
		record_answer(flow, outcome->acquired[i].callee, true);
}

/* The same for what is switched off, and not told apart. */
static bool is_doubtful_switch(const struct flow *flow, const GArray *outcomes,
			       const struct outcome *with)
{
	for (guint i = 0; i < outcomes->len; i++) {
		const struct outcome *other = &g_array_index(outcomes, struct outcome, i);

		if (!exec_same_effect(&with->exec, &other->exec) &&
		    teller_of(flow, with, other) == TELLER_NONE)
			return true;
	}
	return false;
}

static void drop_switches(struct flow *flow, struct outcome *outcome)
{
	struct exec_context neutral = exec_at_entry(flow);

	neutral.entry = outcome->exec.entry;
	neutral.likely = outcome->exec.likely;
	outcome->exec = neutral;
}

static void drop_doubtful_switches(struct flow *flow, GArray *outcomes)
{
	struct exec_context at_entry = exec_at_entry(flow);
	g_autofree bool *doubtful = g_new0(bool, outcomes->len);

	for (guint i = 0; i < outcomes->len; i++) {
		const struct outcome *outcome = &g_array_index(outcomes, struct outcome, i);

		doubtful[i] = !exec_is_neutral(&outcome->exec, &at_entry) &&
			      is_doubtful_switch(flow, outcomes, outcome);
	}
	for (guint i = 0; i < outcomes->len; i++)
		if (doubtful[i])
			drop_switches(flow, &g_array_index(outcomes, struct outcome, i));
}

static void drop_doubtful_effects(struct flow *flow, GArray *outcomes)
{
	drop_doubtful_switches(flow, outcomes);
	for (guint i = 0; i < outcomes->len; i++) {
		struct outcome *outcome = &g_array_index(outcomes, struct outcome, i);

		outcome->n_acquired = drop_doubtful(flow, outcomes, outcome, true);
		outcome->n_released = drop_doubtful(flow, outcomes, outcome, false);
		pass_on(flow, outcome);
	}
}

/* Merges outcomes with the same effect: all, or those that no other is mistaken for then. */
static void merge_alike(struct flow *flow, GArray *outcomes, bool all)
{
	struct outcome *o = (struct outcome *)outcomes->data;
	guint kept = 0;

	for (guint i = 0; i < outcomes->len; i++) {
		guint like = 0;

		while (like < kept &&
		       !(same_effect(&o[like], &o[i]) &&
			 (all || may_merge(flow, o, outcomes->len, &o[like], &o[i]))))
			like++;
		if (like < kept)
			merge_outcome(flow, &o[like], &o[i]);
		else
			o[kept++] = o[i];
	}
	g_array_set_size(outcomes, kept);
}

void collect_outcomes(struct flow *flow, struct flow_result *result)
{
	g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(struct outcome));

	for (guint i = 0; i < flow->returns->len; i++) {
		struct outcome outcome =
			make_outcome(flow, &g_array_index(flow->returns, struct return_state, i));

		g_array_append_val(outcomes, outcome);
	}
	for (guint i = 0; i < outcomes->len; i++)
		name_by_result(flow, outcomes, &g_array_index(outcomes, struct outcome, i));
	drop_doubtful_effects(flow, outcomes);
	merge_alike(flow, outcomes, outcomes->len > MAX_RETURNS);
	if (outcomes->len > MAX_OUTCOMES)
		merge_alike(flow, outcomes, true);
	if (outcomes->len > MAX_OUTCOMES) {
		result->gave_up = true;
		return;
	}
	for (guint i = 0; i < outcomes->len; i++) {
		struct outcome *outcome = &g_array_index(outcomes, struct outcome, i);

		outcome->written = writes_keep(flow, &outcome->written);
	}
	result->n_outcomes = outcomes->len;
	if (outcomes->len)
		result->outcomes = arena_memdup(flow->run, outcomes->data,
						outcomes->len * sizeof(struct outcome));
}
