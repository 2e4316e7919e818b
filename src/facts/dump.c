/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump.c - facts as text, for people and tests
 *
 * The words are those of kinds.def. A line per step; positions stand at the end, with the file
 * only where it is not the function's.
 */
#include "facts/facts.h"

#include <inttypes.h>

/* Deeper than any person reads; a limit, because the depth comes from a file. */
#define MAX_DEPTH 40

struct printer {
	const struct facts *facts;
	const struct fact_function *function; /* may be NULL */
	GString *out;
	unsigned depth;
};

static const char *const unary_text[] = {
#define UNARY(symbol, text) text,
#include "facts/kinds.def"
#undef UNARY
};

static const char *const binary_text[] = {
#define BINARY(symbol, text) text,
#include "facts/kinds.def"
#undef BINARY
};

static const char *const term_name[] = {
#define TERM(symbol, name, meaning) name,
#include "facts/kinds.def"
#undef TERM
};

static const char *const annotation_name[] = {
#define ANNOTATION(symbol, name, meaning) name,
#include "facts/kinds.def"
#undef ANNOTATION
};

static void print(struct printer *p, uint32_t expr);

static void print_variable(struct printer *p, const char *kind, uint32_t number, uint32_t offset)
{
	const struct fact_function *function = p->function;
	const char *name = "";

	if (function)
		name = facts_string(
			p->facts, p->facts->variables[function->variables + offset + number].name);
	if (*name)
		g_string_append(p->out, name);
	else
		g_string_append_printf(p->out, "%s%" PRIu32, kind, number);
}

static void print_symbol(struct printer *p, uint32_t symbol)
{
	const struct fact_symbol *s = &p->facts->symbols[symbol];

	if (s->function)
		g_string_append_printf(p->out, "%s.", facts_string(p->facts, s->function));
	g_string_append(p->out, facts_string(p->facts, s->name));
}

/* An operand that binds more weakly than what is written around it. */
static bool needs_parens(const struct printer *p, uint32_t expr)
{
	switch ((enum fact_expr_kind)p->facts->exprs[expr].kind) {
	case EXPR_DEREF:
	case EXPR_ADDR:
	case EXPR_UNARY:
	case EXPR_BINARY:
		return true;
	case EXPR_UNKNOWN:
	case EXPR_PARAM:
	case EXPR_LOCAL:
	case EXPR_GLOBAL:
	case EXPR_FUNC:
	case EXPR_RESULT:
	case EXPR_INT:
	case EXPR_STRING:
	case EXPR_FIELD:
	case EXPR_INDEX:
	case EXPR_CONTAINER:
	case EXPR_PERCPU:
	case EXPR_KINDS:
		return false;
	}
	return false;
}

static void print_operand(struct printer *p, uint32_t expr)
{
	bool parens = needs_parens(p, expr);

	if (parens)
		g_string_append_c(p->out, '(');
	print(p, expr);
	if (parens)
		g_string_append_c(p->out, ')');
}

static void print_prefixed(struct printer *p, const char *prefix, uint32_t expr)
{
	g_string_append(p->out, prefix);
	if (p->facts->exprs[expr].kind == EXPR_BINARY)
		print_operand(p, expr);
	else
		print(p, expr);
}

static void print_field(struct printer *p, const struct fact_expr *e)
{
	const struct fact_expr *base = &p->facts->exprs[e->base];
	bool is_arrow = base->kind == EXPR_DEREF;

	print_operand(p, is_arrow ? base->base : e->base);
	g_string_append(p->out, is_arrow ? "->" : ".");
	g_string_append(p->out, facts_string(p->facts, e->b));
}

static void print_string(struct printer *p, uint32_t id)
{
	g_autofree char *text = g_strescape(facts_string(p->facts, id), NULL);

	g_string_append_printf(p->out, "\"%s\"", text);
}

static void print_container(struct printer *p, const struct fact_expr *e)
{
	g_string_append(p->out, "container_of(");
	print(p, e->base);
	g_string_append_printf(p->out, ", %s, %s)", facts_string(p->facts, e->a),
			       facts_string(p->facts, e->b));
}

static void print_index(struct printer *p, const struct fact_expr *e)
{
	print_operand(p, e->base);
	g_string_append_c(p->out, '[');
	print(p, e->a);
	g_string_append_c(p->out, ']');
}

static void print_binary(struct printer *p, const struct fact_expr *e)
{
	print_operand(p, e->a);
	g_string_append_printf(p->out, " %s ", binary_text[e->op]);
	print_operand(p, e->b);
}

