/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_json.c - jansson with positions in errors */
#include "base/json.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char *dir, *file;
};

static int set_up(void **state)
{
	struct place *place = g_new0(struct place, 1);

	place->dir = g_dir_make_tmp("lockgraph-json-XXXXXX", NULL);
	place->file = g_build_filename(place->dir, "file.json", NULL);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	file_remove_tree(place->dir, NULL);
	g_free(place->dir);
	g_free(place->file);
	g_free(place);
	return 0;
}

static void assert_refused(const struct place *place, const char *text, int line)
{
	g_autofree char *where = g_strdup_printf("%s:%d: ", place->file, line);
	g_autoptr(GError) err = NULL;

	assert_true(file_replace(place->file, text, strlen(text), NULL));
	assert_null(json_read_file(place->file, &err));
	assert_true(g_str_has_prefix(err->message, where));
}

static void test_refused(void **state)
{
	const struct place *place = *state;

	assert_refused(place, "", 1);
	assert_refused(place, "{ \"a\": 1,\n\"a\": 2 }", 2);
	assert_refused(place, "{}\n\n{}", 3);
	assert_refused(place, "{\n\"a\": }", 2);
	assert_refused(place, "[\"\xff\"]", 1);
}

static void test_absent(void **state)
{
	const struct place *place = *state;
	g_autoptr(GError) err = NULL;

	assert_null(json_read_file(place->file, &err));
	assert_non_null(strstr(err->message, place->file));
}

static void test_keys(void **state)
{
	static const char *const known[] = { "lock", "kind", NULL };
	json_t *good = json_pack("{s:i, s:i}", "kind", 1, "lock", 2);
	json_t *bad = json_pack("{s:i, s:i}", "kind", 1, "lokc", 2);
	g_autoptr(GError) err = NULL;

	(void)state;
	assert_true(json_check_keys(good, "x.json:3", known, NULL));
	assert_false(json_check_keys(bad, "x.json:3", known, &err));
	assert_string_equal(err->message, "x.json:3: unknown key \"lokc\"; known here: lock, kind");
	json_decref(good);
	json_decref(bad);
}

/* Keys keep their order. */
static void test_write(void **state)
{
	const struct place *place = *state;
	json_t *root = json_pack("{s:i, s:[i]}", "z", 1, "a", 2);
	g_autofree char *text = NULL;
	json_t *again;

	assert_true(json_write_file(root, place->file, NULL));
	assert_true(g_file_get_contents(place->file, &text, NULL, NULL));
	assert_string_equal(text, "{\n \"z\": 1,\n \"a\": [\n  2\n ]\n}\n");
	again = json_read_file(place->file, NULL);
	assert_true(json_equal(root, again));
	json_decref(again);
	json_decref(root);
}

static void test_write_fails(void **state)
{
	json_t *root = json_array();
	g_autoptr(GError) err = NULL;

	(void)state;
	if (!access("/dev/full", W_OK))
		assert_false(json_write_file(root, "/dev/full", &err));
	json_decref(root);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_refused), TEST(test_absent),	    TEST(test_keys),
		TEST(test_write),   TEST(test_write_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
