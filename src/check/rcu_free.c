/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_free.c - freed before a grace period, waited for before the unlinking, queued twice
 *
 *   list_del_rcu(&p->list);           list_for_each_entry_rcu(p, ...)
 *   kfree(p);                                 use(p)
 *
 * Unlink first, wait second, free last. flow/ follows objects path by path and has dropped those
 * that are waited for; here is said what it found. An object that goes back to a cache of whose
 * objects readers know that they may be others' already is none of these.
 *
 * list_del() is no better than list_del_rcu() here, but it may be meant for an element that no
 * reader can find: then it counts if some reader is known to walk, and as likely only. The same
 * goes for a callee that frees what it drops the last reference to.
 */
#include "check/chain_p.h"
#include "check/rcu_p.h"

/* --- how it comes about ----------------------------------------------------------------------- */

static const char *done_to(const struct check_input *in, enum lifetime_kind kind,
			   const char *object)
{
	switch (kind) {
	case LIFETIME_UNLINKED:
		return arena_printf(in->arena, "unlinks %s", object);
	case LIFETIME_QUEUED:
		return arena_printf(in->arena, "queues %s for the end of a grace period", object);
	case LIFETIME_FREED:
		return arena_printf(in->arena, "frees %s", object);
	}
	return "";
}

/* Where something is done to an object: in @function itself, or in one that it calls there. */
struct deed {
	uint32_t function;
	struct flow_point where;
	uint32_t callee, inner; /* as in struct lifetime_effect */
	const char *object;
};

static const struct lifetime_effect *freeing_effect(const struct check_input *in,
						    const struct flow_result *flow)
{
	for (uint32_t i = 0; i < flow->n_effects; i++) {
		struct term object = term_at(in->program->terms, flow->effects[i].object);

		if (flow->effects[i].kind == LIFETIME_FREED && object.kind == EXPR_PARAM &&
		    object.a == 0)
			return &flow->effects[i];
	}
	return NULL;
}

/* The callee's effect that it is, or NULL. */
static const struct lifetime_effect *inner_effect(const struct check_input *in,
						  const struct deed *deed)
{
	const struct flow_result *flow = in->summaries->functions[deed->callee].flow;

	if (flow && deed->inner == INNER_FREES)
		return freeing_effect(in, flow);
	return flow && deed->inner < flow->n_effects ? &flow->effects[deed->inner] : NULL;
}

/* One call further down; false where the deed is the function's own. */
static bool go_down(const struct check_input *in, struct deed *deed)
{
	const struct lifetime_effect *effect =
		deed->callee == PROGRAM_NONE ? NULL : inner_effect(in, deed);

	if (!effect)
		return false;
	*deed = (struct deed){ deed->callee, effect->where, effect->callee, effect->inner,
			       term_text(in, deed->callee, effect->object, deed->object) };
	return true;
}

/* Whether it is done at all: a release function may do something else. */
static bool is_done(const struct check_input *in, struct deed deed)
{
	for (int depth = 0; depth < CHAIN_MAX && go_down(in, &deed); depth++)
		;
	return deed.callee == PROGRAM_NONE;
}

static void add_steps(struct chain *chain, struct deed deed, enum lifetime_kind kind)
{
	const struct check_input *in = chain->in;
	struct deed caller = deed;

	for (int depth = 0; depth < CHAIN_MAX / 2 - 1 && go_down(in, &deed); depth++) {
		chain_add_point(chain, caller.function, caller.where, "call",
				arena_printf(in->arena, "calls %s()",
					     function_name(in->program, deed.function)));
		caller = deed;
	}
	chain_add_point(chain, deed.function, deed.where, "call", done_to(in, kind, deed.object));
}

/* --- caches ----------------------------------------------------------------------------------- */

/* The call at which @function frees the object, seen from where it is done. */
static const struct call_event *event_at(const struct check_input *in, uint32_t function,
					 struct flow_point where)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (flow->calls[i].where.block == where.block &&
		    flow->calls[i].where.step == where.step)
			return &flow->calls[i];
	return NULL;
}

