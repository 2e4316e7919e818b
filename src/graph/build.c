/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * build.c - dependencies from what every function does
 *
 * A dependency runs from every held lock to every lock taken then (lockdep records the nearest one
 * only and finds the others by search; with all of them a witness is one chain). A lock that was
 * taken by trylock is held like any other, but nothing leads to it: a trylock never waits.
 */
#include "graph/graph_p.h"

#include <string.h>

/* --- one function's events ------------------------------------------------------------------- */

static struct acquisition_set *const *sets_of(const struct graph_builder *b, int level)
{
	switch (b->extent) {
	case GRAPH_DIRECT:
		return b->graph->summaries->direct[level];
	case GRAPH_NEAR:
		return b->graph->summaries->near[level];
	case GRAPH_ALL:
		break;
	}
	return b->graph->summaries->reach[level];
}

/* Event @number of function @f, with lock @h, which is @held, held. */
static void add_acquire_inside(struct graph_builder *b, uint32_t f, uint32_t number, uint32_t h,
			       const struct held_lock *held)
{
	const struct program *program = b->graph->program;
	const struct acquire_event *event =
		&b->graph->summaries->functions[f].flow->acquires[number];
	struct found found = { .held = held,
			       .from = PROGRAM_NONE,
			       .set = event->held,
			       .to_string = event->lock.class_string,
			       .to_kind = event->lock.kind,
			       .to_mode = event->lock.mode,
			       .to_subclass = event->lock.subclass,
			       .confidence = CONFIDENCE_HIGH,
			       .distinct = held_is_distinct(program, held, &event->lock),
			       .where = { .function = f,
					  .via = VIA_ACQUIRE,
					  .level = CONFIDENCE_HIGH,
					  .event = number,
					  .held = h } };

	if (held_counts(program, held) && !held_is_serialised(event->held, h, held, &event->lock) &&
	    !(held->lock == event->lock.lock && held_is_definite(program, held)))
		found_add_dependency(b, &found);
}

static void add_acquire(struct graph_builder *b, uint32_t f, uint32_t number)
{
	const struct program *program = b->graph->program;
	const struct acquire_event *event =
		&b->graph->summaries->functions[f].flow->acquires[number];
	const struct held_lock *held;

	if (!held_counts(program, &event->lock))
		return;
	found_class(b, event->lock.class_string, event->lock.subclass, event->lock.kind);
	if (event->lock.flags & HELD_TRY)
		return;
	for (uint32_t h = held_first(b, event->held); h < event->held->n; h++)
		for (guint i = 0; (held = held_as(b, f, &event->held->locks[h], i)); i++)
			add_acquire_inside(b, f, number, h, held);
}

/* @gates: those of the held set; or, of a lock that may be taken again, who holds it. */
struct expansion_key {
	uint32_t class_string, mode, subclass, gates;
	const struct acquisition_set *set;
};

static guint hash_expansion(gconstpointer p)
{
	const struct expansion_key *key = p;

	return key->class_string * 0x9e3779b1u ^ key->gates * 0x85ebca6bu ^
	       g_direct_hash(key->set) ^ (key->mode << 8 | key->subclass);
}

static gboolean same_expansion(gconstpointer p, gconstpointer q)
{
	return memcmp(p, q, sizeof(struct expansion_key)) == 0;
}

/* The same lock over the same set with the same gates adds nothing new. */
static bool is_expanded(struct graph_builder *b, const struct found *found,
			const struct acquisition_set *set, bool in_scope)
{
	struct expansion_key key = { .class_string = found->held->class_string,
				     .mode = found->held->mode | (uint32_t)in_scope << 8,
				     .subclass = found->held->subclass,
				     .gates = found_gates(b, found->set),
				     .set = set };

	if (g_hash_table_contains(b->seen, &key))
		return true;
	g_hash_table_add(b->seen, arena_memdup(b->scratch, &key, sizeof(key)));
	return false;
}

/*
 * The acquisitions that were added with the same lock, gates and confidence. Big sets have most in
 * common: only what is new in one is looked at.
 */
