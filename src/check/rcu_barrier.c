/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_barrier.c - a module that is gone before its RCU callbacks have run
 *
 *   CPU0 (rmmod)                      CPU1 (softirq)
 *   call_rcu(&x->rcu, x_free)
 *   x_exit(), no rcu_barrier()
 *   the module's text is unmapped
 *                                     x_free(): no such page
 *
 * synchronize_rcu() does not help: it waits for readers, not for callbacks. What counts is a
 * barrier of the same flavour in any of the module's own functions that are not initialisation:
 * which of them the exit function reaches through driver cores is known too badly. Of functions
 * outside those count that they call and that call one themselves, or that do so further down on
 * every way: rtnl_unlock() may wait, and so may kmem_cache_destroy() for caches with some flag, but
 * not for their caller's sake.
 */
#include "check/chain_p.h"
#include "check/check_p.h"
#include "check/rcu_barrier_p.h"

#include <string.h>

/* A function outside of the module that waits does so a few calls down. */
#define DEEPEST_BARRIER 5
/* A barrier on some ways is for what the caller has queued if it is near. */
#define NEAR_BARRIER 2

/* Where a module has one of its own functions called after a grace period. */
struct queued {
	uint32_t function;
	const struct call_event *event;
	const struct role *role;
	uint32_t callback;
};

struct module {
	const char *name;
	const char *flavour;
	struct queued first;
	uint32_t n; /* callbacks queued with this flavour */
};

struct modules {
	const struct check_input *in;
	GArray *list; /* struct module */
};

static const char *module_of(const struct check_input *in, uint32_t function)
{
	return in->program->units[in->program->functions[function].unit].facts->module;
}

/* --- who queues ------------------------------------------------------------------------------- */

static void note(struct modules *modules, const struct queued *queued)
{
	const char *name = module_of(modules->in, queued->function);
	struct module new = { name, queued->role->flavour, *queued, 1 };

	for (guint i = 0; i < modules->list->len; i++) {
		struct module *m = &g_array_index(modules->list, struct module, i);

		if (g_str_equal(m->name, name) && g_str_equal(m->flavour, new.flavour)) {
			m->n += m->first.callback != queued->callback;
			return;
		}
	}
	g_array_append_val(modules->list, new);
}

static uint32_t function_given(const struct check_input *in, uint32_t function, term_id value)
{
	struct term term = term_at(in->program->terms, value);

	if (term.kind != EXPR_FUNC)
		return PROGRAM_NONE;
	return program_callee(in->program, in->program->functions[function].unit, term.a);
}

static void look_at(struct modules *modules, uint32_t function, const struct call_event *event)
{
	const struct check_input *in = modules->in;
	const struct role *role = call_role(in, event, ROLE_GP_CALLBACK);
	struct queued queued = { function, event, role, PROGRAM_NONE };

	if (!role || !role->flavour)
		return;
	queued.callback = function_given(in, function, role_argument(event, role->function_arg));
	if (queued.callback != PROGRAM_NONE &&
	    g_str_equal(module_of(in, queued.callback), module_of(in, function)))
		note(modules, &queued);
}

/* --- the exit function ------------------------------------------------------------------------ */

/* The function that @function, which the module's macro has made, returns. */
static uint32_t returned_function(const struct check_input *in, uint32_t function)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	return flow->n_outcomes ? function_given(in, function, flow->outcomes[0].result)
				: PROGRAM_NONE;
}

static uint32_t exit_of(const struct check_input *in, const char *module)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct role *role =
			in->program->symbols[in->program->functions[f].symbol].roles;

		if (role && role->kind == ROLE_MODULE_EXIT && g_str_equal(module_of(in, f), module))
			return returned_function(in, f);
	}
	return PROGRAM_NONE;
}

/* --- who waits -------------------------------------------------------------------------------- */

static bool is_barrier(const struct check_input *in, const struct call_event *event,
		       const char *flavour)
{
	const struct role *role = call_role(in, event, ROLE_GP_BARRIER);

	return role && g_str_equal(role->flavour, flavour);
}

static bool always_waits(const struct check_input *in, uint32_t function, const char *flavour,
			 int depth);

static bool event_waits(const struct check_input *in, const struct call_event *event,
			const char *flavour, int depth)
{
	if (is_barrier(in, event, flavour))
		return true;
	return event->n_targets == 1 && depth < DEEPEST_BARRIER &&
	       always_waits(in, event->targets[0], flavour, depth + 1);
}

