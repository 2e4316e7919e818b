/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * function.c - all that the rules say of a function, under its name
 *
 * Some ten tables have functions in them, but of nearly all functions of a program no rule knows
 * anything: one question tells that.
 */
#include "rules/load_p.h"

/* A table of struct rules, and the member of struct function_rules that its values go to. */
struct column {
	size_t table, member;
};

#define COLUMN(table_, member_)                                                                    \
	{ offsetof(struct rules, table_), offsetof(struct function_rules, member_) }

static const struct column columns[] = {
	COLUMN(primitives, primitive),
	COLUMN(roles, roles),
	COLUMN(rcu_accesses, rcu_access),
	COLUMN(callbacks, callbacks),
	COLUMN(attribute_adders, attribute_adder),
	COLUMN(entry_arguments, entry_arguments),
	COLUMN(entry_flags, entry_flags),
};

/* Of these tables it counts whether the function is there. */
static const struct column marks[] = {
	COLUMN(opaque, is_opaque),
	COLUMN(noreturn, is_noreturn),
	COLUMN(errors, is_error),
	COLUMN(not_null, is_not_null),
	COLUMN(attribute_breaks, is_attribute_break),
};

static void *member_of(struct rules *rules, const char *name, size_t offset)
{
	struct function_rules *f = g_hash_table_lookup(rules->functions, name);

	if (!f) {
		f = arena_new_struct(rules->arena, struct function_rules);
		g_hash_table_insert(rules->functions, (gpointer)name, f);
	}
	return (char *)f + offset;
}

static GHashTable *table_of(const struct rules *rules, const struct column *column)
{
	return *(GHashTable *const *)(const void *)((const char *)rules + column->table);
}

void rules_index_functions(struct rules *rules)
{
	GHashTableIter iter;
	gpointer name, value;

	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_hash_table_iter_init(&iter, table_of(rules, &columns[i]));
		while (g_hash_table_iter_next(&iter, &name, &value))
			*(gpointer *)member_of(rules, name, columns[i].member) = value;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
		g_hash_table_iter_init(&iter, table_of(rules, &marks[i]));
		while (g_hash_table_iter_next(&iter, &name, NULL))
			*(bool *)member_of(rules, name, marks[i].member) = true;
	}
}

const struct function_rules *rules_function(const struct rules *rules, const char *name)
{
	static const struct function_rules nothing;
	const struct function_rules *f = g_hash_table_lookup(rules->functions, name);

	return f ? f : &nothing;
}