static uint64_t *added_before(struct graph_builder *b, const struct found *found)
{
	bool in_scope = b->graph->program->functions[found->where.function].in_scope;
	struct expansion_key key = { .class_string = found->held->class_string,
				     .mode = found->held->mode | (uint32_t)in_scope << 8 |
					     (uint32_t)found->confidence << 16,
				     .subclass = found->held->subclass,
				     .gates = found_gates(b, found->set) };
	uint64_t *added = g_hash_table_lookup(b->expansions, &key);

	if (added)
		return added;
	added = arena_new_array(b->scratch, uint64_t, b->graph->summaries->n_acquisitions / 64 + 1);
	g_hash_table_insert(b->expansions, arena_memdup(b->scratch, &key, sizeof(key)), added);
	return added;
}

/* The acquisitions of the very lock held: those are no dependencies. */
static const GArray *same_locks(const struct graph_builder *b, const struct found *found)
{
	if (found->confidence < CONFIDENCE_MEDIUM || found->held->stale || !found->held->lock)
		return NULL;
	return g_hash_table_lookup(b->by_global, GUINT_TO_POINTER(found->held->lock));
}

/* Whether the lock is held for certain when the call is made. */
static bool is_held_there(const struct graph_builder *b, const struct found *found)
{
	const struct function_summary *summary =
		&b->graph->summaries->functions[found->where.function];

	return found->where.via != VIA_REACH || found->where.event >= summary->n_calls ||
	       held_lock_is_certain(found->held, summary->calls[found->where.event].event->where);
}

/* Whether the same function has called into that set with the lock held: once is enough. */
static bool is_told(struct graph_builder *b, const struct found *found,
		    const struct acquisition_set *set)
{
	struct expansion_key key = { .class_string = found->held->class_string,
				     .mode = found->held->mode,
				     .subclass = found->held->subclass,
				     .gates = found->where.function,
				     .set = set };

	return !g_hash_table_add(b->recursive, arena_memdup(b->scratch, &key, sizeof(key)));
}

/*
 * Functions that call each other share one set. The first that calls into it with the lock held
 * stands for all, however far the way is. Of the others those are noted that take it again soon,
 * for where nobody would believe the first.
 */
static void add_recursions(struct graph_builder *b, struct found *found, uint32_t callee,
			   const struct acquisition_set *set, const struct acquisition_set *surer,
			   bool is_first)
{
	const GArray *same = same_locks(b, found);
	bool is_sure = is_first && is_held_there(b, found);
	enum confidence most = is_sure ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM;

	if (!same || is_told(b, found, set))
		return;
	for (guint i = 0; i < same->len; i++) {
		uint32_t number = g_array_index(same, uint32_t, i);
		const struct acquisition *a = &b->graph->summaries->acquisitions[number];

		if (!acquisition_set_has(set, number) || acquisition_set_has(surer, number))
			continue;
		if (!is_first &&
		    !graph_takes_soon(b->graph->summaries, callee, number, found->confidence))
			continue;
		found->where.what = number;
		found->where.is_other = !is_first;
		found_add_recursion(b, found->held, a->kind, a->mode, MIN(found->confidence, most),
				    &found->where);
	}
}

#define NOT_VALIDATED UINT32_MAX

static uint32_t class_of_acquisition(struct graph_builder *b, uint32_t number)
{
	const struct acquisition *a = &b->graph->summaries->acquisitions[number];

	if (!b->to_class[number])
		b->to_class[number] = found_class(b, a->class_string, a->subclass, a->kind) + 1;
	return b->to_class[number] - 1;
}

static void add_acquisition(struct graph_builder *b, struct found *found, uint32_t number)
{
	const struct acquisition *a = &b->graph->summaries->acquisitions[number];

	if (b->to_class[number] == NOT_VALIDATED ||
	    (((a->flags & HELD_NESTED) || found->explained) &&
	     a->class_string == found->held->class_string))
		return;
	found_resolve_from(b, found);
	found->to_mode = a->mode;
	found->where.what = number;
	found_keep(b, found, class_of_acquisition(b, number));
}

static void add_from_set(struct graph_builder *b, struct found *found,
			 const struct acquisition_set *set, const struct acquisition_set *surer)
{
	const GArray *same = same_locks(b, found);
	uint64_t *added = added_before(b, found);

	for (size_t w = 0; w < set->n_words; w++) {
		uint64_t bits = set->words[w] & ~added[w];

		if (surer)
			bits &= ~surer->words[w];
		for (guint i = 0; same && i < same->len; i++)
			if (g_array_index(same, uint32_t, i) / 64 == w)
				bits &= ~(1ULL << g_array_index(same, uint32_t, i) % 64);
		added[w] |= bits;
		for (; bits; bits &= bits - 1)
			add_acquisition(b, found, w * 64 + (uint32_t)__builtin_ctzll(bits));
	}
}

