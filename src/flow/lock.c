/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock.c - what taking and giving up a lock does to a state
 *
 * Which held lock a release means: the very same place; else, when either place is not one object
 * for certain (an element of a walk, a per-cpu copy), or only one lock of the class is held, that
 * of the same class. The kernel releases what it took far more often than static names agree.
 */
#include "flow/flow_p.h"

/* rcu_read_lock() nests; deeper than this the exact depth tells nothing more. */
#define MAX_NESTING 3

void lock_find_class(struct flow *flow, struct held_lock *lock)
{
	const term_id *places;
	size_t n;

	if (lock->class_string || !lock->lock)
		return;
	lock->class_string = program_lock_class(flow->program, lock->lock);
	if (lock->class_string || term_parameter(flow->terms, lock->lock) != PROGRAM_NONE)
		return;
	places = program_points_to(flow->program, flow->function,
				   term_addr(flow->terms, lock->lock), &n);
	if (n == 1)
		lock->class_string = program_lock_class(
			flow->program, program_lock_object(flow->program, places[0]));
	if (!lock->class_string)
		lock->class_string = program_lock_class_or_part(flow->program, lock->lock);
}

bool lock_nests(const struct held_lock *lock)
{
	return lock->kind == LOCK_RCU || lock->kind == LOCK_RCU_TRACE || lock->kind == LOCK_SRCU ||
	       lock->kind == LOCK_SEQCOUNT || lock->mode == MODE_RECURSIVE;
}

/* The pointers that lead to the lock were followed: they are not NULL from here on. */
static void learn_pointers(struct flow *flow, struct state *state, term_id place)
{
	struct term term = term_at(flow->terms, place);

	for (; term.base; term = term_at(flow->terms, term.base))
		if (term.kind == EXPR_DEREF)
			state_learn(flow, state, term.base, SIGN_POSITIVE);
}

static bool is_same_object(const struct flow *flow, const struct held_lock *held,
			   const struct held_lock *lock)
{
	return held->lock && held->lock == lock->lock && !held->stale &&
	       term_is_definite(flow->terms, held->lock);
}

static bool is_double(const struct flow *flow, const struct held_lock *held,
		      const struct held_lock *lock)
{
	if (!is_same_object(flow, held, lock) || lock_nests(lock) || lock_nests(held) ||
	    (lock->flags & HELD_TRY))
		return false;
	return lock->kind != LOCK_SEMAPHORE && lock->kind != LOCK_PSEUDO;
}

/* Blocks are numbered in reverse postorder: what comes later is further down. */
bool held_lock_is_certain(const struct held_lock *held, struct flow_point where)
{
	bool is_before = held->where.block < where.block ||
			 (held->where.block == where.block && held->where.step < where.step);

	return is_before && !(held->flags & HELD_HANDED);
}

static bool report_double(struct flow *flow, const struct state *state,
			  const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_held; i++) {
		const struct held_lock *held = &state->held[i];

		if (!is_double(flow, held, lock))
			continue;
		record_problem(
			flow, &(struct problem){ .kind = PROBLEM_DOUBLE_ACQUIRE,
						 .lock = *lock,
						 .where = flow->at,
						 .other = held->where,
						 .callee = held->callee,
						 .confidence = state_trust(
							 state, held_lock_is_certain(held, flow->at)
									? CONFIDENCE_HIGH
									: CONFIDENCE_MEDIUM) });
		g_hash_table_add(flow->doubled, GUINT_TO_POINTER(lock->lock));
		return true;
	}
	return false;
}

static uint32_t count_same(const struct state *state, const struct held_lock *lock)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < state->n_held; i++)
		n += state->held[i].lock == lock->lock &&
		     state->held[i].class_string == lock->class_string;
	return n;
}

static void age_same(const struct flow *flow, struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_held; i++)
		if (state->held[i].lock == lock->lock && !term_is_definite(flow->terms, lock->lock))
			state->held[i].stale = 1;
}

static bool is_same_released(const struct held_lock *released, const struct held_lock *lock)
{
	return !released->stale && released->lock == lock->lock &&
	       released->class_string == lock->class_string;
}

static bool take_back(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_released; i++) {
		if (!is_same_released(&state->released[i], lock))
			continue;
		record_acquire(flow, state, lock, false);
		state_drop_released(state, i);
		return true;
	}
	return false;
}

