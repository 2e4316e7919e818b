/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strong.c - strong circles, and the locks that keep a circle from closing
 *
 * A recursive reader (rcu_read_lock(), read_lock() in interrupts) is not kept waiting by other
 * readers, so a circle through one blocks only if somebody holds the lock exclusively there. With
 * lockdep's notation for a dependency, E or S for how its first lock is held and R or N for
 * whether its second one is taken as a recursive reader, a circle is strong if nowhere in it an
 * R is followed by an S. (Documentation/locking/lockdep-design.rst, "Recursive read locks")
 *
 * A circle is gated if one lock is held exclusively around all its dependencies: then no two
 * tasks can be inside it at a time. lockdep does not look at that and would report it.
 */
#include "graph/strong_p.h"

static bool is_shared(enum lock_mode mode)
{
	return mode == MODE_READ || mode == MODE_RECURSIVE;
}

bool graph_follows(const struct dependency *before, const struct dependency *next)
{
	return before->to_mode != MODE_RECURSIVE || !is_shared(next->from_mode);
}

/* The choice so far and the best one seen. */
struct choice {
	const struct graph *graph;
	const struct class_edge *const *edges;
	size_t n;
	enum confidence least;
	uint32_t now[CYCLE_LONGEST];
	uint32_t *best;
	struct cycle *cycle;
	int best_score; /* -1: none yet */
};

static const struct dependency *chosen_at(const struct choice *c, size_t i)
{
	return &c->graph->dependencies[c->now[i]];
}

static bool is_gate(const struct choice *c, uint32_t class)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->edges[i]->from == class)
			return false;
		if (!idset_contains(c->graph->gates, chosen_at(c, i)->gates, class))
			return false;
	}
	return true;
}

static uint32_t common_gate(const struct choice *c)
{
	size_t n;
	const uint32_t *gates = idset_members(c->graph->gates, chosen_at(c, 0)->gates, &n);

	for (size_t i = 0; i < n; i++) {
		if (is_gate(c, gates[i]))
			return gates[i];
	}
	return PROGRAM_NONE;
}

static struct cycle describe(const struct choice *c)
{
	struct cycle cycle = { .n = c->n, .confidence = CONFIDENCE_HIGH, .gate = common_gate(c) };

	cycle.gated = cycle.gate != PROGRAM_NONE;
	for (size_t i = 0; i < c->n; i++) {
		cycle.confidence = MIN(cycle.confidence, chosen_at(c, i)->confidence);
		cycle.in_scope |= chosen_at(c, i)->in_scope;
	}
	return cycle;
}

static int score_of(const struct cycle *cycle)
{
	return cycle->in_scope * 100 + !cycle->gated * 10 + (int)cycle->confidence;
}

static void consider(struct choice *c)
{
	struct cycle cycle;
	int score;

	if (!graph_follows(chosen_at(c, c->n - 1), chosen_at(c, 0)))
		return;
	cycle = describe(c);
	score = score_of(&cycle);
	if (score <= c->best_score)
		return;
	c->best_score = score;
	*c->cycle = cycle;
	for (size_t i = 0; i < c->n; i++)
		c->best[i] = c->now[i];
}

static void choose_from(struct choice *c, size_t i)
{
	for (uint32_t d = c->edges[i]->first; d < c->edges[i]->end; d++) {
		if (c->graph->dependencies[d].confidence < c->least)
			continue;
		c->now[i] = d;
		if (i && !graph_follows(chosen_at(c, i - 1), chosen_at(c, i)))
			continue;
		if (i + 1 == c->n)
			consider(c);
		else
			choose_from(c, i + 1);
	}
}

bool strong_choose(const struct graph *graph, const struct class_edge *const *edges, size_t n,
		   enum confidence least, uint32_t *chosen, struct cycle *cycle)
{
	struct choice choice = { .graph = graph,
				 .edges = edges,
				 .n = n,
				 .least = least,
				 .best = chosen,
				 .cycle = cycle,
				 .best_score = -1 };

	choose_from(&choice, 0);
	return choice.best_score >= 0;
}
