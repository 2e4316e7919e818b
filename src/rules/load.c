/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rule file: its text, its sections, one reader per section. */
#include "rules/load_p.h"

#include "base/json.h"

#include <string.h>

#define SCHEMA "lockgraph-rules/1"

static const char *copy_string(const struct rule_entry *entry, const char *text)
{
	return arena_strdup(entry->file->rules->arena, text);
}

/* {"KEY": [names], "doc": "..."}: each name goes into @table with its doc. */
static bool load_named(const struct rule_entry *entry, const char *key, GHashTable *table,
		       GError **err)
{
	const char *const known[] = { key, "doc", NULL };
	const json_t *names = rule_names(entry, key, err);
	const json_t *name;
	const char *doc;
	size_t i;

	if (!names || !rule_check_keys(entry, entry->json, known, err))
		return false;
	doc = rule_string(entry, entry->json, "doc", err);
	if (!doc)
		return false;
	doc = copy_string(entry, doc);
	json_array_foreach(names, i, name)
		g_hash_table_insert(table, (gpointer)copy_string(entry, json_string_value(name)),
				    (gpointer)doc);
	return true;
}

static bool load_opaque(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "functions", entry->file->rules->opaque, err);
}

static bool load_opaque_files(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "files", entry->file->rules->opaque_files, err);
}

static bool load_own_operations(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "members", entry->file->rules->own_operations, err);
}

static bool load_unvalidated(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "keys", entry->file->rules->unvalidated, err);
}

static bool load_not_preemptible(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "classes", entry->file->rules->not_preemptible, err);
}

static bool load_not_readers(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "classes", entry->file->rules->not_readers, err);
}

static bool load_noreturn(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "functions", entry->file->rules->noreturn, err);
}

static bool load_sleeping(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "functions", entry->file->rules->sleeping, err);
}

static bool load_not_null(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "functions", entry->file->rules->not_null, err);
}

static bool load_errors(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "functions", entry->file->rules->errors, err);
}

static bool load_rcu_link(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "members", entry->file->rules->rcu_links, err);
}

static bool load_rcu_quiet(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "members", entry->file->rules->rcu_quiet, err);
}

static bool load_rcu_inside(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "members", entry->file->rules->rcu_inside, err);
}

static bool load_part_type(const struct rule_entry *entry, GError **err)
{
	return load_named(entry, "types", entry->file->rules->part_types, err);
}

static bool entry_kind(const struct rule_entry *entry, enum lock_kind *kind, GError **err)
{
	const char *name = rule_string(entry, entry->json, "kind", err);
	g_autofree char *known = NULL;

	if (!name)
		return false;
	if (lock_kind_find(name, kind))
		return true;
	known = lock_kind_list();
	return rule_error(entry, "kind", err, "no lock kind \"%s\"; the kinds are %s", name, known);
}

/* The optional names at @key, copied and NULL-terminated; NULL and @err when they are not names. */
static const char *const *copy_names(const struct rule_entry *entry, const char *key, GError **err)
{
	const json_t *names = json_object_get(entry->json, key);
	const json_t *name;
	const char **copy;
	size_t i;

	if (names && !rule_names(entry, key, err))
		return NULL;
	copy = arena_new_array(entry->file->rules->arena, const char *, json_array_size(names) + 1);
	json_array_foreach(names, i, name)
		copy[i] = copy_string(entry, json_string_value(name));
	return copy;
}

static bool load_lock_type(const struct rule_entry *entry, GError **err)
{
	static const char *const known[] = { "types", "kind", "apart", "owned", "doc", NULL };
	struct rules *rules = entry->file->rules;
	struct lock_type model = { .name = NULL };
	const json_t *names = rule_names(entry, "types", err);
	const json_t *name;
	size_t i;

	if (!names || !rule_check_keys(entry, entry->json, known, err))
		return false;
	model.doc = rule_string(entry, entry->json, "doc", err);
	if (!model.doc || !entry_kind(entry, &model.kind, err))
		return false;
	model.doc = copy_string(entry, model.doc);
	model.is_owned = json_is_true(json_object_get(entry->json, "owned"));
	model.apart = copy_names(entry, "apart", err);
	if (!model.apart)
		return false;
	json_array_foreach(names, i, name) {
		struct lock_type *type = arena_memdup(rules->arena, &model, sizeof(model));

		type->name = copy_string(entry, json_string_value(name));
		g_hash_table_insert(rules->lock_types, (gpointer)type->name, type);
	}
	return true;
}

