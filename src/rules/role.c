/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry of "roles": names, what a call of them means to objects and grace periods. */
#include "rules/load_p.h"

#include <string.h>

#define MAX_ARG 15

static const char *const entry_keys[] = { "functions", "role",	"object", "function", "domain",
					  "index",     "cache", "flags",  "typesafe", "flavour",
					  "since",     "until", "doc",	  NULL };

/* A key of struct role that names an argument. */
static const struct {
	const char *key;
	size_t offset;
} arg_keys[] = {
	{ "object", offsetof(struct role, object_arg) },
	{ "function", offsetof(struct role, function_arg) },
	{ "domain", offsetof(struct role, domain_arg) },
	{ "index", offsetof(struct role, index_arg) },
	{ "cache", offsetof(struct role, cache_arg) },
	{ "flags", offsetof(struct role, flags_arg) },
};

const char *role_kind_name(enum role_kind kind)
{
	static const char *const names[] = {
#define ROLE(symbol, name, meaning) [ROLE_##symbol] = name,
#include "rules/roles.def"
#undef ROLE
	};

	g_assert((unsigned)kind < ROLE_KINDS);
	return names[kind];
}

const char *role_kind_meaning(enum role_kind kind)
{
	static const char *const meanings[] = {
#define ROLE(symbol, name, meaning) [ROLE_##symbol] = meaning,
#include "rules/roles.def"
#undef ROLE
	};

	g_assert((unsigned)kind < ROLE_KINDS);
	return meanings[kind];
}

static bool parse_kind(const struct rule_entry *entry, struct role *role, GError **err)
{
	const char *name = rule_string(entry, entry->json, "role", err);
	g_autoptr(GString) known = g_string_new(NULL);

	if (!name)
		return false;
	for (int kind = 0; kind < ROLE_KINDS; kind++) {
		if (!strcmp(name, role_kind_name(kind))) {
			role->kind = kind;
			return true;
		}
		g_string_append_printf(known, "%s%s", kind ? ", " : "", role_kind_name(kind));
	}
	return rule_error(entry, "role", err, "no role \"%s\"; there are %s", name, known->str);
}

static bool parse_arg(const struct rule_entry *entry, const char *key, int *arg, GError **err)
{
	const json_t *value = json_object_get(entry->json, key);

	*arg = RULES_NO_ARG;
	if (!value)
		return true;
	if (json_is_string(value) && !strcmp(json_string_value(value), "result")) {
		*arg = RULES_RESULT_ARG;
		return true;
	}
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > MAX_ARG)
		return rule_error(entry, key, err,
				  "\"%s\" must be an argument's number, 0 to %d, or \"result\"",
				  key, MAX_ARG);
	*arg = (int)json_integer_value(value);
	return true;
}

/* An optional string, copied; NULL where it is absent. */
static bool parse_text(const struct rule_entry *entry, const char *key, const char **text,
		       GError **err)
{
	const char *value;

	if (!json_object_get(entry->json, key))
		return true;
	value = rule_string(entry, entry->json, key, err);
	*text = value ? arena_strdup(entry->file->rules->arena, value) : NULL;
	return value != NULL;
}

static bool parse_typesafe(const struct rule_entry *entry, struct role *role, GError **err)
{
	const json_t *value = json_object_get(entry->json, "typesafe");

	if (value && (!json_is_integer(value) || json_integer_value(value) <= 0))
		return rule_error(entry, "typesafe", err,
				  "\"typesafe\" must be a positive integer");
	role->typesafe = json_integer_value(value);
	return true;
}

static bool parse_entry(const struct rule_entry *entry, struct role *role, GError **err)
{
	const char *version = NULL;

	if (!rule_check_keys(entry, entry->json, entry_keys, err) || !parse_kind(entry, role, err))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(arg_keys); i++)
		if (!parse_arg(entry, arg_keys[i].key, (int *)((char *)role + arg_keys[i].offset),
			       err))
			return false;
	return parse_typesafe(entry, role, err) &&
	       parse_text(entry, "flavour", &role->flavour, err) &&
	       parse_text(entry, "since", &version, err) &&
	       parse_text(entry, "until", &version, err) &&
	       rule_string(entry, entry->json, "doc", err) &&
	       parse_text(entry, "doc", &role->doc, err);
}

/* A function may have several roles; those of a later file come on top. */
bool role_load(const struct rule_entry *entry, GError **err)
{
	struct rules *rules = entry->file->rules;
	const json_t *names = rule_names(entry, "functions", err);
	struct role model = { .file = entry->file->name };
	const json_t *name;
	size_t i;

	if (!names || !parse_entry(entry, &model, err))
		return false;
	model.line = places_entry_line(entry, NULL);
	json_array_foreach(names, i, name) {
		struct role *role = arena_memdup(rules->arena, &model, sizeof(model));

		role->next = g_hash_table_lookup(rules->roles, json_string_value(name));
		g_hash_table_insert(rules->roles,
				    arena_strdup(rules->arena, json_string_value(name)), role);
	}
	return true;
}

const struct role *rules_roles(const struct rules *rules, const char *name)
{
	return g_hash_table_lookup(rules->roles, name);
}

static bool has_role(const struct role *role, enum role_kind kind, const char *flavour)
{
	for (; role; role = role->next)
		if (role->kind == kind && !g_strcmp0(role->flavour, flavour))
			return true;
	return false;
}

const char *rules_role_function(const struct rules *rules, enum role_kind kind, const char *flavour)
{
	const char *first = NULL;
	GHashTableIter iter;
	gpointer name, role;

	g_hash_table_iter_init(&iter, rules->roles);
	while (g_hash_table_iter_next(&iter, &name, &role))
		if (has_role(role, kind, flavour) && (!first || strcmp(name, first) < 0))
			first = name;
	return first;
}
