/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_when.c - before publication, after a grace period
 *
 * Then no reader is there, and plain accesses are right. Blocks are numbered in reverse postorder:
 * a lower number comes before, or may.
 */
#include "check/rcu_p.h"

/* Callers of callers that have waited, and how many of each function: more say no more. */
#define MOST_CALLERS 5
#define MOST_LOOKED_AT 12

/*
 * Who has waited for something of its own ends the readers of what it has made unreachable, which
 * its callees take apart. Further down it is about other things.
 */
#define MOST_WAITERS 2

/* How far callers are asked whether they hold a lock. */
#define MOST_LOCKERS 3

static bool has_waited(const struct rcu_sites *sites, uint32_t function, struct flow_point where)
{
	const struct flow_result *flow = sites->in->summaries->functions[function].flow;

	for (uint32_t i = 0; flow && i < flow->n_calls; i++) {
		const struct role *role = flow_roles(sites->in->program, &flow->calls[i]);

		if (role && (role->kind == ROLE_GP_WAIT || role->kind == ROLE_GP_BARRIER) &&
		    flow_point_is_before(flow->calls[i].where, where))
			return true;
	}
	return false;
}

static enum rcu_quiet quiet_at(const struct rcu_sites *sites, uint32_t function,
			       struct flow_point where, int depth);

static enum rcu_quiet callers_quiet(const struct rcu_sites *sites, uint32_t function, int depth)
{
	uint32_t n, n_quiet = 0;
	const struct rcu_caller *callers = rcu_callers(sites, function, &n);
	bool partly = false;

	for (uint32_t i = 0; i < MIN(n, MOST_LOOKED_AT); i++) {
		const struct rcu_caller *caller = &callers[i];
		enum rcu_quiet quiet = RCU_BUSY;

		if (caller->function != function)
			quiet = quiet_at(sites, caller->function, caller->call->event->where,
					 depth + 1);
		n_quiet += quiet == RCU_QUIET;
		partly |= quiet != RCU_BUSY;
	}
	if (n && n_quiet == n)
		return RCU_QUIET;
	return partly ? RCU_PARTLY_QUIET : RCU_BUSY;
}

static enum rcu_quiet quiet_at(const struct rcu_sites *sites, uint32_t function,
			       struct flow_point where, int depth)
{
	uint32_t flags = sites->in->program->functions[function].facts->flags;

	if (flags & (FUNCTION_INIT | FUNCTION_EXIT))
		return RCU_QUIET;
	if (g_hash_table_contains(sites->quiet, GUINT_TO_POINTER(function + 1)) ||
	    (depth <= MOST_WAITERS && has_waited(sites, function, where)))
		return RCU_QUIET;
	return depth < MOST_CALLERS ? callers_quiet(sites, function, depth) : RCU_BUSY;
}

enum rcu_quiet rcu_callers_quiet(const struct rcu_sites *sites, uint32_t function)
{
	uint32_t flags = sites->in->program->functions[function].facts->flags;

	if ((flags & (FUNCTION_INIT | FUNCTION_EXIT)) ||
	    g_hash_table_contains(sites->quiet, GUINT_TO_POINTER(function + 1)))
		return RCU_QUIET;
	return callers_quiet(sites, function, 0);
}

enum rcu_quiet rcu_is_quiet(const struct rcu_sites *sites, uint32_t function,
			    struct flow_point where)
{
	return quiet_at(sites, function, where, 0);
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
		    flow_point_is_before(other->event->where, update->event->where))
			return true;
	}
	return false;
}

/* --- who else is there ----------------------------------------------------------------------- */

static bool callers_lock(const struct rcu_sites *sites, uint32_t function, int depth)
{
	uint32_t n;
	const struct rcu_caller *callers = rcu_callers(sites, function, &n);

	if (g_hash_table_contains(sites->under, GUINT_TO_POINTER(function + 1)))
		return true;
	for (uint32_t i = 0; i < MIN(n, MOST_LOOKED_AT) && depth < MOST_LOCKERS; i++)
		if (rcu_holds_lock(callers[i].call->event->held) ||
		    callers_lock(sites, callers[i].function, depth + 1))
			return true;
	return false;
}

bool rcu_callers_lock(const struct rcu_sites *sites, uint32_t function)
{
	return callers_lock(sites, function, 0);
}

/* A block from which a loop is left ("if (found) { list_del(); break; }") is not in it. */
bool rcu_is_in_loop(const struct check_input *in, uint32_t function, struct flow_point where)
{
	g_autofree bool *reached = points_reached(in, function, where);

	return reached[where.block];
}
