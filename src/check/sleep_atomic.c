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

/* Whether that is news; remembers it. */
static bool is_news(struct search *search, const struct sleep_site *site,
		    const struct held_lock *held, const void *what)
{
	struct told told = { site->function, held->where, what };

	return g_hash_table_add(search->told, arena_memdup(site->in->arena, &told, sizeof(told)));
}

/* What keeps it from sleeping: a spinning lock rather than a reader, and the last one taken. */
static const struct held_lock *find_section(const struct sleep_site *site)
{
	const struct held_lock *found = NULL;

	for (uint32_t i = site->held->n; i-- > 0;) {
		const struct held_lock *held = &site->held->locks[i];

		if (!summary_is_atomic(held) || (held->flags & HELD_ENTRY) ||
		    sleep_is_dropped(&site->way, held))
			continue;
		if (held->kind != LOCK_RCU)
			return held;
		if (!found)
			found = held;
	}
	return found;
}

static const char *message(const struct sleep_site *site, const struct held_lock *held)
{
	struct arena *arena = site->in->arena;
	const char *ends = "";

	if (site->way.call)
		ends = arena_printf(arena, ": %s", sleep_what(site));
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

	locks[f->n_locks++] = finding_lock_of_held(site->in, held);
	if (waited)
		locks[f->n_locks++] = finding_lock_of_held(site->in, waited);
	f->locks = locks;
}

static int confidence_of(const struct sleep_site *site, bool is_decided)
{
	return site->way.is_last || !is_decided ? CONFIDENCE_LOW : site->way.confidence;
}

/* @calls: of the callers whose arguments tell that it sleeps, struct sleep_caller. */
static void report(const struct sleep_site *site, const struct held_lock *held, bool is_decided,
		   const GArray *calls)
{
	const struct check_input *in = site->in;
	enum rule_id rule = held->kind == LOCK_RCU ? RULE_SLEEP_RCU : RULE_SLEEP_ATOMIC;
	struct finding *f = finding_new(in, rule, confidence_of(site, is_decided));
	struct finding_path *path = arena_new_struct(in->arena, struct finding_path);
	g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(struct finding_step));

	sleep_add_callers(in, calls, steps);
	sleep_add_held(site, held, steps);
	sleep_add_steps(site, steps);
	path->holds = finding_lock_of_held(in, held).class_name;
	path->n = steps->len;
	path->steps =
		arena_memdup(in->arena, steps->data, steps->len * sizeof(struct finding_step));
	f->paths = path;
	f->n_paths = 1;
	f->message = message(site, held);
	f->help = sleep_help(site, f->help);
	f->location = finding_step_at(in, site->function, site->way.where);
	add_locks(site, held, f);
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
	const struct held_lock *held = find_section(site);
	g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(struct sleep_caller));
	bool is_decided;
	uint64_t at = (uint64_t)site->way.where.block << 32 | site->way.where.step;

	if (!held || !decide(site, search, calls, &is_decided))
		return false;
	if (!g_hash_table_add(search->steps, GSIZE_TO_POINTER(at + 1)))
		return true;
	if (is_news(search, site, held, site->way.event) &&
	    (!site->way.call ||
	     is_news(search, site, held, GUINT_TO_POINTER(site->way.call->callee + 1))))
		report(site, held, is_decided, calls);
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

const struct check check_sleep_atomic = { .name = "sleep_atomic", .run = run };
