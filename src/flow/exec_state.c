/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec_state.c - the execution context as a part of a state
 *
 * What irqsave returns and what preempt_count() answers are values like others: terms of the
 * unknown kind with a meaning, which assignments, stores behind pointers and outcomes carry
 * along. They are said relative to the function's entry, so a callee's mean something else at the
 * call. A test of one tells in which situations the function can have been entered.
 */
#include "flow/flow_p.h"

/* struct term.b of such a value; struct term.a is: */
enum exec_value {
	VALUE_NONE,
	VALUE_FLAGS,	/* enum irq_state */
	VALUE_COUNT,	/* preempt_count(): bh and preempt, see count_value() */
	VALUE_DISABLED, /* irqs_disabled() with interrupts as at the entry */
};

/* Deeper nesting than this, or more undone than done here, tells nothing more. */
#define MAX_DEPTH 4

#define COUNT_BIAS 64 /* so that the depths are no negative numbers */

static term_id make_value(struct flow *flow, enum exec_value kind, uint32_t content)
{
	return term_make(flow->terms,
			 (struct term){ .kind = EXPR_UNKNOWN, .a = content, .b = kind });
}

static enum exec_value value_kind(const struct flow *flow, term_id value)
{
	struct term term = term_at(flow->terms, value);

	return term.kind == EXPR_UNKNOWN ? (enum exec_value)term.b : VALUE_NONE;
}

static term_id count_value(struct flow *flow, int bh, int preempt)
{
	return make_value(flow, VALUE_COUNT,
			  (uint32_t)(bh + COUNT_BIAS) << 8 | (uint32_t)(preempt + COUNT_BIAS));
}

static enum irq_state irqs_of(const struct flow *flow, term_id flags)
{
	if (value_kind(flow, flags) != VALUE_FLAGS)
		return IRQS_AS_AT_ENTRY;
	return (enum irq_state)term_at(flow->terms, flags).a;
}

bool exec_is_flags(const struct flow *flow, term_id value, enum irq_state irqs)
{
	return value && value_kind(flow, value) == VALUE_FLAGS && irqs_of(flow, value) == irqs;
}

static void set_flags(struct flow *flow, struct exec_context *exec, term_id flags, uint32_t callee)
{
	bool known = value_kind(flow, flags) == VALUE_FLAGS;

	if (!known && (!flags || !term_is_outside(flow->terms, flags)))
		flags = make_value(flow, VALUE_FLAGS, IRQS_AS_AT_ENTRY);
	exec->guessed = !known;
	exec->flags = flags;
	exec->irqs = irqs_of(flow, flags);
	exec->irqs_site = (struct exec_site){ flow->at, callee };
}

static void add_depth(int8_t *depth, int change)
{
	*depth = (int8_t)CLAMP(*depth + change, -MAX_DEPTH, MAX_DEPTH);
}

static void change_depth(struct flow *flow, int8_t *depth, int change, struct exec_site *site,
			 uint32_t callee)
{
	if (*depth <= 0 && *depth + change > 0)
		*site = (struct exec_site){ flow->at, callee };
	add_depth(depth, change);
}

struct exec_context exec_at_entry(struct flow *flow)
{
	return (struct exec_context){
		.entry = EXEC_ALL,
		.likely = EXEC_ALL,
		.flags = make_value(flow, VALUE_FLAGS, IRQS_AS_AT_ENTRY),
	};
}

bool exec_is_neutral(const struct exec_context *exec, const struct exec_context *at_entry)
{
	return exec->flags == at_entry->flags && !exec->bh && !exec->preempt && !exec->pagefault &&
	       !exec->hardirq && !exec->softirq;
}

static exec_set interrupts(void)
{
	return (exec_set)(EXEC_ALL & ~(EXEC_BIT(TASK) | EXEC_BIT(TASK_I) | EXEC_BIT(TASK_B) |
				       EXEC_BIT(TASK_IB) | EXEC_BIT(TASK_P) | EXEC_BIT(TASK_IP) |
				       EXEC_BIT(TASK_BP) | EXEC_BIT(TASK_IBP)));
}

bool exec_in_interrupt(const struct exec_context *exec)
{
	return exec->hardirq > 0 || exec->softirq > 0 || !(exec->entry & ~interrupts());
}

