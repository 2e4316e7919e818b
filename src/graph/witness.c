/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * witness.c - the chain behind a dependency, with file and line for each step
 *
 * Made only for what is reported: from where the first lock is taken (down into the lock function
 * that returned with it, if one did), over the calls, to where the second is.
 */
#include "graph/graph_p.h"

#include <string.h>

/* Lock functions that call lock functions; deeper nesting than this was not seen in 6.12. */
#define MAX_LOCK_FUNCTIONS 8

const char *witness_event_name(enum witness_event event)
{
	static const char *const names[] = {
		[WITNESS_ENTRY] = "entry",   [WITNESS_ACQUIRE] = "acquire",
		[WITNESS_CALL] = "call",     [WITNESS_INDIRECT] = "indirect",
		[WITNESS_RETURN] = "return",
	};

	return names[event];
}

/* More say nothing new. */
#define MANY_CHOICES 1000u

struct chain {
	const struct graph *graph;
	struct arena *arena;
	GArray *steps; /* struct witness_step */
	enum witness_extent extent;
	bool contradicts, open, implied, last, handed, perhaps;
	const char *carried;
	const char *loose;
	unsigned choices;
};

static struct witness_step step_at(const struct chain *c, uint32_t function,
				   struct flow_point where)
{
	const struct program *program = c->graph->program;
	struct fact_loc loc = flow_location(program, function, where);
	const struct facts *facts = program->units[program->functions[function].unit].facts;

	return (struct witness_step){ .file = facts_file(facts, loc.file),
				      .line = loc.line,
				      .column = loc.column,
				      .function = function_name(program, function),
				      .lock = PROGRAM_NONE };
}

static char *text_of(const struct chain *c, uint32_t function, term_id term)
{
	g_autoptr(GString) text = g_string_new(NULL);

	program_print_term(c->graph->program, function, term, text);
	return arena_strdup(c->arena, text->str);
}

static const char *mode_suffix(uint8_t mode)
{
	return mode == MODE_WRITE ? "" : " for reading";
}

static uint32_t class_index(const struct chain *c, const struct held_lock *lock)
{
	const char *name = program_string(c->graph->program, lock->class_string);
	g_autofree char *sub = lock->subclass ? g_strdup_printf("%s/%u", name, lock->subclass)
					      : g_strdup(name);
	gpointer known = g_hash_table_lookup(c->graph->class_index, sub);

	return known ? GPOINTER_TO_UINT(known) - 1 : PROGRAM_NONE;
}

/* The lock as the code there names it; the class's name where it names nothing. */
static const char *lock_text(const struct chain *c, uint32_t function, const struct held_lock *lock)
{
	struct term term = term_at(c->graph->program->terms, lock->lock);

	if (lock->lock && term.kind != EXPR_STRING)
		return text_of(c, function, term_addr(c->graph->program->terms, lock->lock));
	return program_lockdep_name(c->graph->program, lock->class_string);
}

/* The primitive at that point that waits for a callback to end, flush_work(), or NULL. */
static const char *waits_there(const struct chain *c, uint32_t function, struct flow_point where)
{
	const struct program *program = c->graph->program;
	const struct function *f = &program->functions[function];
	const struct unit *unit = &program->units[f->unit];
	const struct fact_block *block;
	const struct primitive *primitive;
	struct term callee;

	if (where.block >= f->facts->n_blocks)
		return NULL;
	block = &unit->facts->blocks[f->facts->blocks + where.block];
	if (where.step >= block->n_steps ||
	    unit->facts->steps[block->steps + where.step].kind != STEP_CALL)
		return NULL;
	callee = term_at(program->terms,
			 unit->terms[unit->facts->steps[block->steps + where.step].lhs]);
	if (callee.kind != EXPR_FUNC)
		return NULL;
	primitive = program->symbols[callee.a].primitive;
	for (size_t i = 0; primitive && i < primitive->n_effects; i++)
		if (primitive->effects[i].op == EFFECT_MIGHT_LOCK &&
		    primitive->effects[i].kind == LOCK_PSEUDO)
			return primitive->name;
	return NULL;
}

static void add_acquire_step(struct chain *c, uint32_t function, const struct held_lock *lock,
			     struct flow_point where, uint32_t class)
{
	struct witness_step step = step_at(c, function, where);
	const char *waiter;

