/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state.c - the state of one set of paths
 *
 * The arrays are small (a handful of locks, some dozens of places) and copied at every branch, so
 * they are plain sorted arrays in the function's scratch arena: a copy is three memcpy's, and a
 * merge is a linear walk. Hash tables were not tried: at these sizes binary search wins.
 */
#include "flow/flow_p.h"

#include <stdlib.h>
#include <string.h>

struct state *state_new(struct flow *flow)
{
	struct state *state = arena_new_struct(flow->scratch, struct state);

	state->exec = exec_at_entry(flow);
	return state;
}

/* Capacities are the powers of two, so that no field is needed for them. */
static size_t capacity_of(size_t n)
{
	size_t capacity = 1;

	while (capacity < n)
		capacity *= 2;
	return n ? capacity : 0;
}

static void *copy_array(struct flow *flow, const void *items, size_t n, size_t size)
{
	void *copy;

	if (!n)
		return NULL;
	copy = arena_alloc(flow->scratch, capacity_of(n) * size);
	memcpy(copy, items, n * size);
	return copy;
}

static void *room_for_one(struct flow *flow, void *items, size_t n, size_t size)
{
	void *grown;

	if (n < capacity_of(n))
		return items;
	grown = arena_alloc(flow->scratch, capacity_of(n + 1) * size);
	if (n)
		memcpy(grown, items, n * size);
	return grown;
}

struct state *state_copy(struct flow *flow, const struct state *from)
{
	struct state *s = arena_memdup(flow->scratch, from, sizeof(*from));

	s->held = copy_array(flow, from->held, from->n_held, sizeof(*from->held));
	s->released = copy_array(flow, from->released, from->n_released, sizeof(*from->released));
	s->regained = copy_array(flow, from->regained, from->n_regained, sizeof(*from->regained));
	s->done = copy_array(flow, from->done, from->n_done, sizeof(*from->done));
	s->env = copy_array(flow, from->env, from->n_env, sizeof(*from->env));
	s->known = copy_array(flow, from->known, from->n_known, sizeof(*from->known));
	return s;
}

static bool same_lock(const struct held_lock *x, const struct held_lock *y)
{
	return x->lock == y->lock && x->class_string == y->class_string && x->mode == y->mode &&
	       x->subclass == y->subclass && x->flags == y->flags && x->stale == y->stale;
}

static bool same_locks(const struct held_lock *x, uint32_t nx, const struct held_lock *y,
		       uint32_t ny)
{
	if (nx != ny)
		return false;
	for (uint32_t i = 0; i < nx; i++)
		if (!same_lock(&x[i], &y[i]))
			return false;
	return true;
}

bool state_same_locks(const struct state *x, const struct state *y)
{
	return same_locks(x->held, x->n_held, y->held, y->n_held) &&
	       same_locks(x->released, x->n_released, y->released, y->n_released) &&
	       exec_same(&x->exec, &y->exec) && lifetime_same(x, y);
}

void state_hold(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	state->held = room_for_one(flow, state->held, state->n_held, sizeof(*state->held));
	state->held[state->n_held++] = *lock;
}

void state_unhold(struct state *state, uint32_t index)
{
	memmove(&state->held[index], &state->held[index + 1],
		(state->n_held - index - 1) * sizeof(*state->held));
	state->n_held--;
}

static bool is_same_lock(const struct held_lock *x, const struct held_lock *y)
{
	return x->lock == y->lock && x->class_string == y->class_string;
}

void state_regain(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	state->regained =
		room_for_one(flow, state->regained, state->n_regained, sizeof(*state->regained));
	state->regained[state->n_regained] = *lock;
	state->regained[state->n_regained++].flags |= HELD_ENTRY;
}

static void forget_regained(struct state *state, const struct held_lock *lock)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_regained; i++)
		if (!is_same_lock(&state->regained[i], lock))
			state->regained[kept++] = state->regained[i];
	state->n_regained = kept;
}

void state_forget_regained_class(struct state *state, uint32_t class_string)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_regained; i++)
		if (state->regained[i].class_string != class_string)
			state->regained[kept++] = state->regained[i];
	state->n_regained = kept;
}

static bool has_regained(const struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_regained; i++)
		if (is_same_lock(&state->regained[i], lock))
			return true;
	return false;
}

bool state_merge_regained(struct state *into, const struct state *from)
{
	uint32_t kept = 0, before = into->n_regained;

	for (uint32_t i = 0; i < into->n_regained; i++)
		if (has_regained(from, &into->regained[i]))
			into->regained[kept++] = into->regained[i];
	into->n_regained = kept;
	return kept != before;
}

void state_add_released(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	forget_regained(state, lock);
	state->released =
		room_for_one(flow, state->released, state->n_released, sizeof(*state->released));
	state->released[state->n_released++] = *lock;
}

