/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * branch.c - what a condition tells
 *
 * Every condition is learned as a fact about its own term, so that the same test later goes the
 * same way ("if (need_lock) lock(); ... if (need_lock) unlock();"). Tests against constants tell
 * more: about the sign of the value tested, which is what the kernel's conventions are made of (0,
 * negative errno, NULL, ERR_PTR).
 */
#include "flow/flow_p.h"

/* ERR_PTR values are the last page of the address space: include/linux/err.h, MAX_ERRNO. */
#define MAX_ERRNO 4095

static bool is_place_kind(uint8_t kind)
{
	return kind == EXPR_PARAM || kind == EXPR_LOCAL || kind == EXPR_GLOBAL ||
	       kind == EXPR_FIELD || kind == EXPR_DEREF || kind == EXPR_RESULT;
}

static bool learn_signs(struct flow *flow, struct state *state, term_id value, unsigned signs)
{
	if (!(eval_signs(flow, state, value) & signs))
		return false;
	return state_learn(flow, state, value, signs) && exec_learn(flow, state, value, signs);
}

static bool learn_truth(struct flow *flow, struct state *state, term_id value, bool truth)
{
	return learn_signs(flow, state, value, truth ? SIGN_NEGATIVE | SIGN_POSITIVE : SIGN_ZERO);
}

static unsigned sign_of(int64_t number)
{
	if (number == 0)
		return SIGN_ZERO;
	return number < 0 ? SIGN_NEGATIVE : SIGN_POSITIVE;
}

/*
 * value == number. A place whose value is known is that constant from here on. Of two constants, as
 * in "err == -EDQUOT || err == -ENOSPC", the sign is left where the ways meet.
 */
static bool assume_equal(struct flow *flow, struct state *state, term_id value, int64_t number)
{
	uint8_t kind = term_at(flow->terms, value).kind;

	if (!(eval_signs(flow, state, value) & sign_of(number)))
		return false;
	if (!is_place_kind(kind))
		return number != 0 || learn_truth(flow, state, value, false);
	if (number == 0)
		return state_learn(flow, state, value, SIGN_ZERO);
	state_set(flow, state, value, term_int(flow->terms, number));
	return kind != EXPR_RESULT || number > 0 ||
	       state_learn(flow, state, value, sign_of(number));
}

/* The signs that "value OP number" leaves, as far as signs tell. */
static unsigned signs_if(uint8_t op, int64_t number)
{
	switch ((int)op) {
	case BINARY_LT:
		return number <= 0 ? SIGN_NEGATIVE : SIGN_ANY;
	case BINARY_LE:
		if (number < 0)
			return SIGN_NEGATIVE;
		return number == 0 ? SIGN_NEGATIVE | SIGN_ZERO : SIGN_ANY;
	case BINARY_GT:
		if (number >= 0)
			return SIGN_POSITIVE;
		return number == -1 ? SIGN_ZERO | SIGN_POSITIVE : SIGN_ANY;
	case BINARY_GE:
		if (number > 0)
			return SIGN_POSITIVE;
		return number == 0 ? SIGN_ZERO | SIGN_POSITIVE : SIGN_ANY;
	default:
		return SIGN_ANY;
	}
}

static uint8_t opposite(uint8_t op)
{
	switch ((int)op) {
	case BINARY_LT:
		return BINARY_GE;
	case BINARY_GE:
		return BINARY_LT;
	case BINARY_GT:
		return BINARY_LE;
	case BINARY_LE:
		return BINARY_GT;
	default:
		return op;
	}
}

/* IS_ERR(): an unsigned comparison with the last page. */
static bool is_error_limit(int64_t number)
{
	return number < 0 && number >= -MAX_ERRNO - 1;
}

static unsigned signs_of_order(const struct term *term, bool truth, int64_t number)
{
	uint8_t op = truth ? term->op : opposite(term->op);

	if (!term->unsigned_compare)
		return signs_if(op, number);
	if (is_error_limit(number))
		return op == BINARY_GE || op == BINARY_GT ? SIGN_NEGATIVE
							  : SIGN_ZERO | SIGN_POSITIVE;
	if (op == BINARY_GT || (op == BINARY_GE && number != 0))
		return SIGN_NEGATIVE | SIGN_POSITIVE;
	return op == BINARY_LT && number == 1 ? SIGN_ZERO : SIGN_ANY;
}

static bool assume_order(struct flow *flow, struct state *state, const struct term *term,
			 bool truth)
{
	int64_t number;
	unsigned signs;

	if (!term_is_int(flow->terms, term->b, &number))
		return true;
	signs = signs_of_order(term, truth, number);
	return signs == SIGN_ANY || learn_signs(flow, state, term->a, signs);
}

