/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * includers.c - which units include a header, without parsing
 *
 * Every #include line counts, whatever conditions it is under. A name is looked for beside the file
 * it stands in (for "") and in the kernel's include folders; where it is in none of them, any
 * header whose path ends like it is meant. Each file is read once.
 */
#include "source/source_p.h"

#include "base/file.h"

#include <string.h>

struct included_file {
	const char *path;
	GPtrArray *includers; /* struct included_file *, not told apart */
	bool yes;	      /* leads to one of those asked about */
};

struct includers {
	struct tree *tree;   /* the version that is looked at */
	GHashTable *headers; /* those asked about */
	GHashTable *files;   /* path -> struct included_file * */
	GStringChunk *paths;
	GQueue *unread;	  /* struct included_file * */
	char *folders[4]; /* the kernel's, relative to the root */
};

static bool is_there(const struct includers *in, const char *path)
{
	g_autofree char *absolute = tree_absolute(in->tree, path);

	return g_file_test(absolute, G_FILE_TEST_IS_REGULAR);
}

/* A path without "." and "..", as far as it stays below the root. */
static char *tidy(const char *path)
{
	g_autofree char *absolute = g_canonicalize_filename(path, "/");

	return g_strdup(absolute + 1);
}

/* Any header asked about that ends in @name. */
static bool ends_like_one(const struct includers *in, const char *name)
{
	GHashTableIter iter;
	gpointer header;

	while (g_str_has_prefix(name, "../"))
		name += strlen("../");
	g_hash_table_iter_init(&iter, in->headers);
	while (g_hash_table_iter_next(&iter, &header, NULL)) {
		const char *path = header;
		size_t n = strlen(path), m = strlen(name);

		if (n >= m && g_str_equal(path + n - m, name) && (n == m || path[n - m - 1] == '/'))
			return true;
	}
	return false;
}

static struct included_file *file_at(struct includers *in, const char *path)
{
	struct included_file *file = g_hash_table_lookup(in->files, path);

	if (file)
		return file;
	file = g_new0(struct included_file, 1);
	file->path = g_string_chunk_insert(in->paths, path);
	file->includers = g_ptr_array_new();
	file->yes = g_hash_table_contains(in->headers, path);
	g_hash_table_insert(in->files, (gpointer)file->path, file);
	g_queue_push_tail(in->unread, file);
	return file;
}

/* Whether @name is in @folder, in this version of the tree or another. */
static bool included(struct includers *in, struct included_file *by, const char *folder,
		     const char *name)
{
	g_autofree char *joined = g_build_filename(folder, name, NULL);
	g_autofree char *path = tidy(joined);

	if (!g_hash_table_contains(in->headers, path) && !g_hash_table_contains(in->files, path) &&
	    !is_there(in, path))
		return false;
	g_ptr_array_add(file_at(in, path)->includers, by);
	return true;
}

static void note_include(struct includers *in, struct included_file *by, const char *name,
			 bool quoted)
{
	g_autofree char *folder = g_path_get_dirname(by->path);

	if (quoted && included(in, by, folder, name))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(in->folders); i++) {
		if (included(in, by, in->folders[i], name))
			return;
	}
	by->yes = by->yes || ends_like_one(in, name);
}

/* The name between the marks of an #include line; NULL for another line. */
static char *name_of_include(const char *line, const char *end, bool *quoted)
{
	const char *from, *to;

	while (line < end && (*line == ' ' || *line == '\t' || *line == '#'))
		line++;
	if (end - line < 10 || strncmp(line, "include", 7) != 0)
		return NULL;
	from = line + 7;
	while (from < end && *from != '<' && *from != '"')
		from++;
	if (from == end)
		return NULL;
	*quoted = *from == '"';
	to = memchr(from + 1, *quoted ? '"' : '>', (size_t)(end - from - 1));
	return to ? g_strndup(from + 1, (gsize)(to - from - 1)) : NULL;
}

static void note_includes(struct includers *in, struct included_file *file, const char *text,
			  size_t size)
{
	const char *end = text + size;

	for (const char *line = text; line < end;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		g_autofree char *name = NULL;
		bool quoted = false;

		stop = stop ? stop : end;
		if (memchr(line, '#', MIN((size_t)(stop - line), 8)))
			name = name_of_include(line, stop, &quoted);
		if (name)
			note_include(in, file, name, quoted);
		line = stop + 1;
	}
}

