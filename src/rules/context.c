/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of "entries": how functions are registered, and in which situations they run then. */
#include "rules/load_p.h"

#include <string.h>

#define MAX_ARG 15

static bool find_situation(const char *name, exec_set *set)
{
	static const char *const names[] = {
#define SITUATION(symbol, level, irqs, bh, preempt, name, text) [SITUATION_##symbol] = name,
#include "rules/situations.def"
#undef SITUATION
	};

	for (int s = 0; s < SITUATIONS; s++) {
		if (!strcmp(name, names[s])) {
			*set |= 1u << s;
			return true;
		}
	}
	return false;
}

static bool load_set(const struct rule_entry *entry, const json_t *names, exec_set *set,
		     GError **err)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name) {
		const char *text = json_string_value(name);

		if (!text || !find_situation(text, set))
			return rule_error(entry, "situations", err, "no situation \"%s\"",
					  text ? text : "");
	}
	return true;
}

static bool load_situations(const struct rule_entry *entry, struct entry_rule *rule, GError **err)
{
	const json_t *names = rule_names(entry, "situations", err);

	return names && load_set(entry, names, &rule->situations, err);
}

static void enter_initialisers(struct rules *rules, const json_t *names,
			       const struct entry_rule *rule)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
		g_hash_table_insert(rules->entry_flags,
				    (gpointer)arena_strdup(rules->arena, json_string_value(name)),
				    arena_memdup(rules->arena, rule, sizeof(*rule)));
}

static bool load_flags(const struct rule_entry *entry, struct entry_rule *rule, GError **err)
{
	static const char *const known[] = { "mask",   "arg",	     "functions",
					     "member", "situations", NULL };
	const json_t *flags = json_object_get(entry->json, "flags");
	const char *member = json_string_value(json_object_get(flags, "member"));

	if (!flags)
		return true;
	if (!rule_check_keys(entry, flags, known, err))
		return false;
	rule->flags_mask = json_integer_value(json_object_get(flags, "mask"));
	if (!rule->flags_mask)
		return rule_error(entry, "flags", err, "\"mask\" must be a number other than 0");
	rule->flags_arg = (int)json_integer_value(json_object_get(flags, "arg"));
	rule->flags_member = member ? arena_strdup(entry->file->rules->arena, member) : NULL;
	if (!load_set(entry, json_object_get(flags, "situations"), &rule->flagged, err))
		return false;
	enter_initialisers(entry->file->rules, json_object_get(flags, "functions"), rule);
	return true;
}

static const char *load_text(const struct rule_entry *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry->json, key));

	return text ? arena_strdup(entry->file->rules->arena, text) : NULL;
}

static bool load_argument(const struct rule_entry *entry, struct entry_rule *rule, GError **err)
{
	const json_t *value = json_object_get(entry->json, "arg");

	rule->arg = RULES_NO_ARG;
	if (!value)
		return true;
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > MAX_ARG)
		return rule_error(entry, "arg", err, "\"arg\" must be an argument's number");
	rule->arg = (int)json_integer_value(value);
	return true;
}

/* The function stands in a member of the object that the argument points to. */
static bool load_member(const struct rule_entry *entry, struct entry_rule *rule, GError **err)
{
	const char *text = json_string_value(json_object_get(entry->json, "member"));
	struct effect_member *member;

	if (!json_object_get(entry->json, "member"))
		return true;
	member = arena_new_struct(entry->file->rules->arena, struct effect_member);
	rule->member = member;
	if (rule->arg != RULES_NO_ARG && rule_member(entry->file->rules->arena, text, member))
		return true;
	return rule_error(entry, "member", err,
			  "\"member\" must be \"RECORD.MEMBER\", of what \"arg\" points to");
}

static void enter_one(struct rules *rules, GHashTable *table, const char *name,
		      const struct entry_rule *model)
{
	struct entry_rule *rule = arena_memdup(rules->arena, model, sizeof(*model));

	rule->name = arena_strdup(rules->arena, name);
	rule->next = g_hash_table_lookup(table, name);
	g_hash_table_insert(table, (gpointer)rule->name, rule);
}

static bool is_pattern(const char *name)
{
	return strchr(name, '*') != NULL;
}

static void enter_function(struct rules *rules, const char *name, const struct entry_rule *model)
{
	struct entry_rule *rule;

	if (model->arg != RULES_NO_ARG) {
		enter_one(rules, rules->entry_arguments, name, model);
		return;
	}
	if (!is_pattern(name)) {
		enter_one(rules, rules->entry_functions, name, model);
		return;
	}
	rule = arena_memdup(rules->arena, model, sizeof(*model));
	rule->name = arena_strdup(rules->arena, name);
	g_ptr_array_add(rules->entry_patterns, rule);
}

bool entry_load(const struct rule_entry *entry, GError **err)
{
	static const char *const known[] = { "functions", "arg",   "members", "situations",
					     "doc",	  "flags", "after",   "ends",
					     "member",	  "as",	   "under",   NULL };
	struct rules *rules = entry->file->rules;
	bool members = json_object_get(entry->json, "members") != NULL;
	const json_t *names = rule_names(entry, members ? "members" : "functions", err);
	struct entry_rule model = { .file = entry->file->name };
	const json_t *name;
	size_t i;

	if (!names || !rule_check_keys(entry, entry->json, known, err) ||
	    !load_situations(entry, &model, err) || !load_argument(entry, &model, err) ||
	    !load_flags(entry, &model, err) || !load_member(entry, &model, err))
		return false;
	model.as = load_text(entry, "as");
	model.after = load_text(entry, "after");
	model.ends = load_text(entry, "ends");
	model.under = load_text(entry, "under");
	model.doc = rule_string(entry, entry->json, "doc", err);
	if (!model.doc)
		return false;
	model.doc = arena_strdup(rules->arena, model.doc);
	model.line = places_entry_line(entry, NULL);
	json_array_foreach(names, i, name) {
		if (members)
			enter_one(rules, rules->entry_members, json_string_value(name), &model);
		else
			enter_function(rules, json_string_value(name), &model);
	}
	return true;
}

/* {"members": [...], "what": "an ioctl", "must_not": true, "unless": "RECORD.MEMBER"} */
bool waiting_load(const struct rule_entry *entry, GError **err)
{
	static const char *const known[] = { "members", "what", "must_not", "unless", "doc", NULL };
	struct rules *rules = entry->file->rules;
	struct waiting_rule *rule = arena_new_struct(rules->arena, struct waiting_rule);
	const json_t *names = rule_names(entry, "members", err);
	const char *unless = json_string_value(json_object_get(entry->json, "unless"));
	const json_t *name;
	size_t i;

	if (!names || !rule_check_keys(entry, entry->json, known, err))
		return false;
	rule->what = rule_string(entry, entry->json, "what", err);
	rule->doc = rule->what ? rule_string(entry, entry->json, "doc", err) : NULL;
	if (!rule->doc)
		return false;
	if (unless && !rule_member(rules->arena, unless, &rule->unless))
		return rule_error(entry, "unless", err, "\"unless\" must be \"RECORD.MEMBER\"");
	rule->what = arena_strdup(rules->arena, rule->what);
	rule->doc = arena_strdup(rules->arena, rule->doc);
	rule->must_not = json_is_true(json_object_get(entry->json, "must_not"));
	json_array_foreach(names, i, name)
		g_hash_table_insert(rules->waiting,
				    arena_strdup(rules->arena, json_string_value(name)), rule);
	return true;
}
