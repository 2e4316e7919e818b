/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadlock_event.c - a completion is waited for with a lock held that its completers take first
 *
 *   mutex_lock(&l->lock);                   l_event():
 *   wait_for_completion(&l->done);            mutex_lock(&l->lock);
 *                                             ...
 *                                             complete(&l->done);
 *
 * A completion is named as a lock class is. Its completers are all calls of complete() of that
 * name; the lock is needed if each of them holds it, or has taken it on every way to the call. An
 * event that another path can also raise does not close the circle.
 *
 * Not a finding: a wait with a timeout, or that a signal ends; a completion whose address goes to
 * functions of which nothing is known. Spinning locks are sleep/atomic's.
 */
#include "check/rcu_p.h"

#include "check/chain_p.h"

#include <string.h>

#define MOST_CALLERS 3

struct completer {
	uint32_t class_string;
	uint32_t function;
	const struct call_event *event;
};

struct search {
	const struct check_input *in;
	GArray *completers; /* struct completer, by class */
	GHashTable *told;   /* classes + 1 */
	GHashTable *given;  /* classes: see goes_elsewhere(); NULL until one asks */
};

static bool counts(const struct held_lock *lock)
{
	return lock->class_string && lock_kind_wait(lock->kind) == LOCK_WAIT_SLEEP &&
	       lock->kind != LOCK_PSEUDO && !(lock->flags & HELD_TRY);
}

static uint32_t class_of(const struct check_input *in, const struct call_event *event,
			 const struct role *role)
{
	term_id object = role_argument(event, role->object_arg);

	return object ? program_lock_class(in->program, term_deref(in->program->terms, object)) : 0;
}

/* --- completers ------------------------------------------------------------------------------- */

static bool is_role(const struct check_input *in, const struct call_event *event)
{
	return call_role(in, event, ROLE_EVENT_WAIT) || call_role(in, event, ROLE_EVENT_DONE) ||
	       call_role(in, event, ROLE_EVENT_INIT);
}

static void collect(struct search *s, uint32_t function)
{
	const struct check_input *in = s->in;
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];
		const struct role *role = call_role(in, event, ROLE_EVENT_DONE);
		struct completer completer = { .function = function, .event = event };

		completer.class_string = role ? class_of(in, event, role) : 0;
		if (completer.class_string)
			g_array_append_val(s->completers, completer);
	}
}

static bool is_completed(const struct search *s, uint32_t class_string)
{
	for (guint i = 0; i < s->completers->len; i++)
		if (g_array_index(s->completers, struct completer, i).class_string == class_string)
			return true;
	return false;
}

/* The classes of all members whose address @event gives to a function that may complete them. */
static void note_given(GHashTable *given, const struct check_input *in,
		       const struct call_event *event)
{
	struct term_table *terms = in->program->terms;

	for (uint32_t a = 0; a < event->n_args; a++) {
		struct term term = term_at(terms, event->args[a]);

		if (term.kind == EXPR_ADDR && term_at(terms, term.base).kind == EXPR_FIELD &&
		    !is_role(in, event))
			g_hash_table_add(given, GUINT_TO_POINTER(program_lock_class(in->program,
										    term.base)));
	}
}

static GHashTable *find_given(const struct check_input *in)
{
	GHashTable *given = g_hash_table_new(NULL, NULL);

	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0; i < flow->n_calls; i++)
			note_given(given, in, &flow->calls[i]);
	}
	return given;
}

/* Whether the address of a completion of that class goes to a function that may complete it. */
static bool goes_elsewhere(struct search *s, uint32_t class_string)
{
	if (!s->given)
		s->given = find_given(s->in);
	return g_hash_table_contains(s->given, GUINT_TO_POINTER(class_string));
}

/* --- what a completer needs ------------------------------------------------------------------- */

/* Whether @to can be come to from the function's entry without passing @avoided. */
static bool can_avoid(const struct check_input *in, uint32_t function, struct flow_point avoided,
		      struct flow_point to)
{
	const struct function *f = &in->program->functions[function];
	const struct facts *facts = in->program->units[f->unit].facts;
	g_autofree bool *seen = g_new0(bool, f->facts->n_blocks + 1);
	g_autoptr(GArray) pending = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	uint32_t entry = 0;

