/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.c - are all indices of a facts file within range?
 *
 * Done once when a file is opened, so that nobody behind it has to. One pass over each table. An
 * expression's operands come before it, which rules out circles; how high its parameter, local
 * and result numbers go is carried along, so that a function's operands are checked against the
 * function with one comparison each.
 */
#include "facts/format_p.h"

/* One more than the highest number that occurs in an expression. */
struct reach {
	uint32_t params, locals, results;
};

struct checker {
	const struct facts *f;
	struct reach *reach; /* per expression */
	const char *table;   /* where the first mistake is */
	uint32_t row;
};

static bool bad(struct checker *c, const char *table, uint32_t row)
{
	c->table = table;
	c->row = row;
	return false;
}

static bool range_fits(uint32_t first, uint32_t n, uint32_t limit)
{
	return n <= limit && first <= limit - n;
}

static bool string_fits(const struct checker *c, uint32_t id)
{
	return id < c->f->n_string_offsets;
}

static bool loc_fits(const struct checker *c, struct fact_loc loc)
{
	return loc.file < c->f->n_files;
}

bool facts_term_takes_edges(uint32_t term, uint32_t n_edges)
{
	if (term >= TERM_KINDS)
		return false;
	switch ((enum fact_term_kind)term) {
	case TERM_GOTO:
		return n_edges == 1;
	case TERM_BRANCH:
		return n_edges == 2;
	case TERM_SWITCH:
		return n_edges >= 1;
	case TERM_ANY:
		return true;
	case TERM_RETURN:
	case TERM_NORETURN:
	case TERM_KINDS:
		return n_edges == 0;
	}
	return false;
}

static bool check_strings(struct checker *c)
{
	const struct facts *f = c->f;

	if (!f->n_strings || !f->n_string_offsets || f->strings[f->n_strings - 1])
		return bad(c, "strings", 0);
	for (uint32_t i = 0; i < f->n_string_offsets; i++)
		if (f->string_offsets[i] >= f->n_strings)
			return bad(c, "string_offsets", i);
	if (f->strings[f->string_offsets[0]])
		return bad(c, "strings", f->string_offsets[0]);
	for (uint32_t i = 0; i < f->n_files; i++)
		if (!string_fits(c, f->files[i]))
			return bad(c, "files", i);
	for (uint32_t i = 0; i < f->n_diagnostics; i++)
		if (!string_fits(c, f->diagnostics[i]))
			return bad(c, "diagnostics", i);
	return true;
}

static void raise_reach(struct reach *to, const struct reach *from)
{
	to->params = MAX(to->params, from->params);
	to->locals = MAX(to->locals, from->locals);
	to->results = MAX(to->results, from->results);
}

/* The operands of expression @i, all below @i; its reach. */
static bool operands_fit(struct checker *c, uint32_t i)
{
	const struct facts *f = c->f;
	const struct fact_expr *e = &f->exprs[i];
	struct reach *reach = &c->reach[i];
	bool is_pair = e->kind == EXPR_BINARY;

	if (is_pair ? (e->a >= i || e->b >= i) : e->base >= i)
		return false;
	*reach = c->reach[is_pair ? e->a : e->base];
	if (is_pair)
		raise_reach(reach, &c->reach[e->b]);
	if (e->kind != EXPR_INDEX)
		return true;
	if (e->a >= i)
		return false;
	raise_reach(reach, &c->reach[e->a]);
	return true;
}

static bool expr_fits(struct checker *c, uint32_t i)
{
	const struct facts *f = c->f;
	const struct fact_expr *e = &f->exprs[i];

	if (e->kind >= EXPR_KINDS)
		return false;
	switch ((enum fact_expr_kind)e->kind) {
	case EXPR_UNKNOWN:
		return i == 0;
	case EXPR_PARAM:
		c->reach[i].params = e->a + 1;
		return e->a < INT32_MAX;
	case EXPR_LOCAL:
		c->reach[i].locals = e->a + 1;
		return e->a < INT32_MAX;
	case EXPR_RESULT:
		c->reach[i].results = e->a + 1;
		return e->a < INT32_MAX;
	case EXPR_GLOBAL:
	case EXPR_FUNC:
		return e->a < f->n_symbols;
	case EXPR_INT:
		return true;
	case EXPR_STRING:
		return string_fits(c, e->a);
	case EXPR_FIELD:
	case EXPR_CONTAINER:
		return operands_fit(c, i) && string_fits(c, e->a) && string_fits(c, e->b);
	case EXPR_DEREF:
	case EXPR_INDEX:
	case EXPR_ADDR:
	case EXPR_PERCPU:
		return operands_fit(c, i);
	case EXPR_UNARY:
		return operands_fit(c, i) && e->op < UNARY_KINDS;
	case EXPR_BINARY:
		return operands_fit(c, i) && e->op < BINARY_KINDS;
	case EXPR_KINDS:
		break;
	}
	return false;
}

static bool check_exprs(struct checker *c)
{
	if (!c->f->n_exprs || c->f->exprs[0].kind != EXPR_UNKNOWN)
		return bad(c, "exprs", 0);
	for (uint32_t i = 0; i < c->f->n_exprs; i++)
		if (!expr_fits(c, i))
			return bad(c, "exprs", i);
	for (uint32_t i = 0; i < c->f->n_args; i++)
		if (c->f->args[i] >= c->f->n_exprs)
			return bad(c, "args", i);
	return true;
}

