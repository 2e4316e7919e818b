/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bound.c - what memory holds at a call, where this function has just set it
 *
 *   w->flags = flags;
 *   jump(w);               <- tests w->flags, of which here is known what is known of flags
 *
 *   struct info i = { .name = name };
 *   set(&i);               <- tests i->in_inode, which is zero, as i is and nobody has set it
 */
#include "flow/flow_p.h"

#include <string.h>

/* More members that a callee asks for are set seldom, and each is looked at for each way down. */
#define MOST_BOUND 8

static term_id root_of(const struct term_table *terms, term_id place)
{
	struct term term = term_at(terms, place);

	while (term.kind == EXPR_FIELD || term.kind == EXPR_INDEX) {
		place = term.base;
		term = term_at(terms, place);
	}
	return place;
}

/* Whether the callee can come to @place: through a pointer, or by a variable's address. */
static bool is_reachable(const struct flow *flow, const struct call_event *event, term_id place)
{
	term_id root = root_of(flow->terms, place);
	uint8_t kind = term_at(flow->terms, root).kind;

	if (kind == EXPR_DEREF || (kind == EXPR_GLOBAL && root != place))
		return term_is_outside(flow->terms, place);
	for (uint32_t i = 0; kind == EXPR_LOCAL && i < event->n_args; i++) {
		struct term arg = term_at(flow->terms, event->args[i]);

		if (arg.kind == EXPR_ADDR && arg.base == root)
			return true;
	}
	return false;
}

/* @known is about @value itself, or about some of its bits. */
static bool is_about(const struct flow *flow, term_id known, term_id value)
{
	struct term term = term_at(flow->terms, known);

	return known == value ||
	       (term.kind == EXPR_BINARY && term.op == BINARY_AND && term.a == value);
}

static bool tells_something(const struct flow *flow, const struct state *state, term_id value)
{
	int64_t number;

	if (!value)
		return false;
	if (term_is_int(flow->terms, value, &number) ||
	    term_at(flow->terms, value).kind == EXPR_STRING)
		return true;
	for (uint32_t i = 0; i < state->n_known; i++)
		if (is_about(flow, state->known[i].term, value))
			return true;
	return false;
}

/* "= {}": what is in it is zero, too, unless it was set since. */
static bool is_zeroed(const struct flow *flow, term_id value)
{
	int64_t number;

	return term_is_int(flow->terms, value, &number) && !number;
}

static bool is_in_zeroed(const struct flow *flow, const struct state *state, term_id place)
{
	struct term term = term_at(flow->terms, place);
	term_id value;

	for (; term.kind == EXPR_FIELD || term.kind == EXPR_INDEX;
	     term = term_at(flow->terms, term.base))
		if (state_get(state, term.base, &value) && is_zeroed(flow, value))
			return true;
	return false;
}

static bool has_place(const struct bound_place *bound, uint32_t n, term_id place)
{
	for (uint32_t i = 0; i < n; i++)
		if (bound[i].place == place)
			return true;
	return false;
}

/* Whether all that was set in @outer is among the @n, so that what is not is what @outer says. */
static bool is_complete(const struct flow *flow, const struct state *state,
			const struct bound_place *bound, uint32_t n, term_id outer)
{
	for (uint32_t i = 0; i < state->n_env; i++) {
		term_id place = state->env[i].place;

		if (place_is_inside(flow->terms, place, outer) && !has_place(bound, n, place))
			return false;
	}
	return true;
}

static uint32_t drop_incomplete(const struct flow *flow, const struct state *state,
				struct bound_place *bound, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (!is_zeroed(flow, bound[i].value) ||
		    is_complete(flow, state, bound, n, bound[i].place))
			continue;
		memmove(&bound[i], &bound[i + 1], (n - i - 1) * sizeof(*bound));
		return drop_incomplete(flow, state, bound, n - 1);
	}
	return n;
}

static void keep_bound(struct flow *flow, const struct bound_place *bound, uint32_t n,
		       struct call_event *event)
{
	event->n_bound = n;
	event->bound = n ? arena_memdup(flow->run, bound, n * sizeof(*bound)) : NULL;
}

static bool is_about_bound(const struct flow *flow, const struct call_event *event, term_id known)
{
	for (uint32_t i = 0; i < event->n_bound; i++)
		if (is_about(flow, known, event->bound[i].value))
			return true;
	return false;
}

static void keep_told(struct flow *flow, const struct state *state, struct call_event *event)
{
	struct predicate told[2 * MOST_BOUND];
	uint32_t n = 0;

	for (uint32_t i = 0; event->n_bound && i < state->n_known; i++)
		if (n < G_N_ELEMENTS(told) && is_about_bound(flow, event, state->known[i].term))
			told[n++] = state->known[i];
	event->n_told = n;
	event->told = n ? arena_memdup(flow->run, told, n * sizeof(*told)) : NULL;
}

