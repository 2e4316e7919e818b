/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * operation_tables.c - which modules have a table of operations of their own
 *
 *   static const struct super_operations btrfs_super_ops = { .statfs = btrfs_statfs, ... };
 *
 * says that btrfs has superblocks of its own, and of an operation that is not named there, that
 * it has none. A module is told by its folder, if that lies in another one: fs/ and mm/, which have
 * small tables too, are everybody's.
 */
#include "program/link_p.h"

#include <string.h>

static char *table_key(uint32_t record, const char *folder, size_t length)
{
	return g_strdup_printf("%u %.*s", record, (int)length, folder);
}

/* How much of a file's name is its module's folder; 0: it is in nobody's own. */
static size_t module_length(const char *file)
{
	const char *first = strchr(file, '/'), *last = strrchr(file, '/');

	return first != last ? (size_t)(last - file) : 0;
}

bool program_is_own_operation(const struct program *program, term_id callee)
{
	struct term term = term_at(program->terms, callee);
	uint64_t key = member_key(term.a, term.b);

	return term.kind == EXPR_FIELD && g_hash_table_contains(program->own_operations, &key);
}

/* The records that those are members of. */
static GHashTable *records_of(GHashTable *members)
{
	GHashTable *records = g_hash_table_new(NULL, NULL);
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, members);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_hash_table_add(records, GUINT_TO_POINTER(*(const uint64_t *)key >> 32));
	return records;
}

static void collect_unit(const struct program *program, const struct unit *unit,
			 GHashTable *records, GHashTable *tables)
{
	const struct facts *facts = unit->facts;
	size_t length = module_length(facts->unit);

	for (uint32_t i = 0; length && i < facts->n_inits; i++) {
		struct term member = term_at(program->terms, unit->terms[facts->inits[i].lhs]);

		if (member.kind == EXPR_FIELD &&
		    g_hash_table_contains(records, GUINT_TO_POINTER(member.a)))
			g_hash_table_add(tables, table_key(member.a, facts->unit, length));
	}
}

GHashTable *program_collect_operation_tables(const struct program *program)
{
	GHashTable *tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) records = records_of(program->own_operations);

	for (size_t u = 0; u < program->n_units; u++)
		collect_unit(program, &program->units[u], records, tables);
	return tables;
}

bool program_has_table(const struct program *program, term_id callee, const char *file)
{
	struct term member = term_at(program->terms, callee);
	size_t length = module_length(file);
	g_autofree char *key = NULL;

	if (member.kind != EXPR_FIELD || !length)
		return false;
	key = table_key(member.a, file, length);
	return g_hash_table_contains(program->operation_tables, key);
}
