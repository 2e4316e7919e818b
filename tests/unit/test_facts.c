/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_facts.c - facts: what is written is read; what is damaged is refused */
#include "facts/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

struct place {
	char *dir;
	char *file;
};

static int set_up(void **state)
{
	struct place *place = g_new0(struct place, 1);

	place->dir = g_dir_make_tmp("lockgraph-facts-XXXXXX", NULL);
	place->file = g_build_filename(place->dir, "unit.facts", NULL);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	g_unlink(place->file);
	g_rmdir(place->dir);
	g_free(place->file);
	g_free(place->dir);
	g_free(place);
	return 0;
}

static struct fact_loc at(uint32_t line)
{
	return (struct fact_loc){ .line = line, .column = 1 };
}

static uint32_t declare(struct facts_builder *b, const char *name)
{
	uint32_t symbol =
		facts_add_symbol(b, name, SYMBOL_FUNCTION, "void (spinlock_t *)", "", at(1));

	return facts_expr_func(b, symbol);
}

static uint32_t arrow(struct facts_builder *b, uint32_t pointer, const char *record,
		      const char *member)
{
	return facts_expr_field(b, facts_expr_deref(b, pointer), record, member);
}

/*
 * int poll(struct dev *d)
 * {
 *	spin_lock(&d->lock);
 *	while (d->busy)
 *		d->busy = wait_a_bit(d);
 *	spin_unlock(&d->lock);
 *	return 0;
 * }
 *
 * with the blocks made in an odd order and one that nothing reaches.
 */
static void build_poll(struct facts_builder *b)
{
	uint32_t symbol = facts_add_symbol(b, "poll", SYMBOL_FUNCTION | SYMBOL_DEFINED,
					   "int (struct dev *)", "", at(2));
	uint32_t param, lock, busy, call, zero;
	uint32_t entry, out, dead, body, head;

	facts_begin_function(b, symbol, 0, "int (struct dev *)", at(2));
	facts_add_variable(b, true, "d", "struct dev *");
	param = facts_expr_param(b, 0);
	lock = facts_expr_addr(b, arrow(b, param, "struct dev", "lock"));
	busy = arrow(b, param, "struct dev", "busy");
	zero = facts_expr_int(b, 0);

	entry = facts_add_block(b);
	out = facts_add_block(b);
	dead = facts_add_block(b);
	body = facts_add_block(b);
	head = facts_add_block(b);
	assert_int_equal(entry, 0);

	facts_add_call(b, out, declare(b, "spin_unlock"), &lock, 1, STEP_FLAG_DISCARDED, at(7));
	facts_add_call(b, entry, declare(b, "spin_lock"), &lock, 1, STEP_FLAG_DISCARDED, at(4));
	facts_end_block(b, entry, TERM_GOTO, 0, at(4));
	facts_add_edge(b, entry, head);
	facts_end_block(b, head, TERM_BRANCH, busy, at(5));
	facts_add_edge(b, head, body);
	facts_add_edge(b, head, out);
	call = facts_add_call(b, body, declare(b, "wait_a_bit"), &param, 1, 0, at(6));
	facts_add_assign(b, body, busy, call, 0, at(6));
	facts_end_block(b, body, TERM_GOTO, 0, at(6));
	facts_add_edge(b, body, head);
	facts_end_block(b, out, TERM_RETURN, zero, at(8));
	facts_add_clobber(b, dead, busy, at(9));
	facts_end_block(b, dead, TERM_GOTO, 0, at(9));
	facts_add_edge(b, dead, out);
	facts_end_function(b, 9);
}

static struct facts_builder *build(void)
{
	struct facts_builder *b = facts_builder_new("drivers/x/poll.c", "x", "");
	uint32_t table, open, fops;

	facts_add_file(b, "include/x.h");
	build_poll(b);
	table = facts_add_symbol(b, "poll_ops", SYMBOL_STATIC | SYMBOL_DEFINED, "struct ops", "",
				 at(20));
	fops = facts_add_field(b, "struct ops", "poll", "int (*)(struct dev *)");
	facts_annotate_field(b, fops, ANNOTATION_RCU, "");
	facts_annotate_field(b, fops, ANNOTATION_GUARDED_BY, "lock");
	facts_annotate_field(b, fops, ANNOTATION_RCU, "");
	open = facts_expr_field(b, facts_expr_global(b, table), "struct ops", "poll");
	facts_add_init(b, open, declare(b, "poll"), at(21));
	facts_annotate_symbol(b, table, ANNOTATION_SECTION, "init");
	facts_add_input(b, "include/x.h", 1, 2, 3);
	return b;
}

static struct facts *write_and_open(const struct place *place)
{
	struct facts_builder *b = build();
	GError *err = NULL;
	struct facts *facts;

	assert_true(facts_write(b, place->file, &err));
	facts_builder_free(b);
	facts = facts_open(place->file, &err);
	assert_null(err);
	assert_non_null(facts);
	return facts;
}

