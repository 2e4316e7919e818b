/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lifetime.c - objects between their unlinking and their end
 *
 * A mark says of an object that it was unlinked and that no grace period was waited for since, or
 * that it was queued for one. States are kept apart by their marks as by their locks, so that
 * "if (listed) { list_del_rcu(); synchronize_rcu(); } kfree()" is right and half of it is not.
 *
 * An object is named by the pointer to it, whichever member the call names: what is below the
 * FIELDs and CONTAINERs of a value. Marks end with the iteration that made them: the next one's
 * "first entry" has the same name and is another object.
 *
 * What a callee does to objects that its caller knows counts where it does so on every way. One
 * that frees an object with its last reference may do so: for who just unlinked it, that counts.
 */
#include "flow/flow_p.h"

#include <string.h>

/* Who does it at this point: the function itself, or an effect of a function that it calls. */
struct doer {
	uint32_t callee, inner;
	bool is_pointer;  /* by changing a pointer */
	bool is_plain;	  /* by a list function that knows of no readers */
	bool is_locked;	  /* with a lock held that the callee takes */
	bool is_last;	  /* with the last reference */
	bool is_replaced; /* by a pointer to another object, so that readers go on */
};

static const struct doer here = { .callee = PROGRAM_NONE };
static const struct doer plainly = { .callee = PROGRAM_NONE, .is_plain = true };

/* --- names of objects ------------------------------------------------------------------------- */

/* The pointer to the object that @value points into; 0 for what no pointer leads to. */
static term_id object_of(const struct term_table *terms, term_id value)
{
	for (;;) {
		struct term term = term_at(terms, value);

		if (term.kind == EXPR_CONTAINER) {
			value = term.base;
			continue;
		}
		if (term.kind != EXPR_ADDR)
			return term.kind == EXPR_INT || term.kind == EXPR_UNKNOWN ? 0 : value;
		term = term_at(terms, term.base);
		while (term.kind == EXPR_FIELD)
			term = term_at(terms, term.base);
		if (term.kind != EXPR_DEREF)
			return value;
		value = term.base;
	}
}

static bool may_be_object(const struct flow *flow, const struct state *state, term_id value)
{
	return eval_signs(flow, state, value) & SIGN_POSITIVE;
}

/* --- marks ------------------------------------------------------------------------------------ */

/* Marks are shared between copies of a state, so what changes is copied first. */
static struct mark *own_marks(struct flow *flow, struct state *state)
{
	if (state->n_marks)
		state->marks = arena_memdup(flow->scratch, state->marks,
					    state->n_marks * sizeof(*state->marks));
	return (struct mark *)state->marks;
}

static void drop_marks(struct flow *flow, struct state *state, enum lifetime_kind kind)
{
	struct mark *marks = own_marks(flow, state);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_marks; i++)
		if (marks[i].kind != kind)
			marks[kept++] = marks[i];
	state->n_marks = kept;
}

static void drop_object(struct flow *flow, struct state *state, term_id object)
{
	struct mark *marks = own_marks(flow, state);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_marks; i++)
		if (marks[i].object != object)
			marks[kept++] = marks[i];
	state->n_marks = kept;
}

static const struct mark *find_mark(const struct state *state, enum lifetime_kind kind,
				    term_id object)
{
	for (uint32_t i = 0; i < state->n_marks; i++)
		if (state->marks[i].kind == kind && state->marks[i].object == object)
			return &state->marks[i];
	return NULL;
}

static bool has_mark(const struct state *state, enum lifetime_kind kind, term_id value)
{
	for (uint32_t i = 0; i < state->n_marks; i++)
		if (state->marks[i].kind == kind && state->marks[i].value == value)
			return true;
	return false;
}

