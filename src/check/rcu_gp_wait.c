/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_gp_wait.c - where grace periods are waited for: items 6, 8 and 13
 *
 *   list_for_each_entry_safe(...) {
 *           list_del_rcu(&r->link);
 *           synchronize_rcu();       <- for each element: one wait after the loop would do
 *           kfree(r);
 *   }
 *
 *   srcu_read_lock(&d->srcu);
 *   synchronize_srcu(&d->srcu);      <- waits for the line above
 *
 * Also waits that somebody in user space has to sit through: an ioctl, a close, a write to sysfs;
 * and waits under a mutex that many others want. Those are not wrong, only slow.
 *
 * A loop in which only some turns wait is a note: there may be one such element, or none.
 *
 * Not a finding: a loop that goes on until something has happened; kfree_rcu() without an
 * rcu_head, which waits when there is no memory only; module exit, removal of a device.
 */
#include "check/gp_wait_p.h"
#include "check/rcu_p.h"
#include "check/sleep_p.h"
#include "summary/context.h"

/* Further down the loop or the entry is hardly the reason any more. */
#define MOST_CALLS 3
#define MOST_CALLS_OF_USER 6

/* Functions that take a mutex, for it to be one that many want: RTNL, cgroup_mutex. */
#define MANY_TAKERS 40

struct search {
	const struct check_input *in;
	const struct context_entry *entry; /* of the function at hand, from user space */
	GHashTable *told;		   /* of all functions: sleep_event */
	GHashTable *points;		   /* of the function at hand: struct flow_point packed */
	GHashTable *takers;		   /* class -> how many functions take it */
};

/* Not what waits for callbacks to have run: rcu_barrier(). */
static bool is_grace_period(const struct sleep_site *site)
{
	const struct role *role = rules_roles(site->in->rules, site->way.event->primitive->name);

	while (role && role->kind != ROLE_GP_WAIT)
		role = role->next;
	return role != NULL;
}

static bool waits(const struct sleep_site *site)
{
	return is_grace_period(site) && site->way.event->effect->waits_for != GRACE_NONE &&
	       !effect_is_conditional(site->way.event->effect) &&
	       site->way.confidence == CONFIDENCE_HIGH && !site->way.is_last;
}

static const char *name_of(const struct sleep_site *site)
{
	return site->way.call ? function_name(site->in->program, site->way.call->callee)
			      : site->way.event->primitive->name;
}

static const char *wait_of(const struct sleep_site *site)
{
	return site->way.event->primitive->name;
}

/* The finding at the site, with the calls down to the wait; @first is a step before, or NULL. */
static struct finding *make(const struct sleep_site *site, enum rule_id rule, int confidence,
			    const struct finding_step *first, const char *message)
{
	const struct check_input *in = site->in;
	struct finding *f = finding_new(in, rule, confidence);
	struct finding_path *path = arena_new_struct(in->arena, struct finding_path);
	g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(struct finding_step));

	if (first)
		g_array_append_vals(steps, first, 1);
	sleep_add_steps(site, steps);
	path->n = steps->len;
	path->steps =
		arena_memdup(in->arena, steps->data, steps->len * sizeof(struct finding_step));
	f->paths = path;
	f->n_paths = 1;
	f->message = message;
	f->location = finding_step_at(in, site->function, site->way.where);
	return f;
}

