/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cycles.c - short circles in the lock graph
 *
 * Problem: all elementary circles of at most N classes that touch the scope, in a graph of some
 * thousand classes where most of the classes lie on no circle at all, and the rest in one dense
 * strongly connected component with millions of long circles that nobody wants to read.
 *
 * So: length by length, shortest first. A circle is searched from an edge in scope, depth first
 * towards that edge's tail, only over classes whose distance to the tail fits in what is left of
 * the length. It is found once: from the first of its edges in scope, as edges before that one
 * are not used. A circle among whose classes a shorter one was reported that is as sure is
 * dropped, and where two classes on the way are such a shorter circle the way is not followed.
 *
 * The component is dense enough for rows of bits: where a way can go on is the row of its last
 * class, cut with the classes near enough to the tail, less those in a pair with one on the way.
 */
#include "base/scc.h"
#include "graph/strong_p.h"

#include <string.h>

/*
 * Bounds on one run, far above what a graph without gross errors has; a step is a word of a row
 * or a choice of dependencies looked at. What is beyond is left out, the longest circles first.
 */
#define MOST_STEPS 3000000000
#define MOST_CYCLES 20000

/* A square of bits: one row per class of the components. */
typedef uint64_t *bit_rows;

struct cycle_search {
	const struct graph *graph;
	struct arena *arena;   /* the result's */
	struct arena *scratch; /* what only the search needs */
	enum confidence least;
	GArray *found;	   /* struct cycle */
	GHashTable *known; /* struct class_set -> struct known_cycle */
	uint64_t *maybe;   /* a bit per KNOWN_BITS of a set's hash: clear when it is not known */
	uint32_t *rank;	   /* per class: its place among all class names */

	/* edges inside components, sorted by from, to */
	GArray *edges;
	uint32_t *first_out; /* n_classes + 1 */
	uint32_t *place;     /* per class: its row, in the order of classes; or PROGRAM_NONE */
	uint32_t *class_at;  /* per row */
	uint32_t n_rows;
	size_t n_words; /* of a row */
	/* where edges lead and where they come from; of all, and of those not in scope */
	bit_rows out, out_beyond, in, in_beyond;
	bit_rows pairs[CONFIDENCE_HIGH + 1]; /* two classes with an ungated circle that sure */

	/* the search from one edge */
	uint32_t start, tail;
	uint64_t *near[CYCLE_LONGEST];	/* classes at most so many edges from the tail */
	uint64_t *ahead[CYCLE_LONGEST]; /* where the path can go on, by depth */
	size_t length, depth;
	const struct class_edge *path[CYCLE_LONGEST];
	uint64_t steps;
};

/* Most sets that are asked for are not known, which one bit tells of nearly all. */
#define KNOWN_BITS 20

/* The classes of a circle, sorted; the rest is zero. */
struct class_set {
	uint32_t n;
	uint32_t classes[CYCLE_LONGEST];
};

/* What was reported over a set of classes: 1 + confidence, 0 for none. */
struct known_cycle {
	uint8_t ungated, gated;
};

static const struct class_edge *edge_at(const struct cycle_search *s, uint32_t edge)
{
	return &g_array_index(s->edges, struct class_edge, edge);
}

/* --- the edges ------------------------------------------------------------------------------- */

/* The run of dependencies with the same two classes that begins at @first. */
static struct class_edge make_edge(const struct graph *graph, uint32_t first, enum confidence least)
{
	const struct dependency *d = &graph->dependencies[first];
	struct class_edge edge = { .from = d->from, .to = d->to, .first = first, .end = first };
	bool any = false;

	for (; edge.end < graph->n_dependencies; edge.end++) {
		d = &graph->dependencies[edge.end];
		if (d->from != edge.from || d->to != edge.to)
			break;
		if (d->confidence < least)
			continue;
		edge.best = any ? MAX(edge.best, d->confidence) : d->confidence;
		edge.in_scope |= d->in_scope;
		any = true;
	}
	if (!any)
		edge.first = edge.end;
	return edge;
}

static GArray *all_edges(const struct graph *graph, enum confidence least)
{
	GArray *edges = g_array_new(false, false, sizeof(struct class_edge));
	struct class_edge edge;

	for (uint32_t d = 0; d < graph->n_dependencies; d = edge.end) {
		uint32_t begin = d;

		edge = make_edge(graph, begin, least);
		if (edge.first != edge.end)
			g_array_append_val(edges, edge);
	}
	return edges;
}

