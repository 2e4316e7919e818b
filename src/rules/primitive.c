/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An entry of "primitives": names, what a call does (one key per kind of effect, in the order in
 * which they happen), and how its result tells whether it did.
 */
#include "rules/load_p.h"

#include <string.h>

#define MAX_ARG 15

static const char *const result_names[] = {
	[RESULT_ALWAYS] = "always",   [RESULT_NONZERO] = "nonzero", [RESULT_ZERO] = "zero",
	[RESULT_NONNULL] = "nonnull", [RESULT_VALID] = "valid",
};

static const char *const entry_keys[] = {
	"functions",	"result",	"try",		 "follow",
	"returns",	"doc",		"acquire",	 "release",
	"downgrade",	"might_lock",	"assert_held",	 "assert_not_held",
	"init",		"set_class",	"since",	 "until",
	"irq_off",	"irq_on",	"bh_off",	 "bh_on",
	"preempt_off",	"preempt_on",	"pagefault_off", "pagefault_on",
	"query",	"sleep",	"backs_off",	 "context_init",
	"context_done", "context_fini", "context_slow",	 "drops_last",
	"spares_last",	"seldom",	"content",	 "negated_by",
	"constant",	"fails_with",	"sure_if_null",	 "already",
	"told_in",	NULL,
};

static const char *const lock_keys[] = {
	"lock",	    "class",	    "members",	"value",    "kind",    "mode",
	"subclass", "subclass_arg", "nest_arg", "mode_arg", "try_arg", "name_arg",
	"key_arg",  "check_arg",    "bit_arg",	"cmp_arg",  NULL,
};

static const char *const flags_keys[] = { "save", NULL };
static const char *const count_keys[] = { "amount", NULL };
static const char *const query_keys[] = { "what", "save", NULL };
static const char *const object_keys[] = { "object", NULL };
static const char *const sleep_keys[] = { "flags",	"mask",	       "if_zero", "waits_for",
					  "page_fault", "preempt_off", NULL };
static const char *const no_keys[] = { NULL };

/* A key of struct effect that names an argument. */
struct arg_key {
	const char *key;
	size_t offset;
};

static const struct arg_key arg_keys[] = {
	{ "lock", offsetof(struct effect, lock_arg) },
	{ "subclass_arg", offsetof(struct effect, subclass_arg) },
	{ "nest_arg", offsetof(struct effect, nest_arg) },
	{ "mode_arg", offsetof(struct effect, mode_arg) },
	{ "try_arg", offsetof(struct effect, try_arg) },
	{ "name_arg", offsetof(struct effect, name_arg) },
	{ "key_arg", offsetof(struct effect, key_arg) },
	{ "save", offsetof(struct effect, save_arg) },
	{ "amount", offsetof(struct effect, amount_arg) },
	{ "bit_arg", offsetof(struct effect, bit_arg) },
	{ "cmp_arg", offsetof(struct effect, cmp_arg) },
	{ "check_arg", offsetof(struct effect, check_arg) },
	{ "object", offsetof(struct effect, object_arg) },
	{ "flags", offsetof(struct effect, flags_arg) },
	{ "if_zero", offsetof(struct effect, zero_arg) },
};

/* What stands before the flags depends on the configuration in some functions. */
static bool counts_from_last(const json_t *value, const char *key)
{
	return (!strcmp(key, "flags") || !strcmp(key, "told_in")) && json_is_integer(value) &&
	       json_integer_value(value) < 0 && json_integer_value(value) >= -MAX_ARG;
}

