/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_cache.c - the cache: entries are found while their inputs are what they were */
#include "facts/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <utime.h>

#define KEY "ab0123456789"
#define BASE_KEY "cd0123456789"

struct place {
	char *dir, *tree, *header, *cache_dir;
	struct facts_roots roots;
};

static int set_up(void **state)
{
	struct place *place = g_new0(struct place, 1);

	place->dir = g_dir_make_tmp("lockgraph-cache-XXXXXX", NULL);
	place->tree = g_build_filename(place->dir, "tree", NULL);
	place->header = g_build_filename(place->tree, "x.h", NULL);
	place->cache_dir = g_build_filename(place->dir, "cache", "facts", NULL);
	place->roots = (struct facts_roots){ .tree = place->tree };
	g_mkdir(place->tree, 0777);
	g_file_set_contents(place->header, "int x;\n", -1, NULL);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	file_remove_tree(place->dir, NULL);
	g_free(place->dir);
	g_free(place->tree);
	g_free(place->header);
	g_free(place->cache_dir);
	g_free(place);
	return 0;
}

static struct facts_cache *open_cache(const struct place *place)
{
	struct facts_cache *cache = facts_cache_open(place->cache_dir, 100, NULL);

	assert_non_null(cache);
	return cache;
}

static void add_header(struct facts_builder *b, const struct place *place, const char *path)
{
	struct stat st;
	uint64_t hash;

	assert_int_equal(stat(place->header, &st), 0);
	assert_true(file_hash(place->header, &hash, NULL));
	facts_add_input(b, path, hash, (uint64_t)st.st_size,
			(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec);
}

static void store(const struct place *place, const char *key, const char *base, const char *input)
{
	struct facts_cache *cache = open_cache(place);
	struct facts_builder *b = facts_builder_new("x.c", "", base);
	g_autofree char *path = facts_cache_path(cache, key);

	if (input)
		add_header(b, place, input);
	assert_true(facts_write(b, path, NULL));
	facts_builder_free(b);
	facts_cache_close(cache);
}

/* As a new run sees it. */
static bool is_found(const struct place *place, const char *key)
{
	struct facts_cache *cache = open_cache(place);
	struct facts *facts = facts_cache_get(cache, key, &place->roots);
	bool found = facts != NULL;

	facts_close(facts);
	facts_cache_close(cache);
	return found;
}

static void set_time(const char *path, time_t when)
{
	struct utimbuf times = { .actime = when, .modtime = when };

	assert_int_equal(utime(path, &times), 0);
}

static void test_hit_and_miss(void **state)
{
	struct place *place = *state;

	assert_false(is_found(place, KEY));
	store(place, KEY, "", "x.h");
	assert_true(is_found(place, KEY));
	assert_false(is_found(place, "ab01234567"));
}

static void test_touched_but_unchanged(void **state)
{
	struct place *place = *state;

	store(place, KEY, "", "x.h");
	set_time(place->header, 1000000000);
	assert_true(is_found(place, KEY));
}

static void test_changed_input(void **state)
{
	struct place *place = *state;

	store(place, KEY, "", "x.h");
	g_file_set_contents(place->header, "int y;\n", -1, NULL);
	set_time(place->header, 1000000000);
	assert_false(is_found(place, KEY));
	g_file_set_contents(place->header, "long x;\n", -1, NULL);
	assert_false(is_found(place, KEY));
	g_unlink(place->header);
	assert_false(is_found(place, KEY));
}

static void test_paths_follow_the_roots(void **state)
{
	struct place *place = *state;
	g_autofree char *elsewhere = g_build_filename(place->dir, "copy", NULL);

	store(place, KEY, "", "@obj/x.h");
	assert_false(is_found(place, KEY));
	place->roots.objtree = place->tree;
	assert_true(is_found(place, KEY));
	store(place, KEY, "", "x.h");
	assert_int_equal(g_rename(place->tree, elsewhere), 0);
	assert_false(is_found(place, KEY));
	place->roots.tree = elsewhere;
	assert_true(is_found(place, KEY));
	store(place, KEY, "", NULL);
	assert_true(is_found(place, KEY));
}

static void test_base_must_be_good_too(void **state)
{
	struct place *place = *state;

	store(place, KEY, BASE_KEY, NULL);
	assert_false(is_found(place, KEY));
	store(place, BASE_KEY, "", "x.h");
	assert_true(is_found(place, KEY));
	g_file_set_contents(place->header, "int y;\n", -1, NULL);
	set_time(place->header, 1000000000);
	assert_false(is_found(place, KEY));
}

static void test_bases_in_a_circle(void **state)
{
	struct place *place = *state;

	store(place, KEY, BASE_KEY, NULL);
	store(place, BASE_KEY, KEY, NULL);
	assert_false(is_found(place, KEY));
}

static void test_damaged_entry(void **state)
{
	struct place *place = *state;
	struct facts_cache *cache;
	g_autofree char *path = NULL;

	store(place, KEY, "", "x.h");
	cache = open_cache(place);
	path = facts_cache_path(cache, KEY);
	g_file_set_contents(path, "torn", -1, NULL);
	assert_null(facts_cache_get(cache, KEY, &place->roots));
	assert_int_equal(facts_cache_statistics(cache).damaged, 1);
	facts_cache_close(cache);
	store(place, KEY, "", "x.h");
	assert_true(is_found(place, KEY));
}

static void test_old_entries_go(void **state)
{
	struct place *place = *state;
	struct facts_cache *cache = facts_cache_open(place->cache_dir, 1, NULL);
	g_autofree char *big = g_strnfill(600 << 10, 'x');
	g_autofree char *old = facts_cache_path(cache, "aa01");
	g_autofree char *new = facts_cache_path(cache, "bb01");
	g_autofree char *dead = g_strconcat(new, ".dead", NULL);

	g_file_set_contents(old, big, -1, NULL);
	g_file_set_contents(new, big, -1, NULL);
	g_file_set_contents(dead, "x", -1, NULL);
	set_time(old, 1000000000);
	set_time(dead, 1000000000);
	assert_int_equal(facts_cache_statistics(cache).entries, 2);
	assert_null(facts_cache_get(cache, "cc01", &place->roots));
	facts_cache_close(cache);
	assert_false(g_file_test(old, G_FILE_TEST_EXISTS));
	assert_false(g_file_test(dead, G_FILE_TEST_EXISTS));
	assert_true(g_file_test(new, G_FILE_TEST_EXISTS));
}

static void test_clear(void **state)
{
	struct place *place = *state;
	g_autofree char *other = g_build_filename(place->cache_dir, "other", NULL);
	struct facts_cache *cache;

	store(place, KEY, "", NULL);
	g_file_set_contents(other, "not ours", -1, NULL);
	cache = open_cache(place);
	assert_true(facts_cache_clear(cache, NULL));
	assert_int_equal(facts_cache_statistics(cache).entries, 0);
	facts_cache_close(cache);
	assert_false(is_found(place, KEY));
	assert_true(g_file_test(other, G_FILE_TEST_EXISTS));
}

static void test_folder_that_cannot_be(void **state)
{
	struct place *place = *state;
	g_autofree char *below_a_file = g_build_filename(place->header, "cache", NULL);
	g_autoptr(GError) err = NULL;

	assert_null(facts_cache_open(below_a_file, 1, &err));
	assert_non_null(err);
	assert_non_null(strstr(err->message, place->header));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hit_and_miss),
		TEST(test_touched_but_unchanged),
		TEST(test_changed_input),
		TEST(test_paths_follow_the_roots),
		TEST(test_base_must_be_good_too),
		TEST(test_bases_in_a_circle),
		TEST(test_damaged_entry),
		TEST(test_old_entries_go),
		TEST(test_clear),
		TEST(test_folder_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
