/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strong_p.h - which instances of a circle of classes can block for ever
 *
 * Between two classes there are several dependencies, one per pair of modes. A circle of classes
 * is a bug if one of each can be chosen such that the circle is strong in lockdep's sense.
 */
#ifndef LOCKGRAPH_STRONG_P_H
#define LOCKGRAPH_STRONG_P_H

#include "graph/graph.h"

/* The most dependencies of one circle; the search for them grows with its power. */
#define CYCLE_LONGEST 8

/* All dependencies between two classes that are sure enough: a run of the graph's table. */
struct class_edge {
	uint32_t from, to;
	uint32_t first, end; /* dependency indices; the unsure ones in between are skipped */
	enum confidence best;
	bool in_scope;
};

/*
 * Chooses one dependency for each of the @n edges of a circle and fills all of @cycle but its
 * dependencies, which go to @chosen. In scope is preferred, then not gated, then sure. False if
 * no choice is strong.
 */
bool strong_choose(const struct graph *graph, const struct class_edge *const *edges, size_t n,
		   enum confidence least, uint32_t *chosen, struct cycle *cycle);

#endif
