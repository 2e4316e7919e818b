/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words_build.c - make the word index of a tree */
#include "source/words_p.h"

#include <string.h>

struct pair {
	uint32_t word, posting;
};

struct words_builder {
	GHashTable *ids; /* word -> number + 1; the key's text is in @strings */
	GStringChunk *strings;
	GPtrArray *words; /* number -> text */
	GArray *last;	  /* number -> its newest pair + 1 */
	GArray *pairs;	  /* struct pair, in order of files */
	GArray *files;	  /* struct words_file */
	GString *text;
	uint32_t file;
};

static uint32_t word_number(struct words_builder *builder, const char *word)
{
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(builder->ids, word));
	char *copy;

	if (known)
		return known - 1;
	copy = g_string_chunk_insert(builder->strings, word);
	g_ptr_array_add(builder->words, copy);
	g_array_set_size(builder->last, builder->words->len);
	g_hash_table_insert(builder->ids, copy, GUINT_TO_POINTER(builder->words->len));
	return builder->words->len - 1;
}

static void build_word(void *data, const char *word, size_t length, bool defines)
{
	struct words_builder *builder = data;
	char name[256];
	struct pair pair;
	uint32_t *last;

	if (length >= sizeof(name))
		return;
	memcpy(name, word, length);
	name[length] = '\0';
	pair.word = word_number(builder, name);
	pair.posting = builder->file | (defines ? WORD_DEFINES : 0);
	last = &g_array_index(builder->last, uint32_t, pair.word);
	if (*last) {
		uint32_t *posting = &g_array_index(builder->pairs, struct pair, *last - 1).posting;

		if ((*posting & ~WORD_DEFINES) == builder->file) {
			*posting |= pair.posting;
			return;
		}
	}
	g_array_append_val(builder->pairs, pair);
	*last = builder->pairs->len;
}

void words_scan_file(const char *path, word_fn found, void *data)
{
	struct mapping map;

	if (!file_map(path, &map, NULL))
		return;
	scan_words(map.data, map.size, found, data);
	file_unmap(&map);
}

char *words_unit_path(const struct tree *tree, const struct unit_spec *unit)
{
	return g_build_filename(unit->file[0] == '/' ? "/" : tree->root, unit->file, NULL);
}

static void build_file(struct words_builder *builder, const struct tree *tree,
		       const struct unit_spec *unit)
{
	g_autofree char *path = words_unit_path(tree, unit);
	struct words_file file = { .path = (uint32_t)builder->text->len };

	if (!file_stamp(path, &file.mtime, &file.size))
		return;
	g_string_append_len(builder->text, unit->file, (gssize)strlen(unit->file) + 1);
	builder->file = builder->files->len;
	g_array_append_val(builder->files, file);
	words_scan_file(path, build_word, builder);
}

static int by_text(const void *a, const void *b, void *data)
{
	char *const *words = data;

	return strcmp(words[*(const uint32_t *)a], words[*(const uint32_t *)b]);
}

static uint32_t *sorted_words(const struct words_builder *builder)
{
	uint32_t n = builder->words->len;
	uint32_t *order = g_new(uint32_t, n + 1);

	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	g_qsort_with_data(order, (gint)n, sizeof(*order), by_text, builder->words->pdata);
	return order;
}

/* Postings by word: count, then place. Within a word they stay in order of files. */
static void place_postings(const struct words_builder *builder, const uint32_t *order,
			   uint32_t *first, uint32_t *postings)
{
	uint32_t n = builder->words->len;
	g_autofree uint32_t *next = g_new0(uint32_t, n + 1);
	uint32_t total = 0;

	for (guint i = 0; i < builder->pairs->len; i++)
		next[g_array_index(builder->pairs, struct pair, i).word]++;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t count = next[order[i]];

		first[i] = total;
		next[order[i]] = total;
		total += count;
	}
	first[n] = total;
	for (guint i = 0; i < builder->pairs->len; i++) {
		const struct pair *pair = &g_array_index(builder->pairs, struct pair, i);

		postings[next[pair->word]++] = pair->posting;
	}
}

static void append(GByteArray *bytes, const void *data, size_t size)
{
	g_byte_array_append(bytes, data, (guint)size);
}

/* Adds the words to the text; @starts gets where each begins. */
static void place_words(struct words_builder *builder, const uint32_t *order, uint32_t *starts)
{
	for (guint i = 0; i < builder->words->len; i++) {
		const char *word = g_ptr_array_index(builder->words, order[i]);

		starts[i] = (uint32_t)builder->text->len;
		g_string_append_len(builder->text, word, (gssize)strlen(word) + 1);
	}
	g_string_append_c(builder->text, '\0');
}

static GByteArray *builder_bytes(struct words_builder *builder)
{
	uint32_t n = builder->words->len, n_postings = builder->pairs->len;
	g_autofree uint32_t *order = sorted_words(builder);
	g_autofree uint32_t *starts = g_new(uint32_t, n + 1);
	g_autofree uint32_t *first = g_new(uint32_t, n + 1);
	g_autofree uint32_t *postings = g_new(uint32_t, n_postings + 1);
	struct words_header header = {
		.magic = WORDS_MAGIC,
		.n_files = builder->files->len,
		.n_words = n,
		.n_postings = n_postings,
	};
	GByteArray *bytes = g_byte_array_new();

	place_words(builder, order, starts);
	place_postings(builder, order, first, postings);
	header.text_bytes = builder->text->len;
	append(bytes, &header, sizeof(header));
	append(bytes, builder->files->data, builder->files->len * sizeof(struct words_file));
	append(bytes, starts, n * sizeof(*starts));
	append(bytes, first, (n + 1) * sizeof(*first));
	append(bytes, postings, n_postings * sizeof(*postings));
	append(bytes, builder->text->str, builder->text->len);
	((struct words_header *)bytes->data)->hash =
		file_hash_bytes(0, bytes->data + sizeof(header), bytes->len - sizeof(header));
	return bytes;
}

static void builder_clear(struct words_builder *builder)
{
	g_hash_table_unref(builder->ids);
	g_string_chunk_free(builder->strings);
	g_ptr_array_unref(builder->words);
	g_array_unref(builder->last);
	g_array_unref(builder->pairs);
	g_array_unref(builder->files);
	g_string_free(builder->text, TRUE);
}

static void build_files(struct words_builder *builder, const struct tree *tree,
			const GPtrArray *units, struct console *con)
{
	const char *before = "";

	for (guint i = 0; i < units->len; i++) {
		const struct unit_spec *unit = g_ptr_array_index(units, i);

		if (strcmp(unit->file, before) != 0)
			build_file(builder, tree, unit);
		before = unit->file;
		if (con)
			console_step(con, i + 1);
	}
}

GByteArray *words_build(const struct tree *tree, const GPtrArray *units, struct console *con)
{
	struct words_builder builder = {
		.ids = g_hash_table_new(g_str_hash, g_str_equal),
		.strings = g_string_chunk_new(1 << 16),
		.words = g_ptr_array_new(),
		.last = g_array_new(FALSE, TRUE, sizeof(uint32_t)),
		.pairs = g_array_new(FALSE, FALSE, sizeof(struct pair)),
		.files = g_array_new(FALSE, FALSE, sizeof(struct words_file)),
		.text = g_string_new(NULL),
	};
	GByteArray *bytes;

	if (con)
		console_begin(con, "indexing words", units->len);
	build_files(&builder, tree, units, con);
	if (con)
		console_done(con);
	bytes = builder_bytes(&builder);
	builder_clear(&builder);
	return bytes;
}