static void print_kind(struct printer *p, const struct fact_expr *e)
{
	switch ((enum fact_expr_kind)e->kind) {
	case EXPR_UNKNOWN:
	case EXPR_KINDS:
		g_string_append_c(p->out, '?');
		return;
	case EXPR_PARAM:
		print_variable(p, "param", e->a, 0);
		return;
	case EXPR_LOCAL:
		print_variable(p, "local", e->a, p->function ? p->function->n_params : 0);
		return;
	case EXPR_GLOBAL:
	case EXPR_FUNC:
		print_symbol(p, e->a);
		return;
	case EXPR_RESULT:
		g_string_append_printf(p->out, "#%" PRIu32, e->a);
		return;
	case EXPR_INT:
		g_string_append_printf(p->out, "%" PRId64, (int64_t)(e->a | (uint64_t)e->b << 32));
		return;
	case EXPR_STRING:
		print_string(p, e->a);
		return;
	case EXPR_FIELD:
		print_field(p, e);
		return;
	case EXPR_DEREF:
		print_prefixed(p, "*", e->base);
		return;
	case EXPR_INDEX:
		print_index(p, e);
		return;
	case EXPR_ADDR:
		print_prefixed(p, "&", e->base);
		return;
	case EXPR_CONTAINER:
		print_container(p, e);
		return;
	case EXPR_PERCPU:
		g_string_append(p->out, "percpu(");
		print(p, e->base);
		g_string_append_c(p->out, ')');
		return;
	case EXPR_UNARY:
		print_prefixed(p, unary_text[e->op], e->base);
		return;
	case EXPR_BINARY:
		print_binary(p, e);
		return;
	}
}

static void print(struct printer *p, uint32_t expr)
{
	if (p->depth >= MAX_DEPTH) {
		g_string_append(p->out, "...");
		return;
	}
	p->depth++;
	print_kind(p, &p->facts->exprs[expr]);
	p->depth--;
}

void facts_print_expr(const struct facts *facts, const struct fact_function *f, uint32_t expr,
		      GString *out)
{
	struct printer p = { .facts = facts, .function = f, .out = out };

	print(&p, expr);
}

static void dump_loc(struct printer *p, struct fact_loc loc)
{
	bool is_elsewhere = !p->function || loc.file != p->function->loc.file;

	g_string_append_printf(p->out, "  @%s%s%" PRIu32 ":%u\n",
			       is_elsewhere ? facts_file(p->facts, loc.file) : "",
			       is_elsewhere ? ":" : "", loc.line, loc.column);
}

static void dump_call(struct printer *p, const struct fact_step *step)
{
	g_string_append(p->out, step->flags & STEP_FLAG_CLEANUP ? "cleanup " : "call ");
	print(p, step->rhs);
	g_string_append(p->out, " = ");
	print_operand(p, step->lhs);
	g_string_append_c(p->out, '(');
	for (uint32_t i = 0; i < step->n_args; i++) {
		if (i)
			g_string_append(p->out, ", ");
		print(p, p->facts->args[step->args + i]);
	}
	g_string_append_c(p->out, ')');
	if (step->flags & STEP_FLAG_DISCARDED)
		g_string_append(p->out, " discarded");
}

static void dump_step(struct printer *p, const struct fact_step *step)
{
	g_string_append(p->out, "    ");
	switch ((enum fact_step_kind)step->kind) {
	case STEP_CALL:
		dump_call(p, step);
		break;
	case STEP_ASSIGN:
		g_string_append(p->out, step->flags & STEP_FLAG_DECL ? "declare " : "assign ");
		print(p, step->lhs);
		g_string_append(p->out, " = ");
		print(p, step->rhs);
		break;
	case STEP_CLOBBER:
		g_string_append(p->out, "clobber ");
		print(p, step->lhs);
		break;
	case STEP_LOAD:
		g_string_append(p->out, "load ");
		print(p, step->lhs);
		break;
	case STEP_KINDS:
		break;
	}
	dump_loc(p, step->loc);
}

static void dump_edge(struct printer *p, const struct fact_block *block, uint32_t number)
{
	const struct fact_edge *edge = &p->facts->edges[block->edges + number];

	g_string_append(p->out, number ? ", " : " -> ");
	if (block->term == TERM_SWITCH && edge->is_default)
		g_string_append(p->out, "default: ");
	else if (block->term == TERM_SWITCH && edge->low == edge->high)
		g_string_append_printf(p->out, "%" PRId64 ": ", edge->low);
	else if (block->term == TERM_SWITCH)
		g_string_append_printf(p->out, "%" PRId64 "..%" PRId64 ": ", edge->low, edge->high);
	g_string_append_printf(p->out, "%" PRIu32, edge->block);
}

static bool has_condition(const struct fact_block *block)
{
	return block->term == TERM_BRANCH || block->term == TERM_SWITCH || block->cond;
}

