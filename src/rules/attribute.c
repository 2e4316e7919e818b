/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Section "attributes": files whose methods are waited for when they are removed. */
#include "rules/load_p.h"

#include <string.h>

static bool note_names(const struct rule_entry *entry, const char *key, GHashTable *table,
		       GError **err)
{
	const json_t *names = rule_names(entry, key, err);
	const json_t *name;
	size_t i;

	if (!names)
		return false;
	json_array_foreach(names, i, name)
		g_hash_table_add(table,
				 arena_strdup(entry->file->rules->arena, json_string_value(name)));
	return true;
}

static bool load_arg(const struct rule_entry *entry, const char *key, int *arg, GError **err)
{
	const json_t *value = json_object_get(entry->json, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return rule_error(entry, key, err, "\"%s\" must be an argument's number", key);
	*arg = (int)json_integer_value(value);
	return true;
}

/* {"functions": ["device_create_file"], "attribute": 1, "holder": 0, "member": "RECORD.MEMBER"} */
static bool load_adder(const struct rule_entry *entry, GError **err)
{
	struct rules *rules = entry->file->rules;
	struct attribute_adder *adder = arena_new_struct(rules->arena, struct attribute_adder);
	const json_t *names = rule_names(entry, "functions", err);
	const char *member = json_string_value(json_object_get(entry->json, "member"));
	const json_t *name;
	size_t i;

	if (!names || !load_arg(entry, "attribute", &adder->attribute_arg, err) ||
	    !load_arg(entry, "holder", &adder->holder_arg, err))
		return false;
	if (member && !rule_member(rules->arena, member, &adder->member))
		return rule_error(entry, "member", err, "\"member\" must be \"RECORD.MEMBER\"");
	json_array_foreach(names, i, name)
		g_hash_table_insert(rules->attribute_adders,
				    arena_strdup(rules->arena, json_string_value(name)), adder);
	return true;
}

/* One of "types", "holders", "breaks", "ancestors", or "functions" with what they are given. */
bool attribute_load(const struct rule_entry *entry, GError **err)
{
	static const char *const keys[] = { "types",	 "holders",   "breaks", "ancestors",
					    "functions", "attribute", "holder", "member",
					    "doc",	 NULL };
	struct rules *rules = entry->file->rules;

	if (!rule_check_keys(entry, entry->json, keys, err) ||
	    !rule_string(entry, entry->json, "doc", err))
		return false;
	if (json_object_get(entry->json, "types"))
		return note_names(entry, "types", rules->attribute_types, err);
	if (json_object_get(entry->json, "holders"))
		return note_names(entry, "holders", rules->attribute_holders, err);
	if (json_object_get(entry->json, "breaks"))
		return note_names(entry, "breaks", rules->attribute_breaks, err);
	if (json_object_get(entry->json, "ancestors"))
		return note_names(entry, "ancestors", rules->attribute_ancestors, err);
	return load_adder(entry, err);
}
