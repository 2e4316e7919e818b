/* SPDX-License-Identifier: GPL-2.0-or-later */
/* irq_usage.c - lockdep's usage bits, from the situations of functions */
#include "check/irq_usage_p.h"

#include <string.h>

/* Longer ways up to an entry are cut in reports: the middle of them tells nobody anything. */
#define MOST_STEPS 24

static uint64_t usage_key(uint32_t class_string, uint32_t subclass)
{
	return (uint64_t)class_string << 8 | subclass;
}

struct irq_usage *irq_usage_of(const struct irq_usages *usages, uint32_t class_string,
			       uint32_t subclass)
{
	uint64_t key = usage_key(class_string, subclass);
	gpointer known = g_hash_table_lookup(usages->index, &key);

	return known ? &g_array_index(usages->all, struct irq_usage, GPOINTER_TO_UINT(known) - 1)
		     : NULL;
}

static struct irq_usage *make_usage(struct irq_usages *usages, const struct held_lock *lock)
{
	struct irq_usage *known = irq_usage_of(usages, lock->class_string, lock->subclass);
	struct irq_usage usage = { .class_string = lock->class_string,
				   .subclass = lock->subclass,
				   .kind = lock->kind };
	uint64_t key = usage_key(lock->class_string, lock->subclass);

	if (known)
		return known;
	g_array_append_val(usages->all, usage);
	g_hash_table_insert(usages->index, g_memdup2(&key, sizeof(key)),
			    GUINT_TO_POINTER(usages->all->len));
	return &g_array_index(usages->all, struct irq_usage, usages->all->len - 1);
}

/* --- what one acquisition tells --------------------------------------------------------------- */

/*
 * On PREEMPT_RT who holds a spinlock_t is only preempted by a handler's thread, which then sleeps
 * (Documentation/locking/locktypes.rst).
 */
static bool is_spinning(const struct check_input *in, const struct held_lock *lock)
{
	enum lock_wait wait = lock_kind_wait(lock->kind);

	return (wait == LOCK_WAIT_SPIN || (wait == LOCK_WAIT_SPIN_RT && !in->options->rt)) &&
	       lock->kind != LOCK_LOCAL_LOCK && lock->kind != LOCK_BIT_SPINLOCK;
}

/* lockdep makes a class of each of these names, which is the same here. */
#define MOST_NAMES 16

static bool is_many_classes(const struct check_input *in, uint32_t class_string)
{
	size_t n = 0;

	program_lockdep_names(in->program, class_string, &n);
	return n > MOST_NAMES;
}

/* "struct sk_buff_head.lock" is the lock of any queue, and "*struct x.lock" of any object. */
static bool is_vague(const struct check_input *in, uint32_t class_string)
{
	const char *name = program_string(in->program, class_string);
	const char *dot = strchr(name, '.');
	g_autofree char *record = dot ? g_strndup(name, (gsize)(dot - name)) : NULL;

	return name[0] == '*' || program_is_unvalidated(in->program, class_string) ||
	       is_many_classes(in, class_string) ||
	       (record && g_hash_table_contains(in->rules->part_types, record));
}

/* A lock that only the callers know counts when all of them mean the same class. */
static bool find_class(const struct check_input *in, uint32_t function, struct held_lock *lock)
{
	const GArray *classes;

	if (lock->class_string)
		return true;
	if (!lock->lock)
		return false;
	classes = summary_classes(in->summaries, function, lock->lock);
	if (!classes || classes->len != 1)
		return false;
	lock->class_string = g_array_index(classes, uint32_t, 0);
	return true;
}

static bool is_better(const struct irq_use *use, const struct irq_use *old)
{
	if (!old->exists || use->confidence != old->confidence)
		return !old->exists || use->confidence > old->confidence;
	return use->distance < old->distance;
}

static void note(struct irq_use *known, const struct irq_use *use)
{
	if (is_better(use, known))
		*known = *use;
}

