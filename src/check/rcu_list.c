/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_list.c - plain list calls on lists that RCU readers walk
 *
 *   CPU0 (reader)                       CPU1
 *   list_for_each_entry_rcu(e, &head)   list_del(&e->link)
 *     e = e->link.next                    e->link.next = LIST_POISON1
 *
 * Not a finding: the list is not published yet or a grace period has passed; the element was taken
 * out by the _rcu variant before; it is on a local list; or it may as well be on another list,
 * which no reader walks, and nothing tells which.
 *
 * Limits: a link given as a bare struct list_head pointer has no name.
 */
#include "check/chain_p.h"
#include "check/rcu_p.h"

/* How far callers are asked which list a parameter is. */
#define MOST_CALLERS 3

/* The lists that a reference may mean. */
struct lists {
	GArray *names; /* uint32_t */
	bool has_local, has_unknown;
};

/* What is known of a kind of element. */
struct element {
	const struct list_walk *walk; /* a reader's, or NULL */
	struct lists on;	      /* what it is put into */
	uint32_t n_rcu;		      /* changes made by _rcu variants */
};

struct question {
	const struct check_input *in;
	const struct rcu_sites *sites;
	GHashTable *heads;    /* name -> const struct list_walk *, a reader's */
	GHashTable *elements; /* name -> struct element */
};

static void lists_clear(struct lists *lists)
{
	g_clear_pointer(&lists->names, g_array_unref);
}

static void resolve(const struct question *q, struct list_ref ref, uint32_t function, int depth,
		    struct lists *lists)
{
	const struct rcu_caller *callers = NULL;
	uint32_t n = 0;

	if (!lists->names)
		lists->names = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	if (ref.kind == LIST_NAMED)
		g_array_append_val(lists->names, ref.name);
	lists->has_local |= ref.kind == LIST_LOCAL;
	if (ref.kind == LIST_PARAM && depth < MOST_CALLERS)
		callers = rcu_callers(q->sites, function, &n);
	lists->has_unknown |= ref.kind == LIST_UNKNOWN || (ref.kind == LIST_PARAM && !n);
	for (uint32_t i = 0; i < n; i++) {
		const struct call_event *event = callers[i].call->event;
		struct list_ref given = { LIST_UNKNOWN, 0, 0 };

		if (ref.param < event->n_args)
			given = rcu_list_of(q->in, callers[i].function, event->args[ref.param]);
		resolve(q, given, callers[i].function, depth + 1, lists);
	}
}

static struct element *element_at(struct question *q, uint32_t name)
{
	struct element *element = g_hash_table_lookup(q->elements, GUINT_TO_POINTER(name));

	if (!element) {
		element = g_new0(struct element, 1);
		g_hash_table_insert(q->elements, GUINT_TO_POINTER(name), element);
	}
	return element;
}

static void free_element(gpointer data)
{
	struct element *element = data;

	lists_clear(&element->on);
	g_free(element);
}

/* --- what readers walk ---------------------------------------------------------------------- */

static void note_walk(struct question *q, const struct list_walk *walk)
{
	struct lists lists = { 0 };

	if (!walk->is_reader)
		return;
	if (walk->element && !element_at(q, walk->element)->walk)
		element_at(q, walk->element)->walk = walk;
	resolve(q, walk->head, walk->function, 0, &lists);
	for (guint i = 0; i < lists.names->len; i++) {
		gpointer name = GUINT_TO_POINTER(g_array_index(lists.names, uint32_t, i));

		if (!g_hash_table_contains(q->heads, name))
			g_hash_table_insert(q->heads, name, (gpointer)walk);
	}
	lists_clear(&lists);
}

static void note_update(struct question *q, const struct list_update *update)
{
	struct element *element;

	if (!update->element || update->access->op == RCU_INIT)
		return;
	element = element_at(q, update->element);
	element->n_rcu += update->access->is_rcu;
	if (update->access->op == RCU_ADD || update->access->op == RCU_MOVE)
		resolve(q, update->head, update->function, 0, &element->on);
}

static const struct list_walk *walk_over(const struct question *q, const struct lists *lists,
					 uint32_t element)
{
	for (guint i = 0; lists->names && i < lists->names->len; i++) {
		const struct list_walk *walk = g_hash_table_lookup(
			q->heads, GUINT_TO_POINTER(g_array_index(lists->names, uint32_t, i)));

		if (walk && (!walk->element || !element || walk->element == element))
			return walk;
	}
	return NULL;
}

/* Whether elements of the kind are on lists, too, that no reader walks. */
static bool is_elsewhere(const struct question *q, const struct element *element)
{
	if (element->on.has_local)
		return true;
	for (guint i = 0; element->on.names && i < element->on.names->len; i++)
		if (!g_hash_table_contains(q->heads, GUINT_TO_POINTER(g_array_index(
							     element->on.names, uint32_t, i))))
			return true;
	return false;
}

