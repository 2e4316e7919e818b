/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * path.c - access paths: variables, members, elements, what pointers point to
 *
 * The address of an array stands for the address of its first element, so that a pointer into an
 * array and the array itself lead to the same place: p = a; p[i] is a[i].
 */
#include "extract/lowering_p.h"

#include <string.h>

static uint32_t variable_place(struct body *f, CXCursor decl)
{
	gpointer known = g_hash_table_lookup(f->variables, decl_key(decl));

	if (known)
		return GPOINTER_TO_UINT(known) - 1;
	return variable_declare(f, decl);
}

uint32_t variable_declare(struct body *f, CXCursor decl)
{
	CXString spelling = clang_getCursorSpelling(decl);
	g_autofree char *name = variable_name(clang_getCString(spelling));
	uint32_t place;

	g_hash_table_add(f->names, g_strdup(clang_getCString(spelling)));
	clang_disposeString(spelling);
	name_record_after(f->lo, decl);
	place = local_new(f, name, clang_getCursorType(decl));
	g_hash_table_insert(f->variables, (gpointer)decl_key(decl), GUINT_TO_POINTER(place + 1));
	return place;
}

uint32_t reference_to(struct lowering *lo, CXCursor decl)
{
	switch ((int)decl.kind) {
	case CXCursor_FunctionDecl:
		return facts_expr_func(lo->b, symbol_of(lo, decl)->symbol);
	case CXCursor_EnumConstantDecl:
		return facts_expr_int(lo->b, clang_getEnumConstantDeclValue(decl));
	case CXCursor_VarDecl:
	case CXCursor_ParmDecl:
		if (decl.kind == CXCursor_VarDecl && clang_Cursor_hasVarDeclGlobalStorage(decl))
			return facts_expr_global(lo->b, symbol_of(lo, decl)->symbol);
		return lo->body ? variable_place(lo->body, decl) : UNKNOWN_VALUE;
	default:
		return UNKNOWN_VALUE;
	}
}

uint32_t lower_reference(struct body *f, CXCursor cursor)
{
	return reference_to(f->lo, clang_getCursorReferenced(cursor));
}

static bool is_place(const struct body *f, uint32_t expr)
{
	switch ((enum fact_expr_kind)facts_expr_at(f->lo->b, expr).kind) {
	case EXPR_PARAM:
	case EXPR_LOCAL:
	case EXPR_GLOBAL:
	case EXPR_FIELD:
	case EXPR_DEREF:
	case EXPR_INDEX:
		return true;
	case EXPR_UNKNOWN:
	case EXPR_FUNC:
	case EXPR_RESULT:
	case EXPR_INT:
	case EXPR_STRING:
	case EXPR_ADDR:
	case EXPR_CONTAINER:
	case EXPR_PERCPU:
	case EXPR_UNARY:
	case EXPR_BINARY:
	case EXPR_KINDS:
		return false;
	}
	return false;
}

/* A local that holds @value: nothing else has the same place. */
static uint32_t place_with(struct body *f, uint32_t value, CXCursor cursor)
{
	uint32_t place = local_new(f, "", clang_getCursorType(cursor));

	step_assign(f, place, value, 0, cursor);
	return place;
}

uint32_t expr_place(struct body *f, uint32_t value, CXCursor cursor)
{
	if (is_dead(f))
		return UNKNOWN_VALUE;
	return is_place(f, value) ? value : place_with(f, value, cursor);
}

uint32_t expr_decayed(struct body *f, uint32_t place)
{
	if (facts_expr_at(f->lo->b, place).kind == EXPR_STRING)
		return place;
	return is_place(f, place) ? facts_expr_addr(f->lo->b, place) : UNKNOWN_VALUE;
}

uint32_t lower_address(struct body *f, CXCursor operand)
{
	uint32_t place = lower_expr(f, operand);
	enum fact_expr_kind kind = facts_expr_at(f->lo->b, place).kind;

	if (is_dead(f) || kind == EXPR_FUNC || kind == EXPR_STRING)
		return place;
	return facts_expr_addr(f->lo->b, expr_place(f, place, operand));
}

/* Unknown pointers are kept apart: two of them need not point to the same. */
static uint32_t pointed_to(struct body *f, uint32_t value, CXCursor pointer)
{
	if (is_dead(f))
		return UNKNOWN_VALUE;
	if (value == UNKNOWN_VALUE)
		value = place_with(f, value, pointer);
	return facts_expr_deref(f->lo->b, value);
}

uint32_t lower_dereference(struct body *f, CXCursor operand)
{
	CXType pointer = clang_getCanonicalType(clang_getCursorType(operand));
	uint32_t value = lower_expr(f, operand);

	if (is_function_type(clang_getPointeeType(pointer)) || is_function_type(pointer))
		return value;
	return pointed_to(f, value, operand);
}

