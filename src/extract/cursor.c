/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cursor.c - libclang's cursors, types and positions, with what is asked often remembered */
#include "extract/lowering_p.h"

#include <string.h>

static enum CXChildVisitResult push_kid(CXCursor cursor, CXCursor parent, CXClientData data)
{
	GArray *kids = data;

	(void)parent;
	g_array_append_val(kids, cursor);
	return CXChildVisit_Continue;
}

struct kids kids_of(struct lowering *lo, CXCursor cursor)
{
	struct kids kids = { .first = lo->kids->len };

	clang_visitChildren(cursor, push_kid, lo->kids);
	kids.n = lo->kids->len - kids.first;
	return kids;
}

CXCursor kid(const struct lowering *lo, struct kids kids, uint32_t n)
{
	/* In a source with errors parts may be missing anywhere. */
	if (n >= kids.n)
		return clang_getNullCursor();
	return g_array_index(lo->kids, CXCursor, kids.first + n);
}

void kids_done(struct lowering *lo, struct kids kids)
{
	g_array_set_size(lo->kids, kids.first);
}

static bool is_wrapper(CXCursor cursor)
{
	return cursor.kind == CXCursor_ParenExpr || cursor.kind == CXCursor_UnexposedExpr;
}

CXCursor strip(struct lowering *lo, CXCursor cursor)
{
	while (is_wrapper(cursor)) {
		struct kids kids = kids_of(lo, cursor);
		CXCursor inner = kids.n == 1 ? kid(lo, kids, 0) : cursor;

		kids_done(lo, kids);
		if (kids.n != 1)
			break;
		cursor = inner;
	}
	return cursor;
}

CXCursor first_kid(struct lowering *lo, CXCursor cursor)
{
	struct kids kids = kids_of(lo, cursor);
	CXCursor first = kids.n ? kid(lo, kids, 0) : clang_getNullCursor();

	kids_done(lo, kids);
	return first;
}

CXCursor last_kid(struct lowering *lo, CXCursor cursor)
{
	struct kids kids = kids_of(lo, cursor);
	CXCursor last = kids.n ? kid(lo, kids, kids.n - 1) : clang_getNullCursor();

	kids_done(lo, kids);
	return last;
}

static uint16_t file_number(struct lowering *lo, CXFile file)
{
	gpointer known = g_hash_table_lookup(lo->files, file);
	g_autofree char *path = NULL;
	CXString name;
	uint16_t number;

	if (known)
		return (uint16_t)(GPOINTER_TO_UINT(known) - 1);
	name = clang_getFileName(file);
	path = lower_path(lo->options, clang_getCString(name));
	clang_disposeString(name);
	number = facts_add_file(lo->b, path);
	g_hash_table_insert(lo->files, file, GUINT_TO_POINTER(number + 1u));
	return number;
}

static struct fact_loc location(struct lowering *lo, CXSourceLocation at)
{
	struct fact_loc loc = { 0 };
	unsigned line, column;
	CXFile file;

	clang_getExpansionLocation(at, &file, &line, &column, NULL);
	if (!file)
		return loc;
	loc.file = file_number(lo, file);
	loc.line = line;
	loc.column = (uint16_t)MIN(column, UINT16_MAX);
	return loc;
}

struct fact_loc loc_of(struct lowering *lo, CXCursor cursor)
{
	return location(lo, clang_getCursorLocation(cursor));
}

struct fact_loc end_loc_of(struct lowering *lo, CXCursor cursor)
{
	struct fact_loc loc = location(lo, clang_getRangeEnd(clang_getCursorExtent(cursor)));

	/* The end is behind the last character: the closing brace itself is meant. */
	if (loc.column > 1)
		loc.column--;
	return loc;
}

enum CXTypeKind type_kind(CXType type)
{
	return clang_getCanonicalType(type).kind;
}

bool is_unsigned_type(CXType type)
{
	switch ((int)type_kind(type)) {
	case CXType_Bool:
	case CXType_Char_U:
	case CXType_UChar:
	case CXType_Char16:
	case CXType_Char32:
	case CXType_UShort:
	case CXType_UInt:
	case CXType_ULong:
	case CXType_ULongLong:
	case CXType_UInt128:
	case CXType_Pointer:
		return true;
	case CXType_Enum:
		return is_unsigned_type(clang_getEnumDeclIntegerType(
			clang_getTypeDeclaration(clang_getCanonicalType(type))));
	default:
		return false;
	}
}

bool is_record_type(CXType type)
{
	return type_kind(type) == CXType_Record;
}

bool is_array_type(CXType type)
{
	switch ((int)type_kind(type)) {
	case CXType_ConstantArray:
	case CXType_IncompleteArray:
	case CXType_VariableArray:
		return true;
	default:
		return false;
	}
}

bool is_function_type(CXType type)
{
	enum CXTypeKind kind = type_kind(type);

	return kind == CXType_FunctionProto || kind == CXType_FunctionNoProto;
}

bool evaluate(CXCursor cursor, int64_t *value)
{
	CXEvalResult result = clang_Cursor_Evaluate(cursor);
	bool is_int;

	if (!result)
		return false;
	is_int = clang_EvalResult_getKind(result) == CXEval_Int;
	if (is_int && clang_EvalResult_isUnsignedInt(result))
		*value = (int64_t)clang_EvalResult_getAsUnsigned(result);
	else if (is_int)
		*value = clang_EvalResult_getAsLongLong(result);
	clang_EvalResult_dispose(result);
	return is_int;
}

const char *text_at(struct lowering *lo, CXCursor cursor, size_t *length)
{
	CXSourceLocation begin = clang_getRangeStart(clang_getCursorExtent(cursor));
	unsigned offset;
	const char *text;
	size_t size;
	CXFile file;

	clang_getExpansionLocation(begin, &file, NULL, NULL, &offset);
	if (!file)
		return NULL;
	text = clang_getFileContents(lo->tu, file, &size);
	if (!text || offset >= size)
		return NULL;
	*length = size - offset;
	return text + offset;
}
