/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call.c - what a call does to a state
 *
 * A call that is recursive, so that nothing is known of the callee yet, changes nothing: see
 * summary/component.c for what is done if it does.
 *
 * A direct call forks the state by the callee's outcomes that can happen here. A call with several
 * possible targets changes no lock state: which target goes with which release is not known, and
 * pairs like map->lock(), map->unlock() balance.
 */
#include "flow/flow_p.h"

#include <string.h>

struct call {
	const struct fact_step *step;
	const term_id *args;
	term_id result;
	term_id callee;
	const struct call_targets *targets;
	uint32_t direct; /* the function called, or PROGRAM_NONE */
};

const term_id *call_arguments(struct flow *flow, const struct state *state,
			      const struct fact_step *step)
{
	term_id *args = arena_new_array(flow->scratch, term_id, step->n_args + 1);

	for (uint32_t i = 0; i < step->n_args; i++)
		args[i] = eval_value(flow, state, NULL,
				     flow->unit->terms[flow->unit->facts->args[step->args + i]]);
	return args;
}

uint32_t term_parameter(const struct term_table *terms, term_id id)
{
	struct term term = term_at(terms, id);

	while (term.base && term.kind != EXPR_UNARY && term.kind != EXPR_BINARY)
		term = term_at(terms, term.base);
	return term.kind == EXPR_PARAM ? term.a : PROGRAM_NONE;
}

/* Whether @place is a variable or a part of one, not reached through a pointer. */
static bool is_own(const struct term_table *terms, term_id place)
{
	struct term root = term_at(terms, place);

	while (root.kind == EXPR_FIELD || root.kind == EXPR_INDEX)
		root = term_at(terms, root.base);
	return root.kind == EXPR_LOCAL || root.kind == EXPR_RESULT;
}

static term_id place_given(const struct flow *flow, term_id arg)
{
	struct term term = term_at(flow->terms, arg);

	return term.kind == EXPR_ADDR && is_own(flow->terms, term.base) ? term.base : 0;
}

void clobber_place(struct flow *flow, struct state *state, term_id place)
{
	guint named = g_hash_table_size(flow->fresh);
	uint32_t number = flow_fresh(flow, flow->at.block | (flow->at.step << 16), place);

	/* nothing mentions a name that was not there before */
	if (g_hash_table_size(flow->fresh) == named)
		state_renew(flow, state, number);
	state_forget_inside(flow, state, place);
	state_set(flow, state, place,
		  term_make(flow->terms, (struct term){ .kind = EXPR_RESULT, .a = number }));
}

/* What is known of something of the task, if anything is. */
static void clobber_task(struct flow *flow, struct state *state, term_id place)
{
	term_id value;

	if (state_get(state, place, &value) || state_known_signs(state, place) != SIGN_ANY)
		clobber_place(flow, state, place);
}

/*
 * In a loop, where constants stay constants, one that a callee overwrites does not: or the loop
 * never ends. Elsewhere what was stored stays known: two tests of one flag are meant to come out
 * alike, and locks keep the names that they have.
 */
static void clobber_constant(struct flow *flow, struct state *state, term_id place)
{
	term_id value;
	int64_t number;

	if (flow->in_loop[flow->at.block] && state_get(state, place, &value) &&
	    term_is_int(flow->terms, value, &number))
		clobber_place(flow, state, place);
}

static void clobber_members(struct flow *flow, struct state *state, const struct frame *frame,
			    const struct write_set *written)
{
	for (uint32_t i = 0; i < written->n; i++) {
		term_id place = eval_place(flow, state, frame, written->places[i]);

		if (is_own(flow->terms, place)) {
			clobber_place(flow, state, place);
			continue;
		}
		if (term_is_behind_constant(flow->terms, place))
			clobber_task(flow, state, place);
		else
			clobber_constant(flow, state, place);
		writes_add(flow, &state->written, place);
	}
}

void clobber_arguments(struct flow *flow, struct state *state, const struct frame *frame,
		       const struct write_set *written)
{
	for (uint32_t i = 0; i < frame->n_args; i++) {
		term_id place = place_given(flow, frame->args[i]);

		if (i < 32 && !(written->whole & (1u << i)))
			continue;
		if (place)
			clobber_place(flow, state, place);
		writes_add(flow, &state->written, term_deref(flow->terms, frame->args[i]));
	}
	clobber_members(flow, state, frame, written);
}

static struct frame frame_of(const struct call *call, const struct exec_context *exec)
{
	return (struct frame){ .args = call->args,
			       .n_args = call->step->n_args,
			       .result = call->result,
			       .exec = exec };
}

