/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rcu_pointer.c - pointers that RCU readers follow: annotated so, or assigned so */
#include "program/link_p.h"

#include <string.h>

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
			add(set, variable_key(unit->symbols[i]));
	}
}

GHashTable *program_collect_rcu_pointers(const struct program *program)
{
	GHashTable *set = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (size_t u = 0; u < program->n_units; u++)
		collect_unit(&program->units[u], set);
	return set;
}

/* --- assigned ---------------------------------------------------------------------------------*/

static uint64_t place_key(struct term term)
{
	return term.kind == EXPR_GLOBAL ? variable_key(term.a) : member_key(term.a, term.b);
}

static bool is_named(struct term term)
{
	return term.kind == EXPR_FIELD || term.kind == EXPR_GLOBAL;
}

/* Of an array of such pointers each is one. */
static struct term whole_of(const struct program *program, term_id place)
{
	struct term term = term_at(program->terms, place);

	while (term.kind == EXPR_INDEX)
		term = term_at(program->terms, term.base);
	return term;
}

/* What rcu_assign_pointer() stores, it keeps in a local variable of its own. */
static bool is_assigned(const struct program *program, const struct unit *unit,
			const struct fact_function *f, const struct fact_step *step)
{
	struct term value = term_at(program->terms, unit->terms[step->rhs]);
	const struct fact_variable *variable;

	if (step->kind != STEP_ASSIGN || value.kind != EXPR_LOCAL)
		return false;
	variable = &unit->facts->variables[f->variables + f->n_params + value.a];
	return rules_rcu_mark(program->rules, facts_string(unit->facts, variable->name)) ==
	       RCU_MARK_ASSIGN;
}

/* The links of lists are assigned so, too, by the functions that change them. */
static bool has(GHashTable *set, struct term term)
{
	uint64_t key = place_key(term);

	return is_named(term) && g_hash_table_contains(set, &key);
}

static void collect_block(const struct program *program, const struct unit *unit,
			  const struct fact_function *f, const struct fact_block *block,
			  GHashTable *set)
{
	for (uint32_t s = 0; s < block->n_steps; s++) {
		const struct fact_step *step = &unit->facts->steps[block->steps + s];
		struct term place = whole_of(program, unit->terms[step->lhs]);

		if (is_assigned(program, unit, f, step) && is_named(place) &&
		    !has(program->list_links, place))
			add(set, place_key(place));
	}
}

GHashTable *program_collect_rcu_assigned(const struct program *program)
{
	GHashTable *set = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (size_t u = 0; u < program->n_units; u++) {
		const struct unit *unit = &program->units[u];

		for (uint32_t i = 0; i < unit->facts->n_functions; i++) {
			const struct fact_function *f = &unit->facts->functions[i];

			for (uint32_t b = 0; b < f->n_blocks; b++)
				collect_block(program, unit, f, &unit->facts->blocks[f->blocks + b],
					      set);
		}
	}
	return set;
}

bool program_is_list_link(const struct program *program, term_id place)
{
	return has(program->list_links, term_at(program->terms, place));
}

bool program_is_rcu_pointer(const struct program *program, term_id place)
{
	return has(program->rcu_pointers, whole_of(program, place));
}

bool program_is_rcu_assigned(const struct program *program, term_id place)
{
	struct term term = whole_of(program, place);

	return has(program->rcu_pointers, term) || has(program->rcu_assigned, term);
}
