/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * handed.c - locks that a callee may have given up
 *
 * A direct call's outcomes say what it gives up, but which of them it is, is not always known
 * here. A call through a pointer changes no lock state at all, and yet some function behind one
 * may end what the caller began: a transaction that the lock's object has joined gives up the lock
 * when it is committed. So who held a lock of such a class before holds it less surely afterwards,
 * and who calls with it held, for less of what is done in there.
 */
#include "flow/flow_p.h"

/* Of more classes nothing is said: far up in the kernel there is a pointer to everything. */
#define MOST_CLASSES 12

static bool gives_up_class(const struct outcome *outcome, uint32_t class_string)
{
	for (uint32_t i = 0; i < outcome->n_released; i++)
		if (outcome->released[i].class_string == class_string)
			return true;
	return false;
}

static bool may_give_up(const struct flow_result *callee, uint32_t class_string)
{
	for (uint32_t o = 0; class_string && o < callee->n_outcomes; o++)
		if (gives_up_class(&callee->outcomes[o], class_string))
			return true;
	return false;
}

static void hand(struct flow *flow, struct held_lock *held, enum held_flag flag)
{
	held->flags |= flag;
	if (flow->in_loop[flow->at.block])
		g_hash_table_add(flow->handed, GUINT_TO_POINTER(held->lock));
}

/* --- behind pointers -------------------------------------------------------------------------- */

static bool is_known(const struct flow *flow, uint32_t class_string)
{
	for (guint i = 0; i < flow->unseen->len; i++)
		if (g_array_index(flow->unseen, uint32_t, i) == class_string)
			return true;
	return false;
}

static void tell_callers(struct flow *flow, uint32_t class_string)
{
	if (class_string && flow->unseen->len < MOST_CLASSES && !is_known(flow, class_string))
		g_array_append_val(flow->unseen, class_string);
}

static void give_up_class(struct flow *flow, struct state *state, uint32_t class_string)
{
	for (uint32_t h = 0; h < state->n_held; h++)
		if (state->held[h].class_string == class_string)
			hand(flow, &state->held[h], HELD_UNSEEN);
	state_forget_regained_class(state, class_string);
	tell_callers(flow, class_string);
}

static void give_up_unseen(struct flow *flow, struct state *state, const struct flow_result *callee)
{
	for (uint32_t i = 0; i < callee->n_unseen; i++)
		give_up_class(flow, state, callee->unseen[i]);
}

static void give_up_released(struct flow *flow, struct state *state,
			     const struct flow_result *callee)
{
	for (uint32_t o = 0; o < callee->n_outcomes; o++) {
		const struct outcome *outcome = &callee->outcomes[o];

		for (uint32_t i = 0; i < outcome->n_released; i++)
			if (outcome->released[i].class_string)
				give_up_class(flow, state, outcome->released[i].class_string);
	}
}

void handed_by_call(struct flow *flow, struct state *state, const struct flow_result *direct,
		    const struct call_targets *targets)
{
	for (uint32_t h = 0; direct && direct->gave_up && h < state->n_held; h++)
		state->held[h].flags |= HELD_HANDED; /* nobody knows what it does */
	if (direct && direct->gave_up)
		state->n_regained = 0;
	if (direct)
		give_up_unseen(flow, state, direct);
	for (size_t i = 0; !direct && targets && i < targets->n; i++) {
		const struct flow_result *callee =
			flow->lookup(targets->functions[i], flow->lookup_data);

		if (!callee)
			continue;
		give_up_released(flow, state, callee);
		give_up_unseen(flow, state, callee);
	}
}

/* --- ways that nobody can tell apart, as there are too many ---------------------------------- */

void handed_note_murky(struct flow *flow, const struct flow_result *callee)
{
	g_hash_table_add(flow->murky, (gpointer)callee);
}

static bool may_return_with(const struct flow_result *callee, uint32_t class_string)
{
	for (uint32_t o = 0; callee && o < callee->n_outcomes; o++)
		for (uint32_t i = 0; i < callee->outcomes[o].n_acquired; i++)
			if (callee->outcomes[o].acquired[i].class_string == class_string)
				return true;
	return false;
}

/* By itself, or by a function that it calls. */
static bool takes_class(const struct flow *flow, const struct flow_result *callee,
			uint32_t class_string)
{
	for (uint32_t i = 0; i < callee->n_acquires; i++)
		if (callee->acquires[i].lock.class_string == class_string)
			return true;
	for (uint32_t i = 0; i < callee->n_calls; i++)
		for (uint32_t t = 0; t < callee->calls[i].n_targets; t++)
			if (may_return_with(flow->lookup(callee->calls[i].targets[t],
							 flow->lookup_data),
					    class_string))
				return true;
	return may_return_with(callee, class_string);
}

