/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pts_answer.c - what one value may be, in the solved problem
 *
 * Closer than the value's node: a load x->ops->fn reads the tables that x->ops may point to, when
 * all of those are known, and not all tables of the type (the second layer of multi-layer type
 * analysis); a local is what is assigned to it.
 */
#include "program/pts_p.h"

#include <string.h>

/* Loads nested deeper, locals assigned from locals: the node will do. */
#define MAX_STEPS 6

/* A local with more assignments is as its node says. */
#define MAX_ASSIGNED 4

static const struct owner nobody = { .kind = OWNER_NONE };

static void answer_value(struct fnptr *p, uint32_t function, term_id value, struct answer *a,
			 int steps);

static void add_node(const struct fnptr *p, uint32_t id, struct answer *a)
{
	const struct node *node;

	if (id == NO_NODE) {
		a->open = true;
		return;
	}
	node = pts_node(p, pts_root(p, id));
	a->open |= (node->flags & NODE_OPEN) != 0;
	if (node->set)
		g_array_append_vals(a->atoms, node->set->items, node->set->n);
}

static void add_atom(uint32_t atom, struct answer *a)
{
	if (atom == NO_ATOM)
		a->open = true;
	else
		g_array_append_val(a->atoms, atom);
}

/* Do members of @record exist in what @owner tells? Else the pointer was cast. */
static bool owns_record(const struct fnptr *p, struct owner owner, uint32_t record)
{
	const GArray *owned = pts_owned(p, owner);

	for (guint i = 0; owned && i < owned->len; i++)
		if (g_array_index(owned, struct owned, i).record == record)
			return true;
	return false;
}

/* The pointer from which a chain of members starts; 0 if it starts at a variable. */
static term_id chain_pointer(const struct fnptr *p, term_id place)
{
	struct term term = term_at(p->program->terms, pts_strip(p, place));

	while (term.kind == EXPR_FIELD)
		term = term_at(p->program->terms, pts_strip(p, term.base));
	return term.kind == EXPR_DEREF ? term.base : 0;
}

/* Whose member @field is when its chain starts at what @atom points to. */
static struct owner owner_through(const struct fnptr *p, const struct term *field,
				  const struct atom *atom)
{
	struct owner part = pts_owner(p, field->base);

	if (atom->kind != ATOM_PLACE || atom->owner.kind == OWNER_OBJECT || part.kind == OWNER_NONE)
		return atom->owner;
	return part;
}

static bool all_are_tables(const struct fnptr *p, const struct term *field,
			   const struct answer *pointers)
{
	for (guint i = 0; i < pointers->atoms->len; i++) {
		const struct atom *atom = pts_atom(p, g_array_index(pointers->atoms, uint32_t, i));

		if (atom->kind != ATOM_PLACE ||
		    !owns_record(p, owner_through(p, field, atom), field->a))
			return false;
	}
	return pointers->atoms->len > 0 && !pointers->open;
}

static bool is_constant(const struct fnptr *p, struct owner owner)
{
	return owner.kind == OWNER_OBJECT &&
	       pts_type(p->types, p->program->symbols[owner.a].type).is_const;
}

static void add_tables(struct fnptr *p, const struct term *field, const struct answer *pointers,
		       struct answer *a)
{
	for (guint i = 0; i < pointers->atoms->len; i++) {
		const struct atom *atom = pts_atom(p, g_array_index(pointers->atoms, uint32_t, i));
		struct owner owner = owner_through(p, field, atom);
		uint32_t node = pts_member_node(p, owner, field->a, field->b, NODE_FIND);

		if (node == NO_NODE && !is_constant(p, owner))
			node = pts_any_node(p, field->a, field->b, NODE_FIND);
		if (node != NO_NODE)
			add_node(p, node, a);
		a->tables++;
	}
}

/* True if the objects that the member may be in are all known. */
static bool answer_by_tables(struct fnptr *p, uint32_t function, const struct term *field,
			     struct answer *a, int steps)
{
	struct answer pointers = { .atoms = NULL };
	term_id pointer = chain_pointer(p, field->base);
	bool known;

	if (!pointer)
		return false;
	pointers.atoms = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	answer_value(p, function, pointer, &pointers, steps - 1);
	pts_sort_unique(pointers.atoms);
	known = all_are_tables(p, field, &pointers);
	if (known)
		add_tables(p, field, &pointers, a);
	g_array_unref(pointers.atoms);
	return known;
}