static bool parse_arg(const struct rule_entry *entry, const json_t *value, const char *key,
		      int *arg, GError **err)
{
	if (json_is_string(value) && !strcmp(json_string_value(value), "result")) {
		*arg = RULES_RESULT_ARG;
		return true;
	}
	if (counts_from_last(value, key)) {
		*arg = RULES_LAST_ARG + 1 + (int)json_integer_value(value);
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

struct effect rules_no_effect(void)
{
	struct effect effect = { .mode = MODE_WRITE };

	for (size_t i = 0; i < G_N_ELEMENTS(arg_keys); i++)
		*(int *)((char *)&effect + arg_keys[i].offset) = RULES_NO_ARG;
	return effect;
}

struct primitive rules_no_primitive(const char *name)
{
	return (struct primitive){ .name = name,
				   .sure_arg = RULES_NO_ARG,
				   .told_arg = RULES_NO_ARG,
				   .returns_arg = RULES_NO_ARG,
				   .content_arg = RULES_NO_ARG,
				   .negate_arg = RULES_NO_ARG };
}

static bool parse_args(const struct rule_entry *entry, const json_t *json, struct effect *effect,
		       GError **err)
{
	for (size_t i = 0; i < G_N_ELEMENTS(arg_keys); i++) {
		const json_t *value = json_object_get(json, arg_keys[i].key);
		int *arg = (int *)((char *)effect + arg_keys[i].offset);

		*arg = RULES_NO_ARG;
		if (value && !parse_arg(entry, value, arg_keys[i].key, arg, err))
			return false;
	}
	return true;
}

static bool parse_bool(const struct rule_entry *entry, const json_t *json, const char *key,
		       bool *flag, GError **err)
{
	const json_t *value = json_object_get(json, key);

	if (value && !json_is_boolean(value))
		return rule_error(entry, key, err, "\"%s\" must be true or false", key);
	*flag = json_is_true(value);
	return true;
}

static bool parse_subclass(const struct rule_entry *entry, const json_t *json,
			   struct effect *effect, GError **err)
{
	const json_t *value = json_object_get(json, "subclass");

	if (!value)
		return true;
	/* lockdep's MAX_LOCKDEP_SUBCLASSES */
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > 7)
		return rule_error(entry, "subclass", err,
				  "\"subclass\" must be a number from 0 to 7");
	effect->subclass = (int)json_integer_value(value);
	return true;
}

static bool parse_kind(const struct rule_entry *entry, const json_t *json, struct effect *effect,
		       GError **err)
{
	const char *name = rule_string(entry, json, "kind", err);
	g_autofree char *known = NULL;

	if (!name)
		return false;
	if (lock_kind_find(name, &effect->kind))
		return true;
	known = lock_kind_list();
	return rule_error(entry, "kind", err, "no lock kind \"%s\"; the kinds are %s", name, known);
}

/* Assertions mean any mode unless they say one; everything else is exclusive unless it says. */
static enum lock_mode default_mode(enum effect_op op)
{
	return op == EFFECT_ASSERT_HELD || op == EFFECT_ASSERT_NOT_HELD ? MODE_ANY : MODE_WRITE;
}

static bool parse_mode(const struct rule_entry *entry, const json_t *json, struct effect *effect,
		       GError **err)
{
	const json_t *value = json_object_get(json, "mode");

	effect->mode = default_mode(effect->op);
	if (!value)
		return true;
	for (int mode = MODE_ANY; mode <= MODE_RECURSIVE; mode++) {
		if (json_is_string(value) &&
		    !strcmp(json_string_value(value), lock_mode_name(mode))) {
			effect->mode = mode;
			return true;
		}
	}
	return rule_error(entry, "mode", err,
			  "\"mode\" must be \"write\", \"read\", \"recursive\" or \"any\"");
}

static bool parse_class(const struct rule_entry *entry, const json_t *json, struct effect *effect,
			GError **err)
{
	const char *name;

	if (!json_object_get(json, "class"))
		return true;
	name = rule_string(entry, json, "class", err);
	if (name)
		effect->class_name = arena_strdup(entry->file->rules->arena, name);
	return name != NULL;
}

bool rule_member(struct arena *arena, const char *text, struct effect_member *member)
{
	const char *dot = text ? strrchr(text, '.') : NULL;

	if (!dot || dot == text || !dot[1])
		return false;
	member->record = arena_printf(arena, "%.*s", (int)(dot - text), text);
	member->member = arena_strdup(arena, dot + 1);
	return true;
}

/* An array of "RECORD.MEMBER", with "*" before one that is behind a pointer. */
static bool parse_members(const struct rule_entry *entry, const json_t *json, struct effect *effect,
			  GError **err)
{
	const json_t *array = json_object_get(json, "members");
	struct arena *arena = entry->file->rules->arena;
	struct effect_member *members;
	const json_t *value;
	size_t i;

	if (!array)
		return true;
	members = arena_new_array(arena, struct effect_member, json_array_size(array) + 1);
	json_array_foreach(array, i, value) {
		const char *text = json_string_value(value);

		if (!g_strcmp0(text, "*"))
			members[effect->n_members].deref = true;
		else if (rule_member(arena, text, &members[effect->n_members]))
			effect->n_members++;
		else
			return rule_error(
				entry, "members", err,
				"a member must be \"RECORD.MEMBER\", or \"*\" before one");
	}
	effect->members = members;
	if (effect->n_members && !members[effect->n_members].deref)
		return true;
	return rule_error(entry, "members", err,
			  "\"members\" must be an array of \"RECORD.MEMBER\" that ends in one");
}

static bool parse_lock(const struct rule_entry *entry, const json_t *json, struct effect *effect,
		       GError **err)
{
	if (!parse_bool(entry, json, "value", &effect->lock_is_value, err) ||
	    !parse_class(entry, json, effect, err) || !parse_members(entry, json, effect, err))
		return false;
	if ((effect->lock_arg == RULES_NO_ARG) == (effect->class_name == NULL))
		return rule_error(
			entry, effect_op_name(effect->op), err,
			"\"%s\" needs either \"lock\", an argument's number, or \"class\"",
			effect_op_name(effect->op));
	return parse_kind(entry, json, effect, err) && parse_mode(entry, json, effect, err) &&
	       parse_subclass(entry, json, effect, err);
}

enum effect_shape {
	SHAPE_LOCK,   /* names a lock */
	SHAPE_FLAGS,  /* may name where flags are kept */
	SHAPE_COUNT,  /* may name what is added */
	SHAPE_QUERY,  /* says what the result tells */
	SHAPE_OBJECT, /* names an object */
	SHAPE_SLEEP,  /* may name flags that must be set, or the readers waited for */
	SHAPE_PLAIN,  /* just true */
};

static enum effect_shape effect_shape(enum effect_op op)
{
	switch (op) {
	case EFFECT_ACQUIRE:
	case EFFECT_RELEASE:
	case EFFECT_DOWNGRADE:
	case EFFECT_MIGHT_LOCK:
	case EFFECT_ASSERT_HELD:
	case EFFECT_ASSERT_NOT_HELD:
	case EFFECT_INIT:
	case EFFECT_SET_CLASS:
		return SHAPE_LOCK;
	case EFFECT_IRQ_OFF:
	case EFFECT_IRQ_ON:
		return SHAPE_FLAGS;
	case EFFECT_CONTEXT_INIT:
	case EFFECT_CONTEXT_DONE:
	case EFFECT_CONTEXT_FINI:
	case EFFECT_CONTEXT_SLOW:
		return SHAPE_OBJECT;
	case EFFECT_PREEMPT_OFF:
	case EFFECT_PREEMPT_ON:
		return SHAPE_COUNT;
	case EFFECT_QUERY:
		return SHAPE_QUERY;
	case EFFECT_BH_OFF:
	case EFFECT_BH_ON:
	case EFFECT_PAGEFAULT_OFF:
	case EFFECT_PAGEFAULT_ON:
		return SHAPE_PLAIN;
	case EFFECT_SLEEP:
		return SHAPE_SLEEP;
	}
	g_assert_not_reached();
}

static const char *const *shape_keys(enum effect_shape shape)
{
	switch (shape) {
	case SHAPE_LOCK:
		return lock_keys;
	case SHAPE_FLAGS:
		return flags_keys;
	case SHAPE_COUNT:
		return count_keys;
	case SHAPE_QUERY:
		return query_keys;
	case SHAPE_OBJECT:
		return object_keys;
	case SHAPE_SLEEP:
		return sleep_keys;
	case SHAPE_PLAIN:
		return no_keys;
	}
	g_assert_not_reached();
}

static bool shape_takes(enum effect_shape shape, const json_t *json)
{
	if (json_is_object(json))
		return shape != SHAPE_PLAIN;
	return json_is_true(json) && shape != SHAPE_LOCK && shape != SHAPE_QUERY &&
	       shape != SHAPE_OBJECT;
}

/* What an effect's value may be, for messages. */
static const char *shape_text(enum effect_shape shape)
{
	switch (shape) {
	case SHAPE_LOCK:
		return "an object, or an array of them";
	case SHAPE_FLAGS:
		return "true or {\"save\": ARGUMENT}";
	case SHAPE_COUNT:
		return "true or {\"amount\": ARGUMENT}";
	case SHAPE_QUERY:
		return "{\"what\": NAME}";
	case SHAPE_OBJECT:
		return "{\"object\": ARGUMENT}";
	case SHAPE_SLEEP:
		return "true or an object";
	case SHAPE_PLAIN:
		return "true";
	}
	g_assert_not_reached();
}

static bool parse_query(const struct rule_entry *entry, const json_t *json, struct effect *effect,
			GError **err)
{
	static const char *const names[] = {
		[QUERY_PREEMPT_COUNT] = "preempt_count",
		[QUERY_IRQ_FLAGS] = "irq_flags",
		[QUERY_IRQS_DISABLED] = "irqs_disabled",
		[QUERY_FLAGS_DISABLED] = "flags_disabled",
	};
	const char *name = rule_string(entry, json, "what", err);

	for (size_t i = 0; name && i < G_N_ELEMENTS(names); i++) {
		if (!strcmp(name, names[i])) {
			effect->query = (enum exec_query)i;
			return true;
		}
	}
	return name && rule_error(entry, "what", err,
				  "\"what\" must be \"preempt_count\", \"irq_flags\", "
				  "\"irqs_disabled\" or \"flags_disabled\"");
}

static bool parse_effect(const struct rule_entry *entry, enum effect_op op, const json_t *json,
			 GArray *effects, GError **err)
{
	enum effect_shape shape = effect_shape(op);
	struct effect effect = { .op = op };

	if (!shape_takes(shape, json))
		return rule_error(entry, effect_op_name(op), err, "\"%s\" must be %s",
				  effect_op_name(op), shape_text(shape));
	if (json_is_object(json) && !rule_check_keys(entry, json, shape_keys(shape), err))
		return false;
	if (!parse_args(entry, json, &effect, err))
		return false;
	if (shape == SHAPE_LOCK && !parse_lock(entry, json, &effect, err))
		return false;
	if (shape == SHAPE_QUERY && !parse_query(entry, json, &effect, err))
		return false;
	if (shape == SHAPE_SLEEP && !rule_sleep(entry, json, &effect, err))
		return false;
	g_array_append_val(effects, effect);
	return true;
}

static bool find_op(const char *key, enum effect_op *found)
{
	for (int op = EFFECT_ACQUIRE; op <= EFFECT_SLEEP; op++) {
		if (!strcmp(key, effect_op_name(op))) {
			*found = op;
			return true;
		}
	}
	return false;
}

/* The effects in the order in which the entry's keys stand. */
static bool parse_effects(const struct rule_entry *entry, GArray *effects, GError **err)
{
	const char *key;
	json_t *value, *one;
	size_t i;
	enum effect_op op;

	json_object_foreach((json_t *)entry->json, key, value) {
		if (!find_op(key, &op) || (op == EFFECT_SLEEP && json_is_false(value)))
			continue;
		if (!json_is_array(value)) {
			if (!parse_effect(entry, op, value, effects, err))
				return false;
			continue;
		}
		json_array_foreach(value, i, one) {
			if (!parse_effect(entry, op, one, effects, err))
				return false;
		}
	}
	return true;
}

static bool parse_result(const struct rule_entry *entry, struct primitive *primitive, GError **err)
{
	const json_t *value = json_object_get(entry->json, "result");

	if (!value)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(result_names); i++) {
		if (json_is_string(value) && !strcmp(json_string_value(value), result_names[i])) {
			primitive->result = (enum result_rule)i;
			return true;
		}
	}
	return rule_error(
		entry, "result", err,
		"\"result\" must be \"always\", \"nonzero\", \"zero\", \"nonnull\" or \"valid\"");
}

