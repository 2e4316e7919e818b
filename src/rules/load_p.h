/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load_p.h - one rule file while it is read
 *
 * jansson has no positions for values, so places.c finds where the n-th entry of a section
 * stands in the text; every error goes through rule_error(), which uses that.
 */
#ifndef LOCKGRAPH_RULES_LOAD_P_H
#define LOCKGRAPH_RULES_LOAD_P_H

#include "rules/rules.h"

#include <jansson.h>

/* Where an entry of a section (a top-level array) stands in the text. */
struct place {
	size_t section; /* offset of the section's name, behind its opening quote */
	size_t index;
	size_t start, end;
};

struct rule_file {
	struct rules *rules;
	const char *name; /* as errors and struct primitive give it */
	const char *text; /* valid JSON, ends in NUL */
	GArray *places;	  /* struct place */
	GHashTable *seen; /* functions that have a primitive in this file */
};

/* One entry: an element of a section's array. */
struct rule_entry {
	const struct rule_file *file;
	const char *section;
	size_t index;
	const json_t *json;
};

/* Finds the places of all entries in @text, which jansson has accepted. */
GArray *places_find(const char *text);

/* The line of @key in the entry; of the entry where @key is NULL or is not in it. */
int places_entry_line(const struct rule_entry *entry, const char *key);

/* The line where @section's name stands, at the top level. */
int places_section_line(const struct rule_file *file, const char *section);

/* Sets @err to "FILE:LINE: message" and returns false. @key as for places_entry_line(). */
bool rule_error(const struct rule_entry *entry, const char *key, GError **err, const char *format,
		...) __attribute__((format(printf, 4, 5)));

/* Fails when the entry's @object has a key that is not in @known, a NULL-terminated list. */
bool rule_check_keys(const struct rule_entry *entry, const json_t *object, const char *const *known,
		     GError **err);

/* A required string; NULL and @err when it is absent, empty or something else. */
const char *rule_string(const struct rule_entry *entry, const json_t *object, const char *key,
			GError **err);

/* A required array of names, each a non-empty string; NULL and @err when it is not one. */
const json_t *rule_names(const struct rule_entry *entry, const char *key, GError **err);

/* Reads an entry of "primitives" and enters it under each of its names. */
bool primitive_load(const struct rule_entry *entry, GError **err);

/* Reads an entry of "roles". */
bool role_load(const struct rule_entry *entry, GError **err);
/* What "sleep" says beyond true, in @json (sleep.c). */
bool rule_sleep(const struct rule_entry *entry, const json_t *json, struct effect *effect,
		GError **err);

/* Reads an entry of "flag_words" (sleep.c). */
bool flag_word_load(const struct rule_entry *entry, GError **err);

/* Reads an entry of "entries" (context.c). */
bool waiting_load(const struct rule_entry *entry, GError **err);
bool entry_load(const struct rule_entry *entry, GError **err);

/* Reads an entry of "attributes". */
bool attribute_load(const struct rule_entry *entry, GError **err);

/* Read an entry of "rcu_accesses" and of "rcu_marks". */
bool rcu_load_access(const struct rule_entry *entry, GError **err);
bool rcu_load_mark(const struct rule_entry *entry, GError **err);

/* "struct work_struct.lockdep_map": the record, then after the last dot the member. */
bool rule_member(struct arena *arena, const char *text, struct effect_member *member);

/* Whether there is a kind @name, and which. */
bool lock_kind_find(const char *name, enum lock_kind *kind);

/* All kinds' names with commas between, for messages; free with g_free(). */
char *lock_kind_list(void);

/* Reads the file at @path; @name is what errors and primitives call it. */
bool rule_file_load(struct rules *rules, const char *path, const char *name, GError **err);

/* Loads @what: a set's name below @rules_dir (a folder or NAME.json), or else a file's path. */
bool rules_load_named(struct rules *rules, const char *rules_dir, const char *what, GError **err);

GQuark rules_error_quark(void);

/* function.c: once all is loaded. */
void rules_index_functions(struct rules *rules);

#endif
