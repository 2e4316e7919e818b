/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pack.c - numbers, names and lists, in and out
 *
 * Numbers have seven bits a byte, the lowest first: nearly all are small. The tables come behind
 * the rest, as they are known only then; the first eight bytes say where.
 */
#include "flow/pack_p.h"

#include <string.h>

#define HEAD_SIZE sizeof(uint64_t)

/* This run has no such thing any more. */
#define GONE UINT32_MAX

/* No item of a list is larger. */
#define MAX_ITEM 512

/* --- bytes ------------------------------------------------------------------------------------ */

static void put_number(GByteArray *bytes, uint64_t number)
{
	guint8 text[10];
	guint n = 0;

	while (number > 0x7f) {
		text[n++] = (guint8)(number | 0x80);
		number >>= 7;
	}
	text[n++] = (guint8)number;
	g_byte_array_append(bytes, text, n);
}

static uint64_t get_number(struct pack *pack)
{
	uint64_t number = 0;

	for (unsigned shift = 0; pack->at < pack->end && shift < 64; shift += 7) {
		unsigned char byte = *pack->at++;

		number |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return number;
	}
	pack->failed = true;
	return 0;
}

void pack_number(struct pack *pack, uint64_t *number)
{
	if (pack->is_reading)
		*number = get_number(pack);
	else
		put_number(pack->bytes, *number);
}

static const char *get_text(struct pack *pack)
{
	const char *text = (const char *)pack->at;
	const unsigned char *end = memchr(pack->at, '\0', (size_t)(pack->end - pack->at));

	if (!end) {
		pack->failed = true;
		return "";
	}
	pack->at = end + 1;
	return text;
}

void pack_text(struct pack *pack, const char **text)
{
	if (pack->is_reading)
		*text = arena_strdup(pack->arena, get_text(pack));
	else
		g_byte_array_append(pack->bytes, (const guint8 *)*text, (guint)strlen(*text) + 1);
}

/* A list of more items than bytes are left is none. */
static void *read_list(struct pack *pack, uint32_t *n, size_t size, pack_item item)
{
	uint64_t count = get_number(pack);
	char *list;

	pack->failed |= count > (uint64_t)(pack->end - pack->at);
	*n = pack->failed ? 0 : (uint32_t)count;
	if (!*n)
		return NULL;
	list = arena_zalloc(pack->arena, *n * size);
	for (uint32_t i = 0; i < *n && !pack->failed; i++)
		item(pack, list + i * size);
	return list;
}

void pack_list(struct pack *pack, const void **list, uint32_t *n, size_t size, pack_item item)
{
	_Alignas(max_align_t) char copy[MAX_ITEM];

	g_assert(size <= sizeof(copy));
	if (pack->is_reading) {
		*list = read_list(pack, n, size, item);
		return;
	}
	put_number(pack->bytes, *n);
	for (uint32_t i = 0; i < *n; i++) {
		memcpy(copy, (const char *)*list + i * size, size);
		item(pack, copy);
	}
}

/* --- names ------------------------------------------------------------------------------------ */

static uint32_t *number_there(struct pack_table *table, uint32_t here)
{
	if (here >= table->n_there) {
		size_t n = MAX((size_t)here + 1, table->n_there * 2);

		table->there = g_renew(uint32_t, table->there, n);
		memset(table->there + table->n_there, 0, (n - table->n_there) * sizeof(uint32_t));
		table->n_there = n;
	}
	return &table->there[here];
}

static uint32_t add_row(struct pack_table *table, uint32_t here)
{
	g_array_append_val(table->here, here);
	*number_there(table, here) = table->here->len;
	return table->here->len - 1;
}

static uint32_t read_here(struct pack *pack, const struct pack_table *table)
{
	uint64_t there = get_number(pack);
	uint32_t here = GONE;

	if (there < table->here->len)
		here = g_array_index(table->here, uint32_t, there);
	pack->failed |= here == GONE;
	return here == GONE ? 0 : here;
}

static uint32_t string_there(struct pack *pack, uint32_t string)
{
	uint32_t there = *number_there(&pack->strings, string);
	const char *text;

	if (there)
		return there - 1;
	text = program_string(pack->program, string);
	g_byte_array_append(pack->strings.rows, (const guint8 *)text, (guint)strlen(text) + 1);
	return add_row(&pack->strings, string);
}

