/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * merge.c - paths that meet
 *
 * States with the same locks are merged, as ESP does, unless a third state would be mistaken for
 * them afterwards: after "if (a && b) lock();" the two ways to come by without the lock know
 * different things, and either contradicts "a && b", but what they have in common does not.
 */
#include "flow/flow_p.h"

#include <string.h>

/* States that stay apart from each other in spite of the same locks: more tell no more. */
#define MAX_ALIKE 6

/* --- merging ---------------------------------------------------------------------------------- */

/* "x == 3", which @from knows of, is known of @into where x is 4 there; that may get lost. */
static void learn_by_number(struct flow *flow, struct state *into, const struct state *from)
{
	for (uint32_t i = 0; i < from->n_known; i++) {
		term_id term = from->known[i].term;

		if (state_known_signs(into, term) == SIGN_ANY)
			state_learn(flow, into, term, state_told_signs(flow, into, term));
	}
}

static bool merge_known(const struct flow *flow, struct state *into, const struct state *from)
{
	bool changed = false;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < into->n_known; i++) {
		struct predicate p = into->known[i];

		p.signs |= state_told_signs(flow, from, p.term);
		changed |= p.signs != into->known[i].signs;
		if (p.signs != SIGN_ANY)
			into->known[kept++] = p;
	}
	into->n_known = kept;
	return changed;
}

static bool is_own_fresh(const struct flow *flow, term_id value, uint32_t number)
{
	struct term term = term_at(flow->terms, value);

	return term.kind == EXPR_RESULT && term.a == number;
}

/* Results are used up within an expression: where paths differ in one, nobody reads it again. */
static bool is_used_up(const struct flow *flow, term_id place)
{
	struct term term = term_at(flow->terms, place);

	while (term.kind == EXPR_FIELD || term.kind == EXPR_INDEX)
		term = term_at(flow->terms, term.base);
	return term.kind == EXPR_RESULT && term.a < flow->facts->n_calls;
}

/* Two values of a place, and what it is called from here on. */
struct blurred {
	term_id value, other, fresh;
};

/* What is known of a fresh name after all else is merged. */
static void note(GArray *news, term_id fresh, unsigned signs)
{
	struct predicate p = { fresh, signs };

	g_array_append_val(news, p);
}

/* What is known of some bits of both values is known of those of the fresh name: flags &= ~X. */
static void note_bits(struct flow *flow, const struct state *into, const struct state *from,
		      const struct blurred *b, GArray *news)
{
	for (uint32_t i = 0; i < into->n_known; i++) {
		struct term bits = term_at(flow->terms, into->known[i].term);
		unsigned other;

		if (bits.kind != EXPR_BINARY || bits.op != BINARY_AND || bits.a != b->value)
			continue;
		bits.a = b->other;
		other = state_known_signs(from, term_make(flow->terms, bits));
		bits.a = b->fresh;
		if (other != SIGN_ANY)
			note(news, term_make(flow->terms, bits), into->known[i].signs | other);
	}
}

/*
 * The value of @place differs: it gets a fresh name, of which is known what is known of both. A
 * name that it already has means another value from here on. False if nothing was lost.
 */
static bool blur(struct flow *flow, struct state *into, const struct state *from, uint32_t block,
		 term_id place, GArray *news)
{
	guint named = g_hash_table_size(flow->fresh);
	uint32_t number = flow_fresh(flow, block, place), n_known = into->n_known;
	bool is_new = g_hash_table_size(flow->fresh) != named;
	term_id fresh = term_make(flow->terms, (struct term){ .kind = EXPR_RESULT, .a = number });
	term_id value = place, other = place;
	unsigned before, signs;

	state_get(into, place, &value);
	state_get(from, place, &other);
	before = eval_signs(flow, into, value);
	signs = before | eval_signs(flow, from, other);
	note(news, fresh, signs);
	note_bits(flow, into, from, &(struct blurred){ value, other, fresh }, news);
	if (is_own_fresh(flow, value, number)) {
		state_forget_known(flow, into, number);
		return signs != before || into->n_known + (before != SIGN_ANY) < n_known;
	}
	/* nothing mentions a name that was not there before */
	if (!is_new)
		state_renew(flow, into, number);
	state_set(flow, into, place, fresh);
	return true;
}

