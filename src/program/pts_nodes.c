/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pts_nodes.c - places become nodes, their addresses atoms
 */
#include "program/pts_p.h"

#include <string.h>

enum key_kind { KEY_GLOBAL, KEY_MEMBER, KEY_ANY, KEY_RESULT, KEY_BEHIND };

/*
 * MEMBER: as in pts_p.h; GLOBAL: owner.a; RESULT: record is the function, member the call;
 * BEHIND: record is the text of a function type.
 */
struct node_key {
	uint32_t kind;
	struct owner owner;
	uint32_t record, member;
};

static const struct owner nobody = { .kind = OWNER_NONE };

static guint hash_words(const uint32_t *words, size_t n)
{
	uint64_t h = 0;

	for (size_t i = 0; i < n; i++)
		h = (h ^ words[i]) * 0x9e3779b97f4a7c15ULL, h ^= h >> 29;
	return (guint)(h >> 16);
}

static guint hash_key(gconstpointer key)
{
	return hash_words(key, sizeof(struct node_key) / sizeof(uint32_t));
}

static gboolean same_key(gconstpointer x, gconstpointer y)
{
	return memcmp(x, y, sizeof(struct node_key)) == 0;
}

static guint hash_owner(gconstpointer key)
{
	return hash_words(key, sizeof(struct owner) / sizeof(uint32_t));
}

static gboolean same_owner(gconstpointer x, gconstpointer y)
{
	return memcmp(x, y, sizeof(struct owner)) == 0;
}

static void free_array(gpointer array)
{
	g_array_unref(array);
}

uint32_t pts_new_node(struct fnptr *p, uint32_t type)
{
	struct node node = { .parent = p->nodes->len, .type = type };

	g_array_append_val(p->nodes, node);
	return p->nodes->len - 1;
}

static void set_types(struct fnptr *p, uint32_t function)
{
	const struct function *f = &p->program->functions[function];
	const struct unit *unit = &p->program->units[f->unit];
	uint32_t type = unit->strings[f->facts->type];

	for (uint32_t i = 0; i < f->facts->n_params + f->facts->n_locals; i++) {
		uint32_t of = unit->strings[unit->facts->variables[f->facts->variables + i].type];

		pts_node(p, p->variables[function] + i)->type = pts_held_by(pts_type(p->types, of));
	}
	if (f->facts->flags & FUNCTION_RETURNS_POINTER)
		pts_node(p, pts_return_node(p, function))->type =
			pts_held_by(pts_returned_type(p->types, type));
}

/* One block of nodes for all variables, one for what functions return. */
void pts_nodes_init(struct fnptr *p)
{
	const struct program *program = p->program;
	uint32_t n = UNKNOWN_NODE + 1;

	p->variables = g_new(uint32_t, program->n_functions + 1);
	for (size_t f = 0; f < program->n_functions; f++) {
		p->variables[f] = n;
		n += program->functions[f].facts->n_params + program->functions[f].facts->n_locals;
	}
	p->returns = n;
	n += program->n_functions;
	p->nodes = g_array_sized_new(FALSE, TRUE, sizeof(struct node), n + n / 4);
	g_array_set_size(p->nodes, n);
	for (uint32_t i = 0; i < n; i++)
		pts_node(p, i)->parent = i;
	pts_node(p, UNKNOWN_NODE)->flags = NODE_OPEN;
	for (uint32_t f = 0; f < program->n_functions; f++)
		set_types(p, f);
	p->keys = g_hash_table_new(hash_key, same_key);
	p->owners = g_hash_table_new_full(hash_owner, same_owner, NULL, free_array);
	p->atoms = g_array_new(FALSE, FALSE, sizeof(struct atom));
	p->place_atoms = g_hash_table_new(hash_key, same_key);
	p->function_atoms = g_new(uint32_t, program->n_functions + 1);
	memset(p->function_atoms, 0xff, (program->n_functions + 1) * sizeof(uint32_t));
}