void pack_string(struct pack *pack, uint32_t *string)
{
	if (pack->is_reading)
		*string = read_here(pack, &pack->strings);
	else
		put_number(pack->bytes, string_there(pack, *string));
}

/* 0 for what has none: nothing is found by it. */
static void put_name(GByteArray *bytes, uint64_t name)
{
	g_byte_array_append(bytes, (const guint8 *)&name, sizeof(name));
}

static uint64_t get_name(struct pack *pack)
{
	uint64_t name = 0;

	if ((size_t)(pack->end - pack->at) < sizeof(name)) {
		pack->failed = true;
		return 0;
	}
	memcpy(&name, pack->at, sizeof(name));
	pack->at += sizeof(name);
	return name;
}

static uint32_t function_there(struct pack *pack, uint32_t function)
{
	uint32_t there = *number_there(&pack->functions, function);

	if (there)
		return there - 1;
	put_name(pack->functions.rows, portable_function(pack->portable, function));
	return add_row(&pack->functions, function);
}

/* Packed as 0: none. */
void pack_function(struct pack *pack, uint32_t *function)
{
	bool is_some = !pack->is_reading && *function != PROGRAM_NONE;

	PACK_NUMBER(pack, is_some);
	if (!is_some)
		*function = PROGRAM_NONE;
	else if (pack->is_reading)
		*function = read_here(pack, &pack->functions);
	else
		put_number(pack->bytes, function_there(pack, *function));
}

/* --- terms ------------------------------------------------------------------------------------ */

static uint32_t term_there(struct pack *pack, term_id id);

static uint32_t operand_there(struct pack *pack, enum term_operands kind, bool is_b, uint32_t here)
{
	if (kind == OPERANDS_TERMS || (kind == OPERAND_TERM && !is_b))
		return term_there(pack, here);
	if (kind == OPERANDS_STRINGS || (kind == OPERAND_STRING && !is_b))
		return string_there(pack, here);
	return here;
}

static uint32_t add_term(struct pack *pack, term_id id)
{
	struct term term = term_at(pack->program->terms, id);
	enum term_operands kind = term_operands((enum fact_expr_kind)term.kind);
	uint32_t base = term_there(pack, term.base);
	uint32_t a = operand_there(pack, kind, false, term.a);
	uint32_t b = operand_there(pack, kind, true, term.b);
	GByteArray *rows = pack->terms.rows;

	put_number(rows, term.kind);
	put_number(rows, (unsigned)term.op << 1 | term.unsigned_compare);
	put_number(rows, base);
	if (kind == OPERAND_SYMBOL)
		put_name(rows, portable_symbol(pack->portable, term.a));
	else
		put_number(rows, a);
	put_number(rows, b);
	return add_row(&pack->terms, id);
}

static uint32_t term_there(struct pack *pack, term_id id)
{
	uint32_t there = *number_there(&pack->terms, id);

	return there ? there - 1 : add_term(pack, id);
}

void pack_term(struct pack *pack, term_id *term)
{
	if (pack->is_reading)
		*term = read_here(pack, &pack->terms);
	else
		put_number(pack->bytes, term_there(pack, *term));
}

static uint32_t read_operand(struct pack *pack, enum term_operands kind, bool is_b)
{
	if (kind == OPERANDS_TERMS || (kind == OPERAND_TERM && !is_b))
		return read_here(pack, &pack->terms);
	if (kind == OPERANDS_STRINGS || (kind == OPERAND_STRING && !is_b))
		return read_here(pack, &pack->strings);
	if (kind != OPERAND_SYMBOL || is_b)
		return (uint32_t)get_number(pack);
	return portable_find_symbol(pack->portable, get_name(pack));
}

/* Terms of what is no more there are gone, too. */
static uint32_t read_term(struct pack *pack)
{
	struct term term = { .kind = (uint8_t)get_number(pack) };
	enum term_operands kind = term_operands((enum fact_expr_kind)term.kind);
	uint64_t op = get_number(pack);
	bool is_gone;

	term.op = op >> 1 & 0x7f;
	term.unsigned_compare = op & 1;
	term.base = read_here(pack, &pack->terms);
	term.a = read_operand(pack, kind, false);
	term.b = read_operand(pack, kind, true);
	is_gone = pack->failed || (kind == OPERAND_SYMBOL && term.a == PROGRAM_NONE);
	pack->failed = false;
	return is_gone ? GONE : term_make(pack->program->terms, term);
}

