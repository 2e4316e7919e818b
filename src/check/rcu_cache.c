/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_cache.c - a cache that ends before the RCU callbacks that free its objects have run
 *
 *   CPU0                              CPU1 (softirq)
 *   call_rcu(&x->rcu, x_free)
 *   kmem_cache_destroy(cache)
 *                                     x_free(): kmem_cache_free(cache, x)
 *
 * kmem_cache_destroy() waits for no callbacks of its caller's: it warns that objects are left, and
 * they are freed into what is no cache any more. Not a finding: a barrier of the same flavour
 * before it, or maybe in what is called before it; initialisation that has failed; caches that no
 * callback is seen to free to. The end of a module is rcu_barrier.c's.
 */
#include "check/chain_p.h"
#include "check/rcu_barrier_p.h"
#include "check/rcu_p.h"

#include <string.h>

/* Calls between a callback and what it frees; callers that may have waited. */
#define DEEPEST_FREE 3
#define DEEPEST_CALLER 4

/* A callback that frees objects of a cache. */
struct feeder {
	uint32_t cache; /* program string */
	uint32_t queuer;
	struct flow_point queued;
	uint32_t callback;
	uint32_t freer; /* the callback, or one that it calls */
	struct flow_point freed;
	const char *flavour;
};

struct caches {
	const struct check_input *in;
	GArray *feeders; /* struct feeder */
};

static uint32_t cache_at(const struct check_input *in, const struct call_event *event, int number)
{
	return number == RULES_NO_ARG
		       ? 0
		       : program_lock_class(in->program, role_argument(event, number));
}

/* --- who frees to which cache ----------------------------------------------------------------- */

static void find_frees(struct caches *caches, uint32_t function, struct feeder feeder, int depth)
{
	const struct check_input *in = caches->in;
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; flow && i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];
		const struct role *role = call_role(in, event, ROLE_FREE);

		feeder.cache = role ? cache_at(in, event, role->cache_arg) : 0;
		feeder.freer = function;
		feeder.freed = event->where;
		if (feeder.cache)
			g_array_append_val(caches->feeders, feeder);
		if (!role && event->n_targets == 1 && depth < DEEPEST_FREE)
			find_frees(caches, event->targets[0], feeder, depth + 1);
	}
}

static void look_at_queueing(struct caches *caches, uint32_t function,
			     const struct call_event *event)
{
	const struct check_input *in = caches->in;
	const struct role *role = call_role(in, event, ROLE_GP_CALLBACK);
	struct term callback = { 0 };
	struct feeder feeder = { .queuer = function, .queued = event->where };

	if (role && role->flavour)
		callback = term_at(in->program->terms, role_argument(event, role->function_arg));
	if (callback.kind != EXPR_FUNC)
		return;
	feeder.flavour = role->flavour;
	feeder.callback =
		program_callee(in->program, in->program->functions[function].unit, callback.a);
	if (feeder.callback != PROGRAM_NONE)
		find_frees(caches, feeder.callback, feeder, 0);
}

static const struct feeder *feeder_of(const struct caches *caches, uint32_t cache)
{
	for (guint i = 0; cache && i < caches->feeders->len; i++) {
		const struct feeder *f = &g_array_index(caches->feeders, struct feeder, i);

		if (f->cache == cache)
			return f;
	}
	return NULL;
}

/* --- who has waited --------------------------------------------------------------------------- */

/* Whether callbacks may have been waited for before @where; what ends caches does not count. */
static bool may_have_waited(const struct caches *caches, uint32_t function, struct flow_point where,
			    const char *flavour)
{
	const struct check_input *in = caches->in;
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; flow && i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];

		if (flow_point_is_before(event->where, where) &&
		    !call_role(in, event, ROLE_CACHE_DESTROY) &&
		    rcu_may_be_barrier(in, event, flavour))
			return true;
	}
	return false;
}

/* Whether it is come to @where, by some callers at least, with nothing waited for. */
static bool is_unwaited(const struct caches *caches, uint32_t function, struct flow_point where,
			const char *flavour, int depth)
{
	uint32_t n;
	const struct rcu_caller *callers = rcu_all_callers(caches->in->rcu, function, &n);

	if (caches->in->program->functions[function].facts->flags &
		    (FUNCTION_INIT | FUNCTION_EXIT) ||
	    may_have_waited(caches, function, where, flavour))
		return false;
	if (depth == DEEPEST_CALLER)
		return true;
	for (uint32_t i = 0; i < n; i++)
		if (is_unwaited(caches, callers[i].function, callers[i].call->event->where, flavour,
				depth + 1))
			return true;
	return n == 0;
}

/* --- the finding ------------------------------------------------------------------------------ */

/* A cache that an object keeps is that of many: who ends one may know that nobody uses it. */
static enum confidence confidence_of(const char *cache)
{
	return strncmp(cache, "struct ", strlen("struct ")) == 0 ? CONFIDENCE_LOW
								 : CONFIDENCE_MEDIUM;
}

static void report(const struct caches *caches, uint32_t function, const struct call_event *event,
		   const struct feeder *feeder)
{
	const struct check_input *in = caches->in;
	const char *cache = program_string(in->program, feeder->cache);
	struct finding *f = finding_new(in, RULE_RCU_MISSING_BARRIER, confidence_of(cache));
	const char *callback = function_name(in->program, feeder->callback);
	struct chain chain = chain_new(in);

	chain_add_point(&chain, feeder->queuer, feeder->queued, "call",
			arena_printf(in->arena, "has %s() called after a grace period", callback));
	chain_add_point(&chain, feeder->freer, feeder->freed, "call",
			arena_printf(in->arena, "frees an object of %s", cache));
	chain_add_point(&chain, function, event->where, "call",
			arena_printf(in->arena, "destroys %s", cache));
	f->message = arena_printf(in->arena,
				  "%s is destroyed before the RCU callback %s(), which frees its "
				  "objects, has run: nothing waits for it",
				  cache, callback);
	f->help = "call rcu_barrier() before kmem_cache_destroy(), after the last call_rcu()";
	chain_give(&chain, f);
	chain_locate(&chain, f, function, event->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void look_at_end(const struct caches *caches, uint32_t function,
			const struct call_event *event)
{
	const struct check_input *in = caches->in;
	const struct role *role = call_role(in, event, ROLE_CACHE_DESTROY);
	const struct feeder *feeder =
		role ? feeder_of(caches, cache_at(in, event, role->object_arg)) : NULL;

	if (feeder && is_unwaited(caches, function, event->where, feeder->flavour, 0))
		report(caches, function, event, feeder);
}

static void run(const struct check_input *in)
{
	struct caches caches = { in, g_array_new(FALSE, FALSE, sizeof(struct feeder)) };

	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0; flow && i < flow->n_calls; i++)
			look_at_queueing(&caches, f, &flow->calls[i]);
	}
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0;
		     flow && in->program->functions[f].in_scope && i < flow->n_calls; i++)
			look_at_end(&caches, f, &flow->calls[i]);
	}
	g_array_unref(caches.feeders);
}

const struct check check_rcu_cache = { .name = "rcu_cache", .run = run };
