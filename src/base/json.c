/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/json.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

json_t *json_read_file(const char *path, GError **err)
{
	struct mapping map;
	json_error_t at;
	json_t *root;

	if (!file_map(path, &map, err))
		return NULL;
	root = json_loadb(map.data ? map.data : "", map.size, JSON_REJECT_DUPLICATES, &at);
	file_unmap(&map);
	if (!root)
		g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s:%d: not JSON: %s", path,
			    MAX(at.line, 1), at.text);
	return root;
}

bool json_check_keys(const json_t *object, const char *where, const char *const *known,
		     GError **err)
{
	g_autofree char *list = NULL;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value) {
		if (g_strv_contains(known, key))
			continue;
		list = g_strjoinv(", ", (char **)(uintptr_t)known);
		g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    "%s: unknown key \"%s\"; known here: %s", where, key, list);
		return false;
	}
	return true;
}

static bool write_standard_output(const char *text, size_t length, GError **err)
{
	if (fwrite(text, 1, length, stdout) == length && !fflush(stdout))
		return true;
	g_set_error(err, G_FILE_ERROR, (gint)g_file_error_from_errno(errno),
		    "cannot write to standard output: %s", g_strerror(errno));
	return false;
}

bool json_write_file(const json_t *root, const char *path, GError **err)
{
	char *text = json_dumps(root, JSON_INDENT(1) | JSON_ENCODE_ANY);
	g_autofree char *line = NULL;

	if (!text) {
		g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    "cannot write '%s': a string in it is not UTF-8", path);
		return false;
	}
	line = g_strconcat(text, "\n", NULL);
	free(text);
	if (!strcmp(path, "-"))
		return write_standard_output(line, strlen(line), err);
	return file_replace(path, line, strlen(line), err);
}
