/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_access.c - plain accesses to pointers that RCU readers follow
 *
 *   CPU0                              CPU1
 *   new->value = 1
 *   x->p = new        <- may come first
 *                                     rcu_read_lock()
 *                                     q = x->p      <- the compiler may read it twice
 *                                     use(q->value)
 *
 * Such a pointer is one that is annotated as __rcu, or that rcu_assign_pointer() changes somewhere.
 * A load in a section, followed afterwards, is one; and a store of a new object, which others can
 * see from then on. The preprocessor leaves nothing of READ_ONCE() and RCU_INIT_POINTER(), so that
 * these count as plain.
 *
 * Not a finding: a test for NULL; under a lock; NULL or an object that was there before is stored.
 */
#include "check/chain_p.h"
#include "check/rcu_p.h"

struct place {
	const struct check_input *in;
	uint32_t function;
	const struct unit *unit;
	const struct fact_function *facts;
	const struct pointer_event *event;
	const struct fact_step *step;
};

static const struct fact_step *step_at(const struct place *p, struct flow_point where)
{
	const struct facts *facts = p->unit->facts;

	return &facts->steps[facts->blocks[p->facts->blocks + where.block].steps + where.step];
}

typedef bool (*step_fn)(const struct place *place, const struct fact_step *step);

/* Whether @is holds for a step where the event's is. */
static bool any_step(const struct place *p, step_fn is)
{
	for (uint32_t b = 0; b < p->facts->n_blocks; b++) {
		const struct fact_block *block = &p->unit->facts->blocks[p->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++)
			if (is(p, &p->unit->facts->steps[block->steps + s]))
				return true;
	}
	return false;
}

static bool is_marked_local(const struct place *p, term_id id)
{
	const struct facts *facts = p->unit->facts;
	struct term term = term_at(p->in->program->terms, id);
	uint32_t number = p->facts->variables + p->facts->n_params + term.a;

	return term.kind == EXPR_LOCAL &&
	       rules_rcu_mark(p->in->rules, facts_string(facts, facts->variables[number].name)) !=
		       RCU_MARK_NONE;
}

/* RCU's own macros: they check at the same place, or have a variable of their own. */
static bool is_macro(const struct place *p, const struct fact_step *step)
{
	if (!same_loc(step->loc, p->step->loc))
		return false;
	if (step->kind == STEP_CALL)
		return rcu_step_has_role(p->in->program, p->unit, step, ROLE_RCU_CHECKING) ||
		       rcu_step_has_role(p->in->program, p->unit, step, ROLE_RCU_REPORT);
	return step->kind == STEP_ASSIGN && (is_marked_local(p, p->unit->terms[step->lhs]) ||
					     is_marked_local(p, p->unit->terms[step->rhs]));
}

static bool follows(const struct term_table *terms, term_id id, term_id pointer)
{
	struct term term = term_at(terms, id);

	if (!id)
		return false;
	if (term.kind == EXPR_DEREF && term.base == pointer)
		return true;
	return follows(terms, term.base, pointer) ||
	       (term.kind == EXPR_BINARY &&
		(follows(terms, term.a, pointer) || follows(terms, term.b, pointer)));
}

/* What was loaded is kept or followed: no mere test. */
static bool is_use(const struct place *p, const struct fact_step *step)
{
	const struct term_table *terms = p->in->program->terms;
	term_id pointer = p->unit->terms[p->step->lhs];

	if (step->kind == STEP_ASSIGN && step->loc.line == p->step->loc.line &&
	    p->unit->terms[step->rhs] == pointer)
		return term_at(terms, p->unit->terms[step->lhs]).kind == EXPR_LOCAL;
	return step->loc.line == p->step->loc.line && step->kind != STEP_CALL &&
	       (follows(terms, p->unit->terms[step->lhs], pointer) ||
		follows(terms, p->unit->terms[step->rhs], pointer));
}

/* The annotation is of what is kept per CPU, not of the pointer to that. */
static bool is_percpu(const struct place *p, const struct fact_step *step)
{
	const struct term_table *terms = p->in->program->terms;

	if (step->loc.line != p->step->loc.line || step->loc.file != p->step->loc.file)
		return false;
	return term_has(terms, p->unit->terms[step->lhs], EXPR_PERCPU) ||
	       (step->kind == STEP_ASSIGN &&
		term_has(terms, p->unit->terms[step->rhs], EXPR_PERCPU));
}

static bool is_allocation(const struct program *program, const struct unit *unit,
			  const struct fact_step *step)
{
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);
	const struct primitive *primitive;

	if (step->kind != STEP_CALL || callee.kind != EXPR_FUNC)
		return false;
	primitive = program->symbols[callee.a].primitive;
	for (size_t i = 0; primitive && i < primitive->n_effects; i++)
		if (primitive->effects[i].op == EFFECT_SLEEP && primitive->effects[i].flags_mask)
			return true;
	return false;
}

/* Whether the value is what an allocation has just given. */
static bool is_new(const struct place *p, const struct fact_step *step)
{
	return p->unit->terms[step->rhs] == p->event->value &&
	       is_allocation(p->in->program, p->unit, step);
}

/* Whether a step of @function allocates something. */
static bool allocates(const struct program *program, uint32_t function)
{
	const struct function *f = &program->functions[function];
	const struct unit *unit = &program->units[f->unit];

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++)
			if (is_allocation(program, unit, &unit->facts->steps[block->steps + s]))
				return true;
	}
	return false;
}

