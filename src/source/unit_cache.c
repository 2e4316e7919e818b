/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unit_cache.c - the list of units, remembered between runs
 *
 * One file per build directory: a header, time, size and hash of each makefile, the units, their
 * flags as numbers of strings, the strings. Little is checked by parsing: a hash over the rest
 * of the file comes first, and what was written by a machine of another kind fails it.
 */
#include "source/source_p.h"

#include "base/file.h"

#include <string.h>

#define UNIT_CACHE_MAGIC 0x3274696e7567636cULL /* "lcgunit2" */

struct cache_header {
	uint64_t magic;
	uint64_t hash; /* of all that follows this header */
	uint32_t n_inputs, n_units, n_words, n_strings;
	uint32_t check_flags, reserved;
	uint64_t text_bytes;
};

struct cache_input {
	int64_t mtime, size;
	uint32_t path, hash;
};

struct cache_unit {
	uint32_t file, object, module, directory;
	uint32_t first_word, n_words;
};

/* The parts of a mapped file, in their order there. */
struct cache_view {
	const struct cache_header *header;
	const struct cache_input *inputs;
	const struct cache_unit *units;
	const uint32_t *words;	 /* of all units, string numbers */
	const uint32_t *strings; /* where each begins in @text */
	const char *text;
};

/* Named after the build directory; the configuration is among the inputs. */
static char *cache_file(const struct tree *tree, GError **err)
{
	uint64_t hash = file_hash_bytes(0, tree->objtree, strlen(tree->objtree));
	g_autofree char *name = NULL;

	hash = file_hash_bytes(hash, tree->root, strlen(tree->root));
	name = g_strdup_printf("%s-%016" G_GINT64_MODIFIER "x", tree->arch, hash);
	return tree_cache_path(tree, "units", name, err);
}

static uint64_t body_size(const struct cache_header *header)
{
	return (uint64_t)header->n_inputs * sizeof(struct cache_input) +
	       (uint64_t)header->n_units * sizeof(struct cache_unit) +
	       (uint64_t)header->n_words * sizeof(uint32_t) +
	       (uint64_t)header->n_strings * sizeof(uint32_t) + header->text_bytes;
}

static bool view_open(struct cache_view *view, const struct mapping *map)
{
	const struct cache_header *header = map->data;

	if (map->size < sizeof(*header) || header->magic != UNIT_CACHE_MAGIC ||
	    header->text_bytes == 0 || header->text_bytes > map->size ||
	    body_size(header) != map->size - sizeof(*header) ||
	    header->hash != file_hash_bytes(0, header + 1, map->size - sizeof(*header)))
		return false;
	view->header = header;
	view->inputs = (const struct cache_input *)(header + 1);
	view->units = (const struct cache_unit *)(view->inputs + header->n_inputs);
	view->words = (const uint32_t *)(view->units + header->n_units);
	view->strings = view->words + header->n_words;
	view->text = (const char *)(view->strings + header->n_strings);
	return view->text[header->text_bytes - 1] == '\0';
}

/* String number @id; "" for what a file with a right hash cannot have. */
static const char *view_string(const struct cache_view *view, uint32_t id)
{
	if (id >= view->header->n_strings || view->strings[id] >= view->header->text_bytes)
		return "";
	return view->text + view->strings[id];
}

static bool inputs_hold(const struct cache_view *view)
{
	for (uint32_t i = 0; i < view->header->n_inputs; i++) {
		const struct cache_input *input = &view->inputs[i];
		const struct file_mark mark = { input->mtime, input->size, input->hash };

		if (!file_mark_holds(view_string(view, input->path), &mark))
			return false;
	}
	return true;
}

static const char **copy_strings(struct tree *tree, const struct cache_view *view)
{
	const struct cache_header *header = view->header;
	char *text = arena_memdup(tree->arena, view->text, header->text_bytes);
	const char **strings = arena_new_array(tree->arena, const char *, header->n_strings + 1);

	for (uint32_t i = 0; i < header->n_strings; i++) {
		strings[i] = text + (view_string(view, i) - view->text);
		g_hash_table_add(tree->state->strings, (char *)strings[i]);
	}
	return strings;
}

static bool unit_is_sane(const struct cache_view *view, const struct cache_unit *unit)
{
	const struct cache_header *header = view->header;
	uint32_t n = header->n_strings;

	return unit->file < n && unit->object < n && unit->module < n && unit->directory < n &&
	       unit->first_word <= header->n_words &&
	       unit->n_words <= header->n_words - unit->first_word;
}

static bool copy_unit(struct tree *tree, const struct cache_view *view, const char **strings,
		      const struct cache_unit *from, struct unit_spec *unit)
{
	const uint32_t *words = view->words + from->first_word;
	const char **argv;

	if (!unit_is_sane(view, from))
		return false;
	argv = arena_new_array(tree->arena, const char *, from->n_words + 1);
	for (uint32_t i = 0; i < from->n_words; i++) {
		if (words[i] >= view->header->n_strings)
			return false;
		argv[i] = strings[words[i]];
	}
	unit->file = strings[from->file];
	unit->object = strings[from->object];
	unit->module = strings[from->module];
	unit->directory = strings[from->directory];
	unit->argv = argv;
	return true;
}

