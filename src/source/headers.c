/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * headers.c - which headers are worth precompiling for a set of units
 *
 * Counted are #include <...> lines that are under no #if, since what a unit does not include
 * itself may not even compile for this architecture. Left out are headers without a guard:
 * they are meant to be read again with other macros (trace events, tables).
 */
#include "source/source_p.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

/*
 * Measured on Linux 6.12 for s390, 40 units drawn from 3,906, seconds a unit: 0.78 without, 0.27
 * with the headers that 5 % of the units include, 0.11 with 2 %, 0.076 with 1 %, 0.071 with
 * 0.5 %, 0.077 with 0.25 %. For the 146 units of drivers/s390 three users are as good as five.
 */
enum {
	MIN_UNITS = 6,	     /* fewer units than this take longer with one than without */
	MIN_USERS = 3,	     /* of a header */
	USERS_PER_MILLE = 5, /* of the units */
	SCAN_BYTES = 32768,  /* includes stand at the top */
};

struct counted_header {
	const char *name;
	unsigned users;
	unsigned seen; /* the unit that counted it last, from 1 */
};

struct include_scan {
	struct tree *tree;
	GHashTable *headers; /* name -> struct counted_header */
	unsigned unit;
	unsigned conditions; /* open #if */
};

/* What follows "#" and blanks on a line that is a directive; NULL on others. */
static const char *directive(const char *line)
{
	while (*line == ' ' || *line == '\t')
		line++;
	if (*line++ != '#')
		return NULL;
	while (*line == ' ' || *line == '\t')
		line++;
	return line;
}

static void count_header(struct include_scan *scan, const char *name)
{
	struct counted_header *header = g_hash_table_lookup(scan->headers, name);

	if (!header) {
		header = arena_new_struct(scan->tree->arena, struct counted_header);
		header->name = tree_string(scan->tree, name);
		g_hash_table_insert(scan->headers, (char *)header->name, header);
	}
	if (header->seen == scan->unit)
		return;
	header->seen = scan->unit;
	header->users++;
}

static void count_include(struct include_scan *scan, const char *rest)
{
	const char *open = strchr(rest, '<');
	const char *close = open ? strchr(open, '>') : NULL;
	g_autofree char *name = NULL;

	if (!close || scan->conditions)
		return;
	name = g_strndup(open + 1, (size_t)(close - open - 1));
	count_header(scan, name);
}

static void scan_line(struct include_scan *scan, const char *line)
{
	const char *word = directive(line);

	if (!word)
		return;
	if (g_str_has_prefix(word, "include"))
		count_include(scan, word);
	else if (g_str_has_prefix(word, "if"))
		scan->conditions++;
	else if (g_str_has_prefix(word, "endif") && scan->conditions)
		scan->conditions--;
}

/* The lines of the beginning of a file; NULL when it cannot be read. */
static char **first_lines(const char *path)
{
	g_autofree char *head = NULL;
	struct mapping map;

	if (!file_map(path, &map, NULL))
		return NULL;
	head = g_strndup(map.data ? map.data : "", MIN(map.size, (size_t)SCAN_BYTES));
	file_unmap(&map);
	return g_strsplit(head, "\n", -1);
}

static void scan_unit(struct include_scan *scan, const struct unit_spec *unit)
{
	g_autofree char *path = tree_absolute(scan->tree, unit->file);
	g_auto(GStrv) lines = first_lines(path);

	scan->conditions = 0;
	scan->unit++;
	for (char **line = lines; line && *line; line++)
		scan_line(scan, *line);
}

/* Where the compiler finds a header of <>; NULL where none of the unit's folders has it. */
static char *find_header(const struct unit_spec *unit, const char *name)
{
	for (const char *const *flag = unit->argv; *flag; flag++) {
		g_autofree char *path = NULL;

		if (!g_str_has_prefix(*flag, "-I"))
			continue;
		path = g_build_filename(*flag + strlen("-I"), name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
			return g_steal_pointer(&path);
	}
	return NULL;
}

/* Its first directive is the guard. */
static bool is_guarded(const char *path)
{
	g_auto(GStrv) lines = first_lines(path);

	for (char **line = lines; line && *line; line++) {
		const char *word = directive(*line);

		if (word)
			return g_str_has_prefix(word, "ifndef") ||
			       g_str_has_prefix(word, "if !defined") ||
			       g_str_has_prefix(word, "pragma once");
	}
	return false;
}

static bool is_worth_it(const struct tree *tree, const struct counted_header *header,
			const GPtrArray *units)
{
	g_autofree char *path = NULL;

	if (header->users < MIN_USERS || header->users * 1000 < units->len * USERS_PER_MILLE)
		return false;
	path = find_header(g_ptr_array_index(units, 0), header->name);
	return path ? is_guarded(path) : tree->kind != TREE_KERNEL;
}

static int by_users(const void *a, const void *b)
{
	const struct counted_header *left = *(struct counted_header *const *)a;
	const struct counted_header *right = *(struct counted_header *const *)b;

	if (left->users != right->users)
		return left->users > right->users ? -1 : 1;
	return strcmp(left->name, right->name);
}

static const char *const *names_of(struct tree *tree, GPtrArray *headers)
{
	const char **names = arena_new_array(tree->arena, const char *, headers->len + 1);

	g_ptr_array_sort(headers, by_users);
	for (guint i = 0; i < headers->len; i++)
		names[i] = ((const struct counted_header *)g_ptr_array_index(headers, i))->name;
	return names;
}

const char *const *tree_common_headers(struct tree *tree, const GPtrArray *units)
{
	g_autoptr(GHashTable) headers = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) chosen = g_ptr_array_new();
	struct include_scan scan = { .tree = tree, .headers = headers };
	GHashTableIter iter;
	gpointer header;

	if (units->len < MIN_UNITS)
		return names_of(tree, chosen);
	for (guint i = 0; i < units->len; i++)
		scan_unit(&scan, g_ptr_array_index(units, i));
	g_hash_table_iter_init(&iter, headers);
	while (g_hash_table_iter_next(&iter, NULL, &header))
		if (is_worth_it(tree, header, units))
			g_ptr_array_add(chosen, header);
	return names_of(tree, chosen);
}
