/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * same_cause.c - findings that one change would mend
 *
 * A call made with a lock held can close a circle with each lock that somebody holds on the way
 * to the first one: kfree_rcu() under a scheduler's lock has as many as there are locks under
 * which a task is woken. Who reads the report has one thing to change. So circles that leave one of
 * their locks by the same calls, and come to it by the same calls, are told with one of them: the
 * worst, and of those the one with the shortest chains. The same goes for a function that sleeps
 * and whose many callers all hold the same lock.
 */
#include "report/report_p.h"

#include <string.h>

/*
 * What is compared of a chain: the call made with the lock held and what that one calls; the lock,
 * and two calls above it, as the nearest ones may be wrappers.
 */
#define STEPS_AWAY 2
#define STEPS_TO 3

struct ranked {
	const struct finding *finding;
	guint at; /* in the report */
	size_t n_steps;
};

static size_t steps_of(const struct finding *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_paths; i++)
		n += f->paths[i].n;
	return n;
}

static gint compare_ranked(gconstpointer p, gconstpointer q)
{
	const struct ranked *a = p, *b = q;

	if (a->finding->severity != b->finding->severity)
		return a->finding->severity > b->finding->severity ? -1 : 1;
	if (a->finding->confidence != b->finding->confidence)
		return a->finding->confidence > b->finding->confidence ? -1 : 1;
	if (a->n_steps != b->n_steps)
		return a->n_steps < b->n_steps ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static GArray *ranked_findings(const struct report *report)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct ranked));

	for (guint i = 0; i < report->findings->len; i++) {
		struct ranked one = { report->findings->pdata[i], i, 0 };

		one.n_steps = steps_of(one.finding);
		g_array_append_val(all, one);
	}
	g_array_sort(all, compare_ranked);
	return all;
}

/* --- the calls around a lock ------------------------------------------------------------------ */

static void add_steps(GString *key, const struct finding_path *path, size_t from, size_t n)
{
	for (size_t i = from; i < path->n && i < from + n; i++)
		g_string_append_printf(key, "|%s:%u:%u", path->steps[i].file, path->steps[i].line,
				       path->steps[i].column);
}

/* The step after the one that takes what the chain is about. */
static size_t step_with_lock(const struct finding_path *path)
{
	for (size_t i = 0; i < path->n; i++)
		if (path->steps[i].lock && !g_strcmp0(path->steps[i].lock, path->holds))
			return i + 1;
	return 1;
}

static char *key_of(const struct finding_path *to, const struct finding_path *away)
{
	GString *key = g_string_new(away->holds);

	add_steps(key, away, step_with_lock(away), STEPS_AWAY);
	g_string_append(key, " to");
	add_steps(key, to, to->n > STEPS_TO ? to->n - STEPS_TO : 0, STEPS_TO);
	return g_string_free(key, FALSE);
}

static bool is_circle(const struct finding *f)
{
	for (size_t i = 0; i < f->n_paths; i++)
		if (!f->paths[i].holds || !f->paths[i].acquires ||
		    !g_str_equal(f->paths[i].acquires, f->paths[(i + 1) % f->n_paths].holds))
			return false;
	return f->n_paths > 1;
}

/* One chain under one lock, whose end is not all of it. */
static bool is_section(const struct finding *f)
{
	return f->n_paths == 1 && f->n_locks && f->paths[0].n > STEPS_TO + 1;
}

static char *key_of_section(const struct finding *f)
{
	GString *key = g_string_new(f->rule);

	g_string_append_printf(key, " %s", f->locks[0].class_name);
	add_steps(key, &f->paths[0], f->paths[0].n - STEPS_TO, STEPS_TO);
	return g_string_free(key, FALSE);
}

/* A string for each lock of the circle, or for the end of the chain. */
static GPtrArray *keys_of(const struct finding *f)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

	if (is_section(f))
		g_ptr_array_add(keys, key_of_section(f));
	for (size_t i = 0; is_circle(f) && i < f->n_paths; i++)
		g_ptr_array_add(keys, key_of(&f->paths[i], &f->paths[(i + 1) % f->n_paths]));
	return keys;
}

/* --- groups ----------------------------------------------------------------------------------- */

static const struct finding *find_leader(GHashTable *leaders, const GPtrArray *keys)
{
	for (guint i = 0; i < keys->len; i++) {
		const struct finding *leader = g_hash_table_lookup(leaders, keys->pdata[i]);

		if (leader)
			return leader;
	}
	return NULL;
}

GHashTable *report_same_causes(const struct report *report)
{
	g_autoptr(GArray) all = ranked_findings(report);
	g_autoptr(GHashTable)
		leaders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTable *told_with = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < all->len; i++) {
		const struct finding *f = g_array_index(all, struct ranked, i).finding;
		g_autoptr(GPtrArray) keys = keys_of(f);
		const struct finding *leader = find_leader(leaders, keys);

		if (leader) {
			g_hash_table_insert(told_with, (gpointer)f, (gpointer)leader);
			continue;
		}
		for (guint k = 0; k < keys->len; k++)
			g_hash_table_insert(leaders, g_strdup(keys->pdata[k]), (gpointer)f);
	}
	return told_with;
}

static bool has_lock(const struct finding *f, const char *class_name)
{
	for (size_t i = 0; i < f->n_paths; i++)
		if (g_str_equal(f->paths[i].holds, class_name))
			return true;
	return false;
}

static const char *other_lock(const struct finding *f, const struct finding *leader)
{
	for (size_t i = 0; i < f->n_paths; i++)
		if (!has_lock(leader, f->paths[i].holds))
			return f->paths[i].holds_label ? f->paths[i].holds_label
						       : f->paths[i].holds;
	return f->message;
}

char *report_same_cause(const GPtrArray *others, const struct finding *leader, guint most)
{
	bool circle = is_circle(leader);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text,
			       circle ? "the same calls close %u more circle%s, with "
				      : "the same calls are made with it held in %u more place%s: ",
			       others->len, others->len == 1 ? "" : "s");
	for (guint i = 0; i < others->len && i < most; i++) {
		const struct finding *f = others->pdata[i];

		g_string_append_printf(text, "%s%s%s (%s)", i ? ", " : "",
				       circle ? other_lock(f, leader) : f->location.function,
				       circle ? "" : "()", f->id);
	}
	if (others->len > most)
		g_string_append_printf(text, ", and %u more", others->len - most);
	return g_string_free(text, FALSE);
}

GPtrArray *report_told_with(const struct report *report, GHashTable *told_with,
			    const struct finding *leader)
{
	GPtrArray *others = g_ptr_array_new();

	for (guint i = 0; i < report->findings->len; i++)
		if (g_hash_table_lookup(told_with, report->findings->pdata[i]) == leader)
			g_ptr_array_add(others, report->findings->pdata[i]);
	return others;
}
