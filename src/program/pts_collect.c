/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pts_collect.c - initialisers, assignments, calls and returns of all units become edges
 */
#include "program/pts_p.h"

struct collector {
	struct fnptr *p;
	const struct unit *unit;
	struct value_scope scope;
	GArray *callees; /* behind scope.callees */
	GArray *copies;	 /* struct record_copy */
};

/* Arguments of primitives go nowhere: every lock of the kernel would meet in spin_lock(). */
static bool is_followed(const struct collector *c, uint32_t symbol)
{
	const struct symbol *s = &c->p->program->symbols[symbol];

	return !s->primitive && !s->opaque;
}

static void read_direct_call(struct collector *c, uint32_t callee, const struct fact_step *step)
{
	const struct function *f = &c->p->program->functions[callee];
	uint32_t n = MIN(step->n_args, f->facts->n_params);

	c->p->called[callee] = true;
	for (uint32_t i = 0; i < n; i++) {
		struct term param = { .kind = EXPR_PARAM, .a = i };
		const struct unit *unit = &c->p->program->units[f->unit];
		uint32_t type = unit->strings[unit->facts->variables[f->facts->variables + i].type];

		if (pts_variable_carries(pts_type(c->p->types, type)))
			pts_flow(c->p, &c->scope,
				 c->unit->terms[c->unit->facts->args[step->args + i]],
				 pts_variable_node(c->p, callee, &param));
	}
}

/* What pts_held_by() would tell of a pointer that holds @value. */
static uint32_t value_type(struct collector *c, term_id value)
{
	struct term term = term_at(c->p->program->terms, value);

	if (term.kind == EXPR_ADDR)
		return pts_address_of(pts_type_of(c->p->types, c->scope.function, term.base));
	return pts_held_by(pts_type_of(c->p->types, c->scope.function, value));
}

/* The node in between has the arguments' type if they all have the same. */
static void flow_argument(struct collector *c, term_id value, uint32_t to, bool is_first)
{
	uint32_t type = value_type(c, value);

	if (is_first)
		pts_node(c->p, to)->type = type;
	else if (pts_node(c->p, to)->type != type)
		pts_node(c->p, to)->type = 0;
	pts_flow(c->p, &c->scope, value, to);
}

static struct indirect *call_through(struct fnptr *p, uint32_t callee, uint32_t n_args)
{
	gpointer key = pts_pack(callee, n_args);
	uint32_t id = GPOINTER_TO_UINT(g_hash_table_lookup(p->call_ids, key));
	struct indirect call = { .n_args = n_args };

	if (!id) {
		call.result = pts_new_node(p, 0);
		call.args = p->nodes->len;
		for (uint32_t i = 0; i < n_args; i++)
			pts_new_node(p, 0);
		pts_use(p, callee, USE_CALL, p->calls->len);
		g_array_append_val(p->calls, call);
		id = p->calls->len;
		g_hash_table_insert(p->call_ids, key, GUINT_TO_POINTER(id));
	}
	return &g_array_index(p->calls, struct indirect, id - 1);
}

static void read_indirect_call(struct collector *c, term_id callee, const struct fact_step *step)
{
	struct fnptr *p = c->p;
	uint32_t function = c->scope.function, node = pts_value_node(p, &c->scope, callee);
	uint32_t result =
		pts_result_node(p, function, c->unit->facts->exprs[step->rhs].a, NODE_MAKE);
	guint n_before = p->calls->len;
	struct indirect call;

	g_hash_table_insert(p->arg_counts, pts_pack(function, callee),
			    GUINT_TO_POINTER(step->n_args + 1));
	if (node == NO_NODE || node == UNKNOWN_NODE) {
		pts_edge(p, UNKNOWN_NODE, result);
		return;
	}
	call = *call_through(p, node, step->n_args);
	pts_edge(p, call.result, result);
	for (uint32_t i = 0; i < step->n_args; i++)
		flow_argument(c, c->unit->terms[c->unit->facts->args[step->args + i]],
			      call.args + i, p->calls->len != n_before);
}