/* Places with another content, or none, in @from, and then those that only @from has. */
static void find_different(const struct state *into, const struct state *from, GArray *places)
{
	uint32_t f = 0;

	for (uint32_t i = 0; i < into->n_env; i++) {
		const struct binding_entry *entry = &into->env[i];

		while (f < from->n_env && from->env[f].place < entry->place)
			f++;
		if (f == from->n_env || from->env[f].place != entry->place ||
		    from->env[f].value != entry->value)
			g_array_append_val(places, entry->place);
	}
	f = 0;
	for (uint32_t i = 0; i < from->n_env; i++) {
		while (f < into->n_env && into->env[f].place < from->env[i].place)
			f++;
		if (f == into->n_env || into->env[f].place != from->env[i].place)
			g_array_append_val(places, from->env[i].place);
	}
}

/* Whether @place has the value that it always had, though @state may know its number. */
static bool is_as_it_was(const struct flow *flow, const struct state *state, term_id place)
{
	struct term equal = { .kind = EXPR_BINARY, .op = BINARY_EQ, .a = place };
	term_id value = place;

	if (!state_get(state, place, &value) || value == place)
		return true;
	equal.b = value;
	return value && term_at(flow->terms, value).kind == EXPR_INT &&
	       !(state_known_signs(state, term_make(flow->terms, equal)) & SIGN_ZERO);
}

/*
 * "if (mode == 4) ...": the value was asked for, and behind it is the one that callers passed, or
 * that memory held: who asks again is told the same.
 */
static bool forget_number(const struct flow *flow, struct state *into, const struct state *from,
			  term_id place)
{
	term_id value;

	if (!term_is_outside(flow->terms, place) || !is_as_it_was(flow, into, place) ||
	    !is_as_it_was(flow, from, place))
		return false;
	if (state_get(into, place, &value))
		state_drop(into, place);
	return true;
}

static bool is_order_of(const struct term *term, term_id x, term_id y)
{
	return term->kind == EXPR_BINARY &&
	       (term->op == BINARY_LT || term->op == BINARY_LE || term->op == BINARY_GT ||
		term->op == BINARY_GE) &&
	       ((term->a == x && term->b == y) || (term->a == y && term->b == x));
}

/* Whether the way there depends on which of two values is the larger one. */
static bool knows_order(const struct flow *flow, const struct state *state, term_id x, term_id y)
{
	for (uint32_t i = 0; i < state->n_known; i++) {
		struct term term = term_at(flow->terms, state->known[i].term);

		if (is_order_of(&term, x, y))
			return true;
	}
	return false;
}

static term_id value_at(const struct state *state, term_id place)
{
	term_id value = place;

	state_get(state, place, &value);
	return value;
}

static bool is_variable(const struct flow *flow, term_id place)
{
	uint8_t kind = term_at(flow->terms, place).kind;

	return kind == EXPR_PARAM || kind == EXPR_LOCAL;
}

/*
 * Whether it does not matter which of two values came first: that depends on their order in memory,
 * or, outside of a loop, on what a function makes of them, and no more is known of one of them.
 */
static bool is_mere_order(const struct flow *flow, const struct state *into,
			  const struct state *from, uint32_t block, const term_id values[2])
{
	if (knows_order(flow, into, values[0], values[1]) ||
	    knows_order(flow, from, values[0], values[1]))
		return true;
	return block < flow->facts->n_blocks &&
	       !flow->unit->facts->blocks[flow->facts->blocks + block].loop_head &&
	       eval_signs(flow, into, values[0]) == eval_signs(flow, into, values[1]) &&
	       eval_signs(flow, from, values[0]) == eval_signs(flow, from, values[1]);
}

/*
 * "if (a > b) swap(a, b); lock(a); lock(b);", or "first = a < b ? a : b" and the like: whether
 * another of the variables in @places has in either state what @place has in the other. Which of
 * two objects lies before the other changes nothing but that, so they keep the order that they have
 * in one state; without names both would be any object of their type.
 */
