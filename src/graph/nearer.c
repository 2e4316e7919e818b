/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nearer.c - another way from one lock to the next, where the known one is hard to believe
 *
 * A dependency keeps one sighting, and what adds nothing new to the graph is not even looked at:
 * in the whole kernel there are millions. The one that is kept may be a long chain of calls that
 * something speaks against, or that is gone under conditions only, and hide one that nobody would
 * doubt. So, of what is to be reported: is there a call with the first lock held where the callee,
 * or its callee, takes the second itself?
 */
#include "graph/graph_p.h"

#include <string.h>

/* Who takes it so near is found by looking at each call of all holders; more are not tried. */
#define MOST_TRIES 64
#define MOST_HOPS 2

/*
 * Of a function that goes several ways with the lock held, the first was kept: one that cannot be
 * gone leaves the others, which may be as long.
 */
#define MOST_HOPS_OF_SAME 8

struct nearer_search {
	const struct graph *graph;
	const struct dependency *dependency;
	uint32_t from_string;
	GArray *acquisitions; /* uint32_t: the second lock, as it is taken */
	uint32_t function;    /* whose calls are looked at */
	uint32_t most_hops;
	bool closed; /* nothing may be open on the way */
	int tries;
};

static void free_array(gpointer p)
{
	g_array_unref(p);
}

/* --- functions in scope by the locks that they hold in calls ---------------------------------- */

static void note_holder(GHashTable *holders, uint32_t class_string, uint32_t function)
{
	gpointer key = GUINT_TO_POINTER(class_string);
	GArray *functions = g_hash_table_lookup(holders, key);

	if (!functions) {
		functions = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		g_hash_table_insert(holders, key, functions);
	}
	if (!functions->len || g_array_index(functions, uint32_t, functions->len - 1) != function)
		g_array_append_val(functions, function);
}

static void note_function(GHashTable *holders, const struct summaries *s, uint32_t function)
{
	const struct function_summary *summary = &s->functions[function];

	for (uint32_t i = 0; i < summary->n_calls; i++) {
		const struct held_set *held = summary->calls[i].event->held;

		for (uint32_t h = 0; h < held->n; h++)
			if (held_counts(s->program, &held->locks[h]))
				note_holder(holders, held->locks[h].class_string, function);
	}
}

static GHashTable *holders_of(const struct graph *graph)
{
	struct graph_private *private = graph_private_of(graph);
	const struct program *program = graph->program;

	if (private->holders)
		return private->holders;
	private->holders = g_hash_table_new_full(NULL, NULL, NULL, free_array);
	for (uint32_t f = 0; f < program->n_functions; f++)
		if (program->functions[f].in_scope)
			note_function(private->holders, graph->summaries, f);
	return private->holders;
}

/* --- one call --------------------------------------------------------------------------------- */

static uint32_t class_of(const struct graph *graph, const struct held_lock *lock)
{
	const char *name = program_string(graph->program, lock->class_string);
	g_autofree char *sub = lock->subclass ? g_strdup_printf("%s/%u", name, lock->subclass)
					      : g_strdup(name);
	gpointer known = g_hash_table_lookup(graph->class_index, sub);

	return known ? GPOINTER_TO_UINT(known) - 1 : PROGRAM_NONE;
}

/* Whether no other lock goes with this one that does not always: else the two may never meet. */
static bool has_same_gates(const struct nearer_search *s, const struct held_set *held)
{
	const struct dependency *d = s->dependency;

	for (uint32_t i = 0; i < held->n; i++) {
		uint32_t class = held->locks[i].mode == MODE_WRITE && held->locks[i].class_string
					 ? class_of(s->graph, &held->locks[i])
					 : PROGRAM_NONE;

		if (class != PROGRAM_NONE && class != d->from && class != d->to &&
		    !idset_contains(s->graph->gates, d->gates, class))
			return false;
	}
	return true;
}

bool graph_takes_soon(const struct summaries *s, uint32_t function, uint32_t acquisition,
		      enum confidence level)
{
	const struct function_summary *summary = &s->functions[function];

	if (summary_owns(s, function, acquisition))
		return true;
	for (uint32_t i = 0; i < summary->n_calls; i++)
		if (summary->calls[i].confidence >= level &&
		    summary_owns(s, summary->calls[i].callee, acquisition))
			return true;
	return false;
}

static bool is_believable(struct nearer_search *s, const struct summary_call *call,
			  const struct held_lock *held, uint32_t acquisition, enum confidence level)
{
	struct chain_question question = { .function = call->callee,
					   .event = call->event,
					   .held = held,
					   .holder = s->function + 1,
					   .caller = s->function + 1,
					   .acquisition = acquisition,
					   .least = level,
					   .only_sure = true,
					   .most_hops = s->most_hops };
	bool sure;
	g_autoptr(GArray) hops = NULL;

	if (s->tries++ > MOST_TRIES)
		return false;
	hops = summary_chain(s->graph->summaries, &question, &sure);
	return sure && hops->len <= s->most_hops;
}

