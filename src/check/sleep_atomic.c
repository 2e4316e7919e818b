/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sleep_atomic.c - something may sleep where nothing may
 *
 *   spin_lock(&d->lock);
 *   p = kmalloc(n, GFP_KERNEL);      <- waits for memory: another task runs on this CPU, and if
 *   spin_unlock(&d->lock);              it takes d->lock it spins for ever
 *
 * One finding for each section and callee, told of the function that opens the section. Whoever
 * calls that function with another lock held is not told again.
 *
 * Not a finding: the lock is given up first, on that way; an argument keeps it from sleeping
 * (GFP_ATOMIC, wait = false).
 */
#include "check/sleep_p.h"

/* The section and what is called in it: told once. */
struct told {
	uint32_t function;
	struct flow_point section;
	const void *what; /* a callee, or where it sleeps in the end */
};

struct search {
	const struct check_input *in;
	struct sleep_callers *callers;
	GHashTable *told;  /* struct told */
	GHashTable *steps; /* of the function at hand: flow_point packed */
};

static guint hash_told(gconstpointer p)
{
	const struct told *told = p;

	return told->function * 0x9e3779b1u ^ told->section.block * 31 ^ told->section.step ^
	       g_direct_hash(told->what);
}

static gboolean same_told(gconstpointer p, gconstpointer q)
{
	const struct told *x = p, *y = q;

	return x->function == y->function && x->section.block == y->section.block &&
	       x->section.step == y->section.step && x->what == y->what;
}

/* What keeps it from sleeping. */
struct section {
	const struct held_lock *lock; /* a spinning lock, or a reader; or NULL */
	struct exec_site site;	      /* else where this is switched off */
	const char *off;	      /* "preemption" */
};

static bool is_reader(const struct check_input *in, const struct held_lock *held)
{
	const char *name = program_lockdep_name(in->program, held->class_string);

	return held->kind == LOCK_RCU &&
	       !(name && g_hash_table_contains(in->rules->not_readers, name));
}

/* The lock on which sleeping is wrong: a spinning one rather than a reader, and the last one taken.
 */
static const struct held_lock *find_lock(const struct sleep_site *site)
{
	const struct held_lock *found = NULL;

	for (uint32_t i = site->held->n; i-- > 0;) {
		const struct held_lock *held = &site->held->locks[i];

		if (!summary_is_atomic(held) || (held->flags & HELD_ENTRY) ||
		    sleep_is_dropped(&site->way, held))
			continue;
		if (held->kind != LOCK_RCU)
			return held;
		if (!found && is_reader(site->in, held))
			found = held;
	}
	return found;
}

/* The situations in which the site is reached: of a timer's function none in which a task comes. */
static exec_set entered_in(const struct sleep_site *site)
{
	exec_set known = contexts_of(site->in->summaries->contexts, site->function, CONFIDENCE_LOW);

	return known & site->exec->entry ? known & site->exec->entry : site->exec->entry;
}

/* Whether it sleeps there with preemption off: not if it has asked, as in_interrupt() does. */
static bool sleeps_spinning(const struct sleep_site *site)
{
	exec_set wrong = site->way.call ? site->way.inner->wrong : summary_no_sleep();
	exec_set entered = entered_in(site);

	for (int s = 0; s < SITUATIONS; s++)
		if ((entered & (1u << s)) &&
		    (wrong & (1u << exec_now_one((enum situation)s, site->exec, true))))
			return true;
	return false;
}

/* What the function has switched off itself, so that a task must not sleep there. */
static bool find_off(const struct sleep_site *site, struct section *section)
{
	const struct exec_context *exec = site->exec;

	if (!(site->way.wrong & EXEC_BIT(TASK)))
		return false;
	if (exec->irqs == IRQS_OFF)
		*section = (struct section){ .site = exec->irqs_site, .off = "interrupts" };
	else if (exec->bh > 0)
		*section = (struct section){ .site = exec->bh_site, .off = "softirqs" };
	else if (exec->preempt > 0)
		*section = (struct section){ .site = exec->preempt_site, .off = "preemption" };
	return section->off != NULL;
}

static bool find_section(const struct sleep_site *site, struct section *section)
{
	section->lock = find_lock(site);
	if (section->lock && section->lock->kind != LOCK_RCU)
		return sleeps_spinning(site);
	return section->lock || find_off(site, section);
}

static struct flow_point begin_of(const struct section *section)
{
	return section->lock ? section->lock->where : section->site.where;
}

/* Whether that is news; remembers it. */
static bool is_news(struct search *search, const struct sleep_site *site,
		    const struct section *section, const void *what)
{
	struct told told = { site->function, begin_of(section), what };

	return g_hash_table_add(search->told, arena_memdup(site->in->arena, &told, sizeof(told)));
}

/* --- what is told ---------------------------------------------------------------------------- */

static const char *message(const struct sleep_site *site, const struct section *section)
{
	const struct held_lock *held = section->lock;
	struct arena *arena = site->in->arena;
	const char *ends = "";

	if (site->way.call)
		ends = arena_printf(arena, ": %s", sleep_what(site));
	if (!held)
		return arena_printf(arena, "%s with %s off%s", sleep_claim(site), section->off,
				    ends);
	if (held->kind == LOCK_RCU)
		return arena_printf(arena, "%s inside %s()%s", sleep_claim(site),
				    held_label(site->in, held), ends);
	return arena_printf(arena, "%s while %s (%s) is held%s", sleep_claim(site),
			    held_label(site->in, held), lock_kind_name(held->kind), ends);
}

