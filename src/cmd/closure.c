/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * closure.c - which code around the paths asked for is read as well
 *
 * A deadlock in a driver often closes elsewhere: in what it calls, or in who calls it with a lock
 * held. Reading the whole kernel for one driver would take minutes, so names decide. The index of
 * words tells which units
 *
 *   are called: define a function that the scope calls and the rules do not tell about. Without
 *             them a lock that is given up in a callee looks held ever after, so they come first;
 *   call in:  mention a function of the scope, or a member or variable that one is stored in,
 *             provided that few units do: what fifty units mention tells nothing.
 *
 * Each further round adds what is called by all that was read before. All in all a bounded number
 * of units: first those that most names lead to, for the scope's own callees; then those nearest
 * in the folder tree (and the architecture's own), as they share locks with the scope most often.
 */
#include "program/closure.h"
#include "cmd/analysis_p.h"

#include <string.h>

#define DEFAULT_ROUNDS 2

/* 450 units take some 25 s to read on two cores once, and half a second when they are cached. */
#define MOST_UNITS 450
#define MOST_DIRECT 200
#define MOST_CALLERS 150

/* A name that more units mention is no hint. */
#define RARE 20

struct candidate {
	uint32_t unit;
	unsigned near;	/* folders in common with the scope */
	unsigned names; /* names that lead to it */
};

struct around {
	struct analysis *a;
	GPtrArray *all; /* struct unit_spec *: the configuration's units */
	struct word_index *index;
	struct closure *closure;
	bool *read;	    /* per unit */
	unsigned *near;	    /* per unit */
	GHashTable *wanted; /* unit + 1 -> names that lead to it */
	size_t left;	    /* how many units may still be read */
};

/* --- nearness --------------------------------------------------------------------------------- */

static unsigned common_folders(const char *a, const char *b)
{
	unsigned n = 0;

	for (; *a && *a == *b; a++, b++)
		n += *a == '/';
	return n;
}

/* The folders of the units asked for, each once. */
static GHashTable *scope_folders(const GPtrArray *units)
{
	GHashTable *folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < units->len; i++) {
		const char *file = ((const struct unit_spec *)units->pdata[i])->file;

		g_hash_table_add(
			folders,
			g_strndup(file,
				  (gsize)(strrchr(file, '/') ? strrchr(file, '/') + 1 - file : 0)));
	}
	return folders;
}

static unsigned nearness(const struct tree *tree, const char *file, GHashTable *folders)
{
	g_autofree char *arch = g_strdup_printf("arch/%s/", tree->srcarch ? tree->srcarch : "");
	unsigned best = g_str_has_prefix(file, arch);
	GHashTableIter iter;
	gpointer folder;

	g_hash_table_iter_init(&iter, folders);
	while (g_hash_table_iter_next(&iter, &folder, NULL))
		best = MAX(best, common_folders(file, folder));
	return best;
}

static void measure_units(struct around *r)
{
	g_autoptr(GHashTable) folders = scope_folders(r->a->units);

	for (guint i = 0; i < r->all->len; i++) {
		const char *file = ((const struct unit_spec *)r->all->pdata[i])->file;

		r->read[i] = tree_in_scope(r->a->tree, file);
		r->near[i] = nearness(r->a->tree, file, folders);
	}
}

/* --- what is wanted --------------------------------------------------------------------------- */

static void want(struct around *r, uint32_t unit)
{
	gpointer key = GUINT_TO_POINTER(unit + 1);
	guint names = GPOINTER_TO_UINT(g_hash_table_lookup(r->wanted, key));

	if (!r->read[unit])
		g_hash_table_insert(r->wanted, key, GUINT_TO_POINTER(names + 1));
}

static void want_mentions(struct around *r, GArray *names)
{
	for (guint i = 0; i < names->len; i++) {
		const struct closure_name *name = &g_array_index(names, struct closure_name, i);
		g_autoptr(GArray) units = word_index_mentions(r->index, name->name);

		for (guint u = 0; units->len <= RARE && u < units->len; u++)
			want(r, g_array_index(units, uint32_t, u));
	}
	g_array_unref(names);
}

/* Of several definitions the nearest is meant. */
static void want_definition(struct around *r, const char *name)
{
	size_t n, best = 0;
	const uint32_t *units = word_index_definers(r->index, name, &n);

	for (size_t i = 1; i < n; i++) {
		if (r->near[units[i]] > r->near[units[best]])
			best = i;
	}
	if (n)
		want(r, units[best]);
}

static void want_definitions(struct around *r)
{
	g_autoptr(GArray) names = closure_callees(r->closure);

	for (guint i = 0; i < names->len; i++)
		want_definition(r, g_array_index(names, struct closure_name, i).name);
}

/* --- what is read ----------------------------------------------------------------------------- */

static gint compare_names(gconstpointer p, gconstpointer q)
{
	const struct candidate *a = p, *b = q;

	if (a->names != b->names)
		return a->names > b->names ? -1 : 1;
	return a->unit < b->unit ? -1 : 1;
}

static gint compare_nearness(gconstpointer p, gconstpointer q)
{
	const struct candidate *a = p, *b = q;

	if (a->near != b->near)
		return a->near > b->near ? -1 : 1;
	return compare_names(p, q);
}