static bool is_sorted(const struct flow *flow, const struct state *into, const struct state *from,
		      uint32_t block, const GArray *places, term_id place)
{
	term_id values[2] = { value_at(into, place), value_at(from, place) };

	if (!is_variable(flow, place))
		return false;
	for (guint i = 0; i < places->len; i++) {
		term_id other = g_array_index(places, term_id, i);

		if (is_variable(flow, other) && value_at(into, other) == values[1] &&
		    value_at(from, other) == values[0])
			return is_mere_order(flow, into, from, block, values);
	}
	return false;
}

static bool merge_env(struct flow *flow, struct state *into, const struct state *from,
		      uint32_t block, GArray *news)
{
	bool changed = false;
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(term_id));
	uint32_t bound;

	find_different(into, from, places);
	for (guint i = 0; i < places->len; i++) {
		term_id place = g_array_index(places, term_id, i);

		if (is_used_up(flow, place)) {
			state_drop(into, place);
			continue;
		}
		if (is_sorted(flow, into, from, block, places, place))
			continue;
		bound = into->n_env;
		if (forget_number(flow, into, from, place))
			changed |= into->n_env != bound;
		else
			changed |= blur(flow, into, from, block, place, news);
	}
	return changed;
}

static bool merge_done(struct state *into, const struct state *from)
{
	uint32_t kept = 0, before = into->n_done;

	for (uint32_t i = 0; i < into->n_done; i++)
		if (state_has_done(from, into->done[i]))
			into->done[kept++] = into->done[i];
	into->n_done = kept;
	return kept != before;
}

/* Assertions hold: what is known where one failed is forgotten. */
static bool trust(struct state *into, const struct state *from)
{
	uint64_t rounds = into->rounds;

	if (from->doubt > into->doubt)
		return false;
	*into = *from;
	into->rounds = rounds;
	return true;
}

bool state_merge(struct flow *flow, struct state *into, const struct state *from, uint32_t block)
{
	g_autoptr(GArray) news = g_array_new(FALSE, FALSE, sizeof(struct predicate));
	bool changed;

	if (into->doubt != from->doubt)
		return trust(into, from);
	learn_by_number(flow, into, from);
	changed = merge_env(flow, into, from, block, news);
	changed |= writes_merge(flow, &into->written, &from->written);
	changed |= merge_known(flow, into, from);
	changed |= merge_done(into, from);
	changed |= state_merge_regained(into, from);
	changed |= exec_merge(&into->exec, &from->exec);
	changed |= lifetime_merge(flow, into, from);
	for (guint i = 0; i < news->len; i++) {
		const struct predicate *p = &g_array_index(news, struct predicate, i);

		state_learn(flow, into, p->term, p->signs);
	}
	return changed;
}

/* --- which may be merged ---------------------------------------------------------------------- */

/* Does something known of @x contradict what is known of @y? */
static bool is_told_from(const struct state *x, const struct state *y)
{
	for (uint32_t i = 0; i < x->n_known; i++)
		if (!(x->known[i].signs & state_known_signs(y, x->known[i].term)))
			return true;
	return false;
}

static bool is_told_from_both(const struct state *x, const struct state *y, const struct state *z)
{
	for (uint32_t i = 0; i < x->n_known; i++) {
		term_id term = x->known[i].term;

		if (!(x->known[i].signs &
		      (state_known_signs(y, term) | state_known_signs(z, term))))
			return true;
	}
	return false;
}

/* Would @third, which holds other locks, be mistaken for what @x and @y are merged to? */
static bool needs_both(const struct state *third, const struct state *x, const struct state *y)
{
	if (state_same_locks(third, x))
		return false;
	return is_told_from(third, x) && is_told_from(third, y) && !is_told_from_both(third, x, y);
}

static bool may_merge(const struct state_list *list, const struct state_list *others,
		      const struct state *x, const struct state *y)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (needs_both(list->states[i], x, y))
			return false;
	for (uint32_t i = 0; others && i < others->n; i++)
		if (needs_both(others->states[i], x, y))
			return false;
	return true;
}

