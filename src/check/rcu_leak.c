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

/* Whether a lock is held that was there when the section ended: who takes one later is too late. */
static bool holds_lock_since(const struct held_set *held, struct flow_point end)
{
	for (uint32_t i = 0; i < held->n; i++)
		if (is_lock(&held->locks[i]) && ((held->locks[i].flags & HELD_ENTRY) ||
						 flow_point_is_before(held->locks[i].where, end)))
			return true;
	return false;
}

/* A lock that is held from within the section, or from before, may be what keeps the object. */
static bool is_under_lock(const struct check_input *in, const struct leak *leak)
{
	const struct flow_result *flow = in->summaries->functions[leak->function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		uint32_t block = flow->calls[i].where.block;

		if (block >= leak->entry.read.block && block <= leak->where.block &&
		    holds_lock_since(flow->calls[i].held, leak->entry.end))
			return true;
	}
	return false;
}

static bool may_sleep_at(const struct call_event *event)
{
	return exec_now(EXEC_BIT(TASK), &event->exec, held_set_spins(event->held)) & EXEC_BIT(TASK);
}

enum kept { KEPT_NEVER, KEPT_SOMETIMES, KEPT_ALWAYS };

static enum kept kept_by_callers(const struct leak_search *search, uint32_t leaking,
				 uint32_t function, int depth);

/* A lock of a dispatcher's own may keep the object all the same: who knows what it is for. */
static enum kept kept_by_caller(const struct leak_search *search, uint32_t leaking,
				const struct rcu_caller *caller, int depth)
{
	const struct call_event *event = caller->call->event;

	if (rcu_knows_any(search->sites, leaking, event->held) || !may_sleep_at(event))
		return KEPT_ALWAYS;
	if (event->held->n)
		return KEPT_SOMETIMES;
	return kept_by_callers(search, leaking, caller->function, depth + 1);
}

/* Whether @function is always entered under a lock that the file of @leaking knows. */
static bool is_entered_locked(const struct leak_search *search, uint32_t leaking, uint32_t function)
{
	const char *under = g_hash_table_lookup(search->under, GUINT_TO_POINTER(function + 1));

	return under &&
	       rcu_knows(search->sites, leaking, intern_id(search->in->program->strings, under));
}

/* Whether the callers hold a lock or are readers themselves: none, some or all of them. */
static enum kept kept_by_callers(const struct leak_search *search, uint32_t leaking,
				 uint32_t function, int depth)
{
	uint32_t n, always = 0;
	const struct rcu_caller *callers = rcu_all_callers(search->sites, function, &n);
	bool sometimes = false;

	if (is_entered_locked(search, leaking, function))
		return KEPT_ALWAYS;
	if (depth == MOST_CALLERS)
		return KEPT_NEVER;
	for (uint32_t i = 0; i < n; i++) {
		enum kept kept = kept_by_caller(search, leaking, &callers[i], depth);

		always += kept == KEPT_ALWAYS;
		sometimes |= kept != KEPT_NEVER;
	}
	if (n && always == n)
		return KEPT_ALWAYS;
	return sometimes ? KEPT_SOMETIMES : KEPT_NEVER;
}

/* --- references that callers give back -------------------------------------------------------- */

typedef bool (*use_fn)(const struct leak_search *search, const struct unit *unit,
		       const struct fact_step *step, uint32_t arg);

/* Whether some call in @function that is given what @variable points to is as @is_so asks. */
static bool any_use(const struct leak_search *search, uint32_t function, term_id variable,
		    use_fn is_so)
{
	const struct program *program = search->in->program;
	const struct function *f = &program->functions[function];
	const struct unit *unit = &program->units[f->unit];

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];

			for (uint32_t i = 0; step->kind == STEP_CALL && i < step->n_args; i++)
				if (unit->terms[unit->facts->args[step->args + i]] == variable &&
				    is_so(search, unit, step, i))
					return true;
		}
	}
	return false;
}

static uint32_t target_of(const struct leak_search *search, const struct unit *unit,
			  const struct fact_step *step)
{
	const struct program *program = search->in->program;
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);

	return callee.kind == EXPR_FUNC
		       ? program_callee(program, (uint32_t)(unit - program->units), callee.a)
		       : PROGRAM_NONE;
}

