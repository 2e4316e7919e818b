/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sleep_chain.c - from a step of a function down to where it sleeps */
#include "check/sleep_p.h"

#include "rules/rules.h"

/* --- sites ----------------------------------------------------------------------------------- */

static void look_at_call(struct sleep_site *site, const struct summary_call *call, bool only_waits,
			 struct arena *scratch, sleep_site_fn look, void *data)
{
	const struct summaries *s = site->in->summaries;
	const struct function_summary *callee = &s->functions[call->callee];

	if (call->event->is_implied || call->confidence < site->in->options->least ||
	    summary_sleep_is_told(s, call->callee))
		return;
	site->held = call->event->held;
	site->exec = &call->event->exec;
	for (uint32_t i = 0; i < callee->n_ways; i++) {
		if ((!only_waits || callee->ways[i]->event->effect->waits_for != GRACE_NONE) &&
		    summary_lift_way(s, site->function, call, callee->ways[i], scratch,
				     &site->way) &&
		    look(site, data))
			return;
	}
}

static void visit_sites(const struct check_input *in, uint32_t function, bool only_waits,
			sleep_site_fn look, void *data)
{
	const struct function_summary *summary = &in->summaries->functions[function];
	struct sleep_site site = { .in = in, .function = function };
	struct arena *scratch = arena_new("sites");

	for (uint32_t i = 0; i < summary->flow->n_sleeps; i++) {
		const struct sleep_event *event = &summary->flow->sleeps[i];

		site.held = event->held;
		site.exec = &event->exec;
		if (summary_own_way(in->summaries, function, event, &site.way))
			look(&site, data);
	}
	for (uint32_t i = 0; i < summary->n_calls; i++)
		look_at_call(&site, &summary->calls[i], only_waits, scratch, look, data);
	arena_free(scratch);
}

void sleep_sites_of(const struct check_input *in, uint32_t function, sleep_site_fn look, void *data)
{
	visit_sites(in, function, false, look, data);
}

void sleep_waits_of(const struct check_input *in, uint32_t function, sleep_site_fn look, void *data)
{
	visit_sites(in, function, true, look, data);
}

bool sleep_is_dropped(const struct sleep_way *way, const struct held_lock *held)
{
	for (uint32_t i = 0; i < way->n_dropped; i++)
		if (summary_is_dropped(held, &way->dropped[i]))
			return true;
	return false;
}

/* --- words ----------------------------------------------------------------------------------- */

/* What only says that its caller may sleep: might_sleep(). */
static bool only_announces(const struct sleep_event *event)
{
	return event->primitive->n_effects == 1 && !event->primitive->follow &&
	       !event->primitive->is_seldom && !event->effect->flags_mask;
}

const struct held_lock *sleep_lock(const struct sleep_site *site)
{
	const struct held_lock *lock = &site->way.event->lock;

	if (!lock->class_string || lock_kind_wait(lock->kind) != LOCK_WAIT_SLEEP)
		return NULL;
	return lock;
}

/* The flags that a way was decided by: those that the last caller who knew them passed. */
static const char *flags_text(const struct sleep_site *site)
{
	const struct program *program = site->in->program;
	term_id flags = site->way.event->flags;
	int64_t number = 0;

	for (const struct sleep_way *way = &site->way; way->call; way = way->inner)
		if (!way->flags && way->inner->flags)
			flags = summary_value(program, way->call->event, way->inner->flags);
	if (!flags || !term_is_int(program->terms, flags, &number))
		return NULL;
	return rules_flags_text(program->rules, number);
}

/* As the source writes it. */
static const char *sleeper_name(const struct sleep_site *site)
{
	const struct sleep_event *event = site->way.event;

	return rules_spelling(site->in->program->rules, event->primitive->name,
			      !event->lock.subclass, site->in->arena);
}

static const char *called_name(const struct check_input *in, uint32_t callee)
{
	return rules_spelling(in->program->rules, function_name(in->program, callee), false,
			      in->arena);
}

const char *sleep_what(const struct sleep_site *site)
{
	const struct sleep_event *event = site->way.event;
	const struct held_lock *lock = sleep_lock(site);
	const char *flags;

	if (event->effect->flags_mask) {
		flags = flags_text(site);
		return arena_printf(site->in->arena, "%s() waits for memory%s%s%s",
				    sleeper_name(site), flags ? " (" : "", flags ? flags : "",
				    flags ? ")" : "");
	}
	if (lock)
		return arena_printf(site->in->arena, "%s() waits for %s", sleeper_name(site),
				    held_label(site->in, lock));
	return arena_printf(site->in->arena, "%s() sleeps", sleeper_name(site));
}

static const char *callee_name(const struct sleep_site *site)
{
	const struct program *program = site->in->program;

	if (site->way.call)
		return called_name(site->in, site->way.call->callee);
	if (only_announces(site->way.event))
		return function_name(program, site->function);
	return sleeper_name(site);
}

const char *sleep_claim(const struct sleep_site *site)
{
	bool for_memory = !site->way.call && site->way.event->effect->flags_mask;
	const char *flags = for_memory ? flags_text(site) : NULL;

	return arena_printf(site->in->arena, "%s() may %s%s%s%s", callee_name(site),
			    for_memory ? "wait for memory" : "sleep", flags ? " (" : "",
			    flags ? flags : "", flags ? ")" : "");
}

const char *sleep_help(const struct sleep_site *site, const char *otherwise)
{
	if (!site->way.event->effect->flags_mask)
		return otherwise;
	return "allocate before that, or with GFP_ATOMIC (GFP_NOWAIT where failing does no harm)";
}

/* --- steps ----------------------------------------------------------------------------------- */

static void add_call(const struct check_input *in, uint32_t function,
		     const struct summary_call *call, GArray *steps)
{
	struct finding_step step = finding_step_at(in, function, call->event->where);
	const char *name = called_name(in, call->callee);

	step.event = call->why || call->is_callback ? "indirect" : "call";
	step.what = call->why ? arena_printf(in->arena, "calls %s() (%s)", name, call->why)
			      : arena_printf(in->arena, "calls %s()", name);
	g_array_append_val(steps, step);
}

void sleep_add_steps(const struct sleep_site *site, GArray *steps)
{
	const struct sleep_way *way = &site->way;
	struct finding_step last;

	for (; way->call; way = way->inner)
		add_call(site->in, way->function, way->call, steps);
	last = finding_step_at(site->in, way->function, way->where);
	last.event = "sleep";
	last.what = sleep_what(site);
	g_array_append_val(steps, last);
}

void sleep_add_callers(const struct check_input *in, const GArray *calls, GArray *steps)
{
	for (guint i = 0; i < calls->len; i++) {
		const struct sleep_caller *c = &g_array_index(calls, struct sleep_caller, i);

		add_call(in, c->function, c->call, steps);
	}
}

void sleep_add_held(const struct sleep_site *site, const struct held_lock *held, GArray *steps)
{
	struct witness chain =
		graph_held_witness(site->in->graph, site->function, held, site->in->arena);

	for (size_t i = 0; i < chain.n; i++) {
		struct finding_step step = finding_step_of(site->in->graph, &chain.steps[i]);

		g_array_append_val(steps, step);
	}
}
