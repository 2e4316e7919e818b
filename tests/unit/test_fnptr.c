/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_fnptr.c - which functions an indirect call may reach, on small hand-made units */
#include "program/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

/* One unit that is built, stored, read and linked. Every function has one block. */
struct builder {
	struct facts_builder *b;
	char *dir, *file;
	struct rules *rules;
	struct facts *facts;
	GPtrArray *units;
	struct program *program;
	uint32_t block;
};

static struct fact_loc at(uint32_t line)
{
	return (struct fact_loc){ .line = line, .column = 1 };
}

/* What the points-to analysis asks of the rules: which type is a lock. */
static struct rules *write_rules(const char *dir)
{
	static const char text[] =
		"{\"schema\": \"lockgraph-rules/1\", \"lock_types\": ["
		"{\"types\": [\"struct spinlock\"], \"kind\": \"spinlock\", \"doc\": \"x\"}]}";
	g_autofree char *path = g_build_filename(dir, "base.json", NULL);
	struct rules *rules;

	assert_true(g_file_set_contents(path, text, -1, NULL));
	rules = rules_load(dir, "base", NULL, NULL);
	assert_non_null(rules);
	g_unlink(path);
	return rules;
}

static int set_up(void **state)
{
	struct builder *w = g_new0(struct builder, 1);

	w->dir = g_dir_make_tmp("lockgraph-fnptr-XXXXXX", NULL);
	w->file = g_build_filename(w->dir, "unit.facts", NULL);
	w->b = facts_builder_new("drivers/x/x.c", "x", "");
	w->rules = write_rules(w->dir);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct builder *w = *state;

	program_free(w->program);
	facts_close(w->facts);
	if (w->units)
		g_ptr_array_unref(w->units);
	facts_builder_free(w->b);
	rules_free(w->rules);
	g_unlink(w->file);
	g_rmdir(w->dir);
	g_free(w->file);
	g_free(w->dir);
	g_free(w);
	return 0;
}

static uint32_t func(struct builder *w, const char *name)
{
	return facts_expr_func(w->b, facts_add_symbol(w->b, name, SYMBOL_FUNCTION, "", "", at(1)));
}

static uint32_t global(struct builder *w, const char *name, const char *type)
{
	return facts_expr_global(w->b,
				 facts_add_symbol(w->b, name, SYMBOL_DEFINED, type, "", at(1)));
}

/* A function; @params and the block's steps follow until end(). */
static void begin(struct builder *w, const char *name, const char *type, const char *const *params)
{
	unsigned flags = strstr(type, "* (") ? FUNCTION_RETURNS_POINTER : 0;

	facts_begin_function(w->b,
			     facts_add_symbol(w->b, name, SYMBOL_FUNCTION | SYMBOL_DEFINED, type,
					      "", at(1)),
			     flags, type, at(1));
	for (size_t i = 0; params && params[i]; i++)
		facts_add_variable(w->b, true, "p", params[i]);
}

static void body(struct builder *w)
{
	w->block = facts_add_block(w->b);
}

static void end(struct builder *w, uint32_t value)
{
	facts_end_block(w->b, w->block, TERM_RETURN, value, at(9));
	facts_end_function(w->b, 9);
}

#define PARAMS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* int NAME(void *): a leaf whose address others take. */
static void leaf(struct builder *w, const char *name)
{
	begin(w, name, "int (void *)", PARAMS("void *"));
	body(w);
	end(w, 0);
}

static void assign(struct builder *w, uint32_t place, uint32_t value)
{
	facts_add_assign(w->b, w->block, place, value, 0, at(2));
}

static uint32_t call(struct builder *w, uint32_t callee, uint32_t arg)
{
	return facts_add_call(w->b, w->block, callee, &arg, 1, 0, at(3));
}

static uint32_t param(struct builder *w, uint32_t n)
{
	return facts_expr_param(w->b, n);
}

static uint32_t arrow(struct builder *w, uint32_t pointer, const char *record, const char *member,
		      const char *type)
{
	facts_add_field(w->b, record, member, type);
	return facts_expr_field(w->b, facts_expr_deref(w->b, pointer), record, member);
}

static uint32_t dot(struct builder *w, uint32_t place, const char *record, const char *member,
		    const char *type)
{
	facts_add_field(w->b, record, member, type);
	return facts_expr_field(w->b, place, record, member);
}

static uint32_t addr(struct builder *w, uint32_t place)
{
	return facts_expr_addr(w->b, place);
}

