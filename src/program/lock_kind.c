/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_kind.c - of which kind a lock is, by its own type
 *
 * One function may serve two types: a spinlock_t is taken with _raw_spin_lock_irqsave(&lock->rlock)
 * and lock_acquire(&lock->dep_map). What the lock is declared as says more than the function.
 */
#include "program/link_p.h"

#include <string.h>

static const struct lock_type *type_named(const struct program *program, const char *name, size_t n)
{
	g_autofree char *text = g_strndup(name, n);

	return g_hash_table_lookup(program->rules->lock_types, text);
}

/* "struct spinlock", "struct spinlock *", "struct spinlock[4]" */
static const struct lock_type *type_of(const struct program *program, const char *name)
{
	size_t n = strcspn(name, "[*");

	while (n && name[n - 1] == ' ')
		n--;
	return type_named(program, name, n);
}

enum lock_kind program_kind_of_type(const struct program *program, const char *name)
{
	const struct lock_type *type = name ? type_of(program, name) : NULL;

	return type ? type->kind : LOCK_PSEUDO;
}

static const char *variable_type(const struct program *program, uint32_t function, uint32_t number)
{
	const struct function *f = &program->functions[function];
	const struct facts *facts = program->units[f->unit].facts;

	return facts_string(facts, facts->variables[f->facts->variables + number].type);
}

static const struct lock_type *type_of_variable(const struct program *program, uint32_t function,
						struct term term)
{
	const struct fact_function *facts = program->functions[function].facts;

	if (term.kind == EXPR_PARAM)
		return term.a < facts->n_params
			       ? type_of(program, variable_type(program, function, term.a))
			       : NULL;
	if (term.kind == EXPR_LOCAL)
		return term.a < facts->n_locals
			       ? type_of(program,
					 variable_type(program, function, facts->n_params + term.a))
			       : NULL;
	return NULL;
}

/* Of the lock at @place, or of that which the pointer there points to. */
static const struct lock_type *type_of_place(const struct program *program, uint32_t function,
					     term_id place)
{
	struct term term = term_at(program->terms, place);
	uint64_t key;

	while (term.kind == EXPR_INDEX || term.kind == EXPR_DEREF)
		term = term_at(program->terms, term.base);
	key = member_key(term.a, term.b);
	if (term.kind == EXPR_FIELD)
		return g_hash_table_lookup(program->lock_members, &key);
	if (term.kind == EXPR_GLOBAL)
		return type_of(program, program_string(program, program->symbols[term.a].type));
	return type_of_variable(program, function, term);
}

/* The record that was entered last on the way from the lock to @place, inside it. */
static const struct lock_type *type_around(const struct program *program, term_id place,
					   term_id object)
{
	const struct lock_type *type = NULL;

	for (; place != object; place = term_at(program->terms, place).base)
		type = g_hash_table_lookup(program->lock_records,
					   GUINT_TO_POINTER(term_at(program->terms, place).a));
	return type;
}

static const struct lock_type *type_of_lock(const struct program *program, uint32_t function,
					    term_id place)
{
	term_id object = program_lock_object(program, place);
	const struct lock_type *type = type_around(program, place, object);

	return type ? type : type_of_place(program, function, object);
}

bool program_lock_is_owned(const struct program *program, uint32_t function, term_id place)
{
	const struct lock_type *type = type_of_lock(program, function, place);

	return type && type->is_owned;
}

enum lock_kind program_lock_kind(const struct program *program, uint32_t function, term_id place,
				 enum lock_kind otherwise)
{
	const struct lock_type *type = type_of_lock(program, function, place);

	return type && type->kind != LOCK_PSEUDO ? type->kind : otherwise;
}

GHashTable *program_collect_lock_records(const struct program *program)
{
	GHashTable *records = g_hash_table_new(NULL, NULL);
	GHashTableIter iter;
	gpointer name, type;

	g_hash_table_iter_init(&iter, program->rules->lock_types);
	while (g_hash_table_iter_next(&iter, &name, &type))
		g_hash_table_insert(records, GUINT_TO_POINTER(intern_id(program->strings, name)),
				    type);
	return records;
}

GHashTable *program_collect_lock_members(const struct program *program)
{
	GHashTable *members = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (size_t u = 0; u < program->n_units; u++) {
		const struct unit *unit = &program->units[u];

		for (uint32_t i = 0; i < unit->facts->n_fields; i++) {
			const struct fact_field *field = &unit->facts->fields[i];
			const struct lock_type *type =
				type_of(program, facts_string(unit->facts, field->type));
			uint64_t key = member_key(unit->strings[field->record],
						  unit->strings[field->name]);

			if (type)
				g_hash_table_insert(members, g_memdup2(&key, sizeof(key)),
						    (gpointer)type);
		}
	}
	return members;
}
