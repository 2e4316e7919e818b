/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_class.c - which class a lock belongs to
 *
 * lockdep's class is the lock's key: a static object at the lock's initialisation, or the lock
 * itself when it is static. Statically that is the record and member that holds the lock. Where
 * the record is only ever part of others and its lock is initialised inline (rules' part_types, or
 * as lock_parts.c finds), each place that embeds it has a key of its own: the name goes on
 * outwards. The elements of an array share a key, unless they are initialised under names of
 * their own.
 */
#include "program/asked.h"
#include "program/link_p.h"

#include <string.h>

static bool string_in(const struct program *program, GHashTable *table, uint32_t id)
{
	return table && g_hash_table_contains(table, program_string(program, id));
}

/* Records without a name of their own are called OUTER.member by the front end, or "(unnamed)". */
static bool is_nameless(const struct program *program, uint32_t record)
{
	return strpbrk(program_string(program, record), ".(") != NULL;
}

bool program_is_part(const struct program *program, uint32_t record)
{
	return string_in(program, program->rules->part_types, record) ||
	       (program->parts &&
		g_hash_table_contains(program->parts, GUINT_TO_POINTER(record))) ||
	       is_nameless(program, record) ||
	       string_in(program, program->rules->lock_types, record);
}

static bool is_map_member(const struct program *program, struct term field)
{
	uint64_t key = member_key(field.a, field.b);

	return g_hash_table_contains(program->map_members, &key) &&
	       program_is_part(program, field.a);
}

/* Does this member of a lock stand for the lock? Not if it is one of its own: mutex.wait_lock. */
static bool is_lock_itself(const struct program *program, struct term field)
{
	const struct lock_type *type =
		g_hash_table_lookup(program->lock_records, GUINT_TO_POINTER(field.a));

	return type && !g_strv_contains(type->apart, program_string(program, field.b));
}

term_id program_effect_place(const struct program *program, term_id place,
			     const struct effect *effect)
{
	for (size_t i = 0; place && i < effect->n_members; i++) {
		const struct effect_member *member = &effect->members[i];

		if (member->deref)
			place = term_deref(program->terms, place);
		place = term_field(program->terms, place,
				   intern_id(program->strings, member->record),
				   intern_id(program->strings, member->member));
	}
	return place;
}

term_id program_lock_object(const struct program *program, term_id place)
{
	for (;;) {
		struct term term = term_at(program->terms, place);

		if (term.kind != EXPR_FIELD)
			return place;
		if (!is_lock_itself(program, term) && !is_map_member(program, term))
			return place;
		place = term.base;
	}
}

static uint32_t intern_class(const struct program *program, const char *head, const char *members)
{
	g_autofree char *text = g_strconcat(head, members, NULL);
	const char *alias = g_hash_table_lookup(program->rules->aliases, text);

	return intern_id(program->strings, alias ? alias : text);
}

/* Parts in parts: a wait queue in a completion in a work item. */
#define MAX_PARTS 4

/* Members from the outermost to the lock, while the records are parts of others. */
struct class_path {
	GString *members;
	term_id top;	 /* what is left: a place that is no FIELD of a part */
	uint32_t record; /* the record that ends the path; 0 when a place without a record does */
	uint32_t parts[MAX_PARTS]; /* the parts passed, innermost first */
	size_t lengths[MAX_PARTS]; /* how much of @members lies inside each of them */
	size_t n_parts;
	int64_t element; /* of an array of locks: which one */
	bool is_any;	 /* nobody knows which */
	bool is_asked;	 /* but callers do: a parameter says so */
};

static void pass_part(struct class_path *path, uint32_t record)
{
	if (path->n_parts == MAX_PARTS)
		return;
	path->parts[path->n_parts] = record;
	path->lengths[path->n_parts++] = path->members->len;
}

static uint32_t intern_part(const struct program *program, const struct class_path *path, size_t i)
{
	return intern_class(program, program_string(program, path->parts[i]),
			    path->members->str + path->members->len - path->lengths[i]);
}