static bool annotations_fit(const struct checker *c, uint32_t first, uint32_t n)
{
	return range_fits(first, n, c->f->n_annotations);
}

static bool check_symbols(struct checker *c)
{
	const struct facts *f = c->f;

	for (uint32_t i = 0; i < f->n_annotations; i++)
		if (f->annotations[i].kind >= ANNOTATION_KINDS ||
		    !string_fits(c, f->annotations[i].text))
			return bad(c, "annotations", i);
	for (uint32_t i = 0; i < f->n_symbols; i++) {
		const struct fact_symbol *s = &f->symbols[i];

		if (!string_fits(c, s->name) || !string_fits(c, s->type) ||
		    !string_fits(c, s->function) || !loc_fits(c, s->loc) ||
		    !annotations_fit(c, s->annotations, s->n_annotations))
			return bad(c, "symbols", i);
	}
	for (uint32_t i = 0; i < f->n_fields; i++) {
		const struct fact_field *d = &f->fields[i];

		if (!string_fits(c, d->record) || !string_fits(c, d->name) ||
		    !string_fits(c, d->type) ||
		    !annotations_fit(c, d->annotations, d->n_annotations))
			return bad(c, "fields", i);
	}
	return true;
}

/* Whether @expr exists and names only what @function has. */
static bool expr_suits(const struct checker *c, const struct fact_function *function, uint32_t expr)
{
	const struct reach *reach;

	if (expr >= c->f->n_exprs)
		return false;
	reach = &c->reach[expr];
	return reach->params <= function->n_params && reach->locals <= function->n_locals &&
	       reach->results <= function->n_calls;
}

static bool step_fits(const struct checker *c, const struct fact_function *function,
		      const struct fact_step *step)
{
	if (step->kind >= STEP_KINDS || !loc_fits(c, step->loc))
		return false;
	if (!expr_suits(c, function, step->lhs) || !expr_suits(c, function, step->rhs))
		return false;
	if (!range_fits(step->args, step->n_args, c->f->n_args))
		return false;
	for (uint32_t i = 0; i < step->n_args; i++)
		if (!expr_suits(c, function, c->f->args[step->args + i]))
			return false;
	return true;
}

static bool block_fits(struct checker *c, const struct fact_function *function,
		       const struct fact_block *block)
{
	const struct facts *f = c->f;

	if (!range_fits(block->steps, block->n_steps, f->n_steps) ||
	    !range_fits(block->edges, block->n_edges, f->n_edges) || !loc_fits(c, block->loc) ||
	    !expr_suits(c, function, block->cond) ||
	    !facts_term_takes_edges(block->term, block->n_edges))
		return false;
	for (uint32_t i = 0; i < block->n_edges; i++)
		if (f->edges[block->edges + i].block >= function->n_blocks)
			return false;
	for (uint32_t i = 0; i < block->n_steps; i++)
		if (!step_fits(c, function, &f->steps[block->steps + i]))
			return bad(c, "steps", block->steps + i);
	return true;
}

static bool function_fits(const struct checker *c, const struct fact_function *function)
{
	const struct facts *f = c->f;

	return function->symbol < f->n_symbols && string_fits(c, function->type) &&
	       loc_fits(c, function->loc) && function->n_blocks &&
	       range_fits(function->blocks, function->n_blocks, f->n_blocks) &&
	       range_fits(function->variables, function->n_params, f->n_variables) &&
	       range_fits(function->variables + function->n_params, function->n_locals,
			  f->n_variables);
}

static bool check_functions(struct checker *c)
{
	const struct facts *f = c->f;

	for (uint32_t i = 0; i < f->n_variables; i++)
		if (!string_fits(c, f->variables[i].name) || !string_fits(c, f->variables[i].type))
			return bad(c, "variables", i);
	for (uint32_t i = 0; i < f->n_functions; i++) {
		const struct fact_function *function = &f->functions[i];

		if (!function_fits(c, function))
			return bad(c, "functions", i);
		for (uint32_t k = 0; k < function->n_blocks; k++)
			if (!block_fits(c, function, &f->blocks[function->blocks + k]))
				return c->table ? false : bad(c, "blocks", function->blocks + k);
	}
	return true;
}

static bool check_rest(struct checker *c)
{
	static const struct fact_function nowhere;
	const struct facts *f = c->f;

	for (uint32_t i = 0; i < f->n_inits; i++)
		if (!expr_suits(c, &nowhere, f->inits[i].lhs) ||
		    !expr_suits(c, &nowhere, f->inits[i].rhs) || !loc_fits(c, f->inits[i].loc))
			return bad(c, "inits", i);
	for (uint32_t i = 0; i < f->n_inputs; i++)
		if (!string_fits(c, f->inputs[i].path))
			return bad(c, "inputs", i);
	return true;
}

bool facts_check(const struct facts *facts, const char *name, GError **err)
{
	g_autofree struct reach *reach = g_new0(struct reach, facts->n_exprs + 1);
	struct checker c = { .f = facts, .reach = reach };

	if (check_strings(&c) && check_exprs(&c) && check_symbols(&c) && check_functions(&c) &&
	    check_rest(&c))
		return true;
	g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		    "%s: not a usable facts file: row %u of table %s is out of range; remove it "
		    "and it is made again",
		    name, c.row, c.table);
	return false;
}