/* What lockdep's mark_usage() does, @now being the situation in which the lock is taken. */
static void mark(struct irq_usage *usage, const struct held_lock *lock, enum situation now,
		 const struct irq_use *use)
{
	bool read = lock->mode != MODE_WRITE, waits = !(lock->flags & HELD_TRY);
	enum exec_level level = situation_level(now);

	if (waits && level == EXEC_HARDIRQ)
		note(&usage->used_in[IRQ_HARD][read], use);
	else if (waits && level == EXEC_SOFTIRQ)
		note(&usage->used_in[IRQ_SOFT][read], use);
	else if (waits && level == EXEC_RCU)
		note(&usage->used_in[IRQ_RCU][read], use);
	if (situation_irqs_off(now))
		return;
	note(&usage->enabled[IRQ_HARD][read], use);
	if (level == EXEC_TASK && !situation_bh_off(now)) {
		note(&usage->enabled[IRQ_SOFT][read], use);
		note(&usage->enabled[IRQ_RCU][read], use);
	}
}

/* Where a registration may mean several situations, over more calls than this it is a guess. */
#define MOST_CALLS_IF_UNSURE 3

static bool is_guess(const GArray *hops)
{
	const struct context_entry *entry = g_array_index(hops, struct context_hop, 0).entry;

	return hops->len > MOST_CALLS_IF_UNSURE && entry &&
	       (entry->situations & (entry->situations - 1));
}

/* Over more calls than this, what the objects' states exclude is true of one of them mostly. */
#define MOST_CALLS_IF_CERTAIN 5

/* Whether nothing on the chain was guessed, and it is short: then it may lead anywhere. */
static bool is_certain_way(const struct check_input *in, const struct irq_use *use,
			   const GArray *hops)
{
	return hops->len <= MOST_CALLS_IF_CERTAIN &&
	       contexts_way_confidence(in->summaries->contexts, use->way) == CONFIDENCE_HIGH;
}

/* "p is no null pointer", for a parameter: that is no choice that callers have. */
static bool is_of_pointer(const struct check_input *in, uint32_t function,
			  const struct predicate *condition)
{
	const struct function *f = &in->program->functions[function];
	const struct facts *facts = in->program->units[f->unit].facts;
	struct term term = term_at(in->program->terms, condition->term);

	return term.kind == EXPR_PARAM && condition->signs == SIGN_POSITIVE &&
	       term.a < f->facts->n_params &&
	       g_str_has_suffix(facts_string(facts,
					     facts->variables[f->facts->variables + term.a].type),
				"*");
}

static bool is_unconditional(const struct check_input *in, uint32_t function,
			     const struct sleep_way *way)
{
	for (uint32_t i = 0; i < way->n_conditions; i++)
		if (!is_of_pointer(in, function, &way->conditions[i]))
			return false;
	return !way->flags && !way->n_dropped && way->confidence == CONFIDENCE_HIGH;
}

/* Something in @function sleeps whatever callers say: who calls it has all switched on. */
static bool is_of_tasks(const struct check_input *in, uint32_t function)
{
	const struct function_summary *summary = &in->summaries->functions[function];

	for (uint32_t i = 0; i < summary->n_ways; i++)
		if (is_unconditional(in, function, summary->ways[i]))
			return true;
	return false;
}

/*
 * Whether the chain begins with a function that nobody in sight calls, so that a task with all
 * switched on is only supposed. Who takes the lock himself would say so if it were for others: he
 * is believed, unless nobody else can call him. (docs/triage/x86-scopes.md)
 */
static bool is_supposed(const struct check_input *in, const GArray *hops)
{
	const struct context_hop *root = &g_array_index(hops, struct context_hop, 0);
	const struct function *f = &in->program->functions[root->function];

	if (!root->entry || root->entry->rule || root->entry->confidence == CONFIDENCE_HIGH ||
	    (hops->len == 1 && !(f->facts->flags & FUNCTION_STATIC)))
		return false;
	for (guint i = 0; i < hops->len; i++)
		if (is_of_tasks(in, g_array_index(hops, struct context_hop, i).function))
			return false;
	return true;
}

/* Whether the chain up to the entry is short, and mostly of the code asked about. */
static bool is_plausible(const struct check_input *in, struct irq_use *use)
{
	g_autoptr(GArray) hops = contexts_way_chain(in->summaries->contexts, use->way);
	uint32_t astray = 0;

	for (guint i = 0; i < hops->len; i++) {
		const struct context_hop *hop = &g_array_index(hops, struct context_hop, i);

		astray += !in->program->functions[hop->function].in_scope;
	}
	if (!hops->len)
		return true;
	use->root = g_array_index(hops, struct context_hop, 0).function;
	use->is_supposed = is_supposed(in, hops);
	if (astray > MOST_ASTRAY && !is_certain_way(in, use, hops))
		return false;
	return hops->len <= MOST_CALLS && !is_guess(hops);
}

