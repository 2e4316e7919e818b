/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expr.c - expressions become values and places, their effects become steps */
#include "extract/lowering_p.h"

#include <string.h>

/* Enough to tell a lock's name; messages are longer. */
#define MAX_STRING 200

static uint32_t lower_constant(struct body *f, CXCursor cursor)
{
	int64_t value;

	return evaluate(cursor, &value) ? facts_expr_int(f->lo->b, value) : UNKNOWN_VALUE;
}

/* The spelling has quotes, perhaps a prefix, and escapes. */
static uint32_t lower_string(struct body *f, CXCursor cursor)
{
	CXString spelling = clang_getCursorSpelling(cursor);
	const char *text = clang_getCString(spelling);
	const char *open = text ? strchr(text, '"') : NULL;
	const char *close = text ? strrchr(text, '"') : NULL;
	g_autofree char *escaped = NULL;
	g_autofree char *raw = NULL;
	g_autofree char *clean = NULL;

	if (close > open)
		escaped = g_strndup(open + 1, MIN((size_t)(close - open - 1), MAX_STRING));
	clang_disposeString(spelling);
	raw = g_strcompress(escaped ? escaped : "");
	clean = g_utf8_make_valid(raw, -1);
	/* __FILE__: the same facts wherever the tree is. */
	text = rest_below(clean, f->lo->options->tree_root);
	return facts_expr_string(f->lo->b, text ? text : clean);
}

static bool enum_binary(enum CXBinaryOperatorKind kind, enum fact_binary *op)
{
	static const enum fact_binary ops[] = {
		[CXBinaryOperator_Add] = BINARY_ADD,
		[CXBinaryOperator_Sub] = BINARY_SUB,
		[CXBinaryOperator_Mul] = BINARY_MUL,
		[CXBinaryOperator_Shl] = BINARY_SHL,
		[CXBinaryOperator_Shr] = BINARY_SHR,
		[CXBinaryOperator_LT] = BINARY_LT,
		[CXBinaryOperator_GT] = BINARY_GT,
		[CXBinaryOperator_LE] = BINARY_LE,
		[CXBinaryOperator_GE] = BINARY_GE,
		[CXBinaryOperator_EQ] = BINARY_EQ,
		[CXBinaryOperator_NE] = BINARY_NE,
		[CXBinaryOperator_And] = BINARY_AND,
		[CXBinaryOperator_Or] = BINARY_OR,
		[CXBinaryOperator_Xor] = BINARY_XOR,
		[CXBinaryOperator_AddAssign] = BINARY_ADD,
		[CXBinaryOperator_SubAssign] = BINARY_SUB,
		[CXBinaryOperator_MulAssign] = BINARY_MUL,
		[CXBinaryOperator_ShlAssign] = BINARY_SHL,
		[CXBinaryOperator_ShrAssign] = BINARY_SHR,
		[CXBinaryOperator_AndAssign] = BINARY_AND,
		[CXBinaryOperator_OrAssign] = BINARY_OR,
		[CXBinaryOperator_XorAssign] = BINARY_XOR,
	};

	*op = BINARY_OTHER;
	/* BINARY_EQ is 0, which is also what the table has for the operators not in it. */
	if ((size_t)kind < G_N_ELEMENTS(ops) && (ops[kind] || kind == CXBinaryOperator_EQ))
		*op = ops[kind];
	return *op != BINARY_OTHER;
}

/* Division of known numbers; facts have no such operator. */
static uint32_t lower_division(struct body *f, enum CXBinaryOperatorKind kind, uint32_t left,
			       uint32_t right, CXType type)
{
	int64_t a, b;
	uint64_t x, y;

	if (!int_value(f->lo, left, &a) || !int_value(f->lo, right, &b) || b == 0 || b == -1)
		return UNKNOWN_VALUE;
	x = (uint64_t)a;
	y = (uint64_t)b;
	if (is_unsigned_type(type))
		return facts_expr_int(f->lo->b,
				      (int64_t)(kind == CXBinaryOperator_Div ? x / y : x % y));
	return facts_expr_int(f->lo->b, kind == CXBinaryOperator_Div ? a / b : a % b);
}

static bool is_pointer(CXCursor cursor)
{
	return type_kind(clang_getCursorType(cursor)) == CXType_Pointer;
}

