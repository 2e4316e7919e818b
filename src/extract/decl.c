/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decl.c - declarations: symbols, fields, records, and the annotations on them */
#include "extract/lowering_p.h"

#include <string.h>

/* --- annotations --- */

#define PREFIX "lockgraph:"

static const char *const annotation_names[] = {
#define ANNOTATION(symbol, name, meaning) name,
#include "facts/kinds.def"
#undef ANNOTATION
};

typedef void (*annotation_fn)(void *data, const char *name, const char *text);

struct annotation_visit {
	annotation_fn told;
	void *data;
};

static enum CXChildVisitResult visit_attribute(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct annotation_visit *visit = data;
	g_autofree char *name = NULL;
	CXString spelling;
	const char *text;

	(void)parent;
	if (!clang_isAttribute(cursor.kind))
		return CXChildVisit_Break; /* attributes come first */
	if (cursor.kind != CXCursor_AnnotateAttr)
		return CXChildVisit_Continue;
	spelling = clang_getCursorSpelling(cursor);
	text = clang_getCString(spelling);
	if (g_str_has_prefix(text, PREFIX) && strchr(text + strlen(PREFIX), ':')) {
		text += strlen(PREFIX);
		name = g_strndup(text, (size_t)(strchr(text, ':') - text));
		visit->told(visit->data, name, strchr(text, ':') + 1);
	}
	clang_disposeString(spelling);
	return CXChildVisit_Continue;
}

static void each_annotation(CXCursor decl, annotation_fn told, void *data)
{
	struct annotation_visit visit = { .told = told, .data = data };

	if (clang_Cursor_hasAttrs(decl))
		clang_visitChildren(decl, visit_attribute, &visit);
}

struct wanted_annotation {
	const char *name;
	char *text;
};

static void keep_wanted(void *data, const char *name, const char *text)
{
	struct wanted_annotation *wanted = data;

	if (!wanted->text && g_str_equal(name, wanted->name))
		wanted->text = g_strdup(text);
}

char *annotation_text(struct lowering *lo, CXCursor decl, const char *name)
{
	struct wanted_annotation wanted = { .name = name };

	(void)lo;
	each_annotation(decl, keep_wanted, &wanted);
	return wanted.text;
}

static bool annotation_kind(const char *name, enum fact_annotation_kind *kind)
{
	for (size_t i = 0; i < G_N_ELEMENTS(annotation_names); i++)
		if (g_str_equal(name, annotation_names[i])) {
			*kind = (enum fact_annotation_kind)i;
			return true;
		}
	return false;
}

/* The macro's argument as written: one or more literals side by side. */
static char *section_name(const char *text)
{
	GString *name = g_string_new(NULL);

	for (; *text; text++)
		if (*text != '"' && *text != ' ')
			g_string_append_c(name, *text);
	if (g_str_has_prefix(name->str, ".init"))
		g_string_assign(name, "init");
	else if (g_str_has_prefix(name->str, ".exit"))
		g_string_assign(name, "exit");
	return g_string_free(name, FALSE);
}

/* The number of the parameter that is called @name, or -1. */
static int parameter_named(CXCursor decl, const char *name)
{
	for (int i = 0; i < clang_Cursor_getNumArguments(decl); i++) {
		CXString spelling =
			clang_getCursorSpelling(clang_Cursor_getArgument(decl, (unsigned)i));
		bool is_same = g_str_equal(clang_getCString(spelling), name);

		clang_disposeString(spelling);
		if (is_same)
			return i;
	}
	return -1;
}

/* "&dev->lock" of f(struct dev *dev) is "&$0->lock": who has no body has no names either. */
static char *number_parameters(struct lowering *lo, CXCursor decl, const char *text)
{
	GString *numbered = g_string_new(NULL);

	while (*text) {
		size_t length = strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");
		bool is_member = numbered->len && strchr(".>", numbered->str[numbered->len - 1]);
		g_autofree char *word = g_strndup(text, length);
		int number = length && !is_member ? parameter_named(decl, word) : -1;

		if (number < 0) {
			g_string_append_len(numbered, text, (gssize)MAX(length, 1));
			text += MAX(length, 1);
			continue;
		}
		g_string_append_printf(numbered, "$%d", number);
		text += length;
		name_members(lo,
			     clang_getCursorType(clang_Cursor_getArgument(decl, (unsigned)number)),
			     text);
	}
	return g_string_free(numbered, FALSE);
}

struct owner {
	struct lowering *lo;
	CXCursor decl;
	uint32_t index;
	annotate_fn annotate;
};

