/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lower.c - a translation unit: which of its declarations become facts, and functions as a whole
 *
 * What the unit's own files define is lowered; of headers only what that refers to, directly or
 * not, since a unit sees ten thousand inline functions and uses fifty. What comes out of a
 * precompiled header is not seen here at all.
 */
#include "extract/lowering_p.h"

#include <string.h>

const char *rest_below(const char *path, const char *folder)
{
	size_t n = folder ? strlen(folder) : 0;

	return n && !strncmp(path, folder, n) && path[n] == '/' ? path + n + 1 : NULL;
}

/* Either folder may lie in the other, or be the same: the nearer one names it, else the tree. */
char *lower_path(const struct lower_options *o, const char *file)
{
	g_autofree char *canonical = *file ? g_canonicalize_filename(file, NULL) : g_strdup("");
	const char *built = rest_below(canonical, o->objtree);
	const char *rest = rest_below(canonical, o->tree_root);

	if (!rest)
		rest = rest_below(canonical, o->base_tree_root);
	if (built && (!rest || strlen(built) < strlen(rest)))
		return g_strdup_printf("@obj/%s", built);
	return g_strdup(rest ? rest : canonical);
}

/* --- a function --- */

static void body_init(struct body *f, struct lowering *lo)
{
	*f = (struct body){ .lo = lo };
	f->variables = g_hash_table_new(NULL, NULL);
	f->relocated = g_hash_table_new(NULL, NULL);
	f->static_names = g_hash_table_new(g_str_hash, g_str_equal);
	f->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	f->labels = g_hash_table_new(NULL, NULL);
	f->label_list = g_ptr_array_new();
	f->blocks = g_array_new(FALSE, FALSE, sizeof(struct block_state));
	f->cleanups = g_array_new(FALSE, FALSE, sizeof(struct cleanup));
	f->forward = g_array_new(FALSE, FALSE, sizeof(struct forward_jump));
	f->forward_cleanups = g_array_new(FALSE, FALSE, sizeof(struct cleanup));
	f->open_jumps = g_array_new(FALSE, FALSE, sizeof(struct open_jump));
}

static void body_clear(struct body *f)
{
	g_hash_table_unref(f->variables);
	g_hash_table_unref(f->relocated);
	g_hash_table_unref(f->static_names);
	g_hash_table_unref(f->names);
	g_hash_table_unref(f->labels);
	g_ptr_array_unref(f->label_list);
	g_array_unref(f->blocks);
	g_array_unref(f->cleanups);
	g_array_unref(f->forward);
	g_array_unref(f->forward_cleanups);
	g_array_unref(f->open_jumps);
}

static void add_params(struct body *f, CXCursor decl)
{
	int n = clang_Cursor_getNumArguments(decl);

	for (int i = 0; i < n; i++) {
		CXCursor param = clang_Cursor_getArgument(decl, (unsigned)i);
		CXString name = clang_getCursorSpelling(param);
		uint32_t number = facts_add_variable(f->lo->b, true, clang_getCString(name),
						     type_text(f->lo, clang_getCursorType(param)));
		uint32_t place = facts_expr_param(f->lo->b, number);

		g_hash_table_add(f->names, g_strdup(clang_getCString(name)));
		clang_disposeString(name);
		g_hash_table_insert(f->variables, (gpointer)decl_key(param),
				    GUINT_TO_POINTER(place + 1));
	}
}

static uint32_t result_flags(CXCursor decl)
{
	switch ((int)type_kind(clang_getCursorResultType(decl))) {
	case CXType_Void:
		return FUNCTION_RETURNS_VOID;
	case CXType_Bool:
		return FUNCTION_RETURNS_BOOL;
	case CXType_Pointer:
		return FUNCTION_RETURNS_POINTER;
	default:
		return 0;
	}
}

static uint32_t function_flags(struct lowering *lo, CXCursor decl, const struct symbol_ref *symbol)
{
	uint32_t flags = result_flags(decl) | section_flags(lo, decl);

	if (clang_getCursorLinkage(decl) == CXLinkage_Internal)
		flags |= FUNCTION_STATIC;
	if (clang_Cursor_isFunctionInlined(decl))
		flags |= FUNCTION_INLINE;
	if (!clang_Location_isFromMainFile(clang_getCursorLocation(decl)))
		flags |= FUNCTION_HEADER;
	if (symbol->is_noreturn)
		flags |= FUNCTION_NORETURN;
	if (symbol->is_weak)
		flags |= FUNCTION_WEAK;
	if (clang_Cursor_isVariadic(decl))
		flags |= FUNCTION_VARIADIC;
	return flags;
}

static void tell_too_deep(struct lowering *lo, const struct symbol_ref *symbol, struct fact_loc loc)
{
	g_autofree char *text = g_strdup_printf(
		"line %u: a function nests deeper than %d levels and was read only in part; "
		"split it, or tell us if people write such code",
		loc.line, MAX_NESTING);

	(void)symbol;
	facts_add_diagnostic(lo->b, text);
}

static void lower_body(struct body *f, CXCursor decl, CXCursor statement)
{
	block_open(f, block_new(f));
	add_params(f, decl);
	lower_statement(f, statement);
	block_end(f, TERM_RETURN, UNKNOWN_VALUE, end_loc_of(f->lo, statement));
	jumps_finish(f);
	blocks_finish(f);
}

