/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pack_result.c - the members of struct flow_result, and of all that hangs on it, in one order */
#include "flow/pack_p.h"

#include <string.h>

static void pack_point(struct pack *pack, struct flow_point *point)
{
	PACK_NUMBER(pack, point->block);
	PACK_NUMBER(pack, point->step);
}

static void pack_site(struct pack *pack, struct exec_site *site)
{
	pack_point(pack, &site->where);
	pack_function(pack, &site->callee);
}

/* @is_same says, of what is packed, that it is what came before; the answer in both directions. */
static bool pack_same(struct pack *pack, bool is_same)
{
	PACK_NUMBER(pack, is_same);
	return is_same;
}

static void pack_exec_members(struct pack *pack, struct exec_context *exec)
{
	PACK_NUMBER(pack, exec->entry);
	PACK_NUMBER(pack, exec->likely);
	PACK_NUMBER(pack, exec->irqs);
	PACK_NUMBER(pack, exec->guessed);
	PACK_NUMBER(pack, exec->bh);
	PACK_NUMBER(pack, exec->preempt);
	PACK_NUMBER(pack, exec->hardirq);
	PACK_NUMBER(pack, exec->softirq);
	PACK_NUMBER(pack, exec->threaded);
	PACK_NUMBER(pack, exec->pagefault);
	pack_term(pack, &exec->flags);
	pack_site(pack, &exec->irqs_site);
	pack_site(pack, &exec->bh_site);
	pack_site(pack, &exec->preempt_site);
}

static void pack_exec(struct pack *pack, struct exec_context *exec)
{
	if (pack_same(pack, !pack->is_reading && !memcmp(exec, &pack->exec, sizeof(*exec)))) {
		*exec = pack->exec;
		return;
	}
	pack_exec_members(pack, exec);
	pack->exec = *exec;
}

static void pack_lock(struct pack *pack, void *item)
{
	struct held_lock *lock = item;

	pack_term(pack, &lock->lock);
	pack_string(pack, &lock->class_string);
	PACK_NUMBER(pack, lock->kind);
	PACK_NUMBER(pack, lock->mode);
	PACK_NUMBER(pack, lock->subclass);
	PACK_NUMBER(pack, lock->flags);
	pack_term(pack, &lock->nest);
	PACK_NUMBER(pack, lock->stale);
	pack_point(pack, &lock->where);
	pack_function(pack, &lock->callee);
	PACK_NUMBER(pack, lock->outcome_lock);
}

static bool same_held(const struct held_set *x, const struct held_set *y)
{
	return y && x->n == y->n &&
	       (!x->n || !memcmp(x->locks, y->locks, x->n * sizeof(*x->locks)));
}

static void pack_held(struct pack *pack, const struct held_set **held)
{
	struct held_set set = pack->is_reading ? (struct held_set){ 0 } : **held;

	if (pack_same(pack, !pack->is_reading && same_held(*held, pack->held))) {
		*held = pack->held;
		return;
	}
	PACK_LIST(pack, set.locks, set.n, pack_lock);
	if (pack->is_reading)
		*held = arena_memdup(pack->arena, &set, sizeof(set));
	pack->held = *held;
}

static void pack_predicate(struct pack *pack, void *item)
{
	struct predicate *predicate = item;

	pack_term(pack, &predicate->term);
	PACK_NUMBER(pack, predicate->signs);
}

static void pack_conditions(struct pack *pack, const struct predicate **conditions, uint32_t *n)
{
	bool is_same = !pack->is_reading && *n == pack->n_conditions &&
		       (!*n || !memcmp(*conditions, pack->conditions, *n * sizeof(**conditions)));

	if (pack_same(pack, is_same)) {
		*conditions = pack->conditions;
		*n = pack->n_conditions;
		return;
	}
	PACK_LIST(pack, *conditions, *n, pack_predicate);
	pack->conditions = *conditions;
	pack->n_conditions = *n;
}

static void pack_term_item(struct pack *pack, void *item)
{
	pack_term(pack, item);
}

static void pack_string_item(struct pack *pack, void *item)
{
	pack_string(pack, item);
}

static void pack_function_item(struct pack *pack, void *item)
{
	pack_function(pack, item);
}

/* --- events ----------------------------------------------------------------------------------- */

static void pack_acquire(struct pack *pack, void *item)
{
	struct acquire_event *event = item;

	pack_point(pack, &event->where);
	pack_lock(pack, &event->lock);
	pack_held(pack, &event->held);
	PACK_NUMBER(pack, event->is_might);
	PACK_LIST(pack, event->released, event->n_released, pack_lock);
	pack_conditions(pack, &event->conditions, &event->n_conditions);
	pack_exec(pack, &event->exec);
}