/* "since" and "until", kernel versions, are for readers and for tests/rules/names.py. */
static bool check_versions(const struct rule_entry *entry, GError **err)
{
	static const char *const keys[] = { "since", "until" };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (json_object_get(entry->json, keys[i]) &&
		    !rule_string(entry, entry->json, keys[i], err))
			return false;
	}
	return true;
}

/* A negative number, 0 where the rule does not say. */
static bool parse_error_number(const struct rule_entry *entry, const char *key, int *number,
			       GError **err)
{
	const json_t *value = json_object_get(entry->json, key);

	if (value && (!json_is_integer(value) || json_integer_value(value) >= 0))
		return rule_error(entry, key, err, "\"%s\" must be a negative number", key);
	*number = (int)json_integer_value(value);
	return true;
}

/* An argument that the rule may name; RULES_NO_ARG where it does not. */
static bool parse_optional_arg(const struct rule_entry *entry, const char *key, int *arg,
			       GError **err)
{
	const json_t *value = json_object_get(entry->json, key);

	*arg = RULES_NO_ARG;
	return !value || parse_arg(entry, value, key, arg, err);
}

static bool parse_constant(const struct rule_entry *entry, struct primitive *primitive,
			   GError **err)
{
	const char *name;

	if (!json_object_get(entry->json, "constant"))
		return true;
	name = rule_string(entry, entry->json, "constant", err);
	primitive->constant = name ? arena_strdup(entry->file->rules->arena, name) : NULL;
	return name != NULL;
}