/* Sorted by kind and object: states with the same marks have them in the same order. */
static void add_mark(struct flow *flow, struct state *state, const struct mark *mark)
{
	struct mark *marks;
	uint32_t at = 0;

	if (find_mark(state, mark->kind, mark->object) || state->n_marks == MOST_MARKS)
		return;
	marks = arena_new_array(flow->scratch, struct mark, state->n_marks + 1);
	while (at < state->n_marks &&
	       (state->marks[at].kind < mark->kind ||
		(state->marks[at].kind == mark->kind && state->marks[at].object < mark->object)))
		at++;
	for (uint32_t i = 0; i < at; i++)
		marks[i] = state->marks[i];
	marks[at] = *mark;
	for (uint32_t i = at; i < state->n_marks; i++)
		marks[i + 1] = state->marks[i];
	state->marks = marks;
	state->n_marks++;
}

bool lifetime_same(const struct state *x, const struct state *y)
{
	if (x->n_marks != y->n_marks)
		return false;
	for (uint32_t i = 0; i < x->n_marks; i++)
		if (x->marks[i].kind != y->marks[i].kind ||
		    x->marks[i].object != y->marks[i].object)
			return false;
	return true;
}

void lifetime_end_iteration(struct state *state)
{
	state->n_marks = 0;
}

/* --- what was wrong --------------------------------------------------------------------------- */

static void record(struct flow *flow, enum lifetime_kind kind, const struct mark *before,
		   const struct doer *by)
{
	struct lifetime_problem problem = { .kind = kind,
					    .object = before->object,
					    .before_kind = before->kind,
					    .where = flow->at,
					    .callee = by->callee,
					    .inner = by->inner,
					    .before = before->where,
					    .before_callee = before->callee,
					    .before_inner = before->inner,
					    .is_doubtful = before->is_doubtful,
					    .is_pointer = by->is_pointer || before->is_pointer,
					    .is_plain = by->is_plain || before->is_plain,
					    .is_locked = by->is_locked || before->is_locked,
					    .is_last = by->is_last,
					    .is_replaced = by->is_replaced || before->is_replaced };

	for (guint i = 0; i < flow->lifetimes->len; i++) {
		struct lifetime_problem *old =
			&g_array_index(flow->lifetimes, struct lifetime_problem, i);

		if (old->kind == kind && old->before_kind == before->kind &&
		    old->where.block == problem.where.block &&
		    old->where.step == problem.where.step)
			return;
	}
	g_array_append_val(flow->lifetimes, problem);
}

/* --- what was freed on every way ------------------------------------------------------------- */

static bool has_freed(const struct state *state, term_id object)
{
	for (uint32_t i = 0; i < state->n_freed; i++)
		if (state->freed[i] == object)
			return true;
	return false;
}

static void add_freed(struct flow *flow, struct state *state, term_id object)
{
	term_id *freed;

	if (has_freed(state, object) || state->n_freed == MOST_MARKS)
		return;
	freed = arena_new_array(flow->scratch, term_id, state->n_freed + 1);
	for (uint32_t i = 0; i < state->n_freed; i++)
		freed[i] = state->freed[i];
	freed[state->n_freed++] = object;
	state->freed = freed;
}

bool lifetime_merge(struct flow *flow, struct state *into, const struct state *from)
{
	uint32_t before = into->n_freed;
	term_id *freed =
		before ? arena_memdup(flow->scratch, into->freed, before * sizeof(*into->freed))
		       : NULL;

	into->n_freed = 0;
	for (uint32_t i = 0; i < before; i++)
		if (has_freed(from, freed[i]))
			freed[into->n_freed++] = freed[i];
	into->freed = freed;
	return into->n_freed != before;
}

/* --- names that change their meaning --------------------------------------------------------- */

void lifetime_renew(struct flow *flow, struct state *state, uint32_t number)
{
	struct mark *marks = own_marks(flow, state);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_marks; i++)
		if (!term_mentions(flow->terms, marks[i].object, EXPR_RESULT, number))
			marks[kept++] = marks[i];
	state->n_marks = kept;
}

