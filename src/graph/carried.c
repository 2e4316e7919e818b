/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * carried.c - what a task has while it is handed an object of some type
 *
 * current->journal_info is set as long as a transaction is open, and who is handed the transaction
 * has one open. So nobody comes from there to a call that is made only where journal_info is NULL.
 */
#include "graph/graph_p.h"

#include <string.h>

static const char *member_for(const struct program *program, const char *type)
{
	const char *star = strstr(type, " *");
	g_autofree char *record = star ? g_strndup(type, (gsize)(star - type)) : NULL;

	return record ? g_hash_table_lookup(program->rules->carried, record) : NULL;
}

static bool is_not_null(const struct program *program, uint32_t param,
			const struct predicate *conditions, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct term term = term_at(program->terms, conditions[i].term);

		if (term.kind == EXPR_PARAM && term.a == param &&
		    !(conditions[i].signs & SIGN_ZERO))
			return true;
	}
	return false;
}

const char *carried_by(const struct program *program, uint32_t function,
		       const struct predicate *conditions, uint32_t n)
{
	const struct function *f = &program->functions[function];
	const struct facts *facts = program->units[f->unit].facts;

	for (uint32_t i = 0; i < f->facts->n_params; i++) {
		const struct fact_variable *param = &facts->variables[f->facts->variables + i];
		const char *member = member_for(program, facts_string(facts, param->type));

		if (member && is_not_null(program, i, conditions, n))
			return member;
	}
	return NULL;
}

bool carried_is_missing(const struct program *program, const char *member,
			const struct predicate *conditions, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (conditions[i].signs == SIGN_ZERO &&
		    program_is_member(program, conditions[i].term, member) &&
		    term_is_behind_constant(program->terms, conditions[i].term))
			return true;
	return false;
}