void state_drop_released(struct state *state, uint32_t index)
{
	memmove(&state->released[index], &state->released[index + 1],
		(state->n_released - index - 1) * sizeof(*state->released));
	state->n_released--;
}

bool state_has_done(const struct state *state, term_id lock)
{
	for (uint32_t i = 0; i < state->n_done; i++)
		if (state->done[i] == lock)
			return true;
	return false;
}

void state_add_done(struct flow *flow, struct state *state, term_id lock)
{
	if (state_has_done(state, lock))
		return;
	state->done = room_for_one(flow, state->done, state->n_done, sizeof(*state->done));
	state->done[state->n_done++] = lock;
}

void state_remove_done(struct state *state, term_id lock)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_done; i++)
		if (state->done[i] != lock)
			state->done[kept++] = state->done[i];
	state->n_done = kept;
}

/* --- contents of places ---------------------------------------------------------------------- */

static uint32_t env_position(const struct state *state, term_id place)
{
	uint32_t low = 0, high = state->n_env;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (state->env[middle].place < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool state_get(const struct state *state, term_id place, term_id *value)
{
	uint32_t at = env_position(state, place);

	if (at == state->n_env || state->env[at].place != place)
		return false;
	*value = state->env[at].value;
	return true;
}

void state_set(struct flow *flow, struct state *state, term_id place, term_id value)
{
	uint32_t at = env_position(state, place);

	if (!place)
		return;
	if (at < state->n_env && state->env[at].place == place) {
		state->env[at].value = value;
		return;
	}
	state->env = room_for_one(flow, state->env, state->n_env, sizeof(*state->env));
	memmove(&state->env[at + 1], &state->env[at], (state->n_env - at) * sizeof(*state->env));
	state->env[at] = (struct binding_entry){ place, value };
	state->n_env++;
}

void state_drop(struct state *state, term_id place)
{
	uint32_t at = env_position(state, place);

	if (at == state->n_env || state->env[at].place != place)
		return;
	memmove(&state->env[at], &state->env[at + 1],
		(state->n_env - at - 1) * sizeof(*state->env));
	state->n_env--;
}

bool place_is_inside(const struct term_table *terms, term_id place, term_id outer)
{
	for (;;) {
		struct term term = term_at(terms, place);

		if (term.kind != EXPR_FIELD && term.kind != EXPR_INDEX)
			return false;
		place = term.base;
		if (place == outer)
			return true;
	}
}

bool state_has_members(const struct flow *flow, const struct state *state, term_id place)
{
	for (uint32_t i = 0; i < state->n_env; i++)
		if (place_is_inside(flow->terms, state->env[i].place, place))
			return true;
	return false;
}

/* The member of a union that @place is, or is a part of; or 0. */
static term_id union_member(const struct flow *flow, term_id place)
{
	struct term term = term_at(flow->terms, place);

	while (term.kind == EXPR_FIELD || term.kind == EXPR_INDEX) {
		if (term.kind == EXPR_FIELD &&
		    g_str_has_prefix(program_string(flow->program, term.a), "union "))
			return place;
		place = term.base;
		term = term_at(flow->terms, place);
	}
	return 0;
}

/* Whether @place is another member of the union that has @member. */
static bool is_beside(const struct flow *flow, term_id place, term_id member)
{
	return member && place != member && !place_is_inside(flow->terms, place, member) &&
	       place_is_inside(flow->terms, place, term_at(flow->terms, member).base);
}

void state_forget_inside(struct flow *flow, struct state *state, term_id place)
{
	term_id member = union_member(flow, place);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_env; i++)
		if (!place_is_inside(flow->terms, state->env[i].place, place) &&
		    !is_beside(flow, state->env[i].place, member))
			state->env[kept++] = state->env[i];
	state->n_env = kept;
}

/* --- what is known of values ------------------------------------------------------------------ */

static uint32_t known_position(const struct state *state, term_id term)
{
	uint32_t low = 0, high = state->n_known;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (state->known[middle].term < term)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

unsigned state_known_signs(const struct state *state, term_id term)
{
	uint32_t at = known_position(state, term);

	if (at == state->n_known || state->known[at].term != term)
		return SIGN_ANY;
	return state->known[at].signs;
}

/* Whether @state was told which number @place had from the start; it may hold another by now. */
static bool number_told(const struct flow *flow, const struct state *state, term_id place,
			int64_t *number)
{
	struct term equal = { .kind = EXPR_BINARY, .op = BINARY_EQ, .a = place };

	return state_get(state, place, &equal.b) && term_is_int(flow->terms, equal.b, number) &&
	       !(state_known_signs(state, term_make(flow->terms, equal)) & SIGN_ZERO);
}

unsigned state_told_signs(const struct flow *flow, const struct state *state, term_id id)
{
	unsigned signs = state_known_signs(state, id);
	struct term term = term_at(flow->terms, id);
	int64_t asked, number;

	if (signs != SIGN_ANY)
		return signs;
	if (term.kind != EXPR_BINARY)
		return number_told(flow, state, id, &number) && number > 0 ? SIGN_POSITIVE
									   : SIGN_ANY;
	if (term.op != BINARY_EQ || !term_is_int(flow->terms, term.b, &asked) ||
	    !number_told(flow, state, term.a, &number))
		return SIGN_ANY;
	return asked == number ? SIGN_POSITIVE : SIGN_ZERO;
}

bool state_learn(struct flow *flow, struct state *state, term_id term, unsigned signs)
{
	uint32_t at = known_position(state, term);

	if (!term || signs == SIGN_ANY)
		return true;
	if (at < state->n_known && state->known[at].term == term) {
		state->known[at].signs &= signs;
		return state->known[at].signs != 0;
	}
	state->known = room_for_one(flow, state->known, state->n_known, sizeof(*state->known));
	memmove(&state->known[at + 1], &state->known[at],
		(state->n_known - at) * sizeof(*state->known));
	state->known[at] = (struct predicate){ term, signs };
	state->n_known++;
	return true;
}

void state_forget_known(struct flow *flow, struct state *state, uint32_t number)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_known; i++)
		if (!term_mentions(flow->terms, state->known[i].term, EXPR_RESULT, number))
			state->known[kept++] = state->known[i];
	state->n_known = kept;
}

