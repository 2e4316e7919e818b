/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * init.c - initialisers, of operation tables and of locals alike
 *
 * libclang shows a list in braces as it was written: designators, and braces left out, are
 * resolved here (C11 6.7.9). A designated element looks like an expression of type void with the
 * members and indices, in order, and the value last.
 */
#include "extract/lowering_p.h"

#include <string.h>

/* Tables of numbers say nothing about locks. */
#define MAX_INTS 64

/* What an initialiser's scalars go into. */
struct sink {
	struct body *f;
	unsigned flags;
};

/* The elements of one pair of braces. */
struct list {
	struct kids kids;
	uint32_t next;
};

static void init_object(struct sink *sink, uint32_t place, CXType type, CXCursor value);
static void init_elements(struct sink *sink, struct list *list, bool is_braced, uint32_t place,
			  CXType type);

static bool is_rooted(const struct lowering *lo, uint32_t expr)
{
	for (;;) {
		struct fact_expr e = facts_expr_at(lo->b, expr);

		switch ((int)e.kind) {
		case EXPR_FIELD:
		case EXPR_INDEX:
		case EXPR_ADDR:
		case EXPR_CONTAINER:
		case EXPR_PERCPU:
			expr = e.base;
			break;
		case EXPR_GLOBAL:
			return true;
		default:
			return false;
		}
	}
}

static bool is_worth_keeping(const struct lowering *lo, uint32_t value)
{
	int64_t number;

	switch ((int)facts_expr_at(lo->b, value).kind) {
	case EXPR_INT:
		return int_value(lo, value, &number) && number != 0;
	case EXPR_FUNC:
	case EXPR_STRING:
		return true;
	case EXPR_ADDR:
	case EXPR_CONTAINER:
	case EXPR_PERCPU:
		return is_rooted(lo, value);
	default:
		return false;
	}
}

static void init_scalar(struct sink *sink, uint32_t place, CXCursor value)
{
	struct lowering *lo = sink->f->lo;
	uint32_t result = lower_expr(sink->f, value);

	if (!sink->f->is_constant)
		step_assign(sink->f, place, result, sink->flags, value);
	else if (is_worth_keeping(lo, result))
		facts_add_init(lo->b, place, result, loc_of(lo, value));
}

static bool is_designated(CXCursor element)
{
	return element.kind == CXCursor_UnexposedExpr &&
	       clang_getCursorType(element).kind == CXType_Void;
}

static bool is_aggregate(CXType type)
{
	return is_record_type(type) || is_array_type(type);
}

static uint32_t member_place(struct sink *sink, uint32_t place, CXCursor decl)
{
	struct lowering *lo = sink->f->lo;
	const struct field_ref *field = field_of(lo, decl);

	return field->name ? facts_expr_field(lo->b, place, field->record, field->name) : place;
}

static uint32_t element_place(struct sink *sink, uint32_t place, int64_t index)
{
	struct facts_builder *b = sink->f->lo->b;

	return facts_expr_index(b, place, facts_expr_int(b, index));
}

/* Whether @value initialises all of an object of @type, as opposed to its first element. */
static bool is_whole(struct lowering *lo, CXType type, CXCursor value)
{
	CXCursor inner = strip(lo, value);

	if (!is_aggregate(type) || inner.kind == CXCursor_InitListExpr)
		return true;
	if (is_array_type(type))
		return inner.kind == CXCursor_StringLiteral ||
		       inner.kind == CXCursor_CompoundLiteralExpr;
	return is_record_type(clang_getCursorType(inner));
}

/* The next element, or as many as fill an aggregate whose braces were left out. */
static void init_next(struct sink *sink, struct list *list, uint32_t place, CXType type)
{
	CXCursor value = kid(sink->f->lo, list->kids, list->next);

	if (is_whole(sink->f->lo, type, value)) {
		list->next++;
		init_object(sink, place, type, value);
	} else {
		init_elements(sink, list, false, place, type);
	}
}

/* --- designators --- */

struct designated {
	uint32_t place;
	CXType type;
	int64_t after; /* number of the element that the next one without designator is */
};

static int64_t field_number(const GArray *fields, CXCursor decl)
{
	for (guint i = 0; i < fields->len; i++)
		if (decl_key(g_array_index(fields, CXCursor, i)) == decl_key(decl))
			return i;
	return 0;
}

static void step_into_field(struct sink *sink, struct designated *at, CXCursor ref)
{
	CXCursor decl = clang_getCursorReferenced(ref);

	if (at->after < 0)
		at->after = field_number(fields_of(sink->f->lo, at->type), decl) + 1;
	at->place = member_place(sink, at->place, decl);
	at->type = clang_getCursorType(decl);
}

/* [low] or [low ... high]; of a range the first element stands for all. */
static uint32_t step_into_element(struct sink *sink, struct designated *at, struct kids kids,
				  uint32_t n)
{
	CXType element = clang_getArrayElementType(clang_getCanonicalType(at->type));
	int64_t low = 0, high;
	bool is_range;

	evaluate(kid(sink->f->lo, kids, n), &low);
	high = low;
	is_range = n + 2 < kids.n && !is_array_type(element) &&
		   kid(sink->f->lo, kids, n + 1).kind != CXCursor_MemberRef;
	if (is_range)
		evaluate(kid(sink->f->lo, kids, n + 1), &high);
	if (at->after < 0)
		at->after = high + 1;
	at->place = element_place(sink, at->place, low);
	at->type = element;
	return is_range ? 2 : 1;
}