/* What is known of the cache that an object goes back to. */
enum cache {
	CACHE_NONE, /* it goes back to no cache */
	CACHE_UNKNOWN,
	CACHE_PLAIN,
	CACHE_TYPESAFE, /* readers expect that their object is used again: SLAB_TYPESAFE_BY_RCU */
};

static const struct call_event *freeing_call(const struct check_input *in, struct deed deed)
{
	for (int depth = 0; depth < CHAIN_MAX && go_down(in, &deed); depth++)
		;
	return event_at(in, deed.function, deed.where);
}

static enum cache cache_of(const struct check_input *in, const GHashTable *caches, struct deed deed)
{
	const struct call_event *event = freeing_call(in, deed);
	const struct role *role = event ? call_role(in, event, ROLE_FREE) : NULL;
	uint32_t name;
	gpointer known;

	if (!role || role->cache_arg == RULES_NO_ARG)
		return CACHE_NONE;
	name = program_lock_class(in->program, role_argument(event, role->cache_arg));
	known = g_hash_table_lookup((GHashTable *)caches, GUINT_TO_POINTER(name));
	return known ? (enum cache)GPOINTER_TO_UINT(known) : CACHE_UNKNOWN;
}

static const struct role *creates_cache(const struct check_input *in, const struct unit *unit,
					const struct fact_step *step)
{
	struct term callee = term_at(in->program->terms, unit->terms[step->lhs]);
	const struct role *role = step->kind == STEP_CALL && callee.kind == EXPR_FUNC
					  ? in->program->symbols[callee.a].roles
					  : NULL;

	while (role && role->kind != ROLE_CACHE_CREATE)
		role = role->next;
	return role && role->flags_arg >= 0 && role->flags_arg < step->n_args ? role : NULL;
}

/* cache = kmem_cache_create(..., flags, ...) */
static void note_cache(const struct check_input *in, const struct unit *unit,
		       const struct fact_step *create, const struct fact_step *assign,
		       GHashTable *caches)
{
	const struct role *role = creates_cache(in, unit, create);
	int64_t flags;
	uint32_t name;

	if (!role || assign->kind != STEP_ASSIGN ||
	    unit->terms[assign->rhs] != unit->terms[create->rhs] ||
	    !term_is_int(in->program->terms,
			 unit->terms[unit->facts->args[create->args + role->flags_arg]], &flags))
		return;
	name = program_lock_class(in->program, unit->terms[assign->lhs]);
	if (name)
		g_hash_table_insert(caches, GUINT_TO_POINTER(name),
				    GUINT_TO_POINTER(flags & role->typesafe ? CACHE_TYPESAFE
									    : CACHE_PLAIN));
}

static GHashTable *find_caches(const struct check_input *in)
{
	GHashTable *caches = g_hash_table_new(NULL, NULL);

	for (size_t u = 0; u < in->program->n_units; u++) {
		const struct unit *unit = &in->program->units[u];

		for (uint32_t s = 0; s + 1 < unit->facts->n_steps; s++)
			note_cache(in, unit, &unit->facts->steps[s], &unit->facts->steps[s + 1],
				   caches);
	}
	return caches;
}

/* --- readers ---------------------------------------------------------------------------------- */

/* "struct X.member" of the link by which list_del() and kin take an element out at @deed. */
static uint32_t link_deleted(const struct check_input *in, struct deed deed)
{
	const struct call_event *event;
	const struct rcu_access *access;

	for (int depth = 0; depth < CHAIN_MAX && go_down(in, &deed); depth++)
		;
	event = event_at(in, deed.function, deed.where);
	access = event ? rcu_access_of(in->rcu, event) : NULL;
	return access ? rcu_element_of(in, role_argument(event, access->element_arg)) : 0;
}

