/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_walk.c - lists as the code writes them
 *
 * All steps that a list macro expands to stand at the macro's place. A walk over a list_head ends
 * at the head, which its condition names; over an hlist it begins at the head, whose first link is
 * what it reads first.
 */
#include "check/rcu_p.h"

/* Which address a local holds that is assigned in one place only; a macro's or a shorthand. */
static term_id only_value(const struct check_input *in, uint32_t function, term_id local)
{
	const struct function *f = &in->program->functions[function];
	const struct unit *unit = &in->program->units[f->unit];
	term_id value = 0;

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];

			if (step->kind == STEP_CALL || step->kind == STEP_LOAD ||
			    unit->terms[step->lhs] != local)
				continue;
			if (value || step->kind != STEP_ASSIGN)
				return 0;
			value = unit->terms[step->rhs];
		}
	}
	return value;
}

/* What the function that returned @result says of it: &net->dev_name_head[hash]. */
static struct list_ref list_returned(const struct check_input *in, uint32_t function,
				     uint32_t result)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;
	const struct flow_result *callee = NULL;
	const struct function *f = &in->program->functions[function];
	const struct unit *unit = &in->program->units[f->unit];

	for (uint32_t i = 0; flow && i < flow->n_calls && !callee; i++) {
		const struct call_event *event = &flow->calls[i];
		const struct fact_block *block =
			&unit->facts->blocks[f->facts->blocks + event->where.block];
		struct term called = term_at(
			in->program->terms,
			unit->terms[unit->facts->steps[block->steps + event->where.step].rhs]);

		if (called.a == result && event->n_targets == 1 && event->targets[0] != function)
			callee = in->summaries->functions[event->targets[0]].flow;
	}
	for (uint32_t i = 0; callee && i < callee->n_outcomes; i++) {
		struct list_ref ref = rcu_list_of(in, PROGRAM_NONE, callee->outcomes[i].result);

		if (ref.kind == LIST_NAMED)
			return ref;
	}
	return (struct list_ref){ LIST_UNKNOWN, 0, 0 };
}

static struct list_ref list_at(const struct check_input *in, uint32_t function, term_id place)
{
	struct term_table *terms = in->program->terms;
	struct term term = term_at(terms, place), root = term;
	struct list_ref ref = { LIST_UNKNOWN, 0, 0 };

	if (term.kind == EXPR_DEREF)
		return rcu_list_of(in, function, term.base);
	while (root.kind == EXPR_FIELD || root.kind == EXPR_INDEX)
		root = term_at(terms, root.base);
	if (root.kind == EXPR_LOCAL) {
		ref.kind = LIST_LOCAL;
		return ref;
	}
	ref.name = program_lock_class(in->program, place);
	ref.kind = ref.name ? LIST_NAMED : LIST_UNKNOWN;
	return ref;
}

struct list_ref rcu_list_of(const struct check_input *in, uint32_t function, term_id value)
{
	struct term term = term_at(in->program->terms, value);

	if (term.kind == EXPR_LOCAL && function != PROGRAM_NONE) {
		value = only_value(in, function, value);
		term = term_at(in->program->terms, value);
	}
	if (term.kind == EXPR_ADDR)
		return list_at(in, function, term.base);
	if (term.kind == EXPR_PARAM)
		return (struct list_ref){ LIST_PARAM, 0, term.a };
	if (term.kind == EXPR_RESULT && function != PROGRAM_NONE)
		return list_returned(in, function, term.a);
	return (struct list_ref){ LIST_UNKNOWN, 0, 0 };
}

uint32_t rcu_element_of(const struct check_input *in, term_id value)
{
	struct term term = term_at(in->program->terms, value);

	if (term.kind != EXPR_ADDR || term_at(in->program->terms, term.base).kind != EXPR_FIELD)
		return 0;
	return program_lock_class(in->program, term.base);
}

/* --- the steps of a macro ------------------------------------------------------------------- */

struct search {
	const struct check_input *in;
	uint32_t function;
	struct fact_loc loc;
	struct list_walk walk;
	term_id first_link; /* the place that holds the first link read */
};

static bool is_link(const struct program *program, struct term field)
{
	g_autofree char *name = NULL;

	if (field.kind != EXPR_FIELD)
		return false;
	name = g_strconcat(program_string(program, field.a), ".", program_string(program, field.b),
			   NULL);
	return g_hash_table_contains(program->rules->rcu_links, name);
}

static uint32_t contained(const struct program *program, struct term container)
{
	g_autofree char *name = g_strconcat(program_string(program, container.a), ".",
					    program_string(program, container.b), NULL);

	return intern_id(program->strings, name);
}