static bool load_alias(const struct rule_entry *entry, GError **err)
{
	static const char *const known[] = { "classes", "means", "doc", NULL };
	struct rules *rules = entry->file->rules;
	const json_t *names = rule_names(entry, "classes", err);
	const json_t *name;
	const char *means;
	size_t i;

	if (!names || !rule_check_keys(entry, entry->json, known, err))
		return false;
	means = rule_string(entry, entry->json, "means", err);
	if (!means || !rule_string(entry, entry->json, "doc", err))
		return false;
	means = copy_string(entry, means);
	json_array_foreach(names, i, name)
		g_hash_table_insert(rules->aliases,
				    (gpointer)copy_string(entry, json_string_value(name)),
				    (gpointer)means);
	return true;
}

static bool load_spelling(const struct rule_entry *entry, GError **err)
{
	static const char *const known[] = { "suffixes", "plain", "doc", NULL };
	const json_t *names = rule_names(entry, "suffixes", err);
	bool is_plain = json_is_true(json_object_get(entry->json, "plain"));
	const json_t *name;
	size_t i;

	if (!names || !rule_check_keys(entry, entry->json, known, err) ||
	    !rule_string(entry, entry->json, "doc", err))
		return false;
	json_array_foreach(names, i, name) {
		struct spelling spelling = { copy_string(entry, json_string_value(name)),
					     is_plain };

		g_array_append_val(entry->file->rules->spellings, spelling);
	}
	return true;
}

static bool entry_member(const struct rule_entry *entry, const char *key,
			 struct effect_member *member, GError **err)
{
	const char *text = rule_string(entry, entry->json, key, err);

	if (!text)
		return false;
	if (rule_member(entry->file->rules->arena, text, member))
		return true;
	return rule_error(entry, key, err, "\"%s\" must be \"RECORD.MEMBER\"", key);
}

static bool callback_held(const struct rule_entry *entry, struct callback_rule *rule, GError **err)
{
	struct effect_member *held;

	if (!json_object_get(entry->json, "held"))
		return true;
	held = arena_new_struct(entry->file->rules->arena, struct effect_member);
	rule->held.members = held;
	rule->held.n_members = 1;
	return entry_member(entry, "held", held, err);
}