static uint32_t lower_arithmetic(struct body *f, CXCursor cursor, CXCursor left, CXCursor right)
{
	enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(cursor);
	CXType type = clang_getCursorType(cursor);
	bool is_unsigned;
	enum fact_binary op;
	uint32_t a, b;

	enum_binary(kind, &op);
	if ((op == BINARY_ADD || op == BINARY_SUB) && is_pointer(cursor))
		return lower_pointer_sum(f, op, left, right);
	a = lower_expr(f, left);
	b = lower_expr(f, right);
	if (kind == CXBinaryOperator_Div || kind == CXBinaryOperator_Rem)
		return lower_division(f, kind, a, b, type);
	is_unsigned = is_unsigned_type(clang_getCursorType(left));
	return fold_binary(f->lo, op, is_unsigned, a, b, type);
}

/* A whole object from a literal is written member by member, without a copy. */
static bool assign_literal(struct body *f, CXCursor left, CXCursor right, uint32_t *place)
{
	CXCursor literal = strip(f->lo, right);

	if (literal.kind != CXCursor_CompoundLiteralExpr)
		return false;
	*place = expr_place(f, lower_expr(f, left), left);
	lower_init(f, 0, *place, clang_getCursorType(left), literal);
	return true;
}

static uint32_t lower_assign(struct body *f, CXCursor cursor, CXCursor left, CXCursor right)
{
	uint32_t value, place;

	if (is_record_type(clang_getCursorType(cursor)) && assign_literal(f, left, right, &place))
		return place;
	value = lower_expr(f, right);
	place = expr_place(f, lower_expr(f, left), left);
	if (is_dead(f) || place == UNKNOWN_VALUE)
		return value;
	step_assign(f, place, value, 0, cursor);
	note_relocated(f, place, right);
	return place;
}

static uint32_t lower_comma(struct body *f, CXCursor left, CXCursor right)
{
	lower_discarded(f, left);
	return lower_expr(f, right);
}

static uint32_t lower_binary(struct body *f, CXCursor cursor)
{
	struct kids kids = kids_of(f->lo, cursor);
	CXCursor left, right;

	left = kid(f->lo, kids, 0);
	right = kid(f->lo, kids, 1);
	kids_done(f->lo, kids);
	switch ((int)clang_getCursorBinaryOperatorKind(cursor)) {
	case CXBinaryOperator_Assign:
		return lower_assign(f, cursor, left, right);
	case CXBinaryOperator_Comma:
		return lower_comma(f, left, right);
	case CXBinaryOperator_LAnd:
	case CXBinaryOperator_LOr:
		return lower_logical(f, cursor);
	default:
		return lower_arithmetic(f, cursor, left, right);
	}
}

/* What @place holds after op= @value. */
static uint32_t updated(struct body *f, enum fact_binary op, uint32_t place, uint32_t value,
			CXType type)
{
	struct facts_builder *b = f->lo->b;
	int64_t number;

	if (type_kind(type) != CXType_Pointer)
		return fold_binary(f->lo, op, is_unsigned_type(type), place, value, type);
	if (op == BINARY_SUB && int_value(f->lo, value, &number))
		value = facts_expr_int(b, -number);
	else if (op != BINARY_ADD)
		return UNKNOWN_VALUE;
	return facts_expr_addr(b, facts_expr_index(b, facts_expr_deref(b, place), value));
}

static void update(struct body *f, uint32_t place, uint32_t value, CXCursor cursor)
{
	if (is_dead(f) || place == UNKNOWN_VALUE)
		return;
	step_assign(f, place, value, 0, cursor);
}

static uint32_t lower_compound_assign(struct body *f, CXCursor cursor)
{
	struct kids kids = kids_of(f->lo, cursor);
	CXCursor left = kid(f->lo, kids, 0), right = kid(f->lo, kids, 1);
	CXType type = clang_getCursorType(cursor);
	enum fact_binary op;
	uint32_t value, place, sum;

	kids_done(f->lo, kids);
	enum_binary(clang_getCursorBinaryOperatorKind(cursor), &op);
	value = lower_expr(f, right);
	place = expr_place(f, lower_expr(f, left), left);
	sum = op == BINARY_ADD ? relocated_by(f, place, value, right) : UNKNOWN_VALUE;
	if (sum == UNKNOWN_VALUE && !is_dead(f))
		sum = updated(f, op, place, value, type);
	update(f, place, sum, cursor);
	return place;
}