static void hold(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	irqs_report_hardirq(flow, state, lock);
	age_same(flow, state, lock);
	if (count_same(state, lock) >= (lock_nests(lock) ? MAX_NESTING : 2))
		return;
	state_remove_done(state, lock->lock);
	state_hold(flow, state, lock);
}

void lock_acquire(struct flow *flow, struct state *state, struct held_lock *lock)
{
	lock->where = flow->at;
	lock->callee = PROGRAM_NONE;
	lock_find_class(flow, lock);
	if (!lock->lock && !lock->class_string)
		return;
	learn_pointers(flow, state, lock->lock);
	if (lock->kind == LOCK_RWLOCK && lock->mode == MODE_READ && exec_in_interrupt(&state->exec))
		lock->mode = MODE_RECURSIVE;
	if (take_back(flow, state, lock))
		return;
	record_acquire(flow, state, lock, false);
	if (!report_double(flow, state, lock))
		hold(flow, state, lock);
}

void lock_hold_from_callee(struct flow *flow, struct state *state, struct held_lock *lock)
{
	lock_find_class(flow, lock);
	if (!lock->lock && !lock->class_string)
		return;
	learn_pointers(flow, state, lock->lock);
	for (uint32_t i = 0; i < state->n_released; i++) {
		if (is_same_released(&state->released[i], lock)) {
			state_drop_released(state, i);
			return;
		}
	}
	for (uint32_t i = 0; i < state->n_held; i++) {
		if (is_double(flow, &state->held[i], lock)) {
			g_hash_table_add(flow->doubled, GUINT_TO_POINTER(lock->lock));
			return;
		}
	}
	hold(flow, state, lock);
}

static int find_exact(const struct state *state, const struct held_lock *lock)
{
	for (int i = (int)state->n_held - 1; i >= 0; i--)
		if (lock->lock && state->held[i].lock == lock->lock && !state->held[i].stale)
			return i;
	return -1;
}

static int find_class(const struct flow *flow, const struct state *state,
		      const struct held_lock *lock)
{
	int found = -1, n = 0;

	for (int i = (int)state->n_held - 1; i >= 0; i--) {
		const struct held_lock *held = &state->held[i];

		if (held->class_string != lock->class_string || !held->class_string)
			continue;
		if (held->stale || !term_is_definite(flow->terms, held->lock) ||
		    !term_is_definite(flow->terms, lock->lock))
			return i;
		found = i;
		n++;
	}
	return n == 1 ? found : -1;
}

/* A lock whose class nobody knows, or that stands behind a pointer kept somewhere ("*struct
 * x.lock"). */
static bool is_vague(const struct flow *flow, const struct held_lock *lock)
{
	return !lock->class_string || program_string(flow->program, lock->class_string)[0] == '*';
}

/* When a release cannot be told, the only held lock of its kind is meant. */
static int find_kind(const struct flow *flow, const struct state *state,
		     const struct held_lock *lock)
{
	int found = -1;

	if (!is_vague(flow, lock))
		return -1;
	for (uint32_t i = 0; i < state->n_held; i++) {
		if (state->held[i].kind != lock->kind)
			continue;
		if (found >= 0)
			return -1;
		found = (int)i;
	}
	return found;
}

static bool was_released(const struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_released; i++)
		if (is_same_released(&state->released[i], lock))
			return true;
	return false;
}

static bool can_be_callers(const struct flow *flow, const struct held_lock *lock)
{
	struct term term = term_at(flow->terms, lock->lock);

	if (term.kind == EXPR_STRING)
		return true;
	return term_is_definite(flow->terms, lock->lock) || (lock->lock && lock->class_string);
}

/* It was taken and given up on the way here, or could not be had: it is not the callers' either. */
static void report_unheld(struct flow *flow, const struct state *state,
			  const struct held_lock *lock)
{
	bool tried = g_hash_table_contains(flow->tried, GUINT_TO_POINTER(lock->lock));

	record_problem(flow,
		       &(struct problem){ .kind = tried ? PROBLEM_RELEASE_UNHELD
							: PROBLEM_DOUBLE_RELEASE,
					  .lock = *lock,
					  .where = flow->at,
					  .other = flow->at,
					  .callee = PROGRAM_NONE,
					  .confidence = state_trust(state, CONFIDENCE_MEDIUM) });
	g_hash_table_add(flow->own_releases, GUINT_TO_POINTER(lock->lock));
}

