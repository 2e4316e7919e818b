/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * terms.c - hash-consed, canonical expressions of the whole program
 *
 * An open-addressing table over one growing array: the whole kernel has some millions of terms, so
 * a term costs 16 bytes, two bytes for its depth and size, and about 12 bytes of table. A slot is
 * half of a term's hash and its index, so that a term is looked at only if it is the right one.
 */
#include "program/program.h"

#include <string.h>

_Static_assert(EXPR_KINDS <= 16, "struct term.parts has a bit per kind");

#define FIRST_SLOTS 4096
#define RECENT_BITS 12

struct term_slot {
	uint32_t hash;
	term_id id; /* 0: nothing there */
};

struct recent_term {
	struct term term;
	term_id id; /* 0: nothing there */
};

static term_id append(struct term_table *t, const struct term *term, uint16_t parts, uint8_t depth,
		      uint8_t size)
{
	if (t->n == t->capacity) {
		t->capacity *= 2;
		t->terms = g_renew(struct term, t->terms, t->capacity);
		t->depths = g_renew(uint8_t, t->depths, t->capacity);
		t->sizes = g_renew(uint8_t, t->sizes, t->capacity);
	}
	t->terms[t->n] = *term;
	t->terms[t->n].parts = parts;
	t->depths[t->n] = depth;
	t->sizes[t->n] = size;
	return t->n++;
}

struct term_table *term_table_new(void)
{
	struct term_table *t = g_new0(struct term_table, 1);
	struct term unknown = { .kind = EXPR_UNKNOWN };

	t->capacity = FIRST_SLOTS / 2;
	t->terms = g_new(struct term, t->capacity);
	t->depths = g_new(uint8_t, t->capacity);
	t->sizes = g_new(uint8_t, t->capacity);
	t->n_slots = FIRST_SLOTS;
	t->slots = g_new0(struct term_slot, t->n_slots);
	t->recent = g_new0(struct recent_term, 1u << RECENT_BITS);
	append(t, &unknown, 0, 0, 0);
	return t;
}

void term_table_free(struct term_table *t)
{
	if (!t)
		return;
	g_free(t->terms);
	g_free(t->depths);
	g_free(t->sizes);
	g_free(t->slots);
	g_free(t->recent);
	g_free(t);
}

size_t term_count(const struct term_table *t)
{
	return t->n;
}

static uint64_t hash_term(const struct term *term)
{
	uint64_t h = ((uint64_t)term->kind << 56) ^ ((uint64_t)term->op << 48) ^
		     term->unsigned_compare;

	h = (h ^ term->base) * 0x9e3779b97f4a7c15ULL;
	h = (h ^ (h >> 29) ^ term->a) * 0xbf58476d1ce4e5b9ULL;
	h = (h ^ (h >> 32) ^ term->b) * 0x94d049bb133111ebULL;
	return h ^ (h >> 31);
}

enum term_operands term_operands(enum fact_expr_kind kind)
{
	switch (kind) {
	case EXPR_GLOBAL:
	case EXPR_FUNC:
		return OPERAND_SYMBOL;
	case EXPR_STRING:
		return OPERAND_STRING;
	case EXPR_FIELD:
	case EXPR_CONTAINER:
		return OPERANDS_STRINGS;
	case EXPR_INDEX:
		return OPERAND_TERM;
	case EXPR_BINARY:
		return OPERANDS_TERMS;
	case EXPR_UNKNOWN:
	case EXPR_PARAM:
	case EXPR_LOCAL:
	case EXPR_RESULT:
	case EXPR_INT:
	case EXPR_DEREF:
	case EXPR_ADDR:
	case EXPR_PERCPU:
	case EXPR_UNARY:
	case EXPR_KINDS:
		break;
	}
	return OPERANDS_NUMBERS;
}

