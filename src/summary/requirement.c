/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * requirement.c - what callers must see in their own terms
 *
 * Three things: a lock reached through a parameter (its class or identity is the caller's to
 * know), a lock taken while a caller's lock is given up, and a call made then. They are lifted
 * from callee to caller until they can be named without the caller.
 */
#include "summary/summary_p.h"

#include <string.h>

/* Per function. More than this says little: 99.8 % of s390 defconfig's functions have fewer. */
#define MAX_REQUIREMENTS 48
#define MAX_CONDITIONS 12
/* For one lock: on more ways than that it is taken under what they have in common. */
#define MAX_WAYS 4
/* Locks of callers that are given up at a time. */
#define MAX_DROPPED 4

/* Means the same wherever it stands. */
static bool is_of_no_function(const struct term_table *terms, term_id id)
{
	return !term_has(terms, id, EXPR_PARAM) && !term_has(terms, id, EXPR_LOCAL) &&
	       !term_has(terms, id, EXPR_RESULT);
}

term_id summary_translate(const struct program *program, const struct call_event *event, term_id id)
{
	struct term term = term_at(program->terms, id);

	if (is_of_no_function(program->terms, id))
		return id;
	if (term.kind == EXPR_LOCAL || term.kind == EXPR_RESULT)
		return 0;
	if (term.kind == EXPR_PARAM)
		return term.a < event->n_args ? event->args[term.a] : 0;
	if (term.base)
		term.base = summary_translate(program, event, term.base);
	if (term.kind == EXPR_INDEX)
		term.a = summary_translate(program, event, term.a);
	if (term.kind == EXPR_BINARY) {
		term.a = summary_translate(program, event, term.a);
		term.b = summary_translate(program, event, term.b);
	}
	return term_make(program->terms, term);
}

/* @id, in the caller's terms, with what was set before the call instead of what was there. */
static term_id with_bound(const struct program *program, const struct call_event *event, term_id id)
{
	struct term term = term_at(program->terms, id);
	int64_t number;

	for (uint32_t i = 0; i < event->n_bound; i++)
		if (event->bound[i].place == id)
			return event->bound[i].value;
	if (!id || (!term.base && term.kind != EXPR_BINARY))
		return id;
	if (term.base)
		term.base = with_bound(program, event, term.base);
	if (term.kind == EXPR_FIELD && term_is_int(program->terms, term.base, &number))
		return term.base; /* = {} */
	if (term.kind == EXPR_BINARY) {
		term.a = with_bound(program, event, term.a);
		term.b = with_bound(program, event, term.b);
	}
	return term_make(program->terms, term);
}

term_id summary_value(const struct program *program, const struct call_event *event, term_id id)
{
	term_id value = summary_translate(program, event, id);

	return event->n_bound ? with_bound(program, event, value) : value;
}

static bool is_param_rooted(const struct program *program, term_id id)
{
	struct term term = term_at(program->terms, id);

	while (term.base && term.kind != EXPR_UNARY && term.kind != EXPR_BINARY)
		term = term_at(program->terms, term.base);
	return term.kind == EXPR_PARAM;
}

static unsigned signs_of_bits(enum bits_known bits)
{
	if (bits == BITS_CLEAR)
		return SIGN_ZERO;
	return bits == BITS_SET ? SIGN_NEGATIVE | SIGN_POSITIVE : SIGN_ANY;
}

static unsigned signs_of_not(const struct program *program, const struct call_event *event,
			     term_id base)
{
	unsigned signs = summary_signs(program, event, base);

	if (!(signs & SIGN_ZERO))
		return SIGN_ZERO;
	return signs == SIGN_ZERO ? SIGN_POSITIVE : SIGN_ZERO | SIGN_POSITIVE;
}

unsigned summary_signs(const struct program *program, const struct call_event *event, term_id value)
{
	struct term term = term_at(program->terms, value);
	int64_t number;

	if (term_is_int(program->terms, value, &number))
		return number == 0 ? SIGN_ZERO : number < 0 ? SIGN_NEGATIVE : SIGN_POSITIVE;
	if (term.kind == EXPR_ADDR || term.kind == EXPR_FUNC || term.kind == EXPR_STRING)
		return SIGN_POSITIVE;
	for (uint32_t i = 0; i < event->n_conditions; i++)
		if (event->conditions[i].term == value)
			return event->conditions[i].signs;
	for (uint32_t i = 0; i < event->n_told; i++)
		if (event->told[i].term == value)
			return event->told[i].signs;
	if (term.kind == EXPR_UNARY && term.op == UNARY_NOT)
		return signs_of_not(program, event, term.base);
	if (term.kind == EXPR_BINARY && term.op == BINARY_AND &&
	    term_is_int(program->terms, term.b, &number))
		return signs_of_bits(flags_bits(program, term.a, number));
	return SIGN_ANY;
}

