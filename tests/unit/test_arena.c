/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_arena.c - memory that is freed all at once */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_alignment(void **state)
{
	struct arena *arena = arena_new("test");

	(void)state;
	for (size_t bytes = 0; bytes < 100; bytes++)
		assert_int_equal((uintptr_t)arena_alloc(arena, bytes) % 16, 0);
	arena_free(arena);
}

/* Small, large, and across many chunks: no piece overlaps another. */
static void test_pieces_are_apart(void **state)
{
	static const size_t sizes[] = { 1, 17, 4096, 100000, 300000, 3000000 };
	struct arena *arena = arena_new("test");
	unsigned char *pieces[600];

	(void)state;
	for (size_t i = 0; i < 600; i++) {
		pieces[i] = arena_alloc(arena, sizes[i % (i < 12 ? 6 : 4)]);
		memset(pieces[i], (int)(i & 0xff), sizes[i % (i < 12 ? 6 : 4)]);
	}
	for (size_t i = 0; i < 600; i++) {
		size_t size = sizes[i % (i < 12 ? 6 : 4)];

		assert_int_equal(pieces[i][0], i & 0xff);
		assert_int_equal(pieces[i][size - 1], i & 0xff);
	}
	arena_free(arena);
}

static void test_zero(void **state)
{
	struct arena *arena = arena_new("test");
	unsigned char *dirty = arena_alloc(arena, 64);
	unsigned char *clean;

	(void)state;
	memset(dirty, 0xff, 64);
	arena_reset(arena);
	clean = arena_zalloc(arena, 64);
	for (int i = 0; i < 64; i++)
		assert_int_equal(clean[i], 0);
	arena_free(arena);
}

static void test_copies(void **state)
{
	struct arena *arena = arena_new("test");
	char text[] = "text";
	char *copy = arena_strdup(arena, text);

	(void)state;
	text[0] = 'n';
	assert_string_equal(copy, "text");
	assert_string_equal(arena_printf(arena, "%d %s", 7, "locks"), "7 locks");
	assert_memory_equal(arena_memdup(arena, text, 5), "next", 5);
	assert_non_null(arena_memdup(arena, NULL, 0));
	arena_free(arena);
}

static void test_counts(void **state)
{
	struct arena *arena = arena_new("function");

	(void)state;
	assert_string_equal(arena_name(arena), "function");
	assert_int_equal(arena_bytes(arena), 0);
	arena_alloc(arena, 10);
	arena_alloc(arena, 1000000);
	assert_int_equal(arena_bytes(arena), 1000010);
	arena_reset(arena);
	assert_int_equal(arena_bytes(arena), 0);
	arena_free(arena);
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alignment), cmocka_unit_test(test_pieces_are_apart),
		cmocka_unit_test(test_zero),	  cmocka_unit_test(test_copies),
		cmocka_unit_test(test_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