	if (avoided.block == to.block)
		return avoided.step > to.step;
	if (avoided.block == entry)
		return false;
	g_array_append_val(pending, entry);
	for (guint i = 0; i < pending->len; i++) {
		uint32_t number = g_array_index(pending, uint32_t, i);
		const struct fact_block *block = &facts->blocks[f->facts->blocks + number];

		if (number == to.block)
			return true;
		for (uint32_t e = 0; e < block->n_edges; e++) {
			uint32_t next = facts->edges[block->edges + e].block;

			if (next != avoided.block && !seen[next])
				g_array_append_val(pending, next);
			seen[next] = true;
		}
	}
	return false;
}

static bool holds(const struct held_set *held, uint32_t class_string, struct flow_point *where)
{
	for (uint32_t i = 0; i < held->n; i++) {
		if (held->locks[i].class_string != class_string)
			continue;
		*where = held->locks[i].where;
		return true;
	}
	return false;
}

/* Whether who comes to @event of @function has to take the lock; *@where and *@owner: there. */
static bool needs(const struct check_input *in, uint32_t function, const struct call_event *event,
		  uint32_t class_string, uint32_t *owner, struct flow_point *where, int depth)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;
	uint32_t n;
	const struct rcu_caller *callers = rcu_callers(in->rcu, function, &n);

	*owner = function;
	if (holds(event->held, class_string, where))
		return true;
	for (uint32_t i = 0; i < flow->n_acquires; i++) {
		const struct acquire_event *acquire = &flow->acquires[i];

		if (acquire->lock.class_string != class_string || !counts(&acquire->lock) ||
		    can_avoid(in, function, acquire->where, event->where))
			continue;
		*where = acquire->where;
		return true;
	}
	for (uint32_t i = 0; i < n && depth < MOST_CALLERS; i++)
		if (callers[i].function == function ||
		    !needs(in, callers[i].function, callers[i].call->event, class_string, owner,
			   where, depth + 1))
			return false;
	return n && depth < MOST_CALLERS;
}

/* A completer, if all of them need the lock; else NULL. */
static const struct completer *find_completer(const struct search *s, uint32_t class_string,
					      uint32_t lock, uint32_t *owner,
					      struct flow_point *where)
{
	const struct completer *found = NULL;

	for (guint i = 0; i < s->completers->len; i++) {
		const struct completer *c = &g_array_index(s->completers, struct completer, i);

		if (c->class_string != class_string)
			continue;
		if (!needs(s->in, c->function, c->event, lock, owner, where, 0))
			return NULL;
		found = c;
	}
	return found;
}

/* --- waits ------------------------------------------------------------------------------------ */

/* A wait, and the calls that lead to it from where the lock is held. */
struct wait {
	uint32_t class_string;
	uint32_t function; /* where the lock is held */
	struct flow_point where;
	const struct held_lock *lock;
	uint32_t n_calls;
	struct rcu_caller calls[MOST_CALLERS]; /* innermost first */
	uint32_t waiter;
	const struct call_event *event;
};

static const char *label_of(const struct check_input *in, uint32_t class_string)
{
	struct held_lock named = { .kind = LOCK_MUTEX, .class_string = class_string };

	return held_label(in, &named);
}

/* "struct link" of "struct link.lock". */
static bool are_of_one_record(const struct check_input *in, uint32_t x, uint32_t y)
{
	const char *a = program_string(in->program, x), *b = program_string(in->program, y);
	const char *dot = strchr(a, '.');

	return !g_str_has_prefix(a, "struct ") || (dot && !strncmp(a, b, (size_t)(dot - a) + 1));
}

