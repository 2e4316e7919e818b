/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pch_names.c - macros that change what a header means
 *
 * A unit that says "#define CREATE_TRACE_POINTS" or "#define DEBUG" before it includes a header
 * wants another header than the one that was precompiled. So the names that the precompiled
 * headers test are kept beside them, and a unit that defines one of these first is read without.
 *
 * A name that is only given a default, "#ifndef X" followed by "#define X", does not count: the
 * unit's own definition replaces the default, and a macro means what it means where it is used.
 * Else pr_fmt alone would shut out most drivers.
 *
 * Nor does what trace/define_trace.h tests. It is included behind the guard of each header of trace
 * events and has none itself, so that a unit's "#define CREATE_TRACE_POINTS" finds it again.
 */
#include "extract/extract_p.h"

#include <stdlib.h>
#include <string.h>

struct pch_names {
	GHashTable *tested;
};

/* A line "#word rest", with lines that end in a backslash joined to it. */
struct directive {
	const char *word, *rest, *end;
};

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

static const char *skip_word(const char *at, const char *end)
{
	while (at < end && (g_ascii_isalnum(*at) || *at == '_'))
		at++;
	return at;
}

static const char *line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	while (newline && newline > at && newline[-1] == '\\')
		newline = memchr(newline + 1, '\n', (size_t)(end - newline - 1));
	return newline ? newline : end;
}

/* The next directive from *@at on; moves *@at behind it. */
static bool next_directive(const char **at, const char *end, struct directive *directive)
{
	while (*at < end) {
		const char *line = skip_blanks(*at, end);
		const char *stop = line_end(*at, end);

		*at = MIN(stop + 1, end);
		if (line >= stop || *line != '#')
			continue;
		directive->word = skip_blanks(line + 1, stop);
		directive->rest = skip_word(directive->word, stop);
		directive->end = stop;
		return true;
	}
	return false;
}

static bool is_word(const struct directive *directive, const char *word)
{
	size_t length = (size_t)(directive->rest - directive->word);

	return strlen(word) == length && !memcmp(directive->word, word, length);
}

/* The identifier that "#define", "#undef" or "#ifndef" is about. Free with g_free(). */
static char *directive_name(const struct directive *directive)
{
	const char *from = skip_blanks(directive->rest, directive->end);

	return g_strndup(from, (size_t)(skip_word(from, directive->end) - from));
}

static bool gives_default(const struct directive *test, const struct directive *next)
{
	g_autofree char *tested = directive_name(test);
	g_autofree char *defined = directive_name(next);

	return is_word(test, "ifndef") && is_word(next, "define") && !strcmp(tested, defined);
}

/* CONFIG_ names are many, and defining one is answered without this list. */
static bool is_interesting(const char *name)
{
	return !g_ascii_isdigit(*name) && !g_str_has_prefix(name, "CONFIG_") &&
	       strcmp(name, "defined");
}

static void add_names(GHashTable *names, const struct directive *test)
{
	const char *at = test->rest;

	while (at < test->end) {
		const char *stop = skip_word(at, test->end);
		g_autofree char *name = NULL;

		if (stop == at) {
			at++;
			continue;
		}
		name = g_strndup(at, (size_t)(stop - at));
		if (is_interesting(name))
			g_hash_table_add(names, g_steal_pointer(&name));
		at = stop;
	}
}

static bool is_test(const struct directive *directive)
{
	return is_word(directive, "if") || is_word(directive, "ifdef") ||
	       is_word(directive, "ifndef") || is_word(directive, "elif");
}

static void scan_header(GHashTable *names, const char *text, size_t size)
{
	const char *at = text, *end = text + size;
	struct directive now, next;
	bool more = next_directive(&at, end, &now);

	while (more) {
		more = next_directive(&at, end, &next);
		if (is_test(&now) && !(more && gives_default(&now, &next)))
			add_names(names, &now);
		now = next;
	}
}

static bool is_read_each_time(const char *header)
{
	return g_str_has_suffix(header, "/trace/define_trace.h");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool pch_write_index(const struct extract_env *env, const struct pch_group *group, const char *base,
		     const GPtrArray *files, GError **err)
{
	g_autofree char *index = key_path(env, group->place, ".index");
	g_autofree char *family = key_path(env, group->family, ".family");
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) text = g_string_new(base);
	g_autofree char **sorted = NULL;
	guint n;

	for (guint i = 0; i < files->len; i++) {
		struct mapping map;

		if (is_read_each_time(files->pdata[i]))
			continue;
		if (!file_map(files->pdata[i], &map, err))
			return false;
		if (map.size)
			scan_header(names, map.data, map.size);
		file_unmap(&map);
	}
	sorted = (char **)g_hash_table_get_keys_as_array(names, &n);
	qsort(sorted, n, sizeof(*sorted), by_text);
	g_string_append_c(text, '\n');
	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, "%s\n", sorted[i]);
	return file_replace(index, text->str, text->len, err) &&
	       file_replace(family, group->place, strlen(group->place), err);
}

struct pch_names *pch_names_read(const struct extract_env *env, const struct pch_group *group)
{
	g_autofree char *index = key_path(env, group->place, ".index");
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	struct pch_names *names;

	if (!g_file_get_contents(index, &text, NULL, NULL))
		return NULL;
	lines = g_strsplit(text, "\n", -1);
	names = g_new0(struct pch_names, 1);
	names->tested = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (char **line = lines; *line; line++)
		g_hash_table_add(names->tested, g_strdup(*line));
	return names;
}

void pch_names_free(struct pch_names *names)
{
	if (!names)
		return;
	g_hash_table_unref(names->tested);
	g_free(names);
}

static bool changes_a_header(const struct pch_names *names, const struct directive *directive)
{
	g_autofree char *name = NULL;

	if (!is_word(directive, "define") && !is_word(directive, "undef"))
		return false;
	name = directive_name(directive);
	return g_str_has_prefix(name, "CONFIG_") || g_hash_table_contains(names->tested, name);
}

static bool text_suits(const struct pch_names *names, const char *text, size_t size)
{
	const char *at = text, *end = text + size;
	struct directive directive;
	bool changed = false;

	while (next_directive(&at, end, &directive)) {
		if (changed && is_word(&directive, "include"))
			return false;
		changed = changed || changes_a_header(names, &directive);
	}
	return true;
}

bool pch_suits(const struct pch_names *names, const char *file)
{
	struct mapping map;
	bool suits;

	if (!file_map(file, &map, NULL))
		return false;
	suits = !map.size || text_suits(names, map.data, map.size);
	file_unmap(&map);
	return suits;
}
