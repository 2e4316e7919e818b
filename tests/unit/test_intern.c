/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_intern.c - strings as small numbers */
#include "base/intern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define MANY 20000

static void test_empty(void **state)
{
	struct intern *in = intern_new();

	(void)state;
	assert_int_equal(intern_id(in, ""), 0);
	assert_int_equal(intern_id(in, NULL), 0);
	assert_int_equal(intern_idn(in, "text", 0), 0);
	assert_string_equal(intern_str(in, 0), "");
	assert_int_equal(intern_count(in), 1);
	intern_free(in);
	intern_free(NULL);
}

static void test_length(void **state)
{
	struct intern *in = intern_new();
	uint32_t lock = intern_idn(in, "lock_class", 4);

	(void)state;
	assert_int_equal(lock, intern_id(in, "lock"));
	assert_string_equal(intern_str(in, lock), "lock");
	assert_int_not_equal(lock, intern_id(in, "lock_class"));
	intern_free(in);
}

/* Ids are dense, and stay what they are while the table grows. */
static void test_many(void **state)
{
	struct intern *in = intern_new();
	const char *first;
	char text[32];

	(void)state;
	intern_id(in, "name 1");
	first = intern_str(in, 1);
	for (uint32_t i = 1; i <= MANY; i++) {
		snprintf(text, sizeof(text), "name %u", i);
		assert_int_equal(intern_id(in, text), i);
	}
	assert_int_equal(intern_count(in), MANY + 1);
	assert_ptr_equal(intern_str(in, 1), first);
	for (uint32_t i = 1; i <= MANY; i++) {
		snprintf(text, sizeof(text), "name %u", i);
		assert_int_equal(intern_find(in, text), i);
		assert_string_equal(intern_str(in, i), text);
	}
	intern_free(in);
}

static void test_find(void **state)
{
	struct intern *in = intern_new();

	(void)state;
	assert_int_equal(intern_find(in, "lock"), UINT32_MAX);
	intern_id(in, "lock");
	assert_int_equal(intern_find(in, "lock"), 1);
	assert_int_equal(intern_find(in, "loc"), UINT32_MAX);
	intern_free(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
