/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pts_types.c - types by their text: which places may hold an address worth following
 *
 * Facts hold types as clang prints the canonical one. A spelling that is not understood is
 * TYPE_UNKNOWN, which carries: a mistake here costs time, not findings.
 */
#include "program/pts_p.h"

#include <string.h>

enum record_flag {
	RECORD_FUNCTIONS = 1 << 0,
	RECORD_TABLE = 1 << 1,
};

struct pts_types {
	const struct program *program;
	GHashTable *infos;   /* string -> struct type_info * */
	GHashTable *members; /* member_key() -> type string */
	GHashTable *records; /* record -> GArray of member strings */
	GHashTable *flags;   /* record -> enum record_flag */
	struct arena *arena;
};

guint pts_hash_packed(gconstpointer key)
{
	uint64_t h = (uint64_t)GPOINTER_TO_SIZE(key) * 0x9e3779b97f4a7c15ULL;

	return (guint)(h >> 32);
}

static bool skip(const char **text, const char *word)
{
	if (!g_str_has_prefix(*text, word))
		return false;
	*text += strlen(word);
	return true;
}

/* "const volatile struct x" -> "struct x" */
static const char *skip_qualifiers(const char *text, bool *is_const)
{
	for (;;) {
		if (skip(&text, "const "))
			*is_const = true;
		else if (!skip(&text, "volatile ") && !skip(&text, "_Atomic "))
			return text;
	}
}

static bool cut_word(const char *text, size_t *length, const char *word)
{
	size_t n = strlen(word);

	if (*length < n || strncmp(text + *length - n, word, n) != 0)
		return false;
	*length -= n;
	return true;
}

/* Cuts array bounds, qualifiers of pointers and stars off the end; the number of stars. */
static uint8_t cut_stars(const char *text, size_t *length)
{
	uint8_t stars = 0;

	for (;;) {
		if (cut_word(text, length, " ") || cut_word(text, length, "const") ||
		    cut_word(text, length, "volatile") || cut_word(text, length, "restrict"))
			continue;
		if (cut_word(text, length, "*")) {
			stars += stars < UINT8_MAX;
			continue;
		}
		if (!cut_word(text, length, "]"))
			return stars;
		while (*length && text[--*length] != '[')
			continue;
	}
}

/* Parameters between the parentheses that end at the text's end: "int (*)(int, void (*)(int))". */
static uint8_t count_params(const char *text)
{
	size_t length = strlen(text);
	int depth = 0;
	uint8_t n = 1;

	if (g_str_has_suffix(text, "(void)") || g_str_has_suffix(text, "()"))
		return 0;
	while (length--) {
		if (text[length] == ')')
			depth++;
		else if (text[length] == '(' && --depth == 0)
			return n;
		else if (text[length] == ',' && depth == 1 && n < UINT8_MAX)
			n++;
	}
	return n;
}

static bool is_function_type(const char *text)
{
	const char *inner = strstr(text, "(*");

	if (inner)
		return strstr(inner, ")(") != NULL;
	return g_str_has_suffix(text, ")") && !strstr(text, "(unnamed") &&
	       !strstr(text, "(anonymous");
}

static bool is_lock(const struct rules *rules, const char *record)
{
	return g_hash_table_contains(rules->lock_types, record) ||
	       g_hash_table_contains(rules->part_types, record);
}

/* A typedef of a record without a tag has only its own name. */
static bool is_record(const struct pts_types *types, const char *name, uint32_t string)
{
	return g_str_has_prefix(name, "struct ") || g_str_has_prefix(name, "union ") ||
	       (string && pts_members(types, string)) || is_lock(types->program->rules, name);
}

