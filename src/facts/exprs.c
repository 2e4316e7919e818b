/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exprs.c - expressions: hash-consed and canonical */
#include "facts/builder_p.h"

#include <string.h>

static bool same_expr(const struct facts_builder *b, uint32_t row, const void *key)
{
	return !memcmp(&g_array_index(b->exprs, struct fact_expr, row), key,
		       sizeof(struct fact_expr));
}

static uint32_t add_expr(struct facts_builder *b, struct fact_expr expr)
{
	uint32_t words[4];
	uint32_t hash, row;

	G_STATIC_ASSERT(sizeof(words) == sizeof(expr));
	memcpy(words, &expr, sizeof(words));
	hash = cons_hash(words, G_N_ELEMENTS(words));
	row = cons_find(&b->expr_rows, hash, same_expr, b, &expr);
	if (row != FACTS_NONE)
		return row;
	row = b->exprs->len;
	g_array_append_val(b->exprs, expr);
	cons_add(&b->expr_rows, hash, row);
	return row;
}

struct fact_expr facts_expr_at(const struct facts_builder *b, uint32_t index)
{
	g_assert(index < b->exprs->len);
	return g_array_index(b->exprs, struct fact_expr, index);
}

static uint32_t numbered(struct facts_builder *b, enum fact_expr_kind kind, uint32_t number)
{
	return add_expr(b, (struct fact_expr){ .kind = kind, .a = number });
}

static uint32_t derived(struct facts_builder *b, enum fact_expr_kind kind, uint32_t base)
{
	g_assert(base < b->exprs->len);
	return add_expr(b, (struct fact_expr){ .kind = kind, .base = base });
}

uint32_t facts_expr_param(struct facts_builder *b, uint32_t number)
{
	return numbered(b, EXPR_PARAM, number);
}

uint32_t facts_expr_local(struct facts_builder *b, uint32_t number)
{
	return numbered(b, EXPR_LOCAL, number);
}

uint32_t facts_expr_global(struct facts_builder *b, uint32_t symbol)
{
	return numbered(b, EXPR_GLOBAL, symbol);
}

uint32_t facts_expr_func(struct facts_builder *b, uint32_t symbol)
{
	return numbered(b, EXPR_FUNC, symbol);
}

uint32_t facts_expr_result(struct facts_builder *b, uint32_t call)
{
	return numbered(b, EXPR_RESULT, call);
}

uint32_t facts_expr_int(struct facts_builder *b, int64_t value)
{
	uint64_t bits = (uint64_t)value;

	return add_expr(b, (struct fact_expr){ .kind = EXPR_INT,
					       .a = (uint32_t)bits,
					       .b = (uint32_t)(bits >> 32) });
}

uint32_t facts_expr_string(struct facts_builder *b, const char *text)
{
	return numbered(b, EXPR_STRING, facts_add_string(b, text));
}

uint32_t facts_expr_field(struct facts_builder *b, uint32_t base, const char *record,
			  const char *member)
{
	g_assert(base < b->exprs->len);
	return add_expr(b, (struct fact_expr){ .kind = EXPR_FIELD,
					       .base = base,
					       .a = facts_add_string(b, record),
					       .b = facts_add_string(b, member) });
}

uint32_t facts_expr_deref(struct facts_builder *b, uint32_t base)
{
	struct fact_expr expr = facts_expr_at(b, base);

	return expr.kind == EXPR_ADDR ? expr.base : derived(b, EXPR_DEREF, base);
}

uint32_t facts_expr_index(struct facts_builder *b, uint32_t base, uint32_t index)
{
	g_assert(base < b->exprs->len && index < b->exprs->len);
	return add_expr(b, (struct fact_expr){ .kind = EXPR_INDEX, .base = base, .a = index });
}

uint32_t facts_expr_addr(struct facts_builder *b, uint32_t base)
{
	struct fact_expr expr = facts_expr_at(b, base);

	return expr.kind == EXPR_DEREF ? expr.base : derived(b, EXPR_ADDR, base);
}

