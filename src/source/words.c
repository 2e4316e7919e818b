/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * words.c - which unit defines or mentions a name
 *
 * An inverted index in one file of the cache: the files with their times and sizes, all words
 * in order, and for each word the files that have it, with a bit for those that define it. It
 * is mapped and searched in place: opening it costs the look at the files' times. Files that
 * changed since are read again into a small table beside it; when many did, all is written
 * anew.
 */
#include "source/words_p.h"

#include "base/child.h"

#include <string.h>

#define NOWHERE UINT32_MAX

/* More changed files than this, and the index is written anew. */
enum { MAX_CHANGED = 200 };

struct word_index {
	struct tree *tree;
	const GPtrArray *units;
	struct mapping map; /* the index's file, or nothing */
	GByteArray *built;  /* what was built in this run, or NULL */
	const struct words_header *header;
	const struct words_file *files;
	const uint32_t *words, *first, *postings;
	const char *text;
	uint32_t *file_unit;  /* file number -> its first unit, or NOWHERE */
	uint32_t *next_unit;  /* unit -> the next one of the same file, or NOWHERE */
	GHashTable *changed;  /* word -> GArray of unit | WORD_DEFINES, of changed files */
	GHashTable *definers; /* answers given: name -> GArray of units */
};

static char *index_path(const struct tree *tree, GError **err)
{
	const char *root = tree->state->home ? tree->state->home : tree->root;
	const char *place = tree->objtree ? tree->objtree : root;
	uint64_t hash = file_hash_bytes(tree->config_hash, place, strlen(place));
	g_autofree char *name = NULL;

	hash = file_hash_bytes(hash, root, strlen(root));
	name = g_strdup_printf("%s-%016" G_GINT64_MODIFIER "x", tree->arch, hash);
	return tree_cache_path(tree, "words", name, err);
}

static uint64_t body_size(const struct words_header *header)
{
	return (uint64_t)header->n_files * sizeof(struct words_file) +
	       (uint64_t)header->n_words * sizeof(uint32_t) +
	       ((uint64_t)header->n_words + 1) * sizeof(uint32_t) +
	       (uint64_t)header->n_postings * sizeof(uint32_t) + header->text_bytes;
}

/* Takes the index at @data for its own, if it is whole. */
static bool index_attach(struct word_index *index, const void *data, size_t size)
{
	const struct words_header *header = data;

	if (size < sizeof(*header) || header->magic != WORDS_MAGIC || header->text_bytes == 0 ||
	    header->text_bytes > size || body_size(header) != size - sizeof(*header) ||
	    header->hash != file_hash_bytes(0, header + 1, size - sizeof(*header)))
		return false;
	index->header = header;
	index->files = (const struct words_file *)(header + 1);
	index->words = (const uint32_t *)(index->files + header->n_files);
	index->first = index->words + header->n_words;
	index->postings = index->first + header->n_words + 1;
	index->text = (const char *)(index->postings + header->n_postings);
	return index->text[header->text_bytes - 1] == '\0';
}

/* Text at an offset of the file's; "" for what a file with a right hash cannot have. */
static const char *index_text(const struct word_index *index, uint32_t at)
{
	return at < index->header->text_bytes ? index->text + at : "";
}

static bool index_map(struct word_index *index, const char *path)
{
	if (!g_file_test(path, G_FILE_TEST_EXISTS) || !file_map(path, &index->map, NULL))
		return false;
	if (index_attach(index, index->map.data, index->map.size))
		return true;
	file_unmap(&index->map);
	return false;
}

static const struct unit_spec *unit_at(const struct word_index *index, uint32_t unit)
{
	return g_ptr_array_index(index->units, unit);
}

/* The index's number of a file if it did not change since, or NOWHERE. */
static uint32_t good_file(const struct word_index *index, GHashTable *numbers,
			  const struct unit_spec *unit)
{
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, unit->file));
	g_autofree char *path = words_unit_path(index->tree, unit);
	const struct words_file *file;
	int64_t mtime, size;

	if (number == 0 || !file_stamp(path, &mtime, &size))
		return NOWHERE;
	file = &index->files[number - 1];
	return file->mtime == mtime && file->size == size ? number - 1 : NOWHERE;
}

