/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pts_solve.c - the smallest sets that satisfy all edges and uses
 *
 * Wave propagation (Pereira and Berlin, "Wave Propagation and Deep Propagation for Pointer
 * Analysis", CGO 2009). A round sends what is new along the edges in topological order, and then
 * lets loads, stores and indirect calls add edges for what came. The first round merges the nodes
 * of each cycle and finds the order; what later rounds add is little, and it is sent until all has
 * come.
 */
#include "program/pts_p.h"

#include "base/scc.h"

/* Edges by where they begin: those of node n lead to to[first[n]] .. to[first[n + 1] - 1]. */
struct graph {
	uint32_t n;
	uint32_t *first;
	uint32_t *to;
};

/* The first @n nodes, those that edges lead to before those they come from; 0 until it is found. */
struct order {
	uint32_t n;
	struct scc scc;
};

static void graph_free(struct graph *g)
{
	g_free(g->first);
	g_free(g->to);
}

enum edges_kept {
	EDGES_ALL,
	EDGES_OF_A_TYPE, /* between nodes that let in the same atoms */
};

static bool is_kept(const struct fnptr *p, enum edges_kept kept, uint32_t from, uint32_t to)
{
	return kept == EDGES_ALL || pts_node(p, from)->type == pts_node(p, to)->type;
}

static struct graph graph_new(const struct fnptr *p, enum edges_kept kept)
{
	struct graph g = { .n = p->nodes->len };
	const struct edge *edges = (const struct edge *)(const void *)p->edges->data;
	uint32_t *at;

	g.first = g_new0(uint32_t, g.n + 2);
	g.to = g_new(uint32_t, p->edges->len + 1);
	for (guint i = 0; i < p->edges->len; i++)
		if (is_kept(p, kept, edges[i].from, edges[i].to))
			g.first[edges[i].from + 2]++;
	for (uint32_t n = 2; n <= g.n + 1; n++)
		g.first[n] += g.first[n - 1];
	at = g.first + 1;
	for (guint i = 0; i < p->edges->len; i++)
		if (is_kept(p, kept, edges[i].from, edges[i].to))
			g.to[at[edges[i].from]++] = edges[i].to;
	return g;
}

/* Edges lead from representative to representative; those within one go. */
static void forward_edges(struct fnptr *p)
{
	guint n = 0;

	for (guint i = 0; i < p->edges->len; i++) {
		struct edge edge = g_array_index(p->edges, struct edge, i);

		edge.from = pts_root(p, edge.from);
		edge.to = pts_root(p, edge.to);
		if (edge.from != edge.to)
			g_array_index(p->edges, struct edge, n++) = edge;
	}
	g_array_set_size(p->edges, n);
}

static void append_uses(struct fnptr *p, struct node *to, uint32_t uses)
{
	uint32_t last = uses;

	if (!uses)
		return;
	while (g_array_index(p->uses, struct use, last).next)
		last = g_array_index(p->uses, struct use, last).next;
	g_array_index(p->uses, struct use, last).next = to->uses;
	to->uses = uses;
}

/* @from becomes @to; all that is held goes out and is used once more, as either may lack edges. */
static void merge(struct fnptr *p, uint32_t to, uint32_t from)
{
	struct node *into = pts_node(p, to), *gone = pts_node(p, from);
	struct atom_set *set = gone->set;

	gone->parent = to;
	gone->set = NULL;
	into->flags |= gone->flags;
	append_uses(p, into, gone->uses);
	gone->uses = 0;
	for (uint32_t i = 0; set && i < set->n; i++)
		pts_add(p, to, set->items[i]);
	pts_set_free(set);
	if (into->set)
		into->set->n_sent = into->set->n_used = 0;
}

/*
 * Merges each cycle of nodes of one type. A cycle by way of a void pointer stays: what gets into
 * a void pointer is limited, see MAX_UNTYPED.
 */
static void collapse_cycles(struct fnptr *p)
{
	struct graph g = graph_new(p, EDGES_OF_A_TYPE);
	struct scc scc = scc_find(g.n, g.first, g.to);

	for (uint32_t c = 0; c < scc.n_components; c++)
		for (uint32_t i = scc.first[c] + 1; i < scc.first[c + 1]; i++)
			merge(p, scc.members[scc.first[c]], scc.members[i]);
	scc_clear(&scc);
	graph_free(&g);
}

/* True if there was anything new to send. */
static bool send(struct fnptr *p, const struct graph *g, uint32_t from)
{
	struct atom_set *set = pts_node(p, from)->set;

	if (!set || set->n_sent == set->n)
		return false;
	for (uint32_t e = g->first[from]; e < g->first[from + 1]; e++) {
		uint32_t to = pts_root(p, g->to[e]);

		for (uint32_t i = set->n_sent; to != from && i < set->n; i++)
			pts_add(p, to, set->items[i]);
	}
	set->n_sent = set->n;
	return true;
}

/* Once would do but for cycles, and for nodes and edges that came after the order was found. */
static void send_all(struct fnptr *p, const struct graph *g, const struct order *order)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (uint32_t id = order->n; id < g->n; id++)
			changed |= send(p, g, id);
		for (uint32_t i = order->n; i-- > 0;)
			changed |= send(p, g, order->scc.members[i]);
	}
}