static bool is_of_use(const struct flow *flow, const struct state *state,
		      const struct call_event *event, const struct binding_entry *entry)
{
	return entry->place != entry->value && is_reachable(flow, event, entry->place) &&
	       (tells_something(flow, state, entry->value) ||
		is_in_zeroed(flow, state, entry->place));
}

void bound_note(struct flow *flow, const struct state *state, struct call_event *event)
{
	struct bound_place kept[MOST_BOUND];
	uint32_t n = 0;

	for (uint32_t i = 0; i < state->n_env && n < MOST_BOUND; i++)
		if (is_of_use(flow, state, event, &state->env[i]))
			kept[n++] =
				(struct bound_place){ state->env[i].place, state->env[i].value };
	n = drop_incomplete(flow, state, kept, n);
	keep_bound(flow, kept, n, event);
	keep_told(flow, state, event);
}

/* --- a call that several states come to ------------------------------------------------------- */

/* A merged event in the making. */
struct merge {
	struct flow *flow;
	const struct state *state;
	const struct call_event *old;
	struct bound_place bound[MOST_BOUND];
	struct predicate told[2 * MOST_BOUND];
	uint32_t n_bound, n_told;
};

static void merge_common(struct merge *merge)
{
	const struct call_event *old = merge->old;

	for (uint32_t i = 0; i < old->n_bound; i++) {
		term_id value;

		if (state_get(merge->state, old->bound[i].place, &value) &&
		    value == old->bound[i].value)
			merge->bound[merge->n_bound++] = old->bound[i];
	}
	merge->n_bound = drop_incomplete(merge->flow, merge->state, merge->bound, merge->n_bound);
	for (uint32_t i = 0; i < old->n_told; i++) {
		unsigned signs = old->told[i].signs |
				 state_told_signs(merge->flow, merge->state, old->told[i].term);

		if (signs != SIGN_ANY)
			merge->told[merge->n_told++] =
				(struct predicate){ old->told[i].term, signs };
	}
}

static unsigned signs_in(const struct predicate *known, uint32_t n, term_id term)
{
	for (uint32_t i = 0; i < n; i++)
		if (known[i].term == term)
			return known[i].signs;
	return SIGN_ANY;
}

/* What the event so far says of what @place holds at the call. */
static unsigned signs_before(const struct call_event *old, term_id place)
{
	for (uint32_t i = 0; i < old->n_bound; i++)
		if (old->bound[i].place == place)
			return signs_in(old->told, old->n_told, old->bound[i].value);
	return signs_in(old->conditions, old->n_conditions, place);
}

static unsigned signs_now(const struct merge *merge, term_id place)
{
	term_id value;

	if (!state_get(merge->state, place, &value))
		value = place;
	return value ? eval_signs(merge->flow, merge->state, value) : SIGN_ANY;
}

/* Names of what a place holds at a call, whichever way led there. */
#define AT_A_CALL 0x80000000u

/*
 * "again: if (d->stopped) start(d);": it was set before the first turn, and who knows by whom
 * before the next one, but it is not zero in either.
 */
static void merge_signs(struct merge *merge, term_id place)
{
	unsigned signs = signs_before(merge->old, place) | signs_now(merge, place);
	uint32_t number;
	term_id value;

	if (signs == SIGN_ANY || (signs & SIGN_ZERO) || merge->n_bound == MOST_BOUND ||
	    merge->n_told == 2 * MOST_BOUND || has_place(merge->bound, merge->n_bound, place))
		return;
	number = flow_fresh(merge->flow, merge->flow->at.block | AT_A_CALL, place);
	value = term_make(merge->flow->terms, (struct term){ .kind = EXPR_RESULT, .a = number });
	merge->bound[merge->n_bound++] = (struct bound_place){ place, value };
	if (signs_in(merge->told, merge->n_told, value) == SIGN_ANY)
		merge->told[merge->n_told++] = (struct predicate){ value, signs };
}

void bound_merge(struct flow *flow, const struct state *state, const struct call_event *old,
		 struct call_event *event)
{
	struct merge merge = { .flow = flow, .state = state, .old = old };

	merge_common(&merge);
	for (uint32_t i = 0; i < old->n_bound; i++)
		merge_signs(&merge, old->bound[i].place);
	for (uint32_t i = 0; i < state->n_env; i++)
		if (is_of_use(flow, state, event, &state->env[i]))
			merge_signs(&merge, state->env[i].place);
	keep_bound(flow, merge.bound, merge.n_bound, event);
	event->n_told = merge.n_told;
	event->told = merge.n_told ? arena_memdup(flow->run, merge.told,
						  merge.n_told * sizeof(*merge.told))
				   : NULL;
}