/* Something that a task has, the same for who calls and who is called: current->journal_info. */
static bool is_of_task(const struct program *program, term_id value)
{
	return term_has(program->terms, value, EXPR_STRING);
}

/*
 * Whether nobody can say that a condition, whose value at the call is @value, holds: neither this
 * function, nor (unless it is the @last that can) those that call it. That a pointer is followed is
 * no condition, and what a task has is what it mostly has where nobody says otherwise.
 */
static bool is_open_value(const struct summaries *s, const struct predicate *condition,
			  term_id value, unsigned signs, bool last)
{
	if (condition->signs == SIGN_POSITIVE || !(signs & ~condition->signs))
		return false;
	if (is_of_task(s->program, value))
		return false;
	return last || !term_has(s->program->terms, value, EXPR_PARAM);
}

static bool is_open(const struct summaries *s, const struct call_event *event,
		    const struct predicate *condition)
{
	term_id value = summary_value(s->program, event, condition->term);

	return is_open_value(s, condition, value, summary_signs(s->program, event, value), true);
}

bool summary_is_certain(const struct summaries *s, const struct call_event *event,
			const struct requirement *r)
{
	return !r->is_open && !event->is_last &&
	       summary_holds(s, event, r->conditions, r->n_conditions);
}

bool summary_holds(const struct summaries *s, const struct call_event *event,
		   const struct predicate *conditions, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (is_open(s, event, &conditions[i]))
			return false;
	return true;
}

/* The condition is about what a parameter points to, and the caller hands in NULL. */
static bool is_behind_null(const struct program *program, const struct call_event *event,
			   term_id id)
{
	int64_t number;

	for (struct term term = term_at(program->terms, id); term.base;) {
		struct term base = term_at(program->terms, term.base);

		if (term.kind == EXPR_DEREF && base.kind == EXPR_PARAM)
			return base.a < event->n_args &&
			       term_is_int(program->terms, event->args[base.a], &number) &&
			       number == 0;
		term = base;
	}
	return false;
}

/*
 * Callees that take several locks take them under much the same conditions: of those asked for at
 * one call, two thirds have been asked for before. @event is one of flow's, which do not change.
 */
static const struct condition_at_call *
look_at_condition(const struct summaries *s, const struct call_event *event, term_id term)
{
	struct condition_at_call *known =
		&s->tables->recent[(term * 0x9e3779b1u) >> (32 - RECENT_CONDITION_BITS)];

	if (known->event == event && known->term == term)
		return known;
	known->event = event;
	known->term = term;
	known->value = summary_value(s->program, event, term);
	known->signs = summary_signs(s->program, event, known->value);
	known->is_behind_null = is_behind_null(s->program, event, term);
	return known;
}

/* The same as below; @is_open becomes true where nobody can say that they hold. */
static bool lift_conditions(const struct summaries *s, const struct call_event *event,
			    const struct predicate *from, uint32_t n_from, struct arena *arena,
			    const struct predicate **lifted, uint32_t *n_lifted, bool *is_open)
{
	struct predicate *kept = n_from ? arena_new_array(arena, struct predicate, n_from) : NULL;
	uint32_t n = 0;

	for (uint32_t i = 0; i < n_from; i++) {
		const struct condition_at_call *at = look_at_condition(s, event, from[i].term);
		term_id value = at->value;

		if (!(at->signs & from[i].signs) || at->is_behind_null)
			return false;
		*is_open = *is_open || is_open_value(s, &from[i], value, at->signs, false);
		if (term_has(s->program->terms, value, EXPR_PARAM) || is_of_task(s->program, value))
			kept[n++] = (struct predicate){ value, from[i].signs };
	}
	*lifted = kept;
	*n_lifted = n;
	return true;
}

bool summary_lift_conditions(const struct summaries *s, const struct call_event *event,
			     const struct predicate *from, uint32_t n_from, struct arena *arena,
			     const struct predicate **lifted, uint32_t *n_lifted)
{
	bool is_open = true;

	return lift_conditions(s, event, from, n_from, arena, lifted, n_lifted, &is_open);
}

struct held_lock summary_lift_lock(const struct summaries *s, const struct call_event *event,
				   struct held_lock lock)
{
	if (term_at(s->program->terms, lock.lock).kind == EXPR_STRING)
		return lock;
	lock.lock =
		program_lock_object(s->program, summary_translate(s->program, event, lock.lock));
	if (!lock.class_string && lock.lock)
		lock.class_string = program_lock_class(s->program, lock.lock);
	if (lock.flags & HELD_NESTED)
		held_lock_set_nest(s->program->terms, &lock,
				   summary_translate(s->program, event, lock.nest));
	return lock;
}