static void emit(const struct check_input *in, struct finding *f)
{
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void report(const struct sleep_site *site, enum rule_id rule, int confidence,
		   const struct finding_step *first, const char *message)
{
	emit(site->in, make(site, rule, confidence, first, message));
}

/* --- per element ------------------------------------------------------------------------------ */

/* Whether the function can return without having come by @block. */
static bool can_avoid(const struct check_input *in, uint32_t function, uint32_t avoided)
{
	const struct function *f = &in->program->functions[function];
	const struct facts *facts = in->program->units[f->unit].facts;
	g_autofree bool *seen = g_new0(bool, f->facts->n_blocks + 1);
	g_autoptr(GArray) pending = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	uint32_t entry = 0;

	if (avoided == entry)
		return false;
	g_array_append_val(pending, entry);
	for (guint i = 0; i < pending->len; i++) {
		const struct fact_block *block =
			&facts->blocks[f->facts->blocks + g_array_index(pending, uint32_t, i)];

		if (block->term == TERM_RETURN)
			return true;
		for (uint32_t e = 0; e < block->n_edges; e++) {
			uint32_t to = facts->edges[block->edges + e].block;

			if (to != avoided && !seen[to])
				g_array_append_val(pending, to);
			seen[to] = true;
		}
	}
	return false;
}

/* Whether what is called there waits whatever it finds. */
static bool always_waits(const struct sleep_site *site)
{
	for (const struct sleep_way *way = &site->way; way->call; way = way->inner)
		if (can_avoid(site->in, way->inner->function, way->inner->where.block))
			return false;
	return true;
}

static const char *loop_message(const struct sleep_site *site, enum loop_turns turns)
{
	return arena_printf(
		site->in->arena, "%s() waits for a grace period once for %s%s%s%s", name_of(site),
		turns == LOOP_EVERY_TURN ? "each turn of a loop" : "some turns of a loop",
		site->way.call ? ": " : "", site->way.call ? wait_of(site) : "",
		site->way.call ? "()" : "");
}

static void look_at_loop(const struct sleep_site *site)
{
	const struct check_input *in = site->in;
	enum loop_turns turns;
	struct finding_step step;
	struct finding *f;
	struct fact_loc loop;

	if (site->way.length > MOST_CALLS || !always_waits(site))
		return;
	turns = loop_per_element(in, site->function, site->way.where, &loop);
	if (turns == LOOP_NO_TURN)
		return;
	step = finding_step_at(in, site->function, site->way.where);
	step.line = loop.line;
	step.column = loop.column;
	step.event = "entry";
	step.what = "goes from element to element";
	f = make(site, RULE_RCU_GP_WAIT_LOOP, CONFIDENCE_HIGH, &step, loop_message(site, turns));
	if (turns == LOOP_SOME_TURNS)
		f->severity = SEVERITY_NOTE;
	emit(in, f);
}

/* --- in a reader of its own ------------------------------------------------------------------- */

static const struct held_lock *own_reader(const struct sleep_site *site, int *confidence)
{
	const struct held_lock *waited = &site->way.event->lock;

	for (uint32_t i = 0; i < site->held->n; i++) {
		const struct held_lock *held = &site->held->locks[i];
		bool is_same = !site->way.call && held->lock == waited->lock;

		if (held->kind != LOCK_SRCU || sleep_is_dropped(&site->way, held) ||
		    (!is_same && held->class_string != waited->class_string) ||
		    (!is_same && !held->class_string))
			continue;
		is_same |= term_at(site->in->program->terms, held->lock).kind == EXPR_GLOBAL;
		*confidence = is_same ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM;
		return held;
	}
	return NULL;
}

static void look_at_reader(const struct sleep_site *site)
{
	const struct check_input *in = site->in;
	int confidence = CONFIDENCE_LOW;
	const struct held_lock *held;
	struct finding_step step;

	if (site->way.event->effect->waits_for != GRACE_SRCU || !site->way.event->lock.lock)
		return;
	held = own_reader(site, &confidence);
	if (!held)
		return;
	step = finding_step_at(in, site->function, held->where);
	step.event = "acquire";
	step.what = arena_printf(in->arena, "begins to read %s", held_label(in, held));
	report(site, RULE_RCU_SRCU_SELF_WAIT, confidence, &step,
	       arena_printf(in->arena, "%s() waits for the readers of %s inside one of them",
			    wait_of(site), held_label(in, held)));
}

/* --- while somebody waits --------------------------------------------------------------------- */

static bool mentions(const struct program *program, term_id id, const struct effect_member *member)
{
	struct term term = term_at(program->terms, id);

	if (!id)
		return false;
	if (term.kind == EXPR_FIELD &&
	    g_str_equal(program_string(program, term.a), member->record) &&
	    g_str_equal(program_string(program, term.b), member->member))
		return true;
	if (term.kind == EXPR_BINARY &&
	    (mentions(program, term.a, member) || mentions(program, term.b, member)))
		return true;
	return term.base && mentions(program, term.base, member);
}

/* Whether it has looked first whether it may. */
static bool has_asked(const struct sleep_site *site, const struct effect_member *member)
{
	for (uint32_t i = 0; member->record && i < site->way.n_conditions; i++)
		if (mentions(site->in->program, site->way.conditions[i].term, member))
			return true;
	return false;
}

static void look_at_user(struct search *search, const struct sleep_site *site)
{
	const struct check_input *in = site->in;
	const struct waiting_rule *rule =
		g_hash_table_lookup(in->rules->waiting, search->entry->rule->name);
	const char *function = function_name(in->program, site->function);
	struct finding_step step = finding_step_of_entry(in, search->entry);

	if (site->way.length > MOST_CALLS_OF_USER || has_asked(site, &rule->unless) ||
	    !g_hash_table_add(search->told, (gpointer)site->way.event))
		return;
	if (rule->must_not)
		report(site, RULE_RCU_GP_WAIT_CONTEXT, CONFIDENCE_HIGH, &step,
		       arena_printf(in->arena, "%s() is waited for in %s(), %s, which must not",
				    wait_of(site), function, rule->what));
	else
		report(site, RULE_RCU_GP_WAIT_LATENCY, CONFIDENCE_HIGH, &step,
		       arena_printf(in->arena, "%s() is waited for on the way of %s(), %s",
				    wait_of(site), function, rule->what));
}

/* --- while others want a mutex ---------------------------------------------------------------- */

/* The functions that hold the lock, having taken it or called who has. */
static GHashTable *count_takers(const struct check_input *in)
{
	GHashTable *takers = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		g_hash_table_remove_all(seen);
		for (uint32_t i = 0; flow && i < flow->n_calls; i++) {
			const struct held_set *held = flow->calls[i].held;

			for (uint32_t h = 0; h < held->n; h++) {
				gpointer class = GUINT_TO_POINTER(held->locks[h].class_string);
				guint n = GPOINTER_TO_UINT(g_hash_table_lookup(takers, class));

				if (class && !(held->locks[h].flags & HELD_ENTRY) &&
				    g_hash_table_add(seen, class))
					g_hash_table_insert(takers, class, GUINT_TO_POINTER(n + 1));
			}
		}
	}
	return takers;
}

