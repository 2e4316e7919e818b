/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_file.c - files: mapped, hashed, and replaced in one step */
#include "base/file.h"

#include <glib/gstdio.h>
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

	place->dir = g_dir_make_tmp("lockgraph-file-XXXXXX", NULL);
	place->file = g_build_filename(place->dir, "file", NULL);
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

static guint files_in(const char *dir)
{
	g_autoptr(GDir) open = g_dir_open(dir, 0, NULL);
	guint n = 0;

	while (g_dir_read_name(open))
		n++;
	return n;
}

static void test_map(void **state)
{
	const struct place *place = *state;
	struct mapping map;

	assert_true(file_replace(place->file, "locks", 5, NULL));
	assert_true(file_map(place->file, &map, NULL));
	assert_int_equal(map.size, 5);
	assert_memory_equal(map.data, "locks", 5);
	file_unmap(&map);
	assert_null(map.data);
}

static void test_map_empty(void **state)
{
	const struct place *place = *state;
	struct mapping map;

	assert_true(file_replace(place->file, NULL, 0, NULL));
	assert_true(file_map(place->file, &map, NULL));
	assert_null(map.data);
	assert_int_equal(map.size, 0);
	file_unmap(&map);
}

static void test_map_fails(void **state)
{
	const struct place *place = *state;
	g_autoptr(GError) absent = NULL;
	g_autoptr(GError) folder = NULL;
	struct mapping map;

	assert_false(file_map(place->file, &map, &absent));
	assert_non_null(strstr(absent->message, place->file));
	assert_false(file_map(place->dir, &map, &folder));
	assert_non_null(strstr(folder->message, place->dir));
	assert_null(map.data);
}

/* The old mapping stays what it was: the new content is another file with the same name. */
static void test_replace(void **state)
{
	const struct place *place = *state;
	struct mapping map;
	g_autofree char *text = NULL;

	assert_true(file_replace(place->file, "old", 3, NULL));
	assert_true(file_map(place->file, &map, NULL));
	assert_true(file_replace(place->file, "newer", 5, NULL));
	assert_memory_equal(map.data, "old", 3);
	file_unmap(&map);
	assert_true(g_file_get_contents(place->file, &text, NULL, NULL));
	assert_string_equal(text, "newer");
	assert_int_equal(files_in(place->dir), 1);
}

static void test_replace_fails(void **state)
{
	const struct place *place = *state;
	g_autofree char *below = g_build_filename(place->dir, "absent", "file", NULL);
	g_autoptr(GError) absent = NULL;
	g_autoptr(GError) full = NULL;

	assert_false(file_replace(below, "x", 1, &absent));
	assert_non_null(strstr(absent->message, below));
	assert_int_equal(files_in(place->dir), 0);
	if (access("/dev/full", W_OK))
		return;
	assert_false(file_replace("/dev/full", "x", 1, &full));
	assert_non_null(strstr(full->message, "/dev/full"));
}

/* A device is written to, not replaced. */
static void test_device(void **state)
{
	(void)state;
	assert_true(file_replace("/dev/null", "x", 1, NULL));
	assert_false(g_file_test("/dev/null", G_FILE_TEST_IS_REGULAR));
}

static void test_folders(void **state)
{
	const struct place *place = *state;
	g_autofree char *top = g_build_filename(place->dir, "a", NULL);
	g_autofree char *deep = g_build_filename(top, "b", "c", NULL);
	g_autofree char *link = g_build_filename(deep, "link", NULL);
	g_autoptr(GError) err = NULL;

	assert_true(file_replace(place->file, "kept", 4, NULL));
	assert_true(file_make_dirs(deep, NULL));
	assert_true(file_make_dirs(deep, NULL));
	assert_false(file_make_dirs(place->file, &err));
	assert_int_equal(symlink(place->dir, link), 0);
	assert_true(file_remove_tree(top, NULL));
	assert_true(file_remove_tree(top, NULL));
	assert_false(g_file_test(top, G_FILE_TEST_EXISTS));
	assert_true(g_file_test(place->file, G_FILE_TEST_EXISTS));
}

/* Each length of a run of zeros, and each changed bit, has a hash of its own. */
static void test_hash(void **state)
{
	g_autoptr(GHashTable)
		seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	unsigned char data[67] = { 0 };

	(void)state;
	for (size_t size = 0; size <= sizeof(data); size++) {
		uint64_t hash = file_hash_bytes(0, data, size);

		assert_true(g_hash_table_add(seen, g_memdup2(&hash, sizeof(hash))));
	}
	for (size_t bit = 0; bit < 8 * sizeof(data); bit++) {
		uint64_t hash;

		data[bit / 8] ^= (unsigned char)(1 << bit % 8);
		hash = file_hash_bytes(0, data, sizeof(data));
		data[bit / 8] ^= (unsigned char)(1 << bit % 8);
		assert_true(g_hash_table_add(seen, g_memdup2(&hash, sizeof(hash))));
	}
	assert_int_not_equal(file_hash_bytes(1, data, 8), file_hash_bytes(2, data, 8));
}

static void test_hash_file(void **state)
{
	const struct place *place = *state;
	g_autoptr(GError) err = NULL;
	uint64_t hash;

	assert_true(file_replace(place->file, "locks", 5, NULL));
	assert_true(file_hash(place->file, &hash, NULL));
	assert_true(hash == file_hash_bytes(0, "locks", 5));
	assert_false(file_hash(place->dir, &hash, &err));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_map),	    TEST(test_map_empty),     TEST(test_map_fails),
		TEST(test_replace), TEST(test_replace_fails), TEST(test_device),
		TEST(test_folders), TEST(test_hash),	      TEST(test_hash_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