static void report(const struct search *s, const struct wait *w, const struct completer *c,
		   uint32_t owner, struct flow_point taken)
{
	const struct check_input *in = s->in;
	bool is_one = are_of_one_record(in, w->lock->class_string, w->class_string);
	struct finding *f =
		finding_new(in, RULE_DEADLOCK_WAIT, is_one ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM);
	struct finding_path *paths = arena_new_array(in->arena, struct finding_path, 2);
	struct finding_lock *locks = arena_new_array(in->arena, struct finding_lock, 1);
	const char *event = label_of(in, w->class_string), *lock = held_label(in, w->lock);
	struct chain wait = chain_new(in), done = chain_new(in);

	chain_add_point(&wait, w->function, w->lock->where, "acquire",
			arena_printf(in->arena, "takes %s", lock));
	for (uint32_t i = w->n_calls; i-- > 0;)
		chain_add_point(&wait, w->calls[i].function, w->calls[i].call->event->where, "call",
				arena_printf(in->arena, "calls %s()",
					     function_name(in->program, w->calls[i].call->callee)));
	chain_add_point(&wait, w->waiter, w->event->where, "sleep",
			arena_printf(in->arena, "waits for %s", event));
	chain_add_point(&done, owner, taken, "acquire", arena_printf(in->arena, "takes %s", lock));
	chain_add_point(&done, c->function, c->event->where, "call",
			arena_printf(in->arena, "completes %s", event));
	chain_give(&done, f);
	paths[1] = f->paths[0];
	chain_give(&wait, f);
	paths[0] = f->paths[0];
	locks[0] = finding_lock_of_held(in, w->lock);
	paths[0].holds = paths[1].acquires = locks[0].class_name;
	f->paths = paths;
	f->n_paths = 2;
	f->locks = locks;
	f->n_locks = 1;
	f->message = arena_printf(
		in->arena, "%s is waited for with %s held, which %s() takes before it completes it",
		event, lock, function_name(in->program, c->function));
	chain_locate(&wait, f, w->function, w->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void look_at_held(struct search *s, struct wait *w, const struct held_set *held)
{
	for (uint32_t i = 0; i < held->n; i++) {
		const struct completer *completer;
		uint32_t owner;
		struct flow_point taken;

		w->lock = &held->locks[i];
		if (!counts(w->lock) || (w->lock->flags & HELD_ENTRY))
			continue;
		completer =
			find_completer(s, w->class_string, w->lock->class_string, &owner, &taken);
		/* Who holds the lock and completes it for itself does not wait for others. */
		if (!completer || owner == w->function || goes_elsewhere(s, w->class_string) ||
		    !g_hash_table_add(s->told, GUINT_TO_POINTER(w->class_string + 1)))
			continue;
		report(s, w, completer, owner, taken);
	}
}

static void look_at_callers(struct search *s, struct wait *w, uint32_t function)
{
	uint32_t n;
	const struct rcu_caller *callers = rcu_callers(s->in->rcu, function, &n);

	for (uint32_t i = 0; i < n && w->n_calls < MOST_CALLERS; i++) {
		if (callers[i].function == function)
			continue;
		w->function = callers[i].function;
		w->where = callers[i].call->event->where;
		w->calls[w->n_calls++] = callers[i];
		look_at_held(s, w, callers[i].call->event->held);
		look_at_callers(s, w, callers[i].function);
		w->n_calls--;
	}
}

static void check_waits(struct search *s, uint32_t function)
{
	const struct flow_result *flow = s->in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct role *role = call_role(s->in, &flow->calls[i], ROLE_EVENT_WAIT);
		struct wait w = { .function = function,
				  .where = flow->calls[i].where,
				  .waiter = function,
				  .event = &flow->calls[i] };

		w.class_string = role ? class_of(s->in, w.event, role) : 0;
		if (!w.class_string || !is_completed(s, w.class_string))
			continue;
		look_at_held(s, &w, w.event->held);
		look_at_callers(s, &w, function);
	}
}

static void run(const struct check_input *in)
{
	struct search s = { .in = in,
			    .completers = g_array_new(FALSE, FALSE, sizeof(struct completer)),
			    .told = g_hash_table_new(NULL, NULL) };

	for (uint32_t f = 0; f < in->program->n_functions; f++)
		collect(&s, f);
	for (uint32_t f = 0; f < in->program->n_functions; f++)
		check_waits(&s, f);
	g_array_unref(s.completers);
	g_hash_table_unref(s.told);
	g_clear_pointer(&s.given, g_hash_table_unref);
}

const struct check check_deadlock_event = { .name = "deadlock_event", .run = run };