static void dump_block(struct printer *p, uint32_t number)
{
	const struct fact_block *block = &p->facts->blocks[p->function->blocks + number];

	g_string_append_printf(p->out, "  block %" PRIu32 "%s\n", number,
			       block->loop_head ? " loop" : "");
	for (uint32_t i = 0; i < block->n_steps; i++)
		dump_step(p, &p->facts->steps[block->steps + i]);
	g_string_append_printf(p->out, "    %s", term_name[block->term]);
	if (has_condition(block)) {
		g_string_append_c(p->out, ' ');
		print(p, block->cond);
	}
	for (uint32_t i = 0; i < block->n_edges; i++)
		dump_edge(p, block, i);
	dump_loc(p, block->loc);
}

static void dump_variables(struct printer *p, const char *kind, uint32_t first, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct fact_variable *v = &p->facts->variables[first + i];

		g_string_append_printf(p->out, "  %s %s: %s\n", kind,
				       facts_string(p->facts, v->name),
				       facts_string(p->facts, v->type));
	}
}

static void dump_flags(GString *out, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *word;
	} words[] = {
		{ FUNCTION_STATIC, "static" },	   { FUNCTION_INLINE, "inline" },
		{ FUNCTION_HEADER, "header" },	   { FUNCTION_NORETURN, "noreturn" },
		{ FUNCTION_WEAK, "weak" },	   { FUNCTION_INIT, "init" },
		{ FUNCTION_EXIT, "exit" },	   { FUNCTION_VARIADIC, "variadic" },
		{ FUNCTION_RETURNS_BOOL, "bool" }, { FUNCTION_RETURNS_POINTER, "pointer" },
		{ FUNCTION_RETURNS_VOID, "void" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (flags & words[i].flag)
			g_string_append_printf(out, " %s", words[i].word);
}

static void dump_annotations(struct printer *p, uint32_t first, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct fact_annotation *a = &p->facts->annotations[first + i];

		g_string_append_printf(p->out, "  %s(%s)\n", annotation_name[a->kind],
				       facts_string(p->facts, a->text));
	}
}

static void dump_function(struct printer *p, const struct fact_function *function)
{
	const struct fact_symbol *symbol = &p->facts->symbols[function->symbol];

	p->function = NULL;
	g_string_append_printf(p->out, "function %s: %s ;", facts_string(p->facts, symbol->name),
			       facts_string(p->facts, function->type));
	dump_flags(p->out, function->flags);
	dump_loc(p, function->loc);
	p->function = function;
	dump_annotations(p, symbol->annotations, symbol->n_annotations);
	dump_variables(p, "param", function->variables, function->n_params);
	dump_variables(p, "local", function->variables + function->n_params, function->n_locals);
	for (uint32_t i = 0; i < function->n_blocks; i++)
		dump_block(p, i);
	p->function = NULL;
}

static void dump_init(struct printer *p, const struct fact_init *init)
{
	g_string_append(p->out, "init ");
	print(p, init->lhs);
	g_string_append(p->out, " = ");
	print(p, init->rhs);
	dump_loc(p, init->loc);
}

/* Symbols and fields that have annotations: the others are seen where they are used. */
static void dump_annotated(struct printer *p)
{
	const struct facts *f = p->facts;

	for (uint32_t i = 0; i < f->n_symbols; i++) {
		if (!f->symbols[i].n_annotations)
			continue;
		g_string_append_printf(p->out, "symbol %s\n", facts_string(f, f->symbols[i].name));
		dump_annotations(p, f->symbols[i].annotations, f->symbols[i].n_annotations);
	}
	for (uint32_t i = 0; i < f->n_fields; i++) {
		if (!f->fields[i].n_annotations)
			continue;
		g_string_append_printf(p->out, "field %s.%s\n",
				       facts_string(f, f->fields[i].record),
				       facts_string(f, f->fields[i].name));
		dump_annotations(p, f->fields[i].annotations, f->fields[i].n_annotations);
	}
}

static void dump_unit(struct printer *p)
{
	const struct facts *f = p->facts;

	g_string_append_printf(p->out, "unit %s\n", f->unit);
	if (*f->module)
		g_string_append_printf(p->out, "module %s\n", f->module);
	for (uint32_t i = 0; i < f->n_diagnostics; i++)
		g_string_append_printf(p->out, "diagnostic %s\n",
				       facts_string(f, f->diagnostics[i]));
	dump_annotated(p);
	for (uint32_t i = 0; i < f->n_inits; i++)
		dump_init(p, &f->inits[i]);
}

void facts_dump(const struct facts *facts, const char *function, GString *out)
{
	struct printer p = { .facts = facts, .out = out };

	if (!function)
		dump_unit(&p);
	for (uint32_t i = 0; i < facts->n_functions; i++) {
		const struct fact_function *f = &facts->functions[i];
		const char *name = facts_string(facts, facts->symbols[f->symbol].name);

		if (!function || g_str_equal(name, function))
			dump_function(&p, f);
	}
}
