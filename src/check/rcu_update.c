/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_update.c - updaters that nothing keeps apart
 *
 *   CPU0                                CPU1
 *   spin_lock(&t->lock)
 *   list_add_rcu(&x->link, &t->list)    list_del_rcu(&y->link)
 *   spin_unlock(&t->lock)
 *
 * RCU keeps readers and updaters apart, not updaters from each other. Most places that change a
 * pointer or a kind of list element hold one lock in common: who comes to such a change without it,
 * on a way that is known from where the code is entered, has forgotten it.
 *
 * And RCU callbacks run on several CPUs at once, in any order: what they count up in a variable
 * that all of them share, with no lock, gets lost.
 *
 * Not a finding: one updater; cmpxchg() and xchg(); what is not published yet, or has no users any
 * more; a lock that the function says is held: rcu_dereference_protected(), lockdep_is_held().
 */
#include "check/rcu_way_p.h"

/* So many functions hold the lock, and so many of a hundred that change the same thing. */
#define LEAST_HOLDERS 3
#define LEAST_PERCENT 60

/* A place that changes a pointer or an element's link. */
struct site {
	uint32_t name; /* "struct X.link" */
	uint32_t function;
	struct flow_point where;
	struct rcu_moment moment;
	const char *how; /* "list_add_rcu()" */
};

struct updates {
	const struct check_input *in;
	GArray *sites;	    /* struct site, by name */
	GHashTable *claims; /* function + 1 -> GArray of classes that it says are held */
};

/* --- what there is --------------------------------------------------------------------------- */

static term_id root_of(const struct term_table *terms, term_id place)
{
	struct term term = term_at(terms, place);

	while (term.base) {
		place = term.base;
		term = term_at(terms, place);
	}
	return place;
}

/* What a function has just got from another one may be new: nobody else sees it yet. */
static bool is_shared(const struct term_table *terms, term_id place)
{
	struct term root = term_at(terms, root_of(terms, place));

	return root.kind == EXPR_PARAM || root.kind == EXPR_GLOBAL;
}

static bool is_quiet(const struct updates *u, uint32_t function, struct flow_point where)
{
	return rcu_is_quiet(u->in->rcu, function, where) != RCU_BUSY;
}

static void add_pointer(struct updates *u, uint32_t function, const struct pointer_event *event)
{
	struct site site = { .function = function,
			     .where = event->where,
			     .moment = { .held = event->held,
					 .exec = &event->exec,
					 .n_conditions = event->n_conditions,
					 .conditions = event->conditions },
			     .how = "changed" };

	site.name = program_lock_class(u->in->program, event->place);
	if (event->is_store && site.name && is_shared(u->in->program->terms, event->place) &&
	    !is_quiet(u, function, event->where))
		g_array_append_val(u->sites, site);
}

static void add_list(struct updates *u, const struct list_update *update)
{
	const struct call_event *event = update->event;
	struct site site = { .name = update->element,
			     .function = update->function,
			     .where = event->where,
			     .moment = { .held = event->held,
					 .exec = &event->exec,
					 .n_conditions = event->n_conditions,
					 .conditions = event->conditions },
			     .how = update->access->name };

	if (update->access->is_rcu && site.name && update->access->op != RCU_INIT &&
	    !is_quiet(u, update->function, event->where))
		g_array_append_val(u->sites, site);
}

static int compare_sites(gconstpointer p, gconstpointer q)
{
	const struct site *x = p, *y = q;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return x->function < y->function ? -1 : x->function > y->function;
}

static void find_claims(struct updates *u)
{
	const GArray *reports = u->in->rcu->reports;

	for (guint i = 0; i < reports->len; i++) {
		const struct rcu_report *r = &g_array_index(reports, struct rcu_report, i);
		struct rcu_wanted wanted = rcu_wanted_at(u->in->rcu, r->function, r->where);
		gpointer key = GUINT_TO_POINTER(r->function + 1);
		GArray *classes = g_hash_table_lookup(u->claims, key);

		if (wanted.is_open || wanted.wants_reader)
			continue;
		if (!classes) {
			classes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
			g_hash_table_insert(u->claims, key, classes);
		}
		g_array_append_vals(classes, wanted.classes, wanted.n);
	}
}