static void link_all(struct builder *w)
{
	GError *err = NULL;

	assert_true(facts_write(w->b, w->file, &err));
	w->facts = facts_open(w->file, &err);
	assert_non_null(w->facts);
	w->units = g_ptr_array_new();
	g_ptr_array_add(w->units, w->facts);
	w->program = program_link(w->units, w->rules, NULL, NULL);
}

/* The names that the only indirect call of @caller may reach, sorted, with a blank between. */
static char *targets_of(struct builder *w, const char *caller, enum confidence *confidence)
{
	uint32_t f = program_find(w->program, caller);
	const struct facts *facts = w->facts;
	const struct fact_block *block = &facts->blocks[w->program->functions[f].facts->blocks];
	GString *names = g_string_new("");

	for (uint32_t s = 0; s < block->n_steps; s++) {
		const struct fact_step *step = &facts->steps[block->steps + s];
		const struct call_targets *targets;

		if (step->kind != STEP_CALL || facts->exprs[step->lhs].kind == EXPR_FUNC)
			continue;
		targets = program_targets(w->program, f, program_term(w->program, f, step->lhs));
		*confidence = targets->confidence;
		for (size_t i = 0; i < targets->n; i++)
			g_string_append_printf(names, "%s%s", i ? " " : "",
					       function_name(w->program, targets->functions[i]));
	}
	return g_string_free(names, FALSE);
}

static void expect_targets(struct builder *w, const char *caller, const char *expected,
			   enum confidence confidence)
{
	enum confidence found = CONFIDENCE_LOW;
	g_autofree char *names = targets_of(w, caller, &found);

	assert_string_equal(names, expected);
	assert_int_equal(found, confidence);
}

#define FN "int (*)(void *)"

/* mdev->hook = handle; kvm->hook = &mdev->hook; hook = *kvm->hook; hook(kvm): as vfio_ap does. */
static void test_pointer_to_pointer(void **state)
{
	struct builder *w = *state;
	uint32_t hook, crypto;

	leaf(w, "handle");
	leaf(w, "other");
	begin(w, "probe", "int (struct mdev *)", PARAMS("struct mdev *"));
	body(w);
	assign(w, arrow(w, param(w, 0), "struct mdev", "hook", FN), func(w, "handle"));
	assign(w, arrow(w, param(w, 0), "struct mdev", "unhook", FN), func(w, "other"));
	end(w, 0);
	begin(w, "set_kvm", "int (struct mdev *, struct kvm *)",
	      PARAMS("struct mdev *", "struct kvm *"));
	body(w);
	crypto = arrow(w, param(w, 1), "struct kvm", "crypto", "struct crypto");
	assign(w, dot(w, crypto, "struct crypto", "hook", "int (**)(void *)"),
	       addr(w, arrow(w, param(w, 0), "struct mdev", "hook", FN)));
	end(w, 0);
	begin(w, "handle_pqap", "int (struct vcpu *)", PARAMS("struct vcpu *"));
	hook = facts_add_variable(w->b, false, "hook", FN);
	body(w);
	crypto = arrow(w, arrow(w, param(w, 0), "struct vcpu", "kvm", "struct kvm *"), "struct kvm",
		       "crypto", "struct crypto");
	crypto = dot(w, crypto, "struct crypto", "hook", "int (**)(void *)");
	assign(w, facts_expr_local(w->b, hook), facts_expr_deref(w->b, crypto));
	call(w, facts_expr_local(w->b, hook), param(w, 0));
	end(w, 0);
	link_all(w);
	expect_targets(w, "handle_pqap", "handle", CONFIDENCE_HIGH);
}

static uint32_t table(struct builder *w, const char *name, const char *fn)
{
	uint32_t t = global(w, name, "const struct ops");

	facts_add_init(w->b, dot(w, t, "struct ops", "open", FN), func(w, fn), at(1));
	return t;
}

static void call_through(struct builder *w, const char *name, const char *record)
{
	g_autofree char *pointer = g_strdup_printf("%s *", record);
	g_autofree char *type = g_strdup_printf("int (%s)", pointer);

	begin(w, name, type, PARAMS(pointer));
	body(w);
	call(w,
	     arrow(w, arrow(w, param(w, 0), record, "ops", "const struct ops *"), "struct ops",
		   "open", FN),
	     param(w, 0));
	end(w, 0);
}

