/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * eval.c - terms in a state
 *
 * A place evaluates to a place in which every pointer followed has been replaced by what is known
 * of it; a value to its content. With a frame the term is a callee's: PARAM n is argument n,
 * RESULT 0 the call's result, and memory is the caller's as it is at the call.
 */
#include "flow/flow_p.h"

static term_id with_base(struct flow *flow, struct term term, term_id base)
{
	term.base = base;
	return term_make(flow->terms, term);
}

/* @id, which is @term, on another base; most often it is the same. */
static term_id rebased(struct flow *flow, term_id id, struct term term, term_id base)
{
	return base == term.base ? id : with_base(flow, term, base);
}

/*
 * What is known of a value: a call's result may have a name by now. Any other value is one of the
 * function's entry, which no later assignment changes.
 */
static term_id value_named(struct flow *flow, const struct state *state, term_id value)
{
	term_id name;

	if (term_at(flow->terms, value).kind == EXPR_RESULT && state_get(state, value, &name))
		return name;
	return value;
}

/* The content of what lies inside a place that was assigned as a whole: (a = b, then a.x). */
static term_id content_inside(struct flow *flow, const struct state *state, term_id place,
			      bool *found)
{
	struct term term = term_at(flow->terms, place);
	term_id base, whole, content;

	*found = false;
	if (term.kind != EXPR_FIELD)
		return place;
	if (state_get(state, term.base, &whole)) {
		struct term copy = term_at(flow->terms, whole);

		if (copy.kind == EXPR_UNKNOWN)
			return place;
		*found = true;
		if (copy.kind == EXPR_INT)
			return whole; /* = { 0 } */
		base = whole;
	} else {
		base = content_inside(flow, state, term.base, found);
	}
	if (!*found)
		return place;
	place = with_base(flow, term, base);
	if (term_at(flow->terms, base).kind == EXPR_RESULT && state_get(state, place, &content))
		return content;
	return place;
}

static term_id content_of(struct flow *flow, const struct state *state, term_id place)
{
	term_id value;
	bool found;

	if (state_get(state, place, &value))
		return value_named(flow, state, value);
	value = content_inside(flow, state, place, &found);
	return found ? value_named(flow, state, value) : place;
}

static term_id argument(const struct frame *frame, uint32_t number)
{
	return number < frame->n_args ? frame->args[number] : 0;
}

term_id eval_place(struct flow *flow, const struct state *state, const struct frame *frame,
		   term_id id)
{
	struct term term = term_at(flow->terms, id);

	switch ((enum fact_expr_kind)term.kind) {
	case EXPR_PARAM:
		return frame ? 0 : id;
	case EXPR_RESULT:
		return frame ? frame->result : id;
	case EXPR_LOCAL:
		return frame ? 0 : id;
	case EXPR_GLOBAL:
		return id;
	case EXPR_FIELD:
		return rebased(flow, id, term, eval_place(flow, state, frame, term.base));
	case EXPR_INDEX:
		term.a = eval_value(flow, state, frame, term.a);
		return with_base(flow, term, eval_place(flow, state, frame, term.base));
	case EXPR_DEREF:
		return rebased(flow, id, term, eval_value(flow, state, frame, term.base));
	case EXPR_UNKNOWN:
	case EXPR_FUNC:
	case EXPR_INT:
	case EXPR_STRING:
	case EXPR_ADDR:
	case EXPR_CONTAINER:
	case EXPR_PERCPU:
	case EXPR_UNARY:
	case EXPR_BINARY:
	case EXPR_KINDS:
		break;
	}
	return 0;
}

/* An argument that is a record passed by value: PARAM n's members are the caller's object's. */
static term_id place_content(struct flow *flow, const struct state *state,
			     const struct frame *frame, term_id id)
{
	struct term term = term_at(flow->terms, id);

	if (frame && term.kind == EXPR_FIELD &&
	    term_at(flow->terms, term.base).kind == EXPR_PARAM) {
		term_id whole = argument(frame, term_at(flow->terms, term.base).a);

		return content_of(flow, state, with_base(flow, term, whole));
	}
	return content_of(flow, state, eval_place(flow, state, frame, id));
}

term_id eval_value(struct flow *flow, const struct state *state, const struct frame *frame,
		   term_id id)
{
	struct term term = term_at(flow->terms, id);

	switch ((enum fact_expr_kind)term.kind) {
	case EXPR_PARAM:
		return frame ? argument(frame, term.a) : content_of(flow, state, id);
	case EXPR_LOCAL:
	case EXPR_GLOBAL:
	case EXPR_FIELD:
	case EXPR_INDEX:
	case EXPR_DEREF:
	case EXPR_RESULT:
		return place_content(flow, state, frame, id);
	case EXPR_ADDR:
		return rebased(flow, id, term, eval_place(flow, state, frame, term.base));
	case EXPR_CONTAINER:
	case EXPR_PERCPU:
	case EXPR_UNARY:
		return rebased(flow, id, term, eval_value(flow, state, frame, term.base));
	case EXPR_BINARY:
		term.a = eval_value(flow, state, frame, term.a);
		term.b = eval_value(flow, state, frame, term.b);
		return term_make(flow->terms, term);
	case EXPR_UNKNOWN:
		return frame && frame->exec ? exec_in_caller(flow, frame->exec, id) : id;
	case EXPR_FUNC:
	case EXPR_INT:
	case EXPR_STRING:
	case EXPR_KINDS:
		break;
	}
	return id;
}