static void add_reach(struct graph_builder *b, struct found *found, uint32_t callee,
		      enum confidence call_confidence)
{
	const struct acquisition_set *surer = NULL;
	bool in_scope = b->graph->program->functions[found->where.function].in_scope;
	bool is_first;

	if (!held_counts(b->graph->program, found->held))
		return;
	for (int level = call_confidence; level >= (int)b->least; level--) {
		const struct acquisition_set *set = sets_of(b, level)[callee];

		found->confidence = level;
		found->where.level = level;
		if (!set || set == surer)
			continue;
		is_first = !is_expanded(b, found, set, in_scope);
		add_recursions(b, found, callee, set, surer, is_first);
		if (is_first)
			add_from_set(b, found, set, surer);
		surer = set;
	}
}

/* Whether what the callee does in its parameters' terms is looked at. */
static bool looks_inside(const struct summary_call *call)
{
	return call->confidence >= CONFIDENCE_MEDIUM;
}

#define CANNOT_BE UINT8_MAX

/* What the callee leaves to its callers to see, as this call sees it: once for all locks held. */
static void lift_requirements(struct graph_builder *b, const struct summary_call *call)
{
	const struct function_summary *callee = &b->graph->summaries->functions[call->callee];

	arena_reset(b->lifted);
	g_array_set_size(b->requirements, callee->n_requirements);
	for (uint32_t i = 0; i < callee->n_requirements; i++) {
		struct requirement *r = &g_array_index(b->requirements, struct requirement, i);

		if (!summary_lift(b->graph->summaries, call->event, &callee->requirements[i],
				  b->lifted, r))
			r->confidence = CANNOT_BE;
	}
}

static void add_requirement(struct graph_builder *b, struct found *found,
			    const struct summary_call *call, uint32_t number)
{
	const struct summaries *s = b->graph->summaries;
	const struct requirement *from = &s->functions[call->callee].requirements[number];
	struct requirement r = g_array_index(b->requirements, struct requirement, number);

	if (r.confidence == CANNOT_BE || (b->extent == GRAPH_DIRECT && !r.is_direct))
		return;
	if (summary_drops(&r, found->held) ||
	    held_is_serialised(found->set, found->where.held, found->held, &r.lock))
		return;
	found->confidence = MIN(MIN(r.confidence, call->confidence), found->most);
	found->where.what = number;
	if (r.function != PROGRAM_NONE) {
		found->where.via = VIA_DROPPED_CALL;
		found->where.inner = number;
		add_reach(b, found, r.function, found->confidence);
		return;
	}
	found->where.via = VIA_REQUIREMENT;
	if (r.lock.lock && r.lock.lock == found->held->lock &&
	    held_is_definite(b->graph->program, found->held)) {
		if (held_may_be_taken_anew(s, call->callee, number, found->held->class_string))
			return;
		if (!summary_is_certain(s, call->event, from))
			found->confidence = MIN(found->confidence, CONFIDENCE_MEDIUM);
		found->confidence =
			MIN(found->confidence, held_lock_trust(found->held, call->event->where));
		if (found->confidence >= CONFIDENCE_MEDIUM)
			found_add_recursion(b, found->held, r.lock.kind, r.lock.mode,
					    found->confidence, &found->where);
		return;
	}
	if (!r.lock.class_string || (!r.n_dropped && from->lock.class_string))
		return; /* the callee's set has it */
	found->to_string = r.lock.class_string;
	found->to_kind = r.lock.kind;
	found->to_mode = r.lock.mode;
	found->to_subclass = r.lock.subclass;
	found_add_dependency(b, found);
}

/* How sure it is at most that the lock is held in there all the time. */
static enum confidence trust_in(const struct graph_builder *b, const struct summary_call *call,
				const struct held_lock *held)
{
	const struct flow_result *callee = b->graph->summaries->functions[call->callee].flow;

	return held_lock_may_be_dropped(held, callee) ? CONFIDENCE_MEDIUM : CONFIDENCE_HIGH;
}

