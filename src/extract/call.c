/* SPDX-License-Identifier: GPL-2.0-or-later */
/* call.c - calls, those of the compiler's builtin functions as what they amount to */
#include "extract/lowering_p.h"

/* More are evaluated, but not recorded. */
#define MAX_ARGS 64

struct call {
	CXCursor cursor;
	struct kids kids; /* callee, arguments */
	uint32_t args[MAX_ARGS];
	uint32_t n_args;
};

/* The function that is called by its name, NULL when it is called through a pointer. */
const struct symbol_ref *called_function(struct lowering *lo, CXCursor callee)
{
	CXCursor inner = strip(lo, callee);

	/* (*f)() and (&f)() call f. */
	while (inner.kind == CXCursor_UnaryOperator)
		inner = strip(lo, last_kid(lo, inner));
	if (inner.kind != CXCursor_DeclRefExpr)
		return NULL;
	inner = clang_getCursorReferenced(inner);
	return inner.kind == CXCursor_FunctionDecl ? symbol_of(lo, inner) : NULL;
}

static void lower_args(struct body *f, struct call *call)
{
	for (uint32_t i = 1; i < call->kids.n; i++) {
		uint32_t value = lower_expr(f, kid(f->lo, call->kids, i));

		if (call->n_args < MAX_ARGS)
			call->args[call->n_args++] = value;
	}
}

static uint32_t lower_constant_call(struct body *f, struct call *call)
{
	CXType type = clang_getCursorType(call->cursor);
	int64_t value;

	/* __builtin_constant_p() says no, __builtin_object_size() says -1 when it does not know. */
	if (!evaluate(call->cursor, &value))
		value = type_kind(type) == CXType_Int ? 0 : -1;
	return facts_expr_int(f->lo->b, value);
}

static uint32_t lower_pure(struct body *f, struct call *call)
{
	int64_t value;

	for (uint32_t i = 0; i < call->n_args; i++)
		if (!int_value(f->lo, call->args[i], &value))
			return UNKNOWN_VALUE;
	return evaluate(call->cursor, &value) ? facts_expr_int(f->lo->b, value) : UNKNOWN_VALUE;
}

static void clobber_pointed(struct body *f, struct call *call, uint32_t arg)
{
	if (!is_dead(f) && arg < call->n_args && call->args[arg] != UNKNOWN_VALUE)
		step_clobber(f, facts_expr_deref(f->lo->b, call->args[arg]), call->cursor);
}

static uint32_t lower_ordinary(struct body *f, const struct symbol_ref *function, uint32_t callee,
			       struct call *call, unsigned flags)
{
	uint32_t result =
		step_call(f, callee, call->args, call->n_args, flags, loc_of(f->lo, call->cursor));

	if (function && function->is_noreturn)
		block_end(f, TERM_NORETURN, UNKNOWN_VALUE, f->loc);
	return result;
}

static uint32_t lower_builtin(struct body *f, const struct symbol_ref *function, struct call *call,
			      unsigned flags)
{
	switch (function->builtin) {
	case BUILTIN_FIRST:
		return call->n_args ? call->args[0] : UNKNOWN_VALUE;
	case BUILTIN_UNREACHABLE:
		block_end(f, TERM_NORETURN, UNKNOWN_VALUE, loc_of(f->lo, call->cursor));
		return UNKNOWN_VALUE;
	case BUILTIN_WRITES_LAST:
		clobber_pointed(f, call, call->n_args - 1);
		return UNKNOWN_VALUE;
	case BUILTIN_WRITES_FIRST:
		clobber_pointed(f, call, 0);
		return UNKNOWN_VALUE;
	case BUILTIN_PURE:
		return lower_pure(f, call);
	case BUILTIN_CONSTANT:
	case BUILTIN_NOTHING:
		return UNKNOWN_VALUE;
	case BUILTIN_NONE:
	case BUILTIN_LIBRARY:
		break;
	}
	return lower_ordinary(f, function, facts_expr_func(f->lo->b, function->symbol), call,
			      flags);
}

static uint32_t lower_known(struct body *f, const struct symbol_ref *function, struct call *call,
			    unsigned flags)
{
	/* Its argument is not evaluated. */
	if (function->builtin == BUILTIN_CONSTANT)
		return lower_constant_call(f, call);
	if (function->builtin == BUILTIN_FIRST && call->kids.n > 2)
		call->kids.n = 2;
	lower_args(f, call);
	return is_dead(f) ? UNKNOWN_VALUE : lower_builtin(f, function, call, flags);
}

/* (flag ? up_write : up_read)(&lock): each arm is a call of its own. */
static bool is_choice_of_functions(struct lowering *lo, CXCursor callee)
{
	struct kids arms;
	bool is_choice = false;

	if (callee.kind != CXCursor_ConditionalOperator)
		return false;
	arms = kids_of(lo, callee);
	if (arms.n == 3)
		is_choice = called_function(lo, kid(lo, arms, 1)) &&
			    called_function(lo, kid(lo, arms, 2));
	kids_done(lo, arms);
	return is_choice;
}

static uint32_t lower_chosen_call(struct body *f, CXCursor choice, const struct call *call,
				  unsigned flags)
{
	struct kids arms = kids_of(f->lo, choice);
	CXType type = clang_getCursorType(call->cursor);
	bool has_value = type_kind(type) != CXType_Void && !(flags & STEP_FLAG_DISCARDED);
	uint32_t result = has_value ? local_new(f, "", type) : UNKNOWN_VALUE;
	uint32_t blocks[] = { block_new(f), block_new(f), block_new(f) };

	lower_condition(f, kid(f->lo, arms, 0), blocks[0], blocks[1]);
	for (uint32_t i = 0; i < 2; i++) {
		struct call one = *call;
		uint32_t value;

		if (!block_is_reached(f, blocks[i]))
			continue;
		block_enter(f, blocks[i]);
		value = lower_known(f, called_function(f->lo, kid(f->lo, arms, i + 1)), &one,
				    flags);
		if (has_value)
			step_assign(f, result, value, 0, call->cursor);
		block_jump(f, blocks[2]);
	}
	block_enter(f, blocks[2]);
	kids_done(f->lo, arms);
	return result;
}

static uint32_t lower_unnamed_call(struct body *f, struct call *call, unsigned flags)
{
	CXCursor callee = strip(f->lo, kid(f->lo, call->kids, 0));
	uint32_t value;

	while (callee.kind == CXCursor_UnaryOperator)
		callee = strip(f->lo, last_kid(f->lo, callee));
	if (is_choice_of_functions(f->lo, callee))
		return lower_chosen_call(f, callee, call, flags);
	value = lower_expr(f, kid(f->lo, call->kids, 0));
	lower_args(f, call);
	return lower_ordinary(f, NULL, value, call, flags);
}

uint32_t lower_call(struct body *f, CXCursor cursor, unsigned flags)
{
	struct kids kids = kids_of(f->lo, cursor);
	struct call call = { .cursor = cursor, .kids = kids };
	const struct symbol_ref *function;
	uint32_t result;

	if (kids.n == 0)
		return UNKNOWN_VALUE;
	function = called_function(f->lo, kid(f->lo, kids, 0));
	result = function ? lower_known(f, function, &call, flags)
			  : lower_unnamed_call(f, &call, flags);
	kids_done(f->lo, kids);
	return result;
}
