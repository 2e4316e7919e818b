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

/*
 * So many functions hold the lock, and so many of a hundred that change the same thing. Fewer are
 * enough for a lock that is a member of the same object as the head of the list, or the pointer.
 */
#define LEAST_HOLDERS 3
#define LEAST_BESIDE 2
#define LEAST_PERCENT 60

/* Callers of callers that may hold the lock; ways up, of all places that change one thing. */
#define MOST_LIFTED 3
#define MOST_TAKERS 256

/* Ways without the lock that are told of one place. */
#define MOST_ROOTS 3

/* A place that changes a pointer or an element's link. */
struct site {
	uint32_t name;	/* "struct X.link" */
	uint32_t owner; /* the same of the list's head, or the pointer; 0 if it is not known */
	uint32_t function;
	struct flow_point where;
	struct rcu_moment moment;
	const char *how; /* "list_add_rcu()" */
};

/* Who holds locks around a change, or could have: the function itself, or one above it. */
struct taker {
	uint32_t function;
	struct flow_point where; /* of the change, or of the call that comes to it */
	const struct held_set *held;
};

struct updates {
	const struct check_input *in;
	GArray *sites;	    /* struct site, by name */
	GArray *takers;	    /* struct taker, by function: of the places looked at */
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
	return rcu_is_quiet(u->in->rcu, function, where) == RCU_QUIET;
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

	site.name = site.owner = program_lock_class(u->in->program, event->place);
	if (event->is_store && site.name && is_shared(u->in->program->terms, event->place) &&
	    !is_quiet(u, function, event->where))
		g_array_append_val(u->sites, site);
}

/* The list head that is changed, as far as the call tells; or 0. */
static term_id head_of(const struct updates *u, const struct list_update *update)
{
	int number = update->access->head_arg;

	return number >= 0 && (uint32_t)number < update->event->n_args
		       ? term_deref(u->in->program->terms, update->event->args[number])
		       : 0;
}