void lifetime_substitute(struct flow *flow, struct state *state, term_id from, term_id to)
{
	struct mark *marks = own_marks(flow, state);

	for (uint32_t i = 0; i < state->n_marks; i++) {
		marks[i].object = term_replace(flow->terms, marks[i].object, from, to);
		marks[i].value = term_replace(flow->terms, marks[i].value, from, to);
	}
}

static void note_effect(struct flow *flow, enum lifetime_kind kind, term_id object,
			const struct doer *by)
{
	struct lifetime_effect effect = { .kind = kind,
					  .object = object,
					  .where = flow->at,
					  .callee = by->callee,
					  .inner = by->inner,
					  .is_pointer = by->is_pointer,
					  .is_plain = by->is_plain,
					  .is_locked = by->is_locked,
					  .is_last = by->is_last,
					  .is_replaced = by->is_replaced };

	g_array_append_val(flow->effects, effect);
}

/* Whether a lock is held that keeps other updaters out. */
static bool holds_lock(const struct state *state)
{
	for (uint32_t i = 0; i < state->n_held; i++) {
		enum lock_kind kind = state->held[i].kind;

		if (kind != LOCK_RCU && kind != LOCK_RCU_TRACE && kind != LOCK_SRCU)
			return true;
	}
	return false;
}

/* --- what happens to an object ---------------------------------------------------------------- */

static void unlink_object(struct flow *flow, struct state *state, term_id object, struct doer by)
{
	const struct mark *queued = find_mark(state, LIFETIME_QUEUED, object);
	struct mark mark = { .object = object,
			     .value = object,
			     .kind = LIFETIME_UNLINKED,
			     .is_pointer = by.is_pointer,
			     .is_plain = by.is_plain,
			     .is_replaced = by.is_replaced,
			     .where = flow->at,
			     .callee = by.callee,
			     .inner = by.inner };

	by.is_locked |= holds_lock(state);
	mark.is_locked = by.is_locked;
	if (queued)
		record(flow, LIFETIME_UNLINKED, queued, &by);
	note_effect(flow, LIFETIME_UNLINKED, object, &by);
	add_mark(flow, state, &mark);
}

static void queue_object(struct flow *flow, struct state *state, term_id object, term_id head,
			 const struct doer *by)
{
	struct mark mark = { .object = object,
			     .value = head,
			     .kind = LIFETIME_QUEUED,
			     .where = flow->at,
			     .callee = by->callee,
			     .inner = by->inner };
	const struct mark *queued = find_mark(state, LIFETIME_QUEUED, object);

	if (queued && queued->value == head)
		record(flow, LIFETIME_QUEUED, queued, by);
	note_effect(flow, LIFETIME_QUEUED, head, by);
	add_mark(flow, state, &mark);
}

/* Freed by a callee if that was the last reference: what is queued holds another one. */
static void release_object(struct flow *flow, struct state *state, term_id object,
			   const struct doer *by)
{
	const struct mark *before = find_mark(state, LIFETIME_UNLINKED, object);

	if (before && !find_mark(state, LIFETIME_QUEUED, object))
		record(flow, LIFETIME_FREED, before, by);
	note_effect(flow, LIFETIME_FREED, object, by);
}

static void free_object(struct flow *flow, struct state *state, term_id object,
			const struct doer *by)
{
	const struct mark *before = find_mark(state, LIFETIME_QUEUED, object);
	struct doer last = *by;

	if (by->is_last) {
		release_object(flow, state, object, by);
		return;
	}
	if (!before)
		before = find_mark(state, LIFETIME_UNLINKED, object);
	if (before)
		record(flow, LIFETIME_FREED, before, by);
	drop_object(flow, state, object);
	last.is_last = is_last_dropped(flow, state);
	note_effect(flow, LIFETIME_FREED, object, &last);
	add_freed(flow, state, object);
}