/* Whether such elements are in lists of which others than readers know only. */
static bool is_listed_elsewhere(const struct check_input *in, uint32_t link)
{
	for (guint i = 0; i < in->rcu->updates->len; i++) {
		const struct list_update *update =
			&g_array_index(in->rcu->updates, struct list_update, i);

		if (update->element == link && !update->access->is_rcu &&
		    (update->access->op == RCU_ADD || update->access->op == RCU_MOVE))
			return true;
	}
	return false;
}

/* Whether a reader walks over such elements. */
static bool is_walked(const struct check_input *in, uint32_t link)
{
	for (guint i = 0; link && i < in->rcu->walks->len; i++) {
		const struct list_walk *walk = &g_array_index(in->rcu->walks, struct list_walk, i);

		if (walk->element == link && walk->is_reader)
			return true;
	}
	return false;
}

static bool is_walked_head(const struct check_input *in, uint32_t head)
{
	for (guint i = 0; i < in->rcu->walks->len; i++) {
		const struct list_walk *walk = &g_array_index(in->rcu->walks, struct list_walk, i);

		if (walk->head.kind == LIST_NAMED && walk->head.name == head && walk->is_reader)
			return true;
	}
	return false;
}

/* Whether such elements are, by the same link, also in lists that no reader is known to walk. */
static bool is_in_unwalked(const struct check_input *in, uint32_t link)
{
	bool walked = false, unwalked = false;

	for (guint i = 0; link && i < in->rcu->updates->len; i++) {
		const struct list_update *update =
			&g_array_index(in->rcu->updates, struct list_update, i);

		if (update->element != link || update->access->op != RCU_ADD ||
		    update->head.kind != LIST_NAMED)
			continue;
		if (is_walked_head(in, update->head.name))
			walked = true;
		else
			unwalked = true;
	}
	return walked && unwalked;
}

/* Whether readers may be at what list_del() and kin took out at @before. */
static bool is_misread(const struct check_input *in, const struct lifetime_problem *p,
		       struct deed before)
{
	uint32_t link = link_deleted(in, before);

	return p->kind == LIFETIME_FREED && is_walked(in, link) && !is_listed_elsewhere(in, link);
}

/* --- findings --------------------------------------------------------------------------------- */

static const char *message(const struct check_input *in, const struct lifetime_problem *p,
			   const char *object)
{
	if (p->kind == LIFETIME_QUEUED)
		return arena_printf(
			in->arena, "the rcu_head of %s is queued again before its callback has run",
			object);
	if (p->kind == LIFETIME_UNLINKED)
		return arena_printf(in->arena,
				    "%s is queued for the end of a grace period before it is "
				    "unlinked: readers still find it",
				    object);
	if (p->before_kind == LIFETIME_QUEUED)
		return arena_printf(in->arena,
				    "%s is freed while it is queued for the end of a grace period",
				    object);
	return arena_printf(in->arena,
			    "%s is freed with no grace period since it was unlinked%s: readers may "
			    "still use it",
			    object, p->is_last ? ", if that was its last reference" : "");
}

/*
 * Who queues the object on one way and frees it on another knows that there is something to wait
 * for; on that way there may be no readers left. A pointer that is taken back after the object was
 * queued is often that of an end at which nobody follows it any more. So is an object that is
 * unlinked with no lock held: the structure it was in is on its way out, too, and its readers were
 * waited for; but not one in whose place readers find another one. What the callers have waited
 * for, or who they are, may say so, too. And of two lists of such elements, only one of which
 * readers walk, it may have been in the other.
 */
static enum confidence confidence_of(const struct check_input *in, uint32_t function,
				     const struct lifetime_problem *p, enum cache cache,
				     struct deed before)
{
	bool freed = p->kind == LIFETIME_FREED && p->before_kind == LIFETIME_UNLINKED;
	bool locked = p->is_locked || (!p->is_pointer && rcu_callers_lock(in->rcu, function));
	enum rcu_quiet quiet = RCU_BUSY;