static struct scc components_of(const struct graph *graph, const GArray *edges)
{
	g_autofree uint32_t *first = g_new0(uint32_t, graph->n_classes + 1);
	g_autofree uint32_t *to = g_new(uint32_t, edges->len + 1);

	for (guint i = 0; i < edges->len; i++) {
		const struct class_edge *edge = &g_array_index(edges, struct class_edge, i);

		first[edge->from + 1]++;
		to[i] = edge->to;
	}
	for (size_t i = 0; i < graph->n_classes; i++)
		first[i + 1] += first[i];
	return scc_find((uint32_t)graph->n_classes, first, to);
}

/* An edge between components is on no circle; one from a class to itself is a case of its own. */
static void keep_inner_edges(const struct graph *graph, GArray *edges)
{
	struct scc scc = components_of(graph, edges);
	guint kept = 0;

	for (guint i = 0; i < edges->len; i++) {
		struct class_edge edge = g_array_index(edges, struct class_edge, i);

		if (scc.component[edge.from] != scc.component[edge.to] || edge.from == edge.to)
			continue;
		g_array_index(edges, struct class_edge, kept++) = edge;
	}
	g_array_set_size(edges, kept);
	scc_clear(&scc);
}

static uint64_t *row_of(const struct cycle_search *s, bit_rows rows, uint32_t class)
{
	return rows + s->place[class] * s->n_words;
}

static void set_bit(const struct cycle_search *s, uint64_t *row, uint32_t class)
{
	row[s->place[class] / 64] |= 1ULL << (s->place[class] % 64);
}

static void clear_bit(const struct cycle_search *s, uint64_t *row, uint32_t class)
{
	row[s->place[class] / 64] &= ~(1ULL << (s->place[class] % 64));
}

static bool has_bit(const struct cycle_search *s, const uint64_t *row, uint32_t class)
{
	return row[s->place[class] / 64] >> (s->place[class] % 64) & 1;
}

/* Every class in a component has an edge that leaves it and stays inside. */
static void place_classes(struct cycle_search *s)
{
	size_t n = s->graph->n_classes;

	s->first_out = arena_new_array(s->scratch, uint32_t, n + 1);
	s->place = arena_alloc(s->scratch, (n + 1) * sizeof(*s->place));
	s->class_at = arena_new_array(s->scratch, uint32_t, n + 1);
	for (guint i = 0; i < s->edges->len; i++)
		s->first_out[edge_at(s, i)->from + 1]++;
	for (uint32_t i = 0; i < n; i++) {
		bool is_inner = s->first_out[i + 1] > 0;

		s->place[i] = is_inner ? s->n_rows : PROGRAM_NONE;
		if (is_inner)
			s->class_at[s->n_rows++] = i;
		s->first_out[i + 1] += s->first_out[i];
	}
	s->n_words = (s->n_rows + 63) / 64;
}

static bit_rows new_rows(struct cycle_search *s)
{
	return arena_new_array(s->scratch, uint64_t, s->n_rows * s->n_words + 1);
}

static void index_edges(struct cycle_search *s)
{
	place_classes(s);
	s->out = new_rows(s);
	s->in = new_rows(s);
	s->out_beyond = new_rows(s);
	s->in_beyond = new_rows(s);
	for (int i = s->least; i <= CONFIDENCE_HIGH; i++)
		s->pairs[i] = new_rows(s);
	for (int i = 0; i < CYCLE_LONGEST; i++) {
		s->near[i] = arena_new_array(s->scratch, uint64_t, s->n_words + 1);
		s->ahead[i] = arena_new_array(s->scratch, uint64_t, s->n_words + 1);
	}
	for (guint i = 0; i < s->edges->len; i++) {
		const struct class_edge *e = edge_at(s, i);

		set_bit(s, row_of(s, s->out, e->from), e->to);
		set_bit(s, row_of(s, s->in, e->to), e->from);
		if (e->in_scope)
			continue;
		set_bit(s, row_of(s, s->out_beyond, e->from), e->to);
		set_bit(s, row_of(s, s->in_beyond, e->to), e->from);
	}
}

static uint32_t find_edge(const struct cycle_search *s, uint32_t from, uint32_t to)
{
	uint32_t low = s->first_out[from], high = s->first_out[from + 1];

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (edge_at(s, middle)->to < to)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->first_out[from + 1] && edge_at(s, low)->to == to ? low : PROGRAM_NONE;
}

/* --- what was reported ----------------------------------------------------------------------- */