static void release_unheld(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	if (g_hash_table_contains(flow->doubled, GUINT_TO_POINTER(lock->lock)))
		return;
	if (state_has_done(state, lock->lock) && term_is_definite(flow->terms, lock->lock) &&
	    !lock_nests(lock)) {
		report_unheld(flow, state, lock);
		return;
	}
	if (can_be_callers(flow, lock) && !was_released(state, lock))
		state_add_released(flow, state, lock);
}

static void report_mode(struct flow *flow, const struct state *state, const struct held_lock *held,
			const struct held_lock *lock)
{
	bool has_modes = lock->kind == LOCK_RWSEM || lock->kind == LOCK_RWLOCK;

	if (has_modes && held->kind == lock->kind &&
	    (held->mode == MODE_WRITE) != (lock->mode == MODE_WRITE) && held->lock == lock->lock)
		record_problem(flow, &(struct problem){
					     .kind = PROBLEM_WRONG_MODE,
					     .lock = *lock,
					     .where = flow->at,
					     .other = held->where,
					     .callee = PROGRAM_NONE,
					     .confidence = state_trust(state, CONFIDENCE_MEDIUM) });
}

bool lock_release(struct flow *flow, struct state *state, struct held_lock *lock)
{
	int at;

	lock->where = flow->at;
	lock_find_class(flow, lock);
	if (!lock->lock && !lock->class_string)
		return false;
	at = find_exact(state, lock);
	if (at < 0)
		at = find_class(flow, state, lock);
	if (at < 0)
		at = find_kind(flow, state, lock);
	if (at < 0) {
		release_unheld(flow, state, lock);
		return false;
	}
	record_answer(flow, state->held[at].callee, false);
	report_mode(flow, state, &state->held[at], lock);
	irq_flags_release(flow, state, &state->held[at], lock);
	g_hash_table_add(flow->own_releases, GUINT_TO_POINTER(state->held[at].lock));
	g_hash_table_add(flow->balanced, GUINT_TO_POINTER(state->held[at].class_string));
	if (state->held[at].lock)
		state_add_done(flow, state, state->held[at].lock);
	state_unhold(state, at);
	return true;
}

/* --- primitives ------------------------------------------------------------------------------ */

term_id primitive_argument(const struct primitive_call *call, int number)
{
	if (number == RULES_RESULT_ARG)
		return call->result;
	return number >= 0 && (uint32_t)number < call->n_args ? call->args[number] : 0;
}

static int64_t int_argument(const struct flow *flow, const struct primitive_call *call, int number,
			    int64_t otherwise)
{
	int64_t value;

	return number >= 0 && term_is_int(flow->terms, primitive_argument(call, number), &value)
		       ? value
		       : otherwise;
}

static struct held_lock lock_of_effect(struct flow *flow, const struct primitive_call *call,
				       const struct effect *effect)
{
	struct held_lock lock = { .kind = effect->kind,
				  .mode = effect->mode,
				  .callee = PROGRAM_NONE,
				  .subclass = effect->subclass };
	term_id nest = primitive_argument(call, effect->nest_arg);

	if (effect->class_name) {
		lock.class_string = intern_id(flow->program->strings, effect->class_name);
		lock.lock = term_make(flow->terms,
				      (struct term){ .kind = EXPR_STRING, .a = lock.class_string });
	} else {
		term_id place = term_deref(flow->terms, primitive_argument(call, effect->lock_arg));

		place = program_effect_place(flow->program, place, effect);
		lock.lock = program_lock_object(flow->program, place);
		lock.kind = program_lock_kind(flow->program, flow->function, place, effect->kind);
	}
	lock.mode = CLAMP(int_argument(flow, call, effect->mode_arg, lock.mode), MODE_WRITE,
			  MODE_RECURSIVE);
	lock.subclass = int_argument(flow, call, effect->subclass_arg, lock.subclass);
	lock.flags |= irq_flags_of(call->primitive);
	if (call->is_try || int_argument(flow, call, effect->try_arg, 0) != 0)
		lock.flags |= HELD_TRY;
	if (call->primitive->drops_last)
		lock.flags |= HELD_LAST;
	if (effect->subclass_arg >= 0 && int_argument(flow, call, effect->subclass_arg, -1) < 0)
		lock.flags |=
			HELD_NESTED; /* at a depth that is counted: spin_lock_nested(l, i++) */
	if (effect->nest_arg >= 0 && nest)
		held_lock_set_nest(flow->terms, &lock,
				   program_lock_object(flow->program,
						       term_deref(flow->terms, nest)));
	return lock;
}

