/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_leak.c - a pointer that is used after the section it was read in
 *
 *   CPU0                           CPU1
 *   rcu_read_lock()
 *   p = rcu_dereference(x->p)
 *   rcu_read_unlock()
 *                                  rcu_assign_pointer(x->p, NULL)
 *                                  synchronize_rcu()
 *                                  kfree(p)
 *   use(p->value)
 *
 * Not a finding: a reference that is taken inside, or a lock on the object; what is only compared
 * or printed; what a lock of the function's own or of its callers may keep. Somebody who gives a
 * reference back later has got one, wherever that was.
 */
#include "check/chain_p.h"
#include "check/rcu_leak_p.h"
#include "summary/context.h"

/* How far callers are asked what they hold. */
#define MOST_CALLERS 4

static bool is_lock(const struct held_lock *held)
{
	return held->kind != LOCK_RCU && held->kind != LOCK_RCU_TRACE && held->kind != LOCK_SRCU;
}

static bool holds_lock(const struct held_set *held)
{
	for (uint32_t i = 0; i < held->n; i++)
		if (is_lock(&held->locks[i]))
			return true;
	return false;
}

/* A lock that is held anywhere from the reading to the use may be what keeps the object. */
static bool is_under_lock(const struct check_input *in, const struct leak *leak)
{
	const struct flow_result *flow = in->summaries->functions[leak->function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		uint32_t block = flow->calls[i].where.block;

		if (block >= leak->entry.read.block && block <= leak->where.block &&
		    holds_lock(flow->calls[i].held))
			return true;
	}
	return false;
}

static bool may_sleep_at(const struct call_event *event)
{
	return exec_now(EXEC_BIT(TASK), &event->exec, held_set_spins(event->held)) & EXEC_BIT(TASK);
}

enum kept { KEPT_NEVER, KEPT_SOMETIMES, KEPT_ALWAYS };

/* Whether the callers hold a lock or are readers themselves: none, some or all of them. */
static enum kept kept_by_callers(const struct check_input *in, uint32_t function, int depth)
{
	uint32_t n, always = 0;
	const struct rcu_caller *callers = rcu_all_callers(in->rcu, function, &n);
	bool sometimes = false;

	if (depth == MOST_CALLERS)
		return KEPT_NEVER;
	for (uint32_t i = 0; i < n; i++) {
		const struct call_event *event = callers[i].call->event;
		enum kept kept = event->held->n || !may_sleep_at(event)
					 ? KEPT_ALWAYS
					 : kept_by_callers(in, callers[i].function, depth + 1);

		always += kept == KEPT_ALWAYS;
		sometimes |= kept != KEPT_NEVER;
	}
	if (n && always == n)
		return KEPT_ALWAYS;
	return sometimes ? KEPT_SOMETIMES : KEPT_NEVER;
}

static bool is_task(const struct check_input *in, uint32_t function)
{
	return contexts_of(in->summaries->contexts, function, CONFIDENCE_LOW) & EXEC_BIT(TASK);
}

static enum confidence confidence_of(const struct check_input *in, const struct leak *leak)
{
	uint32_t flags = in->program->functions[leak->function].facts->flags;
	enum kept kept = kept_by_callers(in, leak->function, 0);

	if ((flags & FUNCTION_INIT) || !is_task(in, leak->function) || is_under_lock(in, leak) ||
	    kept == KEPT_ALWAYS || (leak->is_returned && kept == KEPT_SOMETIMES))
		return CONFIDENCE_LOW;
	return leak->is_returned || kept == KEPT_SOMETIMES ? CONFIDENCE_MEDIUM : CONFIDENCE_HIGH;
}

/* --- the finding ----------------------------------------------------------------------------- */

/* Macros have variables of their own, whose names tell nobody anything. */
static const char *name_of(const struct check_input *in, const struct leak *leak)
{
	const char *name = term_text(in, leak->function, leak->entry.key, "");

	return *name && name[0] != '_' ? name : "a pointer";
}

static void report(const struct check_input *in, const struct leak *leak)
{
	enum confidence confidence = confidence_of(in, leak);
	struct finding *f = finding_new(in, RULE_RCU_POINTER_LEAK, confidence);
	const char *name = name_of(in, leak);
	struct chain chain = chain_new(in);

	chain_add_point(&chain, leak->function, leak->entry.read, "read",
			arena_printf(in->arena, "reads %s in a section", name));
	chain_add_point(&chain, leak->function, leak->entry.end, "release", "ends the section");
	chain_add_point(&chain, leak->function, leak->where, leak->is_returned ? "return" : "read",
			arena_printf(in->arena, "%s %s", leak->is_returned ? "returns" : "uses",
				     name));
	f->message = arena_printf(
		in->arena,
		"%s is %s after the RCU section in which it was read, and nothing keeps it", name,
		leak->is_returned ? "returned" : "used");
	chain_give(&chain, f);
	chain_locate(&chain, f, leak->function, leak->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

/* One finding for a pointer, at its first use. */
static bool is_told(const struct leak_search *search, guint number)
{
	const struct leak *leak = &g_array_index(search->leaks, struct leak, number);

	for (guint i = 0; i < number; i++) {
		const struct leak *other = &g_array_index(search->leaks, struct leak, i);

		if (other->function == leak->function &&
		    other->entry.read.block == leak->entry.read.block &&
		    other->entry.read.step == leak->entry.read.step)
			return true;
	}
	return false;
}

static void run(const struct check_input *in)
{
	struct leak_search search = { .in = in, .sites = in->rcu };

	search.summaries = g_new0(struct leak_summary, in->program->n_functions + 1);
	search.leaks = g_array_new(FALSE, FALSE, sizeof(struct leak));
	leak_find_all(&search);
	for (guint i = 0; i < search.leaks->len; i++)
		if (!is_told(&search, i))
			report(in, &g_array_index(search.leaks, struct leak, i));
	g_array_unref(search.leaks);
	g_free(search.summaries);
}

const struct check check_rcu_leak = { .name = "rcu_leak", .run = run };
