/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_cycles.c - circles and paths in hand-made lock graphs */
#include "graph/graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A graph that is being drawn. Classes are "a", "b", ... or "c123". */
struct drawing {
	struct graph graph;
	GArray *dependencies;
	struct arena *arena;
	GArray *cycles;
};

static int set_up(void **state)
{
	struct drawing *d = g_new0(struct drawing, 1);

	d->arena = arena_new("test");
	d->graph.gates = idset_pool_new();
	d->dependencies = g_array_new(FALSE, FALSE, sizeof(struct dependency));
	*state = d;
	return 0;
}

static int tear_down(void **state)
{
	struct drawing *d = *state;

	if (d->cycles)
		g_array_unref(d->cycles);
	g_array_unref(d->dependencies);
	idset_pool_free(d->graph.gates);
	arena_free(d->arena);
	g_free(d);
	return 0;
}

static struct dependency *add(struct drawing *d, uint32_t from, uint32_t to)
{
	struct dependency new = {
		.from = from, .to = to, .confidence = CONFIDENCE_HIGH, .in_scope = true
	};

	g_array_append_val(d->dependencies, new);
	return &g_array_index(d->dependencies, struct dependency, d->dependencies->len - 1);
}

/* "ab" is a -> b, held and taken exclusively. */
static struct dependency *draw(struct drawing *d, const char *pair)
{
	return add(d, (uint32_t)(pair[0] - 'a'), (uint32_t)(pair[1] - 'a'));
}

static gint compare(gconstpointer p, gconstpointer q)
{
	const struct dependency *x = p, *y = q;
	uint32_t a[] = { x->from, x->to, x->from_mode, x->to_mode };
	uint32_t b[] = { y->from, y->to, y->from_mode, y->to_mode };

	for (size_t i = 0; i < G_N_ELEMENTS(a); i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return 0;
}

static void finish(struct drawing *d, uint32_t n_classes)
{
	uint32_t *first = arena_new_array(d->arena, uint32_t, n_classes + 2);
	uint32_t at = 0;

	g_array_sort(d->dependencies, compare);
	d->graph.n_classes = n_classes;
	d->graph.classes = arena_new_array(d->arena, struct lock_class, n_classes);
	for (uint32_t i = 0; i < n_classes; i++)
		d->graph.classes[i].class_name = i < 26 ? arena_printf(d->arena, "%c", 'a' + (int)i)
							: arena_printf(d->arena, "c%u", i);
	d->graph.dependencies = (struct dependency *)d->dependencies->data;
	d->graph.n_dependencies = d->dependencies->len;
	for (uint32_t i = 0; i <= n_classes; i++) {
		while (at < d->dependencies->len && d->graph.dependencies[at].from < i)
			at++;
		first[i] = at;
	}
	d->graph.first_of = first;
}

static char *cycle_text(const struct drawing *d, const struct cycle *cycle)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < cycle->n; i++)
		g_string_append(text,
				d->graph.classes[d->graph.dependencies[cycle->dependencies[i]].from]
					.class_name);
	return g_string_free(text, FALSE);
}

/* The circles of up to four classes, as "ab abc". */
static void expect(struct drawing *d, enum confidence least, const char *wanted)
{
	g_autoptr(GString) text = g_string_new(NULL);
	bool cut = false;

	finish(d, 8);
	d->cycles = graph_cycles(&d->graph, 4, least, d->arena, &cut);
	for (guint i = 0; i < d->cycles->len; i++) {
		g_autofree char *one = cycle_text(d, &g_array_index(d->cycles, struct cycle, i));

		g_string_append_printf(text, "%s%s", i ? " " : "", one);
	}
	assert_string_equal(text->str, wanted);
	assert_false(cut);
}

static const struct cycle *first_cycle(const struct drawing *d)
{
	return &g_array_index(d->cycles, struct cycle, 0);
}

static void test_two_orders(void **state)
{
	struct drawing *d = *state;

	draw(d, "ba");
	draw(d, "ab");
	draw(d, "bc");
	expect(d, CONFIDENCE_LOW, "ab");
	assert_int_equal(first_cycle(d)->confidence, CONFIDENCE_HIGH);
	assert_true(first_cycle(d)->in_scope);
	assert_false(first_cycle(d)->gated);
}

static void test_three_locks(void **state)
{
	struct drawing *d = *state;

	draw(d, "ca");
	draw(d, "bc");
	draw(d, "ab")->confidence = CONFIDENCE_MEDIUM;
	expect(d, CONFIDENCE_LOW, "abc");
	assert_int_equal(first_cycle(d)->confidence, CONFIDENCE_MEDIUM);
}

