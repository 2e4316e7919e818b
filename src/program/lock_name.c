/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_name.c - what lockdep calls a class
 *
 * mutex_init(&kvm->lock) hands lockdep the text of its argument, "&kvm->lock"; a static lock's
 * initialiser has the variable's name. Both are facts: a call with a string argument, and a string
 * in an initialiser. A class has several names where several places initialise it: inodes of each
 * kind of file system. Where a function initialises a lock and then gives it another class, the
 * second name counts.
 */
#include "program/link_p.h"

#include <string.h>

/* More names than this (those of every caller of a helper) tell nobody anything. */
#define MOST_NAMES 192

/* Helpers that get the name as an argument and hand it on to another one. */
#define MOST_HANDED_ON 3

/* A function that names a lock with what its callers hand it. */
struct helper {
	uint32_t function;
	uint32_t name_param;
	term_id place; /* the lock, as that function sees it */
	bool is_set;
	bool is_named; /* with @name_param */
	uint32_t key;  /* the key that it always gives it, or PROGRAM_NONE */
	enum lock_kind kind;
};

struct collector {
	const struct program *program;
	GHashTable *names;  /* class string -> GArray of uint32_t strings */
	GHashTable *tables; /* table_key() -> GArray of uint32_t strings, arrays of names */
	GArray *found;	    /* struct found, of the function at hand */
	GArray *helpers;    /* struct helper, in the order of functions: found in this round */
	const GArray *last; /* those found in the round before; NULL in the first one */
	GHashTable *asked;  /* function + 1 -> index + 1 of the first of them in @last */
	GHashTable *handed; /* as in struct call_site */
	struct lock_keys keys;
};

struct found {
	uint32_t class;
	uint32_t text;
	bool is_set; /* lockdep_set_class() and kin */
};

static void free_array(gpointer array)
{
	g_array_unref(array);
}

static GArray *list_of(GHashTable *table, uint32_t key)
{
	GArray *list = g_hash_table_lookup(table, GUINT_TO_POINTER(key));

	if (!list) {
		list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		g_hash_table_insert(table, GUINT_TO_POINTER(key), list);
	}
	return list;
}

static void add_once(GArray *list, uint32_t id)
{
	for (guint i = 0; i < list->len; i++) {
		if (g_array_index(list, uint32_t, i) == id)
			return;
	}
	if (list->len < MOST_NAMES)
		g_array_append_val(list, id);
}

static void note(struct collector *c, uint32_t class, uint32_t text, bool is_set)
{
	struct found found = { class, text, is_set };

	if (class && text)
		g_array_append_val(c->found, found);
}

static bool is_set_later(const struct collector *c, guint at)
{
	const struct found *this = &g_array_index(c->found, struct found, at);

	for (guint i = at + 1; !this->is_set && i < c->found->len; i++) {
		const struct found *other = &g_array_index(c->found, struct found, i);

		if (other->is_set && other->class == this->class)
			return true;
	}
	return false;
}

/* What one function says is known as a whole. */
static void keep_found(struct collector *c)
{
	for (guint i = 0; i < c->found->len; i++) {
		const struct found *found = &g_array_index(c->found, struct found, i);

		if (!is_set_later(c, i))
			add_once(list_of(c->names, found->class), found->text);
	}
	g_array_set_size(c->found, 0);
}

static void note_compared(const struct program *program, term_id place)
{
	uint32_t class = program_lock_class_or_part(program, place);

	if (class)
		g_hash_table_add(program->compared, GUINT_TO_POINTER(class));
}

/* &__lockdep_no_validate__ is the key of the locks that lockdep shall ignore. */
static void note_unvalidated(const struct program *program, term_id place, term_id key)
{
	struct term variable = term_at(program->terms, term_deref(program->terms, key));
	uint32_t class;

	if (variable.kind != EXPR_GLOBAL ||
	    !g_hash_table_contains(program->rules->unvalidated,
				   program_string(program, program->symbols[variable.a].name)))
		return;
	class = program_lock_class_or_part(program, place);
	if (class)
		g_hash_table_add(program->unvalidated, GUINT_TO_POINTER(class));
}

