/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.c - structs and unions, and what their members are called
 *
 * A record is named as clang spells its type: "struct kvm", "socket_lock_t". Nameless ones are
 * named after what they are the type of: "struct kvm.arch" for a member, "queue" for a variable.
 * Members of a nameless member belong to the record around it.
 */
#include "extract/lowering_p.h"

#include <string.h>

static bool is_nameless(const char *spelling)
{
	return strstr(spelling, "(unnamed") || strstr(spelling, "(anonymous");
}

static char *spelling_of(CXType type)
{
	CXString spelling = clang_getTypeSpelling(clang_getCanonicalType(type));
	char *text = g_strdup(clang_getCString(spelling));

	clang_disposeString(spelling);
	return text;
}

static CXType innermost(CXType type)
{
	for (;;) {
		CXType canonical = clang_getCanonicalType(type);

		if (canonical.kind == CXType_Pointer)
			type = clang_getPointeeType(canonical);
		else if (is_array_type(canonical))
			type = clang_getArrayElementType(canonical);
		else
			return canonical;
	}
}

static enum CXVisitorResult push_field(CXCursor field, CXClientData data)
{
	GArray *fields = data;

	g_array_append_val(fields, field);
	return CXVisit_Continue;
}

GArray *fields_of(struct lowering *lo, CXType type)
{
	CXType canonical = clang_getCanonicalType(type);
	CXCursor record = clang_getTypeDeclaration(canonical);
	GArray *fields = g_hash_table_lookup(lo->members, decl_key(record));

	if (fields)
		return fields;
	fields = g_array_new(FALSE, FALSE, sizeof(CXCursor));
	clang_Type_visitFields(canonical, push_field, fields);
	g_hash_table_insert(lo->members, (gpointer)decl_key(record), fields);
	return fields;
}

static char *name_of(CXCursor cursor)
{
	CXString spelling = clang_getCursorSpelling(cursor);
	char *text = g_strdup(clang_getCString(spelling));

	clang_disposeString(spelling);
	return text;
}

/* The member of @outer that has the nameless @record as its type, or an array or pointer of it. */
static char *member_with_type(struct lowering *lo, CXCursor outer, CXCursor record)
{
	GArray *fields = fields_of(lo, clang_getCursorType(outer));

	for (guint i = 0; i < fields->len; i++) {
		CXCursor field = g_array_index(fields, CXCursor, i);
		CXType type = innermost(clang_getCursorType(field));

		if (type.kind == CXType_Record &&
		    decl_key(clang_getTypeDeclaration(type)) == decl_key(record))
			return name_of(field);
	}
	return NULL;
}

static bool is_record(CXCursor cursor)
{
	return cursor.kind == CXCursor_StructDecl || cursor.kind == CXCursor_UnionDecl;
}

static const char *nameless_tag(struct lowering *lo, CXCursor record)
{
	CXCursor outer = clang_getCursorSemanticParent(record);
	g_autofree char *member = NULL;

	if (!is_record(outer))
		return record.kind == CXCursor_UnionDecl ? "union (unnamed)" : "struct (unnamed)";
	member = member_with_type(lo, outer, record);
	if (!member || !*member)
		return record_tag(lo, outer);
	return arena_printf(lo->arena, "%s.%s", record_tag(lo, outer), member);
}

const char *record_tag(struct lowering *lo, CXCursor record)
{
	const char *tag = g_hash_table_lookup(lo->records, decl_key(record));
	g_autofree char *spelling = NULL;

	if (tag)
		return tag;
	if (clang_Cursor_isAnonymousRecordDecl(record)) {
		tag = record_tag(lo, clang_getCursorSemanticParent(record));
	} else {
		spelling = spelling_of(clang_getCursorType(record));
		tag = is_nameless(spelling) ? nameless_tag(lo, record)
					    : arena_strdup(lo->arena, spelling);
	}
	g_hash_table_insert(lo->records, (gpointer)decl_key(record), (gpointer)tag);
	return tag;
}