static void propagate(struct fnptr *p, struct order *order)
{
	struct graph g;

	forward_edges(p);
	if (!order->n) {
		collapse_cycles(p);
		forward_edges(p);
	}
	g = graph_new(p, EDGES_ALL);
	if (!order->n)
		*order = (struct order){ g.n, scc_find(g.n, g.first, g.to) };
	send_all(p, &g, order);
	graph_free(&g);
}

/* An edge that a use asks for; true if it is new. */
static bool late_edge(struct fnptr *p, uint32_t from, uint32_t to)
{
	const struct atom_set *set;

	if (from == NO_NODE || to == NO_NODE)
		return false;
	if (from == UNKNOWN_NODE) {
		pts_node(p, pts_root(p, to))->flags |= NODE_OPEN;
		return false;
	}
	from = pts_root(p, from);
	to = pts_root(p, to);
	if (from == to || !g_hash_table_add(p->late_edges, pts_pack(from, to)))
		return false;
	pts_edge(p, from, to);
	set = pts_node(p, from)->set;
	for (uint32_t i = 0; set && i < set->n; i++)
		pts_add(p, to, set->items[i]);
	return true;
}

bool pts_takes_arguments(const struct fact_function *f, uint32_t n_args)
{
	return f->n_params == n_args || ((f->flags & FUNCTION_VARIADIC) && f->n_params <= n_args);
}

static bool param_carries(struct fnptr *p, uint32_t function, uint32_t number)
{
	const struct function *f = &p->program->functions[function];
	const struct unit *unit = &p->program->units[f->unit];

	return pts_variable_carries(
		pts_type(p->types,
			 unit->strings[unit->facts->variables[f->facts->variables + number].type]));
}

static bool call_function(struct fnptr *p, const struct indirect *call, uint32_t function)
{
	const struct fact_function *f = p->program->functions[function].facts;
	bool changed = false;

	if (!pts_takes_arguments(f, call->n_args))
		return false;
	p->called[function] = true;
	for (uint32_t i = 0; i < f->n_params; i++) {
		struct term param = { .kind = EXPR_PARAM, .a = i };

		if (param_carries(p, function, i))
			changed |= late_edge(p, call->args + i,
					     pts_variable_node(p, function, &param));
	}
	if (f->flags & FUNCTION_RETURNS_POINTER)
		changed |= late_edge(p, pts_return_node(p, function), call->result);
	return changed;
}

/* A function's address may be followed once too often: *f is f. */
static bool load_atom(struct fnptr *p, uint32_t atom_id, uint32_t to)
{
	struct atom atom = *pts_atom(p, atom_id);

	if (atom.kind == ATOM_FUNCTION)
		return pts_add(p, to, atom_id);
	return late_edge(p, atom.load, to);
}

