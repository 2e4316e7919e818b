/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read.c - a facts file, mapped */
#include "facts/format_p.h"

static bool fail(GError **err, const char *name, const char *what)
{
	g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		    "%s: not a usable facts file: %s; remove it and it is made again", name, what);
	return false;
}

/* Points *@rows at a table after making sure that it lies in the file. */
static bool bind_table(const struct facts_header *header, size_t size, enum facts_table which,
		       size_t row_size, const void **rows, uint32_t *n)
{
	const struct facts_table_ref *ref = &header->tables[which];

	if (ref->row_size != row_size || ref->offset % FACTS_ALIGNMENT || ref->offset > size)
		return false;
	if (ref->rows > (size - ref->offset) / row_size)
		return false;
	*rows = (const char *)header + ref->offset;
	*n = ref->rows;
	return true;
}

bool facts_bind(struct facts *facts, const void *data, size_t size, const char *name, GError **err)
{
	const struct facts_header *header = data;

	if (size < sizeof(*header) || header->magic != FACTS_MAGIC)
		return fail(err, name, "it begins unlike one");
	if (header->version != FACTS_VERSION)
		return fail(err, name, "it is of another version");
	if (header->size != size)
		return fail(err, name, "it is cut short or too long");
#define TABLE(table, type)                                                                         \
	if (!bind_table(header, size, FACTS_TABLE_##table, sizeof(type),                           \
			(const void **)&facts->table, &facts->n_##table))                          \
		return fail(err, name, "table " #table " does not lie in it");
	FACT_TABLES(TABLE)
#undef TABLE
	if (header->unit >= facts->n_string_offsets || header->module >= facts->n_string_offsets ||
	    header->base >= facts->n_string_offsets)
		return fail(err, name, "its own name is missing");
	if (!facts_check(facts, name, err))
		return false;
	facts->unit = facts_string(facts, header->unit);
	facts->module = facts_string(facts, header->module);
	facts->base = facts_string(facts, header->base);
	return true;
}

static bool hash_is_right(const struct mapping *map)
{
	const struct facts_header *header = map->data;
	const char *from = (const char *)map->data + FACTS_HASHED_FROM;

	return map->size >= sizeof(*header) &&
	       header->hash == file_hash_bytes(0, from, map->size - FACTS_HASHED_FROM);
}

struct facts *facts_open(const char *path, GError **err)
{
	struct facts *facts = g_new0(struct facts, 1);
	bool ok = file_map(path, &facts->map, err);

	if (ok && !hash_is_right(&facts->map))
		ok = fail(err, path, "its content was changed or cut short");
	if (ok && facts_bind(facts, facts->map.data, facts->map.size, path, err))
		return facts;
	facts_close(facts);
	return NULL;
}

void facts_close(struct facts *facts)
{
	if (!facts)
		return;
	file_unmap(&facts->map);
	g_free(facts);
}

const char *facts_string(const struct facts *facts, uint32_t id)
{
	return facts->strings + facts->string_offsets[id];
}

const char *facts_file(const struct facts *facts, uint32_t file)
{
	return facts_string(facts, facts->files[file]);
}