static void find_targets(struct flow *flow, struct state *state, struct call *call)
{
	term_id written = flow->unit->terms[call->step->lhs];
	struct term term;

	call->callee = eval_value(flow, state, NULL, written);
	term = term_at(flow->terms, call->callee);
	call->direct = PROGRAM_NONE;
	if (term.kind == EXPR_FUNC) {
		call->direct = program_callee(
			flow->program, flow->program->functions[flow->function].unit, term.a);
		return;
	}
	call->targets = program_targets(flow->program, flow->function, call->callee);
	if (call->targets->n == 0 && written != call->callee)
		call->targets = program_targets(flow->program, flow->function, written);
	if (call->targets->n == 1)
		call->direct = call->targets->functions[0];
}

static void record(struct flow *flow, const struct state *state, const struct call *call)
{
	struct call_event event = { .where = flow->at,
				    .callee = call->callee,
				    .n_args = call->step->n_args,
				    .args = call->args,
				    .confidence = CONFIDENCE_HIGH };

	if (call->targets) {
		event.n_targets = call->targets->n;
		event.targets = call->targets->functions;
		event.confidence = call->targets->confidence;
		event.why = call->targets->why;
	} else if (call->direct != PROGRAM_NONE) {
		event.n_targets = 1;
		event.targets = &call->direct;
	}
	record_call(flow, state, &event);
}

void call_implied(struct flow *flow, const struct state *state, uint32_t function)
{
	struct term callee = { .kind = EXPR_FUNC, .a = flow->program->functions[function].symbol };
	struct call_event event = { .where = flow->at,
				    .callee = term_make(flow->terms, callee),
				    .n_targets = 1,
				    .targets = &function,
				    .confidence = CONFIDENCE_HIGH,
				    .why = "sleeping",
				    .is_implied = true };

	record_call(flow, state, &event);
}

static void apply_locks(struct flow *flow, struct state *state, const struct frame *frame,
			const struct outcome *outcome, uint32_t callee)
{
	for (uint32_t i = 0; i < outcome->n_released; i++) {
		struct held_lock lock = outcome->released[i];

		if (term_at(flow->terms, lock.lock).kind != EXPR_STRING)
			lock.lock = program_lock_object(flow->program,
							eval_place(flow, state, frame, lock.lock));
		lock.callee = callee;
		record_answer(flow, callee, !lock_release(flow, state, &lock));
	}
	for (uint32_t i = 0; i < outcome->n_acquired; i++) {
		struct held_lock lock = outcome->acquired[i];

		if (term_at(flow->terms, lock.lock).kind != EXPR_STRING)
			lock.lock = program_lock_object(flow->program,
							eval_place(flow, state, frame, lock.lock));
		if (lock.flags & HELD_NESTED)
			held_lock_set_nest(flow->terms, &lock,
					   eval_place(flow, state, frame, lock.nest));
		lock.where = flow->at;
		lock.callee = callee;
		lock.outcome_lock = i;
		lock.stale = 0;
		lock_hold_from_callee(flow, state, &lock);
	}
}

static void apply_result(struct flow *flow, struct state *state, const struct frame *frame,
			 const struct outcome *outcome)
{
	term_id value = eval_value(flow, state, frame, outcome->result);

	if (value && value != frame->result && !term_is_lost(flow->terms, value))
		state_set(flow, state, frame->result, value);
	else
		state_learn(flow, state, frame->result, outcome->result_signs);
	for (uint32_t i = 0; i < outcome->n_stores; i++) {
		term_id place = eval_place(flow, state, frame, outcome->stores[i].place);
		term_id content = eval_value(flow, state, frame, outcome->stores[i].value);

		state_set(flow, state, place, content);
	}
}

static bool is_neutral(struct flow *flow, const struct flow_result *callee)
{
	const struct outcome *o = callee->outcomes;
	struct exec_context at_entry = exec_at_entry(flow);

	return callee->n_outcomes == 1 && !o->n_acquired && !o->n_released && !o->n_stores &&
	       !o->result && o->result_signs == SIGN_ANY && o->exec.entry == EXEC_ALL &&
	       o->exec.likely == EXEC_ALL && exec_is_neutral(&o->exec, &at_entry);
}

/* Whether another way out, that callers cannot tell from this one, leaves without the lock. */
static bool is_left_open(const struct flow_result *callee, uint32_t n, const struct outcome *with)
{
	for (uint32_t i = 0; i < callee->n_outcomes; i++) {
		const struct outcome *other = &callee->outcomes[i];

		if (n >= other->n_acquired && other->result_signs & with->result_signs)
			return true;
	}
	return false;
}

