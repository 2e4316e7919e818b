/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rcu_pointer.c - pointers that are annotated as followed by RCU readers */
#include "program/link_p.h"

/* Variables have no record. */
static uint64_t symbol_key(uint32_t symbol)
{
	return member_key(UINT32_MAX, symbol);
}

static bool is_annotated(const struct facts *facts, uint32_t first, uint32_t n)
{
	for (uint32_t i = first; i < first + n; i++)
		if (facts->annotations[i].kind == ANNOTATION_RCU)
			return true;
	return false;
}

static void add(GHashTable *set, uint64_t key)
{
	g_hash_table_add(set, g_memdup2(&key, sizeof(key)));
}

static void collect_unit(const struct unit *unit, GHashTable *set)
{
	const struct facts *facts = unit->facts;

	for (uint32_t i = 0; i < facts->n_fields; i++) {
		const struct fact_field *field = &facts->fields[i];

		if (is_annotated(facts, field->annotations, field->n_annotations))
			add(set,
			    member_key(unit->strings[field->record], unit->strings[field->name]));
	}
	for (uint32_t i = 0; i < facts->n_symbols; i++) {
		const struct fact_symbol *symbol = &facts->symbols[i];

		if (is_annotated(facts, symbol->annotations, symbol->n_annotations))
			add(set, symbol_key(unit->symbols[i]));
	}
}

GHashTable *program_collect_rcu_pointers(const struct program *program)
{
	GHashTable *set = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (size_t u = 0; u < program->n_units; u++)
		collect_unit(&program->units[u], set);
	return set;
}

bool program_is_rcu_pointer(const struct program *program, term_id place)
{
	struct term term = term_at(program->terms, place);
	uint64_t key = term.kind == EXPR_GLOBAL ? symbol_key(term.a) : member_key(term.a, term.b);

	return (term.kind == EXPR_FIELD || term.kind == EXPR_GLOBAL) &&
	       g_hash_table_contains(program->rcu_pointers, &key);
}
