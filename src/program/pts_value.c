/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pts_value.c - one value flows into a node
 */
#include "program/pts_p.h"

void pts_edge(struct fnptr *p, uint32_t from, uint32_t to)
{
	struct edge edge = { from, to };

	if (from == UNKNOWN_NODE)
		pts_node(p, to)->flags |= NODE_OPEN;
	else if (from != NO_NODE && to != NO_NODE && from != to)
		g_array_append_val(p->edges, edge);
}

void pts_use(struct fnptr *p, uint32_t node, enum use_kind kind, uint32_t other)
{
	struct use use = { .next = pts_node(p, node)->uses, .kind = kind, .other = other };

	if (node == NO_NODE || node == UNKNOWN_NODE)
		return;
	pts_node(p, node)->uses = p->uses->len;
	g_array_append_val(p->uses, use);
}

static void flow_function(struct fnptr *p, const struct value_scope *scope, uint32_t symbol,
			  uint32_t to)
{
	uint32_t f = program_callee(p->program, scope->unit, symbol);

	if (f != PROGRAM_NONE)
		pts_add(p, to, pts_function_atom(p, f));
}

static void flow_address(struct fnptr *p, const struct value_scope *scope, term_id place,
			 uint32_t to)
{
	struct term base = term_at(p->program->terms, pts_strip(p, place));
	uint32_t atom = NO_ATOM;

	if (base.kind == EXPR_DEREF) {
		pts_flow(p, scope, base.base, to);
		return;
	}
	atom = pts_place_atom(p, scope->function, place, NODE_MAKE);
	if (atom == NO_ATOM)
		pts_edge(p, UNKNOWN_NODE, to);
	else
		pts_add(p, to, atom);
}

/* What call @call returned: the callee's node if it is known by name and has a body. */
static uint32_t result_node(struct fnptr *p, const struct value_scope *scope, uint32_t call)
{
	struct term callee;
	uint32_t f;

	if (call >= scope->n_calls || !scope->callees[call])
		return UNKNOWN_NODE;
	callee = term_at(p->program->terms, scope->callees[call]);
	if (callee.kind != EXPR_FUNC)
		return pts_result_node(p, scope->function, call, NODE_MAKE);
	f = program_callee(p->program, scope->unit, callee.a);
	return f == PROGRAM_NONE ? UNKNOWN_NODE : pts_return_node(p, f);
}

static bool is_int(const struct fnptr *p, term_id value)
{
	return term_at(p->program->terms, value).kind == EXPR_INT;
}

/* Pointer arithmetic, tag bits: the pointer stays; two unknown operands may give anything. */
static void flow_binary(struct fnptr *p, const struct value_scope *scope, const struct term *term,
			uint32_t to)
{
	if (term->op != BINARY_ADD && term->op != BINARY_SUB && term->op != BINARY_AND &&
	    term->op != BINARY_OR)
		return;
	if (!is_int(p, term->a) && !is_int(p, term->b))
		pts_edge(p, UNKNOWN_NODE, to);
	pts_flow(p, scope, term->a, to);
	pts_flow(p, scope, term->b, to);
}

/* A number that is used as a pointer may be any. */
static uint32_t place_or_unknown(struct fnptr *p, const struct value_scope *scope, term_id place)
{
	uint32_t node = pts_load_node(p, scope->function, place, NODE_MAKE);

	return node == NO_NODE ? UNKNOWN_NODE : node;
}

static void flow_load(struct fnptr *p, const struct value_scope *scope, term_id place, uint32_t to)
{
	struct term term = term_at(p->program->terms, pts_strip(p, place));
	uint32_t pointer;

	if (term.kind != EXPR_DEREF) {
		pts_edge(p, place_or_unknown(p, scope, place), to);
		return;
	}
	if (pts_type_of(p->types, scope->function, place).class == TYPE_RECORD)
		return;
	pts_edge(p, pts_behind_node(p, scope->function, place, NODE_MAKE), to);
	pointer = pts_value_node(p, scope, term.base);
	if (pointer == NO_NODE || pointer == UNKNOWN_NODE)
		pts_edge(p, UNKNOWN_NODE, to);
	else
		pts_use(p, pointer, USE_LOAD, to);
}

void pts_flow(struct fnptr *p, const struct value_scope *scope, term_id value, uint32_t to)
{
	struct term term = term_at(p->program->terms, value);

	if (to == NO_NODE)
		return;
	switch ((enum fact_expr_kind)term.kind) {
	case EXPR_PARAM:
	case EXPR_LOCAL:
	case EXPR_GLOBAL:
	case EXPR_FIELD:
	case EXPR_DEREF:
	case EXPR_INDEX:
		flow_load(p, scope, value, to);
		break;
	case EXPR_FUNC:
		flow_function(p, scope, term.a, to);
		break;
	case EXPR_ADDR:
		flow_address(p, scope, term.base, to);
		break;
	case EXPR_RESULT:
		pts_edge(p, result_node(p, scope, term.a), to);
		break;
	case EXPR_PERCPU:
		pts_flow(p, scope, term.base, to);
		break;
	case EXPR_BINARY:
		flow_binary(p, scope, &term, to);
		break;
	case EXPR_UNKNOWN:
	case EXPR_CONTAINER:
		pts_edge(p, UNKNOWN_NODE, to);
		break;
	case EXPR_INT:
	case EXPR_STRING:
	case EXPR_UNARY:
	case EXPR_KINDS:
		break;
	}
}

/* A place that is not behind a DEREF has its node; another value gets one of its own. */
uint32_t pts_value_node(struct fnptr *p, const struct value_scope *scope, term_id value)
{
	struct term term = term_at(p->program->terms, pts_strip(p, value));
	uint32_t node;

	switch ((enum fact_expr_kind)term.kind) {
	case EXPR_INT:
	case EXPR_STRING:
	case EXPR_UNARY:
	case EXPR_KINDS:
		return NO_NODE;
	case EXPR_UNKNOWN:
	case EXPR_CONTAINER:
	case EXPR_INDEX:
		return UNKNOWN_NODE;
	case EXPR_PARAM:
	case EXPR_LOCAL:
	case EXPR_GLOBAL:
	case EXPR_FIELD:
		return place_or_unknown(p, scope, value);
	case EXPR_RESULT:
		return result_node(p, scope, term.a);
	case EXPR_DEREF:
	case EXPR_FUNC:
	case EXPR_ADDR:
	case EXPR_PERCPU:
	case EXPR_BINARY:
		break;
	}
	node = pts_new_node(p, 0);
	pts_flow(p, scope, value, node);
	return node;
}
