/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/load_p.h"

#include <string.h>

/*
 * The text is known to be JSON, so only strings and brackets have to be told apart. Depth 1 is
 * the inside of the file's object, depth 2 the inside of a section's array.
 */
struct scanner {
	const char *text;
	size_t at;
	int depth;
	size_t key;	 /* last string at depth 1: the section's name */
	bool in_section; /* at depth 2 inside an array */
	size_t index;
	size_t start; /* of the current entry, 0 between entries */
	GArray *places;
};

static size_t string_end(const char *text, size_t at)
{
	for (at++; text[at] && text[at] != '"'; at++) {
		if (text[at] == '\\' && text[at + 1])
			at++;
	}
	return at;
}

static void entry_ends(struct scanner *scan)
{
	struct place place = {
		.section = scan->key,
		.index = scan->index,
		.start = scan->start,
		.end = scan->at,
	};

	if (!scan->start)
		return;
	g_array_append_val(scan->places, place);
	scan->start = 0;
	scan->index++;
}

static void open_bracket(struct scanner *scan, char c)
{
	scan->depth++;
	if (scan->depth == 2 && c == '[') {
		scan->in_section = true;
		scan->index = 0;
	}
}

static void close_bracket(struct scanner *scan)
{
	if (scan->depth == 2 && scan->in_section) {
		entry_ends(scan);
		scan->in_section = false;
	}
	scan->depth--;
}

static void scan_char(struct scanner *scan)
{
	char c = scan->text[scan->at];

	if (g_ascii_isspace(c))
		return;
	if (scan->in_section && scan->depth == 2) {
		if (c == ',')
			entry_ends(scan);
		else if (c != ']' && !scan->start)
			scan->start = scan->at;
	}
	if (c == '"') {
		if (scan->depth == 1)
			scan->key = scan->at + 1;
		scan->at = string_end(scan->text, scan->at);
	} else if (c == '{' || c == '[') {
		open_bracket(scan, c);
	} else if (c == '}' || c == ']') {
		close_bracket(scan);
	}
}

GArray *places_find(const char *text)
{
	struct scanner scan = { .text = text };

	scan.places = g_array_new(FALSE, FALSE, sizeof(struct place));
	for (; text[scan.at]; scan.at++)
		scan_char(&scan);
	return scan.places;
}

static int line_of(const char *text, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset && text[i]; i++)
		line += text[i] == '\n';
	return line;
}

static bool is_key_at(const char *text, size_t offset, const char *key)
{
	size_t length = strlen(key);

	return !strncmp(text + offset, key, length) && text[offset + length] == '"';
}

static const struct place *find_place(const struct rule_entry *entry)
{
	const GArray *places = entry->file->places;

	for (guint i = 0; i < places->len; i++) {
		const struct place *place = &g_array_index(places, struct place, i);

		if (place->index == entry->index &&
		    is_key_at(entry->file->text, place->section, entry->section))
			return place;
	}
	return NULL;
}

int places_entry_line(const struct rule_entry *entry, const char *key)
{
	const char *text = entry->file->text;
	const struct place *place = find_place(entry);

	if (!place)
		return places_section_line(entry->file, entry->section);
	if (!key)
		return line_of(text, place->start);
	for (size_t at = place->start; at < place->end; at++) {
		if (text[at] != '"')
			continue;
		if (is_key_at(text, at + 1, key))
			return line_of(text, at);
		at = string_end(text, at);
	}
	return line_of(text, place->start);
}

int places_section_line(const struct rule_file *file, const char *section)
{
	const char *text = file->text;
	int depth = 0;

	for (size_t at = 0; text[at]; at++) {
		if (text[at] == '{' || text[at] == '[')
			depth++;
		else if (text[at] == '}' || text[at] == ']')
			depth--;
		if (text[at] != '"')
			continue;
		if (depth == 1 && is_key_at(text, at + 1, section))
			return line_of(text, at);
		at = string_end(text, at);
	}
	return 1;
}