	step.event = WITNESS_ACQUIRE;
	step.lock = class;
	step.lock_text = lock_text(c, function, lock);
	waiter = waits_there(c, function, where);
	step.what = waiter ? arena_printf(c->arena, "%s() waits for %s", waiter, step.lock_text)
			   : arena_printf(c->arena, "takes %s%s", step.lock_text,
					  mode_suffix(lock->mode));
	g_array_append_val(c->steps, step);
}

/* A call through a pointer of which nothing but its type tells what it holds. */
static unsigned choices_at(const struct chain *c, uint32_t function, struct flow_point where)
{
	const struct flow_result *flow = c->graph->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];

		if (event->why && event->n_targets > 1 && event->where.block == where.block &&
		    event->where.step == where.step)
			return program_targets(c->graph->program, function, event->callee)->is_any
				       ? event->n_targets
				       : 0;
	}
	return 0;
}

static void add_choices(struct chain *c, unsigned choices, const char *why)
{
	if (!choices)
		return;
	if (!c->loose)
		c->loose = why;
	c->choices = MIN(MAX(c->choices, 1) * choices, MANY_CHOICES);
}

static void add_choices_at(struct chain *c, uint32_t function, struct flow_point where,
			   const char *why)
{
	if (why)
		add_choices(c, choices_at(c, function, where), why);
}

static void add_call_step(struct chain *c, uint32_t function, uint32_t callee,
			  struct flow_point where, const char *why, enum witness_event event)
{
	struct witness_step step = step_at(c, function, where);
	const struct program *program = c->graph->program;
	const char *name =
		rules_spelling(program->rules, function_name(program, callee), false, c->arena);

	step.event = event;
	step.what = why ? arena_printf(c->arena, "calls %s() (%s)", name, why)
			: arena_printf(c->arena, "calls %s()", name);
	g_array_append_val(c->steps, step);
}

/* @inner, as the callee knows it, can be @lock: only callers may know the class. */
static bool may_be(const struct held_lock *inner, const struct held_lock *lock)
{
	return inner->kind == lock->kind && inner->mode == lock->mode &&
	       (!inner->class_string || inner->class_string == lock->class_string);
}

static const struct held_lock *returned_lock(const struct chain *c, const struct held_lock *lock)
{
	const struct flow_result *callee = c->graph->summaries->functions[lock->callee].flow;

	for (uint32_t i = 0; i < callee->n_outcomes; i++) {
		const struct outcome *outcome = &callee->outcomes[i];

		if (lock->outcome_lock < outcome->n_acquired &&
		    may_be(&outcome->acquired[lock->outcome_lock], lock))
			return &outcome->acquired[lock->outcome_lock];
	}
	return NULL;
}

/* Whether the function that returned with @lock returns without it, too. */
static bool is_returned_perhaps(const struct chain *c, const struct held_lock *lock)
{
	const struct flow_result *callee = c->graph->summaries->functions[lock->callee].flow;

	for (uint32_t i = 0; i < callee->n_outcomes; i++) {
		const struct outcome *outcome = &callee->outcomes[i];
		bool has_it = false;

		for (uint32_t a = 0; a < outcome->n_acquired && !has_it; a++)
			has_it = may_be(&outcome->acquired[a], lock);
		if (!has_it)
			return true;
	}
	return false;
}

/* Where a held lock was taken: here, or down in the lock functions that returned with it. */
static void add_held(struct chain *c, uint32_t function, const struct held_lock *lock)
{
	uint32_t class = class_index(c, lock);
	struct held_lock at = *lock;

	c->perhaps = lock->callee != PROGRAM_NONE && is_returned_perhaps(c, lock);
	for (int depth = 0; at.callee != PROGRAM_NONE && depth < MAX_LOCK_FUNCTIONS; depth++) {
		const struct held_lock *inner = returned_lock(c, &at);

		if (!inner)
			break;
		add_call_step(c, function, at.callee, at.where, NULL, WITNESS_CALL);
		function = at.callee;
		at = *inner;
		at.class_string = lock->class_string;
	}
	if (at.callee != PROGRAM_NONE)
		add_call_step(c, function, at.callee, at.where, NULL, WITNESS_CALL);
	add_acquire_step(c, function, &at, at.where, class);
}