static void happen(struct flow *flow, struct state *state, enum lifetime_kind kind, term_id value,
		   const struct doer *by)
{
	term_id object = object_of(flow->terms, value);

	if (!object || !may_be_object(flow, state, value))
		return;
	if (kind == LIFETIME_UNLINKED)
		unlink_object(flow, state, object, *by);
	else if (kind == LIFETIME_QUEUED)
		queue_object(flow, state, object, value, by);
	else
		free_object(flow, state, object, by);
}

/* --- calls ------------------------------------------------------------------------------------ */

/*
 * kref_put(&p->ref, p_release): if p_release() frees what the reference is a member of. It may not
 * have been looked at yet, so that whoever reads the results has to ask.
 */
static void release_by(struct flow *flow, struct state *state, const struct role *role,
		       const struct call_values *call)
{
	struct term function = { 0 };
	uint32_t target = PROGRAM_NONE;

	if (role->function_arg >= 0 && (uint32_t)role->function_arg < call->n_args &&
	    role->object_arg >= 0)
		function = term_at(flow->terms, call->args[role->function_arg]);
	if (function.kind == EXPR_FUNC)
		target = program_callee(flow->program,
					flow->program->functions[flow->function].unit, function.a);
	if (target != PROGRAM_NONE)
		happen(flow, state, LIFETIME_FREED, call->args[role->object_arg],
		       &(struct doer){ .callee = target, .inner = INNER_FREES, .is_last = true });
}

static void apply_role(struct flow *flow, struct state *state, const struct role *role,
		       const struct call_values *call)
{
	term_id object = role->object_arg >= 0 && (uint32_t)role->object_arg < call->n_args
				 ? call->args[role->object_arg]
				 : 0;

	switch (role->kind) {
	case ROLE_FREE:
		happen(flow, state, LIFETIME_FREED, object, &here);
		break;
	case ROLE_UNLINK:
		happen(flow, state, LIFETIME_UNLINKED, object, &here);
		break;
	case ROLE_GP_CALLBACK:
		happen(flow, state, LIFETIME_QUEUED, object, &here);
		break;
	case ROLE_PUBLISH:
		drop_object(flow, state, object_of(flow->terms, object));
		break;
	case ROLE_LAST_REFERENCE:
		release_by(flow, state, role, call);
		break;
	case ROLE_GP_WAIT:
		lifetime_wait(flow, state);
		break;
	case ROLE_GP_BARRIER: /* waits for readers only if callbacks are left that do */
		lifetime_doubt(flow, state);
		break;
	default: /* says nothing of objects */
		break;
	}
}

void lifetime_roles(struct flow *flow, struct state *state, const struct role *roles,
		    const struct call_values *call)
{
	for (; roles; roles = roles->next)
		apply_role(flow, state, roles, call);
}

void lifetime_access(struct flow *flow, struct state *state, const struct rcu_access *access,
		     const struct call_values *call)
{
	term_id element = access->element_arg >= 0 && (uint32_t)access->element_arg < call->n_args
				  ? call->args[access->element_arg]
				  : 0;
	struct term link = term_at(flow->terms, element);

	if (access->op == RCU_DELETE && !access->is_rcu && link.kind == EXPR_ADDR &&
	    program_is_rcu_listed(flow->program, link.base))
		happen(flow, state, LIFETIME_UNLINKED, element, &plainly);
}

void lifetime_wait(struct flow *flow, struct state *state)
{
	flow->may_wait = true;
	drop_marks(flow, state, LIFETIME_UNLINKED);
}

void lifetime_doubt(struct flow *flow, struct state *state)
{
	struct mark *marks = own_marks(flow, state);

	for (uint32_t i = 0; i < state->n_marks; i++)
		marks[i].is_doubtful = true;
}