/* "locks + n - 1" has two indices, one behind the other. */
static void pass_index(const struct program *program, struct class_path *path, term_id index)
{
	int64_t number;

	if (path->members->len)
		return;
	if (term_is_int(program->terms, index, &number)) {
		path->element += number;
		return;
	}
	path->is_any = true;
	path->is_asked |= term_has(program->terms, index, EXPR_PARAM);
}

static void walk_members(const struct program *program, term_id place, struct class_path *path)
{
	for (;;) {
		struct term term = term_at(program->terms, place);

		path->top = place;
		if (term.kind == EXPR_INDEX) {
			pass_index(program, path, term.a);
			place = term.base;
			continue;
		}
		if (term.kind != EXPR_FIELD)
			return;
		g_string_prepend(path->members, program_string(program, term.b));
		g_string_prepend_c(path->members, '.');
		if (!program_is_part(program, term.a)) {
			path->record = term.a;
			return;
		}
		if (!is_nameless(program, term.a))
			pass_part(path, term.a);
		place = term.base;
	}
}

static uint32_t class_of_global(const struct program *program, const struct symbol *symbol,
				const char *members)
{
	const char *name = program_string(program, symbol->name);
	g_autofree char *head = NULL;

	if (!(symbol->flags & SYMBOL_STATIC) && !symbol->owner)
		return intern_class(program, name, members);
	head = symbol->owner
		       ? g_strdup_printf("%s:%s:%s", program_string(program, symbol->file),
					 program_string(program, symbol->owner), name)
		       : g_strdup_printf("%s:%s", program_string(program, symbol->file), name);
	return intern_class(program, head, members);
}

/* @behind, or what is known of the pointer that it is named after. */
static uint32_t pointed_class(const struct program *program, uint32_t behind)
{
	gpointer known = program->lock_pointers ? g_hash_table_lookup(program->lock_pointers,
								      GUINT_TO_POINTER(behind))
						: NULL;

	return known ? GPOINTER_TO_UINT(known) : behind;
}

/*
 * Behind a pointer that is kept in a member, the member stands for the lock, unless lock_pointer.c
 * knows more.
 */
static uint32_t class_behind(const struct program *program, term_id pointer,
			     const struct class_path *path)
{
	struct term term = term_at(program->terms, pointer);
	uint32_t holder;
	g_autofree char *head = NULL;

	if (term.kind == EXPR_PERCPU)
		return class_behind(program, term.base, path);
	if (term.kind == EXPR_ADDR) {
		holder = program_lock_class(program, term.base);
		return holder ? intern_class(program, program_string(program, holder),
					     path->members->str)
			      : 0;
	}
	if (term.kind != EXPR_FIELD && term.kind != EXPR_GLOBAL && term.kind != EXPR_INDEX)
		return 0;
	holder = program_lock_class(program, pointer);
	if (!holder)
		return 0;
	head = g_strdup_printf("*%s", program_string(program, holder));
	return pointed_class(program, intern_class(program, head, path->members->str));
}

static uint32_t class_of_top(const struct program *program, const struct class_path *path)
{
	struct term top = term_at(program->terms, path->top);

	if (path->record)
		return intern_class(program, program_string(program, path->record),
				    path->members->str);
	if (top.kind == EXPR_GLOBAL)
		return class_of_global(program, &program->symbols[top.a], path->members->str);
	if (top.kind == EXPR_DEREF)
		return class_behind(program, top.base, path);
	return 0;
}

/* For program_lockdep_name(): the parts' own initialisers name the class when nothing else does. */
static void note_parts(const struct program *program, uint32_t class, const struct class_path *path)
{
	gpointer key = GUINT_TO_POINTER(class);
	GArray *parts;

	if (!class || !path->n_parts || g_hash_table_contains(program->class_parts, key))
		return;
	parts = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (size_t i = path->n_parts; i-- > 0;) {
		uint32_t part = intern_part(program, path, i);

		g_array_append_val(parts, part);
	}
	g_hash_table_insert(program->class_parts, key, parts);
}

void program_set_class_parts(const struct program *program, uint32_t class, GArray *parts)
{
	g_hash_table_replace(program->class_parts, GUINT_TO_POINTER(class), parts);
}