static unsigned sign_of_int(int64_t value)
{
	if (value == 0)
		return SIGN_ZERO;
	return value < 0 ? SIGN_NEGATIVE : SIGN_POSITIVE;
}

/* Of an answer that is yes for @yes and no for all others, when a value has one of @signs. */
static unsigned signs_of_answer(unsigned signs, unsigned yes)
{
	if (!(signs & ~yes))
		return SIGN_POSITIVE;
	return signs & yes ? SIGN_ZERO | SIGN_POSITIVE : SIGN_ZERO;
}

/* The signs of what "value OP 0" is true for. */
static unsigned signs_asked_for(uint8_t op)
{
	switch (op) {
	case BINARY_EQ:
		return SIGN_ZERO;
	case BINARY_NE:
		return SIGN_NEGATIVE | SIGN_POSITIVE;
	case BINARY_LT:
		return SIGN_NEGATIVE;
	case BINARY_LE:
		return SIGN_NEGATIVE | SIGN_ZERO;
	case BINARY_GT:
		return SIGN_POSITIVE;
	default:
		return SIGN_ZERO | SIGN_POSITIVE;
	}
}

/* "ret = trylock(l) != 0": what is known of one is known of the other. */
static unsigned signs_of_comparison(const struct flow *flow, const struct state *state,
				    struct term term)
{
	int64_t number;

	if (!term_is_int(flow->terms, term.b, &number) || number != 0)
		return SIGN_ZERO | SIGN_POSITIVE;
	return signs_of_answer(eval_signs(flow, state, term.a), signs_asked_for(term.op));
}

/* Of "x & mask" with a constant: the mask; 0 of another term. */
static int64_t mask_of(const struct term_table *terms, struct term term, term_id x)
{
	int64_t mask;

	return term.kind == EXPR_BINARY && term.op == BINARY_AND && term.a == x &&
			       term_is_int(terms, term.b, &mask)
		       ? mask
		       : 0;
}

/* The bits of @x that are known not to be set. */
static int64_t bits_not_set(const struct flow *flow, const struct state *state, term_id x)
{
	int64_t bits = 0;

	for (uint32_t i = 0; i < state->n_known; i++)
		if (state->known[i].signs == SIGN_ZERO)
			bits |= mask_of(flow->terms, term_at(flow->terms, state->known[i].term), x);
	return bits;
}

/* "if (x & (A | B)) { if (x & A) ...; else <x & B is set> }" */
static unsigned signs_of_bits(const struct flow *flow, const struct state *state, struct term term)
{
	int64_t asked = mask_of(flow->terms, term, term.a), clear;

	if (!asked)
		return SIGN_ANY;
	clear = bits_not_set(flow, state, term.a);
	if (!(asked & ~clear))
		return SIGN_ZERO;
	for (uint32_t i = 0; i < state->n_known; i++) {
		int64_t mask =
			mask_of(flow->terms, term_at(flow->terms, state->known[i].term), term.a);

		if (mask && !(state->known[i].signs & SIGN_ZERO) && !(mask & ~clear & ~asked))
			return SIGN_POSITIVE | SIGN_NEGATIVE;
	}
	return SIGN_ANY;
}

unsigned eval_signs(const struct flow *flow, const struct state *state, term_id value)
{
	struct term term = term_at(flow->terms, value);
	int64_t number;

	if (term_is_int(flow->terms, value, &number))
		return sign_of_int(number);
	switch ((enum fact_expr_kind)term.kind) {
	case EXPR_ADDR:
	case EXPR_FUNC:
	case EXPR_STRING:
		return SIGN_POSITIVE;
	case EXPR_BINARY:
		if (operator_compares(term.op))
			return state_known_signs(state, value) &
			       signs_of_comparison(flow, state, term);
		if (term_has(flow->terms, value, EXPR_UNKNOWN))
			return state_known_signs(state, value) & exec_signs(flow, state, value);
		if (term.op == BINARY_AND)
			return state_known_signs(state, value) & signs_of_bits(flow, state, term);
		break;
	case EXPR_UNARY:
		if (term.op == UNARY_NOT)
			return state_known_signs(state, value) &
			       signs_of_answer(eval_signs(flow, state, term.base), SIGN_ZERO);
		break;
	case EXPR_UNKNOWN:
		return state_known_signs(state, value) & exec_signs(flow, state, value);
	case EXPR_PARAM:
	case EXPR_LOCAL:
	case EXPR_GLOBAL:
	case EXPR_RESULT:
	case EXPR_INT:
	case EXPR_FIELD:
	case EXPR_DEREF:
	case EXPR_INDEX:
	case EXPR_CONTAINER:
	case EXPR_PERCPU:
	case EXPR_KINDS:
		break;
	}
	return state_known_signs(state, value);
}

