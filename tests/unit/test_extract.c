/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_extract.c - units that read well, badly, slowly, greedily, or kill the parser */
#include "extract/extract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

/* 2^30 macro expansions that leave nothing: minutes of time, hardly any memory. */
#define DOUBLE(n, of) "#define S" #n " S" #of " S" #of "\n"
static const char slow_unit[] = "#define S0\n" DOUBLE(1, 0) DOUBLE(2, 1) DOUBLE(3, 2) DOUBLE(4, 3)
	DOUBLE(5, 4) DOUBLE(6, 5) DOUBLE(7, 6) DOUBLE(8, 7) DOUBLE(9, 8) DOUBLE(10, 9)
		DOUBLE(11, 10) DOUBLE(12, 11) DOUBLE(13, 12) DOUBLE(14, 13) DOUBLE(15, 14)
			DOUBLE(16, 15) DOUBLE(17, 16) DOUBLE(18, 17) DOUBLE(19, 18) DOUBLE(20, 19)
				DOUBLE(21, 20) DOUBLE(22, 21) DOUBLE(23, 22) DOUBLE(24, 23)
					DOUBLE(25, 24) DOUBLE(26, 25) DOUBLE(27, 26) DOUBLE(28, 27)
						DOUBLE(29, 28) DOUBLE(30, 29) "S30 int slow;\n";

/* 10^8 statements. */
#define TEN(n, of)                                                                                 \
	"#define " #n " " #of " " #of " " #of " " #of " " #of " " #of " " #of " " #of " " #of      \
	" " #of "\n"
static const char greedy_unit[] =
	"#define A x++; x++; x++; x++; x++; x++; x++; x++; x++; x++;\n" TEN(B, A) TEN(C, B)
		TEN(D, C) TEN(E, D) TEN(F, E) TEN(G, F) TEN(H, G) "void greedy(int x) { H }\n";

struct place {
	char *dir, *cache;
	struct console *con;
	struct extract_options options;
	struct tree tree;
	GPtrArray *units;
};