static void add_locks(const struct sleep_site *site, const struct held_lock *held,
		      struct finding *f)
{
	const struct held_lock *waited = sleep_lock(site);
	struct finding_lock *locks = arena_new_array(site->in->arena, struct finding_lock, 2);

	if (held)
		locks[f->n_locks++] = finding_lock_of_held(site->in, held);
	if (waited)
		locks[f->n_locks++] = finding_lock_of_held(site->in, waited);
	f->locks = locks;
}

static void add_begin(const struct sleep_site *site, const struct section *section, GArray *steps)
{
	const struct check_input *in = site->in;
	struct finding_step step;

	if (section->lock) {
		sleep_add_held(site, section->lock, steps);
		return;
	}
	step = finding_step_at(in, site->function, section->site.where);
	step.event = "entry";
	step.what = arena_printf(in->arena, "switches %s off", section->off);
	g_array_append_val(steps, step);
}

/* A wait for readers has rules of its own. */
static enum rule_id rule_of(const struct sleep_site *site, const struct section *section)
{
	bool is_reader = section->lock && section->lock->kind == LOCK_RCU;
	enum grace_period waits_for = site->way.event->effect->waits_for;

	if (is_reader && waits_for == GRACE_RCU)
		return RULE_RCU_GP_WAIT_IN_READER;
	if (waits_for != GRACE_NONE)
		return RULE_RCU_GP_WAIT_CONTEXT;
	return is_reader ? RULE_SLEEP_RCU : RULE_SLEEP_ATOMIC;
}

static int confidence_of(const struct sleep_site *site, const struct section *section,
			 bool is_decided)
{
	int confidence = CONFIDENCE_HIGH;

	if (site->way.is_last || !is_decided)
		return CONFIDENCE_LOW;
	if (section->lock)
		confidence = sleep_lock_confidence(site, section->lock);
	else if (sleep_off_is_doubtful(site, &section->site))
		confidence = CONFIDENCE_LOW;
	return MIN(confidence, sleep_confidence(site));
}

/* @calls: of the callers whose arguments tell that it sleeps, struct sleep_caller. */
static void report(const struct sleep_site *site, const struct section *section, bool is_decided,
		   const GArray *calls)
{
	const struct check_input *in = site->in;
	struct finding *f =
		finding_new(in, rule_of(site, section), confidence_of(site, section, is_decided));
	struct finding_path *path = arena_new_struct(in->arena, struct finding_path);
	g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(struct finding_step));

	sleep_add_callers(in, calls, steps);
	add_begin(site, section, steps);
	sleep_add_steps(site, steps);
	if (section->lock)
		path->holds = finding_lock_of_held(in, section->lock).class_name;
	path->n = steps->len;
	path->steps =
		arena_memdup(in->arena, steps->data, steps->len * sizeof(struct finding_step));
	f->paths = path;
	f->n_paths = 1;
	f->message = message(site, section);
	f->help = sleep_help(site, f->help);
	sleep_weigh(site, f);
	f->location = finding_step_at(in, site->function, site->way.where);
	add_locks(site, section->lock, f);
	finding_emit(in, f);
}

/* Whether it sleeps, as far as the callers tell; flags that nobody decides say nothing. */
static bool decide(const struct sleep_site *site, struct search *search, GArray *calls,
		   bool *is_decided)
{
	*is_decided = !sleep_is_open(site) || sleep_find_decider(site, search->callers, calls);
	return *is_decided || !site->way.flags;
}

static bool look(const struct sleep_site *site, void *data)
{
	struct search *search = data;
	struct section section = { 0 };
	g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(struct sleep_caller));
	bool is_decided;
	uint64_t at = (uint64_t)site->way.where.block << 32 | site->way.where.step;

	if (!find_section(site, &section) || !decide(site, search, calls, &is_decided))
		return false;
	if (!g_hash_table_add(search->steps, GSIZE_TO_POINTER(at + 1)))
		return true;
	if (is_news(search, site, &section, site->way.event) &&
	    (!site->way.call ||
	     is_news(search, site, &section, GUINT_TO_POINTER(site->way.call->callee + 1))))
		report(site, &section, is_decided, calls);
	return true;
}

static void run(const struct check_input *in)
{
	struct search search = { .in = in,
				 .callers = sleep_callers_new(in->summaries),
				 .told = g_hash_table_new(hash_told, same_told),
				 .steps = g_hash_table_new(NULL, NULL) };

	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		if (!in->program->functions[f].in_scope)
			continue;
		g_hash_table_remove_all(search.steps);
		sleep_sites_of(in, f, look, &search);
	}
	sleep_callers_free(search.callers);
	g_hash_table_unref(search.told);
	g_hash_table_unref(search.steps);
}

const struct check check_sleep_atomic = { .name = "sleep_atomic",
					  .group = CHECKS_OF_GRAPH,
					  .run = run };