void name_record_after(struct lowering *lo, CXCursor variable)
{
	CXType type = innermost(clang_getCursorType(variable));
	CXCursor record;
	g_autofree char *spelling = NULL;
	g_autofree char *name = NULL;

	if (type.kind != CXType_Record)
		return;
	record = clang_getTypeDeclaration(type);
	if (g_hash_table_contains(lo->records, decl_key(record)) ||
	    !clang_Cursor_isAnonymous(record) || is_record(clang_getCursorSemanticParent(record)))
		return;
	spelling = spelling_of(type);
	if (!is_nameless(spelling))
		return;
	name = name_of(variable);
	g_hash_table_insert(lo->records, (gpointer)decl_key(record), arena_strdup(lo->arena, name));
}

static void annotate_field(struct lowering *lo, CXCursor decl, const struct field_ref *ref)
{
	uint32_t field = facts_add_field(lo->b, ref->record, ref->name,
					 type_text(lo, clang_getCursorType(decl)));

	add_annotations(lo, decl, field, facts_annotate_field);
}

const struct field_ref *field_of(struct lowering *lo, CXCursor decl)
{
	struct field_ref *ref = g_hash_table_lookup(lo->fields, decl_key(decl));
	CXCursor record = clang_getCursorSemanticParent(decl);
	CXType type;

	if (ref)
		return ref;
	ref = arena_new_struct(lo->arena, struct field_ref);
	g_hash_table_insert(lo->fields, (gpointer)decl_key(decl), ref);
	type = clang_getCursorType(decl);
	if (is_record_type(type) &&
	    clang_Cursor_isAnonymousRecordDecl(clang_getTypeDeclaration(type)))
		return ref;
	if (is_record(record)) {
		g_autofree char *name = name_of(decl);

		ref->record = record_tag(lo, record);
		ref->name = arena_strdup(lo->arena, name);
		annotate_field(lo, decl, ref);
	}
	return ref;
}

/* The field @name of what @type is, or points to; false if there is none. */
static bool find_field(struct lowering *lo, CXType type, const char *name, CXCursor *found)
{
	CXType record = innermost(clang_getCanonicalType(type));
	GArray *fields = is_record_type(record) ? fields_of(lo, record) : NULL;

	for (guint i = 0; fields && i < fields->len; i++) {
		CXCursor field = g_array_index(fields, CXCursor, i);
		g_autofree char *spelling = name_of(field);

		*found = field;
		if (g_str_equal(spelling, name))
			return true;
	}
	return false;
}

void name_members(struct lowering *lo, CXType type, const char *text)
{
	for (;;) {
		size_t operators = strspn(text, " ()->.");
		size_t length =
			strspn(text + operators, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");
		g_autofree char *name = g_strndup(text + operators, length);
		CXCursor field;

		if (!length || !find_field(lo, type, name, &field))
			return;
		field_of(lo, field);
		type = clang_getCursorType(field);
		text += operators + length;
	}
}

/*
 * Spellings of nameless types tell file, line and column, which are not the same everywhere: the
 * record's own name stands instead, or nothing.
 */
static char *without_position(struct lowering *lo, CXType type, const char *spelling)
{
	const char *open = strchr(spelling, '(');
	const char *close = open ? strchr(open, ')') : NULL;
	CXType inner = innermost(type);
	const char *begin;

	while (open && !g_str_has_prefix(open, "(unnamed") && !g_str_has_prefix(open, "(anonymous"))
		open = strchr(open + 1, '(');
	close = open ? strchr(open, ')') : NULL;
	if (!close)
		return g_strdup(spelling);
	if (inner.kind != CXType_Record)
		return g_strdup_printf("%.*s(unnamed)%s", (int)(open - spelling), spelling,
				       close + 1);
	begin = open;
	while (begin > spelling && begin[-1] != '*' && begin[-1] != '(')
		begin--;
	return g_strdup_printf("%.*s%s%s", (int)(begin - spelling), spelling,
			       record_tag(lo, clang_getTypeDeclaration(inner)), close + 1);
}

const char *type_text(struct lowering *lo, CXType type)
{
	CXType canonical = clang_getCanonicalType(type);
	char *text = g_hash_table_lookup(lo->types, canonical.data[0]);
	g_autofree char *spelling = NULL;
	g_autofree char *clean = NULL;

	if (text)
		return text;
	spelling = spelling_of(canonical);
	if (is_nameless(spelling))
		clean = without_position(lo, canonical, spelling);
	text = arena_strdup(lo->arena, clean ? clean : spelling);
	g_hash_table_insert(lo->types, canonical.data[0], text);
	return text;
}