/* lockdep_set_class(&key->sem, &key->type->lock_class); init(&sb->lock, "lock", &sb->type->key) */
static void note_keyed(const struct program *program, term_id place, term_id key)
{
	struct term term = term_at(program->terms, key);
	uint32_t class = program_lock_class_or_part(program, place);

	if (term.kind != EXPR_ADDR)
		return;
	while (term.base)
		term = term_at(program->terms, term.base);
	if (class && term.kind != EXPR_GLOBAL)
		g_hash_table_add(program->keyed, GUINT_TO_POINTER(class));
}

bool program_is_compared(const struct program *program, uint32_t class_string)
{
	return g_hash_table_contains(program->compared, GUINT_TO_POINTER(class_string));
}

bool program_is_keyed(const struct program *program, uint32_t class_string)
{
	return g_hash_table_contains(program->keyed, GUINT_TO_POINTER(class_string));
}

bool program_is_subclassed(const struct program *program, uint32_t class_string)
{
	return g_hash_table_contains(program->subclassed, GUINT_TO_POINTER(class_string));
}

bool program_is_unvalidated(const struct program *program, uint32_t class_string)
{
	return g_hash_table_contains(program->unvalidated, GUINT_TO_POINTER(class_string));
}

/* --- names at calls -------------------------------------------------------------------------- */

/* An array that is a variable, or a member: then that of all objects. */
static term_id table_key(const struct program *program, term_id table)
{
	struct term term = term_at(program->terms, table);

	if (term.kind == EXPR_FIELD)
		return term_field(program->terms, 0, term.a, term.b);
	return term.kind == EXPR_GLOBAL ? table : 0;
}

/* names[i]: the one meant, or with an i that nobody knows all of them. */
static void note_table(struct collector *c, uint32_t class, struct term element, bool is_set)
{
	const struct program *program = c->program;
	bool is_variable = term_at(program->terms, element.base).kind == EXPR_GLOBAL;
	term_id key = table_key(program, element.base);
	const GArray *texts = g_hash_table_lookup(c->tables, GUINT_TO_POINTER(key));
	int64_t at;

	if (texts && is_variable && term_is_int(program->terms, element.a, &at) && at >= 0 &&
	    at < texts->len)
		note(c, class, g_array_index(texts, uint32_t, at), is_set);
	else
		for (guint i = 0; texts && i < texts->len; i++)
			note(c, class, g_array_index(texts, uint32_t, i), is_set);
}

/* An array of characters stands for its text, as a pointer to it does. */
static term_id text_of(const struct program *program, term_id value)
{
	struct term term = term_at(program->terms, value);

	return term.kind == EXPR_ADDR ? term.base : value;
}

/* "for (i...) init(&locks[i], names[i]);" gives each of them a class of its own. */
static void note_elements(const struct collector *c, uint32_t class, term_id place,
			  struct term element)
{
	const struct program *program = c->program;
	struct term lock = term_at(program->terms, program_lock_object(program, place));
	GArray *texts =
		g_hash_table_lookup(c->tables, GUINT_TO_POINTER(table_key(program, element.base)));
	int64_t at;

	if (!class || !texts || lock.kind != EXPR_INDEX || lock.a != element.a ||
	    term_is_int(program->terms, element.a, &at))
		return;
	g_hash_table_insert(program->elements, GUINT_TO_POINTER(class), g_array_ref(texts));
}

/* What an element is called, once all tables are known. */
static void name_elements(struct collector *c)
{
	GHashTableIter iter;
	gpointer class, texts;

	g_hash_table_iter_init(&iter, c->program->elements);
	while (g_hash_table_iter_next(&iter, &class, &texts)) {
		bool keyed = program_is_keyed(c->program, GPOINTER_TO_UINT(class));
		const GArray *names = texts;

		for (guint i = 0; i < names->len; i++) {
			uint32_t element =
				program_element_class(c->program, GPOINTER_TO_UINT(class), i);

			add_once(list_of(c->names, element), g_array_index(names, uint32_t, i));
			if (keyed)
				g_hash_table_add(c->program->keyed, GUINT_TO_POINTER(element));
		}
	}
}