/* Per block of @function: does it wait? */
static bool *waiting_blocks(const struct check_input *in, uint32_t function, const char *flavour,
			    int depth)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;
	bool *waits = g_new0(bool, in->program->functions[function].facts->n_blocks + 1);

	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (!waits[flow->calls[i].where.block] &&
		    event_waits(in, &flow->calls[i], flavour, depth))
			waits[flow->calls[i].where.block] = true;
	return waits;
}

/* Whether no way through @function leads around a barrier, and one leads to it: not all return. */
static bool always_waits(const struct check_input *in, uint32_t function, const char *flavour,
			 int depth)
{
	const struct function *f = &in->program->functions[function];
	const struct facts *facts = in->program->units[f->unit].facts;
	g_autofree bool *waits = waiting_blocks(in, function, flavour, depth);
	g_autofree bool *seen = g_new0(bool, f->facts->n_blocks + 1);
	bool around = false, there = false;

	/* Reverse postorder: one pass reaches all but what only a back edge leads to. */
	seen[0] = true;
	for (uint32_t b = 0; b < f->facts->n_blocks && !around; b++) {
		const struct fact_block *block = &facts->blocks[f->facts->blocks + b];

		there |= seen[b] && waits[b];
		if (!seen[b] || waits[b])
			continue;
		around = block->term == TERM_RETURN;
		for (uint32_t e = 0; e < block->n_edges; e++)
			seen[facts->edges[block->edges + e].block] = true;
	}
	return there && !around;
}

/* For objects of one kind, which flags of theirs tell: kmem_cache_destroy(). */
static bool is_of_one_kind(const struct check_input *in, const struct call_event *event)
{
	const struct term_table *terms = in->program->terms;

	for (uint32_t i = 0; i < event->n_conditions; i++) {
		struct term term = term_at(terms, event->conditions[i].term);

		if (term.kind == EXPR_BINARY && term.op == BINARY_AND &&
		    term_at(terms, term.a).kind == EXPR_FIELD)
			return true;
	}
	return false;
}

static bool calls_barrier(const struct check_input *in, uint32_t function, const char *flavour)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (is_barrier(in, &flow->calls[i], flavour) &&
		    !is_of_one_kind(in, &flow->calls[i]))
			return true;
	return false;
}

static bool function_waits(const struct check_input *in, uint32_t function, const char *module,
			   const char *flavour)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];

		if (is_barrier(in, event, flavour))
			return true;
		if (event->n_targets == 1 &&
		    !g_str_equal(module_of(in, event->targets[0]), module) &&
		    (calls_barrier(in, event->targets[0], flavour) ||
		     always_waits(in, event->targets[0], flavour, 0)))
			return true;
	}
	return false;
}

static bool is_initialisation(const struct check_input *in, uint32_t function)
{
	return in->program->functions[function].facts->flags & FUNCTION_INIT;
}

/* A barrier in a table of operations: ops->cb_barrier(). */
static bool keeps_barrier(const struct check_input *in, const struct unit *unit,
			  const char *flavour)
{
	for (uint32_t i = 0; i < unit->facts->n_inits; i++) {
		struct term value =
			term_at(in->program->terms, unit->terms[unit->facts->inits[i].rhs]);
		const struct role *role =
			value.kind == EXPR_FUNC ? in->program->symbols[value.a].roles : NULL;

		for (; role; role = role->next)
			if (role->kind == ROLE_GP_BARRIER && g_str_equal(role->flavour, flavour))
				return true;
	}
	return false;
}

static bool module_waits(const struct check_input *in, const struct module *module)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++)
		if (g_str_equal(module_of(in, f), module->name) && !is_initialisation(in, f) &&
		    function_waits(in, f, module->name, module->flavour))
			return true;
	for (size_t u = 0; u < in->program->n_units; u++)
		if (g_str_equal(in->program->units[u].facts->module, module->name) &&
		    keeps_barrier(in, &in->program->units[u], module->flavour))
			return true;
	return false;
}

/* --- what was not read ------------------------------------------------------------------------ */

static bool is_in_folder_of(const char *file, const char *other)
{
	const char *slash = strrchr(other, '/');

	return slash && strncmp(file, other, (size_t)(slash - other) + 1) == 0;
}

