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

/* --- on the way past a point ------------------------------------------------------------------ */

struct detour {
	const struct facts *facts;
	const struct fact_function *function;
	struct flow_point to, avoid;
	bool *seen;
};

/* Whether @to is come to from the beginning of @block on. */
static bool leads_on(const struct detour *d, uint32_t block)
{
	bool is_barred = d->avoid.block == block;

	if (block == d->to.block && (!is_barred || d->avoid.step >= d->to.step))
		return true;
	if (is_barred || d->seen[block])
		return false;
	d->seen[block] = true;
	for (uint32_t e = 0; e < d->facts->blocks[d->function->blocks + block].n_edges; e++) {
		uint32_t edge = d->facts->blocks[d->function->blocks + block].edges + e;

		if (leads_on(d, d->facts->edges[edge].block))
			return true;
	}
	return false;
}

bool point_reaches_past(const struct check_input *in, uint32_t function, struct flow_point from,
			struct flow_point to, struct flow_point avoid)
{
	const struct function *f = &in->program->functions[function];
	g_autofree bool *seen = g_new0(bool, f->facts->n_blocks + 1);
	struct detour d = { in->program->units[f->unit].facts, f->facts, to, avoid, seen };
	bool is_after = avoid.block == from.block && avoid.step > from.step;

	if (from.block == to.block && from.step < to.step)
		return !is_after || avoid.step > to.step;
	if (is_after)
		return false;
	for (uint32_t e = 0; e < d.facts->blocks[f->facts->blocks + from.block].n_edges; e++) {
		uint32_t edge = d.facts->blocks[f->facts->blocks + from.block].edges + e;

		if (leads_on(&d, d.facts->edges[edge].block))
			return true;
	}
	return false;
}