static const struct predicate *find_condition(const struct predicate *conditions, uint32_t n,
					      term_id term)
{
	for (uint32_t i = 0; i < n; i++)
		if (conditions[i].term == term)
			return &conditions[i];
	return NULL;
}

/* The call itself is made only under what is known there. */
static void add_conditions(const struct summaries *s, const struct call_event *event,
			   struct arena *arena, struct requirement *lifted)
{
	uint32_t n = lifted->n_conditions;
	struct predicate *all;

	if (!event->n_conditions)
		return;
	all = arena_new_array(arena, struct predicate, n + event->n_conditions);
	if (n)
		memcpy(all, lifted->conditions, n * sizeof(*all));
	for (uint32_t i = 0; i < event->n_conditions && n < MAX_CONDITIONS; i++)
		if (!find_condition(all, n, event->conditions[i].term) &&
		    (term_has(s->program->terms, event->conditions[i].term, EXPR_PARAM) ||
		     is_of_task(s->program, event->conditions[i].term)))
			all[n++] = event->conditions[i];
	lifted->conditions = all;
	lifted->n_conditions = n;
}

static void lift_dropped(const struct summaries *s, const struct call_event *event,
			 struct arena *arena, struct requirement *lifted)
{
	const struct held_lock *from = lifted->dropped;
	struct held_lock *dropped;

	if (!lifted->n_dropped)
		return;
	dropped = arena_new_array(arena, struct held_lock, lifted->n_dropped);
	for (uint32_t i = 0; i < lifted->n_dropped; i++)
		dropped[i] = summary_lift_lock(s, event, from[i]);
	lifted->dropped = dropped;
}

bool summary_lift(const struct summaries *s, const struct call_event *event,
		  const struct requirement *from, struct arena *arena, struct requirement *lifted)
{
	*lifted = *from;
	lifted->is_open = from->is_open || event->is_last;
	if (!lift_conditions(s, event, from->conditions, from->n_conditions, arena,
			     &lifted->conditions, &lifted->n_conditions, &lifted->is_open))
		return false;
	add_conditions(s, event, arena, lifted);
	lifted->lock = summary_lift_lock(s, event, from->lock);
	lift_dropped(s, event, arena, lifted);
	lifted->where = event->where;
	return true;
}

bool summary_is_dropped(const struct held_lock *held, const struct held_lock *dropped)
{
	if (held->lock && held->lock == dropped->lock)
		return true;
	return held->class_string && held->class_string == dropped->class_string;
}

bool summary_drops(const struct requirement *r, const struct held_lock *held)
{
	for (uint32_t i = 0; i < r->n_dropped; i++)
		if (summary_is_dropped(held, &r->dropped[i]))
			return true;
	return false;
}

bool summary_callers_can_name(const struct program *program, const struct held_lock *lock)
{
	struct term term = term_at(program->terms, lock->lock);

	while (term.base)
		term = term_at(program->terms, term.base);
	return term.kind == EXPR_PARAM || term.kind == EXPR_GLOBAL || term.kind == EXPR_STRING;
}

static bool is_named_by_caller(const struct summaries *s, const struct requirement *r)
{
	for (uint32_t i = 0; i < r->n_dropped; i++)
		if (summary_callers_can_name(s->program, &r->dropped[i]))
			return true;
	return !r->n_dropped && r->lock.lock &&
	       (is_param_rooted(s->program, r->lock.lock) ||
		term_is_behind_constant(s->program->terms, r->lock.lock));
}

static bool same_dropped(const struct requirement *x, const struct requirement *y)
{
	for (uint32_t i = 0; i < x->n_dropped && i < y->n_dropped; i++)
		if (x->dropped[i].lock != y->dropped[i].lock)
			return false;
	return x->n_dropped == y->n_dropped;
}

static bool same_requirement(const struct requirement *x, const struct requirement *y)
{
	return x->lock.lock == y->lock.lock && x->lock.class_string == y->lock.class_string &&
	       x->lock.mode == y->lock.mode && x->lock.subclass == y->lock.subclass &&
	       x->function == y->function && same_dropped(x, y);
}

static void set_conditions(const struct summaries *s, struct requirement *r,
			   const struct predicate *conditions, uint32_t n)
{
	r->conditions = arena_memdup(s->arena, conditions, n * sizeof(*conditions));
	r->n_conditions = n;
}

