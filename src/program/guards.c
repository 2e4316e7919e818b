/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guards.c - members and variables of which __guarded_by() says which lock guards them
 *
 *   struct pool {
 *           spinlock_t lock;
 *           int n __guarded_by(&lock);
 *   };
 *
 * The text is a member of the same object, or a variable; what is more than that is not understood.
 * (Linux 7.0: Documentation/dev-tools/context-analysis.rst)
 */
#include "program/link_p.h"

#include <string.h>

struct guard {
	const struct unit *unit;
	const char *name; /* of the lock, without what stands around it */
};

/* "&lock", "(&x)->" is more than a name. */
static char *plain_name(const char *text)
{
	g_autofree char *stripped = g_strdup(text);
	const char *name = g_strstrip(stripped);

	while (*name == '&' || g_ascii_isspace(*name))
		name++;
	for (const char *c = name; *c; c++)
		if (!g_ascii_isalnum(*c) && *c != '_')
			return NULL;
	return *name ? g_strdup(name) : NULL;
}

static void note(GHashTable *guards, const struct unit *unit, uint64_t key, uint32_t first,
		 uint32_t n)
{
	const struct facts *facts = unit->facts;

	for (uint32_t i = first; i < first + n; i++) {
		char *name = facts->annotations[i].kind == ANNOTATION_GUARDED_BY
				     ? plain_name(facts_string(facts, facts->annotations[i].text))
				     : NULL;
		struct guard *guard;

		if (!name)
			continue;
		guard = g_new(struct guard, 1);
		*guard = (struct guard){ unit, name };
		g_hash_table_replace(guards, g_memdup2(&key, sizeof(key)), guard);
	}
}

static void free_guard(gpointer data)
{
	struct guard *guard = data;

	g_free((char *)guard->name);
	g_free(guard);
}

GHashTable *program_collect_guards(const struct program *program)
{
	GHashTable *guards = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_guard);

	for (size_t u = 0; u < program->n_units; u++) {
		const struct unit *unit = &program->units[u];
		const struct facts *facts = unit->facts;

		for (uint32_t i = 0; i < facts->n_fields; i++)
			note(guards, unit,
			     member_key(unit->strings[facts->fields[i].record],
					unit->strings[facts->fields[i].name]),
			     facts->fields[i].annotations, facts->fields[i].n_annotations);
		for (uint32_t i = 0; i < facts->n_symbols; i++)
			note(guards, unit, variable_key(unit->symbols[i]),
			     facts->symbols[i].annotations, facts->symbols[i].n_annotations);
	}
	return guards;
}

const char *program_guard_name(const struct program *program, uint64_t key)
{
	const struct guard *guard = g_hash_table_lookup(program->guards, &key);

	return guard ? guard->name : NULL;
}

static term_id variable_named(const struct program *program, const struct guard *guard)
{
	const struct facts *facts = guard->unit->facts;

	for (uint32_t i = 0; i < facts->n_symbols; i++)
		if (!(facts->symbols[i].flags & SYMBOL_FUNCTION) &&
		    strcmp(facts_string(facts, facts->symbols[i].name), guard->name) == 0)
			return term_make(program->terms,
					 (struct term){ .kind = EXPR_GLOBAL,
							.a = guard->unit->symbols[i] });
	return 0;
}

static bool is_member(const struct guard *guard, uint32_t record)
{
	const struct facts *facts = guard->unit->facts;

	for (uint32_t i = 0; i < facts->n_fields; i++)
		if (guard->unit->strings[facts->fields[i].record] == record &&
		    strcmp(facts_string(facts, facts->fields[i].name), guard->name) == 0)
			return strchr(facts_string(facts, facts->fields[i].type), '*') == NULL;
	return false;
}

term_id program_guard(const struct program *program, term_id place)
{
	struct term term = term_at(program->terms, place);
	bool is_field = term.kind == EXPR_FIELD;
	uint64_t key = is_field ? member_key(term.a, term.b) : variable_key(term.a);
	const struct guard *guard = is_field || term.kind == EXPR_GLOBAL
					    ? g_hash_table_lookup(program->guards, &key)
					    : NULL;

	if (!guard)
		return 0;
	if (is_field && is_member(guard, term.a))
		return term_field(program->terms, term.base, term.a,
				  intern_id(program->strings, guard->name));
	return variable_named(program, guard);
}