/*
 * The callee takes a lock of the held one's class, and it is known of it that this cannot happen
 * with the lock held: a nested transaction, or a lock that may have been given up on the way.
 */
static bool is_explained(const struct graph_builder *b, const struct summary_call *call,
			 const struct held_lock *held)
{
	const struct summaries *s = b->graph->summaries;
	const struct function_summary *callee = &s->functions[call->callee];

	for (uint32_t i = 0; looks_inside(call) && i < callee->n_requirements; i++) {
		const struct requirement *r =
			&g_array_index(b->requirements, struct requirement, i);

		if (r->lock.class_string == held->class_string &&
		    (r->confidence == CANNOT_BE || summary_drops(r, held) ||
		     held_may_be_taken_anew(s, call->callee, i, held->class_string)))
			return true;
	}
	return false;
}

/* Call @number of function @f, with lock @h, which is @held, held. */
static void add_call_inside(struct graph_builder *b, uint32_t f, uint32_t number, uint32_t h,
			    const struct held_lock *held)
{
	const struct summaries *s = b->graph->summaries;
	const struct summary_call *call = &s->functions[f].calls[number];
	struct found found = {
		.held = held,
		.from = PROGRAM_NONE,
		.set = call->event->held,
		.where = { .function = f, .via = VIA_REACH, .event = number, .held = h }
	};

	if (!held->class_string || held_is_given_up(call, held))
		return;
	found.most = trust_in(b, call, held);
	found.explained = is_explained(b, call, held);
	add_reach(b, &found, call->callee, MIN(call->confidence, found.most));
	found.where.inner = 0;
	if (!looks_inside(call))
		return;
	for (uint32_t r = 0; r < s->functions[call->callee].n_requirements; r++)
		add_requirement(b, &found, call, r);
}

static void add_call(struct graph_builder *b, uint32_t f, uint32_t number)
{
	const struct summary_call *call = &b->graph->summaries->functions[f].calls[number];
	const struct held_set *set = call->event->held;
	const struct held_lock *held;

	if (looks_inside(call))
		lift_requirements(b, call);
	for (uint32_t h = held_first(b, set); h < set->n; h++)
		for (guint i = 0; (held = held_as(b, f, &set->locks[h], i)); i++)
			add_call_inside(b, f, number, h, held);
}

/* It is one of all that were ever given; or somebody names it in a call that leads there. */
static enum confidence trust_in_argument(const struct graph_builder *b,
					 const struct call_event *event, uint32_t callee)
{
	if (summary_is_passed(b->graph->summaries, event, callee))
		return CONFIDENCE_MEDIUM;
	return MIN(event->confidence, CONFIDENCE_MEDIUM);
}

/* Calls through a parameter with a lock held inside the function that makes them. */
static void add_param_call(struct graph_builder *b, uint32_t f, uint32_t number)
{
	const struct call_event *event = &b->graph->summaries->functions[f].flow->calls[number];

	if (term_at(b->graph->program->terms, event->callee).kind != EXPR_PARAM)
		return;
	for (uint32_t h = held_first(b, event->held); h < event->held->n; h++) {
		for (uint32_t t = 0; t < event->n_targets; t++) {
			struct found found = { .held = &event->held->locks[h],
					       .from = PROGRAM_NONE,
					       .set = event->held,
					       .where = { .function = f,
							  .via = VIA_REACH,
							  .event = UINT32_MAX - number,
							  .held = h,
							  .inner = event->targets[t] } };

			add_reach(b, &found, event->targets[t],
				  trust_in_argument(b, event, event->targets[t]));
		}
	}
}

static void add_function(struct graph_builder *b, uint32_t f)
{
	const struct function_summary *summary = &b->graph->summaries->functions[f];

	for (uint32_t i = 0; i < summary->flow->n_acquires; i++)
		add_acquire(b, f, i);
	for (uint32_t i = 0; i < summary->n_calls; i++)
		if (summary->calls[i].event->held->n)
			add_call(b, f, i);
	for (uint32_t i = 0; i < summary->flow->n_calls; i++)
		if (summary->flow->calls[i].held->n)
			add_param_call(b, f, i);
	for (uint32_t i = 0; i < summary->flow->n_problems; i++) {
		const struct problem *p = &summary->flow->problems[i];
		struct sighting where = {
			.function = f, .via = VIA_PROBLEM, .level = CONFIDENCE_HIGH, .what = i
		};

		if (p->kind == PROBLEM_DOUBLE_ACQUIRE)
			found_add_recursion(b, &p->lock, p->lock.kind, p->lock.mode, p->confidence,
					    &where);
	}
}

