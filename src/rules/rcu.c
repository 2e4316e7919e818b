/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of "rcu_accesses", "rcu_links" and "rcu_marks": how code that uses RCU is recognised. */
#include "rules/load_p.h"

#include <string.h>

#define MAX_ARG 15

static const char *const op_names[] = {
	[RCU_READ] = "read", [RCU_ADD] = "add",		[RCU_DELETE] = "delete",
	[RCU_MOVE] = "move", [RCU_REPLACE] = "replace", [RCU_SPLICE] = "splice",
	[RCU_INIT] = "init",
};

static const char *const mark_names[] = {
	[RCU_MARK_READ] = "read",
	[RCU_MARK_ASSIGN] = "assign",
	[RCU_MARK_LINK] = "link",
};

static int find_name(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (names[i] && !strcmp(names[i], name))
			return (int)i;
	return -1;
}

static bool read_arg(const struct rule_entry *entry, const char *key, int *arg, GError **err)
{
	const json_t *value = json_object_get(entry->json, key);

	*arg = RULES_NO_ARG;
	if (!value)
		return true;
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > MAX_ARG)
		return rule_error(entry, key, err, "\"%s\" must be an argument's number, 0 to %d",
				  key, MAX_ARG);
	*arg = (int)json_integer_value(value);
	return true;
}

static bool read_access(const struct rule_entry *entry, struct rcu_access *access, GError **err)
{
	const char *does = rule_string(entry, entry->json, "does", err);
	const char *doc = does ? rule_string(entry, entry->json, "doc", err) : NULL;
	int op = doc ? find_name(op_names, G_N_ELEMENTS(op_names), does) : -1;

	if (!doc)
		return false;
	if (op < 0)
		return rule_error(entry, "does", err, "nothing known does \"%s\"", does);
	access->op = (enum rcu_op)op;
	access->is_rcu = json_is_true(json_object_get(entry->json, "rcu"));
	access->doc = arena_strdup(entry->file->rules->arena, doc);
	return read_arg(entry, "element", &access->element_arg, err) &&
	       read_arg(entry, "head", &access->head_arg, err) &&
	       read_arg(entry, "from", &access->from_arg, err) &&
	       read_arg(entry, "wait", &access->wait_arg, err);
}

bool rcu_load_access(const struct rule_entry *entry, GError **err)
{
	static const char *const known[] = { "functions", "does", "rcu",  "element",
					     "head",	  "from", "wait", "since",
					     "until",	  "doc",  NULL };
	struct rules *rules = entry->file->rules;
	struct rcu_access model = { .name = NULL };
	const json_t *names = rule_names(entry, "functions", err);
	const json_t *name;
	size_t i;

	if (!names || !rule_check_keys(entry, entry->json, known, err) ||
	    !read_access(entry, &model, err))
		return false;
	json_array_foreach(names, i, name) {
		struct rcu_access *access = arena_memdup(rules->arena, &model, sizeof(model));

		access->name = arena_strdup(rules->arena, json_string_value(name));
		g_hash_table_insert(rules->rcu_accesses, (gpointer)access->name, access);
	}
	return true;
}

/* {"locals": [names], "means": "...", "doc": "..."} */
bool rcu_load_mark(const struct rule_entry *entry, GError **err)
{
	static const char *const known[] = { "locals", "means", "doc", NULL };
	struct rules *rules = entry->file->rules;
	const json_t *names = rule_names(entry, "locals", err);
	const char *means = names ? rule_string(entry, entry->json, "means", err) : NULL;
	const json_t *name;
	size_t i;
	int mark;

	if (!means || !rule_check_keys(entry, entry->json, known, err) ||
	    !rule_string(entry, entry->json, "doc", err))
		return false;
	mark = find_name(mark_names, G_N_ELEMENTS(mark_names), means);
	if (mark < 0)
		return rule_error(entry, "means", err, "no mark means \"%s\"", means);
	json_array_foreach(names, i, name)
		g_hash_table_insert(rules->rcu_marks,
				    arena_strdup(rules->arena, json_string_value(name)),
				    GINT_TO_POINTER(mark));
	return true;
}

const struct rcu_access *rules_rcu_access(const struct rules *rules, const char *name)
{
	return g_hash_table_lookup(rules->rcu_accesses, name);
}

enum rcu_mark rules_rcu_mark(const struct rules *rules, const char *name)
{
	return (enum rcu_mark)GPOINTER_TO_INT(g_hash_table_lookup(rules->rcu_marks, name));
}

const char *rcu_op_name(enum rcu_op op)
{
	return op_names[op];
}
