/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chain.c - how a function comes to a lock
 *
 * The sets say that it does; the chain is found when somebody asks, breadth first, so that the
 * shortest is shown and nothing has to be stored for the millions that nobody asks for.
 */
#include "summary/summary_p.h"

GArray *summary_acquires(const struct summaries *s, uint32_t function, enum confidence least)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	const struct acquisition_set *set = s->reach[least][function];

	for (uint32_t i = 0; set && i < s->n_acquisitions; i++)
		if (acquisition_set_has(set, i))
			g_array_append_val(numbers, i);
	return numbers;
}

static bool owns(const struct function_summary *summary, uint32_t acquisition)
{
	uint32_t low = 0, high = summary->n_own;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (summary->own[middle] == acquisition)
			return true;
		if (summary->own[middle] < acquisition)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool is_acquisition_of(const struct summaries *s, const struct held_lock *lock, uint32_t acquisition)
{
	const struct acquisition *a = &s->acquisitions[acquisition];

	return lock->class_string == a->class_string && lock->mode == a->mode && lock->kind == a->kind &&
	       lock->subclass == a->subclass && !(lock->flags & HELD_TRY);
}

static void add_hop(GArray *hops, uint32_t function, const struct summary_call *call, struct flow_point where)
{
	struct summary_hop hop = { function, call, where };

	g_array_append_val(hops, hop);
}

static const struct summary_call *find_call(const struct function_summary *summary, struct flow_point where,
					    uint32_t callee)
{
	for (uint32_t i = 0; i < summary->n_calls; i++)
		if (summary->calls[i].callee == callee && summary->calls[i].event->where.block == where.block &&
		    summary->calls[i].event->where.step == where.step)
			return &summary->calls[i];
	return NULL;
}

/* Down the callees' requirements, to where the lock is taken. */
static void add_requirement_hops(const struct summaries *s, uint32_t function, const struct requirement *r, GArray *hops)
{
	while (r->callee != PROGRAM_NONE) {
		add_hop(hops, function, find_call(&s->functions[function], r->where, r->callee), r->where);
		function = r->callee;
		if (r->inner == PROGRAM_NONE)
			return;
		r = &s->functions[function].requirements[r->inner];
	}
	add_hop(hops, function, NULL, r->where);
}

static bool add_lifted_hops(const struct summaries *s, uint32_t function, uint32_t acquisition, GArray *hops)
{
	const struct function_summary *summary = &s->functions[function];

	for (uint32_t i = 0; i < summary->n_calls; i++) {
		const struct summary_call *call = &summary->calls[i];
		const struct function_summary *callee = &s->functions[call->callee];

		for (uint32_t r = 0; r < callee->n_requirements; r++) {
			struct requirement lifted;

			if (callee->requirements[r].function != PROGRAM_NONE ||
			    !summary_lift(s, call->event, &callee->requirements[r], s->arena, &lifted) ||
			    !is_acquisition_of(s, &lifted.lock, acquisition))
				continue;
			add_hop(hops, function, call, call->event->where);
			add_requirement_hops(s, call->callee, &callee->requirements[r], hops);
			return true;
		}
	}
	return false;
}

/* The end of a chain: @function takes the lock itself, or names what a callee takes. */
static void add_own_hops(const struct summaries *s, uint32_t function, uint32_t acquisition, GArray *hops)
{
	const struct flow_result *flow = s->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_acquires; i++) {
		if (!is_acquisition_of(s, &flow->acquires[i].lock, acquisition))
			continue;
		add_hop(hops, function, NULL, flow->acquires[i].where);
		return;
	}
	add_lifted_hops(s, function, acquisition, hops);
}

struct visit {
	uint32_t function;
	uint32_t from; /* index into the visits, or PROGRAM_NONE */
	const struct summary_call *call;
};

static void add_path(const GArray *visits, uint32_t at, GArray *hops)
{
	const struct visit *v = &g_array_index(visits, struct visit, at);

	if (v->from == PROGRAM_NONE)
		return;
	add_path(visits, v->from, hops);
	add_hop(hops, g_array_index(visits, struct visit, v->from).function, v->call, v->call->event->where);
}

static void visit_callees(const struct summaries *s, uint32_t at, uint32_t acquisition, enum confidence least,
			  GHashTable *seen, GArray *visits)
{
	const struct function_summary *summary = &s->functions[g_array_index(visits, struct visit, at).function];

	for (uint32_t i = 0; i < summary->n_calls; i++) {
		const struct summary_call *call = &summary->calls[i];
		struct visit next = { call->callee, at, call };

		if (call->confidence < least || !acquisition_set_has(s->reach[least][call->callee], acquisition) ||
		    !g_hash_table_add(seen, GUINT_TO_POINTER(call->callee + 1)))
			continue;
		g_array_append_val(visits, next);
	}
}

GArray *summary_chain(const struct summaries *s, uint32_t function, uint32_t acquisition, enum confidence least)
{
	GArray *hops = g_array_new(FALSE, FALSE, sizeof(struct summary_hop));
	g_autoptr(GArray) visits = g_array_new(FALSE, FALSE, sizeof(struct visit));
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	struct visit first = { function, PROGRAM_NONE, NULL };

	g_array_append_val(visits, first);
	g_hash_table_add(seen, GUINT_TO_POINTER(function + 1));
	for (uint32_t at = 0; at < visits->len; at++) {
		uint32_t f = g_array_index(visits, struct visit, at).function;

		if (owns(&s->functions[f], acquisition)) {
			add_path(visits, at, hops);
			add_own_hops(s, f, acquisition, hops);
			return hops;
		}
		visit_callees(s, at, acquisition, least, seen, visits);
	}
	return hops;
}
