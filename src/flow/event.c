/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event.c - what a run leaves behind for the summaries
 *
 * A step is transferred again whenever a state before it changes; an event is told apart by its
 * step and the locks held there, and the last (most merged) state's values count.
 */
#include "flow/flow_p.h"

#define MAX_EVENT_CONDITIONS 6
#define NOT_ZERO (SIGN_NEGATIVE | SIGN_POSITIVE)

enum event_kind {
	EVENT_ACQUIRE,
	EVENT_CALL,
	EVENT_SLEEP,
	EVENT_POINTER,
	EVENT_GUARDED,
	EVENT_EXPOSURE
};

struct event_key {
	struct flow_point where;
	uint32_t lock;
	uint32_t class_string;
	uint32_t kind; /* enum event_kind */
	uint32_t n_held;
	uint64_t held_hash;
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
	return hash ^ (hash >> 32);
}

static uint64_t hash_held(const struct state *state)
{
	uint64_t hash = mix(exec_key(&state->exec), state->n_released);

	for (uint32_t i = 0; i < state->n_held; i++) {
		hash = mix(hash,
			   ((uint64_t)state->held[i].lock << 32) | state->held[i].class_string);
		hash = mix(hash, ((uint64_t)state->held[i].mode << 32) |
					 ((uint64_t)state->held[i].flags << 8) |
					 state->held[i].subclass);
	}
	for (uint32_t i = 0; i < state->n_released; i++)
		hash = mix(hash, ((uint64_t)state->released[i].lock << 32) |
					 state->released[i].class_string);
	for (uint32_t i = 0; i < state->n_regained; i++)
		hash = mix(hash, ((uint64_t)state->regained[i].lock << 32) |
					 state->regained[i].class_string);
	return hash;
}

static guint hash_key(gconstpointer p)
{
	const struct event_key *key = p;

	return (guint)mix(mix(key->held_hash, ((uint64_t)key->where.block << 32) | key->where.step),
			  ((uint64_t)key->lock << 34) | ((uint64_t)key->class_string << 3) |
				  key->kind);
}

static gboolean same_key(gconstpointer p, gconstpointer q)
{
	const struct event_key *x = p, *y = q;

	return x->where.block == y->where.block && x->where.step == y->where.step &&
	       x->lock == y->lock && x->class_string == y->class_string && x->kind == y->kind &&
	       x->n_held == y->n_held && x->held_hash == y->held_hash;
}

/* The callers' that was taken back first: mostly it is the outer one again. */
static const struct held_set *keep_held(struct flow *flow, const struct state *state)
{
	struct held_set *set = arena_new_struct(flow->run, struct held_set);
	struct held_lock *locks;

	set->n = state->n_regained + state->n_held;
	if (!set->n)
		return set;
	locks = arena_new_array(flow->run, struct held_lock, set->n);
	for (uint32_t i = 0; i < state->n_regained; i++)
		locks[i] = state->regained[i];
	for (uint32_t i = 0; i < state->n_held; i++)
		locks[state->n_regained + i] = state->held[i];
	set->locks = locks;
	return set;
}

static const struct held_lock *keep_released(struct flow *flow, const struct state *state)
{
	if (!state->n_released)
		return NULL;
	return arena_memdup(flow->run, state->released,
			    state->n_released * sizeof(*state->released));
}

static void add_condition(struct predicate *kept, uint32_t *n, uint32_t most, term_id term,
			  unsigned signs)
{
	if (*n < most && signs != SIGN_ANY)
		kept[(*n)++] = (struct predicate){ term, signs };
}

/* Known of what stands beside the member that is called: nc->type, where nc->call() is. */
static bool is_beside(const struct term_table *terms, term_id callee, term_id known)
{
	struct term member = term_at(terms, callee), term = term_at(terms, known);

	if (term.kind == EXPR_BINARY && term.op == BINARY_EQ)
		term = term_at(terms, term.a);
	return member.kind == EXPR_FIELD && term.kind == EXPR_FIELD && term.base == member.base;
}

static void keep_beside(const struct flow *flow, const struct state *state, term_id callee,
			struct predicate *kept, uint32_t *n)
{
	for (uint32_t i = 0; i < state->n_known; i++) {
		term_id term = state->known[i].term;

		if (is_beside(flow->terms, callee, term) && !term_is_outside(flow->terms, term))
			add_condition(kept, n, MAX_EVENT_CONDITIONS, term, state->known[i].signs);
	}
}

