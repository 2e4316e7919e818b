/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * writes.c - what a function may write behind its parameters
 *
 * Callers want to know which members of a record survive a call: an iterator that is handed from
 * helper to helper keeps the pointer to what it iterates over. Members of the object that a
 * parameter points to are told apart, also of one that contains it; what lies behind a further
 * pointer is not followed, but for a list that leads back to its head. What a task itself has is
 * told apart as well: current->journal_info.
 */
#include "flow/flow_p.h"

#include <string.h>

/* Behind one parameter; and of what a task has, behind none. */
#define MAX_PLACES 16

/* @place up to the members of the first object on the way from a parameter; 0: further away. */
static term_id first_object(const struct term_table *terms, term_id place)
{
	term_id kept = place;
	bool seen = false;

	for (term_id id = place; id; id = term_at(terms, id).base) {
		struct term term = term_at(terms, id);

		if (term.kind == EXPR_PARAM)
			return seen ? kept : 0;
		if (term.kind == EXPR_DEREF && seen)
			return 0;
		if (term.kind == EXPR_DEREF)
			seen = true;
		else if (!seen && term.kind != EXPR_FIELD)
			kept = term.base;
	}
	return 0;
}

static bool has_place(const struct write_set *set, term_id place)
{
	for (uint32_t i = 0; i < set->n; i++)
		if (set->places[i] == place)
			return true;
	return false;
}

static void drop_places_of(struct flow *flow, struct write_set *set, uint32_t parameter)
{
	term_id *kept = arena_new_array(flow->scratch, term_id, set->n);
	uint32_t n = 0;

	for (uint32_t i = 0; i < set->n; i++)
		if (term_parameter(flow->terms, set->places[i]) != parameter)
			kept[n++] = set->places[i];
	set->places = kept;
	set->n = n;
}

static void add_whole(struct flow *flow, struct write_set *set, uint32_t parameter)
{
	if (parameter >= 32 || set->whole & 1u << parameter)
		return;
	set->whole |= 1u << parameter;
	if (set->n)
		drop_places_of(flow, set, parameter);
}

static bool is_whole(const struct term_table *terms, term_id place)
{
	struct term term = term_at(terms, place);

	return term.kind == EXPR_DEREF && term_at(terms, term.base).kind == EXPR_PARAM;
}

static bool is_full(const struct term_table *terms, const struct write_set *set, uint32_t parameter)
{
	uint32_t n = 0;

	for (uint32_t i = 0; set->n >= MAX_PLACES && i < set->n; i++)
		n += term_parameter(terms, set->places[i]) == parameter;
	return n >= MAX_PLACES;
}

/* The arrays are shared between copies of a state, so they never change. */
static void add_place(struct flow *flow, struct write_set *set, term_id place)
{
	uint32_t parameter = term_parameter(flow->terms, place);
	bool is_of_task = parameter == PROGRAM_NONE, full;
	term_id *places;

	if (!is_of_task && (parameter >= 32 || set->whole & 1u << parameter))
		return;
	if (has_place(set, place))
		return;
	full = is_full(flow->terms, set, parameter);
	if (full && is_of_task)
		return;
	if (full || is_whole(flow->terms, place)) {
		add_whole(flow, set, parameter);
		return;
	}
	places = arena_new_array(flow->scratch, term_id, set->n + 1);
	if (set->n)
		memcpy(places, set->places, set->n * sizeof(*places));
	places[set->n++] = place;
	set->places = places;
}

/* What head->prev->next is if the list is empty: head->next; of no chain of one type: 0. */
static term_id in_circle(const struct flow *flow, term_id place)
{
	struct term member = term_at(flow->terms, place);
	struct term object = term_at(flow->terms, member.base);
	struct term link = term_at(flow->terms, object.base);

	if (member.kind != EXPR_FIELD || object.kind != EXPR_DEREF || link.kind != EXPR_FIELD ||
	    link.a != member.a)
		return 0;
	return term_field(flow->terms, link.base, member.a, member.b);
}

/* A string that was handed to somebody who takes any pointer: nobody writes there. */
static bool is_text(const struct term_table *terms, term_id place)
{
	struct term term = term_at(terms, place);

	return term.kind == EXPR_DEREF && term_at(terms, term.base).kind == EXPR_STRING;
}

void writes_add(struct flow *flow, struct write_set *set, term_id place)
{
	term_id first = term_is_behind_constant(flow->terms, place)
				? place
				: first_object(flow->terms, place);
	term_id other = in_circle(flow, place);

	if (first && !is_text(flow->terms, first))
		add_place(flow, set, first);
	if (other)
		writes_add(flow, set, other);
}

bool writes_merge(struct flow *flow, struct write_set *into, const struct write_set *from)
{
	uint32_t whole = into->whole, n = into->n;

	for (uint32_t p = 0; p < 32; p++)
		if (from->whole & 1u << p)
			add_whole(flow, into, p);
	if (into->places != from->places)
		for (uint32_t i = 0; i < from->n; i++)
			add_place(flow, into, from->places[i]);
	return into->whole != whole || into->n != n;
}

struct write_set writes_keep(struct flow *flow, const struct write_set *set)
{
	struct write_set kept = *set;

	if (set->n)
		kept.places = arena_memdup(flow->run, set->places, set->n * sizeof(*set->places));
	return kept;
}
