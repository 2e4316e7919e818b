/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_when.c - before publication, after a grace period
 *
 * Then no reader is there, and plain accesses are right. Blocks are numbered in reverse postorder:
 * a lower number comes before, or may.
 */
#include "check/rcu_p.h"

/* Callers of callers that have waited; deeper was not seen. */
#define MOST_CALLERS 3

static bool is_before(struct flow_point a, struct flow_point b)
{
	return a.block != b.block ? a.block < b.block : a.step < b.step;
}

static bool has_waited(const struct rcu_sites *sites, uint32_t function, struct flow_point where)
{
	const struct flow_result *flow = sites->in->summaries->functions[function].flow;

	for (uint32_t i = 0; flow && i < flow->n_calls; i++) {
		const struct role *role = flow_roles(sites->in->program, &flow->calls[i]);

		if (role && (role->kind == ROLE_GP_WAIT || role->kind == ROLE_GP_BARRIER) &&
		    is_before(flow->calls[i].where, where))
			return true;
	}
	return false;
}

static bool is_quiet(const struct rcu_sites *sites, uint32_t function, struct flow_point where,
		     int depth)
{
	uint32_t n;
	const struct rcu_caller *callers = rcu_callers(sites, function, &n);

	if (sites->in->program->functions[function].facts->flags & FUNCTION_INIT)
		return true;
	if (g_hash_table_contains(sites->callbacks, GUINT_TO_POINTER(function + 1)) ||
	    has_waited(sites, function, where))
		return true;
	if (!n || depth == MOST_CALLERS)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (callers[i].function == function ||
		    !is_quiet(sites, callers[i].function, callers[i].call->event->where, depth + 1))
			return false;
	return true;
}

bool rcu_is_quiet(const struct rcu_sites *sites, uint32_t function, struct flow_point where)
{
	return is_quiet(sites, function, where, 0);
}

static bool is_same_list(const struct list_update *x, const struct list_update *y)
{
	if (y->access->op == RCU_INIT)
		return y->element && (y->element == x->element ||
				      (x->head.kind == LIST_NAMED && y->element == x->head.name));
	return x->element && x->element == y->element;
}

bool rcu_comes_after(const struct rcu_sites *sites, const struct list_update *update,
		     enum rcu_op op)
{
	for (guint i = 0; i < sites->updates->len; i++) {
		const struct list_update *other =
			&g_array_index(sites->updates, struct list_update, i);

		if (other->function == update->function && other->access->op == op &&
		    (op != RCU_DELETE || other->access->is_rcu) && is_same_list(update, other) &&
		    is_before(other->event->where, update->event->where))
			return true;
	}
	return false;
}
