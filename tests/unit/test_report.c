/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report.c - findings merged, named, compared, written and read back */
#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

struct desk {
	struct report *report;
	char *dir, *file;
};

static int set_up(void **state)
{
	struct desk *d = g_new0(struct desk, 1);

	d->report = report_new();
	d->dir = g_dir_make_tmp("lockgraph-report-XXXXXX", NULL);
	d->file = g_build_filename(d->dir, "report", NULL);
	*state = d;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *d = *state;

	report_free(d->report);
	g_unlink(d->file);
	assert_int_equal(g_rmdir(d->dir), 0);
	g_free(d->file);
	g_free(d->dir);
	g_free(d);
	return 0;
}

static const struct finding_lock locks[] = {
	{ "struct dev.inner", "struct dev.inner", "&d->inner", "mutex", 0 },
	{ "struct dev.outer/1", "struct dev.outer", "&d->outer/1", "mutex", 1 },
};

static struct finding_path path(struct arena *arena, const char *from, const char *to,
				const char *function, unsigned line)
{
	struct finding_step steps[] = {
		{ "drivers/x.c", line, 2, function, "acquire", "mutex_lock(&d->a)", from },
		{ "drivers/x.c", line + 1, 2, function, "call", "calls helper()", NULL },
		{ "drivers/x.c", 7, 2, "helper", "acquire", "mutex_lock(&d->b)", to },
	};

	return (struct finding_path){ .holds = from,
				      .acquires = to,
				      .holds_label = from,
				      .acquires_label = to,
				      .n = G_N_ELEMENTS(steps),
				      .steps = arena_memdup(arena, steps, sizeof(steps)) };
}

/* Two locks in both orders, the first of them taken at @line. */
static struct finding *add_cycle(struct report *report, unsigned line)
{
	struct arena *arena = report->arena;
	struct finding *f = arena_new_struct(arena, struct finding);
	struct finding_path *paths = arena_new_array(arena, struct finding_path, 2);

	paths[0] = path(arena, "struct dev.inner", "struct dev.outer", "remove", line);
	paths[1] = path(arena, "struct dev.outer", "struct dev.inner", "probe", line + 10);
	*f = (struct finding){ .id = "",
			       .rule = "deadlock/cycle",
			       .severity = SEVERITY_ERROR,
			       .confidence = 2,
			       .message = "d->inner and d->outer are taken in both orders",
			       .location = { .file = "drivers/x.c",
					     .line = line,
					     .column = 2,
					     .function = "remove" },
			       .n_locks = 2,
			       .locks = locks,
			       .n_paths = 2,
			       .paths = paths,
			       .checklist = "6 13",
			       .help = "take them in one order",
			       .lockdep_title = "possible circular locking dependency detected",
			       .syzbot_title = "possible deadlock in helper" };
	g_ptr_array_add(report->findings, f);
	return f;
}

static struct finding *add_order(struct report *report, unsigned line)
{
	struct finding *f = add_cycle(report, line);

	f->rule = "deadlock/order";
	f->severity = SEVERITY_WARNING;
	f->message = "against the documented order";
	f->n_paths = 1;
	return f;
}

static void test_id_survives_moved_lines(void **state)
{
	struct desk *d = *state;
	struct report *other = report_new();
	struct finding *first = add_cycle(d->report, 10), *second = add_cycle(other, 1000);

	report_finish(d->report);
	report_finish(other);
	assert_int_equal(strlen(first->id), 12);
	assert_string_equal(first->id, second->id);
	report_free(other);
}

static void test_id_tells_functions_apart(void **state)
{
	struct desk *d = *state;
	struct finding *first = add_cycle(d->report, 10), *second = add_cycle(d->report, 20);

	((struct finding_step *)second->paths[0].steps)->function = "suspend";
	report_finish(d->report);
	assert_string_not_equal(first->id, second->id);
	assert_null(strchr(second->id, '-'));
}

static void test_id_tells_rules_and_locks_apart(void **state)
{
	static const struct finding_lock others[] = {
		{ "struct dev.inner", "struct dev.inner", "&d->inner", "mutex", 0 },
		{ "struct dev.outer/2", "struct dev.outer", "&d->outer/2", "mutex", 2 },
	};
	struct desk *d = *state;
	struct finding *first = add_cycle(d->report, 10), *rule = add_cycle(d->report, 20);
	struct finding *lock = add_cycle(d->report, 30);

	rule->rule = "deadlock/order";
	lock->locks = others;
	report_finish(d->report);
	assert_string_not_equal(first->id, rule->id);
	assert_string_not_equal(first->id, lock->id);
	assert_null(strchr(lock->id, '-'));
}

