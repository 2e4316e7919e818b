/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cond.c - conditions: no expression hides control flow */
#include "extract/lowering_p.h"

static void lower_and(struct body *f, CXCursor cursor, uint32_t yes, uint32_t no)
{
	uint32_t right = block_new(f);

	lower_condition(f, first_kid(f->lo, cursor), right, no);
	block_enter(f, right);
	lower_condition(f, last_kid(f->lo, cursor), yes, no);
}

static void lower_or(struct body *f, CXCursor cursor, uint32_t yes, uint32_t no)
{
	uint32_t right = block_new(f);

	lower_condition(f, first_kid(f->lo, cursor), yes, right);
	block_enter(f, right);
	lower_condition(f, last_kid(f->lo, cursor), yes, no);
}

static void branch_on_value(struct body *f, CXCursor cursor, uint32_t yes, uint32_t no)
{
	uint32_t value = lower_expr(f, cursor);
	enum fact_expr_kind kind;

	if (is_dead(f))
		return;
	kind = facts_expr_at(f->lo->b, value).kind;
	/* Addresses of functions and literals are never null. */
	if (kind == EXPR_FUNC || kind == EXPR_STRING)
		block_jump(f, yes);
	else
		block_branch(f, value, yes, no, cursor);
}

static void lower_binary_condition(struct body *f, CXCursor cursor, CXCursor inner, uint32_t yes,
				   uint32_t no)
{
	switch ((int)clang_getCursorBinaryOperatorKind(inner)) {
	case CXBinaryOperator_LAnd:
		lower_and(f, inner, yes, no);
		break;
	case CXBinaryOperator_LOr:
		lower_or(f, inner, yes, no);
		break;
	case CXBinaryOperator_Comma:
		lower_discarded(f, first_kid(f->lo, inner));
		lower_condition(f, last_kid(f->lo, inner), yes, no);
		break;
	default:
		branch_on_value(f, cursor, yes, no);
		break;
	}
}

static void lower_unary_condition(struct body *f, CXCursor cursor, CXCursor inner, uint32_t yes,
				  uint32_t no)
{
	switch ((int)clang_getCursorUnaryOperatorKind(inner)) {
	case CXUnaryOperator_LNot:
		lower_condition(f, last_kid(f->lo, inner), no, yes);
		break;
	case CXUnaryOperator_Extension:
		lower_condition(f, last_kid(f->lo, inner), yes, no);
		break;
	default:
		branch_on_value(f, cursor, yes, no);
		break;
	}
}

static void lower_choice(struct body *f, CXCursor cursor, uint32_t yes, uint32_t no)
{
	struct kids kids = kids_of(f->lo, cursor);
	uint32_t first = block_new(f), second = block_new(f);

	lower_condition(f, kid(f->lo, kids, 0), first, second);
	block_enter(f, first);
	lower_condition(f, kid(f->lo, kids, 1), yes, no);
	block_enter(f, second);
	lower_condition(f, kid(f->lo, kids, 2), yes, no);
	kids_done(f->lo, kids);
}

/* likely(a && b) is to branch on a, then on b. */
static void lower_call_condition(struct body *f, CXCursor cursor, CXCursor inner, uint32_t yes,
				 uint32_t no)
{
	struct kids kids = kids_of(f->lo, inner);
	const struct symbol_ref *function = kids.n > 1 ? called_function(f->lo, kid(f->lo, kids, 0))
						       : NULL;

	if (function && function->builtin == BUILTIN_FIRST)
		lower_condition(f, kid(f->lo, kids, 1), yes, no);
	else
		branch_on_value(f, cursor, yes, no);
	kids_done(f->lo, kids);
}

void lower_condition(struct body *f, CXCursor cursor, uint32_t yes, uint32_t no)
{
	CXCursor inner;

	if (is_dead(f) || body_is_too_deep(f))
		return;
	inner = strip(f->lo, cursor);
	f->depth++;
	switch ((int)inner.kind) {
	case CXCursor_BinaryOperator:
		lower_binary_condition(f, cursor, inner, yes, no);
		break;
	case CXCursor_UnaryOperator:
		lower_unary_condition(f, cursor, inner, yes, no);
		break;
	case CXCursor_ConditionalOperator:
		lower_choice(f, inner, yes, no);
		break;
	case CXCursor_CallExpr:
		lower_call_condition(f, cursor, inner, yes, no);
		break;
	default:
		branch_on_value(f, cursor, yes, no);
		break;
	}
	f->depth--;
}

