/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chain.c - how a function comes to a lock
 *
 * The sets say that it does; the chain is found when somebody asks, breadth first, so that the
 * shortest is shown and nothing has to be stored for the millions that nobody asks for.
 *
 * The sets do not know what arguments a function is called with. The search does: constants are
 * handed down, and a call that the callee makes only for other values is not followed. Nor is one
 * that sleeps, while a spinning lock is held, be it taken on the way: either nobody goes that way,
 * or going there is a bug of another kind.
 */
#include "summary/summary_p.h"

/*
 * How many functions are asked for a chain that is sure. In the component that holds a third of a
 * kernel everything leads to everything, and what is further away is an accident.
 */
#define MAX_SURE_VISITS 1000

/* What is known of a function's parameters on a chain: numbers and addresses, 0 for the rest. */
struct context {
	const term_id *params;
	uint32_t n_params;
	const struct call_event *event; /* the call, if something was set before it; else NULL */
};

GArray *summary_acquires(const struct summaries *s, uint32_t function, enum confidence least)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	const struct acquisition_set *set = s->reach[least][function];

	for (uint32_t i = 0; set && i < s->n_acquisitions; i++)
		if (acquisition_set_has(set, i))
			g_array_append_val(numbers, i);
	return numbers;
}

bool summary_owns(const struct summaries *s, uint32_t function, uint32_t acquisition)
{
	const struct function_summary *summary = &s->functions[function];
	uint32_t low = 0, high = summary->n_own;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (summary->own[middle] == acquisition)
			return true;
		if (summary->own[middle] < acquisition)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool is_acquisition_of(const struct summaries *s, const struct held_lock *lock,
			      uint32_t acquisition)
{
	const struct acquisition *a = &s->acquisitions[acquisition];

	return lock->class_string == a->class_string && lock->mode == a->mode &&
	       lock->kind == a->kind && lock->subclass == a->subclass && !(lock->flags & HELD_TRY);
}

static void add_hop(GArray *hops, uint32_t function, const struct summary_call *call,
		    struct flow_point where)
{
	struct summary_hop hop = { function, call, where };

	g_array_append_val(hops, hop);
}

static const struct summary_call *find_call(const struct function_summary *summary,
					    struct flow_point where, uint32_t callee)
{
	for (uint32_t i = 0; i < summary->n_calls; i++)
		if (summary->calls[i].callee == callee &&
		    summary->calls[i].event->where.block == where.block &&
		    summary->calls[i].event->where.step == where.step)
			return &summary->calls[i];
	return NULL;
}

/* Down the callees' requirements, to where the lock is taken. */
static void add_requirement_hops(const struct summaries *s, uint32_t function,
				 const struct requirement *r, GArray *hops)
{
	while (r->callee != PROGRAM_NONE) {
		add_hop(hops, function, find_call(&s->functions[function], r->where, r->callee),
			r->where);
		function = r->callee;
		if (r->inner == PROGRAM_NONE)
			return;
		r = &s->functions[function].requirements[r->inner];
	}
	add_hop(hops, function, NULL, r->where);
}

static bool add_lifted_hops(const struct summaries *s, uint32_t function, uint32_t acquisition,
			    GArray *hops)
{
	const struct function_summary *summary = &s->functions[function];

	arena_reset(s->tables->scratch);
	for (uint32_t i = 0; i < summary->n_calls; i++) {
		const struct summary_call *call = &summary->calls[i];
		const struct function_summary *callee = &s->functions[call->callee];

		for (uint32_t r = 0; r < callee->n_requirements; r++) {
			struct requirement lifted;

			if (callee->requirements[r].function != PROGRAM_NONE ||
			    !summary_lift(s, call->event, &callee->requirements[r],
					  s->tables->scratch, &lifted) ||
			    !is_acquisition_of(s, &lifted.lock, acquisition))
				continue;
			add_hop(hops, function, call, call->event->where);
			add_requirement_hops(s, call->callee, &callee->requirements[r], hops);
			return true;
		}
	}
	return false;
}

static bool is_address(const struct term *term)
{
	return term->kind == EXPR_ADDR || term->kind == EXPR_FUNC || term->kind == EXPR_STRING;
}

/* What @term is in a context: a number, or some address; 0 at once for what can be neither. */
static term_id known_in(const struct summaries *s, const struct context *context, term_id id)
{
	struct call_event given = { .args = context->params, .n_args = context->n_params };
	struct term term = term_at(s->program->terms, id);

	if (term.kind == EXPR_INT || is_address(&term))
		return id;
	if (term.kind == EXPR_PARAM)
		return term.a < context->n_params ? context->params[term.a] : 0;
	if (!context->n_params || (term.kind != EXPR_UNARY && term.kind != EXPR_BINARY))
		return 0;
	return summary_translate(s->program, &given, id);
}

static unsigned sign_of(const struct summaries *s, term_id value)
{
	struct term term = term_at(s->program->terms, value);
	int64_t number;

	if (is_address(&term))
		return SIGN_POSITIVE;
	if (!term_is_int(s->program->terms, value, &number))
		return SIGN_ANY;
	return number == 0 ? SIGN_ZERO : number < 0 ? SIGN_NEGATIVE : SIGN_POSITIVE;
}

/* Of a parameter, or of what the caller has set just before: "event.type = X; handle(&event);" */
static unsigned signs_in(const struct summaries *s, const struct context *context, term_id id)
{
	unsigned signs = sign_of(s, known_in(s, context, id));

	if (signs != SIGN_ANY || !context->event)
		return signs;
	return sign_of(s, summary_value(s->program, context->event, id));
}

static bool is_possible(const struct summaries *s, const struct context *context,
			const struct predicate *conditions, uint32_t n)
{
	for (uint32_t i = 0; (context->n_params || context->event) && i < n; i++)
		if (!(signs_in(s, context, conditions[i].term) & conditions[i].signs))
			return false;
	return true;
}

/* The constants and addresses among a call's arguments; no parameters if there are none. */
static struct context context_of(const struct summaries *s, const struct context *caller,
				 const struct call_event *event, struct arena *arena)
{
	term_id *params = NULL;

	for (uint32_t i = 0; i < event->n_args; i++) {
		term_id value = known_in(s, caller, event->args[i]);

		if (sign_of(s, value) == SIGN_ANY)
			continue;
		if (!params)
			params = arena_new_array(arena, term_id, event->n_args);
		params[i] = value;
	}
	return (struct context){ .params = params,
				 .n_params = params ? event->n_args : 0,
				 .event = event->n_bound ? event : NULL };
}

struct visit {
	uint32_t function;
	uint32_t from; /* index into the visits, or PROGRAM_NONE */
	const struct summary_call *call;
	struct context context;
	exec_set entered; /* in which situations; 0: not known */
	uint32_t depth;	  /* calls from the function that was asked for */
	bool atomic;	  /* a spinning lock is held */
};

/* Whether the function does so only in situations that it is not entered in on this way. */
static bool is_elsewhere(const struct visit *visit, const struct exec_context *exec)
{
	return visit->entered && !(exec->entry & visit->entered);
}

static void add_path(const GArray *visits, uint32_t at, GArray *hops)
{
	const struct visit *v = &g_array_index(visits, struct visit, at);

	if (v->from == PROGRAM_NONE)
		return;
	add_path(visits, v->from, hops);
	add_hop(hops, g_array_index(visits, struct visit, v->from).function, v->call,
		v->call->event->where);
}

/* Each function is visited once for a question. */
static bool is_visited(const struct summaries *s, uint32_t function)
{
	return s->tables->asked[function] == s->tables->question;
}

static void mark_visited(const struct summaries *s, uint32_t function)
{
	s->tables->asked[function] = s->tables->question;
}

/* --- sleeping -------------------------------------------------------------------------------- */

static bool kind_sleeps(enum lock_kind kind)
{
	return kind != LOCK_PSEUDO && lock_kind_wait(kind) == LOCK_WAIT_SLEEP;
}

static bool is_spinning(const struct held_lock *held)
{
	enum lock_wait wait = held ? lock_kind_wait(held->kind) : LOCK_WAIT_NONE;

	return wait == LOCK_WAIT_SPIN || wait == LOCK_WAIT_SPIN_RT;
}

/* Who has waited for a lock that sleeps could sleep. */
static bool has_waited(const struct call_event *event)
{
	for (uint32_t i = 0; i < event->held->n; i++) {
		const struct held_lock *held = &event->held->locks[i];

		if (!(held->flags & (HELD_TRY | HELD_ENTRY)) && kind_sleeps(held->kind))
			return true;
	}
	return false;
}

/* Whether a spinning lock is held that nobody gives up for the call. */
static bool spins(const struct call_event *event)
{
	for (uint32_t i = 0; i < event->held->n; i++)
		if (is_spinning(&event->held->locks[i]))
			return true;
	return false;
}

static bool sleeps_inside(const struct summaries *s, const struct summary_call *call)
{
	return call->event->is_implied || summary_always_sleeps(s, call->callee);
}

/* Whether @function sleeps when it makes this call: in it, or before. */
static bool call_sleeps(const struct summaries *s, uint32_t function,
			const struct summary_call *call)
{
	return sleeps_inside(s, call) || has_waited(call->event) ||
	       summary_step_sleeps(s, function, call->event->where) ||
	       summary_sleeps_before(s, function, call->event->where);
}

/* --- the end of a chain ---------------------------------------------------------------------- */

/* The function takes the lock itself, or names what a callee takes. */
static bool add_own_hops(const struct summaries *s, const struct visit *visit, uint32_t acquisition,
			 GArray *hops)
{
	uint32_t function = visit->function;
	const struct flow_result *flow = s->functions[function].flow;

	if (visit->atomic && kind_sleeps(s->acquisitions[acquisition].kind))
		return false;

	for (uint32_t i = 0; i < flow->n_acquires; i++) {
		const struct acquire_event *event = &flow->acquires[i];

		if (!is_acquisition_of(s, &event->lock, acquisition) ||
		    is_elsewhere(visit, &event->exec) ||
		    !is_possible(s, &visit->context, event->conditions, event->n_conditions) ||
		    (visit->atomic && summary_step_sleeps(s, function, event->where)))
			continue;
		add_hop(hops, function, NULL, event->where);
		return true;
	}
	return add_lifted_hops(s, function, acquisition, hops);
}

/* --- the search ------------------------------------------------------------------------------ */

/* Whether some function on the way to visit @at has an operation of its own in place of @call's. */
static bool is_anothers(const struct summaries *s, const GArray *visits, uint32_t at,
			const struct chain_question *q, const struct summary_call *call)
{
	if (call->event->n_targets < 2 ||
	    !program_is_own_operation(s->program, call->event->callee))
		return false;
	if (q->caller && summary_is_anothers(s, call->event, call->callee, q->caller - 1))
		return true;
	while (at != PROGRAM_NONE) {
		const struct visit *visit = &g_array_index(visits, struct visit, at);

		if (summary_is_anothers(s, call->event, call->callee, visit->function))
			return true;
		at = visit->from;
	}
	return false;
}

static exec_set entered_from(const struct visit *visit, const struct call_event *event)
{
	exec_set from = visit->entered ? visit->entered : EXEC_ALL;

	return exec_now(from, &event->exec, spins(event) || visit->atomic);
}

/* Whether the arguments known at @from and @to tell that the pointer leads elsewhere. */
static bool is_of_other(const struct summaries *s, const struct visit *from, const struct visit *to)
{
	const struct context *known = &from->context, *given = &to->context;

	return summary_is_of_other_object(s, to->function, given->params, given->n_params) ||
	       summary_is_of_other_table(s, from->function, to->call, known->params,
					 known->n_params);
}

/* The callers' lock is given up before that call: what it leads to is not taken under it. */
static bool is_given_up_before(const struct call_event *event, const struct held_lock *held)
{
	for (uint32_t i = 0; held && i < event->n_released; i++)
		if (summary_is_dropped(held, &event->released[i]))
			return true;
	return false;
}

static void visit_callees(const struct summaries *s, uint32_t at, const struct chain_question *q,
			  GArray *visits, struct arena *arena)
{
	const struct visit from = g_array_index(visits, struct visit, at);
	const struct function_summary *summary = &s->functions[from.function];

	if (q->most_hops && from.depth + 2 > q->most_hops) /* the call, and the acquisition */
		return;
	for (uint32_t i = 0; i < summary->n_calls; i++) {
		const struct summary_call *call = &summary->calls[i];
		struct visit next = { .function = call->callee,
				      .from = at,
				      .call = call,
				      .depth = from.depth + 1,
				      .atomic = arena && (from.atomic || spins(call->event)) };

		if (call->confidence < q->least || is_visited(s, call->callee) ||
		    !acquisition_set_has(s->reach[q->least][call->callee], q->acquisition) ||
		    !is_possible(s, &from.context, call->event->conditions,
				 call->event->n_conditions) ||
		    (from.atomic && call_sleeps(s, from.function, call)) ||
		    is_elsewhere(&from, &call->event->exec) ||
		    (arena && (is_anothers(s, visits, at, q, call) ||
			       is_given_up_before(call->event, q->held))) ||
		    (next.atomic && (sleeps_inside(s, call) ||
				     summary_step_sleeps(s, from.function, call->event->where))))
			continue;
		if (arena) {
			next.context = context_of(s, &from.context, call->event, arena);
			next.entered = entered_from(&from, call->event);
		}
		if (call->why && is_of_other(s, &from, &next))
			continue;
		mark_visited(s, call->callee);
		g_array_append_val(visits, next);
	}
}

/* Contexts, and that nothing sleeps, are kept when there is an @arena for them. */
static GArray *search(const struct summaries *s, const struct chain_question *q,
		      struct arena *arena)
{
	GArray *hops = g_array_new(FALSE, FALSE, sizeof(struct summary_hop));
	g_autoptr(GArray) visits = g_array_new(FALSE, FALSE, sizeof(struct visit));
	struct visit first = { .function = q->function, .from = PROGRAM_NONE };

	if (arena && is_spinning(q->held) && summary_always_sleeps(s, q->function))
		return hops;
	if (arena && q->event && q->caller &&
	    summary_is_anothers(s, q->event, q->function, q->caller - 1))
		return hops;
	first.atomic = arena && is_spinning(q->held);
	if (arena && q->event) {
		first.context = context_of(s, &first.context, q->event, arena);
		first.entered = entered_from(&first, q->event);
	}
	g_array_append_val(visits, first);
	s->tables->question++;
	mark_visited(s, q->function);
	if (arena && q->holder)
		mark_visited(s, q->holder - 1);
	for (uint32_t at = 0; at < visits->len && (!arena || at < MAX_SURE_VISITS); at++) {
		struct visit visit = g_array_index(visits, struct visit, at);

		if (summary_owns(s, visit.function, q->acquisition)) {
			add_path(visits, at, hops);
			if (add_own_hops(s, &visit, q->acquisition, hops))
				return hops;
			g_array_set_size(hops, 0);
		}
		visit_callees(s, at, q, visits, arena);
	}
	return hops;
}

GArray *summary_chain(const struct summaries *s, const struct chain_question *question, bool *sure)
{
	struct chain_question however = *question;
	struct arena *arena = arena_new("chain");
	GArray *hops = search(s, question, arena);

	arena_free(arena);
	*sure = hops->len > 0;
	if (*sure || question->only_sure)
		return hops;
	g_array_unref(hops);
	however.event = NULL;
	return search(s, &however, NULL);
}