/* --- the lock in common ---------------------------------------------------------------------- */

static bool claims(const struct updates *u, uint32_t function, uint32_t class_string)
{
	const GArray *classes = g_hash_table_lookup(u->claims, GUINT_TO_POINTER(function + 1));

	for (guint i = 0; classes && i < classes->len; i++)
		if (g_array_index(classes, uint32_t, i) == class_string)
			return true;
	return false;
}

static bool has_lock(const struct updates *u, const struct site *site, uint32_t class_string)
{
	for (uint32_t i = 0; i < site->moment.held->n; i++)
		if (site->moment.held->locks[i].class_string == class_string)
			return true;
	return claims(u, site->function, class_string);
}

static guint count_holders(const struct updates *u, const struct site *sites, guint n,
			   uint32_t class_string)
{
	guint holders = 0;

	for (guint i = 0; i < n; i++)
		holders += has_lock(u, &sites[i], class_string) &&
			   (i == 0 || sites[i].function != sites[i - 1].function);
	return holders;
}

/* The lock that most of them hold, 0 if there is none. */
static uint32_t common_lock(const struct updates *u, const struct site *sites, guint n)
{
	uint32_t best = 0;
	guint most = 0;

	for (guint i = 0; i < n; i++) {
		for (uint32_t l = 0; l < sites[i].moment.held->n; l++) {
			const struct held_lock *held = &sites[i].moment.held->locks[l];
			guint holders;

			if (held->kind == LOCK_RCU || held->kind == LOCK_SRCU ||
			    !held->class_string || held->class_string == best)
				continue;
			holders = count_holders(u, sites, n, held->class_string);
			if (holders > most) {
				most = holders;
				best = held->class_string;
			}
		}
	}
	return most >= LEAST_HOLDERS && most * 100 >= n * LEAST_PERCENT ? best : 0;
}

/* --- findings -------------------------------------------------------------------------------- */

static const struct site *a_holder(const struct updates *u, const struct site *sites, guint n,
				   uint32_t lock)
{
	for (guint i = 0; i < n; i++)
		if (has_lock(u, &sites[i], lock))
			return &sites[i];
	return &sites[0];
}