/* Whether @x happens whenever @y does. */
static bool asks_no_more(const struct requirement *x, const struct requirement *y)
{
	for (uint32_t i = 0; i < x->n_conditions; i++) {
		const struct predicate *known =
			find_condition(y->conditions, y->n_conditions, x->conditions[i].term);

		if (!known || (known->signs & ~x->conditions[i].signs))
			return false;
	}
	return true;
}

static void keep_common(const struct summaries *s, struct requirement *old,
			const struct requirement *r)
{
	struct predicate common[MAX_CONDITIONS];
	uint32_t n = 0;

	for (uint32_t i = 0; i < old->n_conditions; i++) {
		const struct predicate *known =
			find_condition(r->conditions, r->n_conditions, old->conditions[i].term);
		unsigned signs = known ? known->signs | old->conditions[i].signs : SIGN_ANY;

		if (signs != SIGN_ANY)
			common[n++] = (struct predicate){ old->conditions[i].term, signs };
	}
	set_conditions(s, old, common, n);
}

/* Of ways to the same lock those are kept that happen under conditions of their own. */
static bool add_requirement(const struct summaries *s, GArray *list, const struct requirement *r)
{
	struct requirement *last = NULL;
	struct requirement kept = *r;
	unsigned n_ways = 0;

	for (guint i = 0; i < list->len; i++) {
		struct requirement *old = &g_array_index(list, struct requirement, i);

		if (!same_requirement(old, r))
			continue;
		old->is_direct |= r->is_direct;
		if (asks_no_more(old, r) && old->is_open <= r->is_open)
			return false;
		if (old->callee == r->callee && asks_no_more(r, old) &&
		    r->is_open <= old->is_open) {
			old->is_open = r->is_open;
			set_conditions(s, old, r->conditions, r->n_conditions);
			return false;
		}
		last = old;
		n_ways++;
	}
	if (n_ways >= MAX_WAYS) {
		keep_common(s, last, r);
		return false;
	}
	if (list->len >= MAX_REQUIREMENTS)
		return false;
	set_conditions(s, &kept, r->conditions, r->n_conditions);
	if (r->n_dropped)
		kept.dropped =
			arena_memdup(s->arena, r->dropped, r->n_dropped * sizeof(*r->dropped));
	g_array_append_val(list, kept);
	return true;
}

static bool add_if_needed(const struct summaries *s, GArray *list, const struct requirement *r)
{
	bool taken_or_called = r->lock.lock || r->lock.class_string || r->function != PROGRAM_NONE;

	return taken_or_called && is_named_by_caller(s, r) && add_requirement(s, list, r);
}

static bool is_told(const struct requirement *r, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < r->n_dropped; i++)
		if (r->dropped[i].lock == lock->lock &&
		    r->dropped[i].class_string == lock->class_string)
			return true;
	return false;
}

/*
 * The locks that are given up as well. Where they are too many those count that callers can name;
 * the lock itself comes first: taken again, it is not taken twice.
 */
static void add_dropped(const struct summaries *s, struct requirement *r,
			const struct held_lock *released, uint32_t n)
{
	struct held_lock *dropped;

	if (!n || r->n_dropped == MAX_DROPPED)
		return;
	dropped = arena_new_array(s->tables->scratch, struct held_lock, MAX_DROPPED);
	if (r->n_dropped)
		memcpy(dropped, r->dropped, r->n_dropped * sizeof(*dropped));
	r->dropped = dropped;
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < n && r->n_dropped < MAX_DROPPED; i++) {
			bool itself = r->lock.lock && r->lock.lock == released[i].lock;

			if (itself == (pass == 0) && !is_told(r, &released[i]) &&
			    (itself || n <= MAX_DROPPED ||
			     summary_callers_can_name(s->program, &released[i])))
				dropped[r->n_dropped++] = released[i];
		}
	}
}

static struct requirement own_requirement(const struct summaries *s,
					  const struct acquire_event *event)
{
	struct requirement r = { .lock = event->lock,
				 .function = PROGRAM_NONE,
				 .n_conditions = event->n_conditions,
				 .conditions = event->conditions,
				 .confidence = CONFIDENCE_HIGH,
				 .is_direct = !summary_has_stop(s->program, event->held),
				 .is_open = (event->lock.flags & HELD_LAST) != 0,
				 .where = event->where,
				 .callee = PROGRAM_NONE };

	add_dropped(s, &r, event->released, event->n_released);
	return r;
}

