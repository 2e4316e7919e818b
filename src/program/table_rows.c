/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * table_rows.c - which operations stand in one table with a function
 *
 *   if (ops->abort)
 *           ops->abort(obj);
 *   else
 *           ops->destroy(obj);
 *
 * calls the destroy() of those tables only that have no abort(), and
 *
 *   switch (row->type) {
 *   case IN_READER:
 *           row->call(obj);
 *
 * the call() of those rows only whose type that is.
 *
 * Limits: tables are what initialisers say. An operation that is assigned later, into a table of
 * which nothing is said here, counts as if it stood only where it is initialised.
 */
#include "program/link_p.h"

struct table_rows {
	GHashTable *filled; /* table and member: a function stands there */
	GHashTable *values; /* table and member -> the number that stands there */
	GHashTable *tables; /* function and member -> GArray of tables, term_id */
};

static uint64_t key_of(uint32_t x, uint32_t member)
{
	return (uint64_t)x << 32 | member;
}

static void note_table(struct table_rows *rows, uint32_t function, uint32_t member, term_id table)
{
	uint64_t key = key_of(function, member);
	GArray *tables = g_hash_table_lookup(rows->tables, &key);

	if (!tables) {
		tables = g_array_new(FALSE, FALSE, sizeof(term_id));
		g_hash_table_insert(rows->tables, g_memdup2(&key, sizeof(key)), tables);
	}
	g_array_append_val(tables, table);
}

/* Of elements that are not told apart, a slot has no one value: NULL. */
static void note_number(struct table_rows *rows, uint64_t slot, int64_t number)
{
	const int64_t *old = g_hash_table_lookup(rows->values, &slot);
	bool is_new = !g_hash_table_contains(rows->values, &slot);

	if (is_new || (old && *old != number))
		g_hash_table_insert(rows->values, g_memdup2(&slot, sizeof(slot)),
				    is_new ? g_memdup2(&number, sizeof(number)) : NULL);
}

static void collect_unit(const struct program *program, uint32_t u, struct table_rows *rows)
{
	const struct unit *unit = &program->units[u];

	for (uint32_t i = 0; i < unit->facts->n_inits; i++) {
		struct term place = term_at(program->terms, unit->terms[unit->facts->inits[i].lhs]);
		struct term value = term_at(program->terms, unit->terms[unit->facts->inits[i].rhs]);
		uint64_t slot = key_of(place.base, place.b);
		uint32_t function;
		int64_t number;

		if (place.kind != EXPR_FIELD)
			continue;
		if (term_is_int(program->terms, unit->terms[unit->facts->inits[i].rhs], &number))
			note_number(rows, slot, number);
		if (value.kind != EXPR_FUNC)
			continue;
		g_hash_table_add(rows->filled, g_memdup2(&slot, sizeof(slot)));
		function = program_callee(program, u, value.a);
		if (function != PROGRAM_NONE)
			note_table(rows, function, place.b, place.base);
	}
}

static void free_array(gpointer p)
{
	g_array_unref(p);
}

struct table_rows *program_collect_table_rows(const struct program *program)
{
	struct table_rows *rows = g_new(struct table_rows, 1);

	rows->filled = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	rows->values = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	rows->tables = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_array);
	for (uint32_t u = 0; u < program->n_units; u++)
		collect_unit(program, u, rows);
	return rows;
}

void program_free_table_rows(struct table_rows *rows)
{
	g_hash_table_unref(rows->filled);
	g_hash_table_unref(rows->values);
	g_hash_table_unref(rows->tables);
	g_free(rows);
}

/* Tables that have @function at @callee, where @other is a member of the same place; or NULL. */
static const GArray *tables_of(const struct program *program, uint32_t function, term_id callee,
			       term_id other)
{
	struct term own = term_at(program->terms, callee), beside = term_at(program->terms, other);
	uint64_t key = key_of(function, own.b);

	if (own.kind != EXPR_FIELD || beside.kind != EXPR_FIELD || own.base != beside.base)
		return NULL;
	return g_hash_table_lookup(program->table_rows->tables, &key);
}

static uint64_t slot_of(const struct program *program, const GArray *tables, guint i, term_id other)
{
	return key_of(g_array_index(tables, term_id, i), term_at(program->terms, other).b);
}

bool program_has_beside(const struct program *program, uint32_t function, term_id callee,
			term_id other)
{
	const GArray *tables = tables_of(program, function, callee, other);

	for (guint i = 0; tables && i < tables->len; i++) {
		uint64_t slot = slot_of(program, tables, i, other);

		if (!g_hash_table_contains(program->table_rows->filled, &slot))
			return false;
	}
	return tables != NULL;
}

uint32_t program_numbers_beside(const struct program *program, uint32_t function, term_id callee,
				term_id other, int64_t numbers[MOST_TABLES])
{
	const GArray *tables = tables_of(program, function, callee, other);

	if (!tables || tables->len > MOST_TABLES)
		return 0;
	for (guint i = 0; i < tables->len; i++) {
		uint64_t slot = slot_of(program, tables, i, other);
		const int64_t *number = g_hash_table_lookup(program->table_rows->values, &slot);

		if (!number)
			return 0;
		numbers[i] = *number;
	}
	return tables->len;
}