static void downgrade(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	int at = find_exact(state, lock);

	if (at < 0)
		at = find_class(flow, state, lock);
	if (at >= 0)
		state->held[at].mode = MODE_READ;
}

static void report_misuse(struct flow *flow, const struct state *state, enum problem_kind kind,
			  const struct held_lock *lock, struct flow_point other)
{
	struct problem problem = { .kind = kind,
				   .lock = *lock,
				   .where = flow->at,
				   .other = other,
				   .callee = PROGRAM_NONE,
				   .confidence = state_trust(state, CONFIDENCE_HIGH) };

	record_problem(flow, &problem);
}

static void report_init(struct flow *flow, const struct state *state, struct held_lock *lock)
{
	lock_find_class(flow, lock);
	for (uint32_t i = 0; i < state->n_held; i++)
		if (is_same_object(flow, &state->held[i], lock))
			report_misuse(flow, state, PROBLEM_INIT_HELD, lock, state->held[i].where);
}

static bool is_held(const struct state *state, term_id place)
{
	for (uint32_t i = 0; i < state->n_held; i++)
		if (state->held[i].lock == place)
			return true;
	return false;
}

/* What a parameter points to as a whole: a wrapper of a lock function. */
static bool is_handed_on(const struct flow *flow, term_id nest)
{
	struct term term = term_at(flow->terms, nest);

	return term.kind == EXPR_DEREF && term_at(flow->terms, term.base).kind == EXPR_PARAM;
}

/* A callers' nest_lock may be held. */
static void look_at_nest(struct flow *flow, struct state *state, const struct held_lock *lock)
{
	if (lock->kind == LOCK_WW_MUTEX)
		context_take(flow, state, lock);
	else if (!is_held(state, lock->nest) && term_is_definite(flow->terms, lock->nest) &&
		 !is_handed_on(flow, lock->nest))
		report_misuse(flow, state, PROBLEM_NEST_UNHELD, lock, flow->at);
}

/* Who waits for a sleeping lock sleeps. */
static void acquire(struct flow *flow, struct state *state, struct held_lock *lock)
{
	lock_acquire(flow, state, lock);
	if (lock_kind_wait(lock->kind) == LOCK_WAIT_SLEEP && lock->kind != LOCK_PSEUDO &&
	    !(lock->flags & HELD_TRY))
		exec_slept(state);
}

/* The lock that a sleeping primitive waits for is what its next effect takes. */
static struct held_lock lock_waited_for(struct flow *flow, const struct primitive_call *call)
{
	const struct primitive *primitive = call->primitive;
	struct held_lock lock = { .callee = PROGRAM_NONE };

	for (size_t i = 0; i < primitive->n_effects; i++) {
		enum effect_op op = primitive->effects[i].op;

		if (op != EFFECT_ACQUIRE && op != EFFECT_MIGHT_LOCK)
			continue;
		lock = lock_of_effect(flow, call, &primitive->effects[i]);
		lock_find_class(flow, &lock);
		break;
	}
	return lock;
}

static void sleep_now(struct flow *flow, const struct state *state,
		      const struct primitive_call *call, const struct effect *effect)
{
	struct sleep_event event = { .primitive = call->primitive, .effect = effect };
	int64_t flags;

	if (call->is_try)
		return;
	if (effect_is_conditional(effect)) {
		event.flags = primitive_argument(call, effect_tells(effect));
		if (!event.flags || (term_is_int(flow->terms, event.flags, &flags) &&
				     !effect_sleeps_with(effect, flags)))
			return;
	}
	event.lock = lock_waited_for(flow, call);
	record_sleep(flow, state, &event);
}