static bool parse_entry(const struct rule_entry *entry, struct primitive *primitive,
			GArray *effects, GError **err)
{
	const char *doc;

	if (!rule_check_keys(entry, entry->json, entry_keys, err) || !check_versions(entry, err))
		return false;
	if (!parse_bool(entry, entry->json, "try", &primitive->is_try, err) ||
	    !parse_bool(entry, entry->json, "follow", &primitive->follow, err) ||
	    !parse_bool(entry, entry->json, "seldom", &primitive->is_seldom, err) ||
	    !parse_bool(entry, entry->json, "drops_last", &primitive->drops_last, err) ||
	    !parse_bool(entry, entry->json, "spares_last", &primitive->spares_last, err))
		return false;
	primitive->stays_awake = json_is_false(json_object_get(entry->json, "sleep"));
	if (!parse_optional_arg(entry, "returns", &primitive->returns_arg, err) ||
	    !parse_optional_arg(entry, "content", &primitive->content_arg, err) ||
	    !parse_optional_arg(entry, "negated_by", &primitive->negate_arg, err))
		return false;
	if (!parse_error_number(entry, "backs_off", &primitive->backs_off, err) ||
	    !parse_error_number(entry, "fails_with", &primitive->fails_with, err) ||
	    !parse_error_number(entry, "already", &primitive->already, err) ||
	    !parse_optional_arg(entry, "sure_if_null", &primitive->sure_arg, err) ||
	    !parse_optional_arg(entry, "told_in", &primitive->told_arg, err) ||
	    !parse_constant(entry, primitive, err))
		return false;
	doc = rule_string(entry, entry->json, "doc", err);
	if (!doc || !parse_result(entry, primitive, err))
		return false;
	primitive->doc = arena_strdup(entry->file->rules->arena, doc);
	return parse_effects(entry, effects, err);
}

