/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asm.c - inline assembly
 *
 * libclang shows the operands, but not which of them are written. An operand that is read is
 * converted to a value first, except in memory; so what is a place is taken as written.
 */
#include "extract/lowering_p.h"

#include <ctype.h>
#include <string.h>

/* Longer text is no asm statement, but the rest of a file after something odd. */
#define MAX_TEXT 4096

static bool is_writable(const struct body *f, uint32_t value, CXCursor operand)
{
	if (operand.kind == CXCursor_UnexposedExpr ||
	    clang_isConstQualifiedType(clang_getCursorType(operand)))
		return false;
	switch ((int)facts_expr_at(f->lo->b, value).kind) {
	case EXPR_PARAM:
	case EXPR_LOCAL:
	case EXPR_GLOBAL:
	case EXPR_FIELD:
	case EXPR_DEREF:
	case EXPR_INDEX:
		return true;
	default:
		return false;
	}
}

static void lower_operands(struct body *f, CXCursor cursor)
{
	struct kids kids = kids_of(f->lo, cursor);
	g_autofree uint32_t *written = g_new(uint32_t, kids.n + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < kids.n; i++) {
		CXCursor operand = kid(f->lo, kids, i);
		uint32_t value = lower_expr(f, operand);

		if (!is_dead(f) && is_writable(f, value, operand))
			written[n++] = value;
	}
	for (uint32_t i = 0; i < n; i++)
		step_clobber(f, written[i], cursor);
	kids_done(f->lo, kids);
}

static size_t word_length(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && (isalnum((unsigned char)text[n]) || text[n] == '_'))
		n++;
	return n;
}

/* The statement, or the macro's use that it comes from: up to the matching parenthesis. */
static size_t statement_length(const char *text, size_t length)
{
	int depth = 0;

	for (size_t i = 0; i < length && i < MAX_TEXT; i++) {
		if (text[i] == '(')
			depth++;
		else if (text[i] == ')' && --depth == 0)
			return i + 1;
		else if (text[i] == ';' && depth == 0)
			return i;
	}
	return 0;
}

/* asm without goto goes nowhere; a macro may stand for anything. */
static bool may_be_goto(const char *text, size_t length)
{
	size_t n = word_length(text, length);
	const char *open = memchr(text, '(', length);

	if ((n == 3 && !strncmp(text, "asm", n)) || (n == 7 && !strncmp(text, "__asm__", n)))
		return open && g_strstr_len(text, open - text, "goto");
	return true;
}

void lower_asm(struct body *f, CXCursor cursor)
{
	size_t length = 0;
	const char *text = text_at(f->lo, cursor, &length);
	uint32_t next;

	lower_operands(f, cursor);
	if (text)
		length = statement_length(text, length);
	if (is_dead(f) || !text || !may_be_goto(text, length))
		return;
	f->loc = loc_of(f->lo, cursor);
	next = block_new(f);
	jump_open(f, next, text, length);
	block_resume(f, next);
}
