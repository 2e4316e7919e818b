/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cleanup.c - the cleanup attribute: guard(), scoped_guard(), __free()
 *
 * Variables with one are a stack; every way out of scopes runs a part of it, last declared first.
 */
#include "extract/lowering_p.h"

#include <ctype.h>
#include <string.h>

/* The attribute as it stands in the source, where our header did not replace its macro. */
static enum CXChildVisitResult visit_plain(CXCursor cursor, CXCursor parent, CXClientData data)
{
	char **function = data;
	struct lowering lo = { .tu = clang_Cursor_getTranslationUnit(cursor) };
	size_t length, n = 0;
	const char *text, *open;

	(void)parent;
	if (!clang_isAttribute(cursor.kind))
		return CXChildVisit_Continue; /* the type's name comes before, the initialiser after
					       */
	text = text_at(&lo, cursor, &length);
	if (cursor.kind != CXCursor_UnexposedAttr || !text || length < 12 ||
	    (strncmp(text, "cleanup", 7) && strncmp(text, "__cleanup__", 11)))
		return CXChildVisit_Continue;
	open = memchr(text, '(', MIN(length, 20));
	if (!open)
		return CXChildVisit_Continue;
	for (open++; *open == ' '; open++)
		;
	while (isalnum((unsigned char)open[n]) || open[n] == '_')
		n++;
	*function = g_strndup(open, n);
	return CXChildVisit_Break;
}

static char *cleanup_function(struct lowering *lo, CXCursor variable)
{
	char *function;

	if (!clang_Cursor_hasAttrs(variable))
		return NULL;
	function = annotation_text(lo, variable, "cleanup");
	if (!function)
		clang_visitChildren(variable, visit_plain, &function);
	return function;
}

void cleanup_declare(struct body *f, CXCursor variable, uint32_t place)
{
	g_autofree char *name = cleanup_function(f->lo, variable);
	struct cleanup cleanup = { .variable = place };

	if (!name || is_dead(f))
		return;
	cleanup.function = facts_expr_func(f->lo->b, function_named(f->lo, name)->symbol);
	g_array_append_val(f->cleanups, cleanup);
}

void cleanup_call(struct body *f, const struct cleanup *cleanup, struct fact_loc loc)
{
	uint32_t address = facts_expr_addr(f->lo->b, cleanup->variable);

	step_call(f, cleanup->function, &address, 1, STEP_FLAG_CLEANUP | STEP_FLAG_DISCARDED, loc);
}

void cleanup_run(struct body *f, uint32_t n, struct fact_loc loc)
{
	for (guint i = f->cleanups->len; i-- > n;)
		cleanup_call(f, &g_array_index(f->cleanups, struct cleanup, i), loc);
}

void cleanup_leave(struct body *f, uint32_t n, struct fact_loc loc)
{
	cleanup_run(f, n, loc);
	g_array_set_size(f->cleanups, MIN(n, f->cleanups->len));
}