void pts_nodes_free(struct fnptr *p)
{
	for (guint i = 0; i < p->nodes->len; i++)
		pts_set_free(pts_node(p, i)->set);
	g_array_unref(p->nodes);
	g_array_unref(p->atoms);
	g_hash_table_unref(p->keys);
	g_hash_table_unref(p->owners);
	g_hash_table_unref(p->place_atoms);
	g_free(p->variables);
	g_free(p->function_atoms);
}

uint32_t pts_variable_node(const struct fnptr *p, uint32_t function, const struct term *variable)
{
	uint32_t number = variable->a;

	if (variable->kind == EXPR_LOCAL)
		number += p->program->functions[function].facts->n_params;
	return p->variables[function] + number;
}

uint32_t pts_return_node(const struct fnptr *p, uint32_t function)
{
	return p->returns + function;
}

static uint32_t key_type(struct fnptr *p, const struct node_key *key)
{
	if (key->kind == KEY_RESULT)
		return 0;
	if (key->kind == KEY_BEHIND)
		return FUNCTION_ADDRESS;
	if (key->kind == KEY_GLOBAL)
		return pts_held_by(pts_type(p->types, p->program->symbols[key->owner.a].type));
	return pts_held_by(pts_type(p->types, pts_member_type(p->types, key->record, key->member)));
}

static uint32_t keyed_node(struct fnptr *p, const struct node_key *key, enum node_lookup how,
			   bool *is_new)
{
	uint32_t node = GPOINTER_TO_UINT(g_hash_table_lookup(p->keys, key));

	*is_new = false;
	if (node || how == NODE_FIND)
		return node;
	node = pts_new_node(p, key_type(p, key));
	g_hash_table_insert(p->keys, arena_memdup(p->arena, key, sizeof(*key)),
			    GUINT_TO_POINTER(node));
	*is_new = true;
	return node;
}

uint32_t pts_result_node(struct fnptr *p, uint32_t function, uint32_t call, enum node_lookup how)
{
	struct node_key key = { .kind = KEY_RESULT, .record = function, .member = call };
	bool is_new;

	return keyed_node(p, &key, how, &is_new);
}

static uint32_t global_node(struct fnptr *p, uint32_t symbol, enum node_lookup how)
{
	struct node_key key = { .kind = KEY_GLOBAL, .owner.a = symbol };
	bool is_new;

	return keyed_node(p, &key, how, &is_new);
}

static void remember_owned(struct fnptr *p, const struct owner *owner, struct owned owned)
{
	GArray *all = g_hash_table_lookup(p->owners, owner);

	if (!all) {
		all = g_array_new(FALSE, FALSE, sizeof(struct owned));
		g_hash_table_insert(p->owners, arena_memdup(p->arena, owner, sizeof(*owner)), all);
	}
	g_array_append_val(all, owned);
}

const GArray *pts_owned(const struct fnptr *p, struct owner owner)
{
	return g_hash_table_lookup(p->owners, &owner);
}

uint32_t pts_behind_node(struct fnptr *p, uint32_t function, term_id place, enum node_lookup how)
{
	g_autofree char *type = pts_function_type(p->types, function, place);
	struct node_key key = { .kind = KEY_BEHIND };
	bool is_new;

	if (!type)
		return NO_NODE;
	key.record = how == NODE_MAKE ? intern_id(p->program->strings, type)
				      : intern_find(p->program->strings, type);
	return keyed_node(p, &key, how, &is_new);
}

uint32_t pts_any_node(struct fnptr *p, uint32_t record, uint32_t member, enum node_lookup how)
{
	struct node_key key = { .kind = KEY_ANY, .record = record, .member = member };
	bool is_new;
	uint32_t node = keyed_node(p, &key, how, &is_new);

	if (is_new)
		pts_edge(p, node, pts_member_node(p, nobody, record, member, NODE_MAKE));
	return node;
}