static void apply_effect(struct flow *flow, struct state *state, const struct primitive_call *call,
			 const struct effect *effect)
{
	struct held_lock lock = lock_of_effect(flow, call, effect);

	switch (effect->op) {
	case EFFECT_ACQUIRE:
		if (lock.nest)
			look_at_nest(flow, state, &lock);
		acquire(flow, state, &lock);
		break;
	case EFFECT_RELEASE:
		lock_release(flow, state, &lock);
		break;
	case EFFECT_DOWNGRADE:
		lock_find_class(flow, &lock);
		downgrade(flow, state, &lock);
		break;
	case EFFECT_MIGHT_LOCK:
		lock_find_class(flow, &lock);
		lock.where = flow->at;
		lock.callee = PROGRAM_NONE;
		if (lock.class_string || lock.lock)
			record_acquire(flow, state, &lock, true);
		break;
	case EFFECT_INIT:
		report_init(flow, state, &lock);
		break;
	case EFFECT_CONTEXT_INIT:
	case EFFECT_CONTEXT_DONE:
	case EFFECT_CONTEXT_FINI:
	case EFFECT_CONTEXT_SLOW:
		context_effect(flow, state, effect->op,
			       term_deref(flow->terms,
					  primitive_argument(call, effect->object_arg)));
		break;
	case EFFECT_ASSERT_HELD:
	case EFFECT_ASSERT_NOT_HELD:
	case EFFECT_SET_CLASS:
		break;
	case EFFECT_IRQ_OFF:
	case EFFECT_IRQ_ON:
	case EFFECT_BH_OFF:
	case EFFECT_BH_ON:
	case EFFECT_PREEMPT_OFF:
	case EFFECT_PREEMPT_ON:
	case EFFECT_PAGEFAULT_OFF:
	case EFFECT_PAGEFAULT_ON:
	case EFFECT_QUERY:
		exec_effect(flow, state, call, effect);
		break;
	case EFFECT_SLEEP:
		sleep_now(flow, state, call, effect);
		if (!effect_is_conditional(effect))
			exec_effect(flow, state, call, effect);
		break;
	}
}

/* Who tries to take a lock does not have it, nor do the callers: and still does not after that. */
static void fail_to_acquire(struct flow *flow, struct state *state,
			    const struct primitive_call *call, const struct effect *effect)
{
	struct held_lock lock = lock_of_effect(flow, call, effect);

	lock_find_class(flow, &lock);
	if (!lock.lock || lock_nests(&lock) || was_released(state, &lock) ||
	    count_same(state, &lock))
		return;
	g_hash_table_add(flow->tried, GUINT_TO_POINTER(lock.lock));
	state_add_done(flow, state, lock.lock);
}

static bool only_on_success(enum effect_op op)
{
	return op == EFFECT_IRQ_OFF || op == EFFECT_BH_OFF || op == EFFECT_PREEMPT_OFF ||
	       op == EFFECT_PAGEFAULT_OFF;
}

static void apply_effects(struct flow *flow, struct state *state, const struct primitive_call *call,
			  const struct primitive *primitive, bool success)
{
	struct exec_context before = state->exec;

	for (size_t i = 0; i < primitive->n_effects; i++) {
		const struct effect *effect = &primitive->effects[i];

		if (!success && effect->op == EFFECT_ACQUIRE)
			fail_to_acquire(flow, state, call, effect);
		else if (success || !only_on_success(effect->op))
			apply_effect(flow, state, call, effect);
	}
	irq_flags_acquired(flow, state, &before);
	record_exposure(flow, state, &before, PROGRAM_NONE);
}

static bool sleeps(const struct primitive *primitive)
{
	for (size_t i = 0; i < primitive->n_effects; i++)
		if (primitive->effects[i].op == EFFECT_SLEEP &&
		    !effect_is_conditional(&primitive->effects[i]))
			return true;
	return false;
}

/*
 * Who may sleep with a lock held may also be preempted once it has the new one: the scheduler's
 * locks are taken inside both.
 */
static void sleep_inside(struct flow *flow, const struct state *state,
			 const struct primitive *primitive)
{
	const struct program *program = flow->program;

	if (!sleeps(primitive) || g_hash_table_contains(program->rules->sleeping, primitive->name))
		return;
	for (size_t i = 0; i < program->n_sleeping; i++)
		call_implied(flow, state, program->sleeping[i]);
}

struct result_signs {
	unsigned success, failure;
};

/* A failed down_trylock() returns 1, a failed _interruptible a negative errno. */
static struct result_signs signs_of_result(const struct primitive *primitive)
{
	switch (primitive->result) {
	case RESULT_ALWAYS:
		break;
	case RESULT_NONZERO:
		return (struct result_signs){ SIGN_POSITIVE | SIGN_NEGATIVE, SIGN_ZERO };
	case RESULT_ZERO:
		return (struct result_signs){ SIGN_ZERO,
					      primitive->is_try ? SIGN_POSITIVE : SIGN_NEGATIVE };
	case RESULT_NONNULL:
		return (struct result_signs){ SIGN_POSITIVE, SIGN_ZERO };
	case RESULT_VALID:
		return (struct result_signs){ SIGN_POSITIVE, SIGN_ZERO | SIGN_NEGATIVE };
	}
	return (struct result_signs){ SIGN_ANY, 0 };
}