static void parse_object(struct pts_types *types, const char *text, struct type_info *info)
{
	const char *base = skip_qualifiers(text, &info->is_const);
	size_t length = strlen(base);
	g_autofree char *name = NULL;
	uint32_t record;

	info->stars = cut_stars(base, &length);
	info->is_const = info->is_const && !info->stars;
	if (length == strlen("void") && g_str_has_prefix(base, "void")) {
		info->class = info->stars ? TYPE_POINTER : TYPE_SCALAR;
		return;
	}
	name = g_strndup(base, length);
	if (!info->stars && (strcmp(name, "unsigned long") == 0 || strcmp(name, "long") == 0)) {
		info->class = TYPE_WORD;
		return;
	}
	record = intern_find(types->program->strings, name);
	info->record = record == UINT32_MAX ? 0 : record;
	if (!is_record(types, name, info->record)) {
		*info = (struct type_info){ .class = TYPE_SCALAR };
		return;
	}
	info->class = info->stars ? TYPE_POINTER : TYPE_RECORD;
	info->is_lock = info->stars <= 1 && is_lock(types->program->rules, name);
}

static struct type_info parse_type(struct pts_types *types, const char *text)
{
	struct type_info info = { .class = TYPE_UNKNOWN };

	if (!*text || strstr(text, "__attribute__"))
		return info;
	if (is_function_type(text)) {
		info.class = TYPE_FUNCTION;
		info.n_params = count_params(text);
	} else if (!strstr(text, "(*")) {
		parse_object(types, text, &info);
	}
	return info;
}

struct type_info pts_type(struct pts_types *types, uint32_t string)
{
	struct type_info *info = g_hash_table_lookup(types->infos, GUINT_TO_POINTER(string));

	if (!info) {
		info = arena_new_struct(types->arena, struct type_info);
		*info = parse_type(types, program_string(types->program, string));
		g_hash_table_insert(types->infos, GUINT_TO_POINTER(string), info);
	}
	return *info;
}

bool pts_type_carries(struct type_info type)
{
	return type.class == TYPE_UNKNOWN || type.class == TYPE_POINTER ||
	       type.class == TYPE_FUNCTION;
}

static uint32_t pointer_to(uint32_t record, unsigned stars)
{
	return record << 3 | MIN(stars, 7u);
}

uint32_t pts_held_by(struct type_info pointer)
{
	if (pointer.class == TYPE_FUNCTION)
		return FUNCTION_ADDRESS;
	if (pointer.class != TYPE_POINTER || (!pointer.record && pointer.stars == 1))
		return 0;
	return pointer_to(pointer.record, pointer.stars);
}

uint32_t pts_address_of(struct type_info place)
{
	if (place.class == TYPE_FUNCTION)
		return FUNCTION_ADDRESS;
	if (place.class != TYPE_POINTER && place.class != TYPE_RECORD)
		return 0;
	return pointer_to(place.record, place.stars + 1u);
}

/* "struct ops *(int)": what stands before the parameters. Pointers to functions: unknown. */
struct type_info pts_returned_type(struct pts_types *types, uint32_t string)
{
	const char *text = program_string(types->program, string);
	size_t length = strlen(text);
	g_autofree char *returned = NULL;
	int depth = 0;

	do {
		if (!length)
			return (struct type_info){ .class = TYPE_UNKNOWN };
		length--;
		depth += (text[length] == ')') - (text[length] == '(');
	} while (depth);
	returned = g_strndup(text, length);
	return strchr(returned, '(') ? (struct type_info){ .class = TYPE_UNKNOWN }
				     : parse_type(types, g_strchomp(returned));
}

bool pts_variable_carries(struct type_info type)
{
	return type.class == TYPE_WORD || pts_type_carries(type);
}

uint32_t pts_member_type(const struct pts_types *types, uint32_t record, uint32_t member)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(types->members, pts_pack(record, member)));
}

const GArray *pts_members(const struct pts_types *types, uint32_t record)
{
	return g_hash_table_lookup(types->records, GUINT_TO_POINTER(record));
}