static int64_t init_designated(struct sink *sink, uint32_t place, CXType type, CXCursor element)
{
	struct lowering *lo = sink->f->lo;
	struct kids kids = kids_of(lo, element);
	struct designated at = { .place = place, .type = type, .after = -1 };
	uint32_t i = 0;

	while (i + 1 < kids.n) {
		CXCursor designator = kid(lo, kids, i);

		if (designator.kind == CXCursor_MemberRef) {
			step_into_field(sink, &at, designator);
			i++;
		} else {
			i += step_into_element(sink, &at, kids, i);
		}
	}
	if (kids.n)
		init_object(sink, at.place, at.type, kid(lo, kids, kids.n - 1));
	kids_done(lo, kids);
	return MAX(at.after, 1);
}

/* --- lists --- */

static bool is_unnamed_bits(struct lowering *lo, CXCursor field)
{
	return clang_Cursor_isBitField(field) && !field_of(lo, field)->name[0];
}

static void init_fields(struct sink *sink, struct list *list, bool is_braced, uint32_t place,
			CXType type)
{
	struct lowering *lo = sink->f->lo;
	GArray *fields = fields_of(lo, type);
	bool is_union = clang_getTypeDeclaration(clang_getCanonicalType(type)).kind ==
			CXCursor_UnionDecl;
	int64_t number = 0, end = is_union ? MIN(1, fields->len) : fields->len;

	while (list->next < list->kids.n) {
		CXCursor element = kid(lo, list->kids, list->next);

		if (is_designated(element)) {
			if (!is_braced)
				return;
			list->next++;
			number = init_designated(sink, place, type, element);
			continue;
		}
		if (number >= end)
			return;
		CXCursor field = g_array_index(fields, CXCursor, number++);

		if (!is_unnamed_bits(lo, field))
			init_next(sink, list, member_place(sink, place, field),
				  clang_getCursorType(field));
	}
}

static void init_array(struct sink *sink, struct list *list, bool is_braced, uint32_t place,
		       CXType type)
{
	struct lowering *lo = sink->f->lo;
	CXType array = clang_getCanonicalType(type);
	CXType element_type = clang_getArrayElementType(array);
	int64_t number = 0, end = clang_getArraySize(array);

	while (list->next < list->kids.n) {
		CXCursor element = kid(lo, list->kids, list->next);

		if (is_designated(element)) {
			if (!is_braced)
				return;
			list->next++;
			number = init_designated(sink, place, type, element);
			continue;
		}
		if (!is_braced && end >= 0 && number >= end)
			return;
		init_next(sink, list, element_place(sink, place, number++), element_type);
	}
}

static void init_elements(struct sink *sink, struct list *list, bool is_braced, uint32_t place,
			  CXType type)
{
	uint32_t before = list->next;

	if (is_array_type(type))
		init_array(sink, list, is_braced, place, type);
	else
		init_fields(sink, list, is_braced, place, type);
	/* An empty struct takes none; what has no place is the parser's to complain about. */
	if (!is_braced && list->next == before)
		list->next++;
}

static bool is_table_of_ints(CXType type, uint32_t n)
{
	enum CXTypeKind kind;

	if (n <= MAX_INTS || !is_array_type(type))
		return false;
	kind = type_kind(clang_getArrayElementType(clang_getCanonicalType(type)));
	return kind >= CXType_Bool && kind <= CXType_Float128;
}

static void init_list(struct sink *sink, uint32_t place, CXType type, CXCursor braces)
{
	struct lowering *lo = sink->f->lo;
	struct list list = { .kids = kids_of(lo, braces) };

	if (!is_aggregate(type)) {
		if (list.kids.n)
			init_scalar(sink, place, kid(lo, list.kids, 0));
	} else if (!is_table_of_ints(type, list.kids.n)) {
		while (list.next < list.kids.n)
			init_elements(sink, &list, true, place, type);
	}
	kids_done(lo, list.kids);
}

static void init_object(struct sink *sink, uint32_t place, CXType type, CXCursor value)
{
	CXCursor inner = strip(sink->f->lo, value);

	if (body_is_too_deep(sink->f))
		return;
	sink->f->depth++;
	if (is_aggregate(type) && inner.kind == CXCursor_CompoundLiteralExpr)
		inner = strip(sink->f->lo, last_kid(sink->f->lo, inner));
	if (inner.kind == CXCursor_InitListExpr)
		init_list(sink, place, type, inner);
	else
		init_scalar(sink, place, value);
	sink->f->depth--;
}

/* Members that an initialiser does not name are zero: the whole is, before they are written. */
static void zero(struct body *f, unsigned flags, uint32_t place, CXType type, CXCursor value)
{
	CXCursor inner = strip(f->lo, value);

	if (!f->is_constant && is_aggregate(type) &&
	    (inner.kind == CXCursor_InitListExpr || inner.kind == CXCursor_CompoundLiteralExpr))
		step_assign(f, place, facts_expr_int(f->lo->b, 0), flags, value);
}

void lower_init(struct body *f, unsigned flags, uint32_t place, CXType type, CXCursor value)
{
	struct sink sink = { .f = f, .flags = flags };

	if (is_dead(f))
		return;
	zero(f, flags, place, type, value);
	init_object(&sink, place, type, value);
}

void lower_global(struct lowering *lo, CXCursor decl)
{
	CXCursor init = clang_Cursor_getVarDeclInitializer(decl);
	const struct symbol_ref *symbol = symbol_of(lo, decl);
	struct body constant = { .lo = lo, .is_constant = true };

	if (clang_Cursor_isNull(init))
		return;
	constant.blocks = g_array_new(FALSE, FALSE, sizeof(struct block_state));
	constant.relocated = g_hash_table_new(NULL, NULL);
	constant.block = block_new(&constant);
	lower_init(&constant, 0, facts_expr_global(lo->b, symbol->symbol),
		   clang_getCursorType(decl), init);
	g_array_unref(constant.blocks);
	g_hash_table_unref(constant.relocated);
}