/* Two types of objects, each with its own table: the second layer keeps them apart. */
static void test_two_layers(void **state)
{
	struct builder *w = *state;
	uint32_t a, b, c;

	leaf(w, "open_a");
	leaf(w, "open_b");
	leaf(w, "open_c");
	a = table(w, "ops_a", "open_a");
	b = table(w, "ops_b", "open_b");
	c = table(w, "ops_c", "open_c");
	begin(w, "set", "int (struct x *, struct y *)", PARAMS("struct x *", "struct y *"));
	body(w);
	assign(w, arrow(w, param(w, 0), "struct x", "ops", "const struct ops *"), addr(w, a));
	assign(w, arrow(w, param(w, 1), "struct y", "ops", "const struct ops *"), addr(w, b));
	assign(w, arrow(w, param(w, 1), "struct y", "ops", "const struct ops *"), addr(w, c));
	end(w, 0);
	call_through(w, "call_x", "struct x");
	call_through(w, "call_y", "struct y");
	link_all(w);
	expect_targets(w, "call_x", "open_a", CONFIDENCE_HIGH);
	expect_targets(w, "call_y", "open_b open_c", CONFIDENCE_MEDIUM);
}

/* A table that comes from nobody knows where may be any of its type. */
static void test_unknown_table(void **state)
{
	struct builder *w = *state;
	uint32_t a;

	leaf(w, "open_a");
	leaf(w, "open_b");
	a = table(w, "ops_a", "open_a");
	table(w, "ops_b", "open_b");
	begin(w, "set", "int (struct x *, const struct ops *)",
	      PARAMS("struct x *", "const struct ops *"));
	body(w);
	assign(w, arrow(w, param(w, 0), "struct x", "ops", "const struct ops *"), addr(w, a));
	assign(w, arrow(w, param(w, 0), "struct x", "ops", "const struct ops *"), param(w, 1));
	end(w, 0);
	call_through(w, "call_x", "struct x");
	link_all(w);
	expect_targets(w, "call_x", "open_a open_b", CONFIDENCE_MEDIUM);
}

static void test_global_table(void **state)
{
	struct builder *w = *state;
	uint32_t a;

	leaf(w, "open_a");
	leaf(w, "open_b");
	a = table(w, "ops_a", "open_a");
	table(w, "ops_b", "open_b");
	begin(w, "call_a", "int (void)", NULL);
	body(w);
	call(w, dot(w, a, "struct ops", "open", FN), 0);
	end(w, 0);
	link_all(w);
	expect_targets(w, "call_a", "open_a", CONFIDENCE_HIGH);
}

/* void set(x, fn) { x->fn = fn; } */
static void test_setter(void **state)
{
	struct builder *w = *state;
	uint32_t args[2];

	leaf(w, "handler");
	leaf(w, "stranger");
	table(w, "ops", "stranger");
	begin(w, "set", "void (struct x *, " FN ")", PARAMS("struct x *", FN));
	body(w);
	assign(w, arrow(w, param(w, 0), "struct x", "fn", FN), param(w, 1));
	end(w, 0);
	begin(w, "probe", "int (struct x *)", PARAMS("struct x *"));
	body(w);
	args[0] = param(w, 0);
	args[1] = func(w, "handler");
	facts_add_call(w->b, w->block, func(w, "set"), args, 2, 0, at(2));
	end(w, 0);
	begin(w, "run", "int (struct x *)", PARAMS("struct x *"));
	body(w);
	call(w, arrow(w, param(w, 0), "struct x", "fn", FN), param(w, 0));
	end(w, 0);
	link_all(w);
	expect_targets(w, "run", "handler", CONFIDENCE_HIGH);
}

/* int walk(fn) { return fn(NULL); }, also reached through a pointer itself. */
static void test_callback(void **state)
{
	struct builder *w = *state;
	uint32_t walker;

	leaf(w, "visit_a");
	leaf(w, "visit_b");
	begin(w, "walk", "int (" FN ")", PARAMS(FN));
	body(w);
	call(w, param(w, 0), 0);
	end(w, 0);
	begin(w, "direct", "int (void)", NULL);
	body(w);
	call(w, func(w, "walk"), func(w, "visit_a"));
	end(w, 0);
	walker = global(w, "walker", "int (*)(" FN ")");
	facts_add_init(w->b, walker, func(w, "walk"), at(1));
	begin(w, "indirect", "int (void)", NULL);
	body(w);
	call(w, walker, func(w, "visit_b"));
	end(w, 0);
	link_all(w);
	expect_targets(w, "walk", "visit_a visit_b", CONFIDENCE_MEDIUM);
	expect_targets(w, "indirect", "walk", CONFIDENCE_HIGH);
}