uint32_t pts_member_node(struct fnptr *p, struct owner owner, uint32_t record, uint32_t member,
			 enum node_lookup how)
{
	struct node_key key = {
		.kind = KEY_MEMBER, .owner = owner, .record = record, .member = member
	};
	bool is_new;
	uint32_t node = keyed_node(p, &key, how, &is_new);

	if (!is_new || owner.kind == OWNER_NONE)
		return node;
	pts_edge(p, node, pts_member_node(p, nobody, record, member, NODE_MAKE));
	if (owner.kind == OWNER_PART)
		pts_edge(p, pts_any_node(p, record, member, NODE_MAKE), node);
	remember_owned(p, &owner, (struct owned){ record, member, node });
	return node;
}

term_id pts_strip(const struct fnptr *p, term_id place)
{
	const struct term_table *terms = p->program->terms;

	for (;;) {
		struct term term = term_at(terms, place), inner;

		if (term.kind == EXPR_INDEX) {
			place = term.base;
			continue;
		}
		if (term.kind != EXPR_DEREF)
			return place;
		inner = term_at(terms, term.base);
		if (inner.kind == EXPR_PERCPU)
			inner = term_at(terms, inner.base);
		if (inner.kind != EXPR_ADDR)
			return place;
		place = inner.base;
	}
}

struct owner pts_owner(const struct fnptr *p, term_id place)
{
	struct owner part = nobody;

	for (;;) {
		struct term term;

		place = pts_strip(p, place);
		term = term_at(p->program->terms, place);
		if (term.kind == EXPR_GLOBAL)
			return (struct owner){ .kind = OWNER_OBJECT, .a = term.a };
		if (term.kind != EXPR_FIELD)
			return part;
		if (part.kind == OWNER_NONE)
			part = (struct owner){ .kind = OWNER_PART, .a = term.a, .b = term.b };
		place = term.base;
	}
}

/* The part of a record that @place is, also where it is in a global. */
static struct owner part_of(const struct fnptr *p, term_id place)
{
	struct term term = term_at(p->program->terms, pts_strip(p, place));

	if (term.kind != EXPR_FIELD)
		return nobody;
	return (struct owner){ .kind = OWNER_PART, .a = term.a, .b = term.b };
}

static bool member_carries(struct fnptr *p, uint32_t record, uint32_t member)
{
	return pts_type_carries(pts_type(p->types, pts_member_type(p->types, record, member)));
}

static uint32_t field_node(struct fnptr *p, const struct term *field, enum node_lookup how)
{
	struct owner owner, part;
	uint32_t node;

	if (!member_carries(p, field->a, field->b))
		return NO_NODE;
	owner = pts_owner(p, field->base);
	node = pts_member_node(p, owner, field->a, field->b, how);
	part = owner.kind == OWNER_OBJECT ? part_of(p, field->base) : nobody;
	if (part.kind == OWNER_PART && how == NODE_MAKE)
		pts_edge(p, node, pts_member_node(p, part, field->a, field->b, how));
	return node;
}

static bool depends_on_function(uint8_t kind)
{
	return kind == EXPR_PARAM || kind == EXPR_LOCAL;
}

static uint32_t place_node(struct fnptr *p, uint32_t function, term_id place, enum node_lookup how)
{
	struct term term = term_at(p->program->terms, place);
	struct type_info type;

	if (term.kind == EXPR_FIELD)
		return field_node(p, &term, how);
	if (term.kind != EXPR_GLOBAL && !depends_on_function(term.kind))
		return NO_NODE;
	type = pts_type_of(p->types, function, place);
	if (term.kind == EXPR_GLOBAL)
		return pts_type_carries(type) ? global_node(p, term.a, how) : NO_NODE;
	return pts_variable_carries(type) ? pts_variable_node(p, function, &term) : NO_NODE;
}