/* Whether only tasks, only interrupts or both come here: what tests are made for. */
static unsigned who_comes(exec_set entry)
{
	return ((entry & interrupts()) != 0) | (unsigned)((entry & ~interrupts()) != 0) << 1;
}

bool exec_same(const struct exec_context *x, const struct exec_context *y)
{
	return x->flags == y->flags && x->bh == y->bh && x->preempt == y->preempt &&
	       x->pagefault == y->pagefault && x->hardirq == y->hardirq &&
	       x->softirq == y->softirq && x->threaded == y->threaded &&
	       who_comes(x->entry) == who_comes(y->entry);
}

uint64_t exec_key(const struct exec_context *exec)
{
	return (uint64_t)exec->flags << 32 | ((uint32_t)(uint8_t)exec->hardirq << 5 & 0xe0) |
	       ((uint32_t)(uint8_t)exec->softirq << 2 & 0x1c) | (uint32_t)(uint8_t)exec->bh << 24 |
	       (uint32_t)(uint8_t)exec->preempt << 16 | (uint32_t)(uint8_t)exec->pagefault << 8 |
	       who_comes(exec->entry);
}

bool exec_merge(struct exec_context *into, const struct exec_context *from)
{
	exec_set entry = into->entry | from->entry, likely = into->likely | from->likely;
	bool changed = entry != into->entry || likely != into->likely;

	into->guessed |= from->guessed;
	into->entry = entry;
	into->likely = likely;
	return changed;
}

/* --- effects ---------------------------------------------------------------------------------- */

static bool has_spin_lock(const struct primitive *primitive)
{
	for (size_t i = 0; i < primitive->n_effects; i++) {
		const struct effect *effect = &primitive->effects[i];
		enum lock_wait wait = lock_kind_wait(effect->kind);

		if ((effect->op == EFFECT_ACQUIRE || effect->op == EFFECT_RELEASE) &&
		    (wait == LOCK_WAIT_SPIN || wait == LOCK_WAIT_SPIN_RT))
			return true;
	}
	return false;
}

static bool spins(const struct state *state)
{
	struct held_set held = { state->n_held, state->held };

	return held_set_spins(&held);
}

static void change_preempt(struct flow *flow, struct state *state,
			   const struct primitive_call *call, const struct effect *effect,
			   int change)
{
	const struct preempt_bits *bits = &flow->program->rules->preempt_bits;
	struct exec_context *exec = &state->exec;
	int64_t amount;

	if (effect->amount_arg == RULES_NO_ARG) {
		if (!has_spin_lock(call->primitive))
			change_depth(flow, &exec->preempt, change, &exec->preempt_site,
				     PROGRAM_NONE);
		return;
	}
	if (!term_is_int(flow->terms, primitive_argument(call, effect->amount_arg), &amount))
		return;
	if (amount & bits->preempt)
		change_depth(flow, &exec->preempt, change, &exec->preempt_site, PROGRAM_NONE);
	if (amount & bits->hardirq)
		add_depth(&exec->hardirq, change);
	if ((amount & bits->softirq) == bits->serving)
		add_depth(&exec->softirq, change);
	else if (amount & bits->softirq)
		change_depth(flow, &exec->bh, change, &exec->bh_site, PROGRAM_NONE);
}

/* The flags are what the call returns, or stand where an argument points to. */
static void save_flags(struct flow *flow, struct state *state, const struct primitive_call *call,
		       int argument)
{
	term_id flags = state->exec.flags;

	if (argument == RULES_RESULT_ARG)
		state_set(flow, state, call->result, flags);
	else if (argument != RULES_NO_ARG)
		state_set(flow, state, term_deref(flow->terms, primitive_argument(call, argument)),
			  flags);
}

static void switch_irqs(struct flow *flow, struct state *state, enum irq_state irqs)
{
	set_flags(flow, &state->exec, make_value(flow, VALUE_FLAGS, irqs), PROGRAM_NONE);
}

static void restore_irqs(struct flow *flow, struct state *state, const struct primitive_call *call,
			 const struct effect *effect)
{
	if (effect->save_arg == RULES_NO_ARG)
		switch_irqs(flow, state, IRQS_ON);
	else
		set_flags(flow, &state->exec, primitive_argument(call, effect->save_arg),
			  PROGRAM_NONE);
}