static void test_round_trip(void **state)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct facts *facts = write_and_open(*state);

	assert_string_equal(facts->unit, "drivers/x/poll.c");
	assert_string_equal(facts->module, "x");
	assert_string_equal(facts->base, "");
	assert_int_equal(facts->n_inputs, 1);
	assert_int_equal(facts->inputs[0].mtime_ns, 3);
	assert_int_equal(facts->n_fields, 1);
	assert_int_equal(facts->fields[0].n_annotations, 2);
	facts_dump(facts, NULL, text);
	assert_string_equal(text->str,
			    "unit drivers/x/poll.c\n"
			    "module x\n"
			    "symbol poll_ops\n"
			    "  section(init)\n"
			    "field struct ops.poll\n"
			    "  rcu()\n"
			    "  guarded_by(lock)\n"
			    "init poll_ops.poll = poll  @drivers/x/poll.c:21:1\n"
			    "function poll: int (struct dev *) ;  @drivers/x/poll.c:2:1\n"
			    "  param d: struct dev *\n"
			    "  block 0\n"
			    "    call #1 = spin_lock(&d->lock) discarded  @4:1\n"
			    "    goto -> 1  @4:1\n"
			    "  block 1 loop\n"
			    "    branch d->busy -> 2, 3  @5:1\n"
			    "  block 2\n"
			    "    call #2 = wait_a_bit(d)  @6:1\n"
			    "    assign d->busy = #2  @6:1\n"
			    "    goto -> 1  @6:1\n"
			    "  block 3\n"
			    "    call #0 = spin_unlock(&d->lock) discarded  @7:1\n"
			    "    return 0  @8:1\n");
	facts_close(facts);
}

static void test_expressions_are_canonical(void **state)
{
	struct facts_builder *b = facts_builder_new("u.c", NULL, NULL);
	uint32_t p = facts_expr_param(b, 0);
	uint32_t inner = arrow(b, p, "struct kvm", "arch");
	uint32_t lock = facts_expr_field(b, inner, "struct kvm_arch", "lock");
	uint32_t index = facts_expr_index(b, lock, facts_expr_int(b, -1));

	(void)state;
	assert_int_equal(facts_expr_param(b, 0), p);
	assert_int_not_equal(facts_expr_local(b, 0), p);
	assert_int_equal(facts_expr_addr(b, facts_expr_deref(b, p)), p);
	assert_int_equal(facts_expr_deref(b, facts_expr_addr(b, p)), p);
	assert_int_equal(facts_expr_container(b, facts_expr_addr(b, inner), "struct kvm", "arch"),
			 p);
	assert_int_equal(
		facts_expr_container(b, facts_expr_addr(b, lock), "struct kvm", "arch.lock"), p);
	assert_int_not_equal(
		facts_expr_container(b, facts_expr_addr(b, lock), "struct dev", "arch.lock"), p);
	assert_int_not_equal(
		facts_expr_container(b, facts_expr_addr(b, lock), "struct kvm", "lock"), p);
	assert_int_equal(facts_expr_at(b, index).kind, EXPR_INDEX);
	assert_int_not_equal(facts_expr_binary(b, BINARY_LT, true, p, lock),
			     facts_expr_binary(b, BINARY_LT, false, p, lock));
	assert_int_equal(facts_expr_int(b, INT64_MIN), facts_expr_int(b, INT64_MIN));
	facts_builder_free(b);
}

static void test_many_expressions_stay_apart(void **state)
{
	struct facts_builder *b = facts_builder_new("u.c", NULL, NULL);

	(void)state;
	for (int64_t i = 0; i < 5000; i++)
		assert_int_equal(facts_expr_int(b, i), i + 1);
	for (int64_t i = 0; i < 5000; i++)
		assert_int_equal(facts_expr_int(b, i), i + 1);
	facts_builder_free(b);
}

static void test_symbols_merge(void **state)
{
	struct facts_builder *b = facts_builder_new("u.c", NULL, NULL);
	uint32_t f = facts_add_symbol(b, "f", SYMBOL_FUNCTION, "int (void)", "", at(1));
	uint32_t key1 = facts_add_symbol(b, "__key", SYMBOL_STATIC, "struct k", "f", at(5));
	uint32_t key2 = facts_add_symbol(b, "__key", SYMBOL_STATIC, "struct k", "f", at(6));
	uint32_t key3 = facts_add_symbol(b, "__key", SYMBOL_STATIC, "struct k", "g", at(6));
	struct place *place = *state;
	struct facts *facts;

	assert_int_equal(facts_add_symbol(b, "f", SYMBOL_FUNCTION | SYMBOL_DEFINED, "int (void)",
					  "", at(9)),
			 f);
	assert_int_equal(facts_add_symbol(b, "__key", SYMBOL_STATIC, "struct k", "f", at(6)), key2);
	assert_int_not_equal(key1, key2);
	assert_int_not_equal(key2, key3);
	assert_true(facts_write(b, place->file, NULL));
	facts_builder_free(b);
	facts = facts_open(place->file, NULL);
	assert_non_null(facts);
	assert_int_equal(facts->symbols[f].loc.line, 9);
	assert_int_equal(facts->symbols[f].flags, SYMBOL_FUNCTION | SYMBOL_DEFINED);
	facts_close(facts);
}