static bool apply(struct fnptr *p, const struct use *use, uint32_t atom_id)
{
	struct atom atom = *pts_atom(p, atom_id);

	switch ((enum use_kind)use->kind) {
	case USE_LOAD:
		return load_atom(p, atom_id, use->other);
	case USE_STORE:
		return atom.kind == ATOM_PLACE && late_edge(p, use->other, atom.store);
	case USE_CALL:
		return atom.kind == ATOM_FUNCTION &&
		       call_function(p, &g_array_index(p->calls, struct indirect, use->other),
				     atom.function);
	}
	return false;
}

static bool apply_uses(struct fnptr *p, uint32_t id)
{
	struct node *node = pts_node(p, id);
	struct atom_set *set = node->set;
	bool changed = false;
	uint32_t n;

	if (!set || !node->uses || set->n_used == set->n)
		return false;
	n = set->n;
	for (uint32_t u = node->uses; u; u = g_array_index(p->uses, struct use, u).next)
		for (uint32_t i = set->n_used; i < n; i++)
			changed |= apply(p, &g_array_index(p->uses, struct use, u), set->items[i]);
	set->n_used = n;
	return changed;
}

static void open_node(struct fnptr *p, GArray *work, uint32_t id)
{
	struct node *node;

	id = pts_root(p, id);
	node = pts_node(p, id);
	if (node->flags & NODE_SPREAD)
		return;
	node->flags |= NODE_OPEN | NODE_SPREAD;
	g_array_append_val(work, id);
}

/* A function that nobody calls is called by code that was not read. */
static void open_parameters(struct fnptr *p, GArray *work)
{
	for (uint32_t f = 0; f < p->program->n_functions; f++) {
		if (p->called[f])
			continue;
		for (uint32_t i = 0; i < p->program->functions[f].facts->n_params; i++)
			open_node(p, work, p->variables[f] + i);
	}
}

static void spread_from(struct fnptr *p, const struct graph *g, GArray *work, uint32_t id)
{
	for (uint32_t e = g->first[id]; e < g->first[id + 1]; e++)
		open_node(p, work, g->to[e]);
	for (uint32_t u = pts_node(p, id)->uses; u;) {
		const struct use *use = &g_array_index(p->uses, struct use, u);

		if (use->kind == USE_LOAD)
			open_node(p, work, use->other);
		else if (use->kind == USE_CALL)
			open_node(p, work,
				  g_array_index(p->calls, struct indirect, use->other).result);
		u = use->next;
	}
}

/* Nodes that are open already, and what is read through pointers that nothing is known of. */
static void seed_open(struct fnptr *p, GArray *work)
{
	for (uint32_t id = UNKNOWN_NODE + 1; id < p->nodes->len; id++) {
		const struct node *node = pts_node(p, id);

		if ((node->flags & NODE_OPEN) || (node->uses && !node->set))
			open_node(p, work, id);
	}
	open_parameters(p, work);
}

static void spread_open(struct fnptr *p)
{
	struct graph g = graph_new(p, EDGES_ALL);
	GArray *work = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	seed_open(p, work);
	while (work->len) {
		uint32_t id = g_array_index(work, uint32_t, work->len - 1);

		g_array_set_size(work, work->len - 1);
		spread_from(p, &g, work, id);
	}
	g_array_unref(work);
	graph_free(&g);
}

static void run_rounds(struct fnptr *p, struct order *order)
{
	bool changed = true;

	while (changed) {
		propagate(p, order);
		p->stats.rounds++;
		changed = false;
		for (uint32_t id = 0; id < p->nodes->len; id++)
			if (pts_node(p, id)->uses)
				changed |= apply_uses(p, id);
	}
}

void pts_solve(struct fnptr *p)
{
	struct order order = { 0 };

	p->late_edges = g_hash_table_new(pts_hash_packed, NULL);
	run_rounds(p, &order);
	if (pts_name_allocated_locks(p))
		run_rounds(p, &order);
	scc_clear(&order.scc);
	g_hash_table_unref(p->late_edges);
	p->late_edges = NULL;
	spread_open(p);
}