static bool is_called(struct graph_builder *b, uint32_t function)
{
	const struct summaries *s = b->graph->summaries;

	if (b->called)
		return b->called[function];
	b->called = arena_new_array(b->scratch, bool, s->program->n_functions);
	for (uint32_t f = 0; f < s->program->n_functions; f++)
		for (uint32_t i = 0; i < s->functions[f].n_calls; i++)
			b->called[s->functions[f].calls[i].callee] |=
				s->functions[f].calls[i].confidence >= CONFIDENCE_MEDIUM;
	return b->called[function];
}

/*
 * Whether @function has @held, which __must_hold() promises, all the while. Its callers tell
 * better where they are in sight; and many such functions give the lock up for a while.
 */
static bool is_kept(struct graph_builder *b, uint32_t function, const struct held_lock *held)
{
	const struct function_summary *summary = &b->graph->summaries->functions[function];

	for (uint32_t i = 0; i < summary->n_requirements; i++)
		if (summary_drops(&summary->requirements[i], held))
			return false;
	for (uint32_t i = 0; i < summary->flow->n_outcomes; i++)
		for (uint32_t r = 0; r < summary->flow->outcomes[i].n_released; r++)
			if (summary_is_dropped(held, &summary->flow->outcomes[i].released[r]))
				return false;
	return !is_called(b, function);
}

/* What a callback takes, it takes inside the lock that its caller holds out of sight. */
static void add_callback(struct graph_builder *b, uint32_t number)
{
	const struct callback *callback = &b->graph->program->callbacks[number];
	struct held_lock *held = arena_new_struct(b->scratch, struct held_lock);
	struct held_set *set = arena_new_struct(b->scratch, struct held_set);
	struct found found = {
		.held = held,
		.from = PROGRAM_NONE,
		.set = set,
		.where = { .function = callback->function, .via = VIA_CALLBACK, .event = number }
	};

	*held = (struct held_lock){ .class_string = callback->class_string,
				    .kind = callback->kind,
				    .mode = callback->mode,
				    .callee = PROGRAM_NONE };
	*set = (struct held_set){ 1, held };
	if (callback->is_annotated && !is_kept(b, callback->function, held))
		return;
	if (callback->if_waited && !found_is_class(b, callback->class_string, 0))
		return;
	add_reach(b, &found, callback->function, CONFIDENCE_HIGH);
}

/* --- finish ---------------------------------------------------------------------------------- */

static int compare_dependencies(gconstpointer p, gconstpointer q)
{
	const struct dependency *x = p, *y = q;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	if (x->from_mode != y->from_mode)
		return x->from_mode < y->from_mode ? -1 : 1;
	return (x->to_mode > y->to_mode) - (x->to_mode < y->to_mode);
}

static void index_dependencies(struct graph *graph)
{
	uint32_t *first = arena_new_array(graph->arena, uint32_t, graph->n_classes + 2);
	size_t d = 0;

	for (uint32_t class = 0; class <= graph->n_classes; class ++) {
		while (d < graph->n_dependencies && graph->dependencies[d].from < class)
			d++;
		first[class] = d;
	}
	graph->first_of = first;
}

static void keep(struct graph_builder *b)
{
	struct graph *graph = b->graph;

	g_array_sort(b->dependency_list, compare_dependencies);
	graph->n_classes = b->class_list->len;
	graph->classes = arena_memdup(graph->arena, b->class_list->data,
				      graph->n_classes * sizeof(struct lock_class));
	graph->n_dependencies = b->dependency_list->len;
	graph->dependencies = arena_memdup(graph->arena, b->dependency_list->data,
					   graph->n_dependencies * sizeof(struct dependency));
	graph->n_recursions = b->recursion_list->len;
	graph->recursions = arena_memdup(graph->arena, b->recursion_list->data,
					 graph->n_recursions * sizeof(struct recursion));
	for (uint32_t c = 0; c < graph->n_classes; c++)
		g_hash_table_insert(graph->class_index, (gpointer)graph->classes[c].class_name,
				    GUINT_TO_POINTER(c + 1));
	index_dependencies(graph);
}