/* Whether the lock was taken by a function that decides by itself whether to. */
static bool is_taken_at_will(const struct flow *flow, const struct held_lock *held)
{
	const struct flow_result *callee =
		held->callee == PROGRAM_NONE ? NULL : flow->lookup(held->callee, flow->lookup_data);

	for (uint32_t i = 0; callee && i < callee->n_outcomes; i++)
		if (held->outcome_lock < callee->outcomes[i].n_acquired)
			return is_left_open(callee, held->outcome_lock, &callee->outcomes[i]);
	return false;
}

/*
 * What @outcome gives up is held, taken by such a function; or, if it is an @unlock, whoever took
 * it.
 */
static bool gives_back(struct flow *flow, const struct state *state, const struct frame *frame,
		       const struct outcome *outcome, bool unlock)
{
	for (uint32_t i = 0; i < outcome->n_released; i++) {
		term_id place = outcome->released[i].lock;

		if (term_at(flow->terms, place).kind != EXPR_STRING)
			place = program_lock_object(flow->program,
						    eval_place(flow, state, frame, place));
		for (uint32_t h = 0; place && h < state->n_held; h++)
			if (state->held[h].lock == place &&
			    (unlock || is_taken_at_will(flow, &state->held[h])))
				return true;
	}
	return false;
}

/*
 * Functions that decide by themselves whether to lock come in pairs, and decide alike: of what one
 * has taken the other leaves nothing, on a way out that is not told from one that gives it up. Nor
 * does one that switches interrupts on, as they were @before, and unlocks if there is what to.
 */
static bool leaves_what_was_taken(struct flow *flow, const struct state *state,
				  const struct exec_context *before, const struct frame *frame,
				  const struct flow_result *callee, const struct outcome *outcome)
{
	bool unlock = exec_is_switched_on(before, &state->exec);

	if (!state->n_held || gives_back(flow, state, frame, outcome, unlock))
		return false;
	for (uint32_t i = 0; i < callee->n_outcomes; i++) {
		const struct outcome *other = &callee->outcomes[i];

		if (other->n_released && (other->result_signs & outcome->result_signs) &&
		    gives_back(flow, state, frame, other, unlock) &&
		    way_learn(flow, state_copy(flow, state), frame, other))
			return true;
	}
	return false;
}

/* "err = f(); if (err) return ERR_PTR(err);": nobody else says that it is negative. */
static bool learn_error(struct flow *flow, struct state *state, const struct call *call)
{
	struct term callee = term_at(flow->terms, call->callee);
	term_id value = call->step->n_args ? call->args[0] : 0;
	int64_t number;
	unsigned signs;

	if (callee.kind != EXPR_FUNC || !flow->program->symbols[callee.a].said->is_error ||
	    term_is_int(flow->terms, value, &number))
		return true;
	signs = eval_signs(flow, state, value) & (SIGN_NEGATIVE | SIGN_ZERO);
	return !signs || state_learn(flow, state, value, signs);
}

/*
 * Order matters: results and conditions speak of memory as the callee found it, so they are
 * evaluated before what it writes is forgotten.
 */
static void apply_outcome(struct flow *flow, struct state *state, const struct call *call,
			  const struct flow_result *callee, const struct outcome *outcome,
			  struct state_list *out)
{
	struct exec_context exec = state->exec;
	struct frame frame = frame_of(call, &exec);
	term_id flags = eval_value(flow, state, &frame, outcome->exec.flags);

	if (callee->n_outcomes > 1 &&
	    !(exec_may_end_so(state, outcome) && way_learn(flow, state, &frame, outcome)))
		return;
	exec_apply_outcome(flow, state, flags, call->direct, outcome);
	if (leaves_what_was_taken(flow, state, &exec, &frame, callee, outcome))
		return;
	handed_by_way(flow, state, callee, outcome);
	apply_locks(flow, state, &frame, outcome, call->direct);
	record_exposure(flow, state, &exec, call->direct);
	clobber_arguments(flow, state, &frame, &outcome->written);
	apply_result(flow, state, &frame, outcome);
	if (learn_error(flow, state, call))
		state_list_add(flow, out, state);
}

static bool is_with_roles(const struct flow *flow, const struct call *call)
{
	struct term callee = term_at(flow->terms, call->callee);

	return callee.kind == EXPR_FUNC && flow->program->symbols[callee.a].roles;
}