static bool is_at_an_end(const struct sleep_site *site)
{
	return site->in->program->functions[site->function].facts->flags &
		       (FUNCTION_INIT | FUNCTION_EXIT) ||
	       rcu_is_quiet(site->in->rcu, site->function, site->way.where) != RCU_BUSY;
}

static void look_at_mutex(const struct search *search, const struct sleep_site *site)
{
	const struct check_input *in = site->in;

	for (uint32_t i = 0; i < site->held->n; i++) {
		const struct held_lock *held = &site->held->locks[i];
		guint n = GPOINTER_TO_UINT(
			g_hash_table_lookup(search->takers, GUINT_TO_POINTER(held->class_string)));
		struct finding_step step;

		if (lock_kind_wait(held->kind) != LOCK_WAIT_SLEEP || held->kind == LOCK_PSEUDO ||
		    (held->flags & HELD_ENTRY) || n < MANY_TAKERS)
			continue;
		step = finding_step_at(in, site->function, held->where);
		step.event = "acquire";
		step.what = arena_printf(in->arena, "takes %s, as %u functions do",
					 held_label(in, held), n);
		report(site, RULE_RCU_GP_WAIT_LATENCY, CONFIDENCE_HIGH, &step,
		       arena_printf(in->arena, "%s() is waited for with %s held, which many want",
				    wait_of(site), held_label(in, held)));
		return;
	}
}

static bool look(const struct sleep_site *site, void *data)
{
	struct search *search = data;
	uint64_t at = (uint64_t)site->way.where.block << 32 | site->way.where.step;

	if (!waits(site))
		return false;
	if (!g_hash_table_add(search->points, GSIZE_TO_POINTER(at + 1)))
		return true;
	look_at_reader(site);
	look_at_loop(site);
	if (search->entry)
		look_at_user(search, site);
	else if (!site->way.call && !is_at_an_end(site))
		look_at_mutex(search, site);
	return true;
}

/* Per function the way in from user space that somebody sits through. */
static GHashTable *find_users(const struct check_input *in)
{
	GHashTable *users = g_hash_table_new(NULL, NULL);
	size_t n;
	const struct context_entry *entries = contexts_entries(in->summaries->contexts, &n);

	for (size_t i = 0; i < n; i++)
		if (entries[i].rule &&
		    g_hash_table_contains(in->rules->waiting, entries[i].rule->name))
			g_hash_table_insert(users, GUINT_TO_POINTER(entries[i].function + 1),
					    (gpointer)&entries[i]);
	return users;
}

static void run(const struct check_input *in)
{
	g_autoptr(GHashTable) users = find_users(in);
	struct search search = { .in = in,
				 .told = g_hash_table_new(NULL, NULL),
				 .points = g_hash_table_new(NULL, NULL),
				 .takers = count_takers(in) };

	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		if (!in->program->functions[f].in_scope)
			continue;
		search.entry = g_hash_table_lookup(users, GUINT_TO_POINTER(f + 1));
		g_hash_table_remove_all(search.points);
		sleep_waits_of(in, f, look, &search);
	}
	g_hash_table_unref(search.told);
	g_hash_table_unref(search.points);
	g_hash_table_unref(search.takers);
}

const struct check check_rcu_gp_wait = { .name = "rcu_gp_wait", .run = run };
