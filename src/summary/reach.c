/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reach.c - the locks that a call can lead to, as bit sets shared by components
 *
 * One pass per confidence: with only the sure calls, with the likely ones, with all. Bit sets and
 * not lists: above the big component that indirect calls make of the kernel every function reaches
 * thousands of classes, which are one kilobyte as bits.
 */
#include "base/scc.h"
#include "summary/summary_p.h"

#include <string.h>

/* The place when it is one object for all: a global, or a member of one. */
static term_id global_object(const struct program *program, term_id lock)
{
	term_id id = lock;

	for (;;) {
		struct term term = term_at(program->terms, id);

		if (term.kind == EXPR_GLOBAL)
			return lock;
		if (term.kind != EXPR_FIELD)
			return 0;
		id = term.base;
	}
}

uint32_t summaries_acquisition(struct summaries *s, const struct held_lock *lock)
{
	struct acquisition key = { .class_string = lock->class_string,
				   .kind = lock->kind,
				   .mode = lock->mode,
				   .subclass = lock->subclass,
				   .flags = lock->flags & HELD_NESTED,
				   .global = global_object(s->program, lock->lock) };
	gpointer known;

	if (!lock->class_string || (lock->flags & HELD_TRY))
		return UINT32_MAX;
	known = g_hash_table_lookup(s->tables->acquisition_ids, &key);
	if (known)
		return GPOINTER_TO_UINT(known) - 1;
	g_array_append_val(s->tables->acquisitions, key);
	g_hash_table_insert(s->tables->acquisition_ids, arena_memdup(s->arena, &key, sizeof(key)),
			    GUINT_TO_POINTER(s->tables->acquisitions->len));
	return s->tables->acquisitions->len - 1;
}

/* No summary_call stands for these: a dropped lock was found held, so its callee counts now. */
struct extra_call {
	uint32_t from, to;
	uint8_t confidence;
};

struct collector {
	struct summaries *s;
	GArray *own;	/* uint32_t, of the function at hand */
	GArray *extras; /* struct extra_call, of all */
};

static void add_own(struct collector *c, const struct held_lock *lock)
{
	uint32_t id = summaries_acquisition(c->s, lock);

	if (id != UINT32_MAX)
		g_array_append_val(c->own, id);
}

static bool is_held(const struct held_set *held, const struct held_lock *dropped)
{
	for (uint32_t i = 0; i < held->n; i++)
		if (summary_is_dropped(&held->locks[i], dropped))
			return true;
	return false;
}

static bool is_still_dropped(const struct summaries *s, const struct call_event *event,
			     const struct requirement *r)
{
	struct term term = term_at(s->program->terms, r->dropped.lock);

	if (!r->is_dropped || is_held(event->held, &r->dropped))
		return false;
	while (term.base)
		term = term_at(s->program->terms, term.base);
	return term.kind == EXPR_PARAM || term.kind == EXPR_GLOBAL || term.kind == EXPR_STRING;
}

/* What a callee left to its callers and that this one can name. */
static void add_lifted(struct collector *c, uint32_t f, const struct summary_call *call,
		       const struct requirement *from)
{
	struct requirement r;
	struct extra_call extra;

	if (!from->is_dropped && from->lock.class_string)
		return; /* in the callee's own set */
	if (!summary_lift(c->s, call->event, from, c->s->tables->scratch, &r) ||
	    is_still_dropped(c->s, call->event, &r))
		return;
	if (r.function == PROGRAM_NONE) {
		add_own(c, &r.lock);
		return;
	}
	extra = (struct extra_call){ f, r.function, MIN(r.confidence, call->confidence) };
	g_array_append_val(c->extras, extra);
}

static int compare_ids(gconstpointer p, gconstpointer q)
{
	uint32_t x = *(const uint32_t *)p, y = *(const uint32_t *)q;

	return x < y ? -1 : x > y;
}

static void keep_own(struct collector *c, struct function_summary *summary)
{
	uint32_t *own, n = 0;

	g_array_sort(c->own, compare_ids);
	own = arena_memdup(c->s->arena, c->own->data, c->own->len * sizeof(uint32_t));
	for (guint i = 0; i < c->own->len; i++)
		if (i == 0 || own[i] != own[n - 1])
			own[n++] = own[i];
	summary->own = own;
	summary->n_own = n;
}

static void collect_own(struct collector *c, uint32_t f)
{
	struct function_summary *summary = &c->s->functions[f];

	arena_reset(c->s->tables->scratch);
	g_array_set_size(c->own, 0);
	for (uint32_t i = 0; i < summary->flow->n_acquires; i++)
		if (!summary->flow->acquires[i].n_released)
			add_own(c, &summary->flow->acquires[i].lock);
	for (uint32_t i = 0; i < summary->n_calls; i++) {
		const struct summary_call *call = &summary->calls[i];
		const struct function_summary *callee = &c->s->functions[call->callee];

		if (call->is_callback || call->confidence < CONFIDENCE_MEDIUM)
			continue;
		for (uint32_t r = 0; r < callee->n_requirements; r++)
			add_lifted(c, f, call, &callee->requirements[r]);
	}
	if (c->own->len)
		keep_own(c, summary);
}

