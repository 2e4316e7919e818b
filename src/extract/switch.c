/* SPDX-License-Identifier: GPL-2.0-or-later */
/* switch.c - switch, its cases and ranges */
#include "extract/lowering_p.h"

/*
 * The switch whose body is being lowered. One on a constant, as sizeof() makes them, is a jump to
 * the case that matches.
 */
struct switch_case {
	uint32_t block; /* that ends in the switch; DEAD */
	uint32_t match; /* of a constant switch */
	bool is_constant;
	bool is_matched; /* by some case, not default */
	bool has_default;
	int64_t value;
};

static bool case_range(struct lowering *lo, CXCursor label, int64_t *low, int64_t *high)
{
	struct kids kids = kids_of(lo, label);
	bool ok = kids.n > 1 && evaluate(kid(lo, kids, 0), low);

	*high = *low;
	if (ok && kids.n > 2)
		ok = evaluate(kid(lo, kids, 1), high);
	kids_done(lo, kids);
	return ok;
}

static bool is_label_of_switch(CXCursor cursor)
{
	return cursor.kind == CXCursor_CaseStmt || cursor.kind == CXCursor_DefaultStmt;
}

/* Cases inside of other statements of the body are not looked for: nobody writes those with sizeof.
 */
static bool some_case_matches(struct lowering *lo, CXCursor body, int64_t value)
{
	struct kids kids = kids_of(lo, body);
	bool found = false;

	for (uint32_t i = 0; i < kids.n && !found; i++) {
		CXCursor label = kid(lo, kids, i);
		int64_t low, high;

		for (; is_label_of_switch(label) && !found; label = last_kid(lo, label))
			found = label.kind == CXCursor_CaseStmt &&
				case_range(lo, label, &low, &high) && low <= value && value <= high;
	}
	kids_done(lo, kids);
	return found;
}

static void begin_switch(struct body *f, CXCursor cursor, CXCursor body, struct switch_case *sw)
{
	CXCursor cond = first_kid(f->lo, cursor);
	uint32_t value = lower_expr(f, cond);

	sw->block = DEAD;
	if (is_dead(f))
		return;
	sw->is_constant = int_value(f->lo, value, &sw->value);
	if (sw->is_constant) {
		sw->is_matched = some_case_matches(f->lo, body, sw->value);
		sw->match = block_new(f);
		block_jump(f, sw->match);
		return;
	}
	sw->block = f->block;
	block_end(f, TERM_SWITCH, value, loc_of(f->lo, cond));
}

/* Nothing matched and there is no default: on behind the switch. */
static void add_missing_default(struct body *f, const struct switch_case *sw, uint32_t after)
{
	if (sw->has_default)
		return;
	if (sw->is_constant && !sw->is_matched) {
		f->block = sw->match;
		block_jump(f, after);
	} else if (sw->block != DEAD) {
		block_default(f, sw->block, after);
	}
}

void lower_switch(struct body *f, CXCursor cursor)
{
	CXCursor body = last_kid(f->lo, cursor);
	struct switch_case sw = { 0 }, *outer_case = f->on_case;
	struct target *outer_break = f->on_break;
	struct target after;

	begin_switch(f, cursor, body, &sw);
	after = (struct target){ block_new(f), f->cleanups->len };
	f->on_case = &sw;
	f->on_break = &after;
	lower_statement(f, body);
	f->on_case = outer_case;
	f->on_break = outer_break;
	block_jump(f, after.block);
	add_missing_default(f, &sw, after.block);
	block_enter(f, after.block);
}

static void enter_constant_case(struct body *f, const struct switch_case *sw, CXCursor label)
{
	int64_t low, high;
	bool is_it = !sw->is_matched;

	if (label.kind == CXCursor_CaseStmt)
		is_it = case_range(f->lo, label, &low, &high) && low <= sw->value &&
			sw->value <= high;
	if (is_it)
		block_enter(f, sw->match);
}

static void add_case(struct body *f, const struct switch_case *sw, CXCursor label, uint32_t block)
{
	int64_t low, high;

	if (label.kind == CXCursor_DefaultStmt)
		block_default(f, sw->block, block);
	else if (case_range(f->lo, label, &low, &high))
		block_case(f, sw->block, block, low, high);
}

/* Labels in a row share a block. */
void lower_case(struct body *f, CXCursor cursor)
{
	struct switch_case *sw = f->on_case;
	uint32_t block = block_new(f);

	for (; is_label_of_switch(cursor); cursor = last_kid(f->lo, cursor)) {
		if (!sw)
			continue;
		if (cursor.kind == CXCursor_DefaultStmt)
			sw->has_default = true;
		if (sw->is_constant)
			enter_constant_case(f, sw, cursor);
		else if (sw->block != DEAD)
			add_case(f, sw, cursor, block);
	}
	if (block_is_reached(f, block))
		block_enter(f, block);
	lower_statement(f, cursor);
}
