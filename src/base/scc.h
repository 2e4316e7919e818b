/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scc.h - strongly connected components of a directed graph
 *
 * Tarjan's algorithm (SIAM J. Computing 1(2), 1972), iterative because call chains are thousands
 * deep. Knows nothing of what the vertices are.
 */
#ifndef LOCKGRAPH_BASE_SCC_H
#define LOCKGRAPH_BASE_SCC_H

#include <stddef.h>
#include <stdint.h>

/* Components are numbered so that every edge leads to a component with an equal or lower number. */
struct scc {
	uint32_t n_components;
	uint32_t *component; /* per vertex */
	uint32_t *first;     /* n_components + 1 offsets into members */
	uint32_t *members;   /* vertices */
};

/*
 * @first has n + 1 offsets into @to: vertex v's edges are to[first[v]] .. to[first[v + 1] - 1].
 * Free what is in the result with scc_clear().
 */
struct scc scc_find(uint32_t n, const uint32_t *first, const uint32_t *to);
void scc_clear(struct scc *scc);

#endif