static void test_five_are_too_many(void **state)
{
	struct drawing *d = *state;

	draw(d, "ab");
	draw(d, "bc");
	draw(d, "cd");
	draw(d, "de");
	draw(d, "ea");
	expect(d, CONFIDENCE_LOW, "");
}

static void test_no_circle(void **state)
{
	struct drawing *d = *state;

	draw(d, "ab");
	draw(d, "bc");
	draw(d, "ac");
	expect(d, CONFIDENCE_LOW, "");
}

static void test_out_of_scope(void **state)
{
	struct drawing *d = *state;

	draw(d, "ab")->in_scope = false;
	draw(d, "ba")->in_scope = false;
	draw(d, "bc")->in_scope = false;
	draw(d, "cb");
	expect(d, CONFIDENCE_LOW, "bc");
}

static void test_unsure_ones_are_left_out(void **state)
{
	struct drawing *d = *state;

	draw(d, "ab")->confidence = CONFIDENCE_LOW;
	draw(d, "ba");
	expect(d, CONFIDENCE_MEDIUM, "");
}

static void test_chord(void **state)
{
	struct drawing *d = *state;

	draw(d, "ab");
	draw(d, "bc");
	draw(d, "ca");
	draw(d, "ba"); /* a -> b -> a says it sooner */
	expect(d, CONFIDENCE_LOW, "ab");
}

static void test_unsure_chord_hides_nothing(void **state)
{
	struct drawing *d = *state;

	draw(d, "ab");
	draw(d, "bc");
	draw(d, "ca");
	draw(d, "ba")->confidence = CONFIDENCE_LOW;
	expect(d, CONFIDENCE_LOW, "ab abc");
}

static void test_chord_out_of_scope_hides_nothing(void **state)
{
	struct drawing *d = *state;

	draw(d, "ab")->in_scope = false;
	draw(d, "ba")->in_scope = false;
	draw(d, "bc");
	draw(d, "ca");
	expect(d, CONFIDENCE_LOW, "abc");
}

static void test_four_with_chord_across(void **state)
{
	struct drawing *d = *state;

	draw(d, "ab");
	draw(d, "bc");
	draw(d, "cd");
	draw(d, "da");
	draw(d, "ca"); /* a -> b -> c -> a */
	expect(d, CONFIDENCE_LOW, "abc");
}

static void test_gate(void **state)
{
	struct drawing *d = *state;
	uint32_t gate = 'g' - 'a';

	draw(d, "ab")->gates = idset_make(d->graph.gates, &gate, 1);
	draw(d, "ba")->gates = idset_make(d->graph.gates, &gate, 1);
	expect(d, CONFIDENCE_LOW, "ab");
	assert_true(first_cycle(d)->gated);
	assert_int_equal(first_cycle(d)->gate, gate);
}

static void test_gates_differ(void **state)
{
	struct drawing *d = *state;
	uint32_t gates[] = { 'f' - 'a', 'g' - 'a' };

	draw(d, "ab")->gates = idset_make(d->graph.gates, &gates[0], 1);
	draw(d, "ba")->gates = idset_make(d->graph.gates, &gates[1], 1);
	expect(d, CONFIDENCE_LOW, "ab");
	assert_false(first_cycle(d)->gated);
}

/* A gate that is itself on the circle keeps nobody out. */
static void test_gate_on_the_circle(void **state)
{
	struct drawing *d = *state;
	uint32_t gate = 'a' - 'a';

	draw(d, "ab")->gates = idset_make(d->graph.gates, &gate, 1);
	draw(d, "bc")->gates = idset_make(d->graph.gates, &gate, 1);
	draw(d, "ca")->gates = idset_make(d->graph.gates, &gate, 1);
	expect(d, CONFIDENCE_LOW, "abc");
	assert_false(first_cycle(d)->gated);
}

/* rcu_read_lock() in both: readers do not wait for readers. */
static void test_recursive_readers(void **state)
{
	struct drawing *d = *state;

	draw(d, "ab")->to_mode = MODE_RECURSIVE;
	draw(d, "ba")->from_mode = MODE_RECURSIVE;
	expect(d, CONFIDENCE_LOW, "");
}

/* A reader that is not recursive waits behind a waiting writer. */
static void test_fair_readers(void **state)
{
	struct drawing *d = *state;

	draw(d, "ab")->to_mode = MODE_READ;
	draw(d, "ba")->from_mode = MODE_READ;
	expect(d, CONFIDENCE_LOW, "ab");
}

/* The recursive reader waits for a holder that has it exclusively. */
static void test_recursive_reader_against_writer(void **state)
{
	struct drawing *d = *state;

	draw(d, "ab")->to_mode = MODE_RECURSIVE;
	draw(d, "ba");
	expect(d, CONFIDENCE_LOW, "ab");
}

