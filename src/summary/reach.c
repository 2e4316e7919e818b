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

/* The acquisitions that a function makes itself. */
struct own_list {
	uint32_t n;
	const uint32_t *ids;
};

struct collector {
	struct summaries *s;
	bool direct_only;
	struct own_list *lists; /* per function */
	GArray *own;		/* uint32_t, of the function at hand */
	GArray *extras;		/* struct extra_call, of all */
};

/* lockdep does not see bit spinlocks and semaphores; read sections wait for nobody. */
static bool is_seen(enum lock_kind kind)
{
	return kind != LOCK_BIT_SPINLOCK && kind != LOCK_SEMAPHORE &&
	       lock_kind_wait(kind) != LOCK_WAIT_NONE;
}

bool summary_is_stop(const struct program *program, const struct held_lock *held)
{
	return held->class_string && !(held->flags & (HELD_TRY | HELD_ENTRY)) &&
	       is_seen(held->kind) && !program_is_unvalidated(program, held->class_string);
}

bool summary_has_stop(const struct program *program, const struct held_set *held)
{
	for (uint32_t i = 0; i < held->n; i++)
		if (summary_is_stop(program, &held->locks[i]))
			return true;
	return false;
}

static bool counts(const struct collector *c, const struct held_set *held)
{
	return !c->direct_only || !summary_has_stop(c->s->program, held);
}

static void add_own(struct collector *c, const struct held_lock *lock)
{
	uint32_t id = summaries_acquisition(c->s, lock);

	if (id != UINT32_MAX)
		g_array_append_val(c->own, id);
}

/* Whether callers of this function may hold one of the locks that are given up before. */
static bool is_still_dropped(const struct summaries *s, const struct call_event *event,
			     const struct requirement *r)
{
	for (uint32_t i = 0; i < r->n_dropped; i++)
		if (!summary_is_own(event->held, &r->dropped[i]) &&
		    summary_callers_can_name(s->program, &r->dropped[i]))
			return true;
	return false;
}

/* --- locks that only callers can name --------------------------------------------------------- */

/* More classes than this behind one parameter: waitqueues have some hundred. */
#define MOST_GIVEN 2000

static uint64_t given_key(uint32_t function, term_id lock)
{
	return (uint64_t)function << 32 | lock;
}

const GArray *summary_classes(const struct summaries *summaries, uint32_t function, term_id lock)
{
	uint64_t key = given_key(function, lock);

	return g_hash_table_lookup(summaries->tables->given_classes, &key);
}

static void add_given(struct summaries *s, uint32_t function, term_id lock, uint32_t class)
{
	uint64_t key = given_key(function, lock);
	GArray *classes = g_hash_table_lookup(s->tables->given_classes, &key);

	if (!classes) {
		classes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		g_hash_table_insert(s->tables->given_classes,
				    arena_memdup(s->arena, &key, sizeof(key)), classes);
	}
	for (guint i = 0; i < classes->len; i++)
		if (g_array_index(classes, uint32_t, i) == class)
			return;
	if (classes->len < MOST_GIVEN)
		g_array_append_val(classes, class);
}

/* The lock of @from, a requirement of @function, has this class: so has it where it is taken. */
static void note_given(struct summaries *s, uint32_t function, const struct requirement *from,
		       uint32_t class)
{
	while (from->callee != PROGRAM_NONE && from->inner != PROGRAM_NONE) {
		function = from->callee;
		from = &s->functions[function].requirements[from->inner];
	}
	if (from->callee == PROGRAM_NONE && !from->lock.class_string)
		add_given(s, function, from->lock.lock, class);
}