/* Members and globals are the same for all functions: their nodes are remembered per term. */
uint32_t pts_load_node(struct fnptr *p, uint32_t function, term_id place, enum node_lookup how)
{
	uint32_t node;

	place = pts_strip(p, place);
	if (how == NODE_FIND || place >= p->n_by_term ||
	    depends_on_function(term_at(p->program->terms, place).kind))
		return place_node(p, function, place, how);
	if (p->by_term[place])
		return p->by_term[place] - 1;
	node = place_node(p, function, place, how);
	p->by_term[place] = node + 1;
	return node;
}

uint32_t pts_store_node(struct fnptr *p, uint32_t function, term_id place)
{
	uint32_t node = pts_load_node(p, function, place, NODE_MAKE);
	struct term term = term_at(p->program->terms, pts_strip(p, place));

	if (node != NO_NODE && term.kind == EXPR_FIELD &&
	    pts_owner(p, term.base).kind == OWNER_NONE)
		node = pts_any_node(p, term.a, term.b, NODE_MAKE);
	pts_node(p, node)->flags |= NODE_STORED;
	return node;
}

uint32_t pts_function_atom(struct fnptr *p, uint32_t function)
{
	struct atom atom = { .kind = ATOM_FUNCTION,
			     .function = function,
			     .type = FUNCTION_ADDRESS };

	if (p->function_atoms[function] == NO_ATOM) {
		p->function_atoms[function] = p->atoms->len;
		g_array_append_val(p->atoms, atom);
	}
	return p->function_atoms[function];
}

/*
 * Addresses of records are followed where they can be a table or a lock. Of the others there are
 * too many: each function on struct device would collect a hundred kinds of embedding objects.
 */
static bool is_followed(struct fnptr *p, uint32_t function, term_id place, struct term root)
{
	struct type_info type = pts_type_of(p->types, function, place);

	if (type.class == TYPE_RECORD) {
		if (depends_on_function(root.kind))
			return false;
		if (type.is_lock || pts_record_is_table(p->types, type.record))
			return true;
		return pts_owner(p, place).kind == OWNER_OBJECT &&
		       pts_record_has_functions(p->types, type.record);
	}
	return pts_type_carries(type) && type.class != TYPE_UNKNOWN;
}

/* The place in terms that mean the same in every function: FIELD(UNKNOWN, r, m), GLOBAL(g), ... */
static term_id public_place(const struct fnptr *p, term_id place)
{
	struct term term = term_at(p->program->terms, place);

	if (term.kind == EXPR_FIELD && pts_owner(p, term.base).kind != OWNER_OBJECT)
		return term_field(p->program->terms, 0, term.a, term.b);
	return depends_on_function(term.kind) ? 0 : place;
}

/* Of a stripped place. Locals have no name of their own outside their function: their node. */
static struct node_key atom_key(const struct fnptr *p, uint32_t function, const struct term *term,
				term_id place)
{
	struct node_key key = { .kind = KEY_MEMBER,
				.owner = pts_owner(p, place),
				.record = term->a,
				.member = term->b };

	if (depends_on_function(term->kind)) {
		key.kind = KEY_RESULT;
		key.record = pts_variable_node(p, function, term);
	} else if (term->kind == EXPR_GLOBAL) {
		key.kind = KEY_GLOBAL;
	}
	return key;
}

static uint32_t new_atom(struct fnptr *p, uint32_t function, const struct term *term, term_id place)
{
	struct atom atom = { .kind = ATOM_PLACE };

	atom.load = pts_load_node(p, function, place, NODE_MAKE);
	atom.store = atom.load;
	if (atom.load != NO_NODE && term->kind == EXPR_FIELD &&
	    pts_owner(p, term->base).kind == OWNER_NONE)
		atom.store = pts_any_node(p, term->a, term->b, NODE_MAKE);
	atom.owner = pts_owner(p, place);
	atom.place = public_place(p, place);
	atom.type = pts_address_of(pts_type_of(p->types, function, place));
	g_array_append_val(p->atoms, atom);
	return p->atoms->len - 1;
}