uint32_t lower_member(struct body *f, CXCursor cursor)
{
	const struct field_ref *field;
	CXCursor base = last_kid(f->lo, cursor);
	uint32_t place;

	if (clang_isExpression(base.kind) == 0)
		return UNKNOWN_VALUE;
	place = lower_expr(f, base);
	if (type_kind(clang_getCursorType(base)) == CXType_Pointer)
		place = pointed_to(f, place, base);
	else
		place = expr_place(f, place, base);
	if (is_dead(f))
		return UNKNOWN_VALUE;
	field = field_of(f->lo, clang_getCursorReferenced(cursor));
	return field->name ? facts_expr_field(f->lo->b, place, field->record, field->name) : place;
}

static uint32_t element(struct body *f, uint32_t pointer, uint32_t index)
{
	return facts_expr_index(f->lo->b, facts_expr_deref(f->lo->b, pointer), index);
}

uint32_t lower_subscript(struct body *f, CXCursor cursor)
{
	struct kids kids = kids_of(f->lo, cursor);
	CXCursor base = kid(f->lo, kids, 0), index = kid(f->lo, kids, 1);
	uint32_t pointer, number;
	int64_t value;

	kids_done(f->lo, kids);
	pointer = lower_expr(f, base);
	number = lower_expr(f, index);
	if (is_dead(f))
		return UNKNOWN_VALUE;
	if (pointer == UNKNOWN_VALUE)
		pointer = place_with(f, pointer, base);
	/* p[0] of what is no array is *p. */
	if (facts_expr_at(f->lo->b, pointer).kind != EXPR_ADDR &&
	    int_value(f->lo, number, &value) && value == 0)
		return facts_expr_deref(f->lo->b, pointer);
	return element(f, pointer, number);
}

/* --- container_of() --- */

struct member_path {
	const char *record;
	GString *names;
};

/* Members come outermost first. */
static void add_member(struct body *f, CXCursor decl, struct member_path *path)
{
	const struct field_ref *field = field_of(f->lo, decl);

	if (!field->name)
		return;
	if (!path->record)
		path->record = field->record;
	if (path->names->len)
		g_string_append_c(path->names, '.');
	g_string_append(path->names, field->name);
}

/* __builtin_offsetof(record, a.b): the members are among the children. */
static bool read_offsetof(struct body *f, CXCursor cursor, struct member_path *path)
{
	struct kids kids = kids_of(f->lo, cursor);

	for (uint32_t i = 0; i < kids.n; i++)
		if (kid(f->lo, kids, i).kind == CXCursor_MemberRef)
			add_member(f, clang_getCursorReferenced(kid(f->lo, kids, i)), path);
	kids_done(f->lo, kids);
	return path->record;
}

static bool is_null(struct body *f, CXCursor cursor)
{
	CXCursor inner = strip(f->lo, cursor);
	int64_t value;

	while (inner.kind == CXCursor_CStyleCastExpr)
		inner = strip(f->lo, last_kid(f->lo, inner));
	return inner.kind == CXCursor_IntegerLiteral && evaluate(inner, &value) && value == 0;
}

static bool read_members(struct body *f, CXCursor cursor, struct member_path *path)
{
	CXCursor member = strip(f->lo, cursor), base;

	if (member.kind != CXCursor_MemberRefExpr)
		return is_null(f, member);
	base = last_kid(f->lo, member);
	if (!read_members(f, base, path))
		return false;
	add_member(f, clang_getCursorReferenced(member), path);
	return true;
}

/* The old way to write it: (size_t)&((struct x *)0)->a.b. */
static bool read_null_member(struct body *f, CXCursor cast, struct member_path *path)
{
	CXCursor address = strip(f->lo, last_kid(f->lo, cast));

	return address.kind == CXCursor_UnaryOperator &&
	       clang_getCursorUnaryOperatorKind(address) == CXUnaryOperator_AddrOf &&
	       read_members(f, last_kid(f->lo, address), path) && path->record;
}

/* FACTS_NONE when @right is no member's offset; nothing has been emitted then. */
static uint32_t lower_container(struct body *f, CXCursor left, CXCursor right)
{
	struct member_path path = { .names = g_string_new(NULL) };
	CXCursor offset = strip(f->lo, right);
	uint32_t base, value = FACTS_NONE;
	bool is_offset = false;

	if (offset.kind == CXCursor_UnexposedExpr)
		is_offset = read_offsetof(f, offset, &path);
	else if (offset.kind == CXCursor_CStyleCastExpr)
		is_offset = read_null_member(f, offset, &path);
	if (is_offset) {
		base = lower_expr(f, left);
		value = is_dead(f) ? UNKNOWN_VALUE
				   : facts_expr_container(f->lo->b, base, path.record,
							  path.names->str);
	}
	g_string_free(path.names, TRUE);
	return value;
}