static const struct held_lock *taken_at(const struct chain *c, uint32_t function,
					struct flow_point where)
{
	const struct flow_result *flow = c->graph->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_acquires; i++)
		if (flow->acquires[i].where.block == where.block &&
		    flow->acquires[i].where.step == where.step)
			return &flow->acquires[i].lock;
	return NULL;
}

static void add_summary_call(struct chain *c, uint32_t function, const struct summary_call *call)
{
	bool indirect = call->is_callback || call->why;

	c->implied |= call->event->is_implied;
	add_choices_at(c, function, call->event->where, call->why);
	add_call_step(c, function, call->callee, call->event->where, call->why,
		      indirect ? WITNESS_INDIRECT : WITNESS_CALL);
}

static void add_taken(struct chain *c, uint32_t function, struct flow_point where, uint32_t class)
{
	const struct held_lock *lock = taken_at(c, function, where);

	if (lock)
		add_acquire_step(c, function, lock, where, class);
}

static void add_hops(struct chain *c, GArray *hops, uint32_t class)
{
	for (guint i = 0; i < hops->len; i++) {
		const struct summary_hop *hop = &g_array_index(hops, struct summary_hop, i);

		if (hop->call)
			add_summary_call(c, hop->function, hop->call);
		else
			add_taken(c, hop->function, hop->where, class);
	}
	g_array_unref(hops);
}

static uint32_t class_of_acquisition(const struct chain *c, uint32_t number)
{
	const struct acquisition *a = &c->graph->summaries->acquisitions[number];
	struct held_lock lock = { .class_string = a->class_string, .subclass = a->subclass };

	return class_index(c, &lock);
}

static const struct acquire_event *acquired_at(const struct chain *c, const struct summary_hop *hop)
{
	const struct flow_result *flow = c->graph->summaries->functions[hop->function].flow;

	for (uint32_t i = 0; i < flow->n_acquires; i++)
		if (flow->acquires[i].where.block == hop->where.block &&
		    flow->acquires[i].where.step == hop->where.step)
			return &flow->acquires[i];
	return NULL;
}

/* What is known where a hop is made: of the call, or of the acquisition. */
static const struct predicate *conditions_of(const struct summary_hop *hop,
					     const struct acquire_event *event, uint32_t *n)
{
	*n = 0;
	if (hop->call) {
		*n = hop->call->event->n_conditions;
		return hop->call->event->conditions;
	}
	if (event)
		*n = event->n_conditions;
	return event ? event->conditions : NULL;
}

/* Only who drops a last reference goes on: who holds a lock of it has one more, often. */
static bool is_last(const struct summary_hop *hop, const struct acquire_event *event)
{
	return hop->call ? hop->call->is_last : event && (event->lock.flags & HELD_LAST);
}

static bool drops_last(const GArray *hops, const struct chain *c)
{
	for (guint i = 0; i < hops->len; i++) {
		const struct summary_hop *hop = &g_array_index(hops, struct summary_hop, i);

		if (is_last(hop, hop->call ? NULL : acquired_at(c, hop)))
			return true;
	}
	return false;
}

/* Whether each hop is made for sure when the one before it is. */
static bool is_open(const struct chain *c, const GArray *hops, const struct call_event *from)
{
	static const struct call_event nothing_known;

	for (guint i = 0; i < hops->len; i++) {
		const struct summary_hop *hop = &g_array_index(hops, struct summary_hop, i);
		uint32_t n;
		const struct acquire_event *event = hop->call ? NULL : acquired_at(c, hop);
		const struct predicate *conditions = conditions_of(hop, event, &n);

		if (is_last(hop, event) ||
		    !summary_holds(c->graph->summaries, from ? from : &nothing_known, conditions,
				   n))
			return true;
		from = hop->call ? hop->call->event : NULL;
	}
	return false;
}

/*
 * Somebody on the way, or who holds the first lock, is handed what a task has with a member of its
 * own set, and farther down a call is made only where it is not: that member, or NULL.
 */
