/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cfg.c - statements become blocks */
#include "extract/lowering_p.h"

static void lower_compound(struct body *f, CXCursor cursor)
{
	struct kids kids = kids_of(f->lo, cursor);
	uint32_t n_cleanups = f->cleanups->len;

	for (uint32_t i = 0; i < kids.n; i++)
		lower_statement(f, kid(f->lo, kids, i));
	kids_done(f->lo, kids);
	if (f->cleanups->len > n_cleanups)
		cleanup_leave(f, n_cleanups, end_loc_of(f->lo, cursor));
}

static void lower_arm(struct body *f, CXCursor arm, uint32_t block, uint32_t after)
{
	block_enter(f, block);
	lower_statement(f, arm);
	block_jump(f, after);
}

/* A chain of else-ifs is one loop here: some have thousands. */
static void lower_if(struct body *f, CXCursor cursor)
{
	uint32_t after = block_new(f);

	for (;;) {
		struct kids kids = kids_of(f->lo, cursor);
		bool has_else = kids.n > 2;
		uint32_t yes = block_new(f), no = has_else ? block_new(f) : after;
		CXCursor then = kid(f->lo, kids, 1), otherwise = kid(f->lo, kids, kids.n - 1);

		lower_condition(f, kid(f->lo, kids, 0), yes, no);
		kids_done(f->lo, kids);
		lower_arm(f, then, yes, after);
		if (!has_else)
			break;
		if (otherwise.kind != CXCursor_IfStmt) {
			lower_arm(f, otherwise, no, after);
			break;
		}
		block_enter(f, no);
		cursor = otherwise;
	}
	block_enter(f, after);
}

static bool is_aggregate(CXType type)
{
	return is_record_type(type) || is_array_type(type);
}

static void initialise(struct body *f, CXCursor decl, uint32_t place, CXCursor init)
{
	CXType type = clang_getCursorType(decl);
	uint32_t value;

	if (is_aggregate(type)) {
		lower_init(f, STEP_FLAG_DECL, place, type, init);
		return;
	}
	value = lower_expr(f, init);
	step_assign(f, place, value, STEP_FLAG_DECL, decl);
	note_relocated(f, place, init);
}

void lower_declaration(struct body *f, CXCursor cursor)
{
	CXCursor init;
	uint32_t place;

	if (cursor.kind != CXCursor_VarDecl)
		return;
	init = clang_Cursor_getVarDeclInitializer(cursor);
	if (clang_Cursor_hasVarDeclGlobalStorage(cursor)) {
		if (!clang_Cursor_isNull(init))
			lower_global(f->lo, cursor);
		return;
	}
	/* Type checks in macros declare much that nobody uses: then it is no local. */
	if (clang_Cursor_isNull(init) && !clang_Cursor_hasAttrs(cursor))
		return;
	place = variable_declare(f, cursor);
	if (!clang_Cursor_isNull(init))
		initialise(f, cursor, place, init);
	cleanup_declare(f, cursor, place);
}

static void lower_declarations(struct body *f, CXCursor cursor)
{
	struct kids kids = kids_of(f->lo, cursor);

	for (uint32_t i = 0; i < kids.n; i++)
		lower_declaration(f, kid(f->lo, kids, i));
	kids_done(f->lo, kids);
}

static void lower_break(struct body *f, CXCursor cursor)
{
	jump_to_target(f, f->on_break, loc_of(f->lo, cursor));
}

static void lower_continue(struct body *f, CXCursor cursor)
{
	jump_to_target(f, f->on_continue, loc_of(f->lo, cursor));
}

/* Statements that labels may be in, or are. The others do nothing where control does not get. */
static bool lower_structure(struct body *f, CXCursor cursor)
{
	switch ((int)cursor.kind) {
	case CXCursor_CompoundStmt:
		lower_compound(f, cursor);
		return true;
	case CXCursor_IfStmt:
		lower_if(f, cursor);
		return true;
	case CXCursor_WhileStmt:
		lower_while(f, cursor);
		return true;
	case CXCursor_DoStmt:
		lower_do(f, cursor);
		return true;
	case CXCursor_ForStmt:
		lower_for(f, cursor);
		return true;
	case CXCursor_SwitchStmt:
		lower_switch(f, cursor);
		return true;
	case CXCursor_CaseStmt:
	case CXCursor_DefaultStmt:
		lower_case(f, cursor);
		return true;
	case CXCursor_LabelStmt:
		lower_label(f, cursor);
		return true;
	case CXCursor_GotoStmt:
		lower_goto(f, cursor);
		return true;
	case CXCursor_UnexposedStmt: /* a statement with an attribute */
		lower_statement(f, last_kid(f->lo, cursor));
		return true;
	default:
		return false;
	}
}

static void lower_simple(struct body *f, CXCursor cursor)
{
	switch ((int)cursor.kind) {
	case CXCursor_DeclStmt:
		lower_declarations(f, cursor);
		break;
	case CXCursor_IndirectGotoStmt:
		lower_computed_goto(f, cursor);
		break;
	case CXCursor_ReturnStmt:
		lower_return(f, cursor);
		break;
	case CXCursor_BreakStmt:
		lower_break(f, cursor);
		break;
	case CXCursor_ContinueStmt:
		lower_continue(f, cursor);
		break;
	case CXCursor_GCCAsmStmt:
		lower_asm(f, cursor);
		break;
	default:
		if (clang_isExpression(cursor.kind))
			lower_discarded(f, cursor);
		break;
	}
}

bool body_is_too_deep(struct body *f)
{
	if (f->depth >= MAX_NESTING)
		f->too_deep = true;
	return f->too_deep;
}

void lower_statement(struct body *f, CXCursor cursor)
{
	if (body_is_too_deep(f))
		return;
	f->depth++;
	if (!lower_structure(f, cursor) && !is_dead(f))
		lower_simple(f, cursor);
	f->depth--;
}

/* The value of ({ ...; x; }), which cleanups at the closing brace must not change. */
static uint32_t lower_last(struct body *f, CXCursor cursor, uint32_t n_cleanups)
{
	uint32_t value;

	if (!clang_isExpression(cursor.kind)) {
		lower_statement(f, cursor);
		return UNKNOWN_VALUE;
	}
	if (type_kind(clang_getCursorType(cursor)) == CXType_Void) {
		lower_discarded(f, cursor);
		return UNKNOWN_VALUE;
	}
	value = lower_expr(f, cursor);
	return f->cleanups->len > n_cleanups ? value_kept(f, value, cursor) : value;
}

uint32_t lower_statement_expression(struct body *f, CXCursor cursor, bool is_discarded)
{
	CXCursor compound = last_kid(f->lo, cursor);
	struct kids kids = kids_of(f->lo, compound);
	uint32_t n_cleanups = f->cleanups->len, value = UNKNOWN_VALUE;

	for (uint32_t i = 0; i < kids.n; i++) {
		CXCursor statement = kid(f->lo, kids, i);

		if (i + 1 == kids.n && !is_discarded)
			value = lower_last(f, statement, n_cleanups);
		else
			lower_statement(f, statement);
	}
	kids_done(f->lo, kids);
	if (f->cleanups->len > n_cleanups)
		cleanup_leave(f, n_cleanups, end_loc_of(f->lo, compound));
	return value;
}