bool term_mentions(const struct term_table *terms, term_id id, uint8_t kind, uint32_t number)
{
	struct term term;

	for (; term_has(terms, id, kind); id = term.base) {
		term = term_at(terms, id);
		if (term.kind == kind && term.a == number)
			return true;
		if (term.kind == EXPR_INDEX && term_mentions(terms, term.a, kind, number))
			return true;
		if (term.kind == EXPR_BINARY && (term_mentions(terms, term.a, kind, number) ||
						 term_mentions(terms, term.b, kind, number)))
			return true;
	}
	return false;
}

bool term_is_of_local(const struct term_table *terms, term_id value)
{
	struct term term = term_at(terms, value);

	return term.kind == EXPR_ADDR && term_at(terms, term.base).kind == EXPR_LOCAL;
}

bool term_reads_memory(const struct term_table *terms, term_id id)
{
	struct term term;

	for (; id; id = term.base) {
		term = term_at(terms, id);
		if (term.kind == EXPR_DEREF || term.kind == EXPR_GLOBAL)
			return true;
		if (term.kind == EXPR_BINARY &&
		    (term_reads_memory(terms, term.a) || term_reads_memory(terms, term.b)))
			return true;
	}
	return false;
}

/* Whether @from is @id or a part of it. Parts are made before the whole. */
bool term_has_part(const struct term_table *terms, term_id id, term_id from)
{
	while (id > from) {
		struct term term = term_at(terms, id);

		if (term.kind == EXPR_INDEX && term_has_part(terms, term.a, from))
			return true;
		if (term.kind == EXPR_BINARY)
			return term_has_part(terms, term.a, from) ||
			       term_has_part(terms, term.b, from);
		id = term.base;
	}
	return id == from;
}

term_id term_replace(struct term_table *terms, term_id id, term_id from, term_id to)
{
	struct term term;

	if (id == from)
		return to;
	if (!term_has_part(terms, id, from))
		return id;
	term = term_at(terms, id);
	if (term.base)
		term.base = term_replace(terms, term.base, from, to);
	if (term.kind == EXPR_INDEX)
		term.a = term_replace(terms, term.a, from, to);
	if (term.kind == EXPR_BINARY) {
		term.a = term_replace(terms, term.a, from, to);
		term.b = term_replace(terms, term.b, from, to);
	}
	return term_make(terms, term);
}

bool term_is_definite(const struct term_table *terms, term_id id)
{
	struct term term;
	int64_t number;

	for (; id; id = term.base) {
		term = term_at(terms, id);
		if (term.kind == EXPR_PARAM || term.kind == EXPR_GLOBAL ||
		    term.kind == EXPR_LOCAL || term.kind == EXPR_RESULT)
			return true;
		if (term.kind == EXPR_DEREF && term_at(terms, term.base).kind == EXPR_STRING)
			return true;
		if (term.kind == EXPR_PERCPU ||
		    (term.kind == EXPR_INDEX && !term_is_int(terms, term.a, &number)))
			return false;
	}
	return false;
}

bool term_has_name(const struct term_table *terms, term_id id)
{
	struct term term = term_at(terms, id);

	if (term.kind == EXPR_BINARY)
		return term_has_name(terms, term.a) && term_has_name(terms, term.b);
	while (term.base)
		term = term_at(terms, term.base);
	return term.kind == EXPR_PARAM || term.kind == EXPR_GLOBAL || term.kind == EXPR_RESULT ||
	       term.kind == EXPR_STRING || term.kind == EXPR_INT;
}

bool term_is_lost(const struct term_table *terms, term_id id)
{
	struct term term = term_at(terms, id);

	while (term.base)
		term = term_at(terms, term.base);
	return term.kind == EXPR_FIELD || term.kind == EXPR_DEREF || term.kind == EXPR_INDEX ||
	       term.kind == EXPR_CONTAINER;
}

bool term_is_outside(const struct term_table *terms, term_id id)
{
	struct term term;

	for (; id; id = term.base) {
		term = term_at(terms, id);
		if (term.kind == EXPR_LOCAL ||
		    (term.kind == EXPR_RESULT && term.a != OUTCOME_RESULT))
			return false;
		if (term.kind == EXPR_INDEX && term.a && !term_is_outside(terms, term.a))
			return false;
		if (term.kind == EXPR_BINARY &&
		    (!term_is_outside(terms, term.a) || !term_is_outside(terms, term.b)))
			return false;
	}
	return true;
}

uint32_t flow_fresh(struct flow *flow, uint32_t block, term_id place)
{
	struct fresh_name name = { block, place };
	gpointer known;
	uint32_t number;

	if (g_hash_table_lookup_extended(flow->fresh, &name, NULL, &known))
		return GPOINTER_TO_UINT(known);
	number = flow->facts->n_calls + g_hash_table_size(flow->fresh);
	g_hash_table_insert(flow->fresh, arena_memdup(flow->scratch, &name, sizeof(name)),
			    GUINT_TO_POINTER(number));
	return number;
}