/* irqs_disabled(), with the flags that say so; 0 where nothing is known of them. */
static term_id disabled_value(struct flow *flow, term_id flags)
{
	if (value_kind(flow, flags) != VALUE_FLAGS)
		return 0;
	switch (irqs_of(flow, flags)) {
	case IRQS_AS_AT_ENTRY:
		return make_value(flow, VALUE_DISABLED, 0);
	case IRQS_OFF:
		return term_int(flow->terms, 1);
	case IRQS_ON:
		return term_int(flow->terms, 0);
	}
	return 0;
}

static void answer(struct flow *flow, struct state *state, const struct primitive_call *call,
		   const struct effect *effect)
{
	const struct exec_context *exec = &state->exec;
	term_id value = 0;

	switch (effect->query) {
	case QUERY_PREEMPT_COUNT:
		value = count_value(flow, exec->bh, exec->preempt + spins(state));
		break;
	case QUERY_IRQ_FLAGS:
		value = exec->flags;
		break;
	case QUERY_IRQS_DISABLED:
		value = disabled_value(flow, exec->flags);
		break;
	case QUERY_FLAGS_DISABLED:
		value = disabled_value(flow, primitive_argument(call, effect->save_arg));
		break;
	}
	if (value)
		state_set(flow, state, call->result, value);
}

/*
 * Who sleeps while that is forbidden is wrong here, and is told so here: what follows is for
 * those who may.
 */
void exec_slept(struct state *state)
{
	struct exec_context *exec = &state->exec;
	bool spinning = spins(state);
	exec_set awake = 0;

	for (int s = 0; s < SITUATIONS; s++)
		if (situation_may_sleep(exec_now_one((enum situation)s, exec, spinning)))
			awake |= 1u << s;
	if (exec->likely & awake)
		exec->likely &= awake;
}

/* All but the tasks that have softirqs on. */
static exec_set bh_off_at_entry(void)
{
	exec_set set = interrupts();

	for (int s = 0; s < SITUATIONS; s++)
		if (situation_bh_off((enum situation)s))
			set |= 1u << s;
	return set;
}

/* Who switches on what it has not switched off was entered with that off. */
static void narrow_entry(struct exec_context *exec, exec_set entry)
{
	if (exec->entry & entry)
		exec->entry &= entry;
	if (exec->likely & entry)
		exec->likely &= entry;
}

void exec_effect(struct flow *flow, struct state *state, const struct primitive_call *call,
		 const struct effect *effect)
{
	struct exec_context *exec = &state->exec;

	switch (effect->op) {
	case EFFECT_IRQ_OFF:
		save_flags(flow, state, call, effect->save_arg);
		switch_irqs(flow, state, IRQS_OFF);
		break;
	case EFFECT_IRQ_ON:
		restore_irqs(flow, state, call, effect);
		break;
	case EFFECT_BH_OFF:
		change_depth(flow, &exec->bh, 1, &exec->bh_site, PROGRAM_NONE);
		break;
	case EFFECT_BH_ON:
		if (exec->bh <= 0)
			narrow_entry(exec, bh_off_at_entry());
		change_depth(flow, &exec->bh, -1, &exec->bh_site, PROGRAM_NONE);
		break;
	case EFFECT_PREEMPT_OFF:
		change_preempt(flow, state, call, effect, 1);
		break;
	case EFFECT_PREEMPT_ON:
		change_preempt(flow, state, call, effect, -1);
		break;
	case EFFECT_PAGEFAULT_OFF:
		add_depth(&exec->pagefault, 1);
		break;
	case EFFECT_PAGEFAULT_ON:
		add_depth(&exec->pagefault, -1);
		break;
	case EFFECT_QUERY:
		answer(flow, state, call, effect);
		break;
	case EFFECT_SLEEP:
		exec_slept(state);
		break;
	case EFFECT_ACQUIRE:
	case EFFECT_RELEASE:
	case EFFECT_DOWNGRADE:
	case EFFECT_MIGHT_LOCK:
	case EFFECT_ASSERT_HELD:
	case EFFECT_ASSERT_NOT_HELD:
	case EFFECT_INIT:
	case EFFECT_SET_CLASS:
	case EFFECT_CONTEXT_INIT:
	case EFFECT_CONTEXT_DONE:
	case EFFECT_CONTEXT_FINI:
	case EFFECT_CONTEXT_SLOW:
		break;
	}
}

