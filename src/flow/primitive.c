/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * primitive.c - what a call of a primitive does to a state, as the rules say
 *
 * Which lock it means, whether it can succeed, and the effects in their order: each is handed to
 * who knows of it (lock.c, exec_state.c, acquire_context.c).
 */
#include "flow/flow_p.h"

term_id primitive_argument(const struct primitive_call *call, int number)
{
	if (number == RULES_RESULT_ARG)
		return call->result;
	if (number <= RULES_LAST_ARG)
		number += (int)call->n_args - 1 - RULES_LAST_ARG;
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

/* lock_release() is not told how what it ends was acquired. */
static uint8_t mode_held(const struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = state->n_held; i; i--)
		if (state->held[i - 1].lock == lock->lock)
			return state->held[i - 1].mode;
	return lock->mode;
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
		lock_report(flow, state, PROBLEM_NEST_UNHELD, lock, flow->at);
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
		if (effect->mode == MODE_ANY)
			lock.mode = mode_held(state, &lock);
		lock_release(flow, state, &lock);
		break;
	case EFFECT_DOWNGRADE:
		lock_downgrade(flow, state, &lock);
		break;
	case EFFECT_MIGHT_LOCK:
		lock_find_class(flow, &lock);
		lock.where = flow->at;
		lock.callee = PROGRAM_NONE;
		if (lock.class_string || lock.lock)
			record_acquire(flow, state, &lock, true);
		break;
	case EFFECT_INIT:
		lock_initialise(flow, state, &lock);
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

		if (!success && effect->op == EFFECT_ACQUIRE) {
			struct held_lock lock = lock_of_effect(flow, call, effect);

			lock_fail(flow, state, &lock);
		} else if (success || !only_on_success(effect->op))
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

	return tries && lock_cannot_be_had(flow, state, &lock);
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
	if (primitive->constant)
		return term_make(flow->terms, (struct term){ .kind = EXPR_STRING,
							     .a = intern_id(flow->program->strings,
									    primitive->constant) });
	if (!content)
		return 0;
	content = eval_value(flow, state, NULL, term_deref(flow->terms, content));
	if (!int_argument(flow, call, primitive->negate_arg, 0))
		return content;
	return term_make(flow->terms,
			 (struct term){ .kind = EXPR_UNARY, .op = UNARY_NOT, .base = content });
}

/* The rules name an argument without which it cannot fail, and that is NULL. */
static bool is_sure(const struct flow *flow, const struct primitive_call *call)
{
	return call->primitive->sure_arg != RULES_NO_ARG &&
	       int_argument(flow, call, call->primitive->sure_arg, 1) == 0;
}

/* "wait_for_completion_timeout(&done, req->thread_wait)": req is not NULL. */
static void learn_from_arguments(struct flow *flow, struct state *state,
				 const struct primitive_call *call)
{
	for (uint32_t i = 0; i < call->n_args; i++)
		if (term_at(flow->terms, call->args[i]).kind == EXPR_FIELD)
			learn_pointers(flow, state, call->args[i]);
}

/* The other way out, of a lock that is not taken; @is_held says that it is had already. */
static void fail(struct flow *flow, struct state *failed, const struct primitive_call *call,
		 bool is_held, struct state_list *out)
{
	const struct primitive *primitive = call->primitive;
	int error = is_held && primitive->already ? primitive->already : primitive->fails_with;

	apply_effects(flow, failed, call, primitive, false);
	if (!is_held || !primitive->already)
		back_off(flow, failed, call, primitive, out);
	state_learn(flow, failed, call->result, signs_of_result(primitive).failure);
	if (primitive->sure_arg != RULES_NO_ARG)
		state_learn(flow, failed, primitive_argument(call, primitive->sure_arg),
			    SIGN_POSITIVE);
	if (error)
		state_set(flow, failed, call->result, term_int(flow->terms, error));
	state_list_add(flow, out, failed);
}

static bool is_zero(const struct flow *flow, term_id value)
{
	int64_t number;

	return term_is_int(flow->terms, value, &number) && number == 0;
}

/*
 * pin_user_pages_remote(mm, ..., &locked): on one way it has given mmap_lock up and says so there,
 * on the other nothing has happened; who gives it no place, or has not the lock, keeps what is.
 */
static void release_if_told(struct flow *flow, struct state *state,
			    const struct primitive_call *call, struct state_list *out)
{
	term_id told = primitive_argument(call, call->primitive->told_arg);
	term_id place = term_deref(flow->terms, told);
	term_id is_held = eval_value(flow, state, NULL, place);

	if (!is_zero(flow, told) && !is_zero(flow, is_held)) {
		struct state *released = state_copy(flow, state);

		apply_effects(flow, released, call, call->primitive, true);
		state_set(flow, released, place, term_int(flow->terms, 0));
		state_list_add(flow, out, released);
		state_learn(flow, state, is_held, SIGN_POSITIVE | SIGN_NEGATIVE);
	}
	state_list_add(flow, out, state);
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
	bool may_fail = signs.failure && !(step->flags & STEP_FLAG_DISCARDED) &&
			!is_sure(flow, &call);
	struct state *failed = may_fail ? state_copy(flow, state) : NULL;
	term_id returned = value_returned(flow, state, &call);
	bool is_held;

	learn_from_arguments(flow, state, &call);
	if (primitive->told_arg != RULES_NO_ARG) {
		release_if_told(flow, state, &call, out);
		return;
	}
	is_held = failed && must_fail(flow, state, &call, primitive);
	if (!is_held) {
		apply_effects(flow, state, &call, primitive, true);
		sleep_inside(flow, state, primitive);
		if (returned)
			state_set(flow, state, call.result, returned);
		note_last_drop(flow, primitive, call.result);
		state_learn(flow, state, call.result, signs.success);
		state_list_add(flow, out, state);
	}
	if (failed)
		fail(flow, failed, &call, is_held, out);
}