static void note_value(struct collector *c, const struct call_site *site, term_id place,
		       term_id text, bool is_set)
{
	const struct program *program = c->program;
	struct term term = term_at(program->terms, text_of(program, text));
	struct helper helper = { site->function, term.a, place, is_set, true, PROGRAM_NONE, 0 };
	uint32_t class = program_lock_class_or_part(program, place);

	if (term.kind == EXPR_STRING)
		note(c, class, term.a, is_set);
	else if (term.kind == EXPR_INDEX) {
		note_table(c, class, term, is_set);
		note_elements(c, class, place, term);
	} else if (term.kind == EXPR_PARAM)
		g_array_append_val(c->helpers, helper);
}

/* spin_lock_init(lock) initialises what spinlock_check(lock) returns: the same lock. */
static void note_handed(const struct call_site *site, const struct primitive *primitive,
			uint32_t result)
{
	if (primitive->returns_arg >= 0)
		g_hash_table_insert(site->handed, GUINT_TO_POINTER(site->unit->terms[result]),
				    GUINT_TO_POINTER(site_argument(site, primitive->returns_arg)));
}

/* init(lock) of any lock gives all of them the same key. */
static void note_key(struct collector *c, const struct call_site *site, term_id place, uint32_t key,
		     enum lock_kind kind)
{
	const struct program *program = c->program;
	struct term lock = term_at(program->terms, program_lock_object(program, place));
	struct helper helper = { site->function, 0, place, false, false, key, kind };

	lock_keys_note(&c->keys, program, place, key, kind);
	if (key != PROGRAM_NONE && lock.kind == EXPR_DEREF &&
	    term_at(program->terms, lock.base).kind == EXPR_PARAM)
		g_array_append_val(c->helpers, helper);
}

/* lockdep_set_subclass(&inode->sem, ATTRIBUTES): two kinds, for as long as the lock lives. */
static void note_subclass(const struct program *program, term_id place, term_id subclass)
{
	uint32_t class = program_lock_class_or_part(program, place);
	int64_t number;

	if (class && subclass && term_is_int(program->terms, subclass, &number) && number != 0)
		g_hash_table_add(program->subclassed, GUINT_TO_POINTER(class));
}

static void note_effect(struct collector *c, const struct call_site *site,
			const struct effect *effect)
{
	bool is_set = effect->op == EFFECT_SET_CLASS;
	term_id place;

	if ((effect->op != EFFECT_INIT && !is_set) || !site_argument(site, effect->lock_arg))
		return;
	place = term_deref(c->program->terms, site_argument(site, effect->lock_arg));
	place = program_effect_place(c->program, place, effect);
	note_value(c, site, place, site_argument(site, effect->name_arg), is_set);
	if (effect->cmp_arg != RULES_NO_ARG)
		note_compared(c->program, place);
	if (site_argument(site, effect->key_arg))
		note_unvalidated(c->program, place, site_argument(site, effect->key_arg));
	if (site_argument(site, effect->key_arg))
		note_keyed(c->program, place, site_argument(site, effect->key_arg));
	if (is_set && effect->subclass_arg != RULES_NO_ARG)
		note_subclass(c->program, place, site_argument(site, effect->subclass_arg));
	if (effect->op == EFFECT_INIT)
		note_key(c, site, place,
			 lock_key_symbol(c->program, site_argument(site, effect->key_arg)),
			 effect->kind);
}

static void note_helper(struct collector *c, const struct call_site *site, uint32_t callee)
{
	gpointer known = g_hash_table_lookup(c->asked, GUINT_TO_POINTER(callee + 1));

	for (guint i = known ? GPOINTER_TO_UINT(known) - 1 : c->last->len; i < c->last->len; i++) {
		const struct helper *helper = &g_array_index(c->last, struct helper, i);
		term_id place;

		if (helper->function != callee)
			return;
		place = program_lock_class(c->program, helper->place)
				? helper->place
				: site_translate(c->program, site, helper->place);
		if (helper->is_named)
			note_value(c, site, place, site_argument(site, (int)helper->name_param),
				   helper->is_set);
		else
			note_key(c, site, place, helper->key, helper->kind);
	}
}