/* What sleeps before it runs as a task with all on, whoever calls. */
static bool is_certain_task(const struct exec_context *exec)
{
	exec_set awake = exec->likely;
	struct exec_context plain = *exec;

	plain.entry = EXEC_ALL;
	return awake != EXEC_ALL && exec_now(awake, &plain, false) == EXEC_BIT(TASK);
}

/* An event as the ways to it see it. */
struct happening {
	const struct exec_context *exec;
	const struct predicate *conditions;
	uint32_t n_conditions;
	bool class_from_callers;
};

static uint8_t confidence_of(const struct check_input *in, const struct irq_use *use,
			     const struct happening *event)
{
	const struct function *f = &in->program->functions[use->function];
	enum confidence confidence = contexts_way_confidence(in->summaries->contexts, use->way);

	if (contexts_way_distance(in->summaries->contexts, use->way) > MOST_CALLS_IF_CERTAIN)
		confidence = MIN(confidence, CONFIDENCE_MEDIUM);
	if (is_certain_task(event->exec))
		confidence = CONFIDENCE_HIGH;
	if (f->facts->flags & FUNCTION_INIT) /* before anything can interrupt */
		return CONFIDENCE_LOW;
	return event->class_from_callers ? MIN(confidence, CONFIDENCE_MEDIUM) : confidence;
}

/* Whose class it is, or NULL where that cannot be told or is of no interest. */
static struct irq_usage *usage_of_lock(const struct check_input *in, struct irq_usages *usages,
				       uint32_t function, struct held_lock *lock)
{
	if (!is_spinning(in, lock) || !find_class(in, function, lock) ||
	    is_vague(in, lock->class_string))
		return NULL;
	return make_usage(usages, lock);
}

/* The situations in which it is entered that lead to a point. */
static exec_set entered_for(const struct check_input *in, uint32_t function,
			    const struct exec_context *exec)
{
	return contexts_of(in->summaries->contexts, function, CONFIDENCE_MEDIUM) & exec->likely;
}

/* Completes @use, which happens in situation @s of its function; false if it is of no use. */
static bool place_use(const struct check_input *in, struct irq_use *use, enum situation s,
		      const struct happening *event)
{
	const struct contexts *contexts = in->summaries->contexts;

	use->way = contexts_way(contexts, use->function, s, event->conditions, event->n_conditions);
	if (!use->way || contexts_way_confidence(contexts, use->way) < CONFIDENCE_MEDIUM)
		return false;
	use->exists = true;
	use->entered = (uint8_t)s;
	use->root = PROGRAM_NONE;
	use->confidence = confidence_of(in, use, event);
	use->distance = contexts_way_distance(contexts, use->way);
	return is_plausible(in, use);
}

/* A lock is taken in a function, by itself or by a wrapper that it hands the lock to. */
struct taking {
	const struct held_lock *lock; /* in the function's terms */
	struct flow_point where;
	const struct exec_context *exec; /* of the function there */
	const struct held_set *held;
	const struct predicate *conditions;
	uint32_t n_conditions;
	const struct acquire_event *inner; /* the wrapper's; or NULL */
};

static enum situation situation_taken(const struct taking *taking, enum situation entered)
{
	enum situation now = exec_now_one(entered, taking->exec, held_set_spins(taking->held));

	if (!taking->inner)
		return now;
	return exec_now_one(now, &taking->inner->exec, held_set_spins(taking->inner->held));
}

static void visit_taking(const struct check_input *in, struct irq_usages *usages, uint32_t function,
			 const struct taking *taking)
{
	exec_set entered = entered_for(in, function, taking->exec);
	struct held_lock lock = *taking->lock;
	struct irq_usage *usage = entered ? usage_of_lock(in, usages, function, &lock) : NULL;
	struct happening happening = { taking->exec, taking->conditions, taking->n_conditions,
				       !taking->lock->class_string };
	bool of_a_mode = usage && point_is_of_a_mode(in, function, taking->where, EFFECT_ACQUIRE,
						     LOCK_WAIT_SLEEP);

	for (int s = 0; usage && s < SITUATIONS; s++) {
		struct irq_use use = { .function = function,
				       .lock = taking->lock,
				       .where = taking->where,
				       .of_a_mode = of_a_mode };
		enum situation now;

		if (!(entered & (1u << s)) || !place_use(in, &use, (enum situation)s, &happening))
			continue;
		if (of_a_mode)
			use.confidence = MIN(use.confidence, CONFIDENCE_MEDIUM);
		now = situation_taken(taking, (enum situation)s);
		use.is_simulated = situation_level(now) != situation_level((enum situation)s);
		mark(usage, &lock, now, &use);
	}
}

