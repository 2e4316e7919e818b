/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqs.c - locks that interrupts are switched off for
 *
 * A variable that irqsave saves into has what interrupts were:
 *
 *   spin_lock_irqsave(&a, flags);          flags: on
 *   spin_lock_irqsave(&b, flags);          flags: off, and nobody knows any more that they were on
 *   spin_unlock_irqrestore(&b, flags);
 *   spin_unlock_irqrestore(&a, flags);     they stay off
 */
#include "flow/flow_p.h"

/* The one that was just taken. */
static const struct held_lock *find_saved(const struct state *state)
{
	for (int i = (int)state->n_held - 1; i >= 0; i--)
		if (state->held[i].flags & HELD_IRQ_SAVED)
			return &state->held[i];
	return NULL;
}

static bool is_kept_elsewhere(const struct flow *flow, const struct state *state, term_id place,
			      term_id value)
{
	for (uint32_t i = 0; i < state->n_env; i++)
		if (state->env[i].value == value && state->env[i].place != place &&
		    term_at(flow->terms, state->env[i].place).kind != EXPR_RESULT)
			return true;
	return false;
}

/* Another one, taken before, that wants the flags back. */
static const struct held_lock *find_saved_before(const struct state *state,
						 const struct held_lock *last)
{
	for (const struct held_lock *held = state->held; held < last; held++)
		if ((held->flags & HELD_IRQ_SAVED) && !held->stale)
			return held;
	return NULL;
}

void flags_assign(struct flow *flow, const struct state *state, term_id place, term_id value)
{
	const struct held_lock *held, *before;
	term_id old;

	if (!exec_is_flags(flow, value, IRQS_OFF) || state->exec.irqs != IRQS_OFF ||
	    !state_get(state, place, &old) || !exec_is_flags(flow, old, IRQS_AS_AT_ENTRY) ||
	    is_kept_elsewhere(flow, state, place, old))
		return;
	held = find_saved(state);
	before = held ? find_saved_before(state, held) : NULL;
	if (!before)
		return;
	record_problem(flow,
		       &(struct problem){ .kind = PROBLEM_FLAGS_LOST,
					  .lock = *held,
					  .where = flow->at,
					  .other = before->where,
					  .callee = before->callee,
					  .confidence = state_trust(state, CONFIDENCE_HIGH) });
}

static const struct effect *find_effect(const struct primitive *primitive, enum effect_op op)
{
	for (size_t i = 0; i < primitive->n_effects; i++)
		if (primitive->effects[i].op == op)
			return &primitive->effects[i];
	return NULL;
}

uint16_t irq_flags_of(const struct primitive *primitive)
{
	const struct effect *off = find_effect(primitive, EFFECT_IRQ_OFF);
	const struct effect *on = find_effect(primitive, EFFECT_IRQ_ON);

	if (!off)
		return on && on->save_arg == RULES_NO_ARG ? HELD_IRQ_OFF : 0;
	return off->save_arg == RULES_NO_ARG ? HELD_IRQ_OFF : HELD_IRQ_OFF | HELD_IRQ_SAVED;
}

/* Whether interrupts were switched off there by something that does nothing else. */
static bool is_explicit(const struct flow *flow, const struct exec_site *site)
{
	const struct facts *facts = flow->unit->facts;
	const struct fact_block *block = &facts->blocks[flow->facts->blocks + site->where.block];
	const struct fact_step *step;
	struct term callee;

	if (site->callee != PROGRAM_NONE || site->where.step >= block->n_steps)
		return false;
	step = &facts->steps[block->steps + site->where.step];
	callee = term_at(flow->terms, flow->unit->terms[step->lhs]);
	return step->kind == STEP_CALL && callee.kind == EXPR_FUNC &&
	       flow->program->symbols[callee.a].primitive &&
	       !find_effect(flow->program->symbols[callee.a].primitive, EFFECT_ACQUIRE);
}

void irq_flags_acquired(const struct flow *flow, struct state *state,
			const struct exec_context *before)
{
	struct held_lock *held = state->n_held ? &state->held[state->n_held - 1] : NULL;

	if (held && (held->flags & (HELD_IRQ_OFF | HELD_IRQ_SAVED)) == HELD_IRQ_OFF &&
	    before->irqs == IRQS_OFF && !before->guessed && is_explicit(flow, &before->irqs_site) &&
	    held->where.block == flow->at.block && held->where.step == flow->at.step)
		held->flags |= HELD_IRQ_NESTED;
}

static bool is_other_held(const struct state *state, const struct held_lock *lock)
{
	for (uint32_t i = 0; i < state->n_held; i++)
		if (&state->held[i] != lock && (state->held[i].flags & HELD_IRQ_OFF))
			return true;
	return false;
}

/*
 * spin_lock_irq() inside local_irq_save(): the flags that are restored later say that interrupts
 * are off until then. Inside another lock that is an exposure.
 */
void irq_flags_release(struct flow *flow, const struct state *state, const struct held_lock *held,
		       const struct held_lock *lock)
{
	if ((lock->flags & HELD_IRQ_OFF) && (held->flags & HELD_IRQ_NESTED) &&
	    state->exec.irqs == IRQS_OFF && !is_other_held(state, held))
		record_problem(flow, &(struct problem){
					     .kind = PROBLEM_IRQS_ON_INSIDE,
					     .lock = *held,
					     .where = flow->at,
					     .other = held->where,
					     .callee = PROGRAM_NONE,
					     .confidence = state_trust(state, CONFIDENCE_MEDIUM) });
}

void irqs_report_hardirq(struct flow *flow, const struct state *state, const struct held_lock *lock)
{
	if (state->exec.hardirq > 0 && !state->exec.threaded && !(lock->flags & HELD_TRY) &&
	    lock_kind_wait(lock->kind) == LOCK_WAIT_SPIN_RT)
		record_problem(flow, &(struct problem){
					     .kind = PROBLEM_SLEEPS_IN_HARDIRQ,
					     .lock = *lock,
					     .where = flow->at,
					     .other = flow->at,
					     .callee = lock->callee,
					     .confidence = state_trust(state, CONFIDENCE_HIGH) });
}
