/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sleep.c - what an entry says of sleeping: with which flags, and for whom */
#include "rules/load_p.h"

static const char *const grace_period_names[] = {
#define GRACE_PERIOD(symbol, name, readers) [GRACE_##symbol] = name,
#include "rules/grace_periods.def"
#undef GRACE_PERIOD
};

const char *grace_period_name(enum grace_period period)
{
	return grace_period_names[period];
}

static bool parse_mask(const struct rule_entry *entry, const json_t *json, struct effect *effect,
		       GError **err)
{
	const json_t *mask = json_object_get(json, "mask");

	if (!mask && effect->flags_arg == RULES_NO_ARG)
		return true;
	if ((effect->flags_arg < 0 && effect->flags_arg > RULES_LAST_ARG) ||
	    !json_is_integer(mask) || json_integer_value(mask) <= 0)
		return rule_error(entry, "sleep", err,
				  "\"flags\", an argument's number, and \"mask\", the bits with "
				  "which it sleeps, go together");
	effect->flags_mask = json_integer_value(mask);
	entry->file->rules->sleep_mask |= effect->flags_mask;
	return true;
}

static bool parse_grace_period(const struct rule_entry *entry, const json_t *json,
			       struct effect *effect, GError **err)
{
	const json_t *value = json_object_get(json, "waits_for");

	for (int i = 0; value && i < GRACE_PERIODS; i++) {
		if (!g_strcmp0(json_string_value(value), grace_period_names[i])) {
			effect->waits_for = (enum grace_period)i;
			return true;
		}
	}
	return !value || rule_error(entry, "sleep", err,
				    "\"waits_for\" must be \"rcu\", \"srcu\", \"tasks\" or "
				    "\"tasks_trace\"");
}

static bool parse_switches(const struct rule_entry *entry, const json_t *json,
			   struct effect *effect, GError **err)
{
	const json_t *fault = json_object_get(json, "page_fault");
	const json_t *preempt = json_object_get(json, "preempt_off");

	effect->faults = json_is_true(fault);
	effect->ends_preempt_off = json_is_true(preempt);
	return (!fault || json_is_boolean(fault)) && (!preempt || json_is_boolean(preempt))
		       ? true
		       : rule_error(entry, "sleep", err,
				    "\"page_fault\" and \"preempt_off\" must be true or false");
}

bool rule_sleep(const struct rule_entry *entry, const json_t *json, struct effect *effect,
		GError **err)
{
	return parse_switches(entry, json, effect, err) && parse_mask(entry, json, effect, err) &&
	       parse_grace_period(entry, json, effect, err);
}

bool flag_word_load(const struct rule_entry *entry, GError **err)
{
	static const char *const known[] = { "name", "bits", "doc", NULL };
	const char *name = rule_string(entry, entry->json, "name", err);
	const json_t *bits = json_object_get(entry->json, "bits");
	struct rules *rules = entry->file->rules;
	struct flag_word word;

	if (!name || !rule_check_keys(entry, entry->json, known, err) ||
	    !rule_string(entry, entry->json, "doc", err))
		return false;
	if (!json_is_integer(bits) || json_integer_value(bits) <= 0)
		return rule_error(entry, "bits", err, "\"bits\" must be a number");
	word = (struct flag_word){ arena_strdup(rules->arena, name), json_integer_value(bits) };
	g_array_append_val(rules->flag_words, word);
	return true;
}

const char *rules_flags_text(const struct rules *rules, int64_t flags)
{
	const GArray *words = rules->flag_words;
	int64_t all = 0;

	for (guint i = 0; i < words->len; i++)
		all |= g_array_index(words, struct flag_word, i).bits;
	for (guint i = 0; i < words->len; i++)
		if ((flags & all) == g_array_index(words, struct flag_word, i).bits)
			return g_array_index(words, struct flag_word, i).name;
	return NULL;
}
