/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jump.c - return, goto, labels
 *
 * A jump out of scopes runs their cleanups. How many those are is known at once for a label
 * further up; for one further down the jump is kept open until the label comes.
 */
#include "extract/lowering_p.h"

#include <ctype.h>
#include <string.h>

static struct label *label_at(struct body *f, CXCursor statement)
{
	struct label *label = g_hash_table_lookup(f->labels, stmt_key(statement));
	CXString spelling;

	if (label)
		return label;
	label = arena_new_struct(f->lo->arena, struct label);
	spelling = clang_getCursorSpelling(statement);
	label->name = arena_strdup(f->lo->arena, clang_getCString(spelling));
	clang_disposeString(spelling);
	label->block = block_new(f);
	g_hash_table_insert(f->labels, (gpointer)stmt_key(statement), label);
	g_ptr_array_add(f->label_list, label);
	return label;
}

struct label *label_of(struct body *f, CXCursor label_ref)
{
	struct label *label = label_at(f, clang_getCursorReferenced(label_ref));

	label->is_named = true;
	return label;
}

static void close_forward(struct body *f, const struct forward_jump *jump)
{
	uint32_t keep = jump->label->n_cleanups;

	block_resume(f, jump->block);
	f->loc = jump->loc;
	for (uint32_t i = jump->n; i-- > keep;)
		cleanup_call(f,
			     &g_array_index(f->forward_cleanups, struct cleanup, jump->first + i),
			     jump->loc);
	block_jump(f, jump->label->block);
}

static void close_forwards(struct body *f, const struct label *label)
{
	uint32_t here = block_pause(f);

	for (guint i = f->forward->len; i-- > 0;) {
		struct forward_jump jump = g_array_index(f->forward, struct forward_jump, i);

		if (jump.label != label)
			continue;
		g_array_remove_index_fast(f->forward, i);
		close_forward(f, &jump);
	}
	block_resume(f, here);
}

void lower_label(struct body *f, CXCursor cursor)
{
	struct label *label = label_at(f, cursor);

	block_open(f, label->block);
	label->is_placed = true;
	label->loc = loc_of(f->lo, cursor);
	label->n_cleanups = f->cleanups->len;
	close_forwards(f, label);
	lower_statement(f, last_kid(f->lo, cursor));
}

static void open_forward(struct body *f, struct label *label, struct fact_loc loc)
{
	struct forward_jump jump = {
		.label = label, .first = f->forward_cleanups->len, .n = f->cleanups->len, .loc = loc
	};

	g_array_append_vals(f->forward_cleanups, f->cleanups->data, f->cleanups->len);
	jump.block = block_pause(f);
	g_array_append_val(f->forward, jump);
}

void jump_to_label(struct body *f, struct label *label, struct fact_loc loc)
{
	if (is_dead(f))
		return;
	if (label->is_placed) {
		cleanup_run(f, label->n_cleanups, loc);
		block_jump(f, label->block);
	} else if (f->cleanups->len) {
		open_forward(f, label, loc);
	} else {
		block_jump(f, label->block);
	}
}

/* Also where control does not get, for the label's sake. */
void lower_goto(struct body *f, CXCursor cursor)
{
	struct label *label = label_of(f, last_kid(f->lo, cursor));

	if (is_dead(f))
		return;
	f->loc = loc_of(f->lo, cursor);
	jump_to_label(f, label, f->loc);
}

void jump_to_target(struct body *f, const struct target *target, struct fact_loc loc)
{
	f->loc = loc;
	if (!target) {
		block_end(f, TERM_NORETURN, UNKNOWN_VALUE, loc);
		return;
	}
	cleanup_run(f, target->n_cleanups, loc);
	block_jump(f, target->block);
}

/* Cleanups get the address of another variable. */
static bool is_plain_variable(const struct body *f, uint32_t value)
{
	enum fact_expr_kind kind = facts_expr_at(f->lo->b, value).kind;

	return kind == EXPR_LOCAL || kind == EXPR_PARAM;
}

static void end_with(struct body *f, uint32_t value, CXCursor operand, struct fact_loc loc)
{
	if (is_dead(f))
		return;
	if (f->cleanups->len && !is_plain_variable(f, value))
		value = value_kept(f, value, operand);
	cleanup_run(f, 0, loc);
	block_end(f, TERM_RETURN, value, loc);
}

static bool is_logical(struct body *f, CXCursor operand)
{
	CXCursor inner = strip(f->lo, operand);
	enum CXBinaryOperatorKind kind;

	while (inner.kind == CXCursor_UnaryOperator &&
	       clang_getCursorUnaryOperatorKind(inner) == CXUnaryOperator_LNot)
		inner = strip(f->lo, last_kid(f->lo, inner));
	if (inner.kind != CXCursor_BinaryOperator)
		return false;
	kind = clang_getCursorBinaryOperatorKind(inner);
	return kind == CXBinaryOperator_LAnd || kind == CXBinaryOperator_LOr;
}

/*
 * "return a || b" returns in each of its ways by itself, so that what is known on the way stays
 * known together with what is returned.
 */