/* --- sums of pointers and numbers --- */

/* Whether the pointer counts bytes of something else: (char *)object + n. */
static bool counts_bytes(struct body *f, CXCursor pointer)
{
	CXType to = clang_getCanonicalType(
		clang_getPointeeType(clang_getCanonicalType(clang_getCursorType(pointer))));

	if (to.kind == CXType_Void)
		return true;
	return clang_Type_getSizeOf(to) == 1 &&
	       strip(f->lo, pointer).kind == CXCursor_CStyleCastExpr;
}

uint32_t lower_pointer_sum(struct body *f, enum fact_binary op, CXCursor left, CXCursor right)
{
	bool is_left = type_kind(clang_getCursorType(left)) == CXType_Pointer;
	CXCursor pointer = is_left ? left : right;
	uint32_t base, number, container;
	int64_t value;

	if (op == BINARY_SUB && counts_bytes(f, left)) {
		container = lower_container(f, left, right);
		if (container != FACTS_NONE)
			return container;
	}
	base = lower_expr(f, pointer);
	number = lower_expr(f, is_left ? right : left);
	if (is_dead(f) || base == UNKNOWN_VALUE)
		return UNKNOWN_VALUE;
	if (int_value(f->lo, number, &value) && value == 0)
		return base;
	if (counts_bytes(f, pointer) || (op == BINARY_SUB && !int_value(f->lo, number, &value)))
		return facts_expr_binary(f->lo->b, op, false, base, number);
	if (op == BINARY_SUB)
		number = facts_expr_int(f->lo->b, -value);
	return facts_expr_addr(f->lo->b, element(f, base, number));
}

/* --- casts, and pointers that travel as integers --- */

static bool is_integer(CXType type)
{
	enum CXTypeKind kind = type_kind(type);

	return kind >= CXType_Bool && kind <= CXType_Int128;
}

static bool is_pointer_as_integer(struct body *f, CXCursor cursor)
{
	CXCursor cast = strip(f->lo, cursor);

	return cast.kind == CXCursor_CStyleCastExpr && is_integer(clang_getCursorType(cast)) &&
	       type_kind(clang_getCursorType(last_kid(f->lo, cast))) == CXType_Pointer;
}

/*
 * unsigned long __ptr = (unsigned long)p; ... (typeof(p))(__ptr + offset): the kernel's way to
 * move a pointer to another CPU's copy of what it points to. @place remembers the pointer.
 */
void note_relocated(struct body *f, uint32_t place, CXCursor value)
{
	if (is_dead(f) || facts_expr_at(f->lo->b, place).kind != EXPR_LOCAL)
		return;
	if (is_pointer_as_integer(f, value))
		g_hash_table_add(f->relocated, GUINT_TO_POINTER(place));
}

/* The other way round: an offset += (unsigned long)p. */
uint32_t relocated_by(struct body *f, uint32_t place, uint32_t value, CXCursor added)
{
	if (is_dead(f) || facts_expr_at(f->lo->b, place).kind != EXPR_LOCAL ||
	    !is_pointer_as_integer(f, added))
		return UNKNOWN_VALUE;
	return facts_expr_percpu(f->lo->b, value);
}

static uint32_t relocated_sum(struct body *f, uint32_t value)
{
	struct fact_expr e = facts_expr_at(f->lo->b, value);

	if (e.kind != EXPR_BINARY || e.op != BINARY_ADD ||
	    !g_hash_table_contains(f->relocated, GUINT_TO_POINTER(e.a)))
		return value;
	return facts_expr_percpu(f->lo->b, e.a);
}

uint32_t lower_cast(struct body *f, CXCursor cursor)
{
	CXType type = clang_getCanonicalType(clang_getCursorType(cursor));
	CXCursor inner = last_kid(f->lo, cursor);
	uint32_t value;

	if (type.kind == CXType_Void) {
		lower_discarded(f, inner);
		return UNKNOWN_VALUE;
	}
	value = lower_expr(f, inner);
	if (is_dead(f))
		return UNKNOWN_VALUE;
	if (type.kind == CXType_Pointer)
		return relocated_sum(f, value);
	return fit_int(f->lo, value, type);
}

uint32_t lower_literal_object(struct body *f, CXCursor cursor)
{
	CXType type = clang_getCursorType(cursor);
	uint32_t place = local_new(f, "", type);

	lower_init(f, 0, place, type, last_kid(f->lo, cursor));
	return place;
}