/* Later files override earlier ones; within one file a second row for a name is a slip. */
static bool enter(const struct rule_entry *entry, const struct primitive *model,
		  const json_t *names, GError **err)
{
	struct rules *rules = entry->file->rules;
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name) {
		struct primitive *copy = arena_memdup(rules->arena, model, sizeof(*model));

		copy->name = arena_strdup(rules->arena, json_string_value(name));
		if (!g_hash_table_add(entry->file->seen, (gpointer)copy->name))
			return rule_error(entry, copy->name, err,
					  "\"%s\" has a rule in this file already", copy->name);
		g_hash_table_insert(rules->primitives, (gpointer)copy->name, copy);
	}
	return true;
}

bool primitive_load(const struct rule_entry *entry, GError **err)
{
	g_autoptr(GArray) effects = g_array_new(FALSE, FALSE, sizeof(struct effect));
	struct primitive primitive = { .file = entry->file->name };
	const json_t *names = rule_names(entry, "functions", err);

	if (!names || !parse_entry(entry, &primitive, effects, err))
		return false;
	primitive.line = places_entry_line(entry, NULL);
	primitive.n_effects = effects->len;
	if (effects->len)
		primitive.effects = arena_memdup(entry->file->rules->arena, effects->data,
						 effects->len * sizeof(struct effect));
	return enter(entry, &primitive, names, err);
}

bool primitive_asks(const struct primitive *primitive)
{
	for (size_t i = 0; i < primitive->n_effects; i++)
		if (primitive->effects[i].op == EFFECT_ASSERT_HELD)
			return true;
	return false;
}