static void add_annotation(void *data, const char *name, const char *text)
{
	const struct owner *owner = data;
	enum fact_annotation_kind kind;
	g_autofree char *made = NULL;

	if (!annotation_kind(name, &kind))
		return;
	if (kind == ANNOTATION_SECTION)
		text = made = section_name(text);
	else if (owner->decl.kind == CXCursor_FunctionDecl)
		text = made = number_parameters(owner->lo, owner->decl, text);
	owner->annotate(owner->lo->b, owner->index, kind, text);
}

void add_annotations(struct lowering *lo, CXCursor decl, uint32_t index, annotate_fn annotate)
{
	struct owner owner = { .lo = lo, .decl = decl, .index = index, .annotate = annotate };

	each_annotation(decl, add_annotation, &owner);
}

static void add_section_flag(void *data, const char *name, const char *text)
{
	uint32_t *flags = data;
	g_autofree char *section = NULL;

	if (!g_str_equal(name, "section"))
		return;
	section = section_name(text);
	if (g_str_equal(section, "init"))
		*flags |= FUNCTION_INIT;
	else if (g_str_equal(section, "exit"))
		*flags |= FUNCTION_EXIT;
}

uint32_t section_flags(struct lowering *lo, CXCursor decl)
{
	uint32_t flags = 0;

	(void)lo;
	each_annotation(decl, add_section_flag, &flags);
	return flags;
}

static void note_weak(void *data, const char *name, const char *text)
{
	(void)text;
	if (g_str_equal(name, "weak"))
		*(bool *)data = true;
}

static bool is_weak(CXCursor decl)
{
	bool weak = false;

	each_annotation(decl, note_weak, &weak);
	return weak;
}

/* --- symbols --- */

#define UNIQUE "__UNIQUE_ID_"

static bool is_static(CXCursor decl)
{
	enum CXLinkageKind linkage = clang_getCursorLinkage(decl);

	return linkage == CXLinkage_Internal || linkage == CXLinkage_NoLinkage;
}

static uint32_t symbol_flags(CXCursor decl, bool is_defined, const struct symbol_ref *ref)
{
	bool is_function = decl.kind == CXCursor_FunctionDecl;
	bool is_shared = is_static(decl) || (is_function && clang_Cursor_isFunctionInlined(decl));
	uint32_t flags = 0;

	if (is_function)
		flags |= SYMBOL_FUNCTION;
	if (is_static(decl))
		flags |= SYMBOL_STATIC;
	if (is_defined)
		flags |= SYMBOL_DEFINED;
	if (is_shared && !clang_Location_isFromMainFile(clang_getCursorLocation(decl)))
		flags |= SYMBOL_HEADER;
	if (ref->is_noreturn)
		flags |= SYMBOL_NORETURN;
	if (ref->is_weak)
		flags |= SYMBOL_WEAK;
	return flags;
}

/*
 * _Noreturn shows neither in the type nor as an attribute with a name, but in the source. Looked
 * for only in the main file, which is in memory: headers write __attribute__((noreturn)).
 */
static enum CXChildVisitResult visit_keyword(CXCursor cursor, CXCursor parent, CXClientData data)
{
	bool *found = data;
	CXTranslationUnit tu = clang_Cursor_getTranslationUnit(cursor);
	struct lowering lo = { .tu = tu };
	const char *text;
	size_t length;

	(void)parent;
	if (!clang_isAttribute(cursor.kind))
		return CXChildVisit_Break;
	if (cursor.kind != CXCursor_UnexposedAttr)
		return CXChildVisit_Continue;
	text = text_at(&lo, cursor, &length);
	*found |= text && length > 9 && strncmp(text, "_Noreturn", 9) == 0;
	return CXChildVisit_Continue;
}

static bool has_noreturn_keyword(CXCursor decl)
{
	bool found = false;

	if (clang_Cursor_hasAttrs(decl) &&
	    clang_Location_isFromMainFile(clang_getCursorLocation(decl)))
		clang_visitChildren(decl, visit_keyword, &found);
	return found;
}

/* The signature; what clang appends to it is told by flags. */
static char *signature(struct lowering *lo, CXCursor decl, bool *is_noreturn)
{
	static const char noreturn_text[] = " __attribute__((noreturn))";
	const char *type = type_text(lo, clang_getCursorType(decl));
	const char *at = g_str_has_suffix(type, noreturn_text)
				 ? type + strlen(type) - strlen(noreturn_text)
				 : NULL;

	*is_noreturn = at || (decl.kind == CXCursor_FunctionDecl && has_noreturn_keyword(decl));
	return at ? g_strndup(type, (size_t)(at - type)) : g_strdup(type);
}

