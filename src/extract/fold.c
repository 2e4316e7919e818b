/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fold.c - arithmetic on integers that are known
 *
 * So that IS_ENABLED(), sizeof comparisons and flag constants leave no branch behind. Values wrap
 * as their type does. What is not sure (division, shifts by too much) stays as written.
 */
#include "extract/lowering_p.h"

bool int_value(const struct lowering *lo, uint32_t expr, int64_t *value)
{
	struct fact_expr e = facts_expr_at(lo->b, expr);

	if (e.kind != EXPR_INT)
		return false;
	*value = (int64_t)(e.a | (uint64_t)e.b << 32);
	return true;
}

static uint32_t int_of_type(struct lowering *lo, int64_t value, CXType type)
{
	long long bytes;
	unsigned shift;

	if (type_kind(type) == CXType_Bool)
		return facts_expr_int(lo->b, value != 0);
	bytes = clang_Type_getSizeOf(type);
	if (bytes <= 0 || bytes >= 8)
		return facts_expr_int(lo->b, value);
	shift = 64 - 8 * (unsigned)bytes;
	if (is_unsigned_type(type))
		value = (int64_t)((uint64_t)value << shift >> shift);
	else
		value = (int64_t)((uint64_t)value << shift) >> shift;
	return facts_expr_int(lo->b, value);
}

uint32_t fit_int(struct lowering *lo, uint32_t value, CXType type)
{
	int64_t number;

	return int_value(lo, value, &number) ? int_of_type(lo, number, type) : value;
}

static bool is_comparison(enum fact_binary op)
{
	return op <= BINARY_GE;
}

uint32_t fold_binary(struct lowering *lo, enum fact_binary op, bool is_unsigned, uint32_t left,
		     uint32_t right, CXType type)
{
	int64_t a, b, result;

	if (int_value(lo, left, &a) && int_value(lo, right, &b) &&
	    facts_fold(op, is_unsigned, a, b, &result))
		return int_of_type(lo, result, type);
	/* Two unknown values are not the same one. */
	if (op == BINARY_OTHER || left == UNKNOWN_VALUE || right == UNKNOWN_VALUE)
		return UNKNOWN_VALUE;
	return facts_expr_binary(lo->b, op, is_unsigned && is_comparison(op), left, right);
}

/* Whether a value is 0 or 1 already. */
static bool is_truth(struct fact_expr e)
{
	return (e.kind == EXPR_UNARY && e.op == UNARY_NOT) ||
	       (e.kind == EXPR_BINARY && is_comparison((enum fact_binary)e.op));
}

uint32_t fold_unary(struct lowering *lo, enum fact_unary op, uint32_t value, CXType type)
{
	struct fact_expr e = facts_expr_at(lo->b, value);
	int64_t number;

	if (value == UNKNOWN_VALUE)
		return UNKNOWN_VALUE;
	if (op == UNARY_NOT && (e.kind == EXPR_FUNC || e.kind == EXPR_STRING))
		return facts_expr_int(lo->b, 0);
	if (op == UNARY_NOT && e.kind == EXPR_UNARY && e.op == UNARY_NOT &&
	    is_truth(facts_expr_at(lo->b, e.base)))
		return e.base;
	if (!int_value(lo, value, &number))
		return facts_expr_unary(lo->b, op, value);
	switch (op) {
	case UNARY_NOT:
		return facts_expr_int(lo->b, !number);
	case UNARY_NEG:
		return int_of_type(lo, (int64_t)-(uint64_t)number, type);
	case UNARY_COMPL:
		return int_of_type(lo, ~number, type);
	case UNARY_KINDS:
		break;
	}
	return UNKNOWN_VALUE;
}