static GHashTable *file_numbers(const struct word_index *index)
{
	GHashTable *numbers = g_hash_table_new(g_str_hash, g_str_equal);

	for (uint32_t i = 0; i < index->header->n_files; i++)
		g_hash_table_insert(numbers, (char *)index_text(index, index->files[i].path),
				    GUINT_TO_POINTER(i + 1));
	return numbers;
}

static void link_unit(struct word_index *index, uint32_t file, uint32_t unit)
{
	index->next_unit[unit] = index->file_unit[file];
	index->file_unit[file] = unit;
}

/* Connects files of the index with units; returns the units whose files changed. */
static GArray *link_units(struct word_index *index)
{
	g_autoptr(GHashTable) numbers = file_numbers(index);
	GArray *changed = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	index->file_unit = g_new(uint32_t, index->header->n_files + 1);
	index->next_unit = g_new(uint32_t, index->units->len + 1);
	memset(index->file_unit, 0xff, (index->header->n_files + 1) * sizeof(uint32_t));
	for (uint32_t unit = index->units->len; unit-- > 0;) {
		uint32_t file = good_file(index, numbers, unit_at(index, unit));

		if (file == NOWHERE)
			g_array_append_val(changed, unit);
		else
			link_unit(index, file, unit);
	}
	return changed;
}

static void unlink_units(struct word_index *index)
{
	g_clear_pointer(&index->file_unit, g_free);
	g_clear_pointer(&index->next_unit, g_free);
}

struct changed_file {
	struct word_index *index;
	uint32_t unit;
};

static void note_changed(void *data, const char *word, size_t length, bool defines)
{
	const struct changed_file *file = data;
	g_autofree char *name = g_strndup(word, length);
	uint32_t posting = file->unit | (defines ? WORD_DEFINES : 0);
	GArray *units = g_hash_table_lookup(file->index->changed, name);

	if (!units) {
		units = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		g_hash_table_insert(file->index->changed, g_steal_pointer(&name), units);
	}
	g_array_append_val(units, posting);
}

static void read_changed(struct word_index *index, const GArray *changed)
{
	for (guint i = 0; i < changed->len; i++) {
		struct changed_file file = { index, g_array_index(changed, uint32_t, i) };
		g_autofree char *path = words_unit_path(index->tree, unit_at(index, file.unit));

		words_scan_file(path, note_changed, &file);
	}
}

static bool too_many(const struct word_index *index, const GArray *changed)
{
	return changed->len > MAX_CHANGED || changed->len > index->units->len / 4;
}

/* Makes the index anew; that it cannot be kept is no reason not to use it. */
static void build(struct word_index *index, const char *path, struct console *con)
{
	g_autoptr(GError) error = NULL;
	bool whole;

	file_unmap(&index->map);
	index->built = words_build(index->tree, index->units, con);
	whole = index_attach(index, index->built->data, index->built->len);
	g_assert(whole);
	if (!file_replace(path, index->built->data, index->built->len, &error) && con)
		console_warn(con, "the word index is not kept: %s", error->message);
}

static struct word_index *index_new(struct tree *tree, const GPtrArray *units)
{
	struct word_index *index = g_new0(struct word_index, 1);

	index->tree = tree;
	index->units = units;
	index->changed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       (GDestroyNotify)g_array_unref);
	index->definers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						(GDestroyNotify)g_array_unref);
	return index;
}

static bool build_and_keep(void *data)
{
	struct word_index *index = data;
	g_autofree char *path = index_path(index->tree, NULL);

	build(index, path, NULL);
	return true;
}