static void test_two_alike_are_counted(void **state)
{
	struct desk *d = *state;
	struct finding *below = add_cycle(d->report, 20), *above = add_cycle(d->report, 10);
	g_autofree char *second = NULL;

	report_finish(d->report);
	second = g_strdup_printf("%s-2", above->id);
	assert_string_equal(below->id, second);
}

static void test_the_same_is_told_once(void **state)
{
	struct desk *d = *state;

	add_cycle(d->report, 10);
	add_cycle(d->report, 10);
	report_finish(d->report);
	assert_int_equal(d->report->findings->len, 1);
}

static void test_cycle_tells_the_order(void **state)
{
	struct desk *d = *state;

	add_order(d->report, 10);
	add_cycle(d->report, 30);
	report_finish(d->report);
	assert_int_equal(d->report->findings->len, 1);
	assert_string_equal(((struct finding *)d->report->findings->pdata[0])->rule,
			    "deadlock/cycle");
}

static void test_the_worst_comes_first(void **state)
{
	struct desk *d = *state;
	struct finding *warning = add_order(d->report, 10);

	warning->paths = NULL;
	warning->n_paths = 0;
	add_cycle(d->report, 30);
	report_finish(d->report);
	assert_ptr_equal(d->report->findings->pdata[1], warning);
	assert_int_equal(report_count(d->report, SEVERITY_ERROR), 1);
	assert_int_equal(report_count(d->report, SEVERITY_WARNING), 2);
}

static void write_as(struct desk *d, const char *form, const struct report_style *style)
{
	struct output out;

	assert_true(output_open(&out, d->file, NULL));
	report_form_find(form)->write(d->report, style, out.to);
	assert_true(output_close(&out, NULL));
}

static void test_json_reads_back(void **state)
{
	struct desk *d = *state;
	struct report_style style = { 0 };
	struct report *back;
	const struct finding *f;

	add_cycle(d->report, 10);
	report_finish(d->report);
	write_as(d, "json", &style);
	back = report_read(d->file, NULL);
	assert_non_null(back);
	assert_int_equal(back->findings->len, 1);
	f = back->findings->pdata[0];
	assert_string_equal(f->message, "d->inner and d->outer are taken in both orders");
	assert_string_equal(f->checklist, "6 13");
	assert_string_equal(f->syzbot_title, "possible deadlock in helper");
	assert_int_equal(f->severity, SEVERITY_ERROR);
	assert_int_equal(f->confidence, 2);
	assert_int_equal(f->n_locks, 2);
	assert_string_equal(f->locks[1].class_name, "struct dev.outer/1");
	assert_string_equal(f->locks[1].defined_as, "struct dev.outer");
	assert_int_equal(f->locks[1].subclass, 1);
	assert_int_equal(f->paths[1].n, 3);
	assert_string_equal(f->paths[1].steps[2].lock, "struct dev.inner");
	assert_ptr_equal(report_find(back, f->id), f);
	report_free(back);
}

static void test_not_utf8(void **state)
{
	struct desk *d = *state;
	struct report_style style = { 0 };
	struct report *back;

	add_cycle(d->report, 10)->message = "caf\xe9";
	report_finish(d->report);
	write_as(d, "json", &style);
	back = report_read(d->file, NULL);
	assert_string_equal(((struct finding *)back->findings->pdata[0])->message,
			    "caf\xef\xbf\xbd");
	report_free(back);
}

static void test_baseline(void **state)
{
	struct desk *d = *state;
	struct report_style style = { 0 };
	struct report *now = report_new();

	add_cycle(d->report, 10);
	report_finish(d->report);
	write_as(d, "json", &style);
	add_cycle(now, 15);
	((struct finding_step *)add_cycle(now, 40)->paths[0].steps)->function = "suspend";
	report_finish(now);
	assert_true(report_drop_known(now, d->file, NULL));
	assert_int_equal(now->findings->len, 1);
	assert_int_equal(now->known, 1);
	assert_int_equal(((struct finding *)now->findings->pdata[0])->location.line, 40);
	report_free(now);
}