static void visit_acquire(const struct check_input *in, struct irq_usages *usages,
			  uint32_t function, const struct acquire_event *event)
{
	struct taking taking = { .lock = &event->lock,
				 .where = event->where,
				 .exec = &event->exec,
				 .held = event->held,
				 .conditions = event->conditions,
				 .n_conditions = event->n_conditions };

	if (!event->is_might)
		visit_taking(in, usages, function, &taking);
}

/*
 * "guard(spinlock)(&d->lock)": the constructor takes a lock that only those who call it know, and
 * is in a header that nobody asked about.
 */
static void visit_wrapped(const struct check_input *in, struct irq_usages *usages,
			  uint32_t function, const struct summary_call *call,
			  const struct acquire_event *inner)
{
	struct held_lock *lock;
	struct taking taking = { .where = call->event->where,
				 .exec = &call->event->exec,
				 .held = call->event->held,
				 .conditions = call->event->conditions,
				 .n_conditions = call->event->n_conditions,
				 .inner = inner };

	if (inner->lock.class_string || inner->is_might)
		return;
	lock = arena_new_struct(in->arena, struct held_lock);
	*lock = summary_lift_lock(in->summaries, call->event, inner->lock);
	taking.lock = lock;
	if (lock->class_string)
		visit_taking(in, usages, function, &taking);
}

static void visit_call(const struct check_input *in, struct irq_usages *usages, uint32_t function,
		       const struct summary_call *call)
{
	const struct flow_result *callee = in->summaries->functions[call->callee].flow;

	if (call->is_callback || call->confidence < CONFIDENCE_HIGH)
		return;
	for (uint32_t i = 0; i < callee->n_acquires; i++)
		visit_wrapped(in, usages, function, call, &callee->acquires[i]);
}

/* What lockdep's mark_held_locks() does, for one lock and one situation of the entry. */
static void expose(struct irq_usage *usage, const struct exposure_event *event,
		   const struct held_lock *lock, const struct irq_use *use)
{
	enum situation s = (enum situation)use->entered;
	enum situation before = exec_now_one(s, &event->before, true);
	enum situation after = exec_now_one(s, &event->after, true);
	bool read = lock->mode != MODE_WRITE;

	if (situation_irqs_off(after) || event->after.guessed)
		return;
	if (situation_irqs_off(before))
		note(&usage->enabled[IRQ_HARD][read], use);
	if (situation_level(after) != EXEC_TASK || situation_bh_off(after))
		return;
	note(&usage->enabled[IRQ_SOFT][read], use);
	note(&usage->enabled[IRQ_RCU][read], use);
}

static void visit_held(const struct check_input *in, struct irq_usages *usages, uint32_t function,
		       const struct exposure_event *event, const struct held_lock *held)
{
	exec_set entered = entered_for(in, function, &event->before);
	struct held_lock lock = *held;
	struct irq_usage *usage = entered ? usage_of_lock(in, usages, function, &lock) : NULL;
	struct happening happening = { &event->before, event->conditions, event->n_conditions,
				       !held->class_string };
	bool in_doubt = usage &&
			summary_may_be_given_up(in->summaries, function, held, event->where);

	for (int s = 0; usage && s < SITUATIONS; s++) {
		struct irq_use use = {
			.function = function, .lock = held, .where = held->where, .event = event
		};

		if (!(entered & (1u << s)) || !place_use(in, &use, (enum situation)s, &happening))
			continue;
		if (in_doubt)
			use.confidence = MIN(use.confidence, CONFIDENCE_MEDIUM);
		expose(usage, event, &lock, &use);
	}
}

static void visit_function(const struct check_input *in, struct irq_usages *usages, uint32_t f)
{
	const struct function_summary *summary = &in->summaries->functions[f];
	const struct flow_result *flow = summary->flow;

	for (uint32_t i = 0; i < flow->n_acquires; i++)
		visit_acquire(in, usages, f, &flow->acquires[i]);
	for (uint32_t i = 0; i < summary->n_calls; i++)
		visit_call(in, usages, f, &summary->calls[i]);
	for (uint32_t i = 0; i < flow->n_exposures; i++)
		for (uint32_t h = 0; h < flow->exposures[i].held->n; h++)
			visit_held(in, usages, f, &flow->exposures[i],
				   &flow->exposures[i].held->locks[h]);
}

