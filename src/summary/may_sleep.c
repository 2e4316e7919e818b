/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * may_sleep.c - how functions may sleep
 *
 * Per function a few ways to sleep are kept, bottom up: each with what must hold for it of the
 * function's parameters, which a caller's arguments decide, and with the locks that are given up
 * before it. A way that holds whenever another does, and is no surer, adds nothing.
 *
 * Where a primitive's rule says that it sleeps, that is the end: what its body sleeps for would say
 * the same again, less exactly.
 */
#include "summary/summary_p.h"

#include <string.h>

/* Per function. Measured on s390 defconfig: 97 % of those that may sleep have fewer. */
#define MAX_WAYS 8
#define MAX_DROPPED 4

#define ALL_BITS (-1)

/* Inside a component ways grow by a call each round; longer ones through recursion say nothing. */
#define COMPONENT_ROUNDS 4

/* --- one way --------------------------------------------------------------------------------- */

bool summary_is_atomic(const struct held_lock *held)
{
	enum lock_wait wait = lock_kind_wait(held->kind);

	if (held->kind == LOCK_SEQCOUNT) /* raw ones have readers that do not wait for the end */
		return held->mode == MODE_WRITE && !(held->flags & HELD_TRY);
	return wait == LOCK_WAIT_SPIN || wait == LOCK_WAIT_SPIN_RT || held->kind == LOCK_RCU;
}

static bool in_own_section(const struct held_set *held)
{
	for (uint32_t i = 0; i < held->n; i++)
		if (summary_is_atomic(&held->locks[i]) && !(held->locks[i].flags & HELD_ENTRY))
			return true;
	return false;
}

/* What conditions say of @tested. */
static enum bits_known bits_by_conditions(const struct predicate *conditions, uint32_t n,
					  term_id tested)
{
	for (uint32_t i = 0; i < n; i++) {
		if (conditions[i].term != tested)
			continue;
		if (conditions[i].signs == SIGN_ZERO)
			return BITS_CLEAR;
		if (!(conditions[i].signs & SIGN_ZERO))
			return BITS_SET;
	}
	return BITS_UNKNOWN;
}

/* Whether @value & @mask is set, as far as its term and the conditions tell. */
static enum bits_known bits_of_value(const struct summaries *s, term_id value, int64_t mask,
				     const struct predicate *conditions, uint32_t n)
{
	struct term_table *terms = s->program->terms;
	struct term masked = {
		.kind = EXPR_BINARY, .op = BINARY_AND, .a = value, .b = term_int(terms, mask)
	};
	enum bits_known bits = bits_by_conditions(
		conditions, n, mask == ALL_BITS ? value : term_make(terms, masked));

	return bits == BITS_UNKNOWN ? flags_bits(s->program, value, mask) : bits;
}

static enum flags_answer answer_of(const struct sleep_way *way, enum bits_known bits)
{
	if (bits == BITS_OF_PARAM)
		return FLAGS_OF_PARAM;
	if (bits == BITS_UNKNOWN)
		return FLAGS_UNKNOWN;
	return (bits == BITS_SET) == (way->event->effect->flags_mask != 0) ? FLAGS_SLEEP
									   : FLAGS_NEVER;
}

static enum flags_answer ask_flags(const struct summaries *s, const struct sleep_way *way,
				   term_id value, const struct predicate *conditions, uint32_t n)
{
	const struct effect *effect = way->event->effect;
	int64_t mask = effect->flags_mask ? effect->flags_mask : ALL_BITS;

	return answer_of(way, bits_of_value(s, value, mask, conditions, n));
}

enum flags_answer summary_flags_sleep(const struct summaries *s, const struct sleep_way *way,
				      term_id value)
{
	return ask_flags(s, way, value, NULL, 0);
}

/* Sets way->flags as far as they are open; false if it does not sleep, or nobody can know. */
static bool decide_flags(const struct summaries *s, term_id flags,
			 const struct predicate *conditions, uint32_t n, struct sleep_way *way)
{
	enum flags_answer answer = ask_flags(s, way, flags, conditions, n);

	way->flags = answer == FLAGS_OF_PARAM ? flags : 0;
	return answer == FLAGS_OF_PARAM || answer == FLAGS_SLEEP;
}

static void drop_locks(const struct held_lock *released, uint32_t n, struct arena *arena,
		       struct sleep_way *way)
{
	struct held_lock *dropped;