static void test_switch_in_a_dump(void **state)
{
	struct place *place = *state;
	struct facts_builder *b = facts_builder_new("u.c", NULL, NULL);
	uint32_t symbol = facts_add_symbol(b, "f", SYMBOL_FUNCTION, "void (int)", "", at(1));
	g_autoptr(GString) text = g_string_new(NULL);
	struct facts *facts;

	facts_begin_function(b, symbol, FUNCTION_STATIC, "void (int)", at(1));
	facts_add_variable(b, false, "x", "int");
	for (int i = 0; i < 3; i++)
		facts_add_block(b);
	facts_end_block(b, 0, TERM_SWITCH, facts_expr_local(b, 0), at(2));
	facts_add_case(b, 0, 1, 1, 3);
	facts_add_case(b, 0, 0, -7, -7);
	facts_add_default(b, 0, 2);
	facts_end_block(b, 1, TERM_NORETURN, 0, at(3));
	facts_end_block(b, 2, TERM_RETURN, 0, at(4));
	facts_end_function(b, 5);
	assert_true(facts_write(b, place->file, NULL));
	facts_builder_free(b);
	facts = facts_open(place->file, NULL);
	assert_non_null(facts);
	facts_dump(facts, "f", text);
	assert_string_equal(text->str, "function f: void (int) ; static  @u.c:1:1\n"
				       "  local x: int\n"
				       "  block 0 loop\n"
				       "    switch x -> 1..3: 1, -7: 0, default: 2  @2:1\n"
				       "  block 1\n"
				       "    noreturn  @3:1\n"
				       "  block 2\n"
				       "    return  @4:1\n");
	facts_close(facts);
}

/* Fails, or gives facts that can be walked from end to end. */
static bool open_bytes(const struct place *place, const char *bytes, size_t size)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	struct facts *facts;

	assert_true(g_file_set_contents(place->file, bytes, (gssize)size, NULL));
	facts = facts_open(place->file, &err);
	if (!facts) {
		assert_non_null(err);
		assert_non_null(strstr(err->message, place->file));
		return false;
	}
	facts_dump(facts, NULL, text);
	facts_close(facts);
	return true;
}

static void test_cut_anywhere(void **state)
{
	struct place *place = *state;
	g_autofree char *bytes = NULL;
	gsize size;

	facts_close(write_and_open(place));
	assert_true(g_file_get_contents(place->file, &bytes, &size, NULL));
	for (gsize n = 0; n < size; n++)
		assert_false(open_bytes(place, bytes, n));
	assert_true(open_bytes(place, bytes, size));
}

static void test_any_byte_changed(void **state)
{
	struct place *place = *state;
	g_autofree char *bytes = NULL;
	gsize size;

	facts_close(write_and_open(place));
	assert_true(g_file_get_contents(place->file, &bytes, &size, NULL));
	for (gsize i = 0; i < size; i++) {
		bytes[i] ^= 0x41;
		assert_false(open_bytes(place, bytes, size));
		bytes[i] ^= 0x41;
	}
}

/*
 * The same with the hash made right again, as a program with a mistake would write it: indices
 * are checked for their own sake.
 */
static void test_any_word_changed_under_a_right_hash(void **state)
{
	static const uint32_t values[] = { 0, 1, 7, 0xffff, 0x7fffffff, 0xffffffff };
	struct place *place = *state;
	g_autofree char *bytes = NULL;
	gsize size;

	facts_close(write_and_open(place));
	assert_true(g_file_get_contents(place->file, &bytes, &size, NULL));
	for (gsize i = 16; i + 4 <= size; i += 4) {
		for (size_t v = 0; v < G_N_ELEMENTS(values); v++) {
			uint32_t old;
			uint64_t hash;

			memcpy(&old, bytes + i, sizeof(old));
			memcpy(bytes + i, &values[v], sizeof(old));
			hash = file_hash_bytes(0, bytes + 16, size - 16);
			memcpy(bytes + 8, &hash, sizeof(hash));
			open_bytes(place, bytes, size);
			memcpy(bytes + i, &old, sizeof(old));
		}
	}
}

static void test_foreign_files(void **state)
{
	struct place *place = *state;
	g_autoptr(GError) err = NULL;

	assert_false(open_bytes(place, "", 0));
	assert_false(open_bytes(place, "\177ELF and more", 13));
	g_unlink(place->file);
	assert_null(facts_open(place->file, &err));
	assert_non_null(err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
		cmocka_unit_test(test_expressions_are_canonical),
		cmocka_unit_test(test_many_expressions_stay_apart),
		cmocka_unit_test_setup_teardown(test_symbols_merge, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_switch_in_a_dump, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut_anywhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_any_byte_changed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_any_word_changed_under_a_right_hash, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_foreign_files, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