/*
 * Conditions that callers can check: on parameters and globals only. Those on the values of
 * parameters come first: callers pass constants more often than they know what memory holds.
 * Before them what is known of the call's own arguments, for the callee's conditions, and of the
 * object whose member is called, which tells whose it is not.
 */
static const struct predicate *keep_conditions(struct flow *flow, const struct state *state,
					       const struct call_event *call, uint32_t *n)
{
	struct predicate kept[2 * MAX_EVENT_CONDITIONS];

	*n = 0;
	for (uint32_t i = 0; call && i < call->n_args; i++)
		if (!term_is_outside(flow->terms, call->args[i]))
			add_condition(kept, n, MAX_EVENT_CONDITIONS, call->args[i],
				      state_known_signs(state, call->args[i]));
	if (call)
		keep_beside(flow, state, call->callee, kept, n);
	for (int memory = 0; memory <= 1; memory++) {
		for (uint32_t i = 0; i < state->n_known; i++) {
			term_id term = state->known[i].term;

			if (term_is_outside(flow->terms, term) &&
			    term_reads_memory(flow->terms, term) == (memory != 0))
				add_condition(kept, n, G_N_ELEMENTS(kept), term,
					      state->known[i].signs);
		}
	}
	return *n ? arena_memdup(flow->run, kept, *n * sizeof(*kept)) : NULL;
}

/* An event that several states come to happens under what all of them know. */
static const struct predicate *common_conditions(struct flow *flow, const struct state *state,
						 const struct predicate *old, uint32_t *n)
{
	struct predicate kept[2 * MAX_EVENT_CONDITIONS];
	uint32_t n_kept = 0;

	for (uint32_t i = 0; i < *n; i++) {
		unsigned signs = old[i].signs | state_told_signs(flow, state, old[i].term);

		if (signs != SIGN_ANY)
			kept[n_kept++] = (struct predicate){ old[i].term, signs };
	}
	*n = n_kept;
	return n_kept ? arena_memdup(flow->run, kept, n_kept * sizeof(*kept)) : NULL;
}

/* The event known under @key, or a new one of @size bytes that is remembered in @list. */
static void *find_event(struct flow *flow, const struct event_key *key, size_t size,
			GPtrArray *list, bool *is_new)
{
	void *event;

	if (!flow->events)
		flow->events = g_hash_table_new(hash_key, same_key);
	event = g_hash_table_lookup(flow->events, key);
	*is_new = !event;
	if (event)
		return event;
	event = arena_zalloc(flow->scratch, size);
	g_ptr_array_add(list, event);
	g_hash_table_insert(flow->events, arena_memdup(flow->scratch, key, sizeof(*key)), event);
	return event;
}

void note_last_drop(struct flow *flow, const struct primitive *primitive, term_id result)
{
	struct term term = term_at(flow->terms, result);

	if ((primitive->drops_last || primitive->spares_last) && term.kind == EXPR_RESULT)
		g_hash_table_insert(flow->last_drops, GUINT_TO_POINTER(term.a),
				    GUINT_TO_POINTER(primitive->spares_last ? SIGN_ZERO
									    : NOT_ZERO));
}

/* The signs of RESULT @number that say so; 0 where it says nothing of references. */
static unsigned signs_of_last(const struct flow *flow, uint32_t number)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(flow->last_drops, GUINT_TO_POINTER(number)));
}

bool is_last_dropped(const struct flow *flow, const struct state *state)
{
	if (!g_hash_table_size(flow->last_drops))
		return false;
	for (uint32_t i = 0; i < state->n_known; i++) {
		struct term term = term_at(flow->terms, state->known[i].term);
		unsigned last = term.kind == EXPR_RESULT ? signs_of_last(flow, term.a) : 0;

		if (last && !(state->known[i].signs & ~last))
			return true;
	}
	return false;
}