bool handed_may_be_taken(const struct flow *flow, uint32_t class_string)
{
	GHashTableIter iter;
	gpointer callee;

	g_hash_table_iter_init(&iter, flow->murky);
	while (class_string && g_hash_table_iter_next(&iter, &callee, NULL))
		if (takes_class(flow, callee, class_string))
			return true;
	return false;
}

/* --- one of several ways ---------------------------------------------------------------------- */

/* What @other gives up and @taken does not, though callers cannot tell which of them it is. */
static void give_up_at_will(struct flow *flow, const struct outcome *other,
			    const struct outcome *taken)
{
	if (!(other->result_signs & taken->result_signs))
		return;
	for (uint32_t i = 0; i < other->n_released; i++)
		if (!gives_up_class(taken, other->released[i].class_string))
			tell_callers(flow, other->released[i].class_string);
}

void handed_asked(struct state *state)
{
	for (uint32_t h = 0; h < state->n_held; h++)
		if (state->held[h].flags & (HELD_HANDED | HELD_UNSEEN))
			state->held[h].flags |= HELD_ASKED;
}

/* Whether only what memory says tells @taken from a way that gives the lock up. */
static bool may_be_other_way(const struct flow *flow, const struct flow_result *callee,
			     const struct outcome *taken, uint32_t class_string)
{
	for (uint32_t o = 0; o < callee->n_outcomes; o++)
		if (gives_up_class(&callee->outcomes[o], class_string) &&
		    !outcome_is_told_by_value(flow, taken, &callee->outcomes[o]))
			return true;
	return false;
}

static void hand_by_way(struct flow *flow, struct held_lock *held, const struct flow_result *callee,
			const struct outcome *taken)
{
	hand(flow, held, HELD_HANDED);
	if (may_be_other_way(flow, callee, taken, held->class_string))
		held->flags |= HELD_DOUBTED;
}

void handed_by_way(struct flow *flow, struct state *state, const struct flow_result *callee,
		   const struct outcome *taken)
{
	for (uint32_t h = 0; h < state->n_held; h++)
		if (may_give_up(callee, state->held[h].class_string) &&
		    !gives_up_class(taken, state->held[h].class_string))
			hand_by_way(flow, &state->held[h], callee, taken);
	for (uint32_t r = state->n_regained; r; r--)
		if (may_give_up(callee, state->regained[r - 1].class_string))
			state_forget_regained_class(state, state->regained[r - 1].class_string);
	for (uint32_t o = 0; o < callee->n_outcomes; o++)
		give_up_at_will(flow, &callee->outcomes[o], taken);
}

bool held_lock_may_be_dropped(const struct held_lock *held, const struct flow_result *result)
{
	for (uint32_t i = 0; i < result->n_unseen; i++)
		if (result->unseen[i] == held->class_string)
			return true;
	return false;
}

/* --- what nobody can tell --------------------------------------------------------------------- */

static bool releases(const struct outcome *outcome, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < outcome->n_released; i++)
		if (outcome->released[i].class_string == lock->class_string &&
		    outcome->released[i].mode == lock->mode)
			return true;
	return false;
}

static void note_at_will(struct flow *flow, const struct outcome *way, const struct outcome *other)
{
	for (uint32_t i = 0; i < way->n_released; i++)
		if (way->released[i].class_string && !releases(other, &way->released[i]))
			g_hash_table_add(flow->at_will,
					 GUINT_TO_POINTER(way->released[i].class_string));
}

void handed_at_will(struct flow *flow, const struct outcome *const *ways, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < n; j++)
			if (ways[i]->result_signs & ways[j]->result_signs)
				note_at_will(flow, ways[i], ways[j]);
}

/* --- at the end ------------------------------------------------------------------------------- */

/* In a loop that gives the lock up as well, it is taken again by who knows that it was. */
static void doubt_what_loops_take(struct flow *flow)
{
	for (guint i = 0; i < flow->problems->len; i++) {
		struct problem *p = &g_array_index(flow->problems, struct problem, i);

		if (p->kind == PROBLEM_DOUBLE_ACQUIRE && flow->in_loop[p->where.block] &&
		    g_hash_table_contains(flow->handed, GUINT_TO_POINTER(p->lock.lock)))
			p->confidence = MIN(p->confidence, CONFIDENCE_MEDIUM);
	}
}

static void doubt_what_is_at_will(struct flow *flow)
{
	for (guint i = 0; i < flow->problems->len; i++) {
		struct problem *p = &g_array_index(flow->problems, struct problem, i);

		if (p->lock.class_string &&
		    g_hash_table_contains(flow->at_will, GUINT_TO_POINTER(p->lock.class_string)))
			p->doubt = PROBLEM_AT_WILL;
	}
}

void handed_finish(struct flow *flow, struct flow_result *result)
{
	doubt_what_loops_take(flow);
	doubt_what_is_at_will(flow);
	result->n_unseen = flow->unseen->len;
	if (flow->unseen->len)
		result->unseen = arena_memdup(flow->run, flow->unseen->data,
					      flow->unseen->len * sizeof(uint32_t));
}