/* is_table[source].is_int(...), as hfi1 does; and a plain array of functions. */
static void test_arrays(void **state)
{
	struct builder *w = *state;
	uint32_t is_table, plain, element;

	leaf(w, "int_a");
	leaf(w, "int_b");
	leaf(w, "plain_a");
	leaf(w, "stranger");
	is_table = global(w, "is_table", "const struct is_table[2]");
	element = facts_expr_index(w->b, is_table, facts_expr_int(w->b, 0));
	facts_add_init(w->b, dot(w, element, "struct is_table", "is_int", FN), func(w, "int_a"),
		       at(1));
	element = facts_expr_index(w->b, is_table, facts_expr_int(w->b, 1));
	facts_add_init(w->b, dot(w, element, "struct is_table", "is_int", FN), func(w, "int_b"),
		       at(1));
	facts_add_init(w->b,
		       dot(w, global(w, "other", "struct is_table"), "struct is_table", "is_int",
			   FN),
		       func(w, "stranger"), at(1));
	plain = global(w, "plain", "int (*[4])(void *)");
	facts_add_init(w->b, facts_expr_index(w->b, plain, facts_expr_int(w->b, 0)),
		       func(w, "plain_a"), at(1));
	begin(w, "interrupt", "int (unsigned int)", PARAMS("unsigned int"));
	body(w);
	call(w,
	     dot(w, facts_expr_index(w->b, is_table, param(w, 0)), "struct is_table", "is_int", FN),
	     0);
	end(w, 0);
	begin(w, "jump", "int (unsigned int)", PARAMS("unsigned int"));
	body(w);
	call(w, facts_expr_index(w->b, plain, param(w, 0)), 0);
	end(w, 0);
	link_all(w);
	expect_targets(w, "interrupt", "int_a int_b", CONFIDENCE_HIGH);
	expect_targets(w, "jump", "plain_a", CONFIDENCE_HIGH);
}

/* list_for_each_entry(e, ...) e->fn(e): the element's type is what is known. */
static void test_list_element(void **state)
{
	struct builder *w = *state;
	uint32_t e, next;

	leaf(w, "handler");
	begin(w, "add", "int (struct entry *)", PARAMS("struct entry *"));
	body(w);
	assign(w, arrow(w, param(w, 0), "struct entry", "fn", FN), func(w, "handler"));
	end(w, 0);
	begin(w, "run", "int (struct list_head *)", PARAMS("struct list_head *"));
	e = facts_expr_local(w->b, facts_add_variable(w->b, false, "e", "struct entry *"));
	body(w);
	next = arrow(w, param(w, 0), "struct list_head", "next", "struct list_head *");
	assign(w, e, facts_expr_container(w->b, next, "struct entry", "list"));
	call(w, arrow(w, e, "struct entry", "fn", FN), e);
	end(w, 0);
	link_all(w);
	expect_targets(w, "run", "handler", CONFIDENCE_HIGH);
}

/* int (*get(void))(void *) { return handler; } and a getter of a table. */
static void test_getter(void **state)
{
	struct builder *w = *state;
	uint32_t a, ops, result;

	leaf(w, "open_a");
	leaf(w, "open_b");
	a = table(w, "ops_a", "open_a");
	table(w, "ops_b", "open_b");
	begin(w, "get_ops", "const struct ops * (void)", NULL);
	body(w);
	end(w, addr(w, a));
	begin(w, "run", "int (void)", NULL);
	ops = facts_expr_local(w->b, facts_add_variable(w->b, false, "ops", "const struct ops *"));
	body(w);
	result = facts_add_call(w->b, w->block, func(w, "get_ops"), NULL, 0, 0, at(1));
	assign(w, ops, result);
	call(w, arrow(w, ops, "struct ops", "open", FN), 0);
	end(w, 0);
	link_all(w);
	expect_targets(w, "run", "open_a", CONFIDENCE_HIGH);
}