	if (freed && !locked && rcu_is_in_loop(in, function, p->before))
		quiet = rcu_is_quiet(in->rcu, function, p->before);
	else if (freed)
		quiet = rcu_callers_quiet(in->rcu, function);
	if (p->is_queued_elsewhere || quiet == RCU_QUIET ||
	    (freed && !locked && p->is_pointer && !p->is_replaced))
		return CONFIDENCE_LOW;
	if (p->is_plain && (!locked || rcu_is_in_loop(in, function, p->before)))
		return CONFIDENCE_LOW;
	if (p->is_doubtful || p->is_plain || p->is_last ||
	    (p->is_pointer && p->kind == LIFETIME_UNLINKED))
		return CONFIDENCE_MEDIUM;
	if (quiet == RCU_PARTLY_QUIET || (freed && !locked))
		return CONFIDENCE_MEDIUM;
	if (cache == CACHE_UNKNOWN || is_in_unwalked(in, link_deleted(in, before)))
		return CONFIDENCE_MEDIUM;
	return CONFIDENCE_HIGH;
}

/* The argument that is @object, or RULES_NO_ARG. */
static int argument_of(const struct call_event *event, term_id object)
{
	for (uint32_t i = 0; event && i < event->n_args; i++)
		if (event->args[i] == object)
			return (int)i;
	return RULES_NO_ARG;
}

/* The object as the line names it that frees it. */
static const char *object_name(const struct check_input *in, uint32_t function,
			       const struct lifetime_problem *p)
{
	const struct call_event *event = event_at(in, function, p->where);
	const struct role *role = event ? call_role(in, event, ROLE_FREE) : NULL;

	int number = role ? role->object_arg : RULES_NO_ARG;

	if (p->kind == LIFETIME_FREED && p->callee != PROGRAM_NONE)
		number = argument_of(event, p->object);
	if (p->kind != LIFETIME_FREED || number == RULES_NO_ARG)
		return term_text(in, function, p->object, "the object");
	return argument_text(in, function, p->where, number, "the object");
}

static void report(const struct check_input *in, const GHashTable *caches, uint32_t function,
		   const struct lifetime_problem *p)
{
	const char *object = object_name(in, function, p);
	struct deed before = { function, p->before, p->before_callee, p->before_inner, object };
	struct deed deed = { function, p->where, p->callee, p->inner, object };
	bool twice = p->kind == LIFETIME_QUEUED;
	enum cache cache = p->kind == LIFETIME_FREED ? cache_of(in, caches, deed) : CACHE_NONE;
	struct finding *f = finding_new(in, twice ? RULE_LOCK_MISUSE : RULE_RCU_FREE_BEFORE_GP,
					confidence_of(in, function, p, cache, before));
	struct chain chain = chain_new(in);

	if (!is_done(in, deed) || !is_done(in, before))
		return;
	if ((cache == CACHE_TYPESAFE && p->before_kind == LIFETIME_UNLINKED) ||
	    (p->is_plain && !is_misread(in, p, before)))
		return;
	add_steps(&chain, before, p->before_kind);
	add_steps(&chain, deed, p->kind);
	f->message = message(in, p, object);
	chain_give(&chain, f);
	chain_locate(&chain, f, function, p->where);
	if (twice)
		f->help = "queue an rcu_head once, and again only after its callback has run";
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

/* Both are done by the same call: then it goes wrong in there. */
static bool is_of_callee(const struct lifetime_problem *p)
{
	return p->callee != PROGRAM_NONE && p->callee == p->before_callee &&
	       p->where.block == p->before.block && p->where.step == p->before.step;
}

static void run(const struct check_input *in)
{
	g_autoptr(GHashTable) caches = find_caches(in);

	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0; in->program->functions[f].in_scope && i < flow->n_lifetimes;
		     i++)
			if (!is_of_callee(&flow->lifetimes[i]))
				report(in, caches, f, &flow->lifetimes[i]);
	}
}

const struct check check_rcu_free = { .name = "rcu_free", .run = run };