/*
 * The place that @place is member @member of: peels "y", then "x", off a place that ends in .x.y
 * for "x.y". FACTS_NONE when the names differ or the outermost record is not @record.
 */
static uint32_t peel_member(struct facts_builder *b, uint32_t place, uint32_t record,
			    const char *member)
{
	const char *dot = strrchr(member, '.');
	const char *last = dot ? dot + 1 : member;
	struct fact_expr expr = facts_expr_at(b, place);
	g_autofree char *rest = NULL;

	if (expr.kind != EXPR_FIELD || expr.b != intern_find(b->names, last))
		return FACTS_NONE;
	if (!dot)
		return expr.a == record ? expr.base : FACTS_NONE;
	rest = g_strndup(member, (size_t)(dot - member));
	return peel_member(b, expr.base, record, rest);
}

uint32_t facts_expr_container(struct facts_builder *b, uint32_t base, const char *record,
			      const char *member)
{
	struct fact_expr expr = facts_expr_at(b, base);
	uint32_t record_id = facts_add_string(b, record);
	uint32_t outer = FACTS_NONE;

	if (expr.kind == EXPR_ADDR)
		outer = peel_member(b, expr.base, record_id, member);
	if (outer != FACTS_NONE)
		return facts_expr_addr(b, outer);
	return add_expr(b, (struct fact_expr){ .kind = EXPR_CONTAINER,
					       .base = base,
					       .a = record_id,
					       .b = facts_add_string(b, member) });
}

uint32_t facts_expr_percpu(struct facts_builder *b, uint32_t base)
{
	return derived(b, EXPR_PERCPU, base);
}

uint32_t facts_expr_unary(struct facts_builder *b, enum fact_unary op, uint32_t base)
{
	g_assert(base < b->exprs->len);
	return add_expr(b, (struct fact_expr){ .kind = EXPR_UNARY, .op = op, .base = base });
}

uint32_t facts_expr_binary(struct facts_builder *b, enum fact_binary op, bool is_unsigned,
			   uint32_t left, uint32_t right)
{
	g_assert(left < b->exprs->len && right < b->exprs->len);
	return add_expr(b, (struct fact_expr){ .kind = EXPR_BINARY,
					       .op = op,
					       .unsigned_compare = is_unsigned,
					       .a = left,
					       .b = right });
}

static bool compare(enum fact_binary op, bool is_unsigned, int64_t a, int64_t b)
{
	bool is_less = is_unsigned ? (uint64_t)a < (uint64_t)b : a < b;

	switch ((int)op) {
	case BINARY_EQ:
		return a == b;
	case BINARY_NE:
		return a != b;
	case BINARY_LT:
		return is_less;
	case BINARY_LE:
		return is_less || a == b;
	case BINARY_GT:
		return !is_less && a != b;
	default:
		return !is_less;
	}
}

bool facts_fold(enum fact_binary op, bool is_unsigned, int64_t a, int64_t b, int64_t *result)
{
	uint64_t x = (uint64_t)a, y = (uint64_t)b;

	switch (op) {
	case BINARY_EQ:
	case BINARY_NE:
	case BINARY_LT:
	case BINARY_LE:
	case BINARY_GT:
	case BINARY_GE:
		*result = compare(op, is_unsigned, a, b);
		return true;
	case BINARY_AND:
		*result = a & b;
		return true;
	case BINARY_OR:
		*result = a | b;
		return true;
	case BINARY_XOR:
		*result = a ^ b;
		return true;
	case BINARY_ADD:
		*result = (int64_t)(x + y);
		return true;
	case BINARY_SUB:
		*result = (int64_t)(x - y);
		return true;
	case BINARY_MUL:
		*result = (int64_t)(x * y);
		return true;
	case BINARY_SHL:
		*result = y < 64 ? (int64_t)(x << y) : 0;
		return y < 64;
	case BINARY_SHR:
		if (y >= 64)
			return false;
		*result = is_unsigned ? (int64_t)(x >> y) : a >> b;
		return true;
	case BINARY_OTHER:
	case BINARY_KINDS:
		return false;
	}
	return false;
}
