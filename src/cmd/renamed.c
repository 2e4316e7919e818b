/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * renamed.c - names in which a file's name stands, as they were before it was renamed
 *
 * What is static is called by its file, "drivers/s390/cio/scm.c:lock": with the file moved it is
 * the same lock still. A path in such a name ends at a colon, or is the whole of it.
 */
#include "cmd/analysis_p.h"

#include <string.h>

static bool is_of_path(char c)
{
	return g_ascii_isalnum(c) || strchr("/._-+,@~#%", c);
}

static void append_old(const GHashTable *renamed, const char *from, size_t length, GString *to)
{
	g_autofree char *word = g_strndup(from, length);
	const char *old = g_hash_table_lookup((GHashTable *)renamed, word);

	g_string_append(to, old ? old : word);
}

const char *renamed_back(const GHashTable *renamed, const char *text)
{
	g_autoptr(GString) result = NULL;

	if (!renamed || !g_hash_table_size((GHashTable *)renamed))
		return text;
	result = g_string_new(NULL);
	while (*text) {
		size_t length = 0;

		while (text[length] && is_of_path(text[length]))
			length++;
		if (!text[length] || text[length] == ':')
			append_old(renamed, text, length, result);
		else
			g_string_append_len(result, text, (gssize)length);
		text += length;
		if (*text)
			g_string_append_c(result, *text++);
	}
	return g_intern_string(result->str);
}