static void read_call(struct collector *c, const struct fact_step *step)
{
	term_id callee = c->unit->terms[step->lhs];
	struct term term = term_at(c->p->program->terms, callee);
	uint32_t f;

	if (term.kind != EXPR_FUNC) {
		read_indirect_call(c, callee, step);
		return;
	}
	f = program_callee(c->p->program, c->scope.unit, term.a);
	if (f != PROGRAM_NONE && is_followed(c, term.a))
		read_direct_call(c, f, step);
}

/* Between objects that are not known only a table's layers matter: ALL of it comes to be ANY. */
static void read_copy(struct collector *c, term_id to, term_id from, uint32_t record)
{
	struct record_copy copy = { .to = pts_owner(c->p, to),
				    .from = pts_owner(c->p, from),
				    .record = record };

	if (copy.to.kind != OWNER_NONE || copy.from.kind != OWNER_NONE ||
	    pts_record_is_table(c->p->types, record))
		g_array_append_val(c->copies, copy);
}

/* Through a pointer that points nowhere known, too, functions of its type come in and go out. */
static void read_store(struct collector *c, term_id place, term_id pointer, term_id value)
{
	struct fnptr *p = c->p;
	uint32_t from = pts_value_node(p, &c->scope, value), to;

	if (from == NO_NODE)
		return;
	to = pts_value_node(p, &c->scope, pointer);
	if (to != NO_NODE)
		pts_use(p, to, USE_STORE, from);
	pts_edge(p, from, pts_behind_node(p, c->scope.function, place, NODE_MAKE));
}

static void read_assign(struct collector *c, term_id place, term_id value)
{
	struct fnptr *p = c->p;
	struct term term = term_at(p->program->terms, pts_strip(p, place));
	struct type_info type = pts_type_of(p->types, c->scope.function, place);

	if (type.class == TYPE_RECORD)
		read_copy(c, place, value, type.record);
	else if (!pts_variable_carries(type))
		return;
	else if (term.kind == EXPR_DEREF)
		read_store(c, place, term.base, value);
	else
		pts_flow(p, &c->scope, value, pts_store_node(p, c->scope.function, place));
}

static void read_step(struct collector *c, const struct fact_step *step)
{
	if (step->kind == STEP_CALL)
		read_call(c, step);
	else if (step->kind == STEP_ASSIGN)
		read_assign(c, c->unit->terms[step->lhs], c->unit->terms[step->rhs]);
}

static void read_block(struct collector *c, const struct fact_function *f,
		       const struct fact_block *block)
{
	for (uint32_t s = 0; s < block->n_steps; s++)
		read_step(c, &c->unit->facts->steps[block->steps + s]);
	if (block->term == TERM_RETURN && (f->flags & FUNCTION_RETURNS_POINTER))
		pts_flow(c->p, &c->scope, c->unit->terms[block->cond],
			 pts_return_node(c->p, c->scope.function));
}

static void note_callees(struct collector *c, const struct fact_block *block)
{
	for (uint32_t s = 0; s < block->n_steps; s++) {
		const struct fact_step *step = &c->unit->facts->steps[block->steps + s];

		if (step->kind == STEP_CALL)
			g_array_index(c->callees, term_id, c->unit->facts->exprs[step->rhs].a) =
				c->unit->terms[step->lhs];
	}
}

static void read_function(struct collector *c, uint32_t function)
{
	const struct function *f = &c->p->program->functions[function];
	const struct fact_block *blocks;

	c->unit = &c->p->program->units[f->unit];
	blocks = &c->unit->facts->blocks[f->facts->blocks];
	g_array_set_size(c->callees, 0);
	g_array_set_size(c->callees, f->facts->n_calls);
	for (uint32_t b = 0; b < f->facts->n_blocks; b++)
		note_callees(c, &blocks[b]);
	c->scope =
		(struct value_scope){ .unit = f->unit,
				      .function = function,
				      .n_calls = f->facts->n_calls,
				      .callees = (const term_id *)(const void *)c->callees->data };
	for (uint32_t b = 0; b < f->facts->n_blocks; b++)
		read_block(c, f->facts, &blocks[b]);
}

