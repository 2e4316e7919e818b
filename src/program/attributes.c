/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * attributes.c - methods of files that are waited for when the file is removed
 *
 * Whoever removes a file from sysfs waits until nobody is in its methods. Files are static objects
 * with a struct attribute in them, beside which the methods stand; arrays and groups hold them, and
 * devices hold groups. To remove one of these is to remove what it holds: a method runs inside the
 * attribute and inside all of its holders.
 *
 * A holder is a static object, or the class of a place that is a device: "struct port.dev".
 */
#include "program/link_p.h"

struct attribute_search {
	struct program *program;
	GArray *found;	     /* struct callback */
	GHashTable *objects; /* terms of places that have a struct attribute in them */
	GHashTable *holders; /* node -> GArray of nodes that hold it */
	GHashTable *breaks;  /* functions that give up the protection; index + 1 */
	GHashTable *holding; /* members that point to files: (record, member) packed */
};

/* A static object, by its term; or a class, by its string. */
static gpointer object_node(term_id object)
{
	return GSIZE_TO_POINTER((gsize)object << 1);
}

static gpointer class_node(uint32_t class_string)
{
	return GSIZE_TO_POINTER((gsize)class_string << 1 | 1);
}

static bool is_class(gpointer node)
{
	return GPOINTER_TO_SIZE(node) & 1;
}

/* The static object that @place is in, or 0. */
static term_id root_of(const struct program *program, term_id place)
{
	for (;;) {
		struct term term = term_at(program->terms, place);

		if (term.kind == EXPR_GLOBAL)
			return place;
		if (term.kind != EXPR_FIELD && term.kind != EXPR_INDEX)
			return 0;
		place = term.base;
	}
}

static term_id object_of_pointer(const struct program *program, term_id value)
{
	struct term term = term_at(program->terms, value);

	return value && term.kind == EXPR_ADDR ? root_of(program, term.base) : 0;
}

static void free_array(gpointer p)
{
	g_array_unref(p);
}

static void note_holder(struct attribute_search *s, term_id object, gpointer holder)
{
	GArray *holders = g_hash_table_lookup(s->holders, object_node(object));

	if (!holders) {
		holders = g_array_new(FALSE, FALSE, sizeof(gpointer));
		g_hash_table_insert(s->holders, object_node(object), holders);
	}
	g_array_append_val(holders, holder);
}

static bool is_holding_member(const struct attribute_search *s, struct term field)
{
	uint64_t key = member_key(field.a, field.b);

	return field.kind == EXPR_FIELD && g_hash_table_contains(s->holding, &key);
}

/* --- static objects --------------------------------------------------------------------------- */

/* x.attr.name = ...: x is an attribute. */
static void note_object(struct attribute_search *s, term_id place)
{
	const struct program *program = s->program;
	struct term name = term_at(program->terms, place);
	struct term attribute = term_at(program->terms, name.base);

	if (name.kind == EXPR_FIELD && attribute.kind == EXPR_FIELD &&
	    g_hash_table_contains(program->rules->attribute_types, program_string(program, name.a)))
		g_hash_table_add(s->objects, GUINT_TO_POINTER(attribute.base));
}

/* An element of an array, or what a member of a static object points to. */
static void note_static_holder(struct attribute_search *s, term_id place, term_id value)
{
	struct term term = term_at(s->program->terms, place);
	term_id object = object_of_pointer(s->program, value);
	term_id holder = object ? root_of(s->program, place) : 0;

	if (holder && (term.kind == EXPR_INDEX || is_holding_member(s, term)))
		note_holder(s, object, object_node(holder));
}

static void visit_initialisers(struct attribute_search *s, const struct unit *unit)
{
	for (uint32_t i = 0; i < unit->facts->n_inits; i++) {
		const struct fact_init *init = &unit->facts->inits[i];

		note_object(s, unit->terms[init->lhs]);
		note_static_holder(s, unit->terms[init->lhs], unit->terms[init->rhs]);
	}
}

/* --- devices ---------------------------------------------------------------------------------- */

/* x->dev.groups = groups */
static void visit_store(struct attribute_search *s, term_id place, term_id value)
{
	struct term term = term_at(s->program->terms, place);
	term_id object = object_of_pointer(s->program, value);
	uint32_t class = object && is_holding_member(s, term)
				 ? program_lock_class(s->program, term.base)
				 : 0;

	if (class)
		note_holder(s, object, class_node(class));
}

