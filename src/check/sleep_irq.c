/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sleep_irq.c - something may sleep in a function that interrupts enter
 *
 *   timer_setup(&d->timer, d_timeout, 0);
 *   d_timeout(): skb = alloc_skb(n, GFP_KERNEL);   <- in the timer softirq: there is no task that
 *                                                     could wait
 *
 * Told of the function that is registered: an interrupt's handler, a timer's, a tasklet's, NAPI's
 * poll, an RCU callback. One finding for each callee and each place where it sleeps in the end.
 *
 * Not a finding: a way that asks first (in_interrupt()); where the function itself opens an atomic
 * section, which is sleep/atomic.
 */
#include "check/sleep_p.h"
#include "summary/context.h"

#include <string.h>

struct search {
	const struct check_input *in;
	const struct context_entry *entry;
	GHashTable *told; /* of the function at hand: steps, callees and where they sleep */
};

/* --- what is wrong ---------------------------------------------------------------------------- */

static bool in_own_section(const struct sleep_site *site)
{
	if (site->way.wrong & EXEC_BIT(TASK))
		return true;
	for (uint32_t i = 0; i < site->held->n; i++) {
		const struct held_lock *held = &site->held->locks[i];

		if (summary_is_atomic(held) && !(held->flags & HELD_ENTRY) &&
		    !sleep_is_dropped(&site->way, held))
			return true;
	}
	return false;
}

static bool gives_up_section(const struct sleep_way *way)
{
	for (uint32_t i = 0; i < way->n_dropped; i++)
		if (summary_is_atomic(&way->dropped[i]))
			return true;
	return false;
}

/* @entered, when the spinning lock is given up that was held then: preemption was off for that. */
static enum situation without_lock(enum situation entered)
{
	struct exec_context exec = { .irqs = IRQS_AS_AT_ENTRY, .preempt = -1 };

	return exec_now_one(entered, &exec, false);
}

/*
 * The first situation of the entry in which it must not sleep there, or SITUATIONS. What start()
 * has taken, show() may give up.
 */
static enum situation find_wrong(const struct sleep_site *site, const struct context_entry *entry)
{
	bool given_up = gives_up_section(&site->way);

	for (int s = 0; s < SITUATIONS; s++) {
		enum situation now = given_up ? without_lock((enum situation)s) : (enum situation)s;

		if ((entry->situations & (1u << s)) && (site->way.wrong & (1u << s)) &&
		    (site->way.wrong & (1u << now)))
			return (enum situation)s;
	}
	return SITUATIONS;
}

/* Notifiers sort out what they are told, and what is shown is often asked for another time. */
#define MOST_CALLS_IF_SAID 1

/* Where a rule has several situations, one in which it may sleep makes the others a guess. */
static int confidence_of(const struct sleep_site *site, const struct context_entry *entry)
{
	if (site->way.is_last || sleep_is_open(site) || (entry->situations & ~site->way.wrong))
		return CONFIDENCE_LOW;
	if ((entry->rule->as || entry->in_reader) && site->way.length > MOST_CALLS_IF_SAID)
		return MIN(CONFIDENCE_MEDIUM, (int)entry->registered);
	return MIN(sleep_confidence(site), (int)entry->registered);
}

/* What callbacks of grace periods do has a rule of its own. */
static bool is_rcu_callback(const struct check_input *in, const struct context_entry *entry)
{
	const struct role *role = rules_roles(in->rules, entry->rule->name);

	for (; role; role = role->next)
		if (role->kind == ROLE_GP_CALLBACK)
			return true;
	return false;
}

static enum rule_id rule_of(const struct sleep_site *site, const struct context_entry *entry,
			    enum situation situation)
{
	if (is_rcu_callback(site->in, entry))
		return RULE_RCU_CALLBACK_BLOCKS;
	if (entry->in_reader && site->way.event->effect->waits_for == GRACE_RCU)
		return RULE_RCU_GP_WAIT_IN_READER;
	if (site->way.event->effect->waits_for != GRACE_NONE)
		return RULE_RCU_GP_WAIT_CONTEXT;
	if (entry->in_reader)
		return RULE_SLEEP_RCU;
	return situation_level(situation) == EXEC_TASK && !entry->rule->as ? RULE_SLEEP_ATOMIC
									   : RULE_SLEEP_IRQ;
}

/* --- what is told ----------------------------------------------------------------------------- */

static const char *runs_as(const struct context_entry *entry, enum situation situation)
{
	if (entry->in_reader)
		return "a task inside an RCU reader";
	return entry->rule->as ? entry->rule->as : situation_text(situation);
}

static const char *message(const struct sleep_site *site, const struct context_entry *entry,
			   enum situation situation)
{
	const char *ends = site->way.call ? sleep_what(site) : NULL;

