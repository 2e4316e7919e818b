/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every section's entries have in common: names, a doc, errors with file and line. */
#include "rules/load_p.h"

#include "base/json.h"

GQuark rules_error_quark(void)
{
	return g_quark_from_static_string("lockgraph-rules");
}

bool rule_error(const struct rule_entry *entry, const char *key, GError **err, const char *format,
		...)
{
	g_autofree char *message = NULL;
	va_list args;

	va_start(args, format);
	message = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(err, rules_error_quark(), 0, "%s:%d: %s", entry->file->name,
		    places_entry_line(entry, key), message);
	return false;
}

static const char *unknown_key(const json_t *object, const char *const *known)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value) {
		if (!g_strv_contains(known, key))
			return key;
	}
	return NULL;
}

bool rule_check_keys(const struct rule_entry *entry, const json_t *object, const char *const *known,
		     GError **err)
{
	const char *key = unknown_key(object, known);
	g_autofree char *where = NULL;

	if (!key)
		return true;
	where = g_strdup_printf("%s:%d", entry->file->name, places_entry_line(entry, key));
	return json_check_keys(object, where, known, err);
}

const char *rule_string(const struct rule_entry *entry, const json_t *object, const char *key,
			GError **err)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (text && *text)
		return text;
	if (!json_object_get(object, key))
		rule_error(entry, NULL, err, "\"%s\" is missing; it must be a string", key);
	else
		rule_error(entry, key, err, "\"%s\" must be a string that is not empty", key);
	return NULL;
}

static bool all_names(const json_t *names)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name) {
		if (!json_is_string(name) || !json_string_length(name))
			return false;
	}
	return json_array_size(names) > 0;
}

const json_t *rule_names(const struct rule_entry *entry, const char *key, GError **err)
{
	const json_t *names = json_object_get(entry->json, key);

	if (!json_is_object(entry->json)) {
		rule_error(entry, NULL, err, "an entry of \"%s\" must be an object",
			   entry->section);
		return NULL;
	}
	if (all_names(names))
		return names;
	rule_error(entry, key, err, "\"%s\" must be an array of names, at least one", key);
	return NULL;
}