static int compare_numbers(const void *p, const void *q)
{
	const uint32_t *x = p, *y = q;

	return *x < *y ? -1 : *x > *y;
}

/* Their order is that of their numbers. */
static void pack_targets(struct pack *pack, struct call_event *event)
{
	PACK_LIST(pack, event->targets, event->n_targets, pack_function_item);
	if (pack->is_reading && event->n_targets > 1)
		qsort((uint32_t *)event->targets, event->n_targets, sizeof(uint32_t),
		      compare_numbers);
}

static void pack_why(struct pack *pack, const char **why)
{
	bool is_there = *why != NULL;

	PACK_NUMBER(pack, is_there);
	if (is_there)
		pack_text(pack, why);
}

static void pack_bound(struct pack *pack, void *item)
{
	struct bound_place *bound = item;

	pack_term(pack, &bound->place);
	pack_term(pack, &bound->value);
}

static void pack_call(struct pack *pack, void *item)
{
	struct call_event *event = item;

	pack_point(pack, &event->where);
	pack_held(pack, &event->held);
	pack_targets(pack, event);
	PACK_NUMBER(pack, event->confidence);
	pack_why(pack, &event->why);
	PACK_NUMBER(pack, event->is_implied);
	pack_term(pack, &event->callee);
	PACK_LIST(pack, event->args, event->n_args, pack_term_item);
	PACK_LIST(pack, event->released, event->n_released, pack_lock);
	pack_conditions(pack, &event->conditions, &event->n_conditions);
	PACK_LIST(pack, event->bound, event->n_bound, pack_bound);
	PACK_LIST(pack, event->told, event->n_told, pack_predicate);
	pack_exec(pack, &event->exec);
	PACK_NUMBER(pack, event->is_last);
}

/* A primitive goes by its name, its effect by its place there. */
static void pack_effect(struct pack *pack, struct sleep_event *event)
{
	const struct primitive *primitive = event->primitive;
	const char *name = pack->is_reading ? NULL : primitive->name;
	uint32_t number = pack->is_reading ? 0 : (uint32_t)(event->effect - primitive->effects);

	pack_text(pack, &name);
	PACK_NUMBER(pack, number);
	if (!pack->is_reading)
		return;
	primitive = rules_primitive(pack->program->rules, name);
	if (!primitive || number >= primitive->n_effects) {
		pack->failed = true;
		return;
	}
	event->primitive = primitive;
	event->effect = &primitive->effects[number];
}

static void pack_sleep(struct pack *pack, void *item)
{
	struct sleep_event *event = item;

	pack_point(pack, &event->where);
	pack_effect(pack, event);
	pack_term(pack, &event->flags);
	pack_lock(pack, &event->lock);
	pack_held(pack, &event->held);
	PACK_LIST(pack, event->released, event->n_released, pack_lock);
	pack_conditions(pack, &event->conditions, &event->n_conditions);
	pack_exec(pack, &event->exec);
	PACK_NUMBER(pack, event->is_last);
}

static void pack_exposure(struct pack *pack, void *item)
{
	struct exposure_event *event = item;

	pack_point(pack, &event->where);
	pack_function(pack, &event->callee);
	pack_held(pack, &event->held);
	pack_exec(pack, &event->before);
	pack_exec(pack, &event->after);
	pack_conditions(pack, &event->conditions, &event->n_conditions);
}

static void pack_pointer(struct pack *pack, void *item)
{
	struct pointer_event *event = item;

	pack_point(pack, &event->where);
	pack_term(pack, &event->place);
	pack_term(pack, &event->value);
	PACK_NUMBER(pack, event->is_store);
	pack_held(pack, &event->held);
	pack_conditions(pack, &event->conditions, &event->n_conditions);
	pack_exec(pack, &event->exec);
}

/* --- outcomes, problems ----------------------------------------------------------------------- */

static void pack_writes(struct pack *pack, struct write_set *written)
{
	PACK_NUMBER(pack, written->whole);
	PACK_LIST(pack, written->places, written->n, pack_term_item);
}

static void pack_store(struct pack *pack, void *item)
{
	struct outcome_store *store = item;

	pack_term(pack, &store->place);
	pack_term(pack, &store->value);
}