static bool has_flag(const struct pts_types *types, uint32_t record, enum record_flag flag)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(types->flags, GUINT_TO_POINTER(record))) & flag;
}

bool pts_record_has_functions(const struct pts_types *types, uint32_t record)
{
	return has_flag(types, record, RECORD_FUNCTIONS);
}

bool pts_record_is_table(const struct pts_types *types, uint32_t record)
{
	return has_flag(types, record, RECORD_TABLE);
}

/* The text of the type that a variable or member was declared with; 0 for another term. */
static uint32_t declared_type(const struct pts_types *types, uint32_t function,
			      const struct term *term)
{
	const struct program *program = types->program;
	const struct function *f;
	const struct unit *unit;
	uint32_t variable;

	if (term->kind == EXPR_FIELD)
		return pts_member_type(types, term->a, term->b);
	if (term->kind == EXPR_GLOBAL)
		return program->symbols[term->a].type;
	if ((term->kind != EXPR_PARAM && term->kind != EXPR_LOCAL) || function == PROGRAM_NONE)
		return 0;
	f = &program->functions[function];
	unit = &program->units[f->unit];
	variable = f->facts->variables + term->a;
	if (term->kind == EXPR_LOCAL)
		variable += f->facts->n_params;
	return unit->strings[unit->facts->variables[variable].type];
}

static char *without_pointer(const char *type)
{
	const char *star = strstr(type, "(*"), *close = star ? strchr(star, ')') : NULL;

	if (!close)
		return g_strdup(type);
	return g_strdup_printf("%.*s%s", (int)(star - type), type, close + 1);
}

char *pts_function_type(struct pts_types *types, uint32_t function, term_id place)
{
	struct term term = term_at(types->program->terms, place);
	uint32_t declared;

	while (term.kind == EXPR_INDEX || term.kind == EXPR_DEREF)
		term = term_at(types->program->terms, term.base);
	declared = declared_type(types, function, &term);
	if (!declared || pts_type(types, declared).class != TYPE_FUNCTION)
		return NULL;
	return without_pointer(program_string(types->program, declared));
}

static struct type_info pointee(struct type_info type)
{
	if (type.class != TYPE_POINTER)
		return type.class == TYPE_FUNCTION ? type
						   : (struct type_info){ .class = TYPE_UNKNOWN };
	type.stars--;
	if (!type.stars)
		type.class = type.record ? TYPE_RECORD : TYPE_UNKNOWN;
	return type;
}

struct type_info pts_type_of(struct pts_types *types, uint32_t function, term_id id)
{
	const struct program *program = types->program;
	struct type_info unknown = { .class = TYPE_UNKNOWN };
	struct term term = term_at(program->terms, id);

	switch ((enum fact_expr_kind)term.kind) {
	case EXPR_PARAM:
	case EXPR_LOCAL:
	case EXPR_GLOBAL:
	case EXPR_FIELD:
		return pts_type(types, declared_type(types, function, &term));
	case EXPR_INDEX:
	case EXPR_PERCPU:
		return pts_type_of(types, function, term.base);
	case EXPR_DEREF:
		return pointee(pts_type_of(types, function, term.base));
	case EXPR_CONTAINER:
		return (struct type_info){ .class = TYPE_POINTER, .stars = 1, .record = term.a };
	case EXPR_INT:
	case EXPR_STRING:
	case EXPR_UNARY:
		return (struct type_info){ .class = TYPE_SCALAR };
	case EXPR_FUNC:
		return (struct type_info){ .class = TYPE_FUNCTION };
	case EXPR_UNKNOWN:
	case EXPR_RESULT:
	case EXPR_ADDR:
	case EXPR_BINARY:
	case EXPR_KINDS:
		break;
	}
	return unknown;
}