/* What is known of one of two equal values is known of the other. */
static bool assume_same(struct flow *flow, struct state *state, term_id x, term_id y)
{
	unsigned signs = eval_signs(flow, state, x) & eval_signs(flow, state, y);

	lock_objects_are_same(flow, state, x, y);
	return signs && state_learn(flow, state, x, signs) && state_learn(flow, state, y, signs);
}

static bool assume_equality(struct flow *flow, struct state *state, const struct term *term,
			    bool equal)
{
	int64_t number;

	if (!term_is_int(flow->terms, term->b, &number))
		return !equal || assume_same(flow, state, term->a, term->b);
	if (equal)
		return assume_equal(flow, state, term->a, number);
	return number != 0 || learn_truth(flow, state, term->a, true);
}

static bool is_bool_comparison(const struct flow *flow, const struct term *term)
{
	int64_t number;

	return (term->op == BINARY_EQ || term->op == BINARY_NE) &&
	       term_is_int(flow->terms, term->b, &number) && number == 0;
}

static bool assume_binary(struct flow *flow, struct state *state, term_id value, struct term term,
			  bool truth)
{
	switch ((enum fact_binary)term.op) {
	case BINARY_NE:
		if (is_bool_comparison(flow, &term))
			return assume(flow, state, term.a, truth);
		term.op = BINARY_EQ;
		return assume(flow, state, term_make(flow->terms, term), !truth);
	case BINARY_EQ:
		if (is_bool_comparison(flow, &term))
			return assume(flow, state, term.a, !truth);
		return learn_truth(flow, state, value, truth) &&
		       assume_equality(flow, state, &term, truth);
	case BINARY_LT:
	case BINARY_LE:
	case BINARY_GT:
	case BINARY_GE:
		return learn_truth(flow, state, value, truth) &&
		       assume_order(flow, state, &term, truth);
	case BINARY_AND:
		return learn_truth(flow, state, value, truth) &&
		       (!truth || learn_truth(flow, state, term.a, true));
	case BINARY_OR:
	case BINARY_XOR:
	case BINARY_ADD:
	case BINARY_SUB:
	case BINARY_MUL:
	case BINARY_SHL:
	case BINARY_SHR:
	case BINARY_OTHER:
	case BINARY_KINDS:
		break;
	}
	return learn_truth(flow, state, value, truth);
}

/*
 * "if (p->member)", "if (p->member == x)" follow p: callers that give NULL do not come here, nor
 * what was NULL when it was found.
 */
static bool learn_followed(struct flow *flow, struct state *state, term_id value)
{
	struct term term = term_at(flow->terms, value), pointer;

	if (term.kind == EXPR_BINARY)
		return learn_followed(flow, state, term.a) && learn_followed(flow, state, term.b);

	while (term.kind == EXPR_FIELD)
		term = term_at(flow->terms, term.base);
	if (term.kind != EXPR_DEREF)
		return true;
	pointer = term_at(flow->terms, term.base);
	return (pointer.kind != EXPR_PARAM && pointer.kind != EXPR_RESULT) ||
	       state_learn(flow, state, term.base, SIGN_POSITIVE);
}

bool assume(struct flow *flow, struct state *state, term_id value, bool truth)
{
	struct term term = term_at(flow->terms, value);
	int64_t number;

	if (!value)
		return true;
	if (term_is_int(flow->terms, value, &number))
		return (number != 0) == truth;
	if (term.kind == EXPR_UNARY && term.op == UNARY_NOT)
		return assume(flow, state, term.base, !truth);
	if (term.kind == EXPR_BINARY)
		return learn_followed(flow, state, value) &&
		       assume_binary(flow, state, value, term, truth);
	return learn_followed(flow, state, value) && learn_truth(flow, state, value, truth);
}

static bool assume_number(struct flow *flow, struct state *state, term_id value, int64_t number,
			  bool truth)
{
	struct term equal = {
		.kind = EXPR_BINARY, .op = BINARY_EQ, .a = value, .b = term_int(flow->terms, number)
	};

	return assume(flow, state, term_make(flow->terms, equal), truth);
}

bool assume_not(struct flow *flow, struct state *state, term_id value, int64_t number)
{
	return !value || assume_number(flow, state, value, number, false);
}

bool assume_range(struct flow *flow, struct state *state, term_id value, int64_t low, int64_t high)
{
	int64_t number;

	if (!value)
		return true;
	if (term_is_int(flow->terms, value, &number))
		return number >= low && number <= high;
	return low != high || assume_number(flow, state, value, low, true);
}
