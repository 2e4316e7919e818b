/* SPDX-License-Identifier: GPL-2.0-or-later */
/* write.c - a builder for one unit's facts, and how they are stored */
#include "facts/builder_p.h"
#include "facts/format_p.h"

#include <string.h>

struct facts_builder *facts_builder_new(const char *unit, const char *module, const char *base)
{
	struct facts_builder *b = g_new0(struct facts_builder, 1);

	b->names = intern_new();
#define TABLE(name, type) b->name = g_array_new(FALSE, TRUE, sizeof(type));
	FACT_TABLES(TABLE)
#undef TABLE
	b->pending_annotations = g_array_new(FALSE, FALSE, sizeof(struct pending_annotation));
	facts_function_init(&b->function);
	b->unit = facts_add_string(b, unit);
	b->module = facts_add_string(b, module);
	b->base = facts_add_string(b, base);
	/* Expression 0 is UNKNOWN, and file 0 exists: a location of zeroes is a valid one. */
	g_array_set_size(b->exprs, 1);
	facts_add_file(b, unit);
	return b;
}

void facts_builder_free(struct facts_builder *b)
{
	if (!b)
		return;
	intern_free(b->names);
#define TABLE(name, type) g_array_unref(b->name);
	FACT_TABLES(TABLE)
#undef TABLE
	g_array_unref(b->pending_annotations);
	facts_function_clear(&b->function);
	g_free(b->expr_rows.slots);
	g_free(b->symbol_rows.slots);
	g_free(b->field_rows.slots);
	g_free(b->file_rows.slots);
	g_free(b);
}

uint32_t facts_add_string(struct facts_builder *b, const char *text)
{
	return intern_id(b->names, text);
}

static bool same_file(const struct facts_builder *b, uint32_t row, const void *key)
{
	return g_array_index(b->files, uint32_t, row) == *(const uint32_t *)key;
}

uint16_t facts_add_file(struct facts_builder *b, const char *path)
{
	uint32_t name = facts_add_string(b, path);
	uint32_t hash = cons_hash(&name, 1);
	uint32_t row = cons_find(&b->file_rows, hash, same_file, b, &name);

	if (row != FACTS_NONE)
		return (uint16_t)row;
	/* No unit reads that many files; should one, its locations point at its main file. */
	if (b->files->len > UINT16_MAX)
		return 0;
	row = b->files->len;
	g_array_append_val(b->files, name);
	cons_add(&b->file_rows, hash, row);
	return (uint16_t)row;
}

/*
 * At file scope C has one name space per unit, so the name identifies a symbol. Inside a function
 * two blocks may each have a static of one name (every mutex_init() has its __key), so there the
 * position counts too.
 */
static struct fact_symbol symbol_key(const struct fact_symbol *symbol)
{
	struct fact_symbol key = { .name = symbol->name, .function = symbol->function };

	if (symbol->function)
		key.loc = symbol->loc;
	return key;
}

static bool same_symbol(const struct facts_builder *b, uint32_t row, const void *key)
{
	struct fact_symbol other = symbol_key(&g_array_index(b->symbols, struct fact_symbol, row));

	return !memcmp(&other, key, sizeof(other));
}

static void merge_symbol(struct fact_symbol *into, const struct fact_symbol *from)
{
	bool is_first_definition = (from->flags & ~into->flags) & SYMBOL_DEFINED;

	into->flags |= from->flags;
	if (!is_first_definition)
		return;
	into->loc = from->loc;
	if (from->type)
		into->type = from->type;
}

uint32_t facts_add_symbol(struct facts_builder *b, const char *name, uint32_t flags,
			  const char *type, const char *function, struct fact_loc loc)
{
	struct fact_symbol symbol = { .name = facts_add_string(b, name),
				      .flags = flags,
				      .type = facts_add_string(b, type),
				      .function = facts_add_string(b, function),
				      .loc = loc };
	struct fact_symbol key = symbol_key(&symbol);
	uint32_t words[] = { key.name, key.function, key.loc.line };
	uint32_t hash = cons_hash(words, G_N_ELEMENTS(words));
	uint32_t row = cons_find(&b->symbol_rows, hash, same_symbol, b, &key);

	if (row != FACTS_NONE) {
		merge_symbol(&g_array_index(b->symbols, struct fact_symbol, row), &symbol);
		return row;
	}
	row = b->symbols->len;
	g_array_append_val(b->symbols, symbol);
	cons_add(&b->symbol_rows, hash, row);
	return row;
}

static bool same_field(const struct facts_builder *b, uint32_t row, const void *key)
{
	const struct fact_field *field = &g_array_index(b->fields, struct fact_field, row);
	const uint32_t *words = key;

	return field->record == words[0] && field->name == words[1];
}

uint32_t facts_add_field(struct facts_builder *b, const char *record, const char *name,
			 const char *type)
{
	uint32_t words[] = { facts_add_string(b, record), facts_add_string(b, name) };
	uint32_t hash = cons_hash(words, G_N_ELEMENTS(words));
	uint32_t row = cons_find(&b->field_rows, hash, same_field, b, words);
	struct fact_field field = { .record = words[0], .name = words[1] };

	if (row != FACTS_NONE)
		return row;
	field.type = facts_add_string(b, type);
	row = b->fields->len;
	g_array_append_val(b->fields, field);
	cons_add(&b->field_rows, hash, row);
	return row;
}