static void lower_function(struct lowering *lo, CXCursor decl)
{
	const struct symbol_ref *symbol = symbol_of(lo, decl);
	CXCursor statement = last_kid(lo, decl);
	struct fact_loc loc = loc_of(lo, decl);
	struct body f;

	if (statement.kind != CXCursor_CompoundStmt)
		return;
	body_init(&f, lo);
	f.loc = loc;
	f.block = DEAD;
	lo->body = &f;
	facts_begin_function(lo->b, symbol->symbol, function_flags(lo, decl, symbol), symbol->type,
			     loc);
	lower_body(&f, decl, statement);
	facts_end_function(lo->b, end_loc_of(lo, statement).line);
	if (f.too_deep)
		tell_too_deep(lo, symbol, loc);
	lo->body = NULL;
	body_clear(&f);
}

/* --- the unit --- */

/* Code and tables of the unit's own, though another file may hold them: #include "part.c". */
static bool is_own_file(struct lowering *lo, CXCursor decl)
{
	CXSourceLocation at = clang_getCursorLocation(decl);
	CXString name;
	CXFile file;
	bool is_header;

	if (clang_Location_isFromMainFile(at))
		return true;
	clang_getExpansionLocation(at, &file, NULL, NULL, NULL);
	if (!file)
		return false;
	if (file == lo->last_file)
		return lo->last_is_own;
	name = clang_getFileName(file);
	is_header = !g_str_has_suffix(clang_getCString(name), ".c");
	clang_disposeString(name);
	lo->last_file = file;
	lo->last_is_own = !is_header;
	return !is_header;
}

static bool is_visible_elsewhere(CXCursor decl)
{
	return clang_getCursorLinkage(decl) == CXLinkage_External &&
	       !(decl.kind == CXCursor_FunctionDecl && clang_Cursor_isFunctionInlined(decl));
}

static void note_definition(struct lowering *lo, CXCursor decl)
{
	if (lo->options->is_base || is_own_file(lo, decl) || is_visible_elsewhere(decl))
		g_array_append_val(lo->queue, decl);
	else
		g_hash_table_insert(lo->pending, (gpointer)decl_key(decl),
				    arena_memdup(lo->arena, &decl, sizeof(decl)));
}

static enum CXChildVisitResult visit_top(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct lowering *lo = data;

	(void)parent;
	if (cursor.kind == CXCursor_FunctionDecl) {
		g_array_append_val(lo->functions_seen, cursor);
		if (clang_isCursorDefinition(cursor))
			note_definition(lo, cursor);
	} else if (cursor.kind == CXCursor_VarDecl && clang_isCursorDefinition(cursor)) {
		note_definition(lo, cursor);
	}
	return CXChildVisit_Continue;
}

static void lower_definition(struct lowering *lo, CXCursor decl)
{
	if (decl.kind == CXCursor_FunctionDecl)
		lower_function(lo, decl);
	else
		lower_global(lo, decl);
}

static void lowering_init(struct lowering *lo)
{
	lo->arena = arena_new("lowering");
	lo->files = g_hash_table_new(NULL, NULL);
	lo->symbols = g_hash_table_new(NULL, NULL);
	lo->fields = g_hash_table_new(NULL, NULL);
	lo->records = g_hash_table_new(NULL, NULL);
	lo->members = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
	lo->types = g_hash_table_new(NULL, NULL);
	lo->pending = g_hash_table_new(NULL, NULL);
	lo->unique_names = g_hash_table_new(g_str_hash, g_str_equal);
	lo->functions = g_hash_table_new(g_str_hash, g_str_equal);
	lo->functions_seen = g_array_new(FALSE, FALSE, sizeof(CXCursor));
	lo->queue = g_array_new(FALSE, FALSE, sizeof(CXCursor));
	lo->kids = g_array_new(FALSE, FALSE, sizeof(CXCursor));
}

static void lowering_clear(struct lowering *lo)
{
	g_hash_table_unref(lo->files);
	g_hash_table_unref(lo->symbols);
	g_hash_table_unref(lo->fields);
	g_hash_table_unref(lo->records);
	g_hash_table_unref(lo->members);
	g_hash_table_unref(lo->types);
	g_hash_table_unref(lo->pending);
	g_hash_table_unref(lo->unique_names);
	g_hash_table_unref(lo->functions);
	g_array_unref(lo->functions_seen);
	g_array_unref(lo->queue);
	g_array_unref(lo->kids);
	arena_free(lo->arena);
}

bool lower_unit(CXTranslationUnit tu, const struct lower_options *options,
		struct facts_builder *builder, GError **err)
{
	struct lowering lo = { .tu = tu, .options = options, .b = builder };

	if (clang_Cursor_isNull(clang_getTranslationUnitCursor(tu))) {
		g_set_error_literal(err, G_FILE_ERROR, G_FILE_ERROR_FAILED,
				    "libclang gave a translation unit with nothing in it");
		return false;
	}
	lowering_init(&lo);
	clang_visitChildren(clang_getTranslationUnitCursor(tu), visit_top, &lo);
	/* What is lowered adds what it refers to. */
	for (guint i = 0; i < lo.queue->len; i++)
		lower_definition(&lo, g_array_index(lo.queue, CXCursor, i));
	lowering_clear(&lo);
	return true;
}