static void report(const struct rcu_ways *ways, const struct rcu_node *root,
		   const struct site *site, const struct site *other)
{
	const struct check_input *in = ways->in;
	const char *lock = program_string(in->program, ways->wanted.classes[0]);
	const char *name = program_string(in->program, site->name);
	struct finding *f =
		finding_new(in, RULE_RCU_UPDATER_UNLOCKED, rcu_way_confidence(ways, root));
	struct chain chain = chain_new(in);

	chain_add_point(&chain, other->function, other->where, "update",
			arena_printf(in->arena, "changes %s with %s held", name, lock));
	rcu_way_steps(ways, root, &chain);
	chain_add_point(&chain, site->function, site->where, "update",
			arena_printf(in->arena, "changes %s", name));
	f->message = arena_printf(in->arena, "%s is changed without %s, which %s() and others hold",
				  name, lock, function_name(in->program, other->function));
	chain_give(&chain, f);
	chain_locate(&chain, f, site->function, site->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void judge(const struct updates *u, struct rcu_ways *ways, const struct site *sites, guint n)
{
	struct rcu_wanted wanted = { .n = 1 };

	wanted.classes[0] = common_lock(u, sites, n);
	for (guint i = 0; wanted.classes[0] && i < n; i++) {
		const struct rcu_node *root;

		if (has_lock(u, &sites[i], wanted.classes[0]))
			continue;
		rcu_ways_begin(ways, &wanted);
		rcu_ways_add(ways, sites[i].function, sites[i].moment);
		root = rcu_ways_find(ways);
		if (root)
			report(ways, root, &sites[i], a_holder(u, sites, n, wanted.classes[0]));
	}
}

/* --- callbacks ------------------------------------------------------------------------------- */

/* x++, x += n, x = x - 1: two at once lose one. */
static bool counts(const struct program *program, const struct unit *unit,
		   const struct fact_step *step)
{
	term_id place = unit->terms[step->lhs], value = unit->terms[step->rhs];
	struct term term = term_at(program->terms, value);
	struct term root = term_at(program->terms, root_of(program->terms, place));

	if (step->kind != STEP_ASSIGN || root.kind != EXPR_GLOBAL ||
	    term_has(program->terms, place, EXPR_PERCPU) ||
	    term_has(program->terms, place, EXPR_DEREF))
		return false;
	return term.kind == EXPR_BINARY && term.a == place &&
	       (term.op == BINARY_ADD || term.op == BINARY_SUB);
}

static void report_count(const struct check_input *in, uint32_t function, struct flow_point where,
			 term_id place)
{
	struct finding *f = finding_new(in, RULE_RCU_UPDATER_UNLOCKED, CONFIDENCE_MEDIUM);
	const char *name = term_text(in, function, place, "a shared variable");
	struct chain chain = chain_new(in);

	chain_add_function(&chain, function, "entry", "is called after a grace period");
	chain_add_point(&chain, function, where, "update",
			arena_printf(in->arena, "changes %s", name));
	f->message = arena_printf(
		in->arena,
		"the RCU callback %s() changes %s with no lock: callbacks run in parallel",
		function_name(in->program, function), name);
	f->checklist = "12";
	f->help = "make it an atomic_t, or take a lock in the callback";
	chain_give(&chain, f);
	chain_locate(&chain, f, function, where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void look_at_callback(const struct check_input *in, uint32_t function)
{
	const struct function *f = &in->program->functions[function];
	const struct unit *unit = &in->program->units[f->unit];

	if (in->summaries->functions[function].flow->n_acquires)
		return;
	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];

			if (counts(in->program, unit, step))
				report_count(in, function, (struct flow_point){ b, s },
					     unit->terms[step->lhs]);
		}
	}
}

/* --- all ------------------------------------------------------------------------------------- */

static void free_array(gpointer array)
{
	g_array_unref(array);
}

static void find_sites(struct updates *u)
{
	const struct check_input *in = u->in;

	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0; flow && i < flow->n_pointers; i++)
			add_pointer(u, f, &flow->pointers[i]);
	}
	for (guint i = 0; i < in->rcu->updates->len; i++)
		add_list(u, &g_array_index(in->rcu->updates, struct list_update, i));
	g_array_sort(u->sites, compare_sites);
}

static void run(const struct check_input *in)
{
	struct rcu_ways *ways = rcu_ways_new(in, false);
	struct updates u = { in, g_array_new(FALSE, FALSE, sizeof(struct site)),
			     g_hash_table_new_full(NULL, NULL, NULL, free_array) };

	find_claims(&u);
	find_sites(&u);
	for (guint i = 0, end; i < u.sites->len; i = end) {
		const struct site *first = &g_array_index(u.sites, struct site, i);

		for (end = i + 1; end < u.sites->len &&
				  g_array_index(u.sites, struct site, end).name == first->name;
		     end++)
			;
		judge(&u, ways, first, end - i);
	}
	for (uint32_t f = 0; f < in->program->n_functions; f++)
		if (g_hash_table_contains(in->rcu->callbacks, GUINT_TO_POINTER(f + 1)) &&
		    in->summaries->functions[f].flow)
			look_at_callback(in, f);
	g_array_unref(u.sites);
	g_hash_table_unref(u.claims);
	rcu_ways_free(ways);
}

const struct check check_rcu_update = { .name = "rcu_update", .run = run };
