/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_terms.c - one term for what is equal, and none that is larger than one may walk over */
#include "program/program.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int set_up(void **state)
{
	*state = term_table_new();
	return 0;
}

static int tear_down(void **state)
{
	term_table_free(*state);
	return 0;
}

static term_id local(struct term_table *t, uint32_t number)
{
	return term_make(t, (struct term){ .kind = EXPR_LOCAL, .a = number });
}

static term_id xor
	(struct term_table * t, term_id left, term_id right) {
		return term_make(
			t, (struct term){
				   .kind = EXPR_BINARY, .op = BINARY_XOR, .a = left, .b = right });
	}

	static void test_equal_terms_are_one(void **state)
{
	struct term_table *t = *state;
	term_id x = local(t, 1), y = local(t, 2);

	assert_int_not_equal(x, y);
	assert_int_equal(x, local(t, 1));
	assert_int_equal(xor(t, x, y), xor(t, y, x));
	assert_int_equal(term_addr(t, term_deref(t, x)), x);
}

/* The table grows several times meanwhile. */
static void test_many_terms_are_found_again(void **state)
{
	enum { MANY = 100000 };
	struct term_table *t = *state;
	term_id *made = g_new(term_id, MANY);

	for (uint32_t i = 0; i < MANY; i++)
		made[i] = term_field(t, local(t, i), i % 7, i % 5);
	for (uint32_t i = 0; i < MANY; i++)
		assert_int_equal(made[i], term_field(t, local(t, i), i % 7, i % 5));
	assert_int_equal(term_count(t), 1 + 2 * MANY);
	g_free(made);
}

/* p->next->next->...: what a loop over a list makes. */
static void test_deep_term_is_unknown(void **state)
{
	struct term_table *t = *state;
	term_id at = local(t, 0);
	unsigned steps = 0;

	for (; at && steps < 1000; steps++)
		at = term_deref(t, at);
	assert_int_equal(at, 0);
	assert_int_equal(steps, TERM_MAX_DEPTH);
}

/* x ^= x << 1 of which each step has the one before twice: the rounds of a cipher. */
static void test_large_term_is_unknown(void **state)
{
	struct term_table *t = *state;
	term_id x = local(t, 0), last = x;
	unsigned steps = 0;

	while (x && steps < 1000) {
		term_id shifted = term_make(t, (struct term){ .kind = EXPR_BINARY,
							      .op = BINARY_SHL,
							      .a = x,
							      .b = term_int(t, 1) });

		last = x;
		x = xor(t, x, shifted);
		steps++;
	}
	assert_int_equal(x, 0);
	assert_true(steps < TERM_MAX_DEPTH / 2);
	assert_true(t->sizes[last] <= TERM_MAX_SIZE);
	assert_true(term_count(t) < 100);
}

/* What is unknown stays it; only a member of it says something: its record has a class. */
static void test_unknown_parts(void **state)
{
	struct term_table *t = *state;

	assert_int_equal(term_deref(t, 0), 0);
	assert_int_equal(term_addr(t, 0), 0);
	assert_int_equal(xor(t, 0, local(t, 1)), 0);
	assert_int_not_equal(term_field(t, 0, 1, 2), 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_equal_terms_are_one),	 TEST(test_many_terms_are_found_again),
		TEST(test_deep_term_is_unknown), TEST(test_large_term_is_unknown),
		TEST(test_unknown_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