static bool callback_arg(const struct rule_entry *entry, const char *key, int *arg, GError **err)
{
	const json_t *value = json_object_get(entry->json, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return rule_error(entry, key, err, "\"%s\" must be an argument's number", key);
	*arg = (int)json_integer_value(value);
	return true;
}

/* "item": 2, "item_members": ["RECORD.MEMBER", ...] */
static bool callback_item(const struct rule_entry *entry, struct callback_rule *rule, GError **err)
{
	struct arena *arena = entry->file->rules->arena;
	const json_t *names = rule_names(entry, "item_members", err);
	struct effect_member *members;
	const json_t *name;
	size_t i;

	if (!names || !callback_arg(entry, "item", &rule->item_arg, err))
		return false;
	members = arena_new_array(arena, struct effect_member, json_array_size(names));
	json_array_foreach(names, i, name) {
		if (!rule_member(arena, json_string_value(name), &members[i]))
			return rule_error(entry, "item_members", err,
					  "\"item_members\" must be \"RECORD.MEMBER\"s");
	}
	rule->item_members = members;
	rule->n_item_members = json_array_size(names);
	return true;
}

/* "object": an argument's number, or "result" */
static bool callback_object(const struct rule_entry *entry, struct callback_rule *rule,
			    GError **err)
{
	const json_t *value = json_object_get(entry->json, "object");
	const char *class;

	rule->held.lock_arg = RULES_NO_ARG;
	if (json_object_get(entry->json, "class")) {
		class = rule_string(entry, entry->json, "class", err);
		rule->held.class_name = class ? copy_string(entry, class) : NULL;
		return class;
	}
	if (!g_strcmp0(json_string_value(value), "result")) {
		rule->held.lock_arg = RULES_RESULT_ARG;
		return true;
	}
	return callback_arg(entry, "object", &rule->held.lock_arg, err);
}

/* A later file's rule replaces that of the same argument; others stay beside it. */
static void add_callback_rule(const struct rule_entry *entry, const char *name,
			      const struct callback_rule *rule)
{
	struct rules *rules = entry->file->rules;
	struct callback_rule *copy = arena_memdup(rules->arena, rule, sizeof(*rule));
	const struct callback_rule *known = g_hash_table_lookup(rules->callbacks, name);

	copy->next = known && known->function_arg == rule->function_arg ? known->next : known;
	g_hash_table_insert(rules->callbacks, (gpointer)copy_string(entry, name), copy);
}

/* "functions": ["tasklet_setup"], "arg": 1, "object": 0 */
static bool callback_functions(const struct rule_entry *entry, struct callback_rule *rule,
			       GError **err)
{
	const json_t *names = rule_names(entry, "functions", err);
	const json_t *name;
	size_t i;

	rule->function_arg = rule->item_arg = RULES_NO_ARG;
	if (!names || !callback_object(entry, rule, err))
		return false;
	if (json_object_get(entry->json, "item")
		    ? !callback_item(entry, rule, err)
		    : !callback_arg(entry, "arg", &rule->function_arg, err))
		return false;
	json_array_foreach(names, i, name)
		add_callback_rule(entry, json_string_value(name), rule);
	return true;
}

static bool callback_member(const struct rule_entry *entry, struct callback_rule *rule,
			    GError **err)
{
	struct rules *rules = entry->file->rules;

	rule->function_arg = RULES_NO_ARG;
	if (!entry_member(entry, "member", &rule->member, err))
		return false;
	g_hash_table_insert(rules->callbacks,
			    arena_printf(rules->arena, "%s.%s", rule->member.record,
					 rule->member.member),
			    rule);
	return true;
}

/* {"member": "RECORD.MEMBER", "held": "RECORD.MEMBER", "kind": "pseudo", "doc": "..."} */
static bool load_callback(const struct rule_entry *entry, GError **err)
{
	static const char *const known[] = { "member", "functions",    "arg",  "object", "item",
					     "held",   "item_members", "kind", "class",	 "doc",
					     NULL };
	struct callback_rule *rule =
		arena_new_struct(entry->file->rules->arena, struct callback_rule);
	const char *doc;

	if (!rule_check_keys(entry, entry->json, known, err) || !callback_held(entry, rule, err) ||
	    !entry_kind(entry, &rule->held.kind, err))
		return false;
	doc = rule_string(entry, entry->json, "doc", err);
	if (!doc)
		return false;
	rule->doc = copy_string(entry, doc);
	return json_object_get(entry->json, "functions") ? callback_functions(entry, rule, err)
							 : callback_member(entry, rule, err);
}

/* ["BEFORE", "AFTER", "where it is documented"] */
static bool load_order(const struct rule_entry *entry, GError **err)
{
	struct rules *rules = entry->file->rules;
	const char *text[3] = { NULL };
	struct lock_order *orders;

	for (size_t i = 0; i < G_N_ELEMENTS(text); i++) {
		text[i] = json_string_value(json_array_get(entry->json, i));
		if (!text[i] || !*text[i] || json_array_size(entry->json) != G_N_ELEMENTS(text))
			return rule_error(entry, NULL, err,
					  "an order must be [\"CLASS TAKEN FIRST\", \"CLASS TAKEN "
					  "AFTER IT\", \"WHERE IT IS DOCUMENTED\"]");
	}
	orders = arena_new_array(rules->arena, struct lock_order, rules->n_orders + 1);
	if (rules->n_orders)
		memcpy(orders, rules->orders, rules->n_orders * sizeof(*orders));
	orders[rules->n_orders++] = (struct lock_order){
		.before = copy_string(entry, text[0]),
		.after = copy_string(entry, text[1]),
		.documented = copy_string(entry, text[2]),
		.file = entry->file->name,
		.line = places_entry_line(entry, NULL),
	};
	rules->orders = orders;
	return true;
}

static bool load_bits(const struct rule_entry *entry, const char *key, uint32_t *bits, GError **err)
{
	const json_t *value = json_object_get(entry->json, key);

	if (!json_is_integer(value) || json_integer_value(value) <= 0 ||
	    json_integer_value(value) > UINT32_MAX)
		return rule_error(entry, key, err, "\"%s\" must be a number with bits of a word",
				  key);
	*bits = (uint32_t)json_integer_value(value);
	return true;
}

static bool load_marker(const struct rule_entry *entry, GError **err)
{
	static const char *const keys[] = { "member", "means", "doc", NULL };
	struct rules *rules = entry->file->rules;
	const char *member, *means;
	enum marker marker;

	if (!rule_check_keys(entry, entry->json, keys, err) ||
	    !rule_string(entry, entry->json, "doc", err))
		return false;
	member = rule_string(entry, entry->json, "member", err);
	if (member && !strrchr(member, '.'))
		return rule_error(entry, "member", err, "\"member\" must be \"RECORD.MEMBER\"");
	means = member ? rule_string(entry, entry->json, "means", err) : NULL;
	if (!means)
		return false;
	marker = g_str_equal(means, "softirq")	  ? MARKER_SOFTIRQ
		 : g_str_equal(means, "threaded") ? MARKER_THREADED
						  : MARKER_NONE;
	if (marker == MARKER_NONE)
		return rule_error(entry, "means", err,
				  "\"means\" must be \"softirq\" or \"threaded\"");
	g_hash_table_insert(rules->markers, arena_strdup(rules->arena, member),
			    GINT_TO_POINTER(marker));
	return true;
}

static bool load_carried(const struct rule_entry *entry, GError **err)
{
	static const char *const keys[] = { "types", "member", "doc", NULL };
	struct rules *rules = entry->file->rules;
	const json_t *types = rule_names(entry, "types", err), *type;
	const char *member;
	size_t i;

	if (!types || !rule_check_keys(entry, entry->json, keys, err) ||
	    !rule_string(entry, entry->json, "doc", err))
		return false;
	member = rule_string(entry, entry->json, "member", err);
	if (!member)
		return false;
	if (!strrchr(member, '.'))
		return rule_error(entry, "member", err, "\"member\" must be \"RECORD.MEMBER\"");
	json_array_foreach(types, i, type)
		g_hash_table_insert(rules->carried,
				    (gpointer)copy_string(entry, json_string_value(type)),
				    (gpointer)copy_string(entry, member));
	return true;
}

static bool load_preempt_bits(const struct rule_entry *entry, GError **err)
{
	static const char *const known[] = { "preempt", "softirq", "serving", "hardirq",
					     "nmi",	"doc",	   NULL };
	struct preempt_bits *bits = &entry->file->rules->preempt_bits;

	return rule_check_keys(entry, entry->json, known, err) &&
	       rule_string(entry, entry->json, "doc", err) &&
	       load_bits(entry, "preempt", &bits->preempt, err) &&
	       load_bits(entry, "softirq", &bits->softirq, err) &&
	       load_bits(entry, "serving", &bits->serving, err) &&
	       load_bits(entry, "hardirq", &bits->hardirq, err) &&
	       load_bits(entry, "nmi", &bits->nmi, err);
}

struct section {
	const char *name;
	bool (*load)(const struct rule_entry *entry, GError **err);
};

static const struct section sections[] = {
	{ "primitives", primitive_load },
	{ "lock_types", load_lock_type },
	{ "part_types", load_part_type },
	{ "opaque", load_opaque },
	{ "opaque_files", load_opaque_files },
	{ "own_operations", load_own_operations },
	{ "unvalidated", load_unvalidated },
	{ "noreturn", load_noreturn },
	{ "not_null", load_not_null },
	{ "errors", load_errors },
	{ "aliases", load_alias },
	{ "spellings", load_spelling },
	{ "sleeping", load_sleeping },
	{ "callbacks", load_callback },
	{ "attributes", attribute_load },
	{ "preempt_count", load_preempt_bits },
	{ "entries", entry_load },
	{ "waiting", waiting_load },
	{ "rcu_accesses", rcu_load_access },
	{ "rcu_links", load_rcu_link },
	{ "rcu_marks", rcu_load_mark },
	{ "markers", load_marker },
	{ "carried", load_carried },
	{ "not_preemptible", load_not_preemptible },
	{ "not_readers", load_not_readers },
	{ "flag_words", flag_word_load },
	{ "rcu_quiet", load_rcu_quiet },
	{ "rcu_inside", load_rcu_inside },
	{ "order", load_order },
	{ "roles", role_load },
};

static bool file_error(const struct rule_file *file, const char *section, GError **err,
		       const char *what)
{
	g_set_error(err, rules_error_quark(), 0, "%s:%d: %s", file->name,
		    section ? places_section_line(file, section) : 1, what);
	return false;
}

static bool load_section(const struct rule_file *file, const struct section *section,
			 const json_t *array, GError **err)
{
	struct rule_entry entry = { .file = file, .section = section->name };
	g_autofree char *what = NULL;

	if (!json_is_array(array)) {
		what = g_strdup_printf("\"%s\" must be an array", section->name);
		return file_error(file, section->name, err, what);
	}
	json_array_foreach(array, entry.index, entry.json) {
		if (!section->load(&entry, err))
			return false;
	}
	return true;
}

/* "schema" may be left out (a project's own file of orders), "about" is for readers. */
static bool check_head(const struct rule_file *file, const json_t *root, GError **err)
{
	const json_t *schema = json_object_get(root, "schema");
	const json_t *about = json_object_get(root, "about");

	if (schema && g_strcmp0(json_string_value(schema), SCHEMA))
		return file_error(file, "schema", err,
				  "\"schema\" must be \"" SCHEMA "\", the only format known here");
	if (about && !json_is_string(about))
		return file_error(file, "about", err, "\"about\" must be a string");
	return true;
}

static bool check_sections(const struct rule_file *file, const json_t *root, GError **err)
{
	const char *known[G_N_ELEMENTS(sections) + 3] = { "schema", "about" };
	g_autofree char *where = NULL;
	const char *key;
	json_t *value;

	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
		known[i + 2] = sections[i].name;
	json_object_foreach((json_t *)root, key, value) {
		if (g_strv_contains(known, key))
			continue;
		where = g_strdup_printf("%s:%d", file->name, places_section_line(file, key));
		return json_check_keys(root, where, known, err);
	}
	return true;
}

static bool load_root(const struct rule_file *file, const json_t *root, GError **err)
{
	if (!json_is_object(root))
		return file_error(file, NULL, err, "a rule file must be a JSON object");
	if (!check_head(file, root, err) || !check_sections(file, root, err))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
		const json_t *array = json_object_get(root, sections[i].name);

		if (array && !load_section(file, &sections[i], array, err))
			return false;
	}
	return true;
}