static void look_into(struct search *search, term_id id)
{
	const struct program *program = search->in->program;
	struct term term = term_at(program->terms, id);

	if (term.kind == EXPR_CONTAINER && !search->walk.element)
		search->walk.element = contained(program, term);
	if (!search->first_link && is_link(program, term))
		search->first_link = term.base;
	if (term.base)
		look_into(search, term.base);
}

/* Whether it is a local variable's link; that of the element where the macro has named it. */
static bool is_position(const struct search *search, term_id value)
{
	uint32_t element = rcu_element_of(search->in, value);

	if (!element || (search->walk.element && element != search->walk.element))
		return false;
	return term_has(search->in->program->terms, value, EXPR_LOCAL);
}

/* &pos->member against the head, which may be a member of another local variable's object. */
static void look_at_condition(struct search *search, term_id cond)
{
	struct term_table *terms = search->in->program->terms;
	struct term term = term_at(terms, cond);
	term_id element, head;

	while (term.kind == EXPR_UNARY)
		term = term_at(terms, term.base);
	if (term.kind != EXPR_BINARY || (term.op != BINARY_EQ && term.op != BINARY_NE))
		return;
	element = is_position(search, term.a) ? term.a : term.b;
	head = element == term.a ? term.b : term.a;
	if (!rcu_element_of(search->in, element))
		return;
	search->walk.element = rcu_element_of(search->in, element);
	search->walk.head = rcu_list_of(search->in, search->function, head);
	search->first_link = 0;
}

static void look_at_block(struct search *search, const struct unit *unit,
			  const struct fact_block *block)
{
	for (uint32_t s = 0; s < block->n_steps; s++) {
		const struct fact_step *step = &unit->facts->steps[block->steps + s];

		if (!same_loc(step->loc, search->loc))
			continue;
		if (step->kind == STEP_LOAD)
			look_into(search, unit->terms[step->lhs]);
		else if (step->kind == STEP_ASSIGN)
			look_into(search, unit->terms[step->rhs]);
	}
	if (block->term == TERM_BRANCH && same_loc(block->loc, search->loc) &&
	    search->walk.head.kind == LIST_UNKNOWN)
		look_at_condition(search, unit->terms[block->cond]);
}

struct list_walk rcu_walk_at(const struct check_input *in, uint32_t function, struct fact_loc loc)
{
	const struct function *f = &in->program->functions[function];
	const struct unit *unit = &in->program->units[f->unit];
	struct search search = { .in = in, .function = function, .loc = loc };

	search.walk.function = function;
	search.walk.loc = loc;
	for (uint32_t b = 0; b < f->facts->n_blocks; b++)
		look_at_block(&search, unit, &unit->facts->blocks[f->facts->blocks + b]);
	if (search.walk.head.kind == LIST_UNKNOWN && search.first_link)
		search.walk.head = list_at(in, function, search.first_link);
	return search.walk;
}

/* The mark's local, which has a number behind its name, keeps the pointer. */
static bool is_pointer_read(const struct check_input *in, const struct function *f,
			    const struct fact_step *step, term_id lhs)
{
	const struct facts *facts = in->program->units[f->unit].facts;
	struct term term = term_at(in->program->terms, lhs);
	const struct fact_variable *variable;

	if (step->kind != STEP_ASSIGN || term.kind != EXPR_LOCAL)
		return false;
	variable = &facts->variables[f->facts->variables + f->facts->n_params + term.a];
	return rules_rcu_mark(in->rules, facts_string(facts, variable->name)) == RCU_MARK_READ;
}

uint32_t rcu_pointer_at(const struct rcu_sites *sites, uint32_t function, struct fact_loc loc)
{
	uint32_t loaded = 0;
	const struct check_input *in = sites->in;
	const struct function *f = &in->program->functions[function];
	const struct unit *unit = &in->program->units[f->unit];

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];

			if (!same_loc(step->loc, loc))
				continue;
			if (is_pointer_read(in, f, step, unit->terms[step->lhs]))
				return program_lock_class(in->program, unit->terms[step->rhs]);
			if (step->kind == STEP_LOAD &&
			    program_is_rcu_pointer(in->program, unit->terms[step->lhs]))
				loaded = program_lock_class(in->program, unit->terms[step->lhs]);
		}
	}
	return loaded;
}

struct list_ref rcu_walk_of(const struct check_input *in, uint32_t function, term_id variable)
{
	const struct function *f = &in->program->functions[function];
	const struct unit *unit = &in->program->units[f->unit];
	struct list_ref none = { LIST_UNKNOWN, 0, 0 };

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];
			struct list_walk walk;

			if (step->kind != STEP_ASSIGN || unit->terms[step->lhs] != variable)
				continue;
			walk = rcu_walk_at(in, function, step->loc);
			if (walk.head.kind != LIST_UNKNOWN)
				return walk.head;
		}
	}
	return none;
}
