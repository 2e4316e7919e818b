/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_free.c - freed before a grace period, waited for before the unlinking, queued twice
 *
 *   list_del_rcu(&p->list);           list_for_each_entry_rcu(p, ...)
 *   kfree(p);                                 use(p)
 *
 * Unlink first, wait second, free last. flow/ follows objects path by path and has dropped those
 * that are waited for; here is said what it found. An object that goes back to a cache of whose
 * objects readers know that they may be others' already is none of these.
 */
#include "check/chain_p.h"
#include "check/rcu_p.h"

/* --- how it comes about ----------------------------------------------------------------------- */

static const char *done_to(const struct check_input *in, enum lifetime_kind kind,
			   const char *object)
{
	switch (kind) {
	case LIFETIME_UNLINKED:
		return arena_printf(in->arena, "unlinks %s", object);
	case LIFETIME_QUEUED:
		return arena_printf(in->arena, "queues %s for the end of a grace period", object);
	case LIFETIME_FREED:
		return arena_printf(in->arena, "frees %s", object);
	}
	return "";
}

/* Where something is done to an object: in @function itself, or in one that it calls there. */
struct deed {
	uint32_t function;
	struct flow_point where;
	uint32_t callee, inner; /* as in struct lifetime_effect */
	const char *object;
};

/* One call further down; false where the deed is the function's own. */
static bool go_down(const struct check_input *in, struct deed *deed)
{
	const struct flow_result *flow;
	const struct lifetime_effect *effect;

	if (deed->callee == PROGRAM_NONE)
		return false;
	flow = in->summaries->functions[deed->callee].flow;
	if (deed->inner >= flow->n_effects)
		return false;
	effect = &flow->effects[deed->inner];
	*deed = (struct deed){ deed->callee, effect->where, effect->callee, effect->inner,
			       term_text(in, deed->callee, effect->object, deed->object) };
	return true;
}

static void add_steps(struct chain *chain, struct deed deed, enum lifetime_kind kind)
{
	const struct check_input *in = chain->in;
	struct deed caller = deed;

	for (int depth = 0; depth < CHAIN_MAX / 2 - 1 && go_down(in, &deed); depth++) {
		chain_add_point(chain, caller.function, caller.where, "call",
				arena_printf(in->arena, "calls %s()",
					     function_name(in->program, deed.function)));
		caller = deed;
	}
	chain_add_point(chain, deed.function, deed.where, "call", done_to(in, kind, deed.object));
}

/* --- caches ----------------------------------------------------------------------------------- */

/* The call at which @function frees the object, seen from where it is done. */
static const struct call_event *event_at(const struct check_input *in, uint32_t function,
					 struct flow_point where)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (flow->calls[i].where.block == where.block &&
		    flow->calls[i].where.step == where.step)
			return &flow->calls[i];
	return NULL;
}

/* Whether the object goes back to a cache, which may be one that keeps its objects' type. */
static bool is_cached(const struct check_input *in, struct deed deed)
{
	const struct call_event *event;
	const struct role *role;

	for (int depth = 0; depth < CHAIN_MAX && go_down(in, &deed); depth++)
		;
	event = event_at(in, deed.function, deed.where);
	role = event ? call_role(in, event, ROLE_FREE) : NULL;
	return role && role->cache_arg != RULES_NO_ARG;
}

/* --- findings --------------------------------------------------------------------------------- */

static const char *message(const struct check_input *in, const struct lifetime_problem *p,
			   const char *object)
{
	if (p->kind == LIFETIME_QUEUED)
		return arena_printf(
			in->arena, "the rcu_head of %s is queued again before its callback has run",
			object);
	if (p->kind == LIFETIME_UNLINKED)
		return arena_printf(in->arena,
				    "%s is queued for the end of a grace period before it is "
				    "unlinked: readers still find it",
				    object);
	if (p->before_kind == LIFETIME_QUEUED)
		return arena_printf(in->arena,
				    "%s is freed while it is queued for the end of a grace period",
				    object);
	return arena_printf(in->arena,
			    "%s is freed with no grace period since it was unlinked: readers may "
			    "still use it",
			    object);
}

/*
 * Who queues the object on one way and frees it on another knows that there is something to wait
 * for; on that way there may be no readers left. A pointer that is taken back after the object was
 * queued is often that of an end at which nobody follows it any more. So is an object that is
 * unlinked with no lock held: the structure it was in is on its way out, too, and its readers were
 * waited for. What the callers have waited for, or who they are, may say so, too.
 */
static enum confidence confidence_of(const struct check_input *in, uint32_t function,
				     const struct lifetime_problem *p, struct deed deed)
{
	bool freed = p->kind == LIFETIME_FREED && p->before_kind == LIFETIME_UNLINKED;
	bool locked = p->is_locked || rcu_callers_lock(in->rcu, function);
	enum rcu_quiet quiet = RCU_BUSY;

	if (freed && !locked && rcu_is_in_loop(in, function, p->before))
		quiet = rcu_is_quiet(in->rcu, function, p->before);
	else if (freed)
		quiet = rcu_callers_quiet(in->rcu, function);
	if (p->is_queued_elsewhere || quiet == RCU_QUIET || (freed && !locked && p->is_pointer))
		return CONFIDENCE_LOW;
	if (p->is_doubtful || (p->is_pointer && p->kind == LIFETIME_UNLINKED))
		return CONFIDENCE_MEDIUM;
	if (quiet == RCU_PARTLY_QUIET || (freed && !locked))
		return CONFIDENCE_MEDIUM;
	if (p->kind == LIFETIME_FREED && is_cached(in, deed))
		return CONFIDENCE_MEDIUM;
	return CONFIDENCE_HIGH;
}

/* The object as the line names it that frees it. */
static const char *object_name(const struct check_input *in, uint32_t function,
			       const struct lifetime_problem *p)
{
	const struct call_event *event = event_at(in, function, p->where);
	const struct role *role = event ? call_role(in, event, ROLE_FREE) : NULL;

	if (p->kind != LIFETIME_FREED)
		return term_text(in, function, p->object, "the object");
	return argument_text(in, function, p->where, role ? role->object_arg : 0, "the object");
}

static void report(const struct check_input *in, uint32_t function,
		   const struct lifetime_problem *p)
{
	const char *object = object_name(in, function, p);
	struct deed before = { function, p->before, p->before_callee, p->before_inner, object };
	struct deed deed = { function, p->where, p->callee, p->inner, object };
	bool twice = p->kind == LIFETIME_QUEUED;
	struct finding *f = finding_new(in, twice ? RULE_LOCK_MISUSE : RULE_RCU_FREE_BEFORE_GP,
					confidence_of(in, function, p, deed));
	struct chain chain = chain_new(in);

	add_steps(&chain, before, p->before_kind);
	add_steps(&chain, deed, p->kind);
	f->message = message(in, p, object);
	chain_give(&chain, f);
	chain_locate(&chain, f, function, p->where);
	if (twice)
		f->help = "queue an rcu_head once, and again only after its callback has run";
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

/* Both are done by the same call: then it goes wrong in there. */
static bool is_of_callee(const struct lifetime_problem *p)
{
	return p->callee != PROGRAM_NONE && p->callee == p->before_callee &&
	       p->where.block == p->before.block && p->where.step == p->before.step;
}

static void run(const struct check_input *in)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0; in->program->functions[f].in_scope && i < flow->n_lifetimes;
		     i++)
			if (!is_of_callee(&flow->lifetimes[i]))
				report(in, f, &flow->lifetimes[i]);
	}
}

const struct check check_rcu_free = { .name = "rcu_free", .run = run };