static void age_locks(const struct term_table *terms, struct held_lock *locks, uint32_t n,
		      uint32_t number)
{
	for (uint32_t i = 0; i < n; i++)
		if (term_mentions(terms, locks[i].lock, EXPR_RESULT, number))
			locks[i].stale = 1;
}

void state_renew(struct flow *flow, struct state *state, uint32_t number)
{
	const struct term_table *terms = flow->terms;
	uint32_t kept = 0;

	state_forget_known(flow, state, number);
	for (uint32_t i = 0; i < state->n_env; i++) {
		if (term_mentions(terms, state->env[i].place, EXPR_RESULT, number))
			continue;
		state->env[kept] = state->env[i];
		if (term_mentions(terms, state->env[i].value, EXPR_RESULT, number))
			state->env[kept].value = 0;
		kept++;
	}
	state->n_env = kept;
	lifetime_renew(flow, state, number);
	age_locks(terms, state->held, state->n_held, number);
	age_locks(terms, state->released, state->n_released, number);
	age_locks(terms, state->regained, state->n_regained, number);
	kept = 0;
	for (uint32_t i = 0; i < state->n_done; i++)
		if (!term_mentions(terms, state->done[i], EXPR_RESULT, number))
			state->done[kept++] = state->done[i];
	state->n_done = kept;
}

static int compare_bindings(const void *p, const void *q)
{
	const struct binding_entry *x = p, *y = q;

	return x->place < y->place ? -1 : x->place > y->place;
}

static int compare_predicates(const void *p, const void *q)
{
	const struct predicate *x = p, *y = q;

	return x->term < y->term ? -1 : x->term > y->term;
}

static void substitute_in_locks(struct flow *flow, struct held_lock *locks, uint32_t n,
				term_id from, term_id to)
{
	for (uint32_t i = 0; i < n; i++)
		if (!locks[i].stale)
			locks[i].lock = term_replace(flow->terms, locks[i].lock, from, to);
}

void state_substitute(struct flow *flow, struct state *state, term_id from, term_id to)
{
	lifetime_substitute(flow, state, from, to);
	substitute_in_locks(flow, state->held, state->n_held, from, to);
	substitute_in_locks(flow, state->released, state->n_released, from, to);
	substitute_in_locks(flow, state->regained, state->n_regained, from, to);
	for (uint32_t i = 0; i < state->n_done; i++)
		state->done[i] = term_replace(flow->terms, state->done[i], from, to);
	for (uint32_t i = 0; i < state->n_env; i++) {
		state->env[i].place = term_replace(flow->terms, state->env[i].place, from, to);
		state->env[i].value = term_replace(flow->terms, state->env[i].value, from, to);
	}
	for (uint32_t i = 0; i < state->n_known; i++)
		state->known[i].term = term_replace(flow->terms, state->known[i].term, from, to);
	if (state->n_env)
		qsort(state->env, state->n_env, sizeof(*state->env), compare_bindings);
	if (state->n_known)
		qsort(state->known, state->n_known, sizeof(*state->known), compare_predicates);
}

static bool is_kept(const GArray *keep, term_id term)
{
	for (guint i = 0; keep && i < keep->len; i++)
		if (g_array_index(keep, term_id, i) == term)
			return true;
	return false;
}

void state_forget_memory(struct flow *flow, struct state *state, const GArray *keep)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_known; i++)
		if (!term_reads_memory(flow->terms, state->known[i].term) ||
		    is_kept(keep, state->known[i].term))
			state->known[kept++] = state->known[i];
	state->n_known = kept;
}