/*
 * Variables with static storage may have the same name in different blocks of a function, as the
 * keys of lock classes do: the second gets ".1" appended. The same for __UNIQUE_ID(), whose
 * numbers depend on what headers were read before.
 */
static char *numbered(struct lowering *lo, GHashTable *names, const char *name)
{
	uint32_t n = GPOINTER_TO_UINT(g_hash_table_lookup(names, name));

	g_hash_table_insert(names, arena_strdup(lo->arena, name), GUINT_TO_POINTER(n + 1));
	return n ? g_strdup_printf("%s.%u", name, n) : g_strdup(name);
}

char *variable_name(const char *name)
{
	size_t n = strlen(name);

	if (g_str_has_prefix(name, UNIQUE))
		while (n > strlen(UNIQUE) && g_ascii_isdigit(name[n - 1]))
			n--;
	return g_strndup(name, n);
}

static char *static_name(struct lowering *lo, const char *name, bool is_local)
{
	g_autofree char *plain = variable_name(name);

	if (is_local)
		return lo->body ? numbered(lo, lo->body->static_names, plain)
				: g_steal_pointer(&plain);
	return strcmp(plain, name) ? numbered(lo, lo->unique_names, plain)
				   : g_steal_pointer(&plain);
}

/* The function that a variable is a local static of, else "". */
static char *enclosing_function(CXCursor decl)
{
	CXCursor parent;
	CXString name;
	char *text;

	if (decl.kind != CXCursor_VarDecl || clang_getCursorLinkage(decl) != CXLinkage_NoLinkage)
		return g_strdup("");
	parent = clang_getCursorSemanticParent(decl);
	if (parent.kind != CXCursor_FunctionDecl)
		return g_strdup("");
	name = clang_getCursorSpelling(parent);
	text = g_strdup(clang_getCString(name));
	clang_disposeString(name);
	return text;
}

static const struct {
	const char *name;
	enum builtin builtin;
} builtins[] = {
	{ "__builtin_expect", BUILTIN_FIRST },
	{ "__builtin_expect_with_probability", BUILTIN_FIRST },
	{ "__builtin_assume_aligned", BUILTIN_FIRST },
	{ "__builtin_launder", BUILTIN_FIRST },
	{ "__builtin_constant_p", BUILTIN_CONSTANT },
	{ "__builtin_object_size", BUILTIN_CONSTANT },
	{ "__builtin_dynamic_object_size", BUILTIN_CONSTANT },
	{ "__builtin_unreachable", BUILTIN_UNREACHABLE },
	{ "__builtin_trap", BUILTIN_UNREACHABLE },
	{ "__builtin_add_overflow", BUILTIN_WRITES_LAST },
	{ "__builtin_sub_overflow", BUILTIN_WRITES_LAST },
	{ "__builtin_mul_overflow", BUILTIN_WRITES_LAST },
	{ "__builtin_va_start", BUILTIN_NOTHING },
	{ "__builtin_va_end", BUILTIN_NOTHING },
	{ "__builtin_va_copy", BUILTIN_NOTHING },
	{ "__builtin_prefetch", BUILTIN_NOTHING },
	{ "__builtin_abort", BUILTIN_LIBRARY },
	{ "__builtin_exit", BUILTIN_LIBRARY },
	{ "__builtin_free", BUILTIN_LIBRARY },
	{ "__builtin_malloc", BUILTIN_LIBRARY },
	{ "__builtin_realloc", BUILTIN_LIBRARY },
	{ "__builtin_calloc", BUILTIN_LIBRARY },
};