static void call_unknown(struct flow *flow, struct state *state, const struct call *call,
			 struct state_list *out)
{
	bool is_cleanup = call->step->flags & STEP_FLAG_CLEANUP;
	struct write_set written = { .whole = is_cleanup ? 0 : UINT32_MAX };
	struct frame frame = frame_of(call, &state->exec);

	if (!is_with_roles(flow, call))
		lifetime_doubt(flow, state);
	clobber_arguments(flow, state, &frame, &written);
	state_list_add(flow, out, state);
}

static void call_known(struct flow *flow, struct state *state, const struct call *call,
		       const struct flow_result *callee, struct state_list *out)
{
	struct call_ways ways = { .step = call->step,
				  .function = call->direct,
				  .callee = callee,
				  .frame = frame_of(call, &state->exec) };

	if (!is_with_roles(flow, call))
		lifetime_callee(flow, state, &ways.frame, call->direct, callee);
	if (!is_neutral(flow, callee))
		ways_find(flow, state, &ways);
	if (ways.is_murky)
		handed_note_murky(flow, callee);
	if (ways.is_murky || is_neutral(flow, callee)) {
		clobber_arguments(flow, state, &ways.frame, &callee->written);
		state_list_add(flow, out, state);
		return;
	}
	if (ways.gives_up_some && ways.n > 1)
		handed_at_will(flow, ways.ways, ways.n);
	for (uint32_t i = 0; i < ways.n; i++)
		apply_outcome(flow, state_copy(flow, state), call, callee, ways.ways[i], out);
}

/* A call that is not followed is an event all the same where the rules tell a role of it. */
static void record_unfollowed(struct flow *flow, const struct state *state, struct call *call)
{
	call->callee = flow->unit->terms[call->step->lhs];
	call->direct = PROGRAM_NONE;
	record(flow, state, call);
}

/* The body says what else the call leads to; what it does to the locks, the rules have said. */
static void follow_primitive(struct flow *flow, struct state *state, struct call *call,
			     const struct symbol *symbol)
{
	if (!symbol->primitive->follow) {
		if (symbol->roles || primitive_asks(symbol->primitive))
			record_unfollowed(flow, state, call);
		return;
	}
	find_targets(flow, state, call);
	record(flow, state, call);
}

static const struct symbol *symbol_of(const struct flow *flow, const struct fact_step *step)
{
	struct term term = term_at(flow->terms, flow->unit->terms[step->lhs]);

	return term.kind == EXPR_FUNC ? &flow->program->symbols[term.a] : NULL;
}

/* A rule may only say how a function sleeps: then its body says what it does to the locks. */
static bool is_told_by_rules(const struct symbol *symbol)
{
	return symbol && symbol->primitive &&
	       (symbol->primitive->n_effects || !symbol->primitive->follow);
}

void transfer_call(struct flow *flow, struct state *state, const struct fact_step *step,
		   struct state_list *out)
{
	const struct symbol *symbol = symbol_of(flow, step);
	struct call call = { .step = step, .result = flow->unit->terms[step->rhs] };
	const struct flow_result *callee;

	if (flow->in_loop[flow->at.block])
		state_renew(flow, state, term_at(flow->terms, call.result).a);
	call.args = call_arguments(flow, state, step);
	if (symbol && symbol->said->is_not_null)
		state_learn(flow, state, call.result, SIGN_POSITIVE);
	if (symbol && symbol->said->rcu_access)
		lifetime_access(flow, state, symbol->said->rcu_access,
				&(struct call_values){ step->n_args, call.args });
	if (symbol && symbol->roles)
		lifetime_roles(flow, state, symbol->roles,
			       &(struct call_values){ step->n_args, call.args });
	if (is_told_by_rules(symbol)) {
		lock_primitive(flow, state, step, symbol->primitive, out);
		follow_primitive(flow, state, &call, symbol);
		return;
	}
	if (symbol && symbol->opaque) {
		if (symbol->roles)
			record_unfollowed(flow, state, &call);
		state_list_add(flow, out, state);
		return;
	}
	find_targets(flow, state, &call);
	record(flow, state, &call);
	callee = call.direct == PROGRAM_NONE ? NULL : flow->lookup(call.direct, flow->lookup_data);
	handed_by_call(flow, state, callee, call.targets);
	if (call.direct != PROGRAM_NONE && !callee)
		state_list_add(flow, out, state);
	else if (callee && !callee->gave_up)
		call_known(flow, state, &call, callee, out);
	else {
		if (callee)
			handed_note_murky(flow, callee);
		call_unknown(flow, state, &call, out);
	}
}