	if (!n)
		return;
	dropped = arena_new_array(arena, struct held_lock, way->n_dropped + n);
	if (way->n_dropped)
		memcpy(dropped, way->dropped, way->n_dropped * sizeof(*dropped));
	memcpy(dropped + way->n_dropped, released, n * sizeof(*dropped));
	way->dropped = dropped;
	way->n_dropped += n;
}

/* The situations of an entry from which a point is in one of @wrong. */
static exec_set entered_wrongly(const struct exec_context *exec, exec_set wrong)
{
	exec_set entered = 0;

	for (int s = 0; s < SITUATIONS; s++)
		if ((exec->entry & (1u << s)) &&
		    (wrong & (1u << exec_now_one((enum situation)s, exec, false))))
			entered |= 1u << s;
	return entered;
}

exec_set summary_no_sleep(void)
{
	exec_set wrong = 0;

	for (int s = 0; s < SITUATIONS; s++)
		if (!situation_may_sleep((enum situation)s))
			wrong |= 1u << s;
	return wrong;
}

bool summary_own_way(const struct summaries *s, uint32_t function, const struct sleep_event *event,
		     struct sleep_way *way)
{
	struct exec_context exec = event->exec;
	exec_set wrong = summary_no_sleep();

	if (event->effect->ends_preempt_off && exec.preempt > 0)
		exec.preempt--;
	else if (event->effect->ends_preempt_off)
		wrong &= ~EXEC_BIT(TASK_P);
	*way = (struct sleep_way){ .function = function,
				   .where = event->where,
				   .event = event,
				   .confidence = event->primitive->is_seldom ? CONFIDENCE_MEDIUM
									     : CONFIDENCE_HIGH,
				   .is_last = event->is_last,
				   .wrong = entered_wrongly(&exec, wrong),
				   .conditions = event->conditions,
				   .n_conditions = event->n_conditions,
				   .dropped = event->released,
				   .n_dropped = event->n_released };
	if (event->effect->faults && event->exec.pagefault > 0)
		return false;
	return !effect_is_conditional(event->effect) ||
	       decide_flags(s, event->flags, event->conditions, event->n_conditions, way);
}

static bool lift_dropped(const struct summaries *s, const struct call_event *event,
			 const struct sleep_way *way, struct arena *arena, struct sleep_way *lifted)
{
	struct held_lock *dropped;

	if (!way->n_dropped)
		return true;
	dropped = arena_new_array(arena, struct held_lock, way->n_dropped);
	for (uint32_t i = 0; i < way->n_dropped; i++)
		dropped[i] = summary_lift_lock(s, event, way->dropped[i]);
	lifted->dropped = dropped;
	return way->n_dropped <= MAX_DROPPED;
}

/* What is given up in the callee and held here goes on being held for the callers. */
static void keep_own_locks(const struct held_set *held, struct sleep_way *lifted)
{
	struct held_lock *dropped = (struct held_lock *)lifted->dropped;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < lifted->n_dropped; i++) {
		bool is_own = false;

		for (uint32_t h = 0; h < held->n && !is_own; h++)
			is_own = summary_is_dropped(&held->locks[h], &dropped[i]);
		if (!is_own)
			dropped[kept++] = dropped[i];
	}
	lifted->n_dropped = kept;
}

/* "if (gfpflags_allow_blocking(flags))" with flags that nobody knows there: as for allocations. */
static bool tests_unknown_flags(const struct summaries *s, const struct call_event *event,
				const struct predicate *condition)
{
	const struct program *program = s->program;
	struct term term = term_at(program->terms, condition->term);
	int64_t mask;

	if (term.kind != EXPR_BINARY || term.op != BINARY_AND || (condition->signs & SIGN_ZERO) ||
	    !term_is_int(program->terms, term.b, &mask) || !(mask & program->rules->sleep_mask) ||
	    (mask & ~program->rules->sleep_mask))
		return false;
	return flags_bits(program, summary_translate(program, event, term.a), mask) == BITS_UNKNOWN;
}