/* What a function returned that is no allocation, and makes none. */
static bool is_found(const struct place *p, term_id root)
{
	const struct program *program = p->in->program;
	struct term callee = { 0 };
	uint32_t target;

	for (uint32_t b = 0; b < p->facts->n_blocks && !callee.kind; b++) {
		const struct fact_block *block = &p->unit->facts->blocks[p->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &p->unit->facts->steps[block->steps + s];

			if (step->kind == STEP_CALL && p->unit->terms[step->rhs] == root)
				callee = term_at(program->terms, p->unit->terms[step->lhs]);
		}
	}
	if (callee.kind != EXPR_FUNC)
		return false;
	target = program_callee(program, program->functions[p->function].unit, callee.a);
	return target != PROGRAM_NONE && !allocates(program, target);
}

static term_id root_of(const struct place *p)
{
	const struct term_table *terms = p->in->program->terms;
	term_id root = p->event->place;

	while (term_at(terms, root).base)
		root = term_at(terms, root).base;
	return root;
}

static bool is_callers(const struct place *p)
{
	struct term root = term_at(p->in->program->terms, root_of(p));

	return root.kind == EXPR_PARAM || root.kind == EXPR_GLOBAL;
}

/*
 * The annotation of "struct pool_workqueue __rcu **cpu_pwq" is of what the pointers in there point
 * to: an array of them, or one for each CPU.
 */
static bool is_of_inner(const struct place *p)
{
	struct term term = term_at(p->in->program->terms, p->event->place);
	const struct facts *facts = p->unit->facts;

	for (uint32_t i = 0; term.kind == EXPR_FIELD && i < facts->n_fields; i++)
		if (p->unit->strings[facts->fields[i].record] == term.a &&
		    p->unit->strings[facts->fields[i].name] == term.b)
			return g_str_has_suffix(facts_string(facts, facts->fields[i].type), "**");
	return false;
}

/* Others may see what callers, or a function that looks it up, gave. */
static bool is_others(const struct place *p)
{
	term_id root = root_of(p);

	return is_callers(p) ||
	       (term_at(p->in->program->terms, root).kind == EXPR_RESULT && is_found(p, root));
}

/* --- what is wrong --------------------------------------------------------------------------- */

static bool is_plain_load(const struct place *p)
{
	return rcu_holds_reader(p->event->held) && !rcu_holds_lock(p->event->held) &&
	       !any_step(p, is_macro) && !any_step(p, is_percpu) && any_step(p, is_use);
}

/* Whether the function has read the same pointer as one that others follow: to free the old one. */
static bool replaces(const struct place *p)
{
	const struct flow_result *flow = p->in->summaries->functions[p->function].flow;

	for (uint32_t i = 0; is_callers(p) && i < flow->n_pointers; i++) {
		const struct pointer_event *read = &flow->pointers[i];
		struct place before = *p;

		if (read->is_store || read->place != p->event->place ||
		    !flow_point_is_before(read->where, p->event->where))
			continue;
		before.step = step_at(p, read->where);
		if (any_step(&before, is_macro))
			return true;
	}
	return false;
}

static bool is_plain_publication(const struct place *p)
{
	return p->event->value && is_others(p) && !any_step(p, is_macro) && any_step(p, is_new) &&
	       !is_of_inner(p) &&
	       (rcu_holds_lock(p->event->held) || rcu_callers_lock(p->in->rcu, p->function) ||
		replaces(p)) &&
	       rcu_is_quiet(p->in->rcu, p->function, p->event->where) != RCU_QUIET;
}

static void report(const struct place *p)
{
	const struct check_input *in = p->in;
	bool annotated = program_is_rcu_pointer(in->program, p->event->place);
	struct finding *f = finding_new(in, RULE_RCU_PLAIN_ACCESS,
					annotated ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW);
	uint32_t class_string = program_lock_class(in->program, p->event->place);
	const char *name = class_string ? program_string(in->program, class_string) : "a pointer";
	struct chain chain = chain_new(in);

	chain_add_point(
		&chain, p->function, p->event->where, p->event->is_store ? "update" : "read",
		arena_printf(in->arena, "%s %s", p->event->is_store ? "sets" : "reads", name));
	f->message = arena_printf(in->arena,
				  p->event->is_store
					  ? "%s is set to a new object with no rcu_assign_pointer()"
					  : "%s is read in an RCU reader with no rcu_dereference()",
				  name);
	chain_give(&chain, f);
	chain_locate(&chain, f, p->function, p->event->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void look_at(const struct check_input *in, uint32_t function,
		    const struct pointer_event *event)
{
	const struct function *f = &in->program->functions[function];
	struct place p = { .in = in,
			   .function = function,
			   .unit = &in->program->units[f->unit],
			   .facts = f->facts,
			   .event = event };

	p.step = step_at(&p, event->where);
	if (program_is_list_link(in->program, event->place))
		return;
	if (event->is_store ? is_plain_publication(&p) : is_plain_load(&p))
		report(&p);
}

static bool was_before(const struct flow_result *flow, uint32_t number)
{
	for (uint32_t i = 0; i < number; i++)
		if (flow->pointers[i].where.block == flow->pointers[number].where.block &&
		    flow->pointers[i].where.step == flow->pointers[number].where.step)
			return true;
	return false;
}

static void run(const struct check_input *in)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0;
		     flow && in->program->functions[f].in_scope && i < flow->n_pointers; i++)
			if (!was_before(flow, i))
				look_at(in, f, &flow->pointers[i]);
	}
}

const struct check check_rcu_access = { .name = "rcu_access", .run = run };