/* Functions that a header of the module's own folder names and nobody defines: other units. */
static bool misses_units(const struct check_input *in, const struct module *module)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		if (!g_str_equal(module_of(in, f), module->name))
			continue;
		for (uint32_t i = 0; i < flow->n_calls; i++) {
			struct term callee = term_at(in->program->terms, flow->calls[i].callee);
			const struct symbol *symbol;

			if (callee.kind != EXPR_FUNC)
				continue;
			symbol = &in->program->symbols[callee.a];
			if (symbol->function == PROGRAM_NONE && !symbol->roles &&
			    is_in_folder_of(program_string(in->program, symbol->file),
					    function_file(in->program, f)))
				return true;
		}
	}
	return false;
}

/* --- what may wait ---------------------------------------------------------------------------- */

static bool may_wait(const struct check_input *in, uint32_t function, const char *flavour,
		     int depth);

static bool event_may_wait(const struct check_input *in, const struct call_event *event,
			   const char *flavour, int depth)
{
	return is_barrier(in, event, flavour) ||
	       (event->n_targets == 1 && depth < DEEPEST_BARRIER &&
		may_wait(in, event->targets[0], flavour, depth + 1));
}

static bool may_wait(const struct check_input *in, uint32_t function, const char *flavour,
		     int depth)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; flow && i < flow->n_calls; i++)
		if (event_may_wait(in, &flow->calls[i], flavour, depth))
			return true;
	return false;
}

bool rcu_may_be_barrier(const struct check_input *in, const struct call_event *event,
			const char *flavour)
{
	return event_waits(in, event, flavour, 0) ||
	       event_may_wait(in, event, flavour, DEEPEST_BARRIER - NEAR_BARRIER);
}

/* rtnl_link_unregister() waits if there are devices: then it is done for those that queued. */
static enum confidence confidence_of(const struct check_input *in, const struct module *module,
				     uint32_t exit)
{
	if (misses_units(in, module) || may_wait(in, exit, module->flavour, 0))
		return CONFIDENCE_MEDIUM;
	return CONFIDENCE_HIGH;
}

/* --- the finding ------------------------------------------------------------------------------ */

static const char *barrier_name(const struct check_input *in, const char *flavour)
{
	const char *name = rules_role_function(in->rules, ROLE_GP_BARRIER, flavour);

	return name ? name : "barrier";
}

static void report(const struct check_input *in, const struct module *module, uint32_t exit)
{
	struct finding *f =
		finding_new(in, RULE_RCU_MISSING_BARRIER, confidence_of(in, module, exit));
	const char *callback = function_name(in->program, module->first.callback);
	const char *barrier = barrier_name(in, module->flavour);
	struct chain chain = chain_new(in);

	chain_add_point(&chain, module->first.function, module->first.event->where, "call",
			arena_printf(in->arena, "has %s() called after a grace period", callback));
	chain_add_function(&chain, module->first.callback, "entry",
			   "is the callback, in the module's own text");
	chain_add_function(&chain, exit, "entry",
			   arena_printf(in->arena, "ends module %s without %s()", module->name,
					barrier));
	f->message = arena_printf(in->arena,
				  "module %s can be unloaded before its RCU callback %s() has run: "
				  "no %s() on the way out",
				  module->name, callback, barrier);
	chain_give(&chain, f);
	f->location = chain.steps[chain.n - 1];
	finding_emit(in, f);
}

/* Asked first: whether a module waits takes long to find out. */
static bool is_asked_about(const struct check_input *in, const struct module *module, uint32_t exit)
{
	const struct function *functions = in->program->functions;

	return functions[exit].in_scope || functions[module->first.function].in_scope;
}

static void run(const struct check_input *in)
{
	struct modules modules = { in, g_array_new(FALSE, FALSE, sizeof(struct module)) };

	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0; *module_of(in, f) && i < flow->n_calls; i++)
			look_at(&modules, f, &flow->calls[i]);
	}
	for (guint i = 0; i < modules.list->len; i++) {
		const struct module *m = &g_array_index(modules.list, struct module, i);
		uint32_t exit = exit_of(in, m->name);

		if (exit != PROGRAM_NONE && is_asked_about(in, m, exit) && !module_waits(in, m))
			report(in, m, exit);
	}
	g_array_unref(modules.list);
}

const struct check check_rcu_barrier = { .name = "rcu_barrier", .run = run };