/* The code is about to tell the two from each other. */
static bool is_asked(const struct state *x, const struct state *y)
{
	return x->doubt != y->doubt && (x->doubt == DOUBT_ASKED || y->doubt == DOUBT_ASKED);
}

/* What can be said of a local that says yes or no, as signs; SIGN_ANY of others. */
static unsigned flag_signs(const struct flow *flow, const struct state *state,
			   const struct binding_entry *entry)
{
	struct term place = term_at(flow->terms, entry->place);
	int64_t number;

	if (place.kind != EXPR_LOCAL)
		return SIGN_ANY;
	if (term_is_int(flow->terms, entry->value, &number) && (number == 0 || number == 1))
		return number ? SIGN_POSITIVE : SIGN_ZERO;
	return place.a < flow->facts->n_locals && flow->is_flag[place.a]
		       ? eval_signs(flow, state, entry->value)
		       : SIGN_ANY;
}

/* "mode = 1" in one, "mode = 2" in the other. */
static bool are_two_modes(const struct flow *flow, const struct binding_entry *x,
			  const struct binding_entry *y)
{
	return x->value != y->value && term_at(flow->terms, x->value).kind == EXPR_INT &&
	       term_at(flow->terms, y->value).kind == EXPR_INT &&
	       g_hash_table_contains(flow->modes, GUINT_TO_POINTER(x->place));
}

/* "p = given ? given : &own": what is known of the own one is known through it. */
static bool is_own_in_one(const struct flow *flow, const struct binding_entry *x,
			  const struct binding_entry *y)
{
	return x->value != y->value && term_at(flow->terms, x->place).kind == EXPR_LOCAL &&
	       (term_is_of_local(flow->terms, x->value) || term_is_of_local(flow->terms, y->value));
}

/* "bool take = a && b": 0 in one, 1 in the other. */
static bool differ_in_flag(const struct flow *flow, const struct state *x, const struct state *y)
{
	uint32_t j = 0;

	for (uint32_t i = 0; i < x->n_env; i++) {
		while (j < y->n_env && y->env[j].place < x->env[i].place)
			j++;
		if (j < y->n_env && y->env[j].place == x->env[i].place &&
		    (are_two_modes(flow, &x->env[i], &y->env[j]) ||
		     is_own_in_one(flow, &x->env[i], &y->env[j]) ||
		     !(flag_signs(flow, x, &x->env[i]) & flag_signs(flow, y, &y->env[j]))))
			return true;
	}
	return false;
}

/* A local that is read again stands for what is known besides: for as long as it is live. */
static bool stay_apart(const struct flow *flow, const struct state *x, const struct state *y,
		       bool is_arm)
{
	return (is_arm && is_told_from(x, y)) || differ_in_flag(flow, x, y);
}

int state_find_like(const struct flow *flow, const struct state_list *list,
		    const struct state_list *others, const struct state *state, bool is_arm)
{
	int last = -1, n = 0;

	for (uint32_t i = 0; i < list->n; i++) {
		if (list->states[i]->rounds != state->rounds || is_asked(list->states[i], state) ||
		    !state_same_locks(list->states[i], state))
			continue;
		last = (int)i;
		n++;
		if (may_merge(list, others, list->states[i], state) &&
		    !stay_apart(flow, list->states[i], state, is_arm))
			return last;
	}
	return n >= MAX_ALIKE ? last : -1;
}

void state_list_reduce(struct flow *flow, struct state_list *list, uint32_t block, bool is_arm)
{
	struct state_list rest = *list, kept = { .states = list->states };

	for (uint32_t i = 0; i < list->n; i++) {
		struct state *state = list->states[i];
		int like;

		rest.states = list->states + i + 1;
		rest.n = list->n - i - 1;
		like = state_find_like(flow, &kept, &rest, state, is_arm);
		if (like >= 0)
			state_merge(flow, kept.states[like], state, block);
		else
			kept.states[kept.n++] = state;
	}
	list->n = kept.n;
}