	return arena_printf(site->in->arena, "%s in %s(), which runs as %s%s%s", sleep_claim(site),
			    function_name(site->in->program, site->function),
			    runs_as(entry, situation), ends ? ": " : "", ends ? ends : "");
}

static void add_lock(const struct sleep_site *site, struct finding *f)
{
	const struct held_lock *waited = sleep_lock(site);
	struct finding_lock lock;

	if (!waited)
		return;
	lock = finding_lock_of_held(site->in, waited);
	f->locks = arena_memdup(site->in->arena, &lock, sizeof(lock));
	f->n_locks = 1;
}

static const struct finding_step *first_in_scope(const struct check_input *in,
						 const struct finding_path *path)
{
	for (size_t i = 1; i < path->n; i++)
		if (step_in_scope(in, &path->steps[i]))
			return &path->steps[i];
	return NULL;
}

static void report(const struct search *search, const struct sleep_site *site,
		   enum situation situation)
{
	const struct check_input *in = site->in;
	struct finding *f = finding_new(in, rule_of(site, search->entry, situation),
					confidence_of(site, search->entry));
	struct finding_path *path = arena_new_struct(in->arena, struct finding_path);
	g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(struct finding_step));
	struct finding_step entry = finding_step_of_entry(in, search->entry);
	const struct finding_step *where;

	g_array_append_val(steps, entry);
	sleep_add_steps(site, steps);
	path->n = steps->len;
	path->steps =
		arena_memdup(in->arena, steps->data, steps->len * sizeof(struct finding_step));
	where = first_in_scope(in, path);
	if (!where)
		return;
	f->paths = path;
	f->n_paths = 1;
	f->message = message(site, search->entry, situation);
	f->help = sleep_help(site, f->help);
	sleep_weigh(site, f);
	sleep_weigh_entry(site, f);
	f->location = *where;
	f->location.event = f->location.what = NULL;
	add_lock(site, f);
	finding_emit(in, f);
}

/* Whether none of them is known yet: the step, the function called there, where it sleeps. */
static bool is_news(struct search *search, const struct sleep_site *site)
{
	uint64_t at = (uint64_t)site->way.where.block << 32 | site->way.where.step;
	bool is_new = true;

	is_new &= g_hash_table_add(search->told, GSIZE_TO_POINTER(at << 2 | 1));
	is_new &= g_hash_table_add(search->told, (gpointer)site->way.event);
	if (site->way.call)
		is_new &= g_hash_table_add(
			search->told, GSIZE_TO_POINTER((uint64_t)site->way.call->callee << 2 | 2));
	return is_new;
}

static bool look(const struct sleep_site *site, void *data)
{
	struct search *search = data;
	enum situation situation = find_wrong(site, search->entry);

	if (situation == SITUATIONS || site->way.flags || in_own_section(site))
		return false;
	if (is_news(search, site))
		report(search, site, situation);
	return true;
}

/* --- entries ---------------------------------------------------------------------------------- */

static bool is_surer(const struct context_entry *entry, const struct context_entry *old)
{
	exec_set no_sleep = summary_no_sleep();
	bool only = !(entry->situations & ~no_sleep), old_only = !(old->situations & ~no_sleep);

	return only != old_only ? only : entry->registered > old->registered;
}

/* What the rules know by its own name is the kernel's core, which knows what it does. */
static bool is_registered(const struct context_entry *entry)
{
	return entry->rule && (entry->rule->arg != RULES_NO_ARG || strchr(entry->rule->name, '.'));
}

/* Of each function the surest entry in which nothing may sleep. */
static GHashTable *find_entries(const struct check_input *in)
{
	GHashTable *found = g_hash_table_new(NULL, NULL);
	size_t n;
	const struct context_entry *entries = contexts_entries(in->summaries->contexts, &n);

	for (size_t i = 0; i < n; i++) {
		gpointer key = GUINT_TO_POINTER(entries[i].function + 1);
		const struct context_entry *old = g_hash_table_lookup(found, key);

		if (!is_registered(&entries[i]) || !(entries[i].situations & summary_no_sleep()))
			continue;
		if (!old || is_surer(&entries[i], old))
			g_hash_table_insert(found, key, (gpointer)&entries[i]);
	}
	return found;
}

static void run(const struct check_input *in)
{
	g_autoptr(GHashTable) entries = find_entries(in);
	struct search search = { .in = in, .told = g_hash_table_new(NULL, NULL) };

	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		search.entry = g_hash_table_lookup(entries, GUINT_TO_POINTER(f + 1));
		if (!search.entry)
			continue;
		g_hash_table_remove_all(search.told);
		sleep_sites_of(in, f, look, &search);
	}
	g_hash_table_unref(search.told);
}

const struct check check_sleep_irq = { .name = "sleep_irq", .group = CHECKS_OF_GRAPH, .run = run };
