/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * component.c - flow over the functions of one component of the call graph
 *
 * In a component with recursion the first functions run know nothing of the others: a call of one
 * that is not known yet is taken to change nothing. That is good enough for nearly all, but for the
 * unlock half of a pair it is wrong, and "still holds it" would go from caller to caller. So who
 * relied on a function that turns out to take or give up locks is run again, and so is who got an
 * effect from there, all of them as if they had never been run: two functions that call each other
 * must not confirm each other's mistake.
 */
#include "summary/summary_p.h"

/* How often a component is gone through again: locks passed through a deeper recursion are rare. */
#define MAX_REPEATS 6

/* @caller asked what @callee does. */
struct use {
	uint32_t callee, caller;
	bool mute; /* there was no answer yet, or one that it changes nothing */
};

struct component {
	struct summaries *s;
	struct arena *scratch;
	uint32_t number;
	uint32_t caller;    /* being run */
	GArray *uses;	    /* struct use: inside the component */
	GHashTable *again;  /* functions to be run again */
	GArray *first;	    /* uint32_t: those that somebody relied on too early, by discovery */
	GArray *unfollowed; /* uint32_t: of those, the ones whose callers are not looked at yet */
};

/* Who relied on a function that is then given up knows too much of what it does, too. */
static bool has_effect(const struct flow_result *flow)
{
	if (flow && flow->gave_up)
		return true;
	for (uint32_t i = 0; flow && i < flow->n_outcomes; i++) {
		const struct outcome *outcome = &flow->outcomes[i];

		if (outcome->n_acquired || outcome->n_released ||
		    exec_context_changes(&outcome->exec))
			return true;
	}
	return false;
}

static const struct flow_result *lookup(uint32_t function, void *data)
{
	struct component *component = data;
	const struct flow_result *flow = component->s->functions[function].flow;

	if (component->uses &&
	    component->s->program->functions[function].component == component->number) {
		struct use use = { function, component->caller, !has_effect(flow) };

		g_array_append_val(component->uses, use);
	}
	if (component->s->kept && flow)
		kept_note_use(component->s->kept, component->caller, function);
	return flow;
}

static void run_function(struct component *component, uint32_t function)
{
	component->caller = function;
	component->s->functions[function].flow =
		flow_function(component->s->program, function, lookup, component,
			      component->s->arena, component->scratch);
}

static void run_again(struct component *component, uint32_t function)
{
	if (g_hash_table_add(component->again, GUINT_TO_POINTER(function)))
		g_array_append_val(component->unfollowed, function);
}

static int compare_uses(const void *p, const void *q)
{
	const struct use *x = p, *y = q;

	return x->callee < y->callee ? -1 : x->callee > y->callee;
}

/* The first use of @function, in uses sorted by callee. */
static guint first_use(const GArray *uses, uint32_t function)
{
	guint low = 0, high = uses->len;

	while (low < high) {
		guint middle = (low + high) / 2;

		if (g_array_index(uses, struct use, middle).callee < function)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whoever got an effect from a function that is run again is run again. */
static void follow_effects(struct component *component)
{
	const GArray *uses = component->uses;

	for (guint i = 0; i < component->unfollowed->len; i++) {
		uint32_t f = g_array_index(component->unfollowed, uint32_t, i);

		if (!has_effect(component->s->functions[f].flow))
			continue;
		for (guint u = first_use(uses, f);
		     u < uses->len && g_array_index(uses, struct use, u).callee == f; u++)
			run_again(component, g_array_index(uses, struct use, u).caller);
	}
}

/* What was found out in earlier rounds comes before: what it relied on is known by then. */
static void add_first(struct component *component, uint32_t function)
{
	for (guint i = 0; i < component->first->len; i++)
		if (g_array_index(component->first, uint32_t, i) == function)
			return;
	g_array_append_val(component->first, function);
}

static void find_mistaken(struct component *component)
{
	GArray *uses = component->uses;

	g_hash_table_remove_all(component->again);
	g_array_set_size(component->unfollowed, 0);
	if (!uses->len)
		return;
	qsort(uses->data, uses->len, sizeof(struct use), compare_uses);
	for (guint i = 0; i < uses->len; i++) {
		const struct use *use = &g_array_index(uses, struct use, i);

		if (!use->mute || !has_effect(component->s->functions[use->callee].flow))
			continue;
		run_again(component, use->caller);
		add_first(component, use->callee);
	}
	follow_effects(component);
}

static gboolean is_of_rerun(const struct component *component, const struct use *use)
{
	return g_hash_table_contains(component->again, GUINT_TO_POINTER(use->caller));
}

/* What functions that are run again asked for is noted anew. */
static void forget_rerun(struct component *component)
{
	GArray *uses = component->uses;
	GHashTableIter iter;
	gpointer function;
	guint kept = 0;

	for (guint i = 0; i < uses->len; i++)
		if (!is_of_rerun(component, &g_array_index(uses, struct use, i)))
			g_array_index(uses, struct use, kept++) =
				g_array_index(uses, struct use, i);
	g_array_set_size(uses, kept);
	g_hash_table_iter_init(&iter, component->again);
	while (g_hash_table_iter_next(&iter, &function, NULL))
		component->s->functions[GPOINTER_TO_UINT(function)].flow = NULL;
}

static bool is_seen(const struct summaries *s, uint32_t function)
{
	return !s->world || s->world->members[function];
}

static void run_first(struct component *component)
{
	for (guint i = 0; i < component->first->len; i++) {
		uint32_t f = g_array_index(component->first, uint32_t, i);

		if (!component->s->functions[f].flow && is_seen(component->s, f))
			run_function(component, f);
	}
}

/* Runs the members that were not run or are to be run again. */
static void run_members(struct component *component)
{
	const struct program *program = component->s->program;

	for (uint32_t i = program->component_first[component->number];
	     i < program->component_first[component->number + 1]; i++) {
		uint32_t f = program->component_members[i];

		if (!component->s->functions[f].flow && is_seen(component->s, f))
			run_function(component, f);
	}
}

void summaries_run_component(struct summaries *s, uint32_t number, struct arena *scratch)
{
	const struct program *program = s->program;
	struct component component = { .s = s, .scratch = scratch, .number = number };

	if (program->component_first[number + 1] - program->component_first[number] == 1) {
		run_members(&component);
		return;
	}
	component.uses = g_array_new(FALSE, FALSE, sizeof(struct use));
	component.again = g_hash_table_new(NULL, NULL);
	component.first = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	component.unfollowed = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	run_members(&component);
	for (int repeat = 0; repeat < MAX_REPEATS; repeat++) {
		find_mistaken(&component);
		if (!g_hash_table_size(component.again))
			break;
		forget_rerun(&component);
		run_first(&component);
		run_members(&component);
	}
	g_array_unref(component.uses);
	g_hash_table_unref(component.again);
	g_array_unref(component.first);
	g_array_unref(component.unfollowed);
}