static void pack_outcome(struct pack *pack, void *item)
{
	struct outcome *outcome = item;

	PACK_LIST(pack, outcome->acquired, outcome->n_acquired, pack_lock);
	PACK_LIST(pack, outcome->released, outcome->n_released, pack_lock);
	pack_term(pack, &outcome->result);
	PACK_NUMBER(pack, outcome->result_signs);
	PACK_LIST(pack, outcome->conditions, outcome->n_conditions, pack_predicate);
	PACK_LIST(pack, outcome->stores, outcome->n_stores, pack_store);
	pack_writes(pack, &outcome->written);
	pack_point(pack, &outcome->where);
	pack_exec(pack, &outcome->exec);
}

static void pack_problem(struct pack *pack, void *item)
{
	struct problem *problem = item;

	PACK_NUMBER(pack, problem->kind);
	pack_lock(pack, &problem->lock);
	pack_point(pack, &problem->where);
	pack_point(pack, &problem->other);
	pack_function(pack, &problem->callee);
	PACK_NUMBER(pack, problem->confidence);
	PACK_NUMBER(pack, problem->is_told);
	PACK_NUMBER(pack, problem->is_owned);
	PACK_NUMBER(pack, problem->is_nameless);
	PACK_NUMBER(pack, problem->is_for_callers);
	PACK_NUMBER(pack, problem->doubt);
}

static void pack_answer(struct pack *pack, void *item)
{
	struct answer *answer = item;

	pack_function(pack, &answer->callee);
	PACK_NUMBER(pack, answer->is_passed_on);
}

static void pack_lifetime_effect(struct pack *pack, void *item)
{
	struct lifetime_effect *effect = item;

	PACK_NUMBER(pack, effect->kind);
	pack_term(pack, &effect->object);
	pack_point(pack, &effect->where);
	pack_function(pack, &effect->callee);
	PACK_NUMBER(pack, effect->inner);
	PACK_NUMBER(pack, effect->is_pointer);
	PACK_NUMBER(pack, effect->is_plain);
	PACK_NUMBER(pack, effect->is_locked);
	PACK_NUMBER(pack, effect->is_last);
	PACK_NUMBER(pack, effect->is_replaced);
}

static void pack_lifetime_problem(struct pack *pack, void *item)
{
	struct lifetime_problem *problem = item;

	PACK_NUMBER(pack, problem->kind);
	PACK_NUMBER(pack, problem->before_kind);
	pack_term(pack, &problem->object);
	pack_point(pack, &problem->where);
	pack_point(pack, &problem->before);
	pack_function(pack, &problem->callee);
	pack_function(pack, &problem->before_callee);
	PACK_NUMBER(pack, problem->inner);
	PACK_NUMBER(pack, problem->before_inner);
	PACK_NUMBER(pack, problem->is_doubtful);
	PACK_NUMBER(pack, problem->is_queued_elsewhere);
	PACK_NUMBER(pack, problem->is_pointer);
	PACK_NUMBER(pack, problem->is_plain);
	PACK_NUMBER(pack, problem->is_locked);
	PACK_NUMBER(pack, problem->is_last);
	PACK_NUMBER(pack, problem->is_replaced);
}

void pack_result(struct pack *pack, struct flow_result *result)
{
	pack->exec = (struct exec_context){ 0 };
	pack->held = NULL;
	pack->n_conditions = 0;
	PACK_LIST(pack, result->acquires, result->n_acquires, pack_acquire);
	PACK_LIST(pack, result->calls, result->n_calls, pack_call);
	PACK_LIST(pack, result->sleeps, result->n_sleeps, pack_sleep);
	PACK_LIST(pack, result->pointers, result->n_pointers, pack_pointer);
	PACK_LIST(pack, result->guarded, result->n_guarded, pack_pointer);
	PACK_LIST(pack, result->exposures, result->n_exposures, pack_exposure);
	PACK_LIST(pack, result->outcomes, result->n_outcomes, pack_outcome);
	PACK_LIST(pack, result->problems, result->n_problems, pack_problem);
	PACK_LIST(pack, result->answers, result->n_answers, pack_answer);
	pack_writes(pack, &result->written);
	PACK_LIST(pack, result->unseen, result->n_unseen, pack_string_item);
	PACK_LIST(pack, result->effects, result->n_effects, pack_lifetime_effect);
	PACK_LIST(pack, result->lifetimes, result->n_lifetimes, pack_lifetime_problem);
	PACK_NUMBER(pack, result->may_wait);
	PACK_NUMBER(pack, result->gave_up);
}