static uint32_t lower_step_by_one(struct body *f, CXCursor cursor, CXCursor operand,
				  bool is_discarded)
{
	enum CXUnaryOperatorKind kind = clang_getCursorUnaryOperatorKind(cursor);
	bool is_post = kind == CXUnaryOperator_PostInc || kind == CXUnaryOperator_PostDec;
	bool is_inc = kind == CXUnaryOperator_PostInc || kind == CXUnaryOperator_PreInc;
	uint32_t place = expr_place(f, lower_expr(f, operand), operand);
	uint32_t one = facts_expr_int(f->lo->b, 1);
	uint32_t old = place;

	if (is_dead(f) || place == UNKNOWN_VALUE)
		return UNKNOWN_VALUE;
	if (is_post && !is_discarded)
		old = value_kept(f, place, operand);
	update(f, place,
	       updated(f, is_inc ? BINARY_ADD : BINARY_SUB, place, one,
		       clang_getCursorType(operand)),
	       cursor);
	return old;
}

static bool is_logical(CXCursor cursor)
{
	enum CXBinaryOperatorKind kind;

	if (cursor.kind != CXCursor_BinaryOperator)
		return false;
	kind = clang_getCursorBinaryOperatorKind(cursor);
	return kind == CXBinaryOperator_LAnd || kind == CXBinaryOperator_LOr;
}

/* !!(a && b) is a && b, which is 0 or 1 already. */
static bool lower_truth(struct body *f, CXCursor operand, uint32_t *value)
{
	CXCursor inner = strip(f->lo, operand);

	if (inner.kind != CXCursor_UnaryOperator ||
	    clang_getCursorUnaryOperatorKind(inner) != CXUnaryOperator_LNot)
		return false;
	inner = strip(f->lo, last_kid(f->lo, inner));
	if (!is_logical(inner))
		return false;
	*value = lower_expr(f, inner);
	return true;
}

static uint32_t lower_operator(struct body *f, enum fact_unary op, CXCursor cursor,
			       CXCursor operand)
{
	uint32_t value;

	if (op == UNARY_NOT && lower_truth(f, operand, &value))
		return value;
	value = lower_expr(f, operand);
	if (is_dead(f) || value == UNKNOWN_VALUE)
		return UNKNOWN_VALUE;
	return fold_unary(f->lo, op, value, clang_getCursorType(cursor));
}

static uint32_t lower_unary(struct body *f, CXCursor cursor)
{
	CXCursor operand = last_kid(f->lo, cursor);

	switch (clang_getCursorUnaryOperatorKind(cursor)) {
	case CXUnaryOperator_PostInc:
	case CXUnaryOperator_PostDec:
	case CXUnaryOperator_PreInc:
	case CXUnaryOperator_PreDec:
		return lower_step_by_one(f, cursor, operand, false);
	case CXUnaryOperator_AddrOf:
		return lower_address(f, operand);
	case CXUnaryOperator_Deref:
		return lower_dereference(f, operand);
	case CXUnaryOperator_Minus:
		return lower_operator(f, UNARY_NEG, cursor, operand);
	case CXUnaryOperator_Not:
		return lower_operator(f, UNARY_COMPL, cursor, operand);
	case CXUnaryOperator_LNot:
		return lower_operator(f, UNARY_NOT, cursor, operand);
	case CXUnaryOperator_Plus:
	case CXUnaryOperator_Extension:
		return lower_expr(f, operand);
	case CXUnaryOperator_Invalid:
	case CXUnaryOperator_Real:
	case CXUnaryOperator_Imag:
	case CXUnaryOperator_Coawait:
		lower_expr(f, operand);
		return UNKNOWN_VALUE;
	}
	return UNKNOWN_VALUE;
}

/* Whether an implicit conversion of @cursor reads memory, as opposed to changing a value's type. */
static bool is_lvalue(CXCursor cursor)
{
	switch ((int)cursor.kind) {
	case CXCursor_DeclRefExpr:
	case CXCursor_MemberRefExpr:
	case CXCursor_ArraySubscriptExpr:
	case CXCursor_ParenExpr:
		return true;
	case CXCursor_UnaryOperator:
		return clang_getCursorUnaryOperatorKind(cursor) == CXUnaryOperator_Deref;
	default:
		return false;
	}
}

/* Volatile accesses are marked ones (READ_ONCE): no plain read. */
static void note_read(struct body *f, uint32_t value, CXType type, CXCursor inner)
{
	if (!is_lvalue(inner) || is_function_type(clang_getPointeeType(type)))
		return;
	if (clang_isVolatileQualifiedType(clang_getCursorType(inner)))
		return;
	step_load(f, value, inner);
}

static uint32_t lower_conversion(struct body *f, CXCursor cursor, CXCursor inner)
{
	CXType type = clang_getCanonicalType(clang_getCursorType(cursor));
	CXType from = clang_getCursorType(inner);
	uint32_t value = lower_expr(f, inner);

	if (is_dead(f))
		return UNKNOWN_VALUE;
	if (type.kind != CXType_Pointer)
		return fit_int(f->lo, value, type);
	if (is_array_type(from))
		return expr_decayed(f, value);
	note_read(f, value, type, inner);
	return value;
}