/* Embedded tables: what is stored into a.ops is not read from b.ops. */
static void test_parts(void **state)
{
	struct builder *w = *state;
	uint32_t ops;

	leaf(w, "open_a");
	leaf(w, "open_b");
	begin(w, "set", "int (struct a *, struct b *)", PARAMS("struct a *", "struct b *"));
	body(w);
	ops = arrow(w, param(w, 0), "struct a", "ops", "struct ops");
	assign(w, dot(w, ops, "struct ops", "open", FN), func(w, "open_a"));
	ops = arrow(w, param(w, 1), "struct b", "ops", "struct ops");
	assign(w, dot(w, ops, "struct ops", "open", FN), func(w, "open_b"));
	end(w, 0);
	begin(w, "run", "int (struct a *)", PARAMS("struct a *"));
	body(w);
	ops = arrow(w, param(w, 0), "struct a", "ops", "struct ops");
	call(w, dot(w, ops, "struct ops", "open", FN), param(w, 0));
	end(w, 0);
	link_all(w);
	expect_targets(w, "run", "open_a", CONFIDENCE_HIGH);
}

/* x->ops = ops_a, a whole record, then x->ops.open(). */
static void test_record_copy(void **state)
{
	struct builder *w = *state;
	uint32_t a, ops;

	leaf(w, "open_a");
	leaf(w, "open_b");
	a = table(w, "ops_a", "open_a");
	table(w, "ops_b", "open_b");
	begin(w, "set", "int (struct x *)", PARAMS("struct x *"));
	body(w);
	assign(w, arrow(w, param(w, 0), "struct x", "ops", "struct ops"), a);
	end(w, 0);
	begin(w, "run", "int (struct x *)", PARAMS("struct x *"));
	body(w);
	ops = arrow(w, param(w, 0), "struct x", "ops", "struct ops");
	call(w, dot(w, ops, "struct ops", "open", FN), param(w, 0));
	end(w, 0);
	link_all(w);
	expect_targets(w, "run", "open_a", CONFIDENCE_HIGH);
}

/* A function with another number of parameters, or another type, cannot be meant. */
static void test_type_filter(void **state)
{
	struct builder *w = *state;

	leaf(w, "fits");
	begin(w, "too_many", "int (void *, int)", PARAMS("void *", "int"));
	body(w);
	end(w, 0);
	begin(w, "other_type", "void (struct x *)", PARAMS("struct x *"));
	body(w);
	end(w, 0);
	begin(w, "set", "int (struct x *)", PARAMS("struct x *"));
	body(w);
	assign(w, arrow(w, param(w, 0), "struct x", "fn", FN), func(w, "fits"));
	assign(w, arrow(w, param(w, 0), "struct x", "fn", FN), func(w, "too_many"));
	assign(w, arrow(w, param(w, 0), "struct x", "fn", FN), func(w, "other_type"));
	end(w, 0);
	begin(w, "run", "int (struct x *)", PARAMS("struct x *"));
	body(w);
	call(w, arrow(w, param(w, 0), "struct x", "fn", FN), param(w, 0));
	end(w, 0);
	link_all(w);
	expect_targets(w, "run", "fits", CONFIDENCE_HIGH);
}

/* Where nothing is stored, at most three functions of the very type whose address is taken. */
static void test_by_type(void **state)
{
	struct builder *w = *state;

	leaf(w, "taken");
	leaf(w, "not_taken");
	table(w, "ops", "taken");
	begin(w, "run", "int (struct y *)", PARAMS("struct y *"));
	body(w);
	call(w, arrow(w, param(w, 0), "struct y", "fn", FN), param(w, 0));
	end(w, 0);
	begin(w, "run2", "int (struct y *)", PARAMS("struct y *"));
	body(w);
	call(w, arrow(w, param(w, 0), "struct y", "fn2", "long (*)(void *)"), param(w, 0));
	end(w, 0);
	link_all(w);
	expect_targets(w, "run", "taken", CONFIDENCE_LOW);
	expect_targets(w, "run2", "", CONFIDENCE_LOW);
}

/* f->matrix = alloc(); f->matrix[i] = action; f->matrix[j](f), as s390's fsm.h does. */
static void test_heap_array(void **state)
{
	struct builder *w = *state;
	uint32_t matrix, m, element;

	leaf(w, "action");
	begin(w, "init", "int (struct fsm *)", PARAMS("struct fsm *"));
	m = facts_expr_local(w->b, facts_add_variable(w->b, false, "m", "int (**)(void *)"));
	body(w);
	assign(w, m, call(w, func(w, "alloc"), 0));
	assign(w, arrow(w, param(w, 0), "struct fsm", "matrix", "int (**)(void *)"), m);
	element = facts_expr_index(w->b, facts_expr_deref(w->b, m), facts_expr_int(w->b, 3));
	assign(w, element, func(w, "action"));
	end(w, 0);
	begin(w, "run", "int (struct fsm *)", PARAMS("struct fsm *"));
	body(w);
	matrix = arrow(w, param(w, 0), "struct fsm", "matrix", "int (**)(void *)");
	call(w, facts_expr_index(w->b, facts_expr_deref(w->b, matrix), param(w, 0)), param(w, 0));
	end(w, 0);
	link_all(w);
	expect_targets(w, "run", "action", CONFIDENCE_HIGH);
}

