/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loop.c - while, do, for
 *
 * A loop that control does not get to is walked for its labels only. When one is jumped to, what
 * follows it is right, but a further round of the loop is not followed.
 */
#include "extract/lowering_p.h"

#include <ctype.h>
#include <string.h>

struct loop {
	uint32_t head, body;
	struct target on_break, on_continue;
	struct target *outer_break, *outer_continue;
	bool is_tested, is_entered;
};

static void loop_begin(struct body *f, struct loop *loop)
{
	loop->head = block_new(f);
	loop->body = block_new(f);
	loop->on_break = (struct target){ block_new(f), f->cleanups->len };
	loop->on_continue = (struct target){ block_new(f), f->cleanups->len };
	loop->outer_break = f->on_break;
	loop->outer_continue = f->on_continue;
	f->on_break = &loop->on_break;
	f->on_continue = &loop->on_continue;
}

static void loop_end(struct body *f, const struct loop *loop)
{
	f->on_break = loop->outer_break;
	f->on_continue = loop->outer_continue;
	if (!loop->is_entered && block_is_reached(f, loop->body)) {
		block_enter(f, loop->body);
		block_jump(f, loop->on_break.block);
	}
	block_enter(f, loop->on_break.block);
}

static void loop_test(struct body *f, struct loop *loop, const CXCursor *cond)
{
	if (loop->is_tested || !block_is_reached(f, loop->head))
		return;
	loop->is_tested = true;
	block_enter(f, loop->head);
	if (cond)
		lower_condition(f, *cond, loop->body, loop->on_break.block);
	else
		block_jump(f, loop->body);
}

static void loop_body(struct body *f, struct loop *loop, CXCursor statement)
{
	loop->is_entered = block_is_reached(f, loop->body);
	block_enter(f, loop->body);
	lower_statement(f, statement);
	block_enter(f, loop->on_continue.block);
}

/* Test, body, what comes between the rounds. */
static void lower_rounds(struct body *f, const CXCursor *cond, const CXCursor *next,
			 CXCursor statement)
{
	struct loop loop = { 0 };

	loop_begin(f, &loop);
	block_jump(f, loop.head);
	loop_test(f, &loop, cond);
	loop_body(f, &loop, statement);
	if (next)
		lower_discarded(f, *next);
	block_jump(f, loop.head);
	loop_test(f, &loop, cond);
	loop_end(f, &loop);
}

void lower_while(struct body *f, CXCursor cursor)
{
	struct kids kids = kids_of(f->lo, cursor);
	CXCursor cond = kid(f->lo, kids, 0), statement = kid(f->lo, kids, kids.n - 1);

	kids_done(f->lo, kids);
	lower_rounds(f, &cond, NULL, statement);
}

void lower_do(struct body *f, CXCursor cursor)
{
	struct loop loop = { 0 };
	CXCursor statement = first_kid(f->lo, cursor), cond = last_kid(f->lo, cursor);

	loop_begin(f, &loop);
	block_jump(f, loop.body);
	loop_body(f, &loop, statement);
	lower_condition(f, cond, loop.body, loop.on_break.block);
	loop_end(f, &loop);
}

/* --- for: which part is which --- */

enum for_part { FOR_INIT, FOR_COND, FOR_NEXT, FOR_PARTS };

struct for_parts {
	CXCursor cursor[FOR_PARTS];
	bool is_there[FOR_PARTS];
};

static bool is_effect(struct lowering *lo, CXCursor cursor)
{
	CXCursor inner = cursor.kind == CXCursor_ParenExpr ? cursor : strip(lo, cursor);
	enum CXBinaryOperatorKind op;

	if (type_kind(clang_getCursorType(inner)) == CXType_Void ||
	    inner.kind == CXCursor_CompoundAssignOperator)
		return true;
	if (inner.kind == CXCursor_UnaryOperator)
		return clang_getCursorUnaryOperatorKind(inner) <= CXUnaryOperator_PreDec;
	if (inner.kind != CXCursor_BinaryOperator)
		return false;
	op = clang_getCursorBinaryOperatorKind(inner);
	if (op == CXBinaryOperator_Comma)
		return is_effect(lo, last_kid(lo, inner));
	return op == CXBinaryOperator_Assign;
}

/* Semicolons between the statement's opening parenthesis and @cursor; -1 inside of macros. */
static int semicolons_before(struct body *f, CXCursor loop, CXCursor cursor)
{
	size_t length, rest;
	const char *text = text_at(f->lo, loop, &length);
	const char *at = text_at(f->lo, cursor, &rest);
	int n = 0;

	if (!text || !at || at <= text || rest > length || strncmp(text, "for", 3) != 0)
		return -1;
	for (; text < at; text++)
		n += *text == ';';
	return n <= FOR_NEXT ? n : -1;
}

static enum for_part part_by_kind(struct body *f, CXCursor cursor, uint32_t n, uint32_t of)
{
	bool is_init = cursor.kind == CXCursor_DeclStmt;

	if (n == 0 && (is_init || (of == 2 && is_effect(f->lo, cursor))))
		return FOR_INIT;
	return is_effect(f->lo, cursor) ? FOR_NEXT : FOR_COND;
}

/*
 * libclang leaves missing parts out. The source tells by its semicolons, unless a macro wrote the
 * loop: then what the expression does.
 */
static void find_parts(struct body *f, CXCursor loop, struct kids kids, struct for_parts *parts)
{
	uint32_t n = kids.n - 1;

	for (uint32_t i = 0; i < n && i < FOR_PARTS; i++) {
		CXCursor cursor = kid(f->lo, kids, i);
		int part = n == FOR_PARTS ? (int)i : semicolons_before(f, loop, cursor);

		if (part < 0)
			part = (int)part_by_kind(f, cursor, i, n);
		parts->cursor[part] = cursor;
		parts->is_there[part] = true;
	}
}

void lower_for(struct body *f, CXCursor cursor)
{
	struct kids kids = kids_of(f->lo, cursor);
	CXCursor statement = kid(f->lo, kids, kids.n - 1);
	struct for_parts parts = { 0 };
	uint32_t n_cleanups = f->cleanups->len;

	find_parts(f, cursor, kids, &parts);
	kids_done(f->lo, kids);
	if (parts.is_there[FOR_INIT])
		lower_statement(f, parts.cursor[FOR_INIT]);
	lower_rounds(f, parts.is_there[FOR_COND] ? &parts.cursor[FOR_COND] : NULL,
		     parts.is_there[FOR_NEXT] ? &parts.cursor[FOR_NEXT] : NULL, statement);
	if (f->cleanups->len > n_cleanups)
		cleanup_leave(f, n_cleanups, end_loc_of(f->lo, cursor));
}