/* The arm that the parser chose. */
static uint32_t lower_choose(struct body *f, CXCursor test, CXCursor yes, CXCursor no)
{
	int64_t value;

	if (!evaluate(test, &value))
		return UNKNOWN_VALUE;
	return lower_expr(f, value ? yes : no);
}

/* __atomic_load_n() and its like: operands are the address, the memory order, values. */
static uint32_t lower_atomic(struct body *f, CXCursor cursor, struct kids kids)
{
	uint32_t address = UNKNOWN_VALUE;

	for (uint32_t i = 0; i < kids.n; i++) {
		CXCursor operand = kid(f->lo, kids, i);
		uint32_t value = lower_expr(f, operand);

		if (i == 0 && is_pointer(operand))
			address = value;
	}
	if (is_dead(f) || address == UNKNOWN_VALUE)
		return UNKNOWN_VALUE;
	if (kids.n == 2)
		return facts_expr_deref(f->lo->b, address);
	step_clobber(f, facts_expr_deref(f->lo->b, address), cursor);
	return UNKNOWN_VALUE;
}

static bool is_same_place(CXCursor a, CXCursor b)
{
	return clang_equalLocations(clang_getCursorLocation(a), clang_getCursorLocation(b));
}

static bool names_member(const struct lowering *lo, struct kids kids)
{
	for (uint32_t i = 0; i < kids.n; i++)
		if (kid(lo, kids, i).kind == CXCursor_MemberRef)
			return true;
	return false;
}

/* A conversion begins where its operand does; __builtin_va_arg(ap, int) does not. */
static bool begins_with(CXCursor cursor, CXCursor inner)
{
	return clang_getCursorExtent(cursor).begin_int_data ==
		       clang_getCursorExtent(inner).begin_int_data ||
	       inner.kind == CXCursor_StringLiteral;
}

/*
 * libclang has one kind for all that it does not tell apart. By the children: one is an implicit
 * conversion, the same expression twice is x ?: y (common part, condition, first arm, second arm),
 * three with an integer in front __builtin_choose_expr(). What has a value at compile time
 * (offsetof, __builtin_types_compatible_p()) may have any children.
 */
static uint32_t lower_unexposed(struct body *f, CXCursor cursor)
{
	struct kids kids = kids_of(f->lo, cursor);
	CXCursor first = kids.n ? kid(f->lo, kids, 0) : cursor;
	uint32_t value;

	if (kids.n == 1 && clang_isExpression(first.kind) && begins_with(cursor, first))
		value = lower_conversion(f, cursor, first);
	else
		value = lower_constant(f, cursor);
	if (value != UNKNOWN_VALUE || kids.n < 2 || names_member(f->lo, kids)) {
		kids_done(f->lo, kids);
		return value;
	}
	if (kids.n == 4 && is_same_place(first, kid(f->lo, kids, 2)))
		value = lower_elvis(f, cursor);
	else if (kids.n == 3 && !is_pointer(first))
		value = lower_choose(f, first, kid(f->lo, kids, 1), kid(f->lo, kids, 2));
	else
		value = lower_atomic(f, cursor, kids);
	kids_done(f->lo, kids);
	return value;
}

/* The first association of the right type; with @not_constant, of those that are no constant. */
static CXCursor association(const struct lowering *lo, struct kids kids, CXType type,
			    bool not_constant)
{
	int64_t value;

	for (uint32_t i = 1; i < kids.n; i++) {
		CXCursor candidate = kid(lo, kids, i);

		if (clang_equalTypes(clang_getCursorType(candidate), type) &&
		    !(not_constant && evaluate(candidate, &value)))
			return candidate;
	}
	return clang_getNullCursor();
}

/*
 * Which association was chosen shows only in the type of the whole, and in whether the whole is a
 * constant. Where that leaves several, the first: in the kernel's uses they do the same.
 */
static uint32_t lower_generic(struct body *f, CXCursor cursor)
{
	struct kids kids = kids_of(f->lo, cursor);
	CXType type = clang_getCursorType(cursor);
	CXCursor chosen = association(f->lo, kids, type, true);
	int64_t value;

	if (evaluate(cursor, &value)) {
		kids_done(f->lo, kids);
		return facts_expr_int(f->lo->b, value);
	}
	if (clang_Cursor_isNull(chosen))
		chosen = association(f->lo, kids, type, false);
	kids_done(f->lo, kids);
	return lower_expr(f, chosen);
}

