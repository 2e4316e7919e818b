/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json.h - jansson with positions in errors
 *
 * Knows nothing of any schema: readers check keys with the helpers here, so that every error
 * is "FILE:LINE: what was expected" in one form.
 */
#ifndef LOCKGRAPH_BASE_JSON_H
#define LOCKGRAPH_BASE_JSON_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* Parses @path; duplicate keys and trailing text are errors. Free with json_decref(). */
json_t *json_read_file(const char *path, GError **err);

/*
 * Fails when @object (said to come from @where) has a key that is not in @known, a
 * NULL-terminated list. Says which key, and which ones are known.
 */
bool json_check_keys(const json_t *object, const char *where, const char *const *known,
		     GError **err);

/* Writes @root to @path ("-" is standard output), indented by one, keys in given order. */
bool json_write_file(const json_t *root, const char *path, GError **err);

#endif