/* @last is the owner's: row + 1 of its newest annotation. A declaration may repeat one. */
static void annotate(struct facts_builder *b, uint32_t *last, uint32_t *n,
		     enum fact_annotation_kind kind, const char *text)
{
	struct pending_annotation pending = {
		.next = *last,
		.annotation = { .kind = kind, .text = facts_add_string(b, text) },
	};

	for (uint32_t i = *last; i;) {
		const struct pending_annotation *other =
			&g_array_index(b->pending_annotations, struct pending_annotation, i - 1);

		if (!memcmp(&other->annotation, &pending.annotation, sizeof(pending.annotation)))
			return;
		i = other->next;
	}
	g_array_append_val(b->pending_annotations, pending);
	*last = b->pending_annotations->len;
	(*n)++;
}

void facts_annotate_symbol(struct facts_builder *b, uint32_t symbol, enum fact_annotation_kind kind,
			   const char *text)
{
	struct fact_symbol *row;

	g_assert(symbol < b->symbols->len);
	row = &g_array_index(b->symbols, struct fact_symbol, symbol);
	annotate(b, &row->annotations, &row->n_annotations, kind, text);
}

void facts_annotate_field(struct facts_builder *b, uint32_t field, enum fact_annotation_kind kind,
			  const char *text)
{
	struct fact_field *row;

	g_assert(field < b->fields->len);
	row = &g_array_index(b->fields, struct fact_field, field);
	annotate(b, &row->annotations, &row->n_annotations, kind, text);
}

void facts_add_init(struct facts_builder *b, uint32_t lhs, uint32_t rhs, struct fact_loc loc)
{
	struct fact_init init = { .lhs = lhs, .rhs = rhs, .loc = loc };

	g_assert(lhs < b->exprs->len && rhs < b->exprs->len);
	g_array_append_val(b->inits, init);
}

void facts_add_input(struct facts_builder *b, const char *path, uint64_t hash, uint64_t size,
		     int64_t mtime_ns)
{
	struct fact_input input = {
		.path = facts_add_string(b, path), .hash = hash, .size = size, .mtime_ns = mtime_ns
	};

	g_array_append_val(b->inputs, input);
}

void facts_add_diagnostic(struct facts_builder *b, const char *text)
{
	uint32_t id = facts_add_string(b, text);

	g_array_append_val(b->diagnostics, id);
}

/* Annotations of one owner, in the order they came, to the end of the table. */
static void gather_owner(struct facts_builder *b, uint32_t *annotations, uint32_t n)
{
	uint32_t first = b->annotations->len, row = *annotations;

	g_array_set_size(b->annotations, first + n);
	for (uint32_t i = n; i-- > 0;) {
		const struct pending_annotation *from =
			&g_array_index(b->pending_annotations, struct pending_annotation, row - 1);

		g_array_index(b->annotations, struct fact_annotation, first + i) = from->annotation;
		row = from->next;
	}
	*annotations = n ? first : 0;
}

static void gather_annotations(struct facts_builder *b)
{
	for (guint i = 0; i < b->symbols->len; i++) {
		struct fact_symbol *symbol = &g_array_index(b->symbols, struct fact_symbol, i);

		gather_owner(b, &symbol->annotations, symbol->n_annotations);
	}
	for (guint i = 0; i < b->fields->len; i++) {
		struct fact_field *field = &g_array_index(b->fields, struct fact_field, i);

		gather_owner(b, &field->annotations, field->n_annotations);
	}
}

static void gather_strings(struct facts_builder *b)
{
	uint32_t n = intern_count(b->names);

	for (uint32_t i = 0; i < n; i++) {
		const char *text = intern_str(b->names, i);
		uint32_t offset = b->strings->len;

		g_array_append_val(b->string_offsets, offset);
		g_array_append_vals(b->strings, text, strlen(text) + 1);
	}
}

static void append_table(GByteArray *image, enum facts_table which, const GArray *table,
			 size_t row_size)
{
	static const uint8_t zeroes[FACTS_ALIGNMENT];
	guint padding = -image->len % FACTS_ALIGNMENT;
	struct facts_table_ref ref = { .rows = table->len, .row_size = (uint32_t)row_size };

	g_byte_array_append(image, zeroes, padding);
	ref.offset = image->len;
	g_byte_array_append(image, (const uint8_t *)table->data, (guint)(table->len * row_size));
	((struct facts_header *)(void *)image->data)->tables[which] = ref;
}

static GByteArray *make_image(struct facts_builder *b)
{
	struct facts_header empty = { .magic = FACTS_MAGIC,
				      .version = FACTS_VERSION,
				      .unit = b->unit,
				      .module = b->module,
				      .base = b->base };
	GByteArray *image = g_byte_array_new();
	struct facts_header *header;

	g_byte_array_append(image, (const uint8_t *)&empty, sizeof(empty));
#define TABLE(name, type) append_table(image, FACTS_TABLE_##name, b->name, sizeof(type));
	FACT_TABLES(TABLE)
#undef TABLE
	header = (struct facts_header *)(void *)image->data;
	header->size = image->len;
	header->hash =
		file_hash_bytes(0, image->data + FACTS_HASHED_FROM, image->len - FACTS_HASHED_FROM);
	return image;
}

bool facts_write(struct facts_builder *b, const char *path, GError **err)
{
	g_autoptr(GByteArray) image = NULL;
	struct facts check;

	g_assert(!b->function.open && !b->string_offsets->len);
	gather_annotations(b);
	gather_strings(b);
	image = make_image(b);
	/* A mistake of ours is told here, with the unit's name, not found when the file is read. */
	if (!facts_bind(&check, image->data, image->len, path, err))
		return false;
	return file_replace(path, image->data, image->len, err);
}