static uint32_t hash_class(uint32_t class)
{
	uint32_t hash = class * 0x9e3779b1u;

	hash = (hash ^ (hash >> 15)) * 0x85ebca6bu;
	return hash ^ (hash >> 13);
}

/* In no order: that of some classes of a path is known before they are sorted. */
static guint hash_class_set(gconstpointer p)
{
	const struct class_set *set = p;
	guint hash = 0;

	for (uint32_t i = 0; i < set->n; i++)
		hash += hash_class(set->classes[i]);
	return hash;
}

static gboolean same_class_set(gconstpointer p, gconstpointer q)
{
	return !memcmp(p, q, sizeof(struct class_set));
}

static void class_set_add(struct class_set *set, uint32_t class)
{
	uint32_t i = set->n++;

	for (; i && set->classes[i - 1] > class; i--)
		set->classes[i] = set->classes[i - 1];
	set->classes[i] = class;
}

/* The classes of @path whose bit is set in @mask. */
static struct class_set some_classes(const struct class_edge *const *path, size_t n,
				     unsigned int mask)
{
	struct class_set set = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (mask >> i & 1)
			class_set_add(&set, path[i]->from);
	}
	return set;
}

static bool may_be_known(const struct cycle_search *s, guint hash)
{
	hash >>= 32 - KNOWN_BITS;
	return s->maybe[hash / 64] >> (hash % 64) & 1;
}

static void set_known(struct cycle_search *s, guint hash)
{
	hash >>= 32 - KNOWN_BITS;
	s->maybe[hash / 64] |= 1ULL << (hash % 64);
}

/* What was reported over the classes of the path whose bit is set in @mask; or NULL. */
static const struct known_cycle *find_known(const struct cycle_search *s, unsigned int mask,
					    const guint *hashes)
{
	struct class_set set;
	guint hash = 0;

	for (size_t i = 0; i < s->depth; i++)
		hash += mask >> i & 1 ? hashes[i] : 0;
	if (!may_be_known(s, hash))
		return NULL;
	set = some_classes(s->path, s->depth, mask);
	return g_hash_table_lookup(s->known, &set);
}

/* No circle through one class only is known. */
static bool has_shorter(struct cycle_search *s, const struct cycle *cycle)
{
	unsigned int all = (1u << cycle->n) - 1;
	guint hashes[CYCLE_LONGEST];

	s->steps += (uint64_t)all * 8;
	for (size_t i = 0; i < cycle->n; i++)
		hashes[i] = hash_class(s->path[i]->from);
	for (unsigned int mask = 3; mask < all; mask++) {
		const struct known_cycle *known = mask & (mask - 1) ? find_known(s, mask, hashes)
								    : NULL;

		if (!known)
			continue;
		if (known->ungated > cycle->confidence)
			return true;
		if (cycle->gated && known->gated > cycle->confidence)
			return true;
	}
	return false;
}

static void remember(struct cycle_search *s, const struct cycle *cycle)
{
	struct class_set set = some_classes(s->path, cycle->n, ~0u);
	struct known_cycle *known = g_hash_table_lookup(s->known, &set);
	uint8_t *sure;

	if (!known) {
		set_known(s, hash_class_set(&set));
		known = arena_new_struct(s->scratch, struct known_cycle);
		g_hash_table_insert(s->known, arena_memdup(s->scratch, &set, sizeof(set)), known);
	}
	sure = cycle->gated ? &known->gated : &known->ungated;
	*sure = MAX(*sure, (uint8_t)(cycle->confidence + 1));
}

static void remember_pair(struct cycle_search *s, const struct cycle *cycle)
{
	uint32_t a = s->path[0]->from, b = s->path[0]->to;

	if (cycle->n != 2 || cycle->gated)
		return;
	for (int i = s->least; i <= (int)cycle->confidence; i++) {
		set_bit(s, row_of(s, s->pairs[i], a), b);
		set_bit(s, row_of(s, s->pairs[i], b), a);
	}
}

/* The same circle, from its smallest class name on. */
static void keep(struct cycle_search *s, struct cycle *cycle, const uint32_t *chosen)
{
	uint32_t *dependencies = arena_new_array(s->arena, uint32_t, cycle->n);
	size_t begin = 0;

	for (size_t i = 1; i < cycle->n; i++) {
		if (s->rank[s->path[i]->from] < s->rank[s->path[begin]->from])
			begin = i;
	}
	for (size_t i = 0; i < cycle->n; i++)
		dependencies[i] = chosen[(begin + i) % cycle->n];
	cycle->dependencies = dependencies;
	g_array_append_vals(s->found, cycle, 1);
}