static void put(const struct place *place, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(place->tree.root, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int set_up(void **state)
{
	struct place *place = g_new0(struct place, 1);

	place->dir = g_dir_make_tmp("lockgraph-extract-XXXXXX", NULL);
	place->cache = g_build_filename(place->dir, "cache", NULL);
	place->tree.arena = arena_new("run");
	place->tree.kind = TREE_PLAIN;
	place->tree.root = arena_printf(place->tree.arena, "%s/tree", place->dir);
	g_mkdir(place->tree.root, 0777);
	place->units = g_ptr_array_new();
	place->con = console_new(CONSOLE_QUIET);
	place->options = (struct extract_options){ .jobs = 2, .cache_dir = place->cache };
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	g_ptr_array_unref(place->units);
	arena_free(place->tree.arena);
	console_free(place->con);
	file_remove_tree(place->dir, NULL);
	g_free(place->cache);
	g_free(place->dir);
	g_free(place);
	return 0;
}

static void put_unit_with(struct place *place, const char *name, const char *text,
			  const char *const *argv)
{
	struct unit_spec *unit = arena_new_struct(place->tree.arena, struct unit_spec);

	put(place, name, text);
	unit->file = name;
	unit->object = unit->module = "";
	unit->directory = place->tree.root;
	unit->argv = argv;
	g_ptr_array_add(place->units, unit);
}

static void put_unit(struct place *place, const char *name, const char *text)
{
	static const char *const argv[] = { "-std=gnu11", "-I", "include", NULL };

	put_unit_with(place, name, text, argv);
}

static struct extract_result *extract(struct place *place)
{
	struct extract_result *result;
	GError *err = NULL;

	if (place->units->len < 2)
		put_unit(place, "good.c", "int good(int x) { return x; }\n");
	result = extract_units(&place->tree, place->units, &place->options, place->con, &err);
	assert_null(err);
	assert_non_null(result);
	return result;
}

static bool has_unit(const struct extract_result *result, const char *name)
{
	for (guint i = 0; i < result->facts->len; i++) {
		const struct facts *facts = result->facts->pdata[i];

		if (g_str_has_suffix(facts->unit, name))
			return true;
	}
	return false;
}

static void assert_no_failure(const struct extract_result *result)
{
	for (guint i = 0; i < result->failures->len; i++) {
		const struct unit_failure *failure = result->failures->pdata[i];

		print_message("%s: %s: %s\n", failure->file, failure->stage, failure->why);
	}
	assert_int_equal(result->failures->len, 0);
}

static const struct unit_failure *only_failure(const struct extract_result *result)
{
	assert_int_equal(result->failures->len, 1);
	return result->failures->pdata[0];
}

static void test_second_run_is_cached(void **state)
{
	struct extract_result *first, *second;

	put_unit(*state, "b.c", "#include \"b.h\"\nint b(void) { return B; }\n");
	put(*state, "b.h", "#define B 1\n");
	first = extract(*state);
	assert_int_equal(first->facts->len, 2);
	assert_int_equal(first->failures->len, 0);
	assert_int_equal(first->from_cache, 0);
	extract_result_free(first);
	second = extract(*state);
	assert_int_equal(second->facts->len, 2);
	assert_int_equal(second->from_cache, 2);
	extract_result_free(second);
	put(*state, "b.h", "#define B 22\n");
	second = extract(*state);
	assert_int_equal(second->from_cache, 1);
	extract_result_free(second);
}

static void test_error_in_a_unit(void **state)
{
	put_unit(*state, "bad.c", "int f(void) { return 1; }\nint g(void) { return no_such; }\n");
	for (int run = 0; run < 2; run++) {
		const struct unit_failure *failure;
		struct extract_result *result;

		result = extract(*state);
		failure = only_failure(result);
		assert_string_equal(failure->stage, "parse");
		assert_true(failure->partial);
		assert_non_null(strstr(failure->why, "bad.c:2:22: error: "));
		assert_true(has_unit(result, "good.c"));
		assert_true(has_unit(result, "bad.c"));
		extract_result_free(result);
	}
}

/* It is looked for where the parser looks: beside the file, and where the flags say. */
static void header_comes(struct place *place, const char *at)
{
	g_autofree char *folder = g_build_filename(place->tree.root, "include", NULL);
	struct extract_result *result;

	g_mkdir(folder, 0777);
	put_unit(place, "late.c", "#include \"late.h\"\nint f(void) { return LATE; }\n");
	for (size_t run = 0; run < 3; run++) {
		result = extract(place);
		assert_non_null(strstr(only_failure(result)->why, "late.h"));
		assert_int_equal(result->from_cache, run ? 2 : 0);
		extract_result_free(result);
	}
	put(place, at, "#define LATE 1\n");
	result = extract(place);
	assert_int_equal(result->failures->len, 0);
	extract_result_free(result);
}

static void test_missing_header_comes_beside(void **state)
{
	header_comes(*state, "late.h");
}

static void test_missing_header_comes_elsewhere(void **state)
{
	header_comes(*state, "include/late.h");
}

/*
 * The layout is not the kernel's, so assertions about it must not fail: anywhere that they may
 * stand, and with the Microsoft extensions that kernels turn on from 6.19 on, where a struct
 * without a name of its own is a member.
 */
static void test_assertions_hold(void **state)
{
	static const char *const plain[] = { "-std=gnu11", "-include", "linux/kconfig.h", NULL };
	static const char *const microsoft[] = { "-std=gnu11", "-fms-extensions", "-include",
						 "linux/kconfig.h", NULL };
	static const char text[] =
		"struct s { int a; _Static_assert(sizeof(int) == 1, \"in a struct\"); int b; };\n"
		"_Static_assert(sizeof(struct s) == 1, \"in the file\");\n"
		"#define ZERO(e) ((int)sizeof(struct { _Static_assert(!(e), \"e\"); }))\n"
		"int f(void) { _Static_assert(0, \"in a block\"); return ZERO(1); }\n";
	struct place *place = *state;
	g_autofree char *linux_dir = g_build_filename(place->tree.root, "linux", NULL);
	struct extract_result *result;

	g_mkdir(linux_dir, 0777);
	put(place, "linux/kconfig.h", "");
	put_unit_with(place, "plain.c", text, plain);
	put_unit_with(place, "microsoft.c", text, microsoft);
	result = extract(place);
	assert_int_equal(result->failures->len, 0);
	assert_true(has_unit(result, "plain.c"));
	assert_true(has_unit(result, "microsoft.c"));
	extract_result_free(result);
}

static void test_unreadable_unit(void **state)
{
	struct place *place = *state;
	g_autofree char *path = g_build_filename(place->dir, "tree", "gone.c", NULL);
	struct extract_result *result;

	put_unit(place, "gone.c", "int x;\n");
	g_unlink(path);
	result = extract(place);
	assert_string_equal(only_failure(result)->stage, "parse");
	assert_false(only_failure(result)->partial);
	assert_true(has_unit(result, "good.c"));
	extract_result_free(result);
}

static void test_unit_that_takes_for_ever(void **state)
{
	struct place *place = *state;
	struct extract_result *result;

	put_unit(place, "slow.c", slow_unit);
	place->options.timeout_seconds = 1;
	result = extract(place);
	assert_string_equal(only_failure(result)->stage, "timeout");
	assert_true(has_unit(result, "good.c"));
	extract_result_free(result);
}

static void test_unit_that_wants_all_memory(void **state)
{
	struct place *place = *state;
	struct extract_result *result;

	put_unit(place, "greedy.c", greedy_unit);
	place->options.memory_mb = 200;
	result = extract(place);
	assert_string_equal(only_failure(result)->stage, "memory");
	assert_true(has_unit(result, "good.c"));
	extract_result_free(result);
}

/* A child of this process that has used some time, so that it reads a unit; 0 for none. */
static pid_t busy_child(void)
{
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(proc))) {
		g_autofree char *path = g_build_filename("/proc", name, "stat", NULL);
		g_autofree char *text = NULL;
		unsigned long ticks = 0;
		int parent = 0;

		if (!g_ascii_isdigit(*name) || !g_file_get_contents(path, &text, NULL, NULL))
			continue;
		sscanf(strrchr(text, ')') + 2, "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu",
		       &parent, &ticks);
		if (parent == getpid() && ticks > 20)
			return (pid_t)g_ascii_strtoll(name, NULL, 10);
	}
	return 0;
}