static bool load_text(struct rule_file *file, size_t length, GError **err)
{
	json_error_t problem;
	json_t *root = json_loadb(file->text, length, JSON_REJECT_DUPLICATES, &problem);
	bool ok;

	if (!root) {
		g_set_error(err, rules_error_quark(), 0, "%s:%d: not valid JSON: %s", file->name,
			    MAX(problem.line, 1), problem.text);
		return false;
	}
	file->places = places_find(file->text);
	file->seen = g_hash_table_new(g_str_hash, g_str_equal);
	ok = load_root(file, root, err);
	g_hash_table_unref(file->seen);
	g_array_unref(file->places);
	json_decref(root);
	return ok;
}

bool rule_file_load(struct rules *rules, const char *path, const char *name, GError **err)
{
	g_autofree char *text = NULL;
	g_autoptr(GError) problem = NULL;
	struct rule_file file = { .rules = rules };
	gsize length;

	if (!g_file_get_contents(path, &text, &length, &problem)) {
		g_set_error(err, rules_error_quark(), 0,
			    "%s: cannot read the rule file: %s; name a readable file or a rule set",
			    path, problem->message);
		return false;
	}
	file.name = arena_strdup(rules->arena, name);
	file.text = text;
	g_ptr_array_add(rules->files, arena_strdup(rules->arena, path));
	return load_text(&file, length, err);
}