static void visit_call(struct collector *c, uint32_t function, const struct fact_step *step)
{
	const struct program *program = c->program;
	uint32_t unit_number = program->functions[function].unit;
	const struct unit *unit = &program->units[unit_number];
	struct call_site site = { function,	unit,		&unit->facts->args[step->args],
				  step->n_args, program->terms, c->handed };
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);
	const struct primitive *primitive;

	if (callee.kind != EXPR_FUNC)
		return;
	primitive = program->symbols[callee.a].primitive;
	if (primitive)
		note_handed(&site, primitive, step->rhs);
	if (c->last) {
		if (!primitive && program->symbols[callee.a].function != PROGRAM_NONE)
			note_helper(c, &site, program_callee(program, unit_number, callee.a));
		return;
	}
	for (size_t i = 0; primitive && i < primitive->n_effects; i++)
		note_effect(c, &site, &primitive->effects[i]);
}

/* seqcount_spinlock_init(&x->seq) initialises what its local variable points to. */
static void note_declared(struct collector *c, uint32_t function, const struct fact_step *step)
{
	const struct unit *unit = &c->program->units[c->program->functions[function].unit];
	term_id local = unit->terms[step->lhs], value = unit->terms[step->rhs];

	if (term_at(c->program->terms, local).kind == EXPR_LOCAL &&
	    term_at(c->program->terms, value).kind == EXPR_ADDR)
		g_hash_table_insert(c->handed, GUINT_TO_POINTER(local), GUINT_TO_POINTER(value));
}

static void visit_step(struct collector *c, uint32_t function, const struct fact_step *step)
{
	if (step->kind == STEP_CALL)
		visit_call(c, function, step);
	else if (step->kind == STEP_ASSIGN && (step->flags & STEP_FLAG_DECL))
		note_declared(c, function, step);
}

static void visit_function(struct collector *c, uint32_t function)
{
	const struct function *f = &c->program->functions[function];
	const struct facts *facts = c->program->units[f->unit].facts;

	g_hash_table_remove_all(c->handed);
	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++)
			visit_step(c, function, &facts->steps[block->steps + s]);
	}
	keep_found(c);
}

/* Of @only, if that is not NULL. */
static void visit_functions(struct collector *c, const bool *only)
{
	for (uint32_t f = 0; f < c->program->n_functions; f++)
		if (!only || only[f])
			visit_function(c, f);
}

/* The callers of helpers say the name; those that are helpers themselves are for the next round. */
static void visit_callers_of_helpers(struct collector *c)
{
	for (int round = 0; c->helpers->len && round < MOST_HANDED_ON; round++) {
		g_autoptr(GArray) last = c->helpers;
		g_autofree bool *callers = g_new0(bool, c->program->n_functions + 1);

		c->last = last;
		c->helpers = g_array_new(FALSE, FALSE, sizeof(struct helper));
		g_hash_table_remove_all(c->asked);
		for (guint i = last->len; i-- > 0;) {
			uint32_t function = g_array_index(last, struct helper, i).function;

			g_hash_table_insert(c->asked, GUINT_TO_POINTER(function + 1),
					    GUINT_TO_POINTER(i + 1));
			program_mark_callers(c->program, function, callers);
		}
		visit_functions(c, callers);
	}
}

/* --- names in initialisers ------------------------------------------------------------------- */

static struct term lhs_of(const struct program *program, const struct unit *unit, uint32_t init)
{
	return term_at(program->terms, unit->terms[unit->facts->inits[init].lhs]);
}

static struct term rhs_of(const struct program *program, const struct unit *unit, uint32_t init)
{
	return term_at(program->terms, unit->terms[unit->facts->inits[init].rhs]);
}

/* Elements of an array of strings. */
static void visit_tables(struct collector *c, const struct unit *unit)
{
	for (uint32_t i = 0; i < unit->facts->n_inits; i++) {
		struct term lhs = lhs_of(c->program, unit, i), rhs = rhs_of(c->program, unit, i);
		term_id key = 0;

		if (rhs.kind == EXPR_STRING && lhs.kind == EXPR_INDEX)
			key = table_key(c->program, lhs.base);
		if (key)
			g_array_append_val(list_of(c->tables, key), rhs.a);
	}
}