/* step->up.single = fn under another type, step->up.multi(): a union, as cpuhp_step has. */
static void test_union(void **state)
{
	struct builder *w = *state;
	uint32_t up;

	leaf(w, "multi");
	begin(w, "single", "int (int)", PARAMS("int"));
	body(w);
	end(w, 0);
	begin(w, "set", "int (struct step *)", PARAMS("struct step *"));
	body(w);
	up = arrow(w, param(w, 0), "struct step", "up", "struct step.up");
	assign(w, dot(w, up, "struct step.up", "single", "int (*)(int)"), func(w, "single"));
	assign(w, dot(w, up, "struct step.up", "single", "int (*)(int)"), func(w, "multi"));
	end(w, 0);
	begin(w, "run", "int (struct step *)", PARAMS("struct step *"));
	body(w);
	up = arrow(w, param(w, 0), "struct step", "up", "struct step.up");
	call(w, dot(w, up, "struct step.up", "multi", FN), param(w, 0));
	end(w, 0);
	link_all(w);
	expect_targets(w, "run", "multi", CONFIDENCE_HIGH);
}

/* A global that is filled in through a pointer, and read through another. */
static void test_global_filled_in(void **state)
{
	struct builder *w = *state;
	uint32_t ops;

	leaf(w, "open_a");
	leaf(w, "open_b");
	ops = global(w, "ops", "struct ops");
	facts_add_init(w->b, dot(w, ops, "struct ops", "open", FN), func(w, "open_a"), at(1));
	begin(w, "fill", "int (struct ops *)", PARAMS("struct ops *"));
	body(w);
	assign(w, arrow(w, param(w, 0), "struct ops", "open", FN), func(w, "open_b"));
	end(w, 0);
	begin(w, "set", "int (struct x *)", PARAMS("struct x *"));
	body(w);
	call(w, func(w, "fill"), addr(w, ops));
	assign(w, arrow(w, param(w, 0), "struct x", "ops", "const struct ops *"), addr(w, ops));
	end(w, 0);
	call_through(w, "call_x", "struct x");
	link_all(w);
	expect_targets(w, "call_x", "open_a open_b", CONFIDENCE_HIGH);
}

/* init_queue(q, &dev->lock): q->lock points to struct dev.lock. */
static void test_points_to_lock(void **state)
{
	struct builder *w = *state;
	uint32_t args[2], f;
	const term_id *places;
	g_autoptr(GString) text = g_string_new("");
	term_id value;
	size_t n;

	begin(w, "init_queue", "void (struct q *, struct spinlock *)",
	      PARAMS("struct q *", "struct spinlock *"));
	body(w);
	assign(w, arrow(w, param(w, 0), "struct q", "lock", "struct spinlock *"), param(w, 1));
	end(w, 0);
	begin(w, "probe", "int (struct q *, struct dev *)", PARAMS("struct q *", "struct dev *"));
	body(w);
	args[0] = param(w, 0);
	args[1] = addr(w, arrow(w, param(w, 1), "struct dev", "lock", "struct spinlock"));
	facts_add_call(w->b, w->block, func(w, "init_queue"), args, 2, 0, at(2));
	end(w, 0);
	link_all(w);
	f = program_find(w->program, "init_queue");
	value = program_term(w->program, f, w->facts->steps[0].lhs);
	places = program_points_to(w->program, f, value, &n);
	assert_int_equal(n, 1);
	program_print_term(w->program, PROGRAM_NONE, places[0], text);
	assert_non_null(strstr(text->str, "lock"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pointer_to_pointer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_two_layers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unknown_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_global_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_setter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_callback, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_arrays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_list_element, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_getter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_parts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_record_copy, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_type_filter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_by_type, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_heap_array, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_union, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_global_filled_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_points_to_lock, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("fnptr", tests, NULL, NULL);
}