static uint32_t lower_kind(struct body *f, CXCursor cursor)
{
	switch ((int)cursor.kind) {
	case CXCursor_UnexposedExpr:
		return lower_unexposed(f, cursor);
	case CXCursor_DeclRefExpr:
		return lower_reference(f, cursor);
	case CXCursor_MemberRefExpr:
		return lower_member(f, cursor);
	case CXCursor_ParenExpr:
	case CXCursor_InitListExpr:
		return lower_expr(f, last_kid(f->lo, cursor));
	case CXCursor_IntegerLiteral:
	case CXCursor_CharacterLiteral:
	case CXCursor_CXXBoolLiteralExpr:
	case CXCursor_UnaryExpr:
		return lower_constant(f, cursor);
	case CXCursor_StringLiteral:
		return lower_string(f, cursor);
	case CXCursor_CallExpr:
		return lower_call(f, cursor, 0);
	case CXCursor_UnaryOperator:
		return lower_unary(f, cursor);
	case CXCursor_BinaryOperator:
		return lower_binary(f, cursor);
	case CXCursor_CompoundAssignOperator:
		return lower_compound_assign(f, cursor);
	case CXCursor_ConditionalOperator:
		return lower_conditional(f, cursor, false);
	case CXCursor_ArraySubscriptExpr:
		return lower_subscript(f, cursor);
	case CXCursor_CStyleCastExpr:
		return lower_cast(f, cursor);
	case CXCursor_CompoundLiteralExpr:
		return lower_literal_object(f, cursor);
	case CXCursor_StmtExpr:
		return lower_statement_expression(f, cursor, false);
	case CXCursor_GenericSelectionExpr:
		return lower_generic(f, cursor);
	case CXCursor_AddrLabelExpr:
		if (f->lo->body)
			label_of(f->lo->body, last_kid(f->lo, cursor))->has_address = true;
		return UNKNOWN_VALUE;
	default:
		return UNKNOWN_VALUE;
	}
}

uint32_t lower_expr(struct body *f, CXCursor cursor)
{
	uint32_t value;

	if (is_dead(f) || body_is_too_deep(f))
		return UNKNOWN_VALUE;
	f->depth++;
	value = lower_kind(f, cursor);
	f->depth--;
	return is_dead(f) ? UNKNOWN_VALUE : value;
}

static void discard_unary(struct body *f, CXCursor cursor)
{
	CXCursor operand = last_kid(f->lo, cursor);

	switch ((int)clang_getCursorUnaryOperatorKind(cursor)) {
	case CXUnaryOperator_PostInc:
	case CXUnaryOperator_PostDec:
	case CXUnaryOperator_PreInc:
	case CXUnaryOperator_PreDec:
		lower_step_by_one(f, cursor, operand, true);
		break;
	default:
		lower_discarded(f, operand);
		break;
	}
}

static void discard_binary(struct body *f, CXCursor cursor)
{
	enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(cursor);
	uint32_t after;

	if (kind == CXBinaryOperator_LAnd || kind == CXBinaryOperator_LOr) {
		after = block_new(f);
		lower_condition(f, cursor, after, after);
		block_enter(f, after);
	} else if (kind == CXBinaryOperator_Assign) {
		lower_expr(f, cursor);
	} else {
		lower_discarded(f, first_kid(f->lo, cursor));
		lower_discarded(f, last_kid(f->lo, cursor));
	}
}

void lower_discarded(struct body *f, CXCursor cursor)
{
	CXCursor inner = strip(f->lo, cursor);

	if (is_dead(f) || body_is_too_deep(f))
		return;
	f->depth++;
	switch ((int)inner.kind) {
	case CXCursor_CallExpr:
		lower_call(f, inner, STEP_FLAG_DISCARDED);
		break;
	case CXCursor_BinaryOperator:
		discard_binary(f, inner);
		break;
	case CXCursor_UnaryOperator:
		discard_unary(f, inner);
		break;
	case CXCursor_ConditionalOperator:
		lower_conditional(f, inner, true);
		break;
	case CXCursor_StmtExpr:
		lower_statement_expression(f, inner, true);
		break;
	case CXCursor_CStyleCastExpr:
		lower_discarded(f, last_kid(f->lo, inner));
		break;
	case CXCursor_DeclRefExpr:
	case CXCursor_IntegerLiteral:
		break;
	default:
		lower_expr(f, cursor);
		break;
	}
	f->depth--;
}