struct irq_usages irq_usages_find(const struct check_input *in)
{
	struct irq_usages usages = {
		.all = g_array_new(FALSE, FALSE, sizeof(struct irq_usage)),
		.index = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
	};

	for (uint32_t f = 0; f < in->program->n_functions; f++)
		if (in->program->functions[f].in_scope)
			visit_function(in, &usages, f);
	return usages;
}

void irq_usages_clear(struct irq_usages *usages)
{
	g_array_unref(usages->all);
	g_hash_table_unref(usages->index);
}

/* --- chains ----------------------------------------------------------------------------------- */

static struct finding_step step_at(const struct check_input *in, uint32_t unit, struct fact_loc loc,
				   uint32_t function)
{
	return (struct finding_step){
		.file = facts_file(in->program->units[unit].facts, loc.file),
		.line = loc.line,
		.column = loc.column,
		.function = function == PROGRAM_NONE ? "" : function_name(in->program, function),
	};
}

static struct finding_step call_step(const struct check_input *in, const struct context_hop *hop)
{
	const struct function *f = &in->program->functions[hop->function];
	struct finding_step step = step_at(
		in, f->unit, flow_location(in->program, hop->function, hop->call->event->where),
		hop->function);
	const char *name = function_name(in->program, hop->call->callee);

	step.event = hop->call->why ? "indirect" : "call";
	step.what = hop->call->why
			    ? arena_printf(in->arena, "calls %s() (%s)", name, hop->call->why)
			    : arena_printf(in->arena, "calls %s()", name);
	return step;
}

static struct finding_step take_step(const struct check_input *in, const struct irq_use *use,
				     const char *class, const char *how)
{
	const struct held_lock *lock = use->lock;
	struct term term = term_at(in->program->terms, lock->lock);
	struct finding_step step = step_at(in, in->program->functions[use->function].unit,
					   flow_location(in->program, use->function, use->where),
					   use->function);
	g_autoptr(GString) text = g_string_new(NULL);

	if (lock->lock && term.kind != EXPR_STRING)
		program_print_term(in->program, use->function,
				   term_addr(in->program->terms, lock->lock), text);
	step.event = "acquire";
	step.lock = class;
	step.what = arena_printf(in->arena, "takes %s%s%s%s", text->len ? text->str : class,
				 lock->mode == MODE_WRITE ? "" : " for reading",
				 use->event ? "" : " ", use->event ? "" : how);
	return step;
}

static struct finding_step expose_step(const struct check_input *in, const struct irq_use *use,
				       const char *class, const char *how)
{
	const struct exposure_event *event = use->event;
	struct finding_step step = step_at(in, in->program->functions[use->function].unit,
					   flow_location(in->program, use->function, event->where),
					   use->function);

	step.event = "acquire";
	step.lock = class;
	step.what = event->callee == PROGRAM_NONE
			    ? arena_printf(in->arena, "goes on %s", how)
			    : arena_printf(in->arena, "goes on %s, as %s() returns so", how,
					   function_name(in->program, event->callee));
	return step;
}

struct finding_path irq_use_path(const struct check_input *in, const struct irq_usage *usage,
				 const struct irq_use *use, const char *how)
{
	const char *class = program_string(in->program, usage->class_string);
	g_autoptr(GArray) hops = contexts_way_chain(in->summaries->contexts, use->way);
	struct finding_step *steps =
		arena_new_array(in->arena, struct finding_step, MOST_STEPS + 4);
	size_t n = 0;

	for (guint i = 0; i < hops->len; i++) {
		const struct context_hop *hop = &g_array_index(hops, struct context_hop, i);

		if (hop->entry)
			steps[n++] = finding_step_of_entry(in, hop->entry);
		if (hop->call && n < MOST_STEPS)
			steps[n++] = call_step(in, hop);
	}
	steps[n++] = take_step(in, use, class, how);
	if (use->event)
		steps[n++] = expose_step(in, use, class, how);
	return (struct finding_path){
		.acquires = class, .acquires_label = class, .n = n, .steps = steps
	};
}
