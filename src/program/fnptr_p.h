/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fnptr_p.h - what pointers may hold: built once by program_link()
 *
 * The questions are program_targets() and program_points_to(). Private to program/.
 */
#ifndef LOCKGRAPH_PROGRAM_FNPTR_P_H
#define LOCKGRAPH_PROGRAM_FNPTR_P_H

#include "program/program.h"

/* From the facts of all units; needs @program's symbols, functions, strings and terms. */
struct fnptr *fnptr_build(const struct program *program);
void fnptr_free(struct fnptr *fnptr);

/* Sizes of the solved problem, for --stats and for people who tune it. */
struct fnptr_stats {
	size_t nodes, edges, atoms, entries, rounds;
	double seconds;
};
struct fnptr_stats fnptr_statistics(const struct fnptr *fnptr);

#endif
