/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary.c - the steps, in order
 */
#include "summary/context.h"
#include "summary/summary_p.h"

#include <string.h>

/* A function that is left out is one of which nothing is seen. */
static void leave_out_others(struct summaries *s)
{
	const struct flow_result *nothing = arena_new_struct(s->arena, struct flow_result);

	for (uint32_t f = 0; f < s->program->n_functions; f++)
		if (!s->functions[f].flow)
			s->functions[f].flow = nothing;
}

void summaries_update_bottom_up(struct summaries *s, summary_update_fn update, int most_rounds)
{
	const struct program *program = s->program;

	for (size_t c = 0; c < program->n_components; c++) {
		uint32_t first = program->component_first[c], end = program->component_first[c + 1];
		int rounds = end == first + 1 ? 1 : most_rounds;
		bool changed = true;

		for (int round = 0; changed && round < rounds; round++) {
			changed = false;
			for (uint32_t i = first; i < end; i++)
				changed |= update(s, program->component_members[i], round == 0);
		}
	}
}

void summaries_run_flow(struct summaries *s, struct console *con)
{
	struct arena *scratch = arena_new("flow of one function");

	console_begin(con, "following paths", s->program->n_components);
	for (size_t c = 0; c < s->program->n_components; c++) {
		if (!s->kept || !kept_take(s->kept, s, (uint32_t)c))
			summaries_run_component(s, (uint32_t)c, scratch);
		console_step(con, c + 1);
	}
	console_done(con);
	arena_free(scratch);
	leave_out_others(s);
	if (s->kept)
		kept_keep(s->kept, s);
	for (uint32_t f = 0; f < s->program->n_functions; f++)
		s->gave_up += s->functions[f].flow->gave_up;
}

static void free_set(gpointer p)
{
	struct acquisition_set *set = p;

	g_free(set->words);
	g_free(set);
}

static void free_array(gpointer p)
{
	g_array_unref(p);
}

static guint hash_bytes(gconstpointer p)
{
	const struct acquisition *a = p;

	return a->class_string * 0x9e3779b1u ^ a->global * 0x85ebca6bu ^
	       (guint)(a->kind << 24 | a->mode << 16 | a->subclass << 8 | a->flags);
}

static gboolean same_bytes(gconstpointer p, gconstpointer q)
{
	return memcmp(p, q, sizeof(struct acquisition)) == 0;
}

struct summaries *summaries_build(const struct program *program, const struct world *world,
				  struct kept_flows *kept, struct console *con)
{
	struct arena *arena = arena_new("summaries");
	struct summaries *s = arena_new_struct(arena, struct summaries);

	s->arena = arena;
	s->program = program;
	s->world = world;
	s->kept = kept;
	s->functions = arena_new_array(arena, struct function_summary, program->n_functions + 1);
	s->tables = arena_new_struct(arena, struct summary_tables);
	s->tables->scratch = arena_new("summaries, thrown away");
	s->tables->recent =
		arena_new_array(arena, struct condition_at_call, 1u << RECENT_CONDITION_BITS);
	s->tables->asked = arena_new_array(arena, uint32_t, program->n_functions + 1);
	s->tables->sleeps = arena_new_array(arena, uint8_t, program->n_functions + 1);
	s->tables->awake = arena_new_array(arena, const bool *, program->n_functions + 1);
	s->tables->acquisition_ids = g_hash_table_new(hash_bytes, same_bytes);
	s->tables->acquisitions = g_array_new(FALSE, FALSE, sizeof(struct acquisition));
	s->tables->passed = summary_new_passed();
	s->tables->given_classes =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_array);
	s->tables->sets = g_ptr_array_new_with_free_func(free_set);
	summaries_run_flow(s, con);
	summaries_find_calls(s);
	summaries_find_requirements(s);
	summaries_find_reach(s);
	s->contexts = contexts_build(s);
	summaries_find_ways(s);
	s->n_acquisitions = s->tables->acquisitions->len;
	s->acquisitions = (struct acquisition *)s->tables->acquisitions->data;
	return s;
}

void summaries_free(struct summaries *s)
{
	if (!s)
		return;
	g_hash_table_unref(s->tables->acquisition_ids);
	g_array_unref(s->tables->acquisitions);
	g_hash_table_unref(s->tables->passed);
	g_hash_table_unref(s->tables->given_classes);
	g_ptr_array_unref(s->tables->sets);
	g_array_unref(s->tables->extra_calls);
	contexts_free(s->contexts);
	arena_free(s->tables->scratch);
	arena_free(s->arena);
}