static void test_bad_baseline(void **state)
{
	struct desk *d = *state;
	g_autoptr(GError) err = NULL;

	assert_true(g_file_set_contents(d->file, "{\"schema\": \"other/1\"}", -1, NULL));
	assert_false(report_drop_known(d->report, d->file, &err));
	assert_non_null(strstr(err->message, "not a report"));
}

static void test_text(void **state)
{
	struct desk *d = *state;
	struct report_style style = { .chain = 10 };
	g_autofree char *text = NULL, *wanted = NULL;

	add_cycle(d->report, 10);
	report_finish(d->report);
	d->report->units_total = 2;
	d->report->units_analysed = 1;
	report_add_failure(d->report,
			   &(struct report_failure){ .file = "drivers/y.c", .why = "crash" });
	write_as(d, "text", &style);
	assert_true(g_file_get_contents(d->file, &text, NULL, NULL));
	wanted = g_strdup_printf(
		"drivers/x.c:10:2: error: d->inner and d->outer are taken in both orders [deadlock/cycle]\n"
		"  1. holds struct dev.inner, takes struct dev.outer:\n"
		"       drivers/x.c:10: remove(): mutex_lock(&d->a)\n"
		"       drivers/x.c:11: remove(): calls helper()\n"
		"       drivers/x.c:7: helper(): mutex_lock(&d->b)\n"
		"  2. holds struct dev.outer, takes struct dev.inner:\n"
		"       drivers/x.c:20: probe(): mutex_lock(&d->a)\n"
		"       drivers/x.c:21: probe(): calls helper()\n"
		"       drivers/x.c:7: helper(): mutex_lock(&d->b)\n"
		"  help: take them in one order\n"
		"  id %s, confidence high; lockdep: possible circular locking dependency detected\n"
		"\n"
		"drivers/y.c: not read: crash\n"
		"1 error, 0 warnings, 0 notes; 1 of 2 files read\n",
		((struct finding *)d->report->findings->pdata[0])->id);
	assert_string_equal(text, wanted);
}

static void test_long_chains_are_cut(void **state)
{
	struct desk *d = *state;
	struct report_style style = { .chain = 5 };
	struct finding_step steps[20];
	struct finding_path *paths;
	struct finding *f = add_cycle(d->report, 10);
	g_autofree char *text = NULL;

	for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++)
		steps[i] = (struct finding_step){ "a.c", i, 1, "f", "call", "calls g()", NULL };
	paths = (struct finding_path *)f->paths;
	paths[0].steps = steps;
	paths[0].n = G_N_ELEMENTS(steps);
	write_as(d, "text", &style);
	assert_true(g_file_get_contents(d->file, &text, NULL, NULL));
	assert_non_null(strstr(
		text, "a.c:2: f(): calls g()\n       ... 15 more calls ...\n       a.c:18: f()"));
}

static void test_full_disk(void **state)
{
	g_autoptr(GError) err = NULL;
	struct output out;

	(void)state;
	if (access("/dev/full", W_OK))
		skip();
	assert_true(output_open(&out, "/dev/full", NULL));
	fputs("text", out.to);
	assert_false(output_close(&out, &err));
	assert_non_null(strstr(err->message, "/dev/full"));
}

static void test_no_such_folder(void **state)
{
	struct desk *d = *state;
	g_autofree char *path = g_build_filename(d->dir, "none", "report", NULL);
	g_autoptr(GError) err = NULL;
	struct output out;

	assert_false(output_open(&out, path, &err));
	assert_non_null(strstr(err->message, path));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_id_survives_moved_lines),
		TEST(test_id_tells_functions_apart),
		TEST(test_id_tells_rules_and_locks_apart),
		TEST(test_two_alike_are_counted),
		TEST(test_the_same_is_told_once),
		TEST(test_cycle_tells_the_order),
		TEST(test_the_worst_comes_first),
		TEST(test_json_reads_back),
		TEST(test_not_utf8),
		TEST(test_baseline),
		TEST(test_bad_baseline),
		TEST(test_text),
		TEST(test_long_chains_are_cut),
		TEST(test_full_disk),
		TEST(test_no_such_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