static void read_file(struct includers *in, struct included_file *file)
{
	g_autofree char *absolute = tree_absolute(in->tree, file->path);
	struct mapping map;

	if (!file_map(absolute, &map, NULL))
		return;
	note_includes(in, file, map.data, map.size);
	file_unmap(&map);
}

static void spread(struct includers *in)
{
	g_autoptr(GPtrArray) open = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, in->files);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		if (((struct included_file *)value)->yes)
			g_ptr_array_add(open, value);
	}
	while (open->len) {
		struct included_file *file = g_ptr_array_steal_index_fast(open, open->len - 1);

		for (guint i = 0; i < file->includers->len; i++) {
			struct included_file *by = file->includers->pdata[i];

			if (!by->yes)
				g_ptr_array_add(open, by);
			by->yes = true;
		}
	}
}

static void clear_folders(struct includers *in)
{
	for (size_t i = 0; i < G_N_ELEMENTS(in->folders); i++)
		g_clear_pointer(&in->folders[i], g_free);
}

static void set_folders(struct includers *in)
{
	const char *arch = in->tree->srcarch ? in->tree->srcarch : "";

	clear_folders(in);
	in->folders[0] = g_strdup("include");
	in->folders[1] = g_strdup_printf("arch/%s/include", arch);
	in->folders[2] = g_strdup("include/uapi");
	in->folders[3] = g_strdup_printf("arch/%s/include/uapi", arch);
}

static void free_file(gpointer data)
{
	struct included_file *file = data;

	g_ptr_array_unref(file->includers);
	g_free(file);
}

static void look(struct includers *in, const GPtrArray *units, bool *answer)
{
	struct included_file *file;

	for (guint i = 0; i < units->len; i++)
		file_at(in, ((const struct unit_spec *)units->pdata[i])->file);
	while ((file = g_queue_pop_head(in->unread)))
		read_file(in, file);
	spread(in);
	for (guint i = 0; i < units->len; i++)
		answer[i] = file_at(in, ((const struct unit_spec *)units->pdata[i])->file)->yes;
}

/* What differs from version to version is read again; what they included before stays. */
static void reread_headers(struct includers *in)
{
	GHashTableIter iter;
	gpointer header;

	g_hash_table_iter_init(&iter, in->headers);
	while (g_hash_table_iter_next(&iter, &header, NULL)) {
		struct included_file *file = g_hash_table_lookup(in->files, header);

		if (file)
			g_queue_push_tail(in->unread, file);
	}
}

struct includers *includers_new(const GPtrArray *headers)
{
	struct includers *in = g_new0(struct includers, 1);

	in->headers = g_hash_table_new(g_str_hash, g_str_equal);
	in->files = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_file);
	in->paths = g_string_chunk_new(65536);
	in->unread = g_queue_new();
	for (guint i = 0; i < headers->len; i++)
		g_hash_table_add(in->headers, headers->pdata[i]);
	return in;
}

void includers_free(struct includers *in)
{
	if (!in)
		return;
	clear_folders(in);
	g_queue_free(in->unread);
	g_hash_table_unref(in->headers);
	g_hash_table_unref(in->files);
	g_string_chunk_free(in->paths);
	g_free(in);
}

bool *includers_among(struct includers *in, struct tree *tree, const GPtrArray *units)
{
	bool *answer = g_new0(bool, units->len + 1);

	if (!g_hash_table_size(in->headers))
		return answer;
	in->tree = tree;
	set_folders(in);
	reread_headers(in);
	look(in, units, answer);
	return answer;
}

static void add_word(void *data, const char *word, size_t length, bool defines)
{
	g_autofree char *name = g_strndup(word, length);
	const char *interned = g_intern_string(name);

	(void)defines;
	if (!g_ptr_array_find(data, interned, NULL))
		g_ptr_array_add(data, (gpointer)interned);
}

GPtrArray *tree_words(const char *text)
{
	GPtrArray *words = g_ptr_array_new();

	scan_words(text, strlen(text), add_word, words);
	return words;
}