void record_acquire(struct flow *flow, const struct state *state, const struct held_lock *lock,
		    bool is_might)
{
	struct event_key key = { .where = flow->at,
				 .lock = lock->lock,
				 .class_string = lock->class_string,
				 .n_held = state->n_held,
				 .held_hash = hash_held(state) };
	bool is_new, was_last;
	struct acquire_event *event =
		find_event(flow, &key, sizeof(*event), flow->acquires, &is_new);

	was_last = event->lock.flags & HELD_LAST;
	event->lock = *lock;
	if (is_last_dropped(flow, state) && (is_new || was_last))
		event->lock.flags |= HELD_LAST;
	if (!is_new) {
		event->conditions =
			common_conditions(flow, state, event->conditions, &event->n_conditions);
		exec_merge(&event->exec, &state->exec);
		return;
	}
	event->exec = state->exec;
	event->conditions = keep_conditions(flow, state, NULL, &event->n_conditions);
	event->where = flow->at;
	event->is_might = is_might;
	event->held = keep_held(flow, state);
	event->n_released = state->n_released;
	event->released = keep_released(flow, state);
}

/* "f(x, a || b)": with 0 and with 1 the function does something else, for other reasons. */
static uint64_t hash_numbers(const struct flow *flow, const struct call_event *event)
{
	uint64_t hash = 0;
	int64_t number;

	for (uint32_t i = 0; i < event->n_args; i++)
		if (term_is_int(flow->terms, event->args[i], &number))
			hash = mix(hash, (uint64_t)number << 8 | i);
		else if (term_is_of_local(flow->terms, event->args[i]))
			hash = mix(hash, (uint64_t)event->args[i] << 8 | i);
	return hash;
}

void record_call(struct flow *flow, const struct state *state, const struct call_event *from)
{
	struct event_key key = { .where = flow->at,
				 .lock = from->is_implied ? from->callee : 0,
				 .kind = EVENT_CALL,
				 .n_held = state->n_held,
				 .held_hash = mix(hash_held(state), hash_numbers(flow, from)) };
	bool is_new;
	struct call_event *event = find_event(flow, &key, sizeof(*event), flow->calls, &is_new);
	struct call_event old = *event;

	*event = *from;
	event->targets = from->n_targets == 1
				 ? arena_memdup(flow->run, from->targets, sizeof(uint32_t))
				 : from->targets;
	event->args = from->n_args
			      ? arena_memdup(flow->run, from->args, from->n_args * sizeof(term_id))
			      : NULL;
	event->held = is_new ? keep_held(flow, state) : old.held;
	if (is_new)
		bound_note(flow, state, event);
	else
		bound_merge(flow, state, &old, event);
	event->n_conditions = old.n_conditions;
	event->conditions =
		is_new ? keep_conditions(flow, state, event, &event->n_conditions)
		       : common_conditions(flow, state, old.conditions, &event->n_conditions);
	event->n_released = state->n_released;
	event->released = is_new ? keep_released(flow, state) : old.released;
	event->exec = is_new ? state->exec : old.exec;
	exec_merge(&event->exec, &state->exec);
	event->is_last = is_last_dropped(flow, state) && (is_new || old.is_last);
}

void record_sleep(struct flow *flow, const struct state *state, const struct sleep_event *from)
{
	struct event_key key = { .where = flow->at,
				 .lock = from->flags,
				 .class_string =
					 (uint32_t)(from->effect - from->primitive->effects),
				 .kind = EVENT_SLEEP,
				 .n_held = state->n_held,
				 .held_hash = hash_held(state) };
	bool is_new;
	struct sleep_event *event = find_event(flow, &key, sizeof(*event), flow->sleeps, &is_new);

	if (!is_new) {
		event->conditions =
			common_conditions(flow, state, event->conditions, &event->n_conditions);
		event->is_last &= is_last_dropped(flow, state);
		exec_merge(&event->exec, &state->exec);
		return;
	}
	*event = *from;
	event->where = flow->at;
	event->held = keep_held(flow, state);
	event->n_released = state->n_released;
	event->released = keep_released(flow, state);
	event->conditions = keep_conditions(flow, state, NULL, &event->n_conditions);
	event->exec = state->exec;
	event->is_last = is_last_dropped(flow, state);
}

