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

const struct bound_place *bound_keep(struct flow *flow, const struct state *state,
				     const struct call_event *event, uint32_t *n)
{
	struct bound_place kept[MOST_BOUND];

	*n = 0;
	for (uint32_t i = 0; i < state->n_env && *n < MOST_BOUND; i++) {
		const struct binding_entry *entry = &state->env[i];

		if (entry->place != entry->value && is_reachable(flow, event, entry->place) &&
		    (tells_something(flow, state, entry->value) ||
		     is_in_zeroed(flow, state, entry->place)))
			kept[(*n)++] = (struct bound_place){ entry->place, entry->value };
	}
	*n = drop_incomplete(flow, state, kept, *n);
	return *n ? arena_memdup(flow->run, kept, *n * sizeof(*kept)) : NULL;
}

const struct bound_place *bound_common(struct flow *flow, const struct state *state,
				       const struct bound_place *old, uint32_t *n)
{
	struct bound_place kept[MOST_BOUND];
	uint32_t n_kept = 0;

	for (uint32_t i = 0; i < *n; i++) {
		term_id value;

		if (state_get(state, old[i].place, &value) && value == old[i].value)
			kept[n_kept++] = old[i];
	}
	*n = drop_incomplete(flow, state, kept, n_kept);
	return *n ? arena_memdup(flow->run, kept, *n * sizeof(*kept)) : NULL;
}

static bool is_about_bound(const struct flow *flow, const struct call_event *event, term_id known)
{
	for (uint32_t i = 0; i < event->n_bound; i++)
		if (is_about(flow, known, event->bound[i].value))
			return true;
	return false;
}

const struct predicate *bound_told(struct flow *flow, const struct state *state,
				   const struct call_event *event, uint32_t *n)
{
	struct predicate told[2 * MOST_BOUND];

	*n = 0;
	for (uint32_t i = 0; event->n_bound && i < state->n_known; i++)
		if (*n < G_N_ELEMENTS(told) && is_about_bound(flow, event, state->known[i].term))
			told[(*n)++] = state->known[i];
	return *n ? arena_memdup(flow->run, told, *n * sizeof(*told)) : NULL;
}