static GArray *candidates_of(const struct around *r, GCompareFunc best_first)
{
	GArray *candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
	GHashTableIter iter;
	gpointer unit, names;

	g_hash_table_iter_init(&iter, r->wanted);
	while (g_hash_table_iter_next(&iter, &unit, &names)) {
		struct candidate candidate = { .unit = GPOINTER_TO_UINT(unit) - 1,
					       .names = GPOINTER_TO_UINT(names) };

		candidate.near = r->near[candidate.unit];
		g_array_append_val(candidates, candidate);
	}
	g_array_sort(candidates, best_first);
	g_hash_table_remove_all(r->wanted);
	return candidates;
}

/* The best of what is wanted, @most of them, in the order of the tree's units. */
static GPtrArray *choose_units(struct around *r, size_t most, GCompareFunc best_first)
{
	g_autoptr(GArray) candidates = candidates_of(r, best_first);
	GPtrArray *units = g_ptr_array_new();
	size_t n = MIN(candidates->len, MIN(most, r->left));

	for (size_t i = 0; i < n; i++) {
		const struct candidate *candidate = &g_array_index(candidates, struct candidate, i);

		r->read[candidate->unit] = true;
		g_ptr_array_add(units, r->all->pdata[candidate->unit]);
	}
	r->left -= n;
	return units;
}

/* Facts of the units read last, for the closure to look at. */
static GPtrArray *new_facts(const struct analysis *a, guint from)
{
	GPtrArray *facts = g_ptr_array_new();

	for (guint i = from; i < a->facts->len; i++)
		g_ptr_array_add(facts, a->facts->pdata[i]);
	return facts;
}

static bool read_chosen(struct around *r, GPtrArray *units, GError **err)
{
	guint from = r->a->facts->len;
	g_autoptr(GPtrArray) facts = NULL;

	if (!units->len)
		return true;
	if (!analysis_read(r->a, units, false, err))
		return false;
	facts = new_facts(r->a, from);
	closure_add(r->closure, facts, false);
	return true;
}

static bool read_callers(struct around *r, GError **err)
{
	g_autoptr(GPtrArray) units = NULL;

	want_mentions(r, closure_entries(r->closure));
	want_mentions(r, closure_hooks(r->closure));
	units = choose_units(r, MOST_CALLERS, compare_nearness);
	return read_chosen(r, units, err);
}

static bool read_callees(struct around *r, size_t most, GCompareFunc best_first, GError **err)
{
	g_autoptr(GPtrArray) units = NULL;

	want_definitions(r);
	units = choose_units(r, most, best_first);
	return read_chosen(r, units, err);
}

/* What the other version of the tree reads, so that both are judged by the same code. */
static bool read_named(struct around *r, GError **err)
{
	GHashTable *named = r->a->version ? r->a->version->around : NULL;
	g_autoptr(GPtrArray) units = g_ptr_array_new();

	for (guint i = 0; named && i < r->all->len; i++) {
		const struct unit_spec *unit = r->all->pdata[i];

		if (r->read[i] || !g_hash_table_contains(named, unit->file))
			continue;
		r->read[i] = true;
		g_ptr_array_add(units, r->all->pdata[i]);
	}
	return read_chosen(r, units, err);
}

static bool run_rounds(struct around *r, int rounds, GError **err)
{
	closure_add(r->closure, r->a->facts, true);
	if (!read_callees(r, MOST_DIRECT, compare_names, err) || !read_callers(r, err))
		return false;
	for (int i = 1; i < rounds && r->left; i++) {
		if (!read_callees(r, MOST_UNITS, compare_nearness, err))
			return false;
	}
	return true;
}

static int rounds_of(const struct analysis *a)
{
	return a->options->closure < 0 ? DEFAULT_ROUNDS : a->options->closure;
}

static bool wants_around(const struct analysis *a)
{
	return (rounds_of(a) || a->version) && a->tree->kind != TREE_PLAIN;
}

pid_t begin_read_around(struct analysis *a)
{
	g_autoptr(GPtrArray) all = wants_around(a) ? tree_all_units(a->tree, a->con, NULL) : NULL;

	return all ? word_index_begin(a->tree, all) : 0;
}

bool read_around(struct analysis *a, GError **err)
{
	struct around r = { .a = a, .left = MOST_UNITS };
	int rounds = rounds_of(a);
	bool ok;

	if (!wants_around(a))
		return true;
	r.all = tree_all_units(a->tree, a->con, err);
	if (!r.all)
		return false;
	r.index = word_index_open(a->tree, r.all, a->con, err);
	if (!r.index) {
		g_ptr_array_unref(r.all);
		return false;
	}
	r.closure = closure_new(a->rules);
	r.read = g_new0(bool, r.all->len + 1);
	r.near = g_new0(unsigned, r.all->len + 1);
	r.wanted = g_hash_table_new(NULL, NULL);
	measure_units(&r);
	ok = (!rounds || run_rounds(&r, rounds, err)) && read_named(&r, err);
	g_hash_table_unref(r.wanted);
	g_free(r.near);
	g_free(r.read);
	closure_free(r.closure);
	word_index_free(r.index);
	g_ptr_array_unref(r.all);
	return ok;
}