static uint32_t same_key(const struct program *program, uint32_t class)
{
	gpointer same = program->shared_keys
				? g_hash_table_lookup(program->shared_keys, GUINT_TO_POINTER(class))
				: NULL;

	return same ? GPOINTER_TO_UINT(same) : class;
}

static uint32_t class_of_element(const struct program *program, uint32_t class,
				 const struct class_path *path, bool or_any)
{
	const GArray *names = g_hash_table_lookup(program->elements, GUINT_TO_POINTER(class));

	if (!names)
		return class;
	if (path->is_any)
		return path->is_asked && !or_any ? 0 : class;
	if (path->element < 0 || path->element >= names->len)
		return class;
	return program_element_class(program, class, (unsigned)path->element);
}

uint32_t program_element_class(const struct program *program, uint32_t class, unsigned element)
{
	g_autofree char *text = g_strdup_printf("%s[%u]", program_string(program, class), element);

	return intern_id(program->strings, text);
}

static uint32_t find_class(const struct program *program, term_id place, bool or_part)
{
	struct class_path path = { .members = g_string_new(NULL) };
	uint32_t class;

	walk_members(program, program_lock_object(program, place), &path);
	class = class_of_top(program, &path);
	if (!class && or_part && path.n_parts)
		class = intern_part(program, &path, path.n_parts - 1);
	note_parts(program, class, &path);
	g_string_free(path.members, TRUE);
	return class_of_element(program, same_key(program, class), &path, or_part);
}

/* The same places are asked about again and again. While the program is linked classes change. */
static uint32_t known_class(const struct program *program, term_id place, bool or_part)
{
	gpointer key = GSIZE_TO_POINTER((gsize)place << 1 | or_part);
	gpointer known;
	uint32_t class;

	if (!program->classes)
		return find_class(program, place, or_part);
	known = g_hash_table_lookup(program->classes, key);
	if (known)
		return GPOINTER_TO_UINT(known) - 1;
	class = find_class(program, place, or_part);
	g_hash_table_insert(program->classes, key, GUINT_TO_POINTER(class + 1));
	return class;
}

uint32_t program_lock_class(const struct program *program, term_id place)
{
	return known_class(program, place, false);
}

uint32_t program_lock_class_or_part(const struct program *program, term_id place)
{
	return known_class(program, place, true);
}

static bool ends_in(const struct program *program, uint32_t class, uint32_t part)
{
	const GArray *parts = g_hash_table_lookup(program->class_parts, GUINT_TO_POINTER(class));

	for (guint i = 0; parts && i < parts->len; i++)
		if (g_array_index(parts, uint32_t, i) == part)
			return true;
	return class == part;
}

bool program_classes_may_meet(const struct program *program, uint32_t x, uint32_t y)
{
	const GArray *parts = g_hash_table_lookup(program->class_parts, GUINT_TO_POINTER(x));

	for (guint i = 0; parts && i < parts->len; i++)
		if (ends_in(program, y, g_array_index(parts, uint32_t, i)))
			return true;
	return ends_in(program, y, x);
}

enum marker program_marker(const struct program *program, struct term field)
{
	uint64_t key = member_key(field.a, field.b);

	if (field.kind != EXPR_FIELD)
		return MARKER_NONE;
	return (enum marker)GPOINTER_TO_INT(g_hash_table_lookup(program->markers, &key));
}

GHashTable *program_collect_map_members(const struct program *program)
{
	GHashTable *members = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	uint32_t map_type = intern_id(program->strings, "struct lockdep_map");

	for (size_t u = 0; u < program->n_units; u++) {
		const struct unit *unit = &program->units[u];

		for (uint32_t i = 0; i < unit->facts->n_fields; i++) {
			const struct fact_field *field = &unit->facts->fields[i];
			uint64_t key = member_key(unit->strings[field->record],
						  unit->strings[field->name]);

			if (unit->strings[field->type] == map_type)
				g_hash_table_add(members, g_memdup2(&key, sizeof(key)));
		}
	}
	return members;
}