static bool same_term(const struct term *x, const struct term *y)
{
	return x->kind == y->kind && x->op == y->op && x->unsigned_compare == y->unsigned_compare &&
	       x->base == y->base && x->a == y->a && x->b == y->b;
}

static void grow(struct term_table *t)
{
	size_t n = t->n_slots * 2;
	struct term_slot *slots = g_new0(struct term_slot, n);

	for (size_t i = 0; i < t->n_slots; i++) {
		size_t at = t->slots[i].hash & (n - 1);

		if (!t->slots[i].id)
			continue;
		while (slots[at].id)
			at = (at + 1) & (n - 1);
		slots[at] = t->slots[i];
	}
	g_free(t->slots);
	t->slots = slots;
	t->n_slots = n;
}

static uint8_t new_depth(const struct term_table *t, const struct term *term)
{
	uint8_t depth = t->depths[term->base];

	if (term->kind == EXPR_BINARY)
		depth = MAX(t->depths[term->a], t->depths[term->b]);
	return depth + 1;
}

/* Parts that are shared count again: whoever walks over a term does not see that they are. */
static unsigned new_size(const struct term_table *t, const struct term *term)
{
	unsigned size = t->sizes[term->base] + 1u;

	if (term->kind == EXPR_BINARY)
		size += t->sizes[term->a] + t->sizes[term->b];
	else if (term->kind == EXPR_INDEX)
		size += t->sizes[term->a];
	return size;
}

/* A DEREF and a FIELD. */
#define MEMBER_DEPTH 2

bool term_is_too_deep(const struct term_table *t, term_id id)
{
	return t->depths[id] + MEMBER_DEPTH > TERM_MAX_DEPTH;
}

static uint16_t new_parts(const struct term_table *t, const struct term *term)
{
	uint16_t parts = (uint16_t)(1u << term->kind) | t->terms[term->base].parts;

	if (term->kind == EXPR_BINARY)
		parts |= t->terms[term->a].parts | t->terms[term->b].parts;
	else if (term->kind == EXPR_INDEX)
		parts |= t->terms[term->a].parts;
	return parts;
}

static term_id find_or_append(struct term_table *t, const struct term *term, uint64_t hash)
{
	const struct term_slot *slot;
	size_t at = hash & (t->n_slots - 1);
	unsigned size;
	uint8_t depth;
	term_id id;

	for (; t->slots[at].id; at = (at + 1) & (t->n_slots - 1)) {
		slot = &t->slots[at];
		if (slot->hash == (uint32_t)hash && same_term(&t->terms[slot->id], term))
			return slot->id;
	}
	depth = new_depth(t, term);
	size = new_size(t, term);
	if (depth > TERM_MAX_DEPTH || size > TERM_MAX_SIZE)
		return 0;
	id = append(t, term, new_parts(t, term), depth, (uint8_t)size);
	t->slots[at] = (struct term_slot){ (uint32_t)hash, id };
	if ((size_t)t->n * 2 > t->n_slots)
		grow(t);
	return id;
}

/*
 * The table is far larger than the processor's caches, but one function at a time is worked on,
 * and it makes the same few terms again and again: a small table of the latest is asked first.
 */
static term_id insert(struct term_table *t, const struct term *term)
{
	uint64_t hash = hash_term(term);
	struct recent_term *recent = &t->recent[hash >> (64 - RECENT_BITS)];

	if (recent->id && same_term(&recent->term, term))
		return recent->id;
	recent->term = *term;
	recent->id = find_or_append(t, term, hash);
	return recent->id;
}

bool term_is_int(const struct term_table *t, term_id id, int64_t *value)
{
	struct term term = term_at(t, id);

	if (term.kind != EXPR_INT)
		return false;
	*value = (int64_t)(((uint64_t)term.b << 32) | term.a);
	return true;
}

term_id term_int(struct term_table *t, int64_t value)
{
	struct term term = { .kind = EXPR_INT,
			     .a = (uint32_t)value,
			     .b = (uint32_t)((uint64_t)value >> 32) };

	return insert(t, &term);
}