static const char *carried_along(const struct chain *c, const struct chain_question *question,
				 const GArray *hops)
{
	const struct program *program = c->graph->program;
	const struct call_event *first = question->caller ? question->event : NULL;
	const char *carried = NULL;

	if (first)
		carried = carried_by(program, question->caller - 1, first->conditions,
				     first->n_conditions);
	for (guint i = 0; i < hops->len; i++) {
		const struct summary_hop *hop = &g_array_index(hops, struct summary_hop, i);
		uint32_t n;
		const struct predicate *conditions =
			conditions_of(hop, hop->call ? NULL : acquired_at(c, hop), &n);

		if (!carried)
			carried = carried_by(program, hop->function, conditions, n);
		if (carried && carried_is_missing(program, carried, conditions, n))
			return carried;
	}
	return NULL;
}

static void add_reach(struct chain *c, const struct chain_question *question)
{
	bool sure;
	GArray *hops;

	if (c->extent == WITNESS_START)
		return;
	hops = summary_chain(c->graph->summaries, question, &sure);
	c->contradicts |= !sure;
	c->open |= is_open(c, hops, question->event);
	c->last |= drops_last(hops, c);
	c->carried = carried_along(c, question, hops);
	add_hops(c, hops, class_of_acquisition(c, question->acquisition));
}

/* Down the callees' requirements; returns the function whose call was made with a lock given up. */
static uint32_t add_requirement(struct chain *c, uint32_t callee, uint32_t number, uint32_t class)
{
	const struct requirement *r = &c->graph->summaries->functions[callee].requirements[number];
	uint32_t function = callee;

	while (r->callee != PROGRAM_NONE && c->extent != WITNESS_START) {
		add_choices_at(c, function, r->where, r->why);
		add_call_step(c, function, r->callee, r->where, r->why,
			      r->why ? WITNESS_INDIRECT : WITNESS_CALL);
		function = r->callee;
		if (r->inner == PROGRAM_NONE)
			return function;
		r = &c->graph->summaries->functions[function].requirements[r->inner];
	}
	if (c->extent != WITNESS_START)
		add_taken(c, function, r->where, class);
	return function;
}

static void add_param_call(struct chain *c, const struct sighting *s)
{
	const struct flow_result *flow = c->graph->summaries->functions[s->function].flow;
	const struct call_event *event = &flow->calls[UINT32_MAX - s->event];
	struct chain_question question = { .function = s->inner,
					   .only_sure = c->extent == WITNESS_IF_SURE,
					   .held = &event->held->locks[s->held],
					   .acquisition = s->what,
					   .least = s->level };

	add_held(c, s->function, question.held);
	if (!summary_is_passed(c->graph->summaries, event, s->inner))
		add_choices_at(c, s->function, event->where, event->why);
	add_call_step(c, s->function, s->inner, event->where, event->why, WITNESS_INDIRECT);
	add_reach(c, &question);
}

static bool is_same_class(const struct chain *c, uint32_t acquisition, const struct held_lock *held)
{
	return c->graph->summaries->acquisitions[acquisition].class_string == held->class_string;
}

static void add_via_call(struct chain *c, const struct sighting *s)
{
	struct chain_question question = { .acquisition = s->what,
					   .least = s->level,
					   .only_sure = c->extent == WITNESS_IF_SURE };
	const struct summary_call *call;

	if (s->event > UINT32_MAX / 2) {
		add_param_call(c, s);
		return;
	}
	call = &c->graph->summaries->functions[s->function].calls[s->event];
	question.held = &call->event->held->locks[s->held];
	c->handed = question.held->flags & (HELD_HANDED | HELD_UNSEEN);
	c->open |= summary_may_be_given_up(c->graph->summaries, s->function, question.held,
					   call->event->where);
	add_held(c, s->function, question.held);
	add_summary_call(c, s->function, call);
	if (s->via == VIA_REQUIREMENT) {
		add_requirement(c, call->callee, s->what, PROGRAM_NONE);
		return;
	}
	question.function = call->callee;
	question.caller = s->function + 1;
	if (!is_same_class(c, s->what, question.held))
		question.holder = s->function + 1;
	if (s->via == VIA_DROPPED_CALL)
		question.function = add_requirement(c, call->callee, s->inner, PROGRAM_NONE);
	else
		question.event = call->event;
	c->open |= call->is_last;
	c->last |= call->is_last;
	add_reach(c, &question);
}

