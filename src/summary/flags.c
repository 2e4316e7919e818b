/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flags.c - whether a word of flags has one of some bits
 *
 * gfp flags are put together and taken apart on their way from who knows how long it may wait to
 * who waits. What is known of a bit survives operators that say nothing of the rest of the word.
 */
#include "summary/summary_p.h"

static enum bits_known bits_of_or(enum bits_known x, enum bits_known y)
{
	if (x == BITS_SET || y == BITS_SET)
		return BITS_SET;
	if (x == BITS_CLEAR)
		return y;
	return y == BITS_CLEAR ? x : BITS_UNKNOWN;
}

/*
 * A global that masks flags (gfp_allowed_mask) is taken to take none away. A constant is a mask:
 * what it lets through of a member, nobody knows.
 */
static enum bits_known bits_of_and(const struct program *program, const struct term *term,
				   enum bits_known x, enum bits_known y)
{
	term_id unknown = x == BITS_UNKNOWN ? term->a : term->b;

	if (x == BITS_CLEAR || y == BITS_CLEAR)
		return BITS_CLEAR;
	if (x == BITS_OF_PARAM || y == BITS_OF_PARAM)
		return BITS_OF_PARAM;
	if (x == BITS_SET && y == BITS_SET)
		return BITS_SET;
	return (x == BITS_SET || y == BITS_SET) &&
			       term_at(program->terms, unknown).kind == EXPR_GLOBAL
		       ? BITS_SET
		       : BITS_UNKNOWN;
}

static enum bits_known bits_of_binary(const struct program *program, const struct term *term,
				      int64_t mask)
{
	enum bits_known x = flags_bits(program, term->a, mask);
	enum bits_known y = flags_bits(program, term->b, mask);

	if (term->op == BINARY_OR)
		return bits_of_or(x, y);
	return term->op == BINARY_AND ? bits_of_and(program, term, x, y) : BITS_UNKNOWN;
}

static enum bits_known complement(enum bits_known bits)
{
	if (bits == BITS_SET)
		return BITS_CLEAR;
	return bits == BITS_CLEAR ? BITS_SET : bits;
}

/* A member of what a parameter points to: who calls may have set it. */
static bool is_member_given(const struct program *program, struct term term)
{
	while (term.kind == EXPR_FIELD)
		term = term_at(program->terms, term.base);
	return term.kind == EXPR_DEREF && term_at(program->terms, term.base).kind == EXPR_PARAM;
}

enum bits_known flags_bits(const struct program *program, term_id flags, int64_t mask)
{
	struct term term = term_at(program->terms, flags);
	int64_t number;

	if (term_is_int(program->terms, flags, &number))
		return number & mask ? BITS_SET : BITS_CLEAR;
	if (term.kind == EXPR_PARAM || is_member_given(program, term))
		return BITS_OF_PARAM;
	if (term.kind == EXPR_ADDR || term.kind == EXPR_FUNC || term.kind == EXPR_STRING)
		return BITS_SET;
	if (term.kind == EXPR_BINARY)
		return bits_of_binary(program, &term, mask);
	if (term.kind == EXPR_UNARY && term.op == UNARY_COMPL)
		return complement(flags_bits(program, term.base, mask));
	return BITS_UNKNOWN;
}