/* x++ and x-- as facts write them. */
static int change_by(const struct flow *flow, struct term value)
{
	int64_t number;

	if (value.kind != EXPR_BINARY || !term_is_int(flow->terms, value.b, &number))
		return 0;
	if (value.op == BINARY_ADD)
		return (int)CLAMP(number, -1, 1);
	return value.op == BINARY_SUB ? (int)CLAMP(-number, -1, 1) : 0;
}

void exec_assign(struct flow *flow, struct state *state, const struct fact_step *step)
{
	term_id value = flow->unit->terms[step->rhs];
	int64_t number;

	switch (program_marker(flow->program, term_at(flow->terms, flow->unit->terms[step->lhs]))) {
	case MARKER_SOFTIRQ:
		add_depth(&state->exec.softirq, change_by(flow, term_at(flow->terms, value)));
		break;
	case MARKER_THREADED:
		state->exec.threaded = term_is_int(flow->terms, value, &number) && number != 0;
		break;
	case MARKER_NONE:
		break;
	}
}

/* --- callees ---------------------------------------------------------------------------------- */

term_id exec_in_caller(struct flow *flow, const struct exec_context *caller, term_id value)
{
	struct term term = term_at(flow->terms, value);

	switch ((enum exec_value)term.b) {
	case VALUE_FLAGS:
		return term.a == IRQS_AS_AT_ENTRY ? caller->flags : value;
	case VALUE_COUNT:
		return count_value(flow, (int)(term.a >> 8) - COUNT_BIAS + caller->bh,
				   (int)(term.a & 0xff) - COUNT_BIAS + caller->preempt);
	case VALUE_DISABLED:
		return disabled_value(flow, caller->flags);
	case VALUE_NONE:
		break;
	}
	return value;
}

/* The situations of the entry in which the callee is entered in one of @entered. */
static exec_set entries_that_lead_to(const struct state *state, exec_set entered)
{
	bool spinning = spins(state);
	exec_set entry = 0;

	for (int s = 0; s < SITUATIONS; s++)
		if (entered & (1u << exec_now_one((enum situation)s, &state->exec, spinning)))
			entry |= 1u << s;
	return entry;
}

bool exec_may_end_so(const struct state *state, const struct outcome *outcome)
{
	return state->exec.entry & entries_that_lead_to(state, outcome->exec.entry);
}

void exec_apply_outcome(struct flow *flow, struct state *state, term_id flags, uint32_t callee,
			const struct outcome *outcome)
{
	struct exec_context *exec = &state->exec;
	exec_set entry = entries_that_lead_to(state, outcome->exec.entry);
	exec_set likely = entries_that_lead_to(state, outcome->exec.likely);

	if (exec->entry & entry)
		exec->entry &= entry;
	if (exec->likely & entry & likely)
		exec->likely &= entry & likely;
	if (flags != exec->flags)
		set_flags(flow, exec, flags, callee);
	if (outcome->exec.bh)
		change_depth(flow, &exec->bh, outcome->exec.bh, &exec->bh_site, callee);
	if (outcome->exec.preempt)
		change_depth(flow, &exec->preempt, outcome->exec.preempt, &exec->preempt_site,
			     callee);
	add_depth(&exec->pagefault, outcome->exec.pagefault);
	add_depth(&exec->hardirq, outcome->exec.hardirq);
	add_depth(&exec->softirq, outcome->exec.softirq);
	exec->threaded |= outcome->exec.threaded;
}

bool exec_is_switched_on(const struct exec_context *before, const struct exec_context *after)
{
	bool irqs = before->irqs != after->irqs &&
		    (before->irqs == IRQS_OFF || after->irqs == IRQS_ON);

	return irqs || after->bh < before->bh;
}

/* --- tests ------------------------------------------------------------------------------------ */