/* --- whole packs ------------------------------------------------------------------------------ */

static void begin_table(struct pack_table *table)
{
	table->here = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	table->rows = g_byte_array_new();
}

static void end_table(struct pack_table *table)
{
	g_array_unref(table->here);
	g_byte_array_unref(table->rows);
	g_free(table->there);
}

static struct pack *new_pack(const struct program *program, const struct portable *portable)
{
	struct pack *pack = g_new0(struct pack, 1);

	pack->program = program;
	pack->portable = portable;
	begin_table(&pack->strings);
	begin_table(&pack->functions);
	begin_table(&pack->terms);
	return pack;
}

struct pack *pack_new(const struct program *program, const struct portable *portable)
{
	struct pack *pack = new_pack(program, portable);
	uint32_t unknown = 0;

	pack->bytes = g_byte_array_new();
	g_byte_array_set_size(pack->bytes, HEAD_SIZE);
	add_row(&pack->terms, unknown);
	return pack;
}

void pack_free(struct pack *pack)
{
	if (!pack)
		return;
	if (pack->bytes)
		g_byte_array_unref(pack->bytes);
	end_table(&pack->strings);
	end_table(&pack->functions);
	end_table(&pack->terms);
	g_free(pack);
}

static void append_table(GByteArray *bytes, const struct pack_table *table, guint first)
{
	put_number(bytes, table->here->len - first);
	g_byte_array_append(bytes, table->rows->data, table->rows->len);
}

GByteArray *pack_bytes(struct pack *pack)
{
	GByteArray *bytes = g_byte_array_ref(pack->bytes);
	uint64_t length = bytes->len;

	memcpy(bytes->data, &length, sizeof(length));
	append_table(bytes, &pack->strings, 0);
	append_table(bytes, &pack->functions, 0);
	append_table(bytes, &pack->terms, 1);
	return bytes;
}

static void read_strings(struct pack *pack)
{
	for (uint64_t n = get_number(pack); n && !pack->failed; n--) {
		uint32_t here = intern_id(pack->program->strings, get_text(pack));

		g_array_append_val(pack->strings.here, here);
	}
}

static void read_functions(struct pack *pack)
{
	for (uint64_t n = get_number(pack); n && !pack->failed; n--) {
		uint32_t here = portable_find_function(pack->portable, get_name(pack));

		g_array_append_val(pack->functions.here, here);
	}
}

static void read_terms(struct pack *pack)
{
	uint32_t here = 0;
	uint64_t n = get_number(pack);

	g_array_append_val(pack->terms.here, here);
	for (; n && !pack->failed && pack->at < pack->end; n--) {
		here = read_term(pack);
		g_array_append_val(pack->terms.here, here);
	}
	pack->failed |= n != 0;
}

struct pack *pack_open(const struct program *program, const struct portable *portable,
		       const void *bytes, size_t size, struct arena *arena)
{
	struct pack *pack = new_pack(program, portable);
	uint64_t tables = 0;

	pack->is_reading = true;
	pack->arena = arena;
	if (size >= HEAD_SIZE)
		memcpy(&tables, bytes, sizeof(tables));
	if (tables < HEAD_SIZE || tables > size) {
		pack_free(pack);
		return NULL;
	}
	pack->begin = bytes;
	pack->at = pack->begin + tables;
	pack->end = pack->begin + size;
	read_strings(pack);
	read_functions(pack);
	read_terms(pack);
	if (pack->failed) {
		pack_free(pack);
		return NULL;
	}
	pack->at = pack->begin + HEAD_SIZE;
	pack->end = pack->begin + tables;
	return pack;
}

bool pack_failed(struct pack *pack)
{
	bool failed = pack->failed;

	pack->failed = false;
	return failed;
}

size_t pack_mark(const struct pack *pack)
{
	return pack->is_reading ? (size_t)(pack->at - pack->begin) : pack->bytes->len;
}

void pack_go_to(struct pack *pack, size_t mark)
{
	size_t left = (size_t)(pack->end - pack->begin);

	pack->at = pack->begin + MIN(mark, left);
}