/* What a callee left to its callers and that this one can name. */
static void add_lifted(struct collector *c, uint32_t f, const struct summary_call *call,
		       const struct requirement *from)
{
	struct requirement r;
	struct extra_call extra;

	if (!from->n_dropped && from->lock.class_string)
		return; /* in the callee's own set */
	if (c->direct_only && !from->is_direct)
		return;
	if (from->function == PROGRAM_NONE &&
	    !summary_lift_lock(c->s, call->event, from->lock).class_string)
		return; /* the callers' callers know */
	if (!summary_lift(c->s, call->event, from, c->s->tables->scratch, &r) ||
	    is_still_dropped(c->s, call->event, &r))
		return;
	if (r.function == PROGRAM_NONE) {
		add_own(c, &r.lock);
		if (!c->direct_only && r.lock.class_string)
			note_given(c->s, call->callee, from, r.lock.class_string);
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

static struct own_list keep_own(struct collector *c)
{
	uint32_t *own, n = 0;

	g_array_sort(c->own, compare_ids);
	own = arena_memdup(c->s->arena, c->own->data, c->own->len * sizeof(uint32_t));
	for (guint i = 0; i < c->own->len; i++)
		if (i == 0 || own[i] != own[n - 1])
			own[n++] = own[i];
	return (struct own_list){ n, own };
}

static void collect_own(struct collector *c, uint32_t f)
{
	const struct function_summary *summary = &c->s->functions[f];

	arena_reset(c->s->tables->scratch);
	g_array_set_size(c->own, 0);
	for (uint32_t i = 0; i < summary->flow->n_acquires; i++) {
		const struct acquire_event *event = &summary->flow->acquires[i];

		if (!event->n_released && counts(c, event->held))
			add_own(c, &event->lock);
	}
	for (uint32_t i = 0; i < summary->n_calls; i++) {
		const struct summary_call *call = &summary->calls[i];
		const struct function_summary *callee = &c->s->functions[call->callee];

		if (call->confidence < CONFIDENCE_MEDIUM || call->event->n_released ||
		    !counts(c, call->event->held))
			continue;
		for (uint32_t r = 0; r < callee->n_requirements; r++)
			add_lifted(c, f, call, &callee->requirements[r]);
	}
	if (c->own->len)
		c->lists[f] = keep_own(c);
}

struct edges {
	uint32_t *first;
	GArray *to;
};

/* Extras are sorted by caller: they were collected so. */
static struct edges find_edges(const struct collector *c, enum confidence least)
{
	const struct summaries *s = c->s;
	const GArray *extras = c->extras;
	uint32_t n = s->program->n_functions;
	struct edges edges = { g_new0(uint32_t, n + 1),
			       g_array_new(FALSE, FALSE, sizeof(uint32_t)) };
	guint next = 0;

	for (uint32_t f = 0; f < n; f++) {
		const struct function_summary *summary = &s->functions[f];

		edges.first[f] = edges.to->len;
		for (uint32_t i = 0; i < summary->n_calls; i++)
			if (summary->calls[i].confidence >= least &&
			    !summary->calls[i].event->n_released &&
			    counts(c, summary->calls[i].event->held))
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

static struct component_parts look_at(const struct collector *c, const struct scc *scc,
				      const struct edges *edges, uint32_t component,
				      struct acquisition_set **reach)
{
	struct component_parts parts = { 0 };

	for (uint32_t m = scc->first[component]; m < scc->first[component + 1]; m++) {
		uint32_t f = scc->members[m];

		parts.has_own |= c->lists[f].n > 0;
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

static void fill(const struct collector *c, const struct scc *scc, const struct edges *edges,
		 uint32_t component, struct acquisition_set **reach, struct acquisition_set *set)
{
	const struct acquisition_set *last = NULL;

	for (uint32_t m = scc->first[component]; m < scc->first[component + 1]; m++) {
		uint32_t f = scc->members[m];

		const struct own_list *own = &c->lists[f];

		for (uint32_t i = 0; i < own->n; i++)
			set->words[own->ids[i] / 64] |= 1ULL << (own->ids[i] % 64);
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

static struct acquisition_set **reach_at(const struct collector *c, enum confidence least)
{
	struct summaries *s = c->s;
	struct acquisition_set **reach =
		arena_new_array(s->arena, struct acquisition_set *, s->program->n_functions + 1);
	struct edges edges = find_edges(c, least);
	struct scc scc =
		scc_find(s->program->n_functions, edges.first, (const uint32_t *)edges.to->data);

	for (uint32_t i = 0; i < scc.n_components; i++) {
		struct component_parts parts = look_at(c, &scc, &edges, i, reach);
		struct acquisition_set *set = parts.only;

		if (parts.has_own || parts.several) {
			set = new_set(s);
			fill(c, &scc, &edges, i, reach, set);
		}
		for (uint32_t m = scc.first[i]; m < scc.first[i + 1]; m++)
			reach[scc.members[m]] = set;
	}
	scc_clear(&scc);
	g_free(edges.first);
	g_array_unref(edges.to);
	return reach;
}

/* --- what is near ----------------------------------------------------------------------------- */

/*
 * Beyond that many calls a chain is hardly ever that of one task: in a whole kernel everything
 * leads to everything, and each class would be in a circle with each other.
 */
#define NEAR_CALLS 8

/* What is taken within some calls. */
struct near {
	GHashTable *known; /* struct acquisition_set, by what is in it: few are different */
	struct acquisition_set **sets; /* per function; NULL: empty */
	bool *changed;		       /* per function: the last call further brought something */
};

static guint hash_set(gconstpointer p)
{
	const struct acquisition_set *set = p;
	uint64_t hash = 0;

	for (size_t w = 0; w < set->n_words; w++)
		hash = (hash ^ set->words[w]) * 0x9e3779b97f4a7c15ULL;
	return (guint)(hash >> 32);
}

static gboolean same_set(gconstpointer p, gconstpointer q)
{
	const struct acquisition_set *x = p, *y = q;

	return !memcmp(x->words, y->words, x->n_words * sizeof(*x->words));
}

static void free_near_set(gpointer p)
{
	struct acquisition_set *set = p;

	g_free(set->words);
	g_free(set);
}

static struct acquisition_set *keep_set(GHashTable *all, const struct acquisition_set *set)
{
	struct acquisition_set *known = g_hash_table_lookup(all, set);

	if (known)
		return known;
	known = g_memdup2(set, sizeof(*set));
	known->words = g_memdup2(set->words, set->n_words * sizeof(*set->words));
	g_hash_table_add(all, known);
	return known;
}

static void set_own(const struct own_list *own, struct acquisition_set *into)
{
	for (uint32_t i = 0; i < own->n; i++)
		into->words[own->ids[i] / 64] |= 1ULL << (own->ids[i] % 64);
}

static bool has_news(const struct near *near, const struct edges *edges, uint32_t f)
{
	for (uint32_t e = edges->first[f]; e < edges->first[f + 1]; e++)
		if (near->changed[g_array_index(edges->to, uint32_t, e)])
			return true;
	return false;
}

/* What @f takes itself and what its callees do, as far as @near knows. */
static void join(const struct collector *c, const struct edges *edges, uint32_t f,
		 const struct near *near, struct acquisition_set *into)
{
	const struct acquisition_set *last = NULL;

	memset(into->words, 0, into->n_words * sizeof(*into->words));
	set_own(&c->lists[f], into);
	for (uint32_t e = edges->first[f]; e < edges->first[f + 1]; e++) {
		const struct acquisition_set *set =
			near->sets[g_array_index(edges->to, uint32_t, e)];

		for (size_t w = 0; set && set != last && w < set->n_words; w++)
			into->words[w] |= set->words[w];
		last = set ? set : last;
	}
}

static void begin_near(const struct collector *c, struct near *near,
		       struct acquisition_set *scratch)
{
	uint32_t n = (uint32_t)c->s->program->n_functions;

	*near = (struct near){
		g_hash_table_new_full(hash_set, same_set, free_near_set, NULL),
		arena_new_array(c->s->arena, struct acquisition_set *, n + 1),
		g_new0(bool, n + 1),
	};
	for (uint32_t f = 0; f < n; f++) {
		if (!c->lists[f].n)
			continue;
		memset(scratch->words, 0, scratch->n_words * sizeof(*scratch->words));
		set_own(&c->lists[f], scratch);
		near->sets[f] = keep_set(near->known, scratch);
		near->changed[f] = true;
	}
}

/* Only who calls a function that heard of something new can hear of it. */
static void one_further(const struct collector *c, const struct edges *edges, struct near *near,
			struct acquisition_set *scratch)
{
	uint32_t n = (uint32_t)c->s->program->n_functions;
	g_autofree struct acquisition_set **next = g_memdup2(near->sets, n * sizeof(*next));
	bool *changed = g_new0(bool, n + 1);

	for (uint32_t f = 0; f < n; f++) {
		if (!has_news(near, edges, f))
			continue;
		join(c, edges, f, near, scratch);
		next[f] = keep_set(near->known, scratch);
		changed[f] = next[f] != near->sets[f];
	}
	memcpy(near->sets, next, n * sizeof(*next));
	g_free(near->changed);
	near->changed = changed;
}

/* The sets that are some function's now outlive @near. */
static void end_near(struct summaries *s, struct near *near)
{
	for (uint32_t f = 0; f < s->program->n_functions; f++)
		if (near->sets[f] && g_hash_table_steal(near->known, near->sets[f]))
			g_ptr_array_add(s->tables->sets, near->sets[f]);
	g_hash_table_unref(near->known);
	g_free(near->changed);
}

static struct acquisition_set **near_at(const struct collector *c, enum confidence least)
{
	struct edges edges = find_edges(c, least);
	struct acquisition_set scratch = { .n_words = c->s->tables->acquisitions->len / 64 + 1 };
	struct near near;

	scratch.words = g_new(uint64_t, scratch.n_words);
	begin_near(c, &near, &scratch);
	for (int calls = 0; calls < NEAR_CALLS; calls++)
		one_further(c, &edges, &near, &scratch);
	end_near(c->s, &near);
	g_free(scratch.words);
	g_free(edges.first);
	g_array_unref(edges.to);
	return near.sets;
}

/* --- all -------------------------------------------------------------------------------------- */

static struct collector collect(struct summaries *s, bool direct_only)
{
	struct collector c = { .s = s, .direct_only = direct_only };

	c.lists = arena_new_array(s->arena, struct own_list, s->program->n_functions + 1);
	c.own = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	c.extras = g_array_new(FALSE, FALSE, sizeof(struct extra_call));
	for (uint32_t f = 0; f < s->program->n_functions; f++)
		collect_own(&c, f);
	g_array_unref(c.own);
	return c;
}

void summaries_find_reach(struct summaries *s)
{
	struct collector c = collect(s, false);

	for (int least = CONFIDENCE_LOW; least <= CONFIDENCE_HIGH; least++)
		s->reach[least] = reach_at(&c, least);
	for (uint32_t f = 0; f < s->program->n_functions; f++) {
		s->functions[f].n_own = c.lists[f].n;
		s->functions[f].own = c.lists[f].ids;
	}
	s->tables->own_lists = c.lists;
	s->tables->extra_calls = c.extras;
}

void summaries_find_direct(struct summaries *s)
{
	struct collector c = collect(s, true);

	for (int least = CONFIDENCE_LOW; least <= CONFIDENCE_HIGH; least++)
		s->direct[least] = reach_at(&c, least);
	g_array_unref(c.extras);
}

void summaries_find_near(struct summaries *s, enum confidence least)
{
	struct collector c = { .s = s,
			       .lists = s->tables->own_lists,
			       .extras = s->tables->extra_calls };

	for (; least <= CONFIDENCE_HIGH; least++)
		s->near[least] = near_at(&c, least);
}
