/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_pch.c - precompiled headers: used where they fit, and facts are the same either way */
#include "extract/extract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <utime.h>

#define PLAIN_UNITS 12

static const char header_text[] = "#ifndef COMMON_H\n"
				  "#define COMMON_H\n"
				  "#ifdef VERBOSE\n"
				  "void say(const char *text);\n"
				  "#else\n"
				  "static inline void say(const char *text) { (void)text; }\n"
				  "#endif\n"
				  "#ifndef PREFIX\n"
				  "#define PREFIX \"\"\n"
				  "#endif\n"
				  "#define TELL(text) say(PREFIX text)\n"
				  "struct thing { int a, b; };\n"
				  "static inline int sum(struct thing *t) { return t->a + t->b; }\n"
				  "#endif\n";

static const char plain_unit[] = "#include <common.h>\n"
				 "int work(struct thing *t)\n"
				 "{\n"
				 "	TELL(\"working\");\n"
				 "	return t->a ? sum(t) : 0;\n"
				 "}\n";

struct place {
	char *dir, *tree_dir, *cache;
	struct console *con;
	struct extract_options options;
	struct tree *tree;
	GPtrArray *units;
	GString *commands;
};

static void put(const struct place *place, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(place->tree_dir, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void put_unit(const struct place *place, const char *name, const char *text)
{
	put(place, name, text);
	g_string_append_printf(place->commands,
			       "%s{\"directory\": \"%s\", \"file\": \"%s\", "
			       "\"command\": \"cc -Iinclude -DKBUILD_MODNAME=%s -c %s\"}",
			       place->commands->len ? ",\n" : "[", place->tree_dir, name, name,
			       name);
}

static int set_up(void **state)
{
	struct place *place = g_new0(struct place, 1);
	g_autofree char *include = NULL;

	place->dir = g_dir_make_tmp("lockgraph-pch-XXXXXX", NULL);
	place->tree_dir = g_build_filename(place->dir, "tree", NULL);
	place->cache = g_build_filename(place->dir, "cache", NULL);
	include = g_build_filename(place->tree_dir, "include", NULL);
	g_mkdir_with_parents(include, 0777);
	place->con = console_new(CONSOLE_QUIET);
	place->options = (struct extract_options){ .jobs = 2, .cache_dir = place->cache };
	place->commands = g_string_new(NULL);
	put(place, "include/common.h", header_text);
	for (int i = 0; i < PLAIN_UNITS; i++) {
		g_autofree char *name = g_strdup_printf("u%02d.c", i);

		put_unit(place, name, plain_unit);
	}
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	if (place->units)
		g_ptr_array_unref(place->units);
	if (place->tree)
		tree_free(place->tree);
	console_free(place->con);
	g_string_free(place->commands, TRUE);
	file_remove_tree(place->dir, NULL);
	g_free(place->cache);
	g_free(place->tree_dir);
	g_free(place->dir);
	g_free(place);
	return 0;
}

static void list_units(struct place *place)
{
	g_autofree char *commands = g_build_filename(place->tree_dir, "commands.json", NULL);
	const char *const paths[] = { place->tree_dir, NULL };
	struct source_request request = { .tree = place->tree_dir,
					  .compile_commands = commands,
					  .cache = place->cache,
					  .paths = paths };
	GError *err = NULL;

	g_string_append(place->commands, "]\n");
	put(place, "commands.json", place->commands->str);
	place->tree = tree_open(&request, &err);
	assert_null(err);
	assert_true(tree_prepare(place->tree, place->con, &err));
	place->units = tree_list_units(place->tree, place->con, &err);
	assert_null(err);
}

static struct extract_result *extract(struct place *place)
{
	struct extract_result *result;
	GError *err = NULL;

	if (!place->tree)
		list_units(place);
	result = extract_units(place->tree, place->units, &place->options, place->con, &err);
	assert_null(err);
	assert_non_null(result);
	assert_int_equal(result->failures->len, 0);
	return result;
}

static const struct facts *facts_of(const struct extract_result *result, const char *unit)
{
	for (guint i = 0; i < result->facts->len; i++) {
		const struct facts *facts = result->facts->pdata[i];

		if (!strcmp(facts->unit, unit))
			return facts;
	}
	return NULL;
}

static guint count_based(const struct extract_result *result)
{
	guint n = 0;

	for (guint i = 0; i < result->facts->len; i++)
		n += *((const struct facts *)result->facts->pdata[i])->base != '\0';
	return n;
}

static char *dump_of(const struct extract_result *result, const char *unit, const char *function)
{
	GString *text = g_string_new(NULL);
	const struct facts *facts = facts_of(result, unit);

	assert_non_null(facts);
	facts_dump(facts, function, text);
	assert_true(text->len > 0);
	return g_string_free(text, FALSE);
}

static void test_shared_and_once(void **state)
{
	struct extract_result *result = extract(*state);

	assert_int_equal(count_based(result), PLAIN_UNITS);
	assert_int_equal(result->facts->len, PLAIN_UNITS + 1);
	assert_non_null(facts_of(result, "@base"));
	extract_result_free(result);
	result = extract(*state);
	assert_int_equal(result->from_cache, PLAIN_UNITS);
	assert_int_equal(result->facts->len, PLAIN_UNITS + 1);
	extract_result_free(result);
}

static void test_same_facts_without(void **state)
{
	struct place *place = *state;
	struct extract_result *with = extract(place), *without;
	g_autofree char *other = g_strconcat(place->cache, "2", NULL);
	g_autofree char *one = NULL, *two = NULL;

	place->options.cache_dir = other;
	place->options.no_pch = true;
	without = extract(place);
	assert_int_equal(count_based(without), 0);
	one = dump_of(with, "u03.c", "work");
	two = dump_of(without, "u03.c", "work");
	assert_string_equal(one, two);
	g_free(one);
	g_free(two);
	one = dump_of(with, "@base", "sum");
	two = dump_of(without, "u03.c", "sum");
	assert_non_null(strstr(one, "t->a + t->b"));
	assert_non_null(strstr(two, "t->a + t->b"));
	extract_result_free(with);
	extract_result_free(without);
}

static void test_macro_that_a_header_tests(void **state)
{
	struct extract_result *result;

	put_unit(*state, "verbose.c",
		 "#define VERBOSE\n#include <common.h>\n"
		 "void f(void) { TELL(\"x\"); }\n");
	put_unit(*state, "late.c",
		 "#include <common.h>\n#define VERBOSE\n"
		 "void f(void) { TELL(\"x\"); }\n");
	put_unit(*state, "prefix.c",
		 "#define PREFIX \"p: \"\n#include <common.h>\n"
		 "void f(void) { TELL(\"x\"); }\n");
	result = extract(*state);
	assert_string_equal(facts_of(result, "verbose.c")->base, "");
	assert_string_not_equal(facts_of(result, "late.c")->base, "");
	assert_string_not_equal(facts_of(result, "prefix.c")->base, "");
	extract_result_free(result);
}

/* define_trace.h has no guard: what it makes of CREATE_TRACE_POINTS is the unit's own. */
static void test_trace_points_of_a_unit(void **state)
{
	struct place *place = *state;
	g_autofree char *events = g_build_filename(place->tree_dir, "include/trace/events", NULL);
	g_autofree char *text = NULL;
	struct extract_result *result;

	g_mkdir_with_parents(events, 0777);
	put(place, "include/common.h",
	    "#ifndef COMMON_H\n#define COMMON_H\n"
	    "#define EVENT(name) void trace_##name(void);\n"
	    "#include <trace/events/one.h>\n"
	    "struct thing { int a; };\n"
	    "static inline int sum(struct thing *t) { return t->a; }\n"
	    "#define TELL(text) trace_one()\n"
	    "#endif\n");
	put(place, "include/trace/events/one.h",
	    "#if !defined(ONE_H) || defined(MULTI_READ)\n#define ONE_H\nEVENT(one)\n#endif\n"
	    "#include <trace/define_trace.h>\n");
	put(place, "include/trace/define_trace.h",
	    "#ifdef CREATE_TRACE_POINTS\n#undef CREATE_TRACE_POINTS\n"
	    "#define MULTI_READ\n#undef EVENT\n"
	    "#define EVENT(name) void trace_##name(void) { probe(); }\n"
	    "#include <trace/events/one.h>\n#undef MULTI_READ\n#endif\n");
	put_unit(place, "points.c",
		 "#include <common.h>\nvoid probe(void);\n"
		 "#define CREATE_TRACE_POINTS\n#include <trace/events/one.h>\n"
		 "int f(struct thing *t) { return sum(t); }\n");
	result = extract(place);
	assert_string_not_equal(facts_of(result, "points.c")->base, "");
	text = dump_of(result, "points.c", "trace_one");
	assert_non_null(strstr(text, "probe()"));
	extract_result_free(result);
}

static void test_prefix_is_the_units_own(void **state)
{
	struct extract_result *result;
	g_autofree char *text = NULL;

	put_unit(*state, "prefix.c",
		 "#define PREFIX \"p: \"\n#include <common.h>\n"
		 "void f(void) { TELL(\"x\"); }\n");
	result = extract(*state);
	text = dump_of(result, "prefix.c", "f");
	assert_non_null(strstr(text, "say(\"p: x\")"));
	extract_result_free(result);
}

static void test_name_that_a_header_has(void **state)
{
	struct extract_result *result;

	/* It does not include the header, so it may use the header's names. */
	put_unit(*state, "clash.c", "long sum(long a) { return a; }\n");
	result = extract(*state);
	assert_string_equal(facts_of(result, "clash.c")->base, "");
	extract_result_free(result);
}

static void test_changed_header(void **state)
{
	g_autoptr(GString) changed = g_string_new(header_text);
	struct extract_result *result = extract(*state);
	g_autofree char *before = g_strdup(facts_of(result, "u00.c")->base);
	g_autofree char *text = NULL;

	extract_result_free(result);
	memcpy(strstr(changed->str, "t->a + t->b"), "t->b - t->a", 11);
	put(*state, "include/common.h", changed->str);
	result = extract(*state);
	assert_int_equal(result->from_cache, 0);
	assert_string_not_equal(facts_of(result, "u00.c")->base, before);
	text = dump_of(result, "@base", "sum");
	assert_non_null(strstr(text, "t->b - t->a"));
	extract_result_free(result);
	put(*state, "include/common.h", header_text);
	result = extract(*state);
	assert_string_equal(facts_of(result, "u00.c")->base, before);
	extract_result_free(result);
}

static void test_header_that_does_not_compile_alone(void **state)
{
	struct place *place = *state;
	struct extract_result *result;

	put(place, "include/needy.h",
	    "#ifndef NEEDY_H\n#define NEEDY_H\n"
	    "static inline type_of_unit f(void) { return 1; }\n"
	    "#endif\n");
	for (int i = 0; i < PLAIN_UNITS; i++) {
		g_autofree char *name = g_strdup_printf("needy%d.c", i);

		put_unit(place, name,
			 "#include <common.h>\ntypedef int type_of_unit;\n"
			 "#include <needy.h>\nint g(void) { return f(); }\n");
	}
	result = extract(place);
	assert_int_equal(count_based(result), 2 * PLAIN_UNITS);
	extract_result_free(result);
}

/* The header has another time and the old content, as after going to another branch and back. */
static void test_one_changed_unit_uses_what_is_there(void **state)
{
	struct place *place = *state;
	g_autofree char *header = g_build_filename(place->tree_dir, "include/common.h", NULL);
	struct utimbuf times = { .actime = 1000000000, .modtime = 1000000000 };
	struct extract_result *result = extract(place);

	extract_result_free(result);
	assert_int_equal(g_utime(header, &times), 0);
	put(place, "u05.c", "#include <common.h>\nint other(void) { return 2; }\n");
	result = extract(place);
	assert_int_equal(result->from_cache, PLAIN_UNITS - 1);
	assert_int_equal(count_based(result), PLAIN_UNITS);
	extract_result_free(result);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_shared_and_once),
		TEST(test_same_facts_without),
		TEST(test_macro_that_a_header_tests),
		TEST(test_trace_points_of_a_unit),
		TEST(test_prefix_is_the_units_own),
		TEST(test_name_that_a_header_has),
		TEST(test_changed_header),
		TEST(test_header_that_does_not_compile_alone),
		TEST(test_one_changed_unit_uses_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
