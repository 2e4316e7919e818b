/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_picture.c - sets of texts that are kept as bytes */
#include "cmd/picture_p.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct picture *some(void)
{
	struct picture *picture = picture_new();

	picture_add(picture, PICTURE_USES, "a");
	picture_add(picture, PICTURE_USES, "b");
	picture_add(picture, PICTURE_USES, "b");
	picture_add(picture, PICTURE_LEVELS, "c");
	return picture;
}

static void assert_some(const struct picture *picture)
{
	assert_true(picture_has(picture, PICTURE_USES, "a"));
	assert_true(picture_has(picture, PICTURE_USES, "b"));
	assert_true(picture_has(picture, PICTURE_LEVELS, "c"));
	assert_false(picture_has(picture, PICTURE_USES, "c"));
	assert_false(picture_has(picture, PICTURE_LEVELS, "a"));
	assert_false(picture_has(picture, PICTURE_CLASSES, ""));
}

static void test_sets(void **state)
{
	struct picture *picture = some();

	(void)state;
	assert_some(picture);
	picture_free(picture);
}

static void test_there_and_back(void **state)
{
	struct picture *from = some(), *to = picture_new();
	g_autoptr(GString) bytes = g_string_new(NULL);

	(void)state;
	picture_pack(from, bytes);
	assert_true(picture_unpack(to, bytes->str, bytes->len));
	assert_some(to);
	picture_free(from);
	picture_free(to);
}

/* A file that was cut off or has more is no picture. */
static void test_damaged(void **state)
{
	struct picture *from = some();
	g_autoptr(GString) bytes = g_string_new(NULL);

	(void)state;
	picture_pack(from, bytes);
	for (gsize n = 0; n < bytes->len; n++) {
		struct picture *to = picture_new();

		assert_false(picture_unpack(to, bytes->str, n));
		picture_free(to);
	}
	g_string_append_c(bytes, 'x');
	assert_false(picture_unpack(from, bytes->str, bytes->len));
	picture_free(from);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