static GPtrArray *copy_units(struct tree *tree, const struct cache_view *view)
{
	uint32_t n = view->header->n_units;
	g_autoptr(GPtrArray) units = g_ptr_array_sized_new(n);
	const char **strings = copy_strings(tree, view);
	struct unit_spec *unit = arena_new_array(tree->arena, struct unit_spec, n);

	if (view->header->check_flags < view->header->n_strings)
		tree->state->check_flags = strings[view->header->check_flags];
	for (uint32_t i = 0; i < n; i++) {
		if (!copy_unit(tree, view, strings, &view->units[i], &unit[i]))
			return NULL;
		g_ptr_array_add(units, &unit[i]);
	}
	return g_steal_pointer(&units);
}

/* A file that went away leaves its folder's makefile as it was, when that uses wildcards. */
static bool files_exist(const struct tree *tree, const GPtrArray *units)
{
	for (guint i = 0; i < units->len; i++) {
		const struct unit_spec *unit = g_ptr_array_index(units, i);
		g_autofree char *path =
			g_build_filename(unit->file[0] == '/' ? "/" : tree->root, unit->file, NULL);

		if (!g_file_test(path, G_FILE_TEST_EXISTS))
			return false;
	}
	return true;
}

GPtrArray *unit_cache_load(struct tree *tree)
{
	g_autofree char *path = cache_file(tree, NULL);
	GPtrArray *units = NULL;
	struct cache_view view;
	struct mapping map;

	if (!path || !g_file_test(path, G_FILE_TEST_EXISTS) || !file_map(path, &map, NULL))
		return NULL;
	if (view_open(&view, &map) && inputs_hold(&view))
		units = copy_units(tree, &view);
	file_unmap(&map);
	if (!units || files_exist(tree, units))
		return units;
	g_ptr_array_unref(units);
	return NULL;
}

/* What is being written. */
struct cache_writer {
	GHashTable *ids; /* string -> number + 1 */
	GArray *inputs, *units, *words, *strings;
	GByteArray *text;
	uint32_t check_flags;
};

static uint32_t string_id(struct cache_writer *writer, const char *text)
{
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(writer->ids, text));
	uint32_t at = writer->text->len;

	if (known)
		return known - 1;
	g_array_append_val(writer->strings, at);
	g_byte_array_append(writer->text, (const guint8 *)text, (guint)strlen(text) + 1);
	g_hash_table_insert(writer->ids, (char *)text, GUINT_TO_POINTER(writer->strings->len));
	return writer->strings->len - 1;
}

static void add_input(struct cache_writer *writer, const char *path)
{
	struct cache_input input;
	struct file_mark mark;

	if (!file_mark(path, &mark))
		return;
	input = (struct cache_input){ mark.mtime, mark.size, string_id(writer, path), mark.hash };
	g_array_append_val(writer->inputs, input);
}

static void add_unit(struct cache_writer *writer, const struct unit_spec *unit)
{
	struct cache_unit to = {
		.file = string_id(writer, unit->file),
		.object = string_id(writer, unit->object),
		.module = string_id(writer, unit->module),
		.directory = string_id(writer, unit->directory),
		.first_word = writer->words->len,
	};

	for (const char *const *word = unit->argv; *word; word++) {
		uint32_t id = string_id(writer, *word);

		g_array_append_val(writer->words, id);
		to.n_words++;
	}
	g_array_append_val(writer->units, to);
}

static GByteArray *writer_bytes(const struct cache_writer *writer)
{
	struct cache_header header = {
		.magic = UNIT_CACHE_MAGIC,
		.n_inputs = writer->inputs->len,
		.n_units = writer->units->len,
		.n_words = writer->words->len,
		.n_strings = writer->strings->len,
		.check_flags = writer->check_flags,
		.text_bytes = writer->text->len,
	};
	const GArray *parts[] = { writer->inputs, writer->units, writer->words, writer->strings };
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)&header, sizeof(header));
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		g_byte_array_append(bytes, (const guint8 *)parts[i]->data,
				    parts[i]->len * g_array_get_element_size((GArray *)parts[i]));
	g_byte_array_append(bytes, writer->text->data, writer->text->len);
	((struct cache_header *)bytes->data)->hash =
		file_hash_bytes(0, bytes->data + sizeof(header), bytes->len - sizeof(header));
	return bytes;
}

static void writer_clear(struct cache_writer *writer)
{
	g_hash_table_unref(writer->ids);
	g_array_unref(writer->inputs);
	g_array_unref(writer->units);
	g_array_unref(writer->words);
	g_array_unref(writer->strings);
	g_byte_array_unref(writer->text);
}

bool unit_cache_store(struct tree *tree, const GPtrArray *units, const GPtrArray *inputs,
		      GError **err)
{
	g_autofree char *path = cache_file(tree, err);
	g_autoptr(GByteArray) bytes = NULL;
	struct cache_writer writer = {
		.ids = g_hash_table_new(g_str_hash, g_str_equal),
		.inputs = g_array_new(FALSE, FALSE, sizeof(struct cache_input)),
		.units = g_array_new(FALSE, FALSE, sizeof(struct cache_unit)),
		.words = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
		.strings = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
		.text = g_byte_array_new(),
	};

	writer.check_flags = string_id(&writer, tree->state->check_flags ?: "");
	for (guint i = 0; i < inputs->len; i++)
		add_input(&writer, g_ptr_array_index(inputs, i));
	for (guint i = 0; i < units->len; i++)
		add_unit(&writer, g_ptr_array_index(units, i));
	bytes = writer_bytes(&writer);
	writer_clear(&writer);
	return path && file_replace(path, bytes->data, bytes->len, err);
}