/* No circle that begins like the path is surer than this. */
static enum confidence path_confidence(const struct cycle_search *s)
{
	enum confidence confidence = CONFIDENCE_HIGH;

	for (size_t i = 0; i < s->depth; i++)
		confidence = MIN(confidence, s->path[i]->best);
	return confidence;
}

/* The path is closed: report it, unless it cannot block or says less than a shorter one. */
static void close_circle(struct cycle_search *s)
{
	struct cycle cycle = { .n = s->depth, .confidence = path_confidence(s) };
	uint32_t chosen[CYCLE_LONGEST];
	uint64_t choices = 1;

	if (has_shorter(s, &cycle))
		return;
	for (size_t i = 0; i < s->depth; i++)
		choices *= s->path[i]->end - s->path[i]->first;
	s->steps += choices * 8;
	if (!strong_choose(s->graph, s->path, s->depth, s->least, chosen, &cycle) ||
	    !cycle.in_scope || has_shorter(s, &cycle))
		return;
	/* Circles through one class only say nothing about order: they hide no others. */
	if (s->depth > 1) {
		remember(s, &cycle);
		remember_pair(s, &cycle);
	}
	keep(s, &cycle, chosen);
}

/* --- the search ------------------------------------------------------------------------------ */

static bool is_over(const struct cycle_search *s)
{
	return s->steps > MOST_STEPS || s->found->len >= MOST_CYCLES;
}

/* Edges in scope before the one at which the circle is searched are not used. */
static bool may_use(const struct cycle_search *s, uint32_t edge)
{
	return edge >= s->start || !edge_at(s, edge)->in_scope;
}

/* Adds to @row where edges that may be used lead to @to from. */
static void add_predecessors(struct cycle_search *s, uint64_t *row, uint32_t to)
{
	const uint64_t *all = row_of(s, s->in, to), *beyond = row_of(s, s->in_beyond, to);
	size_t first = s->place[s->tail] / 64;

	for (size_t w = 0; w < first; w++)
		row[w] |= beyond[w];
	for (size_t w = first; w < s->n_words; w++)
		row[w] |= all[w];
	s->steps += s->n_words;
}

/* From where the tail can be reached, up to what a circle of the present length can use. */
static void measure_distances(struct cycle_search *s)
{
	memset(s->near[0], 0, s->n_words * sizeof(uint64_t));
	set_bit(s, s->near[0], s->tail);
	for (size_t k = 1; k + 2 <= s->length; k++) {
		uint64_t *row = memcpy(s->near[k], s->near[k - 1], s->n_words * sizeof(uint64_t));

		for (size_t w = 0; w < s->n_words; w++) {
			uint64_t bits = s->near[k - 1][w];

			/* those that were new at the step before: the others' are there */
			if (k > 1)
				bits &= ~s->near[k - 2][w];
			for (; bits; bits &= bits - 1)
				add_predecessors(
					s, row,
					s->class_at[w * 64 + (size_t)__builtin_ctzll(bits)]);
		}
	}
}

/*
 * The classes that come next on the path: an edge leads there, the tail is near enough, and with
 * no class on the path is there a circle that is as sure as any around the path.
 */
static void look_ahead(struct cycle_search *s, uint32_t last, uint64_t *row)
{
	size_t left = s->length - s->depth - 1;
	const uint64_t *out = row_of(s, last < s->tail ? s->out_beyond : s->out, last);
	bit_rows pairs = s->pairs[path_confidence(s)];
	const uint64_t *paired = row_of(s, pairs, last);

	for (size_t w = 0; w < s->n_words; w++)
		row[w] = out[w] & s->near[left][w] & ~paired[w];
	for (size_t i = 0; i < s->depth; i++) {
		paired = row_of(s, pairs, s->path[i]->from);
		for (size_t w = 0; w < s->n_words; w++)
			row[w] &= ~paired[w];
	}
	for (size_t i = 0; i < s->depth; i++)
		clear_bit(s, row, s->path[i]->from);
	s->steps += s->n_words * (s->depth + 1);
}

static void extend_path(struct cycle_search *s);

static void use_edge(struct cycle_search *s, uint32_t edge)
{
	if (edge == PROGRAM_NONE || !may_use(s, edge))
		return;
	s->path[s->depth++] = edge_at(s, edge);
	if (s->depth == s->length)
		close_circle(s);
	else
		extend_path(s);
	s->depth--;
}