struct killer {
	int times;
	gint64 until;
};

static gpointer kill_children(gpointer data)
{
	struct killer *killer = data;

	while (killer->times && g_get_monotonic_time() < killer->until) {
		pid_t pid = busy_child();

		if (pid && !kill(pid, SIGSEGV))
			killer->times--;
		g_usleep(100000);
	}
	return NULL;
}

static struct extract_result *extract_and_kill(struct place *place, int times)
{
	struct killer killer = { .times = times,
				 .until = g_get_monotonic_time() + 20 * G_USEC_PER_SEC };
	GThread *thread = g_thread_new("killer", kill_children, &killer);
	struct extract_result *result = extract(place);

	g_thread_join(thread);
	assert_int_equal(killer.times, 0);
	return result;
}

/* About a second's work on the machine that this was written on. */
static void put_lengthy_unit(struct place *place)
{
	g_autofree char *text = g_strdup(slow_unit);

	strcpy(strstr(text, "S30 int"), "S23 int x;\n");
	put_unit(place, "lengthy.c", text);
}

static void test_parser_dies_once(void **state)
{
	struct extract_result *result;

	put_lengthy_unit(*state);
	result = extract_and_kill(*state, 1);
	assert_no_failure(result);
	assert_true(has_unit(result, "good.c"));
	assert_true(has_unit(result, "lengthy.c"));
	extract_result_free(result);
}

static void test_parser_dies_twice(void **state)
{
	struct extract_result *result;

	put_unit(*state, "slow.c", slow_unit);
	result = extract_and_kill(*state, 2);
	assert_string_equal(only_failure(result)->stage, "crash");
	assert_non_null(strstr(only_failure(result)->why, "signal 11"));
	assert_true(has_unit(result, "good.c"));
	extract_result_free(result);
}

static void put_many_units(struct place *place)
{
	for (int i = 0; i < 8; i++)
		put_unit(place, arena_printf(place->tree.arena, "u%d.c", i), "int x;\n");
}

/* As make says it to a recipe; what is left in the pipe afterwards. */
static void extract_below_make(struct place *place, const char *flags)
{
	struct extract_result *result;

	g_setenv("MAKEFLAGS", flags, TRUE);
	place->options.jobs = 0;
	put_many_units(place);
	result = extract(place);
	g_unsetenv("MAKEFLAGS");
	assert_int_equal(result->facts->len, 8);
	assert_int_equal(result->failures->len, 0);
	extract_result_free(result);
}

static void test_make_gets_its_tokens_back(void **state)
{
	g_autofree char *flags = NULL;
	char tokens[8] = "";
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "ab", 2), 2);
	flags = g_strdup_printf(" -j3 --jobserver-auth=%d,%d", ends[0], ends[1]);
	extract_below_make(*state, flags);
	assert_int_equal(read(ends[0], tokens, sizeof(tokens)), 2);
	assert_true(!strcmp(tokens, "ab") || !strcmp(tokens, "ba"));
	close(ends[0]);
	close(ends[1]);
}

static void test_make_by_a_fifo(void **state)
{
	struct place *place = *state;
	g_autofree char *path = g_build_filename(place->dir, "fifo", NULL);
	g_autofree char *flags = g_strdup_printf("-j2 --jobserver-auth=fifo:%s", path);
	char tokens[8] = "";
	int fd;

	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR);
	assert_int_equal(write(fd, "+", 1), 1);
	extract_below_make(place, flags);
	assert_int_equal(read(fd, tokens, sizeof(tokens)), 1);
	assert_string_equal(tokens, "+");
	close(fd);
}

static void test_make_that_shares_nothing(void **state)
{
	extract_below_make(*state, "-j2 --jobserver-auth=-2,-2");
}

static void test_cache_folder_that_cannot_be(void **state)
{
	struct place *place = *state;
	g_autofree char *below_a_file = g_build_filename(place->dir, "tree", "good.c", "x", NULL);
	g_autoptr(GError) err = NULL;

	put_unit(place, "good.c", "int x;\n");
	place->options.cache_dir = below_a_file;
	assert_null(extract_units(&place->tree, place->units, &place->options, place->con, &err));
	assert_non_null(err);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_second_run_is_cached),
		TEST(test_error_in_a_unit),
		TEST(test_missing_header_comes_beside),
		TEST(test_missing_header_comes_elsewhere),
		TEST(test_assertions_hold),
		TEST(test_unreadable_unit),
		TEST(test_unit_that_takes_for_ever),
		TEST(test_unit_that_wants_all_memory),
		TEST(test_parser_dies_once),
		TEST(test_parser_dies_twice),
		TEST(test_make_gets_its_tokens_back),
		TEST(test_make_by_a_fifo),
		TEST(test_make_that_shares_nothing),
		TEST(test_cache_folder_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
