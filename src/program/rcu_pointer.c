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

/* What the name of a local variable of @f tells. */
static enum rcu_mark mark_of(const struct program *program, const struct unit *unit,
			     const struct fact_function *f, term_id local)
{
	struct term term = term_at(program->terms, local);
	const struct fact_variable *variable;

	if (term.kind != EXPR_LOCAL)
		return RCU_MARK_NONE;
	variable = &unit->facts->variables[f->variables + f->n_params + term.a];
	return rules_rcu_mark(program->rules, facts_string(unit->facts, variable->name));
}

/* What rcu_assign_pointer() stores, it keeps in a local variable of its own. */
static bool is_assigned(const struct program *program, const struct unit *unit,
			const struct fact_function *f, const struct fact_step *step)
{
	return step->kind == STEP_ASSIGN &&
	       mark_of(program, unit, f, unit->terms[step->rhs]) == RCU_MARK_ASSIGN;
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

/* --- listed -----------------------------------------------------------------------------------*/

/* The place of the link that a call puts into a list which readers walk; or 0. */
static term_id link_listed(const struct program *program, const struct unit *unit,
			   const struct fact_step *step)
{
	struct term callee = term_at(program->terms, unit->terms[step->lhs]), link;
	const struct rcu_access *access;

	if (step->kind != STEP_CALL || callee.kind != EXPR_FUNC)
		return 0;
	access = program->symbols[callee.a].said->rcu_access;
	if (!access || !access->is_rcu || access->op != RCU_ADD || access->element_arg < 0 ||
	    access->element_arg >= step->n_args)
		return 0;
	link = term_at(program->terms,
		       unit->terms[unit->facts->args[step->args + access->element_arg]]);
	return link.kind == EXPR_ADDR ? link.base : 0;
}

GHashTable *program_collect_rcu_listed(const struct program *program)
{
	GHashTable *set = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (size_t u = 0; u < program->n_units; u++) {
		const struct unit *unit = &program->units[u];

		for (uint32_t s = 0; s < unit->facts->n_steps; s++) {
			term_id place = link_listed(program, unit, &unit->facts->steps[s]);
			struct term link = term_at(program->terms, place);

			if (place && link.kind == EXPR_FIELD)
				add(set, place_key(link));
		}
	}
	return set;
}

bool program_is_rcu_listed(const struct program *program, term_id place)
{
	struct term link = term_at(program->terms, place);

	return link.kind == EXPR_FIELD && has(program->rcu_listed, link);
}

bool program_is_list_link(const struct program *program, term_id place)
{
	return has(program->list_links, term_at(program->terms, place));
}

/* A plain read is a step of its own before the one that keeps what was read. */
static bool is_read_plainly(const struct unit *unit, const struct fact_step *steps, uint32_t step)
{
	term_id place = unit->terms[steps[step].rhs];

	for (uint32_t s = step; s-- > 0;)
		if (steps[s].kind == STEP_LOAD && unit->terms[steps[s].lhs] == place &&
		    same_loc(steps[s].loc, steps[step].loc))
			return true;
	return false;
}

bool program_keeps_link(const struct program *program, const struct unit *unit,
			const struct fact_function *f, uint32_t block, uint32_t step)
{
	const struct fact_step *steps =
		&unit->facts->steps[unit->facts->blocks[f->blocks + block].steps];
	enum rcu_mark mark;

	if (steps[step].kind != STEP_ASSIGN ||
	    !program_is_list_link(program, unit->terms[steps[step].rhs]))
		return false;
	mark = mark_of(program, unit, f, unit->terms[steps[step].lhs]);
	return mark == RCU_MARK_READ ||
	       (mark == RCU_MARK_LINK && !is_read_plainly(unit, steps, step));
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
