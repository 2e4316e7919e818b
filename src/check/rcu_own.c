/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_own.c - a function that takes the wanted lock itself, elsewhere
 *
 *   mutex_lock(&p->lock);
 *   ...
 *   mutex_unlock(&p->lock);
 *   pool_resize(p);		asserts that p->lock is held
 *
 * Where every way through the place takes the lock before or after it, no caller can hold it: that
 * would be a deadlock. So nothing need be known of the callers. A function that gives up what its
 * callers have taken, and takes it again, is none of these.
 */
#include "check/rcu_way_p.h"

struct own_search {
	const struct rcu_ways *ways;
	const struct rcu_node *node;
	const struct fact_function *facts;
	const struct unit *unit;
};

/* --- ways through a function ------------------------------------------------------------------ */

static const struct fact_block *block_at(const struct own_search *o, uint32_t block)
{
	return &o->unit->facts->blocks[o->facts->blocks + block];
}

/* Marks in @seen what is reached from @block without going through @without. */
static void reach(const struct own_search *o, uint32_t block, uint32_t without, bool *seen)
{
	g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	seen[block] = true;
	g_array_append_val(queue, block);
	for (guint i = 0; i < queue->len; i++) {
		const struct fact_block *from = block_at(o, g_array_index(queue, uint32_t, i));

		for (uint32_t e = 0; e < from->n_edges; e++) {
			uint32_t to = o->unit->facts->edges[from->edges + e].block;

			if (to == without || seen[to])
				continue;
			seen[to] = true;
			g_array_append_val(queue, to);
		}
	}
}

static bool comes_first(const struct own_search *o, uint32_t block)
{
	g_autofree bool *seen = g_new0(bool, o->facts->n_blocks + 1);

	if (block != 0)
		reach(o, 0, block, seen);
	return !seen[o->node->where.block];
}

static bool comes_later(const struct own_search *o, uint32_t block)
{
	g_autofree bool *seen = g_new0(bool, o->facts->n_blocks + 1);

	reach(o, o->node->where.block, block, seen);
	for (uint32_t b = 0; b < o->facts->n_blocks; b++)
		if (seen[b] && block_at(o, b)->term == TERM_RETURN)
			return false;
	return true;
}

static bool is_on_all_ways(const struct own_search *o, struct flow_point taken)
{
	if (taken.block == o->node->where.block)
		return taken.step != o->node->where.step;
	return comes_first(o, taken.block) || comes_later(o, taken.block);
}

/* --- what the function does with the lock ----------------------------------------------------- */

static bool is_wanted_lock(const struct own_search *o, const struct held_lock *lock)
{
	return lock->lock == o->node->lock && rcu_is_wanted(o->ways, lock);
}

static bool is_among(const struct own_search *o, const struct held_lock *locks, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (rcu_is_wanted(o->ways, &locks[i]))
			return true;
	return false;
}

/* In some state the lock is held at the place: what decides it the callers may know as well. */
static bool is_sometimes_held(const struct own_search *o, const struct flow_result *flow)
{
	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (flow_point_is(flow->calls[i].where, o->node->where) &&
		    is_among(o, flow->calls[i].held->locks, flow->calls[i].held->n))
			return true;
	return false;
}

static bool is_given_up(const struct own_search *o, const struct flow_result *flow)
{
	for (uint32_t i = 0; i < flow->n_outcomes; i++)
		if (is_among(o, flow->outcomes[i].released, flow->outcomes[i].n_released))
			return true;
	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (is_among(o, flow->calls[i].released, flow->calls[i].n_released))
			return true;
	for (uint32_t i = 0; i < flow->n_acquires; i++)
		if (is_among(o, flow->acquires[i].released, flow->acquires[i].n_released))
			return true;
	return false;
}

/* A lock that a callee has taken for this function is seen at the calls that it is held at. */
static bool is_taken_around(const struct own_search *o, const struct held_set *held,
			    struct flow_point *taken)
{
	for (uint32_t i = 0; i < held->n; i++) {
		const struct held_lock *lock = &held->locks[i];

		if (!is_wanted_lock(o, lock) || (lock->flags & (HELD_ENTRY | HELD_TRY)) ||
		    !is_on_all_ways(o, lock->where))
			continue;
		*taken = lock->where;
		return true;
	}
	return false;
}

bool rcu_takes_itself(const struct rcu_ways *ways, struct rcu_node *node)
{
	const struct function *f = &ways->in->program->functions[node->function];
	const struct flow_result *flow = ways->in->summaries->functions[node->function].flow;
	struct own_search o = { ways, node, f->facts, &ways->in->program->units[f->unit] };

	if (!node->lock || ways->wanted.wants_reader || ways->wanted.wants_srcu ||
	    is_sometimes_held(&o, flow) || is_given_up(&o, flow))
		return false;
	for (uint32_t i = 0; i < flow->n_acquires && !node->takes_itself; i++) {
		const struct acquire_event *event = &flow->acquires[i];

		node->taken = event->where;
		node->takes_itself = !event->is_might && !(event->lock.flags & HELD_TRY) &&
				     is_wanted_lock(&o, &event->lock) &&
				     is_on_all_ways(&o, event->where);
	}
	for (uint32_t i = 0; i < flow->n_calls && !node->takes_itself; i++)
		node->takes_itself = is_taken_around(&o, flow->calls[i].held, &node->taken);
	return node->takes_itself;
}