static void add_member(struct pts_types *types, uint32_t record, uint32_t member, uint32_t type)
{
	GArray *members;

	if (!g_hash_table_insert(types->members, pts_pack(record, member), GUINT_TO_POINTER(type)))
		return;
	members = g_hash_table_lookup(types->records, GUINT_TO_POINTER(record));
	if (!members) {
		members = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		g_hash_table_insert(types->records, GUINT_TO_POINTER(record), members);
	}
	g_array_append_val(members, member);
}

static void read_members(struct pts_types *types)
{
	for (size_t u = 0; u < types->program->n_units; u++) {
		const struct unit *unit = &types->program->units[u];

		for (uint32_t i = 0; i < unit->facts->n_fields; i++) {
			const struct fact_field *field = &unit->facts->fields[i];

			add_member(types, unit->strings[field->record], unit->strings[field->name],
				   unit->strings[field->type]);
		}
	}
}

/* A table: half of what the code names of it are functions. */
static unsigned flags_of(struct pts_types *types, uint32_t record, const GArray *members)
{
	unsigned flags = 0;
	guint functions = 0;

	for (guint i = 0; i < members->len; i++) {
		uint32_t member = g_array_index(members, uint32_t, i);
		struct type_info type = pts_type(types, pts_member_type(types, record, member));

		functions += type.class == TYPE_FUNCTION;
	}
	if (functions)
		flags |= RECORD_FUNCTIONS;
	if (functions && functions * 2 >= members->len)
		flags |= RECORD_TABLE;
	return flags;
}

static bool part_has_functions(struct pts_types *types, uint32_t record, const GArray *members)
{
	for (guint i = 0; i < members->len; i++) {
		uint32_t member = g_array_index(members, uint32_t, i);
		struct type_info type = pts_type(types, pts_member_type(types, record, member));

		if (type.class == TYPE_RECORD && has_flag(types, type.record, RECORD_FUNCTIONS))
			return true;
	}
	return false;
}

/* One pass over all records; true if a record was found to hold functions in a part. */
static bool spread_functions(struct pts_types *types)
{
	GHashTableIter iter;
	gpointer record, members;
	bool changed = false;

	g_hash_table_iter_init(&iter, types->records);
	while (g_hash_table_iter_next(&iter, &record, &members)) {
		unsigned flags = GPOINTER_TO_UINT(g_hash_table_lookup(types->flags, record));

		if ((flags & RECORD_FUNCTIONS) ||
		    !part_has_functions(types, GPOINTER_TO_UINT(record), members))
			continue;
		g_hash_table_insert(types->flags, record,
				    GUINT_TO_POINTER(flags | RECORD_FUNCTIONS));
		changed = true;
	}
	return changed;
}

static void classify_records(struct pts_types *types)
{
	GHashTableIter iter;
	gpointer record, members;

	g_hash_table_iter_init(&iter, types->records);
	while (g_hash_table_iter_next(&iter, &record, &members)) {
		unsigned flags = flags_of(types, GPOINTER_TO_UINT(record), members);

		if (flags)
			g_hash_table_insert(types->flags, record, GUINT_TO_POINTER(flags));
	}
	while (spread_functions(types))
		continue;
}

static void free_array(gpointer array)
{
	g_array_unref(array);
}

struct pts_types *pts_types_new(const struct program *program)
{
	struct arena *arena = arena_new("types");
	struct pts_types *types = arena_new_struct(arena, struct pts_types);

	types->arena = arena;
	types->program = program;
	types->infos = g_hash_table_new(NULL, NULL);
	types->members = g_hash_table_new(pts_hash_packed, NULL);
	types->records = g_hash_table_new_full(NULL, NULL, NULL, free_array);
	types->flags = g_hash_table_new(NULL, NULL);
	read_members(types);
	classify_records(types);
	return types;
}

void pts_types_free(struct pts_types *types)
{
	g_hash_table_unref(types->infos);
	g_hash_table_unref(types->members);
	g_hash_table_unref(types->records);
	g_hash_table_unref(types->flags);
	arena_free(types->arena);
}