static bool leads_there(struct nearer_search *s, const struct summary_call *call,
			const struct held_lock *held, struct sighting *where)
{
	const struct summaries *summaries = s->graph->summaries;

	for (int level = call->confidence; level >= CONFIDENCE_MEDIUM; level--) {
		const struct acquisition_set *set = summaries->reach[level][call->callee];

		for (guint i = 0; i < s->acquisitions->len; i++) {
			uint32_t a = g_array_index(s->acquisitions, uint32_t, i);

			if (!acquisition_set_has(set, a) ||
			    (s->most_hops == MOST_HOPS &&
			     !graph_takes_soon(summaries, call->callee, a,
					       (enum confidence)level)) ||
			    !is_believable(s, call, held, a, (enum confidence)level))
				continue;
			where->level = (uint8_t)level;
			where->what = a;
			return true;
		}
	}
	return false;
}

static bool is_first(const struct nearer_search *s, const struct summary_call *call, uint32_t h)
{
	const struct held_lock *held = &call->event->held->locks[h];

	return held->class_string == s->from_string && held->mode == s->dependency->from_mode &&
	       class_of(s->graph, held) == s->dependency->from && !held_is_given_up(call, held) &&
	       has_same_gates(s, call->event->held);
}

/* Whether the way is gone under a condition that nobody on it is known to fulfil. */
static bool is_open(const struct nearer_search *s, const struct sighting *where)
{
	struct arena *arena = arena_new("nearer");
	struct witness chain = graph_chain(s->graph, where, WITNESS_IF_SURE, arena);

	arena_free(arena);
	return chain.open;
}

static bool search_function(struct nearer_search *s, uint32_t function, struct sighting *where)
{
	const struct function_summary *summary = &s->graph->summaries->functions[function];

	s->function = function;
	for (uint32_t i = 0; i < summary->n_calls; i++) {
		const struct summary_call *call = &summary->calls[i];

		for (uint32_t h = 0; h < call->event->held->n; h++) {
			*where = (struct sighting){
				.function = function, .via = VIA_REACH, .event = i, .held = h
			};
			if (is_first(s, call, h) &&
			    leads_there(s, call, &call->event->held->locks[h], where) &&
			    !(s->closed && is_open(s, where)))
				return true;
		}
	}
	return false;
}

/* --- a dependency ----------------------------------------------------------------------------- */

static const struct dependency *find_dependency(const struct graph *graph, uint32_t from,
						uint32_t to, uint32_t witness)
{
	for (uint32_t d = graph->first_of[from]; d < graph->first_of[from + 1]; d++)
		if (graph->dependencies[d].to == to && graph->dependencies[d].witness == witness)
			return &graph->dependencies[d];
	return NULL;
}

static GArray *acquisitions_of(const struct graph *graph, const struct dependency *d)
{
	GArray *result = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	const struct lock_class *class = &graph->classes[d->to];

	for (uint32_t a = 0; a < graph->summaries->n_acquisitions; a++) {
		const struct acquisition *acquisition = &graph->summaries->acquisitions[a];

		if (acquisition->class_string == class->class_string &&
		    acquisition->subclass == class->subclass && acquisition->mode == d->to_mode &&
		    !(acquisition->flags & HELD_TRY))
			g_array_append_val(result, a);
	}
	return result;
}

int graph_see_nearer(const struct graph *graph, uint32_t from, uint32_t to, uint32_t witness,
		     bool closed)
{
	struct nearer_search s = { .graph = graph,
				   .dependency = find_dependency(graph, from, to, witness),
				   .from_string = graph->classes[from].class_string,
				   .most_hops = MOST_HOPS,
				   .closed = closed };
	GArray *sightings = graph_private_of(graph)->sightings;
	const GArray *functions =
		g_hash_table_lookup(holders_of(graph), GUINT_TO_POINTER(s.from_string));
	struct sighting where = { .level = 0 };
	bool found = false;

	if (!s.dependency || from == to || !functions)
		return -1;
	s.acquisitions = acquisitions_of(graph, s.dependency);
	for (guint i = 0; i < functions->len && !found && s.acquisitions->len; i++)
		found = search_function(&s, g_array_index(functions, uint32_t, i), &where);
	if (!found && !closed) {
		s.most_hops = MOST_HOPS_OF_SAME;
		s.tries = 0;
		found = search_function(
			&s, g_array_index(sightings, struct sighting, witness).function, &where);
	}
	g_array_unref(s.acquisitions);
	if (!found)
		return -1;
	g_array_index(sightings, struct sighting, witness) = where;
	return where.level;
}