/* device_create_file(&x->dev, &attr), sysfs_create_group(&x->dev.kobj, &group) */
static void visit_adder(struct attribute_search *s, const struct call_site *site,
			const struct attribute_adder *adder)
{
	const struct program *program = s->program;
	term_id object = object_of_pointer(program, site_argument(site, adder->attribute_arg));
	term_id pointer = site_argument(site, adder->holder_arg);
	term_id place = object && pointer ? term_deref(program->terms, pointer) : 0;
	struct term term = term_at(program->terms, place);
	uint32_t class;

	if (place && adder->member.record && term.kind == EXPR_FIELD &&
	    g_str_equal(program_string(program, term.a), adder->member.record) &&
	    g_str_equal(program_string(program, term.b), adder->member.member))
		place = term.base;
	class = place ? program_lock_class(program, place) : 0;
	if (class)
		note_holder(s, object, class_node(class));
}

static void visit_step(struct attribute_search *s, uint32_t function, const struct unit *unit,
		       const struct fact_step *step)
{
	const struct program *program = s->program;
	struct call_site site = { function,	unit,		&unit->facts->args[step->args],
				  step->n_args, program->terms, NULL };
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);
	const struct function_rules *said;

	if (step->kind == STEP_ASSIGN)
		visit_store(s, unit->terms[step->lhs], unit->terms[step->rhs]);
	if (step->kind != STEP_CALL || callee.kind != EXPR_FUNC)
		return;
	said = program->symbols[callee.a].said;
	if (said->is_attribute_break)
		g_hash_table_add(s->breaks, GUINT_TO_POINTER(function + 1));
	if (said->attribute_adder)
		visit_adder(s, &site, said->attribute_adder);
}

static void visit_functions(struct attribute_search *s)
{
	for (uint32_t f = 0; f < s->program->n_functions; f++) {
		const struct function *function = &s->program->functions[f];
		const struct unit *unit = &s->program->units[function->unit];
		const struct facts *facts = unit->facts;

		for (uint32_t b = 0; b < function->facts->n_blocks; b++) {
			const struct fact_block *block =
				&facts->blocks[function->facts->blocks + b];

			for (uint32_t i = 0; i < block->n_steps; i++)
				visit_step(s, f, unit, &facts->steps[block->steps + i]);
		}
	}
}

/* --- methods ---------------------------------------------------------------------------------- */

static void keep_method(struct attribute_search *s, uint32_t function, gpointer node)
{
	gsize value = GPOINTER_TO_SIZE(node) >> 1;
	struct callback callback = { .function = function, .kind = LOCK_PSEUDO, .if_waited = true };

	callback.class_string = is_class(node) ? (uint32_t)value
					       : program_lock_class(s->program, (term_id)value);
	if (callback.class_string)
		g_array_append_val(s->found, callback);
}

/* The method runs inside the attribute and inside all that holds it. */
static void add_method(struct attribute_search *s, uint32_t function, term_id object)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(gpointer));
	gpointer node = object_node(object);

	g_array_append_val(nodes, node);
	for (guint i = 0; i < nodes->len; i++) {
		const GArray *holders;

		node = g_array_index(nodes, gpointer, i);
		if (!g_hash_table_add(seen, node))
			continue;
		keep_method(s, function, node);
		holders = g_hash_table_lookup(s->holders, node);
		if (holders)
			g_array_append_vals(nodes, holders->data, holders->len);
	}
}

static void add_methods(struct attribute_search *s, uint32_t number)
{
	const struct program *program = s->program;
	const struct unit *unit = &program->units[number];

	for (uint32_t i = 0; i < unit->facts->n_inits; i++) {
		const struct fact_init *init = &unit->facts->inits[i];
		struct term place = term_at(program->terms, unit->terms[init->lhs]);
		struct term value = term_at(program->terms, unit->terms[init->rhs]);
		uint32_t function;

		if (place.kind != EXPR_FIELD || value.kind != EXPR_FUNC ||
		    !g_hash_table_contains(s->objects, GUINT_TO_POINTER(place.base)))
			continue;
		function = program_callee(program, number, value.a);
		if (function != PROGRAM_NONE && root_of(program, place.base) &&
		    !g_hash_table_contains(s->breaks, GUINT_TO_POINTER(function + 1)))
			add_method(s, function, root_of(program, place.base));
	}
}

void program_collect_methods(struct program *program, GArray *found)
{
	struct attribute_search s = { .program = program, .found = found };

	if (!g_hash_table_size(program->rules->attribute_types))
		return;
	s.objects = g_hash_table_new(NULL, NULL);
	s.holders = g_hash_table_new_full(NULL, NULL, NULL, free_array);
	s.breaks = g_hash_table_new(NULL, NULL);
	s.holding = program_by_member(program, program->rules->attribute_holders);
	for (size_t u = 0; u < program->n_units; u++)
		visit_initialisers(&s, &program->units[u]);
	visit_functions(&s);
	for (uint32_t u = 0; u < program->n_units; u++)
		add_methods(&s, u);
	g_hash_table_unref(s.objects);
	g_hash_table_unref(s.holders);
	g_hash_table_unref(s.breaks);
	g_hash_table_unref(s.holding);
}