static bool gives_back(const struct leak_search *search, const struct unit *unit,
		       const struct fact_step *step, uint32_t arg)
{
	uint32_t target = target_of(search, unit, step);

	return target != PROGRAM_NONE && arg < 32 &&
	       (search->summaries[target].drops & 1u << arg) != 0;
}

/* A function without a body here, or of which only the rules know, may take a reference. */
static bool may_take(const struct leak_search *search, const struct unit *unit,
		     const struct fact_step *step, uint32_t arg)
{
	(void)arg;
	return target_of(search, unit, step) == PROGRAM_NONE;
}

/* The variable that the result of the call at @where is assigned to, or 0. */
static term_id variable_of_result(const struct program *program, uint32_t function,
				  struct flow_point where)
{
	const struct function *f = &program->functions[function];
	const struct unit *unit = &program->units[f->unit];
	const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + where.block];
	term_id result = unit->terms[unit->facts->steps[block->steps + where.step].rhs];

	for (uint32_t s = where.step + 1; s < block->n_steps; s++) {
		const struct fact_step *step = &unit->facts->steps[block->steps + s];

		if (step->kind == STEP_ASSIGN && unit->terms[step->rhs] == result)
			return unit->terms[step->lhs];
	}
	return 0;
}

/*
 * Callers that give a reference to what is returned back believe that they have got one. Of
 * pointers that are not elements, too many have their own ways to be kept.
 */
static bool is_given_back(const struct leak_search *search, const struct leak *leak)
{
	uint32_t n;
	const struct rcu_caller *callers = rcu_callers(search->sites, leak->function, &n);

	if (!leak->is_returned || !leak->entry.is_element ||
	    any_use(search, leak->function, leak->entry.key, may_take))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		term_id variable = callers[i].call->is_callback
					   ? 0
					   : variable_of_result(search->in->program,
								callers[i].function,
								callers[i].call->event->where);

		if (variable && any_use(search, callers[i].function, variable, gives_back))
			return true;
	}
	return false;
}

static bool is_task(const struct check_input *in, uint32_t function)
{
	return contexts_of(in->summaries->contexts, function, CONFIDENCE_LOW) & EXEC_BIT(TASK);
}

static enum confidence confidence_of(const struct leak_search *search, const struct leak *leak)
{
	const struct check_input *in = search->in;
	uint32_t flags = in->program->functions[leak->function].facts->flags;
	enum kept kept = kept_by_callers(search, leak->function, leak->function, 0);

	if (is_given_back(search, leak))
		return CONFIDENCE_MEDIUM;
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

static void report(const struct leak_search *search, const struct leak *leak)
{
	const struct check_input *in = search->in;
	enum confidence confidence = confidence_of(search, leak);
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

/* Per function the class of the lock that it is entered under: a request's, under RTNL. */
static GHashTable *find_under(const struct check_input *in)
{
	GHashTable *under = g_hash_table_new(NULL, NULL);
	size_t n;
	const struct context_entry *entries = contexts_entries(in->summaries->contexts, &n);

	for (size_t i = 0; i < n; i++)
		if (entries[i].rule && entries[i].rule->under)
			g_hash_table_insert(under, GUINT_TO_POINTER(entries[i].function + 1),
					    (gpointer)entries[i].rule->under);
	return under;
}

static void run(const struct check_input *in)
{
	struct leak_search search = { .in = in, .sites = in->rcu, .under = find_under(in) };

	search.summaries = g_new0(struct leak_summary, in->program->n_functions + 1);
	search.leaks = g_array_new(FALSE, FALSE, sizeof(struct leak));
	leak_find_all(&search);
	for (guint i = 0; i < search.leaks->len; i++)
		if (!is_told(&search, i))
			report(&search, &g_array_index(search.leaks, struct leak, i));
	g_hash_table_unref(search.under);
	g_array_unref(search.leaks);
	g_free(search.summaries);
}

const struct check check_rcu_leak = { .name = "rcu_leak", .run = run };