static bool lift_values(const struct summaries *s, const struct summary_call *call,
			const struct sleep_way *way, struct arena *arena, struct sleep_way *lifted)
{
	const struct call_event *event = call->event;

	for (uint32_t i = 0; i < way->n_conditions; i++)
		if (tests_unknown_flags(s, event, &way->conditions[i]))
			return false;
	if (!summary_lift_conditions(s, event, way->conditions, way->n_conditions, arena,
				     &lifted->conditions, &lifted->n_conditions))
		return false;
	return !way->flags || decide_flags(s, summary_value(s->program, event, way->flags),
					   event->conditions, event->n_conditions, lifted);
}

static void add_conditions(const struct call_event *event, struct arena *arena,
			   struct sleep_way *lifted)
{
	uint32_t n = lifted->n_conditions;
	struct predicate *all;

	if (!event->n_conditions)
		return;
	all = arena_new_array(arena, struct predicate, n + event->n_conditions);
	if (n)
		memcpy(all, lifted->conditions, n * sizeof(*all));
	for (uint32_t i = 0; i < event->n_conditions; i++) {
		bool known = false;

		for (uint32_t c = 0; c < n && !known; c++)
			known = all[c].term == event->conditions[i].term;
		if (!known)
			all[lifted->n_conditions++] = event->conditions[i];
	}
	lifted->conditions = all;
}

static bool is_seldom(const struct summaries *s, uint32_t function)
{
	const struct primitive *primitive =
		s->program->symbols[s->program->functions[function].symbol].primitive;

	return primitive && primitive->is_seldom;
}

bool summary_lift_way(const struct summaries *s, uint32_t function, const struct summary_call *call,
		      const struct sleep_way *way, struct arena *arena, struct sleep_way *lifted)
{
	*lifted = *way;
	lifted->function = function;
	lifted->where = call->event->where;
	lifted->call = call;
	lifted->inner = way;
	lifted->length = way->length + 1;
	lifted->confidence = MIN(way->confidence, call->confidence);
	if (is_seldom(s, call->callee))
		lifted->confidence = MIN(lifted->confidence, CONFIDENCE_MEDIUM);
	lifted->is_last |= call->is_last;
	lifted->wrong = entered_wrongly(&call->event->exec, way->wrong);
	if (way->event->effect->faults && call->event->exec.pagefault > 0)
		return false;
	if (!lift_values(s, call, way, arena, lifted) ||
	    !lift_dropped(s, call->event, way, arena, lifted))
		return false;
	add_conditions(call->event, arena, lifted);
	return true;
}

/* --- ways against each other ------------------------------------------------------------------ */

/* Whether every condition of @x is one of @y, too. */
static bool asks_no_more(const struct sleep_way *x, const struct sleep_way *y)
{
	for (uint32_t i = 0; i < x->n_conditions; i++) {
		bool found = false;

		for (uint32_t j = 0; j < y->n_conditions && !found; j++)
			found = x->conditions[i].term == y->conditions[j].term &&
				!(y->conditions[j].signs & ~x->conditions[i].signs);
		if (!found)
			return false;
	}
	return true;
}

static bool drops_no_more(const struct sleep_way *x, const struct sleep_way *y)
{
	for (uint32_t i = 0; i < x->n_dropped; i++) {
		bool found = false;

		for (uint32_t j = 0; j < y->n_dropped && !found; j++)
			found = x->dropped[i].lock == y->dropped[j].lock &&
				x->dropped[i].class_string == y->dropped[j].class_string;
		if (!found)
			return false;
	}
	return true;
}

static enum grace_period waits_for(const struct sleep_way *way)
{
	return way->event->effect->waits_for;
}

/* Whether @x happens whenever @y does. */
static bool covers(const struct sleep_way *x, const struct sleep_way *y)
{
	return waits_for(x) == waits_for(y) && x->confidence >= y->confidence &&
	       x->is_last <= y->is_last && !(y->wrong & ~x->wrong) &&
	       (!x->flags || x->flags == y->flags) && asks_no_more(x, y) && drops_no_more(x, y);
}

/* The smaller, the more a way tells. */
static unsigned badness(const struct sleep_way *way)
{
	unsigned unsure = way->confidence < CONFIDENCE_HIGH ? 1000 : 0;

	return unsure + (way->is_last ? 500 : 0) + (way->flags ? 20 : 0) + 40 * way->n_dropped +
	       10 * way->n_conditions + way->length;
}

static struct sleep_way *keep_way(const struct summaries *s, const struct sleep_way *way)
{
	struct sleep_way *kept = arena_memdup(s->arena, way, sizeof(*way));