static void return_value(struct body *f, CXCursor operand, struct fact_loc loc)
{
	CXCursor inner = strip(f->lo, operand);
	bool is_choice = inner.kind == CXCursor_ConditionalOperator;
	uint32_t yes, no;
	struct kids kids;

	if (!is_choice && !is_logical(f, operand)) {
		end_with(f, lower_expr(f, operand), operand, loc);
		return;
	}
	yes = block_new(f);
	no = block_new(f);
	kids = kids_of(f->lo, inner);
	lower_condition(f, is_choice ? kid(f->lo, kids, 0) : operand, yes, no);
	for (int way = 1; way <= 2; way++) {
		uint32_t block = way == 1 ? yes : no;

		if (!block_is_reached(f, block))
			continue;
		block_enter(f, block);
		if (is_choice)
			return_value(f, kid(f->lo, kids, way), loc);
		else
			end_with(f, facts_expr_int(f->lo->b, way == 1), operand, loc);
	}
	kids_done(f->lo, kids);
}

void lower_return(struct body *f, CXCursor cursor)
{
	CXCursor operand = first_kid(f->lo, cursor);
	struct fact_loc loc = loc_of(f->lo, cursor);

	if (clang_Cursor_isNull(operand)) {
		end_with(f, UNKNOWN_VALUE, operand, loc);
		return;
	}
	if (type_kind(clang_getCursorType(operand)) != CXType_Void) {
		return_value(f, operand, loc);
		return;
	}
	lower_discarded(f, operand);
	end_with(f, UNKNOWN_VALUE, operand, loc);
}

/* --- jumps that may go to several labels: all of them are known only at the function's end --- */

void jump_open(struct body *f, uint32_t next, const char *text, size_t length)
{
	struct open_jump jump = { .next = next, .text = text, .length = length, .loc = f->loc };

	if (is_dead(f))
		return;
	jump.block = block_pause(f);
	g_array_append_val(f->open_jumps, jump);
}

void lower_computed_goto(struct body *f, CXCursor cursor)
{
	lower_expr(f, last_kid(f->lo, cursor));
	f->loc = loc_of(f->lo, cursor);
	jump_open(f, DEAD, NULL, 0);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, size_t length, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= length; i++)
		if (!strncmp(text + i, word, n) && (i == 0 || !is_word(text[i - 1])) &&
		    (i + n == length || !is_word(text[i + n])))
			return true;
	return false;
}

/*
 * As in "asm goto(... : : out)" and "unsafe_put_user(x, p, out)", but not in "BUG_ON(out)" and
 * "WARN(1, "%d", out)".
 */
static bool is_last_of_several(const char *text, size_t length, const char *word)
{
	size_t n = strlen(word);

	if (memchr(text, '"', length) && !g_strstr_len(text, (gssize)length, "goto"))
		return false;
	while (length && !is_word(text[length - 1]))
		length--;
	if (length < n || strncmp(text + length - n, word, n) != 0)
		return false;
	for (length -= n; length && isspace((unsigned char)text[length - 1]);)
		length--;
	return length && (text[length - 1] == ',' || text[length - 1] == ':');
}

/* A word that is a variable's name, too, is the variable unless it stands where labels do. */
static bool names_label(const struct body *f, const struct open_jump *jump,
			const struct label *label)
{
	if (!has_word(jump->text, jump->length, label->name))
		return false;
	return !g_hash_table_contains(f->names, label->name) ||
	       is_last_of_several(jump->text, jump->length, label->name);
}

static bool some_has_address(const struct body *f)
{
	for (guint i = 0; i < f->label_list->len; i++)
		if (((struct label *)f->label_list->pdata[i])->has_address)
			return true;
	return false;
}

/*
 * A computed goto leads to the labels whose address is taken. libclang does not show the labels
 * of an asm goto: they are words in its text. Where a macro hides both the asm and the label, the
 * two stand in the same place, that of the macro's use, and nothing else names the label.
 */
static bool may_lead_to(const struct body *f, const struct open_jump *jump,
			const struct label *label)
{
	if (!label->is_placed)
		return false;
	if (!jump->text)
		return label->has_address || !some_has_address(f);
	if (jump->names_label)
		return names_label(f, jump, label);
	return !label->is_named && !memcmp(&label->loc, &jump->loc, sizeof(jump->loc));
}

static void find_named_by_asm(struct body *f)
{
	for (guint i = 0; i < f->label_list->len; i++) {
		struct label *label = f->label_list->pdata[i];

		for (guint j = 0; j < f->open_jumps->len; j++) {
			struct open_jump *jump = &g_array_index(f->open_jumps, struct open_jump, j);

			if (!jump->text || !names_label(f, jump, label))
				continue;
			label->is_named = true;
			jump->names_label = true;
		}
	}
}

static void close_open_jump(struct body *f, const struct open_jump *jump)
{
	uint32_t n = 0;

	for (guint i = 0; i < f->label_list->len; i++) {
		const struct label *label = f->label_list->pdata[i];

		if (!may_lead_to(f, jump, label))
			continue;
		if (n++ == 0 && jump->next != DEAD)
			block_edge(f, jump->block, jump->next);
		block_edge(f, jump->block, label->block);
	}
	block_resume(f, jump->block);
	f->loc = jump->loc;
	if (n)
		block_end(f, TERM_ANY, UNKNOWN_VALUE, jump->loc);
	else if (jump->next != DEAD)
		block_jump(f, jump->next);
	else
		block_end(f, TERM_NORETURN, UNKNOWN_VALUE, jump->loc);
}

void jumps_finish(struct body *f)
{
	find_named_by_asm(f);
	for (guint i = 0; i < f->open_jumps->len; i++)
		close_open_jump(f, &g_array_index(f->open_jumps, struct open_jump, i));
}