struct edges {
	uint32_t *first;
	GArray *to;
};

/* Extras are sorted by caller: they were collected so. */
static struct edges find_edges(const struct summaries *s, const GArray *extras,
			       enum confidence least)
{
	uint32_t n = s->program->n_functions;
	struct edges edges = { g_new0(uint32_t, n + 1),
			       g_array_new(FALSE, FALSE, sizeof(uint32_t)) };
	guint next = 0;

	for (uint32_t f = 0; f < n; f++) {
		const struct function_summary *summary = &s->functions[f];

		edges.first[f] = edges.to->len;
		for (uint32_t i = 0; i < summary->n_calls; i++)
			if (summary->calls[i].confidence >= least &&
			    !summary->calls[i].event->n_released)
				g_array_append_val(edges.to, summary->calls[i].callee);
		for (;
		     next < extras->len && g_array_index(extras, struct extra_call, next).from == f;
		     next++)
			if (g_array_index(extras, struct extra_call, next).confidence >= least)
				g_array_append_val(
					edges.to,
					g_array_index(extras, struct extra_call, next).to);
	}
	edges.first[n] = edges.to->len;
	return edges;
}

static struct acquisition_set *new_set(struct summaries *s)
{
	struct acquisition_set *set = g_new0(struct acquisition_set, 1);

	set->n_words = s->tables->acquisitions->len / 64 + 1;
	set->words = g_new0(uint64_t, set->n_words);
	g_ptr_array_add(s->tables->sets, set);
	return set;
}

struct component_parts {
	bool has_own;
	struct acquisition_set *only; /* the one set below, if there is just one */
	bool several;
};

static struct component_parts look_at(const struct summaries *s, const struct scc *scc,
				      const struct edges *edges, uint32_t component,
				      struct acquisition_set **reach)
{
	struct component_parts parts = { 0 };

	for (uint32_t m = scc->first[component]; m < scc->first[component + 1]; m++) {
		uint32_t f = scc->members[m];

		parts.has_own |= s->functions[f].n_own > 0;
		for (uint32_t e = edges->first[f]; e < edges->first[f + 1]; e++) {
			uint32_t to = g_array_index(edges->to, uint32_t, e);
			struct acquisition_set *below = scc->component[to] == component ? NULL
											: reach[to];

			if (!below || below == parts.only)
				continue;
			parts.several |= parts.only != NULL;
			parts.only = below;
		}
	}
	return parts;
}

static void fill(const struct summaries *s, const struct scc *scc, const struct edges *edges,
		 uint32_t component, struct acquisition_set **reach, struct acquisition_set *set)
{
	const struct acquisition_set *last = NULL;

	for (uint32_t m = scc->first[component]; m < scc->first[component + 1]; m++) {
		uint32_t f = scc->members[m];

		for (uint32_t i = 0; i < s->functions[f].n_own; i++)
			set->words[s->functions[f].own[i] / 64] |= 1ULL
								   << (s->functions[f].own[i] % 64);
		for (uint32_t e = edges->first[f]; e < edges->first[f + 1]; e++) {
			const struct acquisition_set *below =
				reach[g_array_index(edges->to, uint32_t, e)];

			if (!below || below == set || below == last)
				continue;
			for (size_t w = 0; w < below->n_words; w++)
				set->words[w] |= below->words[w];
			last = below;
		}
	}
}

static struct acquisition_set **reach_at(struct summaries *s, const GArray *extras,
					 enum confidence least)
{
	struct acquisition_set **reach =
		arena_new_array(s->arena, struct acquisition_set *, s->program->n_functions + 1);
	struct edges edges = find_edges(s, extras, least);
	struct scc scc =
		scc_find(s->program->n_functions, edges.first, (const uint32_t *)edges.to->data);

	for (uint32_t c = 0; c < scc.n_components; c++) {
		struct component_parts parts = look_at(s, &scc, &edges, c, reach);
		struct acquisition_set *set = parts.only;

		if (parts.has_own || parts.several) {
			set = new_set(s);
			fill(s, &scc, &edges, c, reach, set);
		}
		for (uint32_t m = scc.first[c]; m < scc.first[c + 1]; m++)
			reach[scc.members[m]] = set;
	}
	scc_clear(&scc);
	g_free(edges.first);
	g_array_unref(edges.to);
	return reach;
}

void summaries_find_reach(struct summaries *s)
{
	struct collector c = { s, g_array_new(FALSE, FALSE, sizeof(uint32_t)),
			       g_array_new(FALSE, FALSE, sizeof(struct extra_call)) };

	for (uint32_t f = 0; f < s->program->n_functions; f++)
		collect_own(&c, f);
	for (int least = CONFIDENCE_LOW; least <= CONFIDENCE_HIGH; least++)
		s->reach[least] = reach_at(s, c.extras, least);
	g_array_unref(c.own);
	g_array_unref(c.extras);
}