enum reply { REPLY_NO, REPLY_YES, REPLY_MAYBE };

/* One of the counters in preempt_count(): 0 for a task unless it is switched off. */
static enum reply is_counted(uint32_t mask, uint32_t bits, int depth)
{
	return (mask & bits) && depth > 0 ? REPLY_YES : REPLY_NO;
}

static enum reply either(enum reply x, enum reply y)
{
	if (x == REPLY_YES || y == REPLY_YES)
		return REPLY_YES;
	return x == REPLY_NO && y == REPLY_NO ? REPLY_NO : REPLY_MAYBE;
}

/* Whether a bit of @mask is set in preempt_count(), @bh and @preempt being changed since entry. */
static enum reply count_has(const struct preempt_bits *bits, enum situation s, uint32_t mask,
			    int bh, int preempt)
{
	switch (situation_level(s)) {
	case EXEC_TASK:
		return either(is_counted(mask, bits->softirq & ~bits->serving,
					 situation_bh_off(s) + bh),
			      is_counted(mask, bits->preempt, situation_preempt_off(s) + preempt));
	case EXEC_SOFTIRQ:
	case EXEC_RCU:
		if (mask & bits->serving)
			return REPLY_YES;
		return mask & (bits->preempt | bits->softirq) ? REPLY_MAYBE : REPLY_NO;
	case EXEC_HARDIRQ:
		if (mask & bits->hardirq)
			return REPLY_YES;
		return mask & (bits->preempt | bits->softirq) ? REPLY_MAYBE : REPLY_NO;
	case EXEC_NMI:
		if (mask & bits->nmi)
			return REPLY_YES;
		return mask ? REPLY_MAYBE : REPLY_NO;
	}
	return REPLY_MAYBE;
}

/* "@value" or "@value & MASK", @value a count. */
static bool is_count_test(const struct flow *flow, term_id value, term_id *count, uint32_t *mask)
{
	struct term term = term_at(flow->terms, value);
	int64_t number;

	*count = value;
	*mask = UINT32_MAX;
	if (term.kind == EXPR_BINARY && term.op == BINARY_AND &&
	    term_is_int(flow->terms, term.b, &number)) {
		*count = term.a;
		*mask = (uint32_t)number;
	}
	return value_kind(flow, *count) == VALUE_COUNT;
}

/* The situations of @entry in which @value can be true, or false. */
static exec_set entries_with(const struct flow *flow, exec_set entry, term_id value, bool truth)
{
	const struct preempt_bits *bits = &flow->program->rules->preempt_bits;
	bool disabled = value_kind(flow, value) == VALUE_DISABLED;
	exec_set found = 0;
	term_id count = 0;
	uint32_t mask = 0;

	if (!disabled && !is_count_test(flow, value, &count, &mask))
		return entry;
	for (int i = 0; i < SITUATIONS; i++) {
		enum situation s = (enum situation)i;
		enum reply reply;

		if (disabled) {
			reply = situation_irqs_off(s) ? REPLY_YES : REPLY_NO;
		} else {
			uint32_t depths = term_at(flow->terms, count).a;

			reply = count_has(bits, s, mask, (int)(depths >> 8) - COUNT_BIAS,
					  (int)(depths & 0xff) - COUNT_BIAS);
		}
		if (reply != (truth ? REPLY_NO : REPLY_YES))
			found |= 1u << i;
	}
	return entry & found;
}

bool exec_learn(const struct flow *flow, struct state *state, term_id value, unsigned signs)
{
	struct exec_context *exec = &state->exec;
	bool truth = !(signs & SIGN_ZERO);

	if (signs != SIGN_ZERO && !truth)
		return true;
	exec->entry = entries_with(flow, exec->entry, value, truth);
	exec->likely &= exec->entry;
	if (!exec->likely)
		exec->likely = exec->entry;
	return exec->entry != 0;
}

unsigned exec_signs(const struct flow *flow, const struct state *state, term_id value)
{
	unsigned signs = 0;

	if (entries_with(flow, state->exec.entry, value, true))
		signs |= SIGN_NEGATIVE | SIGN_POSITIVE;
	if (entries_with(flow, state->exec.entry, value, false))
		signs |= SIGN_ZERO;
	return signs;
}