static void add_own(const struct summaries *s, const struct flow_result *flow, GArray *list)
{
	for (uint32_t i = 0; i < flow->n_acquires; i++) {
		struct requirement r = own_requirement(s, &flow->acquires[i]);

		if (!(r.lock.flags & HELD_TRY))
			add_if_needed(s, list, &r);
	}
}

/* A call made while a caller's lock is given up. */
static void add_dropped_call(const struct summaries *s, const struct summary_call *call,
			     GArray *list)
{
	struct requirement r = { .function = call->callee,
				 .n_conditions = call->event->n_conditions,
				 .conditions = call->event->conditions,
				 .confidence = call->confidence,
				 .is_direct = !summary_has_stop(s->program, call->event->held),
				 .where = call->event->where,
				 .callee = call->callee,
				 .inner = PROGRAM_NONE,
				 .why = call->why };

	if (call->event->n_released == 0)
		return;
	add_dropped(s, &r, call->event->released, call->event->n_released);
	add_if_needed(s, list, &r);
}

bool summary_is_own(const struct held_set *held, const struct held_lock *dropped)
{
	for (uint32_t h = 0; h < held->n; h++)
		if (!(held->locks[h].flags & HELD_ENTRY) &&
		    summary_is_dropped(&held->locks[h], dropped))
			return true;
	return false;
}

/* What is given up was this function's own: its callers need not know. */
static void forget_own(const struct summary_call *call, struct requirement *r)
{
	struct held_lock *dropped = (struct held_lock *)r->dropped;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < r->n_dropped; i++)
		if (!summary_is_own(call->event->held, &dropped[i]))
			dropped[kept++] = dropped[i];
	r->n_dropped = kept;
}

/* Calls down to what is locked, for a lock of the task's, which every caller can name. */
#define MOST_CALLS_TO_TASKS 3

static bool is_far(const struct summaries *s, const struct requirement *r)
{
	unsigned calls = 1;

	for (; r->callee != PROGRAM_NONE && calls < MOST_CALLS_TO_TASKS; calls++)
		r = &s->functions[r->callee].requirements[r->inner];
	return calls == MOST_CALLS_TO_TASKS;
}

/* Where nothing is given up, only a lock counts that this function's callers can name. */
static bool may_be_needed(const struct summaries *s, const struct call_event *event,
			  const struct requirement *from)
{
	term_id lock;

	if (from->n_dropped || event->n_released || from->function != PROGRAM_NONE)
		return true;
	lock = summary_translate(s->program, event, from->lock.lock);
	return lock && (is_param_rooted(s->program, lock) ||
			term_is_behind_constant(s->program->terms, lock));
}

static bool lift_from_call(const struct summaries *s, const struct summary_call *call, GArray *list)
{
	const struct function_summary *callee = &s->functions[call->callee];
	bool changed = false;

	for (uint32_t i = 0; i < callee->n_requirements; i++) {
		const struct requirement *from = &callee->requirements[i];
		struct requirement r;

		if (!may_be_needed(s, call->event, from) ||
		    (term_is_behind_constant(s->program->terms, from->lock.lock) &&
		     is_far(s, from)))
			continue;
		if (!summary_lift(s, call->event, from, s->tables->scratch, &r))
			continue;
		r.callee = call->callee;
		r.inner = i;
		r.confidence = MIN(from->confidence, call->confidence);
		if (call->why)
			r.why = call->why;
		forget_own(call, &r);
		add_dropped(s, &r, call->event->released, call->event->n_released);
		r.is_direct &= !summary_has_stop(s->program, call->event->held);
		changed |= add_if_needed(s, list, &r);
	}
	return changed;
}

static bool update(struct summaries *s, uint32_t f, bool first)
{
	struct function_summary *summary = &s->functions[f];
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct requirement));
	bool changed = false;

	arena_reset(s->tables->scratch);
	g_array_append_vals(list, summary->requirements, summary->n_requirements);
	if (first)
		add_own(s, summary->flow, list);
	for (uint32_t i = 0; i < summary->n_calls; i++) {
		const struct summary_call *call = &summary->calls[i];

		if (first)
			add_dropped_call(s, call, list);
		if (call->confidence >= CONFIDENCE_MEDIUM)
			lift_from_call(s, call, list);
	}
	changed = list->len != summary->n_requirements;
	if (changed) {
		summary->requirements =
			arena_memdup(s->arena, list->data, list->len * sizeof(struct requirement));
		summary->n_requirements = list->len;
	}
	return changed;
}

/* Inside a component a few rounds: terms get deeper at each; a true fixpoint adds nothing. */
#define COMPONENT_ROUNDS 3

void summaries_find_requirements(struct summaries *s)
{
	summaries_update_bottom_up(s, update, COMPONENT_ROUNDS);
}
