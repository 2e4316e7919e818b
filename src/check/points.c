/* SPDX-License-Identifier: GPL-2.0-or-later */
/* points.c - which points of a function can be come to from another */
#include "check/check_p.h"

static void mark_reached(const struct facts *facts, const struct fact_function *function,
			 uint32_t from, bool *reached)
{
	const struct fact_block *block = &facts->blocks[function->blocks + from];

	for (uint32_t e = 0; e < block->n_edges; e++) {
		uint32_t to = facts->edges[block->edges + e].block;

		if (reached[to])
			continue;
		reached[to] = true;
		mark_reached(facts, function, to, reached);
	}
}

bool *points_reached(const struct check_input *in, uint32_t function, struct flow_point from)
{
	const struct function *f = &in->program->functions[function];
	bool *reached = g_new0(bool, f->facts->n_blocks + 1);

	mark_reached(in->program->units[f->unit].facts, f->facts, from.block, reached);
	return reached;
}

bool point_reaches(const struct check_input *in, uint32_t function, struct flow_point from,
		   struct flow_point to)
{
	g_autofree bool *reached = NULL;

	if (from.block == to.block && from.step < to.step)
		return true;
	reached = points_reached(in, function, from);
	return reached[to.block];
}