/* --- what is done to them ------------------------------------------------------------------- */

/* The reader that meets the change; @confidence says how sure it is the same list. */
static const struct list_walk *find_reader(const struct question *q,
					   const struct list_update *update,
					   const struct lists *lists, int *confidence)
{
	const struct element *element =
		g_hash_table_lookup(q->elements, GUINT_TO_POINTER(update->element));
	const struct list_walk *walk = walk_over(q, lists, update->element);

	*confidence = element && element->n_rcu ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM;
	if (walk || update->access->op == RCU_ADD || update->access->op == RCU_SPLICE)
		return walk;
	if (!element || lists->names->len || lists->has_local || is_elsewhere(q, element))
		return NULL;
	walk = walk_over(q, &element->on, update->element);
	return walk ? walk : element->walk;
}

static bool is_plain_change(const struct list_update *update)
{
	switch (update->access->op) {
	case RCU_ADD:
	case RCU_DELETE:
	case RCU_MOVE:
	case RCU_REPLACE:
	case RCU_SPLICE:
		return !update->access->is_rcu;
	case RCU_READ:
	case RCU_INIT:
		break;
	}
	return false;
}

/* How quiet it is there; a list that the function has just made or emptied is its own. */
static enum rcu_quiet quiet_for(const struct question *q, const struct list_update *update)
{
	if (rcu_comes_after(q->sites, update, RCU_DELETE) ||
	    rcu_comes_after(q->sites, update, RCU_INIT))
		return RCU_QUIET;
	return rcu_is_quiet(q->sites, update->function, update->event->where);
}

/* --- findings ------------------------------------------------------------------------------- */

static const char *list_name(const struct question *q, const struct list_update *update,
			     const struct list_walk *walk)
{
	uint32_t name = update->element;

	if (!name && update->head.kind == LIST_NAMED)
		name = update->head.name;
	if (!name && walk->head.kind == LIST_NAMED)
		name = walk->head.name;
	return name ? program_string(q->in->program, name) : "the list";
}

static struct finding_path *reader_path(const struct question *q, const struct list_walk *walk)
{
	struct finding_path *path = arena_new_array(q->in->arena, struct finding_path, 2);
	struct finding_step *step = arena_new_struct(q->in->arena, struct finding_step);

	*step = rcu_step_at(q->in, walk->function, walk->loc);
	step->event = "read";
	step->what = "readers walk the list here under RCU";
	path->steps = step;
	path->n = 1;
	return path;
}

static void report_change(const struct question *q, const struct list_update *update,
			  const struct list_walk *walk, int confidence)
{
	const struct check_input *in = q->in;
	struct finding *f = finding_new(in, RULE_RCU_LIST_VARIANT, confidence);
	struct finding_path *paths = reader_path(q, walk);
	struct finding_step *step = arena_new_struct(in->arena, struct finding_step);
	const char *name = list_name(q, update, walk);

	*step = rcu_step_at(in, update->function,
			    flow_location(in->program, update->function, update->event->where));
	f->location = *step;
	if (!step_in_scope(in, &f->location))
		return;
	step->event = "update";
	step->what = arena_printf(in->arena, "%s() on %s", update->access->name, name);
	paths[1] = (struct finding_path){ .steps = step, .n = 1 };
	f->paths = paths;
	f->n_paths = 2;
	f->locks = rcu_held_locks(in, update->event->held, &f->n_locks);
	f->message = arena_printf(in->arena, "%s() on %s, which %s() walks under RCU",
				  update->access->name, name,
				  function_name(in->program, walk->function));
	finding_emit(in, f);
}

/* Whether the function waits for a grace period in a block between @from and @update. */
static bool waits_between(const struct question *q, struct flow_point from,
			  const struct list_update *update)
{
	const struct flow_result *flow = q->in->summaries->functions[update->function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		struct flow_point at = flow->calls[i].where;
		const struct role *role = flow_roles(q->in->program, &flow->calls[i]);

		if (role && role->kind == ROLE_GP_WAIT && at.block == from.block &&
		    at.step > from.step && at.step < update->event->where.step)
			return true;
	}
	return false;
}

/* The deletion with readers in mind that @init undoes: an element that leads to itself. */
static const struct list_update *deletion_before(const struct question *q,
						 const struct list_update *init)
{
	for (guint i = 0; i < q->sites->updates->len; i++) {
		const struct list_update *other =
			&g_array_index(q->sites->updates, struct list_update, i);

		if (other->function == init->function && other->access->op == RCU_DELETE &&
		    other->access->is_rcu && other->element == init->element &&
		    other->event->where.block == init->event->where.block &&
		    other->event->where.step < init->event->where.step &&
		    !waits_between(q, other->event->where, init))
			return other;
	}
	return NULL;
}