/* A shift to the right takes its left side for unsigned: facts do not tell which it is. */
static bool fold_binary(const struct term *term, int64_t x, int64_t y, int64_t *value)
{
	enum fact_binary op = (enum fact_binary)term->op;

	return facts_fold(op, term->unsigned_compare || op == BINARY_SHR, x, y, value);
}

bool term_is_symmetric(const struct term *term)
{
	return term->op == BINARY_EQ || term->op == BINARY_NE || term->op == BINARY_AND ||
	       term->op == BINARY_OR || term->op == BINARY_XOR || term->op == BINARY_ADD ||
	       term->op == BINARY_MUL;
}

/* Of "(x & a) & b" and "(x | a) & b", with constants: what they have of x is x & bits. */
static bool is_some_bits(const struct term_table *t, const struct term *term, int64_t *bits)
{
	struct term inner = term_at(t, term->a);
	int64_t constant, mask;

	if (term->op != BINARY_AND || inner.kind != EXPR_BINARY ||
	    !term_is_int(t, term->b, &mask) || !term_is_int(t, inner.b, &constant))
		return false;
	*bits = inner.op == BINARY_AND ? mask & constant : mask;
	return inner.op == BINARY_AND || (inner.op == BINARY_OR && !(constant & mask));
}

bool operator_compares(uint8_t op)
{
	return op == BINARY_EQ || op == BINARY_NE || op == BINARY_LT || op == BINARY_LE ||
	       op == BINARY_GT || op == BINARY_GE;
}

/* "&x->member == &y->member" is "x == y", and so it is with what contains both. */
static void compare_objects(struct term_table *t, struct term *term)
{
	for (;;) {
		struct term x = term_at(t, term->a), y = term_at(t, term->b);
		bool addresses = x.kind == EXPR_ADDR && y.kind == EXPR_ADDR;

		if (addresses) {
			x = term_at(t, x.base);
			y = term_at(t, y.base);
		}
		if (x.kind != (addresses ? EXPR_FIELD : EXPR_CONTAINER) || x.kind != y.kind ||
		    x.a != y.a || x.b != y.b)
			return;
		term->a = addresses ? term_addr(t, x.base) : x.base;
		term->b = addresses ? term_addr(t, y.base) : y.base;
	}
}

/* "getfrag == ip_generic_getfrag", as INDIRECT_CALL_1() asks, where getfrag is another function. */
static bool are_other_functions(const struct term_table *t, const struct term *term)
{
	return term->a != term->b && term_at(t, term->a).kind == EXPR_FUNC &&
	       term_at(t, term->b).kind == EXPR_FUNC;
}

static term_id make_binary(struct term_table *t, struct term *term)
{
	int64_t x = 0, y = 0, value;
	bool left = term_is_int(t, term->a, &x), right = term_is_int(t, term->b, &y);

	if (left && right && fold_binary(term, x, y, &value))
		return term_int(t, value);
	if (operator_compares(term->op))
		compare_objects(t, term);
	if (term->op == BINARY_EQ && term->a && term->a == term->b)
		return term_int(t, 1);
	if ((term->op == BINARY_EQ || term->op == BINARY_NE) && are_other_functions(t, term))
		return term_int(t, term->op == BINARY_NE);
	if (term->op == BINARY_AND && ((left && x == 0) || (right && y == 0)))
		return term_int(t, 0);
	if (term_is_symmetric(term) && (left || (!right && term->a > term->b))) {
		uint32_t swap = term->a;

		term->a = term->b;
		term->b = swap;
	}
	if (term->a == 0 || term->b == 0)
		return 0;
	if (is_some_bits(t, term, &value)) {
		term->a = term_at(t, term->a).a;
		term->b = term_int(t, value);
		return make_binary(t, term);
	}
	if (term->op == BINARY_EQ || term->op == BINARY_NE)
		term->unsigned_compare = 0; /* equal is equal: one name for both */
	return insert(t, term);
}