/* .dep_map = { .name = "..." } of a static lock. */
static void visit_initialisers(struct collector *c, const struct unit *unit)
{
	const struct program *program = c->program;
	uint32_t map = intern_id(program->strings, "struct lockdep_map"),
		 name = intern_id(program->strings, "name");

	for (uint32_t i = 0; i < unit->facts->n_inits; i++) {
		struct term lhs = lhs_of(program, unit, i), rhs = rhs_of(program, unit, i);

		if (rhs.kind == EXPR_STRING && lhs.kind == EXPR_FIELD && lhs.a == map &&
		    lhs.b == name)
			note(c, program_lock_class_or_part(program, lhs.base), rhs.a, false);
	}
	keep_found(c);
}

/* Names given at run time come first: what has them is seldom one static object. */
GHashTable *program_collect_lock_names(const struct program *program, GHashTable **shared_keys)
{
	struct collector c = { .program = program };

	c.names = g_hash_table_new_full(NULL, NULL, NULL, free_array);
	c.tables = g_hash_table_new_full(NULL, NULL, NULL, free_array);
	c.asked = g_hash_table_new(NULL, NULL);
	c.handed = g_hash_table_new(NULL, NULL);
	c.found = g_array_new(FALSE, FALSE, sizeof(struct found));
	c.helpers = g_array_new(FALSE, FALSE, sizeof(struct helper));
	lock_keys_begin(&c.keys);
	for (size_t u = 0; u < program->n_units; u++)
		visit_tables(&c, &program->units[u]);
	visit_functions(&c, NULL);
	visit_callers_of_helpers(&c);
	for (size_t u = 0; u < program->n_units; u++)
		visit_initialisers(&c, &program->units[u]);
	name_elements(&c);
	*shared_keys = lock_keys_end(&c.keys);
	g_array_unref(c.helpers);
	g_array_unref(c.found);
	g_hash_table_unref(c.asked);
	g_hash_table_unref(c.handed);
	g_hash_table_unref(c.tables);
	return c.names;
}

/* --- answers --------------------------------------------------------------------------------- */

static const GArray *names_known(const struct program *program, uint32_t class)
{
	return g_hash_table_lookup(program->lock_names, GUINT_TO_POINTER(class));
}

/* "struct sock.sk_lock.slock" was named where all of sk_lock was initialised. */
static const GArray *names_of_enclosing(const struct program *program, const char *class)
{
	g_autofree char *outer = g_strdup(class);

	for (char *dot = strrchr(outer, '.'); dot; dot = strrchr(outer, '.')) {
		uint32_t id;

		*dot = '\0';
		id = intern_find(program->strings, outer);
		if (id != UINT32_MAX && names_known(program, id))
			return names_known(program, id);
	}
	return NULL;
}

static const GArray *names_of_parts(const struct program *program, uint32_t class)
{
	const GArray *parts = g_hash_table_lookup(program->class_parts, GUINT_TO_POINTER(class));

	for (guint i = 0; parts && i < parts->len; i++) {
		const GArray *names = names_known(program, g_array_index(parts, uint32_t, i));

		if (names)
			return names;
	}
	return NULL;
}

static const GArray *find_names(const struct program *program, uint32_t class)
{
	const GArray *names = names_known(program, class);

	if (!names)
		names = names_of_parts(program, class);
	return names ? names : names_of_enclosing(program, program_string(program, class));
}

static const char *made_up_name(const struct program *program, const char *class)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const char *dot = strchr(class, '.'), *colon = strrchr(class, ':');
	bool pointer = class[0] == '*';

	if (strncmp(class + pointer, "struct ", 7) == 0 && dot) {
		g_string_append(text, pointer ? "" : "&");
		g_string_append_len(text, class + pointer + 7, dot - class - pointer - 7);
		g_string_append_printf(text, "->%s", dot + 1);
	} else {
		g_string_append(text, colon ? colon + 1 : class);
	}
	return program_string(program, intern_id(program->strings, text->str));
}

const char *program_lockdep_name(const struct program *program, uint32_t class_string)
{
	const GArray *names = find_names(program, class_string);

	if (names)
		return program_string(program, g_array_index(names, uint32_t, 0));
	return made_up_name(program, program_string(program, class_string));
}

const uint32_t *program_lockdep_names(const struct program *program, uint32_t class_string,
				      size_t *n)
{
	const GArray *names = find_names(program, class_string);

	*n = names ? names->len : 0;
	return names ? (const uint32_t *)(const void *)names->data : NULL;
}