/* The compiler's own have names of these forms; the kernel has a __sync_dirty_buffer(). */
static bool is_atomic_builtin(const char *name)
{
	static const char *const parts[] = { "_fetch_and_", "_and_fetch", "_compare_and_swap",
					     "_lock_test_and_set", "_lock_release" };

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

static enum builtin builtin_of(const char *name)
{
	if (g_str_equal(name, "__sync_synchronize"))
		return BUILTIN_NOTHING;
	if (g_str_has_prefix(name, "__sync_") && is_atomic_builtin(name))
		return BUILTIN_WRITES_FIRST;
	if (!g_str_has_prefix(name, "__builtin_"))
		return BUILTIN_NONE;
	for (size_t i = 0; i < G_N_ELEMENTS(builtins); i++)
		if (g_str_equal(name, builtins[i].name))
			return builtins[i].builtin;
	name += strlen("__builtin_");
	if (g_str_has_prefix(name, "mem") || g_str_has_prefix(name, "str") ||
	    g_str_has_suffix(name, "printf"))
		return BUILTIN_LIBRARY;
	return BUILTIN_PURE;
}

/* A definition in a header is lowered when something refers to it. */
static void want_definition(struct lowering *lo, CXCursor definition)
{
	CXCursor *cursor = g_hash_table_lookup(lo->pending, decl_key(definition));

	if (!cursor)
		return;
	g_array_append_val(lo->queue, *cursor);
	g_hash_table_remove(lo->pending, decl_key(definition));
}

static uint32_t add_symbol(struct lowering *lo, CXCursor decl, const char *name, bool is_defined,
			   struct symbol_ref *ref)
{
	g_autofree char *type = signature(lo, decl, &ref->is_noreturn);
	g_autofree char *function = enclosing_function(decl);
	g_autofree char *unique = static_name(lo, name, *function);
	uint32_t symbol;

	ref->type = arena_strdup(lo->arena, type);
	ref->is_weak = is_weak(decl);
	symbol = facts_add_symbol(lo->b, unique, symbol_flags(decl, is_defined, ref), type,
				  function, loc_of(lo, decl));
	add_annotations(lo, decl, symbol, facts_annotate_symbol);
	return symbol;
}

static struct symbol_ref *make_symbol(struct lowering *lo, CXCursor decl)
{
	struct symbol_ref *ref = arena_new_struct(lo->arena, struct symbol_ref);
	CXCursor definition = clang_getCursorDefinition(decl);
	bool is_defined = !clang_Cursor_isNull(definition);
	CXString spelling = clang_getCursorSpelling(decl);
	const char *name = clang_getCString(spelling);

	ref->is_function = decl.kind == CXCursor_FunctionDecl;
	if (ref->is_function)
		ref->builtin = builtin_of(name);
	if (ref->builtin == BUILTIN_LIBRARY)
		name += strlen("__builtin_");
	ref->symbol = add_symbol(lo, is_defined ? definition : decl, name, is_defined, ref);
	clang_disposeString(spelling);
	g_hash_table_insert(lo->symbols, (gpointer)decl_key(decl), ref);
	if (is_defined) {
		g_hash_table_insert(lo->symbols, (gpointer)decl_key(definition), ref);
		want_definition(lo, definition);
	}
	return ref;
}

const struct symbol_ref *symbol_of(struct lowering *lo, CXCursor decl)
{
	struct symbol_ref *ref = g_hash_table_lookup(lo->symbols, decl_key(decl));

	if (ref)
		return ref;
	ref = make_symbol(lo, decl);
	if (!ref->is_function)
		name_record_after(lo, decl);
	return ref;
}

/* --- functions by name: only cleanup attributes need that --- */

static const struct symbol_ref *function_in_unit(struct lowering *lo, const char *name)
{
	for (guint i = lo->functions_seen->len; i-- > 0;) {
		CXCursor decl = g_array_index(lo->functions_seen, CXCursor, i);
		CXString spelling = clang_getCursorSpelling(decl);
		bool is_it = g_str_equal(clang_getCString(spelling), name);

		clang_disposeString(spelling);
		if (is_it)
			return symbol_of(lo, decl);
	}
	return NULL;
}

static bool function_in_base(struct lowering *lo, const char *name, struct symbol_ref *ref)
{
	const struct facts *base = lo->options->base;

	for (uint32_t i = 0; base && i < base->n_symbols; i++) {
		const struct fact_symbol *s = &base->symbols[i];
		struct fact_loc loc = s->loc;

		if (!(s->flags & SYMBOL_FUNCTION) || strcmp(facts_string(base, s->name), name))
			continue;
		loc.file = facts_add_file(lo->b, facts_file(base, loc.file));
		ref->symbol = facts_add_symbol(lo->b, name, s->flags & ~(uint32_t)SYMBOL_DEFINED,
					       facts_string(base, s->type), "", loc);
		return true;
	}
	return false;
}

static const struct symbol_ref *find_function(struct lowering *lo, const char *name)
{
	const struct symbol_ref *known = function_in_unit(lo, name);
	struct symbol_ref *ref;

	if (known)
		return known;
	ref = arena_new_struct(lo->arena, struct symbol_ref);
	ref->is_function = true;
	if (!function_in_base(lo, name, ref))
		ref->symbol = facts_add_symbol(lo->b, name, SYMBOL_FUNCTION, "", "",
					       (struct fact_loc){ 0 });
	return ref;
}

const struct symbol_ref *function_named(struct lowering *lo, const char *name)
{
	const struct symbol_ref *ref = g_hash_table_lookup(lo->functions, name);

	if (ref)
		return ref;
	ref = find_function(lo, name);
	g_hash_table_insert(lo->functions, arena_strdup(lo->arena, name), (gpointer)ref);
	return ref;
}