/* What is accessed, of one kind: it is kept in @list. */
static void record_access(struct flow *flow, const struct state *state,
			  const struct pointer_event *from, enum event_kind kind, GPtrArray *list)
{
	struct event_key key = { .where = flow->at,
				 .lock = kind == EVENT_GUARDED ? from->value : 0,
				 .kind = kind,
				 .n_held = state->n_held,
				 .held_hash = hash_held(state) };
	bool is_new;
	struct pointer_event *event = find_event(flow, &key, sizeof(*event), list, &is_new);

	event->place = from->place;
	event->value = from->value;
	if (!is_new) {
		event->conditions =
			common_conditions(flow, state, event->conditions, &event->n_conditions);
		exec_merge(&event->exec, &state->exec);
		return;
	}
	event->where = flow->at;
	event->is_store = from->is_store;
	event->held = keep_held(flow, state);
	event->conditions = keep_conditions(flow, state, NULL, &event->n_conditions);
	event->exec = state->exec;
}

void record_pointer(struct flow *flow, const struct state *state, term_id place, term_id value,
		    bool is_store)
{
	record_access(
		flow, state,
		&(struct pointer_event){ .place = place, .value = value, .is_store = is_store },
		EVENT_POINTER, flow->pointers);
}

void record_guarded(struct flow *flow, const struct state *state, term_id place, term_id lock,
		    bool is_store)
{
	record_access(
		flow, state,
		&(struct pointer_event){ .place = place, .value = lock, .is_store = is_store },
		EVENT_GUARDED, flow->guarded);
}

/* Whether it is known which releases mean it: "*get_lock(d)" is another one each time. */
static bool is_one_object(const struct flow *flow, const struct held_lock *held)
{
	struct term term = term_at(flow->terms, held->lock);

	return !held->stale && term_is_definite(flow->terms, held->lock) &&
	       !(term.kind == EXPR_DEREF && term_at(flow->terms, term.base).kind == EXPR_RESULT);
}

static const struct held_set *keep_definite(struct flow *flow, const struct state *state)
{
	struct held_set *set = arena_new_struct(flow->run, struct held_set);
	struct held_lock *locks = arena_new_array(flow->run, struct held_lock, state->n_held);

	for (uint32_t i = 0; i < state->n_held; i++)
		if (is_one_object(flow, &state->held[i]))
			locks[set->n++] = state->held[i];
	set->locks = locks;
	return set;
}

void record_exposure(struct flow *flow, const struct state *state,
		     const struct exec_context *before, uint32_t callee)
{
	struct held_set held = { state->n_held, state->held };
	struct event_key key = { .where = flow->at,
				 .lock = before->flags,
				 .class_string = callee,
				 .kind = EVENT_EXPOSURE,
				 .n_held = state->n_held,
				 .held_hash = hash_held(state) };
	struct exposure_event *event;
	bool is_new;

	if (!exec_is_switched_on(before, &state->exec) || !held_set_spins(&held))
		return;
	event = find_event(flow, &key, sizeof(*event), flow->exposures, &is_new);
	if (!is_new) {
		exec_merge(&event->before, before);
		exec_merge(&event->after, &state->exec);
		event->conditions =
			common_conditions(flow, state, event->conditions, &event->n_conditions);
		return;
	}
	event->where = flow->at;
	event->callee = callee;
	event->held = keep_definite(flow, state);
	event->conditions = keep_conditions(flow, state, NULL, &event->n_conditions);
	event->before = *before;
	event->after = state->exec;
}

void record_problem(struct flow *flow, const struct problem *problem)
{
	for (guint i = 0; i < flow->problems->len; i++) {
		struct problem *old = &g_array_index(flow->problems, struct problem, i);

		if (old->kind != problem->kind || old->lock.lock != problem->lock.lock ||
		    old->where.block != problem->where.block ||
		    old->where.step != problem->where.step)
			continue;
		if (problem->confidence > old->confidence ||
		    (problem->confidence == old->confidence && !problem->doubt))
			*old = *problem;
		return;
	}
	g_array_append_vals(flow->problems, problem, 1);
}

void record_answer(struct flow *flow, uint32_t callee, bool is_passed_on)
{
	struct answer answer = { callee, is_passed_on };

	for (guint i = 0; i < flow->answers->len; i++) {
		const struct answer *old = &g_array_index(flow->answers, struct answer, i);

		if (old->callee == callee && old->is_passed_on == is_passed_on)
			return;
	}
	if (callee != PROGRAM_NONE)
		g_array_append_val(flow->answers, answer);
}
