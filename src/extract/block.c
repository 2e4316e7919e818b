/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * block.c - where control is, and what happens there
 *
 * Nothing is recorded while control is nowhere (behind a return, in the dead arm of a constant
 * condition): callers need not ask. Statements are walked there all the same, because a label
 * may bring control back.
 */
#include "extract/lowering_p.h"

static struct block_state *state_of(const struct body *f, uint32_t block)
{
	return &g_array_index(f->blocks, struct block_state, block);
}

uint32_t block_new(struct body *f)
{
	struct block_state state = { 0 };

	g_array_append_val(f->blocks, state);
	return f->is_constant ? f->blocks->len - 1 : facts_add_block(f->lo->b);
}

bool block_is_reached(const struct body *f, uint32_t block)
{
	return state_of(f, block)->is_reached;
}

static void flush_load(struct body *f)
{
	if (f->load == UNKNOWN_VALUE)
		return;
	facts_add_load(f->lo->b, f->block, f->load, f->load_loc);
	f->loc = f->load_loc;
	f->load = UNKNOWN_VALUE;
}

void block_edge(struct body *f, uint32_t from, uint32_t to)
{
	state_of(f, to)->is_reached = true;
	if (!f->is_constant)
		facts_add_edge(f->lo->b, from, to);
}

void block_case(struct body *f, uint32_t from, uint32_t to, int64_t low, int64_t high)
{
	state_of(f, to)->is_reached = true;
	facts_add_case(f->lo->b, from, to, low, high);
}

void block_default(struct body *f, uint32_t from, uint32_t to)
{
	state_of(f, to)->is_reached = true;
	facts_add_default(f->lo->b, from, to);
}

void block_end(struct body *f, enum fact_term_kind term, uint32_t cond, struct fact_loc loc)
{
	if (is_dead(f))
		return;
	if (!f->is_constant) {
		flush_load(f);
		facts_end_block(f->lo->b, f->block, term, cond, loc);
	}
	state_of(f, f->block)->is_ended = true;
	f->block = DEAD;
}

uint32_t block_pause(struct body *f)
{
	uint32_t block = f->block;

	if (!is_dead(f))
		flush_load(f);
	f->block = DEAD;
	return block;
}

void block_resume(struct body *f, uint32_t block)
{
	f->block = block;
}

void blocks_finish(struct body *f)
{
	for (guint i = 0; i < f->blocks->len; i++) {
		if (state_of(f, i)->is_ended)
			continue;
		f->block = i;
		block_end(f, TERM_NORETURN, UNKNOWN_VALUE, f->loc);
	}
}

void block_jump(struct body *f, uint32_t block)
{
	if (is_dead(f))
		return;
	block_edge(f, f->block, block);
	block_end(f, TERM_GOTO, UNKNOWN_VALUE, f->loc);
}

void block_enter(struct body *f, uint32_t block)
{
	block_jump(f, block);
	f->block = block_is_reached(f, block) ? block : DEAD;
}

void block_open(struct body *f, uint32_t block)
{
	block_jump(f, block);
	f->block = block;
}

void block_branch(struct body *f, uint32_t cond, uint32_t yes, uint32_t no, CXCursor cursor)
{
	int64_t value;

	if (is_dead(f))
		return;
	if (int_value(f->lo, cond, &value)) {
		block_jump(f, value ? yes : no);
		return;
	}
	block_edge(f, f->block, yes);
	block_edge(f, f->block, no);
	block_end(f, TERM_BRANCH, cond, loc_of(f->lo, cursor));
}

void step_assign(struct body *f, uint32_t place, uint32_t value, unsigned flags, CXCursor cursor)
{
	if (is_dead(f) || f->is_constant || place == value)
		return;
	if (value == UNKNOWN_VALUE) {
		step_clobber(f, place, cursor);
		return;
	}
	flush_load(f);
	f->loc = loc_of(f->lo, cursor);
	facts_add_assign(f->lo->b, f->block, place, value, flags, f->loc);
}

void step_clobber(struct body *f, uint32_t place, CXCursor cursor)
{
	if (is_dead(f) || f->is_constant || place == UNKNOWN_VALUE)
		return;
	flush_load(f);
	f->loc = loc_of(f->lo, cursor);
	facts_add_clobber(f->lo->b, f->block, place, f->loc);
}

uint32_t step_call(struct body *f, uint32_t callee, const uint32_t *args, size_t n, unsigned flags,
		   struct fact_loc loc)
{
	if (is_dead(f) || f->is_constant)
		return UNKNOWN_VALUE;
	flush_load(f);
	f->loc = loc;
	return facts_add_call(f->lo->b, f->block, callee, args, n, flags, loc);
}

/* A local's own storage is nobody else's; what it points to may be. */
static bool is_own(const struct body *f, uint32_t place)
{
	struct fact_expr expr = facts_expr_at(f->lo->b, place);

	while (expr.kind == EXPR_FIELD || expr.kind == EXPR_INDEX)
		expr = facts_expr_at(f->lo->b, expr.base);
	return expr.kind != EXPR_DEREF && expr.kind != EXPR_GLOBAL;
}

/* Whether reading @place begins with reading @inner: a->b->c with a->b. */
static bool reads_through(const struct body *f, uint32_t place, uint32_t inner)
{
	for (;;) {
		struct fact_expr expr = facts_expr_at(f->lo->b, place);

		if (place == inner)
			return true;
		if (expr.kind != EXPR_FIELD && expr.kind != EXPR_INDEX && expr.kind != EXPR_DEREF)
			return false;
		place = expr.base;
	}
}

/* Held back until the next step: a read that goes on from this one tells more. */
void step_load(struct body *f, uint32_t place, CXCursor cursor)
{
	if (is_dead(f) || f->is_constant || is_own(f, place))
		return;
	if (f->load != UNKNOWN_VALUE && !reads_through(f, place, f->load))
		flush_load(f);
	f->load = place;
	f->load_loc = loc_of(f->lo, cursor);
}

uint32_t local_new(struct body *f, const char *name, CXType type)
{
	uint32_t number;

	if (f->is_constant)
		return UNKNOWN_VALUE;
	number = facts_add_variable(f->lo->b, false, name, type_text(f->lo, type));
	return facts_expr_local(f->lo->b, number);
}

uint32_t value_kept(struct body *f, uint32_t value, CXCursor cursor)
{
	uint32_t kept;

	if (is_dead(f) || f->is_constant)
		return value;
	switch ((enum fact_expr_kind)facts_expr_at(f->lo->b, value).kind) {
	case EXPR_UNKNOWN:
	case EXPR_FUNC:
	case EXPR_RESULT:
	case EXPR_INT:
	case EXPR_STRING:
		return value;
	case EXPR_PARAM:
	case EXPR_LOCAL:
	case EXPR_GLOBAL:
	case EXPR_FIELD:
	case EXPR_DEREF:
	case EXPR_INDEX:
	case EXPR_ADDR:
	case EXPR_CONTAINER:
	case EXPR_PERCPU:
	case EXPR_UNARY:
	case EXPR_BINARY:
	case EXPR_KINDS:
		break;
	}
	kept = local_new(f, "", clang_getCursorType(cursor));
	step_assign(f, kept, value, 0, cursor);
	return kept;
}