/*
 * Facts do not tell unions from records. A member of a nested one ("struct cpuhp_step.startup")
 * into which nothing is stored is read as the others.
 */
static void add_siblings(struct fnptr *p, const struct term *field, struct answer *a)
{
	const GArray *members = pts_members(p->types, field->a);

	for (guint i = 0; members && i < members->len; i++) {
		uint32_t member = g_array_index(members, uint32_t, i);
		uint32_t node = pts_member_node(p, nobody, field->a, member, NODE_FIND);

		if (node != NO_NODE)
			add_node(p, node, a);
	}
	a->loose = true;
}

static bool is_never_stored(struct fnptr *p, const struct term *field)
{
	uint32_t node = pts_member_node(p, nobody, field->a, field->b, NODE_FIND);

	return node == NO_NODE || !pts_node(p, pts_root(p, node))->set;
}

static void answer_field(struct fnptr *p, uint32_t function, term_id place, struct answer *a,
			 int steps)
{
	struct term field = term_at(p->program->terms, place);
	uint32_t node;

	if (strchr(program_string(p->program, field.a), '.') && is_never_stored(p, &field)) {
		add_siblings(p, &field, a);
		return;
	}
	if (answer_by_tables(p, function, &field, a, steps))
		return;
	node = pts_load_node(p, function, place, NODE_FIND);
	if (node == NO_NODE)
		node = pts_member_node(p, nobody, field.a, field.b, NODE_FIND);
	add_node(p, node, a);
	if (pts_owner(p, field.base).kind == OWNER_OBJECT)
		a->tables++;
}

static void answer_deref(struct fnptr *p, uint32_t function, term_id place, struct answer *a,
			 int steps)
{
	term_id pointer = term_at(p->program->terms, place).base;
	uint32_t behind = pts_behind_node(p, function, place, NODE_FIND);
	struct answer pointers = { .atoms = g_array_new(FALSE, FALSE, sizeof(uint32_t)) };

	answer_value(p, function, pointer, &pointers, steps - 1);
	a->open |= pointers.open || !pointers.atoms->len;
	for (guint i = 0; i < pointers.atoms->len; i++) {
		uint32_t id = g_array_index(pointers.atoms, uint32_t, i);
		const struct atom *atom = pts_atom(p, id);

		if (atom->kind == ATOM_FUNCTION)
			add_atom(id, a);
		else if (atom->load != NO_NODE)
			add_node(p, atom->load, a);
	}
	if (pointers.open && behind != NO_NODE)
		add_node(p, behind, a);
	g_array_unref(pointers.atoms);
}

struct assignments {
	term_id values[MAX_ASSIGNED];
	size_t n;
	bool usable;
};

static void note_assignment(struct assignments *found, term_id value)
{
	if (found->n == MAX_ASSIGNED)
		found->usable = false;
	else
		found->values[found->n++] = value;
}

static void scan_step(const struct unit *unit, const struct fact_step *step, term_id local,
		      term_id address, struct assignments *found)
{
	if (step->kind == STEP_ASSIGN && unit->terms[step->lhs] == local)
		note_assignment(found, unit->terms[step->rhs]);
	if (step->kind == STEP_ASSIGN && unit->terms[step->rhs] == address)
		found->usable = false;
	if (step->kind == STEP_CLOBBER && unit->terms[step->lhs] == local)
		found->usable = false;
	for (uint32_t i = 0; i < step->n_args && step->kind == STEP_CALL; i++)
		if (unit->terms[unit->facts->args[step->args + i]] == address)
			found->usable = false;
}

/* What @function assigns to @local, if that is all that it gets. */
static struct assignments find_assignments(struct fnptr *p, uint32_t function, term_id local)
{
	const struct function *f = &p->program->functions[function];
	const struct unit *unit = &p->program->units[f->unit];
	struct assignments found = { .usable = true };
	term_id address = term_addr(p->program->terms, local);

	for (uint32_t b = 0; b < f->facts->n_blocks && found.usable; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++)
			scan_step(unit, &unit->facts->steps[block->steps + s], local, address,
				  &found);
	}
	found.usable = found.usable && found.n;
	return found;
}