/* Of several modes between two classes, those are chosen that make the circle strong. */
static void test_modes_are_chosen(void **state)
{
	struct drawing *d = *state;
	struct dependency *reader;

	draw(d, "ab")->to_mode = MODE_RECURSIVE;
	draw(d, "ba")->from_mode = MODE_RECURSIVE;
	reader = draw(d, "ab");
	reader->to_mode = MODE_READ;
	reader->confidence = CONFIDENCE_MEDIUM;
	expect(d, CONFIDENCE_LOW, "ab");
	assert_int_equal(first_cycle(d)->confidence, CONFIDENCE_MEDIUM);
}

static void test_same_class_twice(void **state)
{
	struct drawing *d = *state;

	draw(d, "aa");
	draw(d, "bb")->to_mode = MODE_RECURSIVE;
	draw(d, "ab");
	draw(d, "ba");
	expect(d, CONFIDENCE_LOW, "a b ab");
}

static void test_recursive_class_twice(void **state)
{
	struct drawing *d = *state;
	struct dependency *twice = draw(d, "aa");

	twice->from_mode = MODE_RECURSIVE;
	twice->to_mode = MODE_RECURSIVE;
	expect(d, CONFIDENCE_LOW, "");
}

static void test_path(void **state)
{
	struct drawing *d = *state;
	g_autoptr(GArray) path = NULL, none = NULL;

	draw(d, "ab");
	draw(d, "bc");
	draw(d, "cd");
	draw(d, "ad")->confidence = CONFIDENCE_LOW;
	finish(d, 8);
	path = graph_path(&d->graph, 0, 3, CONFIDENCE_MEDIUM);
	none = graph_path(&d->graph, 3, 0, CONFIDENCE_LOW);
	assert_int_equal(path->len, 3);
	assert_int_equal(d->graph.dependencies[g_array_index(path, uint32_t, 0)].to, 1);
	assert_int_equal(d->graph.dependencies[g_array_index(path, uint32_t, 2)].to, 3);
	assert_int_equal(none->len, 0);
}

static guint dense_cycles(struct drawing *d)
{
	bool cut = false;
	GArray *cycles = graph_cycles(&d->graph, 4, CONFIDENCE_MEDIUM, d->arena, &cut);
	guint n = cycles->len;

	g_array_unref(cycles);
	return n;
}

/* As large as a kernel's, and far denser in circles: seconds, not hours; and twice the same. */
static void test_large_graph(void **state)
{
	struct drawing *d = *state;
	uint32_t random = 1, n = 5000;
	guint found;

	for (int i = 0; i < 200000; i++) {
		uint32_t from, to;

		random = random * 1664525 + 1013904223;
		from = (random >> 8) % n;
		random = random * 1664525 + 1013904223;
		to = (random >> 8) % n;
		/* mostly downwards, as locks are */
		if (from > to && i % 100)
			add(d, to, from);
		else if (from != to)
			add(d, from, to);
	}
	finish(d, n);
	found = dense_cycles(d);
	assert_true(found > 100);
	assert_int_equal(dense_cycles(d), found);
}

/* Each class with each: more than anybody wants to have found, and the caller is told. */
static void test_search_is_given_up(void **state)
{
	struct drawing *d = *state;
	uint32_t n = 250;
	bool cut = false;

	for (uint32_t from = 0; from < n; from++)
		for (uint32_t to = 0; to < n; to++)
			if (from != to)
				add(d, from, to);
	finish(d, n);
	d->cycles = graph_cycles(&d->graph, 4, CONFIDENCE_MEDIUM, d->arena, &cut);
	assert_true(cut);
	assert_true(d->cycles->len < n * (n - 1) / 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_two_orders),
		TEST(test_three_locks),
		TEST(test_five_are_too_many),
		TEST(test_no_circle),
		TEST(test_out_of_scope),
		TEST(test_unsure_ones_are_left_out),
		TEST(test_chord),
		TEST(test_unsure_chord_hides_nothing),
		TEST(test_chord_out_of_scope_hides_nothing),
		TEST(test_four_with_chord_across),
		TEST(test_gate),
		TEST(test_gates_differ),
		TEST(test_gate_on_the_circle),
		TEST(test_recursive_readers),
		TEST(test_fair_readers),
		TEST(test_recursive_reader_against_writer),
		TEST(test_modes_are_chosen),
		TEST(test_same_class_twice),
		TEST(test_recursive_class_twice),
		TEST(test_path),
		TEST(test_large_graph),
		TEST(test_search_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