static void add_list(struct updates *u, const struct list_update *update)
{
	const struct call_event *event = update->event;
	term_id head = head_of(u, update);
	struct site site = { .name = update->element,
			     .owner = head ? program_lock_class_or_part(u->in->program, head) : 0,
			     .function = update->function,
			     .where = event->where,
			     .moment = { .held = event->held,
					 .exec = &event->exec,
					 .n_conditions = event->n_conditions,
					 .conditions = event->conditions,
					 .lock = update->access->op == RCU_ADD ? head : 0 },
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

static bool holds_class(const struct updates *u, const struct held_set *held, uint32_t class_string)
{
	for (uint32_t i = 0; i < held->n; i++)
		if (program_classes_may_meet(u->in->program, class_string,
					     rcu_class_of(u->in, &held->locks[i])))
			return true;
	return false;
}

static bool has_lock(const struct updates *u, const struct site *site, uint32_t class_string)
{
	return holds_class(u, site->moment.held, class_string) ||
	       claims(u, site->function, class_string);
}

/*
 * Who leaves the lock to the callers: they are the ones that hold it, or have forgotten it. Upwards
 * until somebody holds any lock, or nobody is known to call.
 */
static void find_takers(struct updates *u, struct taker taker, int depth)
{
	uint32_t n = 0;
	const struct rcu_caller *callers = NULL;

	if (!rcu_holds_lock(taker.held) && depth < MOST_LIFTED &&
	    !g_hash_table_contains(u->claims, GUINT_TO_POINTER(taker.function + 1)))
		callers = rcu_callers(u->in->rcu, taker.function, &n);
	if (!n && u->takers->len < MOST_TAKERS)
		g_array_append_val(u->takers, taker);
	for (uint32_t i = 0; i < n && u->takers->len < MOST_TAKERS; i++) {
		const struct call_event *event = callers[i].call->event;

		find_takers(u, (struct taker){ callers[i].function, event->where, event->held },
			    depth + 1);
	}
}

static int compare_takers(gconstpointer p, gconstpointer q)
{
	const struct taker *x = p, *y = q;

	return x->function < y->function ? -1 : x->function > y->function;
}

static void find_all_takers(struct updates *u, const struct site *sites, guint n)
{
	g_array_set_size(u->takers, 0);
	for (guint i = 0; i < n; i++)
		find_takers(u,
			    (struct taker){ sites[i].function, sites[i].where,
					    sites[i].moment.held },
			    0);
	g_array_sort(u->takers, compare_takers);
}

static bool taker_has(const struct updates *u, const struct taker *taker, uint32_t class_string)
{
	return holds_class(u, taker->held, class_string) ||
	       claims(u, taker->function, class_string);
}

/* Functions that hold the lock, if @holds, or come to a change without it. */
static guint count_takers(const struct updates *u, uint32_t class_string, bool holds)
{
	uint32_t last = PROGRAM_NONE;
	guint n = 0;

	for (guint i = 0; i < u->takers->len; i++) {
		const struct taker *t = &g_array_index(u->takers, struct taker, i);

		if (taker_has(u, t, class_string) != holds || t->function == last)
			continue;
		last = t->function;
		n++;
	}
	return n;
}

static bool same_record(const char *x, const char *y)
{
	size_t length = strcspn(x, ".");

	return x[length] && strncmp(x, y, length + 1) == 0;
}

/* Whether the lock is a member of what holds the pointer, or the head of the list. */
static bool is_beside(const struct updates *u, const struct site *sites, guint n,
		      uint32_t class_string)
{
	const char *lock = program_string(u->in->program, class_string);

	for (guint i = 0; i < n; i++)
		if (sites[i].owner &&
		    same_record(program_string(u->in->program, sites[i].owner), lock))
			return true;
	return false;
}

static bool is_common(const struct updates *u, const struct site *sites, guint n,
		      uint32_t class_string)
{
	guint holders = count_takers(u, class_string, true);
	guint others = count_takers(u, class_string, false);
	guint least = is_beside(u, sites, n, class_string) ? LEAST_BESIDE : LEAST_HOLDERS;

	return holders >= least && holders * 100 >= (holders + others) * LEAST_PERCENT;
}

/* The lock that most of them hold, 0 if there is none. */
static uint32_t common_lock(struct updates *u, const struct site *sites, guint n)
{
	uint32_t best = 0;
	guint most = 0;

	find_all_takers(u, sites, n);
	for (guint i = 0; i < u->takers->len; i++) {
		const struct held_set *set = g_array_index(u->takers, struct taker, i).held;

		for (uint32_t l = 0; l < set->n; l++) {
			uint32_t class = rcu_class_of(u->in, &set->locks[l]);
			guint holders;

			if (rcu_is_reader(&set->locks[l]) || !class || class == best)
				continue;
			holders = count_takers(u, class, true);
			if (holders > most && is_common(u, sites, n, class)) {
				most = holders;
				best = class;
			}
		}
	}
	return best;
}

/* --- findings -------------------------------------------------------------------------------- */

static const struct taker *a_holder(const struct updates *u, uint32_t lock)
{
	for (guint i = 0; i < u->takers->len; i++) {
		const struct taker *t = &g_array_index(u->takers, struct taker, i);

		if (taker_has(u, t, lock))
			return t;
	}
	return NULL;
}

/*
 * Where another lock is held it may be that one which counts. But not if the one that is missing is
 * a member beside what is changed, and the function itself holds none.
 */
static enum confidence confidence_of(const struct rcu_ways *ways, const struct rcu_node *root,
				     const struct site *site)
{
	const struct check_input *in = ways->in;
	const char *lock = program_string(in->program, ways->wanted.classes[0]);

	if (root->is_locked && site->owner && !rcu_holds_lock(site->moment.held) &&
	    same_record(program_string(in->program, site->owner), lock))
		return rcu_way_locked_confidence(root);
	return rcu_way_confidence(ways, root);
}

static void report(const struct rcu_ways *ways, const struct rcu_node *root,
		   const struct site *site, const struct taker *other)
{
	const struct check_input *in = ways->in;
	const char *lock = program_string(in->program, ways->wanted.classes[0]);
	const char *name = program_string(in->program, site->name);
	struct finding *f =
		finding_new(in, RULE_RCU_UPDATER_UNLOCKED, confidence_of(ways, root, site));
	struct chain chain = chain_new(in);

	if (root->is_locked)
		f->severity = SEVERITY_NOTE;
	rcu_way_steps(ways, root, &chain);
	chain_add_point(&chain, site->function, site->where, "update",
			arena_printf(in->arena, "changes %s", name));
	chain_add_point(&chain, other->function, other->where, "update",
			arena_printf(in->arena, "changes %s with %s held", name, lock));
	f->message = arena_printf(
		in->arena,
		"%s is changed without %s, which %s() and others hold: %s() comes here so", name,
		lock, function_name(in->program, other->function),
		function_name(in->program, root->function));
	chain_give(&chain, f);
	chain_locate(&chain, f, site->function, site->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

/* Who makes a list and puts something into it does so in one place, or by one call. */
static bool is_own_list(const struct updates *u, const struct rcu_ways *ways,
			const struct rcu_node *node)
{
	const struct rcu_node *below =
		node->below == UINT32_MAX
			? node
			: &g_array_index(ways->nodes, struct rcu_node, node->below);

	return below->below == UINT32_MAX && node->lock &&
	       !is_shared(u->in->program->terms, node->lock);
}

/* Whether no readers are left, or there yet, on that way. */
static bool is_way_quiet(const struct updates *u, const struct rcu_ways *ways,
			 const struct rcu_node *root)
{
	const struct rcu_node *node = root;

	while (!is_quiet(u, node->function, node->where) && !is_own_list(u, ways, node)) {
		if (node->below == UINT32_MAX)
			return false;
		node = &g_array_index(ways->nodes, struct rcu_node, node->below);
	}
	return true;
}

/* On which ways it is come to the change without the lock: each is another mistake. */
static void judge_site(const struct updates *u, struct rcu_ways *ways, const struct site *site)
{
	const struct taker *other = a_holder(u, ways->wanted.classes[0]);
	const struct rcu_node *root;
	int n = 0;

	rcu_ways_add(ways, site->function, site->moment);
	while (n < MOST_ROOTS && (root = rcu_ways_next(ways)))
		if (!is_way_quiet(u, ways, root)) {
			report(ways, root, site, other);
			n++;
		}
}

static void judge(struct updates *u, struct rcu_ways *ways, const struct site *sites, guint n)
{
	struct rcu_wanted wanted = { .n = 1 };

	wanted.classes[0] = common_lock(u, sites, n);
	for (guint i = 0; wanted.classes[0] && i < n; i++) {
		if (has_lock(u, &sites[i], wanted.classes[0]))
			continue;
		rcu_ways_begin(ways, &wanted);
		judge_site(u, ways, &sites[i]);
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
	struct rcu_ways *ways = rcu_ways_new(in, WANT_HABIT);
	struct updates u = { in, g_array_new(FALSE, FALSE, sizeof(struct site)),
			     g_array_new(FALSE, FALSE, sizeof(struct taker)),
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
	g_array_unref(u.takers);
	g_hash_table_unref(u.claims);
	rcu_ways_free(ways);
}

const struct check check_rcu_update = { .name = "rcu_update", .run = run };