void lifetime_callee(struct flow *flow, struct state *state, const struct frame *frame,
		     uint32_t callee, const struct flow_result *result)
{
	if (result->may_wait)
		lifetime_wait(flow, state);
	for (uint32_t i = 0; i < result->n_effects; i++) {
		const struct lifetime_effect *effect = &result->effects[i];

		happen(flow, state, effect->kind, eval_value(flow, state, frame, effect->object),
		       &(struct doer){ .callee = callee,
				       .inner = i,
				       .is_pointer = effect->is_pointer,
				       .is_plain = effect->is_plain,
				       .is_locked = effect->is_locked,
				       .is_last = effect->is_last,
				       .is_replaced = effect->is_replaced });
	}
}

/* --- pointers that readers follow ------------------------------------------------------------- */

void lifetime_assign(struct flow *flow, struct state *state, term_id place, term_id value)
{
	struct doer by = { .callee = PROGRAM_NONE, .is_pointer = true };
	term_id old = place;

	if (!program_is_rcu_assigned(flow->program, place))
		return;
	state_get(state, place, &old);
	by.is_replaced = value && !(eval_signs(flow, state, value) & SIGN_ZERO);
	if (old && old != value)
		happen(flow, state, LIFETIME_UNLINKED, old, &by);
}

/* --- at the end ------------------------------------------------------------------------------- */

static bool is_in_all(const struct flow *flow, const struct lifetime_effect *effect)
{
	for (guint i = 0; i < flow->returns->len; i++) {
		const struct state *state =
			g_array_index(flow->returns, struct return_state, i).state;
		bool there = effect->kind == LIFETIME_FREED
				     ? has_freed(state, effect->object)
				     : has_mark(state, effect->kind, effect->object);

		/* Nothing is what nothing needs to be done to: if (!p) return; */
		if (!there && may_be_object(flow, state, effect->object))
			return false;
	}
	return flow->returns->len > 0;
}

static bool is_known(const GArray *kept, const struct lifetime_effect *effect)
{
	for (guint i = 0; i < kept->len; i++) {
		const struct lifetime_effect *other =
			&g_array_index(kept, struct lifetime_effect, i);

		if (other->kind == effect->kind && other->object == effect->object)
			return true;
	}
	return false;
}

/* Whether @object is queued on some way. */
static bool is_queued(const struct flow *flow, term_id object)
{
	for (guint i = 0; i < flow->effects->len; i++) {
		const struct lifetime_effect *effect =
			&g_array_index(flow->effects, struct lifetime_effect, i);

		if (effect->kind == LIFETIME_QUEUED &&
		    object_of(flow->terms, effect->object) == object)
			return true;
	}
	return false;
}

static void look_elsewhere(struct flow *flow)
{
	for (guint i = 0; i < flow->lifetimes->len; i++) {
		struct lifetime_problem *p =
			&g_array_index(flow->lifetimes, struct lifetime_problem, i);

		p->is_queued_elsewhere = p->kind == LIFETIME_FREED &&
					 p->before_kind == LIFETIME_UNLINKED &&
					 is_queued(flow, p->object);
	}
}

void lifetime_finish(struct flow *flow, struct flow_result *result)
{
	g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(struct lifetime_effect));

	result->may_wait = flow->may_wait;
	look_elsewhere(flow);
	for (guint i = 0; i < flow->effects->len && !flow->gave_up; i++) {
		const struct lifetime_effect *effect =
			&g_array_index(flow->effects, struct lifetime_effect, i);

		struct lifetime_effect sure = *effect;

		if (!term_is_outside(flow->terms, effect->object) || is_known(kept, effect))
			continue;
		sure.is_last &= !is_in_all(flow, effect);
		if (sure.is_last || is_in_all(flow, effect))
			g_array_append_val(kept, sure);
	}
	result->n_effects = kept->len;
	if (kept->len)
		result->effects = arena_memdup(flow->run, kept->data,
					       kept->len * sizeof(struct lifetime_effect));
	result->n_lifetimes = flow->lifetimes->len;
	if (flow->lifetimes->len)
		result->lifetimes =
			arena_memdup(flow->run, flow->lifetimes->data,
				     flow->lifetimes->len * sizeof(struct lifetime_problem));
}