static term_id make_unary(struct term_table *t, struct term *term)
{
	int64_t x;

	if (term->base == 0)
		return 0;
	if (!term_is_int(t, term->base, &x))
		return insert(t, term);
	switch ((enum fact_unary)term->op) {
	case UNARY_NOT:
		return term_int(t, !x);
	case UNARY_NEG:
		return term_int(t, (int64_t)(0 - (uint64_t)x));
	case UNARY_COMPL:
		return term_int(t, ~x);
	case UNARY_KINDS:
		break;
	}
	return 0;
}

/* CONTAINER(ADDR(FIELD(p, s, f)), s, f) is ADDR(p). Members of several steps stay as they are. */
static term_id make_container(struct term_table *t, struct term *term)
{
	struct term addr = term_at(t, term->base), field;

	if (term->base == 0)
		return 0;
	if (addr.kind != EXPR_ADDR)
		return insert(t, term);
	field = term_at(t, addr.base);
	if (field.kind == EXPR_FIELD && field.a == term->a && field.b == term->b)
		return term_addr(t, field.base);
	return insert(t, term);
}

/* FIELD(DEREF(CONTAINER(v, s, f)), s, f) is DEREF(v). */
static term_id make_field(struct term_table *t, struct term *term)
{
	struct term deref = term_at(t, term->base), container;

	if (deref.kind != EXPR_DEREF)
		return insert(t, term);
	container = term_at(t, deref.base);
	if (container.kind == EXPR_CONTAINER && container.a == term->a && container.b == term->b)
		return term_deref(t, container.base);
	return insert(t, term);
}

term_id term_make(struct term_table *t, struct term term)
{
	struct term base = term_at(t, term.base);

	switch ((enum fact_expr_kind)term.kind) {
	case EXPR_UNKNOWN:
		return term.a || term.b ? insert(t, &term) : 0;
	case EXPR_DEREF:
		if (base.kind == EXPR_ADDR)
			return base.base;
		return term.base ? insert(t, &term) : 0;
	case EXPR_ADDR:
		if (base.kind == EXPR_DEREF)
			return base.base;
		return term.base ? insert(t, &term) : 0;
	case EXPR_UNARY:
		return make_unary(t, &term);
	case EXPR_BINARY:
		return make_binary(t, &term);
	case EXPR_CONTAINER:
		return make_container(t, &term);
	case EXPR_FIELD:
		return make_field(t, &term);
	case EXPR_INDEX:
	case EXPR_PERCPU:
		return term.base ? insert(t, &term) : 0;
	case EXPR_PARAM:
	case EXPR_LOCAL:
	case EXPR_GLOBAL:
	case EXPR_FUNC:
	case EXPR_RESULT:
	case EXPR_INT:
	case EXPR_STRING:
		return insert(t, &term);
	case EXPR_KINDS:
		break;
	}
	return 0;
}

term_id term_field(struct term_table *t, term_id base, uint32_t record, uint32_t member)
{
	return term_make(
		t, (struct term){ .kind = EXPR_FIELD, .base = base, .a = record, .b = member });
}

term_id term_deref(struct term_table *t, term_id value)
{
	return term_make(t, (struct term){ .kind = EXPR_DEREF, .base = value });
}

term_id term_addr(struct term_table *t, term_id place)
{
	return term_make(t, (struct term){ .kind = EXPR_ADDR, .base = place });
}

bool term_is_behind_constant(const struct term_table *terms, term_id id)
{
	struct term term = term_at(terms, id);

	while (term.base) {
		term_id base = term.base;

		if (term.kind == EXPR_UNARY || term.kind == EXPR_BINARY)
			return false;
		term = term_at(terms, base);
		if (term.kind == EXPR_STRING)
			return true;
	}
	return false;
}
