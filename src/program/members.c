/* SPDX-License-Identifier: GPL-2.0-or-later */
/* members.c - members that the rules name, as in "struct list_head.next" */
#include "program/link_p.h"

#include <string.h>

uint64_t program_member_key(const struct program *program, const char *name)
{
	const char *dot = strrchr(name, '.');

	return member_key(intern_idn(program->strings, name, (size_t)(dot - name)),
			  intern_id(program->strings, dot + 1));
}

bool program_is_member(const struct program *program, term_id id, const char *name)
{
	struct term term = term_at(program->terms, id);

	return term.kind == EXPR_FIELD &&
	       member_key(term.a, term.b) == program_member_key(program, name);
}

bool program_is_member_of(const struct program *program, term_id id, GHashTable *members)
{
	struct term term = term_at(program->terms, id);
	uint64_t key = member_key(term.a, term.b);

	return term.kind == EXPR_FIELD && g_hash_table_contains(members, &key);
}

GHashTable *program_by_member(const struct program *program, GHashTable *named)
{
	GHashTable *members = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer name, value;

	g_hash_table_iter_init(&iter, named);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		uint64_t key;

		if (!strchr(name, '.'))
			continue;
		key = program_member_key(program, name);
		g_hash_table_insert(members, g_memdup2(&key, sizeof(key)), value);
	}
	return members;
}