pid_t word_index_begin(struct tree *tree, const GPtrArray *units)
{
	g_autofree char *path = index_path(tree, NULL);
	struct word_index *index;
	pid_t child;

	if (!path || g_file_test(path, G_FILE_TEST_EXISTS))
		return 0;
	index = index_new(tree, units);
	child = child_start(build_and_keep, index, NULL);
	word_index_free(index);
	return child;
}

struct word_index *word_index_open(struct tree *tree, const GPtrArray *units, struct console *con,
				   GError **err)
{
	g_autofree char *path = index_path(tree, err);
	g_autoptr(GArray) changed = NULL;
	struct word_index *index;
	bool kept;

	if (!path)
		return NULL;
	index = index_new(tree, units);
	kept = index_map(index, path);
	if (!kept)
		build(index, path, con);
	changed = link_units(index);
	if (kept && too_many(index, changed)) {
		unlink_units(index);
		g_array_unref(changed);
		build(index, path, con);
		changed = link_units(index);
	}
	read_changed(index, changed);
	return index;
}

void word_index_free(struct word_index *index)
{
	if (!index)
		return;
	unlink_units(index);
	g_hash_table_unref(index->changed);
	g_hash_table_unref(index->definers);
	if (index->built)
		g_byte_array_unref(index->built);
	file_unmap(&index->map);
	g_free(index);
}

/* The word's number, or NOWHERE. */
static uint32_t find_word(const struct word_index *index, const char *name)
{
	uint32_t low = 0, high = index->header->n_words;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(index_text(index, index->words[middle]), name);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NOWHERE;
}

static void add_file_units(const struct word_index *index, uint32_t posting, GArray *units)
{
	uint32_t file = posting & ~WORD_DEFINES;
	uint32_t unit = file < index->header->n_files ? index->file_unit[file] : NOWHERE;

	for (; unit != NOWHERE; unit = index->next_unit[unit])
		g_array_append_val(units, unit);
}

static void add_indexed(const struct word_index *index, const char *name, uint32_t wanted,
			GArray *units)
{
	uint32_t word = find_word(index, name);
	uint32_t last;

	if (word == NOWHERE)
		return;
	last = MIN(index->first[word + 1], index->header->n_postings);
	for (uint32_t i = index->first[word]; i < last; i++)
		if ((index->postings[i] & wanted) == wanted)
			add_file_units(index, index->postings[i], units);
}

static void add_changed(const struct word_index *index, const char *name, uint32_t wanted,
			GArray *units)
{
	const GArray *changed = g_hash_table_lookup(index->changed, name);

	for (guint i = 0; changed && i < changed->len; i++) {
		uint32_t posting = g_array_index(changed, uint32_t, i);
		uint32_t unit = posting & ~WORD_DEFINES;

		if ((posting & wanted) == wanted)
			g_array_append_val(units, unit);
	}
}

static int by_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

static void sort_once(GArray *units)
{
	guint kept = 0;

	g_array_sort(units, by_number);
	for (guint i = 0; i < units->len; i++) {
		uint32_t unit = g_array_index(units, uint32_t, i);

		if (!kept || g_array_index(units, uint32_t, kept - 1) != unit)
			g_array_index(units, uint32_t, kept++) = unit;
	}
	g_array_set_size(units, kept);
}

/* Units whose posting for @name has all bits of @wanted. */
static GArray *find_units(const struct word_index *index, const char *name, uint32_t wanted)
{
	GArray *units = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	add_indexed(index, name, wanted, units);
	add_changed(index, name, wanted, units);
	sort_once(units);
	return units;
}

const uint32_t *word_index_definers(const struct word_index *index, const char *name, size_t *n)
{
	GArray *units = g_hash_table_lookup(index->definers, name);

	if (!units) {
		units = find_units(index, name, WORD_DEFINES);
		g_hash_table_insert(index->definers, g_strdup(name), units);
	}
	*n = units->len;
	return (const uint32_t *)(void *)units->data;
}

GArray *word_index_mentions(const struct word_index *index, const char *name)
{
	return find_units(index, name, 0);
}
