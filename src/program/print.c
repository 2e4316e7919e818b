/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print.c - terms as C-like text
 */
#include "program/program.h"

static const char *const unary_text[] = {
#define UNARY(symbol, text) [UNARY_##symbol] = text,
#include "facts/kinds.def"
#undef UNARY
};

static const char *const binary_text[] = {
#define BINARY(symbol, text) [BINARY_##symbol] = text,
#include "facts/kinds.def"
#undef BINARY
};

static void print_variable(const struct program *program, uint32_t function,
			   const struct term *term, GString *out)
{
	const struct function *f;
	const struct facts *facts;
	uint32_t number = term->a;

	if (function == PROGRAM_NONE) {
		g_string_append_printf(out, term->kind == EXPR_PARAM ? "arg%u" : "local%u",
				       term->a);
		return;
	}
	f = &program->functions[function];
	facts = program->units[f->unit].facts;
	if (term->kind == EXPR_LOCAL)
		number += f->facts->n_params;
	if (number >= f->facts->n_params + f->facts->n_locals) {
		g_string_append(out, "?");
		return;
	}
	g_string_append(out,
			facts_string(facts, facts->variables[f->facts->variables + number].name));
}

static bool is_operator(uint8_t kind)
{
	return kind == EXPR_UNARY || kind == EXPR_BINARY;
}

static void print_operand(const struct program *program, uint32_t function, term_id id,
			  GString *out)
{
	bool brackets = is_operator(term_at(program->terms, id).kind);

	if (brackets)
		g_string_append_c(out, '(');
	program_print_term(program, function, id, out);
	if (brackets)
		g_string_append_c(out, ')');
}

/* What a pointer points to: a constant one, get_current()'s, is known by its name. */
static void print_pointer(const struct program *program, uint32_t function, term_id id,
			  GString *out)
{
	struct term term = term_at(program->terms, id);

	if (term.kind == EXPR_STRING)
		g_string_append(out, program_string(program, term.a));
	else
		print_operand(program, function, id, out);
}

static void print_field(const struct program *program, uint32_t function, const struct term *term,
			GString *out)
{
	struct term base = term_at(program->terms, term->base);
	bool arrow = base.kind == EXPR_DEREF;

	if (base.kind == EXPR_UNKNOWN)
		g_string_append(out, program_string(program, term->a));
	else if (arrow)
		print_pointer(program, function, base.base, out);
	else
		print_operand(program, function, term->base, out);
	g_string_append_printf(out, "%s%s", arrow ? "->" : ".", program_string(program, term->b));
}

static void print_operator(const struct program *program, uint32_t function,
			   const struct term *term, GString *out)
{
	if (term->kind == EXPR_UNARY) {
		g_string_append(out, unary_text[term->op]);
		print_operand(program, function, term->base, out);
		return;
	}
	print_operand(program, function, term->a, out);
	g_string_append_printf(out, " %s ", binary_text[term->op]);
	print_operand(program, function, term->b, out);
}

static void print_around(const struct program *program, uint32_t function, const char *before,
			 term_id id, const char *after, GString *out)
{
	g_string_append(out, before);
	print_operand(program, function, id, out);
	g_string_append(out, after);
}

void program_print_term(const struct program *program, uint32_t function, term_id id, GString *out)
{
	struct term term = term_at(program->terms, id);
	int64_t value;

	switch ((enum fact_expr_kind)term.kind) {
	case EXPR_UNKNOWN:
		g_string_append_c(out, '?');
		break;
	case EXPR_PARAM:
	case EXPR_LOCAL:
		print_variable(program, function, &term, out);
		break;
	case EXPR_GLOBAL:
	case EXPR_FUNC:
		g_string_append(out, program_string(program, program->symbols[term.a].name));
		break;
	case EXPR_RESULT:
		g_string_append(out, "(result)");
		break;
	case EXPR_INT:
		term_is_int(program->terms, id, &value);
		g_string_append_printf(out, "%" G_GINT64_FORMAT, value);
		break;
	case EXPR_STRING:
		g_string_append_printf(out, "\"%s\"", program_string(program, term.a));
		break;
	case EXPR_FIELD:
		print_field(program, function, &term, out);
		break;
	case EXPR_DEREF:
		print_around(program, function, "*", term.base, "", out);
		break;
	case EXPR_INDEX:
		print_around(program, function, "", term.base, "[]", out);
		break;
	case EXPR_ADDR:
		print_around(program, function, "&", term.base, "", out);
		break;
	case EXPR_CONTAINER:
		print_around(program, function, "container_of(", term.base, ")", out);
		break;
	case EXPR_PERCPU:
		print_around(program, function, "this_cpu_ptr(", term.base, ")", out);
		break;
	case EXPR_UNARY:
	case EXPR_BINARY:
		print_operator(program, function, &term, out);
		break;
	case EXPR_KINDS:
		break;
	}
}