	if (way->n_conditions)
		kept->conditions = arena_memdup(s->arena, way->conditions,
						way->n_conditions * sizeof(*way->conditions));
	if (way->n_dropped)
		kept->dropped = arena_memdup(s->arena, way->dropped,
					     way->n_dropped * sizeof(*way->dropped));
	return kept;
}

static void insert_sorted(GPtrArray *list, struct sleep_way *way)
{
	guint at = 0;

	while (at < list->len && badness(list->pdata[at]) <= badness(way))
		at++;
	g_ptr_array_insert(list, (gint)at, way);
	if (list->len > MAX_WAYS)
		g_ptr_array_set_size(list, MAX_WAYS);
}

static void add_way(const struct summaries *s, GPtrArray *list, const struct sleep_way *way)
{
	for (guint i = 0; i < list->len;) {
		const struct sleep_way *old = list->pdata[i];

		if (covers(old, way) && (old->length <= way->length || !covers(way, old)))
			return;
		if (covers(way, old))
			g_ptr_array_remove_index(list, i);
		else
			i++;
	}
	if (list->len < MAX_WAYS || badness(way) < badness(list->pdata[list->len - 1]))
		insert_sorted(list, keep_way(s, way));
}

/* --- all functions ---------------------------------------------------------------------------- */

bool summary_sleep_is_told(const struct summaries *s, uint32_t function)
{
	const struct program *program = s->program;
	const struct primitive *primitive =
		program->symbols[program->functions[function].symbol].primitive;

	for (size_t i = 0; primitive && i < primitive->n_effects; i++)
		if (primitive->effects[i].op == EFFECT_SLEEP)
			return true;
	return primitive && primitive->stays_awake;
}

/* Something is off there that the function has switched off: it goes wrong here already. */
static bool is_for_callers(const struct sleep_way *way)
{
	return way->wrong && !(way->wrong & EXEC_BIT(TASK));
}

static void add_own_ways(const struct summaries *s, uint32_t f, GPtrArray *list)
{
	const struct flow_result *flow = s->functions[f].flow;
	struct sleep_way way;

	for (uint32_t i = 0; i < flow->n_sleeps; i++)
		if (!in_own_section(flow->sleeps[i].held) &&
		    summary_own_way(s, f, &flow->sleeps[i], &way) && is_for_callers(&way))
			add_way(s, list, &way);
}

static void add_ways_of_call(const struct summaries *s, uint32_t f, const struct summary_call *call,
			     GPtrArray *list)
{
	const struct function_summary *callee = &s->functions[call->callee];
	struct arena *scratch = s->tables->scratch;
	struct sleep_way way;

	for (uint32_t i = 0; i < callee->n_ways; i++) {
		if (callee->ways[i]->function == f ||
		    !summary_lift_way(s, f, call, callee->ways[i], scratch, &way) ||
		    !is_for_callers(&way))
			continue;
		keep_own_locks(call->event->held, &way);
		drop_locks(call->event->released, call->event->n_released, scratch, &way);
		add_way(s, list, &way);
	}
}

static bool is_followed(const struct summaries *s, const struct summary_call *call)
{
	return call->confidence >= CONFIDENCE_MEDIUM && !call->event->is_implied &&
	       s->functions[call->callee].n_ways && !summary_sleep_is_told(s, call->callee) &&
	       !in_own_section(call->event->held);
}

static bool update(struct summaries *s, uint32_t f, bool first)
{
	struct function_summary *summary = &s->functions[f];
	g_autoptr(GPtrArray) list = g_ptr_array_new();

	arena_reset(s->tables->scratch);
	for (uint32_t i = 0; i < summary->n_ways; i++)
		g_ptr_array_add(list, (gpointer)summary->ways[i]);
	if (first)
		add_own_ways(s, f, list);
	for (uint32_t i = 0; i < summary->n_calls; i++)
		if (is_followed(s, &summary->calls[i]))
			add_ways_of_call(s, f, &summary->calls[i], list);
	if (list->len == summary->n_ways &&
	    (!list->len || !memcmp(list->pdata, summary->ways, list->len * sizeof(gpointer))))
		return false;
	summary->ways = arena_memdup(s->arena, list->pdata, list->len * sizeof(gpointer));
	summary->n_ways = list->len;
	return true;
}

void summaries_find_ways(struct summaries *s)
{
	summaries_update_bottom_up(s, update, COMPONENT_ROUNDS);
}