static void read_initialisers(struct collector *c, uint32_t unit)
{
	c->unit = &c->p->program->units[unit];
	c->scope = (struct value_scope){ .unit = unit, .function = PROGRAM_NONE };
	for (uint32_t i = 0; i < c->unit->facts->n_inits; i++) {
		const struct fact_init *init = &c->unit->facts->inits[i];

		read_assign(c, c->unit->terms[init->lhs], c->unit->terms[init->rhs]);
	}
}

static void copy_members(struct fnptr *p, const struct record_copy *copy, const struct owned *owned)
{
	uint32_t to =
		copy->to.kind == OWNER_NONE
			? pts_any_node(p, owned->record, owned->member, NODE_MAKE)
			: pts_member_node(p, copy->to, owned->record, owned->member, NODE_MAKE);

	pts_node(p, to)->flags |= NODE_STORED;
	pts_edge(p, owned->node, to);
}

/* What is known of the source's members; true if there was one that had not been seen to. */
static bool copy_owned(struct fnptr *p, struct record_copy *copy)
{
	const GArray *members = pts_owned(p, copy->from);
	guint n = members ? members->len : 0;
	bool is_new = copy->n_done < n;

	for (; copy->n_done < n; copy->n_done++) {
		struct owned owned = g_array_index(members, struct owned, copy->n_done);

		copy_members(p, copy, &owned);
	}
	return is_new;
}

/* From an object that is not known: all that its members may be. */
static void copy_from_any(struct fnptr *p, const struct record_copy *copy, uint32_t record,
			  int depth)
{
	const GArray *members = pts_members(p->types, record);
	struct owner nobody = { .kind = OWNER_NONE };

	if (!pts_record_has_functions(p->types, record) || depth == 0)
		return;
	for (guint i = 0; i < members->len; i++) {
		struct owned owned = { record, g_array_index(members, uint32_t, i), NO_NODE };
		struct type_info type =
			pts_type(p->types, pts_member_type(p->types, record, owned.member));

		if (type.class == TYPE_RECORD)
			copy_from_any(p, copy, type.record, depth - 1);
		if (!pts_type_carries(type))
			continue;
		owned.node = pts_member_node(p, nobody, record, owned.member, NODE_MAKE);
		copy_members(p, copy, &owned);
	}
}

/* Records nested deeper than this are not copied member by member. */
#define COPY_DEPTH 3

void pts_copy_records(struct fnptr *p, GArray *copies)
{
	bool changed = true;

	for (guint i = 0; i < copies->len; i++) {
		const struct record_copy *copy = &g_array_index(copies, struct record_copy, i);

		if (copy->from.kind == OWNER_NONE)
			copy_from_any(p, copy, copy->record, COPY_DEPTH);
	}
	while (changed) {
		changed = false;
		for (guint i = 0; i < copies->len; i++)
			changed |= copy_owned(p, &g_array_index(copies, struct record_copy, i));
	}
}

void pts_collect(struct fnptr *p)
{
	struct collector c = { .p = p,
			       .callees = g_array_new(FALSE, TRUE, sizeof(term_id)),
			       .copies = g_array_new(FALSE, FALSE, sizeof(struct record_copy)) };

	for (uint32_t f = 0; f < p->program->n_functions; f++)
		read_function(&c, f);
	for (uint32_t u = 0; u < p->program->n_units; u++)
		read_initialisers(&c, u);
	pts_copy_records(p, c.copies);
	g_array_unref(c.callees);
	g_array_unref(c.copies);
}
