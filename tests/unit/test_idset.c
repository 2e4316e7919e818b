/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_idset.c - equal sets are equal numbers */
#include "base/idset.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int set_up(void **state)
{
	*state = idset_pool_new();
	return 0;
}

static int tear_down(void **state)
{
	idset_pool_free(*state);
	idset_pool_free(NULL);
	return 0;
}

#define MAKE(pool, ...)                                                                            \
	idset_make(pool, (const uint32_t[]){ __VA_ARGS__ },                                        \
		   G_N_ELEMENTS(((const uint32_t[]){ __VA_ARGS__ })))

static void assert_members(struct idset_pool *pool, idset set, const uint32_t *ids, size_t n)
{
	size_t members;
	const uint32_t *member = idset_members(pool, set, &members);

	assert_int_equal(members, n);
	if (n)
		assert_memory_equal(member, ids, n * sizeof(*ids));
}

static void test_empty(void **state)
{
	struct idset_pool *pool = *state;

	assert_int_equal(idset_make(pool, NULL, 0), 0);
	assert_members(pool, 0, NULL, 0);
	assert_false(idset_contains(pool, 0, 0));
	assert_int_equal(idset_union(pool, 0, 0), 0);
}

static void test_one_constructor(void **state)
{
	static const uint32_t sorted[] = { 1, 5, 9 };
	struct idset_pool *pool = *state;
	idset set = MAKE(pool, 9, 1, 5, 1, 9);

	assert_members(pool, set, sorted, 3);
	assert_int_equal(set, MAKE(pool, 1, 5, 9));
	assert_int_not_equal(set, MAKE(pool, 1, 5));
	assert_int_equal(set, idset_add(pool, MAKE(pool, 5, 9), 1));
	assert_int_equal(set, idset_union(pool, MAKE(pool, 5), MAKE(pool, 1, 9)));
	assert_int_equal(set, idset_union(pool, MAKE(pool, 5, 9), MAKE(pool, 1, 5)));
	assert_int_equal(set, idset_union(pool, MAKE(pool, 1, 5), MAKE(pool, 5, 9)));
}

static void test_contains(void **state)
{
	struct idset_pool *pool = *state;
	idset set = MAKE(pool, 0, 7, UINT32_MAX);

	assert_true(idset_contains(pool, set, 0));
	assert_true(idset_contains(pool, set, 7));
	assert_true(idset_contains(pool, set, UINT32_MAX));
	assert_false(idset_contains(pool, set, 8));
	assert_int_equal(idset_add(pool, set, 7), set);
}

/* Against bit masks: all unions of small random sets. */
static void test_unions(void **state)
{
	struct idset_pool *pool = *state;
	idset sets[256];

	for (uint32_t mask = 0; mask < 256; mask++) {
		uint32_t ids[8];
		size_t n = 0;

		for (uint32_t bit = 0; bit < 8; bit++)
			if (mask >> bit & 1)
				ids[n++] = bit * 1000;
		sets[mask] = idset_make(pool, ids, n);
	}
	for (uint32_t a = 0; a < 256; a++)
		for (uint32_t b = 0; b < 256; b++)
			assert_int_equal(idset_union(pool, sets[a], sets[b]), sets[a | b]);
	assert_int_equal(idset_pool_count(pool), 256);
	assert_true(idset_pool_bytes(pool) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_empty, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_one_constructor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_contains, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unions, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