/*
 * A trylock of a lock that this very task holds cannot succeed, and a ww_mutex says so when it is
 * taken again with a context.
 */
static bool cannot_succeed(struct flow *flow, const struct state *state,
			   const struct primitive_call *call, const struct effect *effect)
{
	struct held_lock lock = lock_of_effect(flow, call, effect);
	bool tries = (lock.flags & HELD_TRY) || (lock.kind == LOCK_WW_MUTEX && lock.nest);

	for (uint32_t i = 0; tries && i < state->n_held; i++) {
		const struct held_lock *held = &state->held[i];
		bool conflict = held->mode == MODE_WRITE || lock.mode == MODE_WRITE;

		lock.flags &= ~HELD_TRY;
		if (conflict && !(held->flags & HELD_ENTRY) && is_double(flow, held, &lock))
			return true;
	}
	return false;
}

static bool must_fail(struct flow *flow, const struct state *state,
		      const struct primitive_call *call, const struct primitive *primitive)
{
	for (size_t i = 0; i < primitive->n_effects; i++)
		if (primitive->effects[i].op == EFFECT_ACQUIRE &&
		    cannot_succeed(flow, state, call, &primitive->effects[i]))
			return true;
	return false;
}

static term_id is_equal(const struct flow *flow, term_id value, int number)
{
	return term_make(flow->terms, (struct term){ .kind = EXPR_BINARY,
						     .op = BINARY_EQ,
						     .a = value,
						     .b = term_int(flow->terms, number) });
}

/* What a failed ww_mutex_lock() leaves behind if it was the context that had to give way. */
static void back_off(struct flow *flow, struct state *failed, const struct primitive_call *call,
		     const struct primitive *primitive, struct state_list *out)
{
	for (size_t i = 0; primitive->backs_off && i < primitive->n_effects; i++) {
		struct held_lock lock = lock_of_effect(flow, call, &primitive->effects[i]);
		struct state *state;

		if (primitive->effects[i].op != EFFECT_ACQUIRE || !lock.nest)
			continue;
		state = state_copy(flow, failed);
		state_set(flow, state, call->result, term_int(flow->terms, primitive->backs_off));
		if (!context_back_off(flow, state, &lock))
			continue;
		state_list_add(flow, out, state);
		state_learn(flow, failed, is_equal(flow, call->result, primitive->backs_off),
			    SIGN_ZERO);
	}
}

/* What the primitive returns, where the rules say that it is an argument or what it points to. */
static term_id value_returned(struct flow *flow, const struct state *state,
			      const struct primitive_call *call)
{
	const struct primitive *primitive = call->primitive;
	term_id content = primitive_argument(call, primitive->content_arg);

	if (primitive->returns_arg != RULES_NO_ARG)
		return primitive_argument(call, primitive->returns_arg);
	if (!content)
		return 0;
	content = eval_value(flow, state, NULL, term_deref(flow->terms, content));
	if (!int_argument(flow, call, primitive->negate_arg, 0))
		return content;
	return term_make(flow->terms,
			 (struct term){ .kind = EXPR_UNARY, .op = UNARY_NOT, .base = content });
}

void lock_primitive(struct flow *flow, struct state *state, const struct fact_step *step,
		    const struct primitive *primitive, struct state_list *out)
{
	struct primitive_call call = { .primitive = primitive,
				       .args = call_arguments(flow, state, step),
				       .n_args = step->n_args,
				       .result = flow->unit->terms[step->rhs],
				       .is_try = primitive->is_try };
	struct result_signs signs = signs_of_result(primitive);
	bool may_fail = signs.failure && !(step->flags & STEP_FLAG_DISCARDED);
	struct state *failed = may_fail ? state_copy(flow, state) : NULL;
	term_id returned = value_returned(flow, state, &call);

	if (!failed || !must_fail(flow, state, &call, primitive)) {
		apply_effects(flow, state, &call, primitive, true);
		sleep_inside(flow, state, primitive);
		if (returned)
			state_set(flow, state, call.result, returned);
		note_last_drop(flow, primitive, call.result);
		state_learn(flow, state, call.result, signs.success);
		state_list_add(flow, out, state);
	}
	if (!failed)
		return;
	apply_effects(flow, failed, &call, primitive, false);
	back_off(flow, failed, &call, primitive, out);
	state_learn(flow, failed, call.result, signs.failure);
	state_list_add(flow, out, failed);
}