/* list_del_rcu() leaves the element's link to the readers; INIT_LIST_HEAD() takes it from them. */
static void judge_init(const struct question *q, const struct list_update *update)
{
	const struct check_input *in = q->in;
	const struct element *element =
		g_hash_table_lookup(q->elements, GUINT_TO_POINTER(update->element));
	const struct list_update *deletion;
	struct chain chain = chain_new(in);
	struct finding *f;

	if (update->access->op != RCU_INIT || !update->element || !element || !element->walk)
		return;
	deletion = deletion_before(q, update);
	if (!deletion ||
	    (!rcu_holds_lock(update->event->held) && !rcu_callers_lock(q->sites, update->function)))
		return;
	f = finding_new(in, RULE_RCU_LIST_VARIANT, CONFIDENCE_HIGH);
	chain_add_point(&chain, deletion->function, deletion->event->where, "update",
			arena_printf(in->arena, "%s() leaves the link to readers",
				     deletion->access->name));
	chain_add_point(&chain, update->function, update->event->where, "update",
			arena_printf(in->arena, "%s() leads them in a circle",
				     update->access->name));
	f->message = arena_printf(
		in->arena,
		"%s() on %s with no grace period since %s(): a reader that %s() has "
		"at the element does not come on",
		update->access->name, program_string(in->program, update->element),
		deletion->access->name, function_name(in->program, element->walk->function));
	f->help = "wait for a grace period before the link is used again";
	chain_give(&chain, f);
	chain_locate(&chain, f, update->function, update->event->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static bool was_reported(GHashTable *seen, const struct list_update *update)
{
	uint64_t key = ((uint64_t)update->function << 40) ^
		       ((uint64_t)update->event->where.block << 20) ^ update->event->where.step;

	if (g_hash_table_contains(seen, &key))
		return true;
	g_hash_table_add(seen, g_memdup2(&key, sizeof(key)));
	return false;
}

/* Whether the function has something done after a grace period then: it knows of readers. */
static bool is_waited_for(const struct question *q, const struct list_update *update)
{
	const struct flow_result *flow = q->in->summaries->functions[update->function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct role *role = flow_roles(q->in->program, &flow->calls[i]);

		while (role && role->kind != ROLE_GP_CALLBACK && role->kind != ROLE_GP_WAIT)
			role = role->next;
		if (role && flow->calls[i].where.block >= update->event->where.block)
			return true;
	}
	return false;
}

/*
 * Who takes all apart, or builds what nobody has seen yet, needs no lock and has no readers: the
 * change counts where a lock keeps others out, or where the element is freed as readers want it.
 */
static int weigh(const struct question *q, const struct list_update *update, int confidence)
{
	bool deletes = update->access->op == RCU_DELETE;

	if (is_waited_for(q, update))
		return confidence;
	if (!rcu_holds_lock(update->event->held) && !rcu_callers_lock(q->sites, update->function))
		return CONFIDENCE_LOW;
	if (deletes && rcu_is_in_loop(q->in, update->function, update->event->where))
		return CONFIDENCE_LOW;
	return confidence;
}

static void judge(const struct question *q, const struct list_update *update, GHashTable *seen)
{
	struct lists lists = { 0 };
	const struct list_walk *walk;
	enum rcu_quiet quiet;
	int confidence;

	if (!q->in->program->functions[update->function].in_scope || !is_plain_change(update) ||
	    (!update->element && update->access->element_arg >= 0))
		return;
	resolve(q, update->head, update->function, 0, &lists);
	walk = find_reader(q, update, &lists, &confidence);
	quiet = walk ? quiet_for(q, update) : RCU_QUIET;
	if (quiet == RCU_PARTLY_QUIET)
		confidence = CONFIDENCE_MEDIUM;
	if (quiet != RCU_QUIET)
		confidence = weigh(q, update, confidence);
	if (quiet != RCU_QUIET && !was_reported(seen, update))
		report_change(q, update, walk, confidence);
	lists_clear(&lists);
}

static void run(const struct check_input *in)
{
	const struct rcu_sites *sites = in->rcu;
	struct question q = { .in = in, .sites = sites };
	g_autoptr(GHashTable)
		seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	q.heads = g_hash_table_new(NULL, NULL);
	q.elements = g_hash_table_new_full(NULL, NULL, NULL, free_element);
	for (guint i = 0; i < sites->walks->len; i++)
		note_walk(&q, &g_array_index(sites->walks, struct list_walk, i));
	for (guint i = 0; i < sites->updates->len; i++)
		note_update(&q, &g_array_index(sites->updates, struct list_update, i));
	for (guint i = 0; i < sites->updates->len; i++)
		judge(&q, &g_array_index(sites->updates, struct list_update, i), seen);
	for (guint i = 0; i < sites->updates->len; i++)
		judge_init(&q, &g_array_index(sites->updates, struct list_update, i));
	g_hash_table_unref(q.heads);
	g_hash_table_unref(q.elements);
}

const struct check check_rcu_list = { .name = "rcu_list", .run = run };