static void extend_path(struct cycle_search *s)
{
	uint32_t last = s->path[s->depth - 1]->to;
	uint64_t *row = s->ahead[s->depth];

	s->steps++;
	if (s->depth + 1 == s->length) {
		use_edge(s, find_edge(s, last, s->tail));
		return;
	}
	look_ahead(s, last, row);
	for (size_t w = 0; w < s->n_words; w++) {
		for (uint64_t bits = row[w]; bits && !is_over(s); bits &= bits - 1) {
			uint32_t place = (uint32_t)w * 64 + (uint32_t)__builtin_ctzll(bits);

			use_edge(s, find_edge(s, last, s->class_at[place]));
		}
	}
}

static bool is_paired(const struct cycle_search *s, const struct class_edge *e)
{
	return has_bit(s, row_of(s, s->pairs[e->best], e->from), e->to);
}

static void search_length(struct cycle_search *s, size_t length)
{
	s->length = length;
	s->tail = PROGRAM_NONE;
	for (uint32_t edge = 0; edge < s->edges->len && !is_over(s); edge++) {
		const struct class_edge *e = edge_at(s, edge);

		if (!e->in_scope || (length > 2 && is_paired(s, e)))
			continue;
		s->start = edge;
		if (e->from != s->tail) {
			s->tail = e->from;
			measure_distances(s);
		}
		use_edge(s, edge);
	}
}

/* Two objects of one class: one edge in scope that leads back to where it began. */
static void search_single_classes(struct cycle_search *s)
{
	for (guint i = 0; i < s->edges->len; i++) {
		if (edge_at(s, i)->from != edge_at(s, i)->to)
			continue;
		s->path[0] = edge_at(s, i);
		s->depth = 1;
		close_circle(s);
	}
	s->depth = 0;
}

/* --- order ----------------------------------------------------------------------------------- */

static gint compare_class_names(gconstpointer p, gconstpointer q, gpointer data)
{
	const struct lock_class *classes = data;
	uint32_t a = *(const uint32_t *)p, b = *(const uint32_t *)q;
	int names = strcmp(classes[a].class_name, classes[b].class_name);

	return names ? names : (a > b) - (a < b);
}

static uint32_t *rank_classes(const struct graph *graph, struct arena *arena)
{
	uint32_t n = (uint32_t)graph->n_classes;
	uint32_t *rank = arena_new_array(arena, uint32_t, n + 1);
	g_autofree uint32_t *order = g_new(uint32_t, n + 1);

	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	g_qsort_with_data(order, (gint)n, sizeof(*order), compare_class_names, graph->classes);
	for (uint32_t i = 0; i < n; i++)
		rank[order[i]] = i;
	return rank;
}

static gint compare_cycles(gconstpointer p, gconstpointer q, gpointer data)
{
	const struct cycle *a = p, *b = q;
	const struct cycle_search *s = data;

	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	for (size_t i = 0; i < a->n; i++) {
		uint32_t x = s->rank[s->graph->dependencies[a->dependencies[i]].from];
		uint32_t y = s->rank[s->graph->dependencies[b->dependencies[i]].from];

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

static void search_begin(struct cycle_search *s)
{
	s->found = g_array_new(false, false, sizeof(struct cycle));
	s->scratch = arena_new("cycles");
	s->known = g_hash_table_new(hash_class_set, same_class_set);
	s->maybe = arena_new_array(s->scratch, uint64_t, 1u << (KNOWN_BITS - 6));
	s->rank = rank_classes(s->graph, s->scratch);
	s->edges = all_edges(s->graph, s->least);
}

static void search_end(struct cycle_search *s)
{
	g_hash_table_unref(s->known);
	g_array_unref(s->edges);
	arena_free(s->scratch);
}

GArray *graph_cycles(const struct graph *graph, size_t max_length, enum confidence least,
		     struct arena *arena, bool *cut)
{
	struct cycle_search s = { .graph = graph, .arena = arena, .least = least };

	search_begin(&s);
	search_single_classes(&s);
	keep_inner_edges(graph, s.edges);
	index_edges(&s);
	for (size_t length = 2; length <= MIN(max_length, CYCLE_LONGEST); length++)
		search_length(&s, length);
	*cut |= is_over(&s);
	g_array_sort_with_data(s.found, compare_cycles, &s);
	search_end(&s);
	return s.found;
}