static void answer_local(struct fnptr *p, uint32_t function, term_id local, struct answer *a,
			 int steps)
{
	struct assignments found = find_assignments(p, function, local);
	struct term term = term_at(p->program->terms, local);
	guint before = a->atoms->len;

	if (found.usable)
		for (size_t i = 0; i < found.n; i++)
			answer_value(p, function, found.values[i], a, steps - 1);
	if (!found.usable || a->atoms->len == before)
		add_node(p, pts_variable_node(p, function, &term), a);
}

/* What call @call of @function returned. */
static void answer_result(struct fnptr *p, uint32_t function, uint32_t call, struct answer *a)
{
	const struct function *f = &p->program->functions[function];
	const struct unit *unit = &p->program->units[f->unit];

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];
			struct term callee;
			uint32_t to;

			if (step->kind != STEP_CALL || unit->facts->exprs[step->rhs].a != call)
				continue;
			callee = term_at(p->program->terms, unit->terms[step->lhs]);
			if (callee.kind != EXPR_FUNC) {
				add_node(p, pts_result_node(p, function, call, NODE_FIND), a);
				return;
			}
			to = program_callee(p->program, f->unit, callee.a);
			add_node(p, to == PROGRAM_NONE ? NO_NODE : pts_return_node(p, to), a);
			return;
		}
	}
	a->open = true;
}

static void answer_address(struct fnptr *p, uint32_t function, term_id place, struct answer *a,
			   int steps)
{
	struct term base = term_at(p->program->terms, pts_strip(p, place));

	if (base.kind == EXPR_DEREF)
		answer_value(p, function, base.base, a, steps - 1);
	else
		add_atom(pts_place_atom(p, function, place, NODE_FIND), a);
}

static void answer_function(struct fnptr *p, uint32_t function, uint32_t symbol, struct answer *a)
{
	uint32_t f = program_callee(p->program, p->program->functions[function].unit, symbol);

	add_atom(f == PROGRAM_NONE ? NO_ATOM : p->function_atoms[f], a);
}

static void answer_binary(struct fnptr *p, uint32_t function, const struct term *term,
			  struct answer *a, int steps)
{
	bool one_is_int = term_at(p->program->terms, term->a).kind == EXPR_INT ||
			  term_at(p->program->terms, term->b).kind == EXPR_INT;

	a->open |= !one_is_int;
	answer_value(p, function, term->a, a, steps - 1);
	answer_value(p, function, term->b, a, steps - 1);
}

static void answer_value(struct fnptr *p, uint32_t function, term_id value, struct answer *a,
			 int steps)
{
	term_id place = pts_strip(p, value);
	struct term term = term_at(p->program->terms, place);

	if (steps == 0) {
		a->open = true;
		return;
	}
	switch ((enum fact_expr_kind)term.kind) {
	case EXPR_PARAM:
		add_node(p, pts_variable_node(p, function, &term), a);
		break;
	case EXPR_LOCAL:
		answer_local(p, function, place, a, steps);
		break;
	case EXPR_GLOBAL:
		add_node(p, pts_load_node(p, function, place, NODE_FIND), a);
		break;
	case EXPR_FIELD:
		answer_field(p, function, place, a, steps);
		break;
	case EXPR_DEREF:
		answer_deref(p, function, place, a, steps);
		break;
	case EXPR_FUNC:
		answer_function(p, function, term.a, a);
		break;
	case EXPR_ADDR:
		answer_address(p, function, term.base, a, steps);
		break;
	case EXPR_RESULT:
		answer_result(p, function, term.a, a);
		break;
	case EXPR_PERCPU:
		answer_value(p, function, term.base, a, steps);
		break;
	case EXPR_BINARY:
		answer_binary(p, function, &term, a, steps);
		break;
	case EXPR_UNKNOWN:
	case EXPR_CONTAINER:
	case EXPR_INDEX:
		a->open = true;
		break;
	case EXPR_INT:
	case EXPR_STRING:
	case EXPR_UNARY:
	case EXPR_KINDS:
		break;
	}
}

void pts_answer(struct fnptr *p, uint32_t function, term_id value, struct answer *answer)
{
	answer_value(p, function, value, answer, MAX_STEPS);
}