/* --- as values: a local that both arms assign --- */

struct choice {
	uint32_t yes, no, after;
	uint32_t result; /* place; UNKNOWN_VALUE when nobody wants it */
};

static struct choice begin_choice(struct body *f)
{
	struct choice choice = { .yes = block_new(f), .no = block_new(f), .after = block_new(f) };

	return choice;
}

static bool is_open(const struct body *f, const struct choice *choice)
{
	return block_is_reached(f, choice->yes) && block_is_reached(f, choice->no);
}

static void want_result(struct body *f, struct choice *choice, CXCursor cursor)
{
	CXType type = clang_getCursorType(cursor);

	if (type_kind(type) != CXType_Void)
		choice->result = local_new(f, "", type);
}

static void end_arm(struct body *f, const struct choice *choice, uint32_t value, CXCursor cursor)
{
	if (choice->result != UNKNOWN_VALUE)
		step_assign(f, choice->result, value, 0, cursor);
	block_jump(f, choice->after);
}

uint32_t lower_logical(struct body *f, CXCursor cursor)
{
	struct choice choice = begin_choice(f);
	struct facts_builder *b = f->lo->b;

	lower_condition(f, cursor, choice.yes, choice.no);
	if (!is_open(f, &choice)) {
		bool is_yes = block_is_reached(f, choice.yes);

		block_enter(f, is_yes ? choice.yes : choice.no);
		return facts_expr_int(b, is_yes);
	}
	want_result(f, &choice, cursor);
	block_enter(f, choice.yes);
	end_arm(f, &choice, facts_expr_int(b, 1), cursor);
	block_enter(f, choice.no);
	end_arm(f, &choice, facts_expr_int(b, 0), cursor);
	block_enter(f, choice.after);
	return choice.result;
}

static uint32_t lower_arm(struct body *f, CXCursor arm, bool is_discarded)
{
	if (!is_discarded)
		return lower_expr(f, arm);
	lower_discarded(f, arm);
	return UNKNOWN_VALUE;
}

static uint32_t lower_arms(struct body *f, CXCursor cursor, CXCursor first, CXCursor second,
			   bool is_discarded, struct choice *choice)
{
	if (!is_open(f, choice)) {
		bool is_yes = block_is_reached(f, choice->yes);

		block_enter(f, is_yes ? choice->yes : choice->no);
		return lower_arm(f, is_yes ? first : second, is_discarded);
	}
	if (!is_discarded)
		want_result(f, choice, cursor);
	block_enter(f, choice->yes);
	end_arm(f, choice, lower_arm(f, first, is_discarded), first);
	block_enter(f, choice->no);
	end_arm(f, choice, lower_arm(f, second, is_discarded), second);
	block_enter(f, choice->after);
	return choice->result;
}

uint32_t lower_conditional(struct body *f, CXCursor cursor, bool is_discarded)
{
	struct kids kids = kids_of(f->lo, cursor);
	struct choice choice = begin_choice(f);
	uint32_t value;

	lower_condition(f, kid(f->lo, kids, 0), choice.yes, choice.no);
	value = lower_arms(f, cursor, kid(f->lo, kids, 1), kid(f->lo, kids, 2), is_discarded,
			   &choice);
	kids_done(f->lo, kids);
	return value;
}

/* x ?: y, where x is evaluated once. */
uint32_t lower_elvis(struct body *f, CXCursor cursor)
{
	struct choice choice = begin_choice(f);
	CXCursor common = first_kid(f->lo, cursor), other = last_kid(f->lo, cursor);
	uint32_t value = value_kept(f, lower_expr(f, common), common);

	if (is_dead(f))
		return UNKNOWN_VALUE;
	block_branch(f, value, choice.yes, choice.no, common);
	if (!is_open(f, &choice)) {
		bool is_yes = block_is_reached(f, choice.yes);

		block_enter(f, is_yes ? choice.yes : choice.no);
		return is_yes ? value : lower_expr(f, other);
	}
	want_result(f, &choice, cursor);
	block_enter(f, choice.yes);
	end_arm(f, &choice, value, common);
	block_enter(f, choice.no);
	end_arm(f, &choice, lower_expr(f, other), other);
	block_enter(f, choice.after);
	return choice.result;
}
