/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * component.c - flow over the functions of one component of the call graph
 *
 * In a component with recursion the first functions run know nothing of the others. A call of one
 * that is not known yet does not return, so far; what comes after it is seen when the caller is run
 * again, and so is whoever relied on what turns out to be different. Every recursion that ends has
 * a way out that does not lead into it: from there all ways are found, one after the other, and
 * none is made up. (Knaster, Tarski: the least fixpoint. To take what is not known to change
 * nothing would be wrong for the unlock half of a pair, and "still holds it" would go from caller
 * to caller, around the circle and back.)
 *
 * What is compared is what callers rely on most: locks, what is switched off, and how many ways
 * there are. Where only values or conditions differ, nobody is run again.
 */
#include "summary/summary_p.h"

/* How often a component is gone through; what is found later is a way through many recursions. */
#define MOST_ROUNDS 12

/* @caller asked what @callee does, at the time @when. */
struct use {
	uint32_t callee, caller, when;
};

struct component {
	struct summaries *s;
	struct arena *scratch;
	uint32_t number;
	uint32_t caller;     /* being run */
	uint32_t now;	     /* counts the runs */
	GArray *uses;	     /* struct use: inside the component; NULL where nothing recurs */
	GHashTable *changed; /* function -> when it was last found to do something else */
	GHashTable *again;   /* functions to be run again */
};

static const struct flow_result does_not_return;

static bool is_inside(const struct component *component, uint32_t function)
{
	return component->s->program->functions[function].component == component->number;
}

static const struct flow_result *lookup(uint32_t function, void *data)
{
	struct component *component = data;
	const struct flow_result *flow = component->s->functions[function].flow;

	if (component->uses && is_inside(component, function)) {
		struct use use = { function, component->caller, component->now };

		g_array_append_val(component->uses, use);
		flow = flow ? flow : &does_not_return;
	}
	if (component->s->kept && flow)
		kept_note_use(component->s->kept, component->caller, function);
	return flow;
}

/* --- what a function does to its callers ------------------------------------------------------ */

static uint32_t mix(uint32_t hash, uint32_t value)
{
	return (hash ^ value) * 0x9e3779b1u;
}

static uint32_t mix_locks(uint32_t hash, const struct held_lock *locks, uint32_t n)
{
	hash = mix(hash, n);
	for (uint32_t i = 0; i < n; i++)
		hash = mix(hash, locks[i].class_string << 2 ^ locks[i].mode);
	return hash;
}

static uint32_t mix_writes(uint32_t hash, const struct write_set *written)
{
	hash = mix(hash, written->whole);
	for (uint32_t i = 0; i < written->n; i++)
		hash = mix(hash, written->places[i]);
	return hash;
}

static uint32_t effect_of(const struct flow_result *flow)
{
	uint32_t hash = 0;

	if (!flow)
		return 0;
	for (uint32_t i = 0; i < flow->n_outcomes; i++) {
		const struct outcome *outcome = &flow->outcomes[i];

		hash = mix(hash, outcome->result_signs);
		hash = mix(hash, outcome->exec.entry);
		hash = mix(hash, exec_context_changes(&outcome->exec));
		hash = mix_locks(hash, outcome->acquired, outcome->n_acquired);
		hash = mix_locks(hash, outcome->released, outcome->n_released);
	}
	hash = mix_writes(hash, &flow->written);
	return mix(hash, flow->n_outcomes << 1 | flow->gave_up);
}

/* ---------------------------------------------------------------------------------------------- */

static void run_function(struct component *component, uint32_t function)
{
	const struct flow_result **flow = &component->s->functions[function].flow;
	uint32_t before = effect_of(*flow);

	component->caller = function;
	component->now++;
	*flow = flow_function(component->s->program, function, lookup, component,
			      component->s->arena, component->scratch);
	if (component->changed && before != effect_of(*flow))
		g_hash_table_insert(component->changed, GUINT_TO_POINTER(function),
				    GUINT_TO_POINTER(component->now));
}

/* Whether the function called does something else since; one that calls itself has changed then. */
static bool is_outdated(const struct component *component, const struct use *use)
{
	gpointer when = g_hash_table_lookup(component->changed, GUINT_TO_POINTER(use->callee));

	return GPOINTER_TO_UINT(when) >= use->when;
}

/* What functions that are run again asked for is noted anew. */
static void forget_uses_of_rerun(struct component *component)
{
	GArray *uses = component->uses;
	guint kept = 0;

	for (guint i = 0; i < uses->len; i++) {
		const struct use use = g_array_index(uses, struct use, i);

		if (!g_hash_table_contains(component->again, GUINT_TO_POINTER(use.caller)))
			g_array_index(uses, struct use, kept++) = use;
	}
	g_array_set_size(uses, kept);
}

/* Who relied on what is known better now; false if nobody did. */
static bool find_outdated(struct component *component)
{
	const GArray *uses = component->uses;

	g_hash_table_remove_all(component->again);
	for (guint i = 0; i < uses->len; i++) {
		const struct use *use = &g_array_index(uses, struct use, i);

		if (is_outdated(component, use))
			g_hash_table_add(component->again, GUINT_TO_POINTER(use->caller));
	}
	forget_uses_of_rerun(component);
	return g_hash_table_size(component->again) > 0;
}

static bool is_seen(const struct summaries *s, uint32_t function)
{
	return !s->world || s->world->members[function];
}

/* Runs all members, or those of @only. */
static void run_members(struct component *component, GHashTable *only)
{
	const struct program *program = component->s->program;

	for (uint32_t i = program->component_first[component->number];
	     i < program->component_first[component->number + 1]; i++) {
		uint32_t f = program->component_members[i];

		if (is_seen(component->s, f) &&
		    (!only || g_hash_table_contains(only, GUINT_TO_POINTER(f))))
			run_function(component, f);
	}
}

void summaries_run_component(struct summaries *s, uint32_t number, struct arena *scratch)
{
	const struct program *program = s->program;
	struct component component = { .s = s, .scratch = scratch, .number = number };

	if (program->component_first[number + 1] - program->component_first[number] == 1) {
		run_members(&component, NULL);
		return;
	}
	component.uses = g_array_new(FALSE, FALSE, sizeof(struct use));
	component.changed = g_hash_table_new(NULL, NULL);
	component.again = g_hash_table_new(NULL, NULL);
	run_members(&component, NULL);
	for (int round = 0; round < MOST_ROUNDS && find_outdated(&component); round++)
		run_members(&component, component.again);
	g_array_unref(component.uses);
	g_hash_table_unref(component.changed);
	g_hash_table_unref(component.again);
}