uint32_t pts_place_atom(struct fnptr *p, uint32_t function, term_id place, enum node_lookup how)
{
	struct node_key key;
	struct term term;
	uint32_t id;

	place = pts_strip(p, place);
	term = term_at(p->program->terms, place);
	if (term.kind != EXPR_FIELD && term.kind != EXPR_GLOBAL && !depends_on_function(term.kind))
		return NO_ATOM;
	key = atom_key(p, function, &term, place);
	id = GPOINTER_TO_UINT(g_hash_table_lookup(p->place_atoms, &key));
	if (id)
		return id - 1;
	if (how == NODE_FIND || !is_followed(p, function, place, term))
		return NO_ATOM;
	id = new_atom(p, function, &term, place);
	g_hash_table_insert(p->place_atoms, arena_memdup(p->arena, &key, sizeof(key)),
			    GUINT_TO_POINTER(id + 1));
	return id;
}

/* Whether it is the key of a global, or of a member of any object, that points to locks. */
static bool is_lock_pointer(const struct fnptr *p, const struct node_key *key)
{
	uint32_t type;

	if (key->kind == KEY_GLOBAL)
		type = p->program->symbols[key->owner.a].type;
	else if (key->kind == KEY_MEMBER && key->owner.kind == OWNER_NONE)
		type = pts_member_type(p->types, key->record, key->member);
	else
		return false;
	return pts_type(p->types, type).is_lock && pts_type(p->types, type).stars == 1;
}

/* What the key of a lock pointer is, as a term that means the same in every function. */
static term_id lock_pointer(const struct fnptr *p, const struct node_key *key)
{
	struct term global = { .kind = EXPR_GLOBAL, .a = key->owner.a };

	return key->kind == KEY_GLOBAL ? term_make(p->program->terms, global)
				       : term_field(p->program->terms, 0, key->record, key->member);
}

static bool name_allocated_lock(struct fnptr *p, const struct node_key *key, uint32_t node)
{
	struct atom atom = { .kind = ATOM_PLACE,
			     .type = pts_node(p, node)->type,
			     .allocated = true };
	uint32_t any;

	if (!is_lock_pointer(p, key) || pts_node(p, pts_root(p, node))->set)
		return false;
	atom.place = term_deref(p->program->terms, lock_pointer(p, key));
	g_array_append_val(p->atoms, atom);
	pts_add(p, node, p->atoms->len - 1);
	any = key->kind == KEY_GLOBAL ? NO_NODE
				      : pts_any_node(p, key->record, key->member, NODE_FIND);
	if (any != NO_NODE)
		pts_add(p, any, p->atoms->len - 1);
	return true;
}

bool pts_name_allocated_locks(struct fnptr *p)
{
	GHashTableIter iter;
	gpointer key, value;
	bool any = false;

	g_hash_table_iter_init(&iter, p->keys);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		uint32_t node = GPOINTER_TO_UINT(value);

		if (pts_node(p, node)->type)
			any |= name_allocated_lock(p, key, node);
	}
	return any;
}

/* The places that @node may point to; false where there are others. */
static bool known_places(const struct fnptr *p, const struct node *node, GArray *places)
{
	g_array_set_size(places, 0);
	if (node->flags & NODE_OPEN || !node->set)
		return false;
	for (uint32_t i = 0; i < node->set->n; i++) {
		const struct atom *atom = pts_atom(p, node->set->items[i]);

		if (atom->kind != ATOM_PLACE || !atom->place)
			return false;
		g_array_append_val(places, atom->place);
	}
	pts_sort_unique(places);
	return true;
}

void pts_each_lock_pointer(const struct fnptr *p, pts_lock_pointer_fn fn, void *data)
{
	GArray *places = g_array_new(FALSE, FALSE, sizeof(term_id));
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, p->keys);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const struct node *node = pts_node(p, pts_root(p, GPOINTER_TO_UINT(value)));

		if (is_lock_pointer(p, key) && known_places(p, node, places))
			fn(lock_pointer(p, key), places, data);
	}
	g_array_unref(places);
}