static void free_array(gpointer p)
{
	g_array_unref(p);
}

static void index_acquisitions(struct graph_builder *b)
{
	const struct summaries *s = b->graph->summaries;

	b->to_class = arena_new_array(b->scratch, uint32_t, s->n_acquisitions + 1);
	b->by_global = g_hash_table_new_full(NULL, NULL, NULL, free_array);
	for (uint32_t i = 0; i < s->n_acquisitions; i++) {
		gpointer lock = GUINT_TO_POINTER(s->acquisitions[i].global);
		GArray *numbers = g_hash_table_lookup(b->by_global, lock);

		if (program_is_unvalidated(b->graph->program, s->acquisitions[i].class_string))
			b->to_class[i] = NOT_VALIDATED;
		if (!numbers && lock) {
			numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
			g_hash_table_insert(b->by_global, lock, numbers);
		}
		if (numbers)
			g_array_append_val(numbers, i);
	}
}

static void free_builder(struct graph_builder *b)
{
	arena_free(b->scratch);
	arena_free(b->lifted);
	g_array_unref(b->requirements);
	g_hash_table_unref(b->classes);
	g_array_unref(b->class_list);
	g_hash_table_unref(b->dependencies);
	g_array_unref(b->dependency_list);
	g_array_unref(b->recursion_list);
	g_hash_table_unref(b->seen);
	g_hash_table_unref(b->recursive);
	g_hash_table_unref(b->expansions);
	g_hash_table_unref(b->by_global);
}

struct graph *graph_build(const struct summaries *summaries, enum graph_extent extent,
			  enum confidence least)
{
	struct arena *arena = arena_new("graph");
	struct graph_private *private = arena_new_struct(arena, struct graph_private);
	struct graph_builder b = {
		.graph = &private->graph,
		.extent = extent,
		.least = least,
		.scratch = arena_new("graph build"),
		.classes = found_new_classes(),
		.class_list = g_array_new(FALSE, FALSE, sizeof(struct lock_class)),
		.dependencies = found_new_dependencies(),
		.dependency_list = g_array_new(FALSE, FALSE, sizeof(struct dependency)),
		.recursion_list = g_array_new(FALSE, FALSE, sizeof(struct recursion)),
		.seen = g_hash_table_new(hash_expansion, same_expansion),
		.recursive = g_hash_table_new(hash_expansion, same_expansion),
		.expansions = g_hash_table_new(hash_expansion, same_expansion),
		.lifted = arena_new("lifted requirements"),
		.requirements = g_array_new(FALSE, FALSE, sizeof(struct requirement))
	};

	private->sightings = g_array_new(FALSE, FALSE, sizeof(struct sighting));
	private->graph.arena = arena;
	private->graph.program = summaries->program;
	private->graph.summaries = summaries;
	private->graph.gates = idset_pool_new();
	private->graph.class_index = g_hash_table_new(g_str_hash, g_str_equal);
	index_acquisitions(&b);
	for (uint32_t f = 0; f < summaries->program->n_functions; f++)
		add_function(&b, f);
	for (uint32_t i = 0; i < summaries->program->n_callbacks; i++)
		add_callback(&b, i);
	keep(&b);
	free_builder(&b);
	return &private->graph;
}

void graph_free(struct graph *graph)
{
	if (!graph)
		return;
	g_array_unref(graph_private_of(graph)->sightings);
	g_clear_pointer(&graph_private_of(graph)->holders, g_hash_table_unref);
	g_hash_table_unref(graph->class_index);
	idset_pool_free(graph->gates);
	arena_free(graph->arena);
}

uint32_t graph_find_class(const struct graph *graph, const char *name)
{
	gpointer known = g_hash_table_lookup(graph->class_index, name);

	if (known)
		return GPOINTER_TO_UINT(known) - 1;
	for (uint32_t c = 0; c < graph->n_classes; c++)
		if (g_str_equal(graph->classes[c].name, name))
			return c;
	return PROGRAM_NONE;
}