/* The lock is the callback's to begin with: nobody in sight takes it. */
static void add_callback(struct chain *c, const struct sighting *s)
{
	const struct program *program = c->graph->program;
	struct held_lock lock = { .class_string = program->callbacks[s->event].class_string };
	struct witness_step step = step_at(c, s->function, (struct flow_point){ 0, 0 });
	struct chain_question question = { .function = s->function,
					   .acquisition = s->what,
					   .least = s->level };

	step.event = WITNESS_ENTRY;
	step.lock = class_index(c, &lock);
	step.lock_text = program_lockdep_name(program, lock.class_string);
	step.what = arena_printf(c->arena,
				 program->callbacks[s->event].is_annotated
					 ? "is called with %s held, as its annotation says"
					 : "runs inside %s",
				 step.lock_text);
	g_array_append_val(c->steps, step);
	add_reach(c, &question);
}

static void add_problem(struct chain *c, const struct sighting *s)
{
	const struct problem *p =
		&c->graph->summaries->functions[s->function].flow->problems[s->what];
	uint32_t class = class_index(c, &p->lock);
	struct held_lock first = p->lock;

	first.where = p->other;
	first.callee = PROGRAM_NONE;
	add_acquire_step(c, s->function, &first, p->other, class);
	add_acquire_step(c, s->function, &p->lock, p->where, class);
}

static void add_acquire(struct chain *c, const struct sighting *s)
{
	const struct acquire_event *event =
		&c->graph->summaries->functions[s->function].flow->acquires[s->event];

	c->open |= summary_may_be_given_up(c->graph->summaries, s->function,
					   &event->held->locks[s->held], event->where);
	add_held(c, s->function, &event->held->locks[s->held]);
	add_acquire_step(c, s->function, &event->lock, event->where, class_index(c, &event->lock));
}

static struct witness finish(struct chain *c)
{
	struct witness result = { .n = c->steps->len,
				  .contradicts = c->contradicts,
				  .open = c->open,
				  .implied = c->implied,
				  .last = c->last,
				  .handed = c->handed,
				  .perhaps = c->perhaps,
				  .carried = c->carried,
				  .loose = c->loose,
				  .choices = c->choices };

	if (result.n)
		result.steps = arena_memdup(c->arena, c->steps->data,
					    result.n * sizeof(struct witness_step));
	g_array_unref(c->steps);
	return result;
}

struct witness graph_chain(const struct graph *graph, const struct sighting *s,
			   enum witness_extent extent, struct arena *arena)
{
	struct chain c = { .graph = graph,
			   .arena = arena,
			   .steps = g_array_new(FALSE, FALSE, sizeof(struct witness_step)),
			   .extent = extent };

	switch ((enum via)s->via) {
	case VIA_ACQUIRE:
		add_acquire(&c, s);
		break;
	case VIA_REACH:
	case VIA_REQUIREMENT:
	case VIA_DROPPED_CALL:
		add_via_call(&c, s);
		break;
	case VIA_CALLBACK:
		add_callback(&c, s);
		break;
	case VIA_PROBLEM:
		add_problem(&c, s);
		break;
	}
	return finish(&c);
}

struct witness graph_witness(const struct graph *graph, uint32_t witness,
			     enum witness_extent extent, struct arena *arena)
{
	const GArray *sightings = graph_private_of(graph)->sightings;

	return graph_chain(graph, &g_array_index(sightings, struct sighting, witness), extent,
			   arena);
}

bool graph_is_at_once(const struct graph *graph, const struct dependency *dependency)
{
	const struct sighting *s = &g_array_index(graph_private_of(graph)->sightings,
						  struct sighting, dependency->witness);
	const struct flow_result *flow = graph->summaries->functions[s->function].flow;

	return s->via == VIA_ACQUIRE &&
	       flow->acquires[s->event].held->locks[s->held].callee == PROGRAM_NONE;
}

struct witness graph_held_witness(const struct graph *graph, uint32_t function,
				  const struct held_lock *held, struct arena *arena)
{
	struct chain c = { .graph = graph,
			   .arena = arena,
			   .steps = g_array_new(FALSE, FALSE, sizeof(struct witness_step)) };

	add_held(&c, function, held);
	return finish(&c);
}
