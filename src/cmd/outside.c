/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outside.c - what --untrusted does not let a patch read
 *
 * #include "/etc/passwd" makes the parser read it, and its first words come back in an error
 * message. A unit that has read a file outside of the tree, the build directory and what is
 * installed is therefore not looked at, and what was wrong in it is not told. #embed reads files
 * that the parser does not name afterwards; no kernel has one, so a unit with one is not looked at
 * either.
 */
#include "base/datadir.h"
#include "base/file.h"
#include "cmd/analysis_p.h"

#include <string.h>

static bool lies_below(const char *path, const char *folder)
{
	size_t length = folder ? strlen(folder) : 0;

	return length && !strncmp(path, folder, length) && path[length] == '/';
}

static bool is_allowed(const struct analysis *a, const char *file)
{
	const char *const folders[] = { "/usr", a->version->home, a->version->root,
					a->tree->objtree };
	g_autofree char *path = g_canonicalize_filename(file, "/");
	g_autofree char *data = datadir_file("include");
	g_autofree char *real = g_canonicalize_filename(data, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		if (lies_below(path, folders[i]))
			return true;
	}
	return lies_below(path, real);
}

/* --- #embed ----------------------------------------------------------------------------------- */

/* The end of the blanks, spliced lines and comments at @at. */
static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end) {
		if (*at == ' ' || (*at >= '\t' && *at <= '\r') || *at == '\\') {
			at++;
		} else if (end - at > 1 && at[0] == '/' && at[1] == '*') {
			const char *close = memmem(at + 2, (size_t)(end - at - 2), "*/", 2);

			at = close ? close + 2 : end;
		} else {
			break;
		}
	}
	return at;
}

/* Whether @word stands at @at, with lines spliced anywhere between its letters. */
static bool has_word(const char *at, const char *end, const char *word)
{
	for (; *word; word++, at++) {
		at = at < end && *at == '\\' ? skip_blanks(at, end) : at;
		if (at >= end || *at != *word)
			return false;
	}
	return at >= end || !(g_ascii_isalnum(*at) || *at == '_');
}

/* "#", or "%:", which is another way to write it; lines may be spliced between these two. */
static bool begins_directive(const char *text, const char *at)
{
	if (*at != ':')
		return *at == '#';
	for (at--; at >= text && strchr(" \t\r\n\\", *at);)
		at--;
	return at >= text && *at == '%';
}

/* Rather one too many: strings and comments are looked into. */
static bool text_has_embed(const char *text, size_t size)
{
	const char *end = text + size;

	for (const char *at = text; at < end; at++) {
		if (begins_directive(text, at) && has_word(skip_blanks(at + 1, end), end, "embed"))
			return true;
	}
	return false;
}

static bool file_has_embed(const char *path)
{
	struct mapping map;
	bool has;

	if (!file_map(path, &map, NULL))
		return false;
	has = text_has_embed(map.data, map.size);
	file_unmap(&map);
	return has;
}

static bool may_embed(struct analysis *a, const char *file)
{
	g_autofree char *path = g_build_filename(a->tree->root, file, NULL);
	const char *name = g_intern_string(path);
	gpointer known;

	if (!a->embeds)
		a->embeds = g_hash_table_new(NULL, NULL);
	if (g_hash_table_lookup_extended(a->embeds, name, NULL, &known))
		return known != NULL;
	g_hash_table_insert(a->embeds, (gpointer)name, GINT_TO_POINTER(file_has_embed(path)));
	return g_hash_table_lookup(a->embeds, name) != NULL;
}

/* --- a unit ----------------------------------------------------------------------------------- */

char *why_refused(struct analysis *a, const struct facts *facts)
{
	if (!a->version || !a->options->untrusted)
		return NULL;
	for (uint32_t i = 0; i < facts->n_inputs; i++) {
		const char *path = facts_string(facts, facts->inputs[i].path);

		if (g_path_is_absolute(path) && !is_allowed(a, path))
			return g_strdup_printf("it reads '%s', which lies outside of the tree; "
					       "--untrusted does not allow that",
					       path);
		if (!g_path_is_absolute(path) && may_embed(a, path))
			return g_strdup_printf("'%s' has an #embed, which can read any file; "
					       "--untrusted does not allow that",
					       path);
	}
	return NULL;
}
