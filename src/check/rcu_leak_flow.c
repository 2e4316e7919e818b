/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rcu_leak_flow.c - which variables hold a pointer whose section has ended */
#include "check/rcu_leak_p.h"

#include <stddef.h>
#include <string.h>

#define MOST_ENTRIES 16
#define MOST_PARAMS 32
/* Beyond these a function is left alone. */
#define MOST_BLOCKS 1500
#define MOST_ROUNDS 8

/* What is known at a point. */
struct leak_state {
	bool reached;
	int depth; /* sections open that this function has opened */
	uint32_t n;
	struct leak_entry entries[MOST_ENTRIES];
};

/* Nearly all have no entries, and the rest of the array need not be looked at. */
static void copy_state(struct leak_state *to, const struct leak_state *from)
{
	memcpy(to, from, offsetof(struct leak_state, entries));
	memcpy(to->entries, from->entries, from->n * sizeof(from->entries[0]));
}

static struct leak_state *new_states(uint32_t n)
{
	struct leak_state *states = g_new(struct leak_state, n);

	for (uint32_t i = 0; i < n; i++)
		memset(&states[i], 0, offsetof(struct leak_state, entries));
	return states;
}

struct leak_run {
	struct leak_search *search;
	const struct program *program;
	const struct unit *unit;
	const struct fact_function *facts;
	uint32_t function;
	struct leak_summary *summary;
	struct leak_state *at; /* per block: at its start */
	GArray *walks;	       /* struct fact_loc: of _rcu iterators; NULL until one asks */
	bool may_tell;	       /* some section has ended while its pointer was kept */
	bool telling;	       /* the last round: what is wrong is kept */
	bool failed;	       /* sections that are open on some ways only */
	bool takes;	       /* a reference to something that it reads */
	struct flow_point here;
};

/* --- entries --------------------------------------------------------------------------------- */

static struct leak_entry *find_entry(struct leak_state *state, term_id key)
{
	for (uint32_t i = 0; i < state->n; i++)
		if (state->entries[i].key == key)
			return &state->entries[i];
	return NULL;
}

static void drop_entry(struct leak_state *state, term_id key)
{
	struct leak_entry *entry = find_entry(state, key);

	if (entry)
		*entry = state->entries[--state->n];
}

static void set_entry(struct leak_state *state, term_id key, struct leak_entry entry)
{
	drop_entry(state, key);
	entry.key = key;
	if (entry.stage != LEAK_NONE && state->n < MOST_ENTRIES)
		state->entries[state->n++] = entry;
}

/* False if @into knew all that before. */
static bool join(struct leak_run *run, struct leak_state *into, const struct leak_state *from)
{
	bool changed = !into->reached;

	if (!into->reached) {
		copy_state(into, from);
		into->reached = true;
		return true;
	}
	run->failed |= into->depth != from->depth;
	for (uint32_t i = 0; i < from->n; i++) {
		struct leak_entry *old = find_entry(into, from->entries[i].key);

		if (old && old->stage >= from->entries[i].stage)
			continue;
		changed |= old || into->n < MOST_ENTRIES;
		set_entry(into, from->entries[i].key, from->entries[i]);
	}
	return changed;
}

/* --- terms ----------------------------------------------------------------------------------- */

static bool is_variable(struct term term)
{
	return term.kind == EXPR_LOCAL || term.kind == EXPR_RESULT;
}

/* The variable that the value points into, with no other pointer followed; 0: none. */
static term_id pointed_by(const struct program *program, term_id value)
{
	struct term term = term_at(program->terms, value);

	if (term.kind == EXPR_ADDR) {
		term = term_at(program->terms, term.base);
		while (term.kind == EXPR_FIELD || term.kind == EXPR_INDEX)
			term = term_at(program->terms, term.base);
		return term.kind == EXPR_DEREF ? pointed_by(program, term.base) : 0;
	}
	if (term.kind == EXPR_CONTAINER)
		return pointed_by(program, term.base);
	return is_variable(term) || term.kind == EXPR_PARAM ? value : 0;
}

/* The variable or parameter that all of the value is reached from; 0: none. */
static term_id root_of(const struct program *program, term_id value)
{
	struct term term = term_at(program->terms, value);

	while (term.base && term.kind != EXPR_UNARY && term.kind != EXPR_BINARY) {
		value = term.base;
		term = term_at(program->terms, value);
	}
	return is_variable(term) || term.kind == EXPR_PARAM ? value : 0;
}

static void follow(struct leak_run *run, struct leak_state *state, term_id key);

/* Everything that a term reads; of an address, only the way to it. */
static void read_term(struct leak_run *run, struct leak_state *state, term_id id, bool is_address)
{
	struct term_table *terms = run->program->terms;
	struct term term = term_at(terms, id);

	if (!id)
		return;
	if (term.kind == EXPR_DEREF && !is_address) {
		term_id key = pointed_by(run->program, term.base);

		if (key)
			follow(run, state, key);
	}
	if (term.base)
		read_term(run, state, term.base,
			  term.kind == EXPR_ADDR || (is_address && (term.kind == EXPR_FIELD ||
								    term.kind == EXPR_INDEX)));
	if (term.kind == EXPR_BINARY) {
		read_term(run, state, term.a, false);
		read_term(run, state, term.b, false);
	}
	if (term.kind == EXPR_INDEX)
		read_term(run, state, term.a, false);
}

/* --- uses ------------------------------------------------------------------------------------ */

static void tell(struct leak_run *run, const struct leak_entry *entry, bool is_returned)
{
	struct leak leak = { run->function, *entry, run->here, is_returned };

	if (run->telling)
		g_array_append_val(run->search->leaks, leak);
}

/* What the variable or parameter points to is read. */
static void follow(struct leak_run *run, struct leak_state *state, term_id key)
{
	struct term term = term_at(run->program->terms, key);
	struct leak_entry *entry = find_entry(state, key);

	if (term.kind == EXPR_PARAM && term.a < MOST_PARAMS)
		run->summary->follows |= 1u << term.a;
	if (entry && entry->stage == LEAK_AFTER) {
		tell(run, entry, false);
		entry->stage = LEAK_SAFE;
	}
}

/* All variables that hold the pointer that was read there. */
static void make_safe(struct leak_state *state, struct flow_point read)
{
	for (uint32_t i = 0; i < state->n; i++)
		if (state->entries[i].read.block == read.block &&
		    state->entries[i].read.step == read.step)
			state->entries[i].stage = LEAK_SAFE;
}

static void keep(struct leak_run *run, struct leak_state *state, term_id value)
{
	term_id key = root_of(run->program, value);
	struct term term = term_at(run->program->terms, key);
	struct leak_entry *entry = find_entry(state, key);

	if (key && term.kind == EXPR_PARAM && term.a < MOST_PARAMS)
		run->summary->takes |= 1u << term.a;
	if (!entry)
		return;
	make_safe(state, entry->read);
	run->takes = true;
}

static void drop(struct leak_run *run, struct leak_state *state, term_id value)
{
	term_id key = root_of(run->program, value);
	struct term term = term_at(run->program->terms, key);
	struct leak_entry *entry = find_entry(state, key);

	if (key && term.kind == EXPR_PARAM && term.a < MOST_PARAMS)
		run->summary->drops |= 1u << term.a;
	if (entry)
		entry->stage = LEAK_SAFE;
}

/* --- sections -------------------------------------------------------------------------------- */

static bool is_reader(enum lock_kind kind)
{
	return kind == LOCK_RCU || kind == LOCK_RCU_TRACE || kind == LOCK_SRCU;
}

static void change_depth(struct leak_run *run, struct leak_state *state, int by)
{
	state->depth += by;
	if (state->depth < 0)
		state->depth = 0;
	for (uint32_t i = 0; by < 0 && state->depth == 0 && i < state->n; i++) {
		if (state->entries[i].stage != LEAK_INSIDE)
			continue;
		state->entries[i].stage = LEAK_AFTER;
		state->entries[i].end = run->here;
		run->may_tell = true;
	}
}

static bool has_reader(const struct held_lock *locks, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (is_reader(locks[i].kind))
			return true;
	return false;
}

/* By how much a call of a function with a body changes the depth. */
static int change_of(const struct leak_run *run, uint32_t callee)
{
	const struct flow_result *flow = run->search->in->summaries->functions[callee].flow;
	bool acquires = flow && flow->n_outcomes, releases = false;

	for (uint32_t i = 0; flow && i < flow->n_outcomes; i++) {
		acquires &= has_reader(flow->outcomes[i].acquired, flow->outcomes[i].n_acquired);
		releases |= has_reader(flow->outcomes[i].released, flow->outcomes[i].n_released);
	}
	return acquires ? 1 : releases ? -1 : 0;
}

/* --- calls ----------------------------------------------------------------------------------- */

static term_id argument(const struct leak_run *run, const struct fact_step *step, int number)
{
	if (number < 0 || number >= step->n_args)
		return 0;
	return run->unit->terms[run->unit->facts->args[step->args + number]];
}

/* A lock on the object keeps it, and a section opens or ends. */
static void apply_primitive(struct leak_run *run, struct leak_state *state,
			    const struct fact_step *step, const struct primitive *primitive)
{
	int change = 0;

	for (size_t i = 0; i < primitive->n_effects; i++) {
		const struct effect *effect = &primitive->effects[i];

		if (effect->op == EFFECT_ACQUIRE && is_reader(effect->kind))
			change = 1;
		else if (effect->op == EFFECT_ACQUIRE)
			keep(run, state, argument(run, step, effect->lock_arg));
		else if (effect->op == EFFECT_RELEASE && is_reader(effect->kind))
			change = -1;
	}
	if (primitive->drops_last)
		drop(run, state, argument(run, step, 0));
	if (change)
		change_depth(run, state, change);
}

/* A reference keeps the object, if it is taken in time: a count is a member like others. */
static void refer(struct leak_run *run, struct leak_state *state, term_id value)
{
	term_id key = root_of(run->program, value);

	if (key && key == pointed_by(run->program, value))
		follow(run, state, key);
	keep(run, state, value);
}

static void apply_roles(struct leak_run *run, struct leak_state *state,
			const struct fact_step *step, const struct role *role)
{
	for (; role; role = role->next) {
		if (role->kind == ROLE_REFERENCE)
			refer(run, state, argument(run, step, role->object_arg));
		else if (role->kind == ROLE_UNREFERENCE || role->kind == ROLE_FREE ||
			 role->kind == ROLE_GP_CALLBACK || role->kind == ROLE_UNLINK)
			drop(run, state, argument(run, step, role->object_arg));
	}
}

static void apply_callee(struct leak_run *run, struct leak_state *state,
			 const struct fact_step *step, uint32_t callee)
{
	struct leak_summary known = run->search->summaries[callee];
	int change = change_of(run, callee);

	for (int i = 0; i < step->n_args && i < MOST_PARAMS; i++) {
		term_id value = argument(run, step, i);
		term_id key = pointed_by(run->program, value);

		if (known.takes & (1u << i))
			keep(run, state, value);
		if (known.drops & (1u << i))
			drop(run, state, value);
		if (key && (known.follows & (1u << i)))
			follow(run, state, key);
	}
	if (change)
		change_depth(run, state, change);
}

static struct leak_entry fresh_entry(const struct leak_run *run, const struct leak_state *state)
{
	return (struct leak_entry){ .stage = state->depth ? LEAK_INSIDE : LEAK_CALLERS,
				    .read = run->here };
}

/* The first such pointer among the arguments. */
static const struct leak_entry *entry_of_argument(const struct leak_run *run,
						  struct leak_state *state,
						  const struct fact_step *step)
{
	const struct leak_entry *entry = NULL;

	for (int i = 0; i < step->n_args && !entry; i++)
		entry = find_entry(state, pointed_by(run->program, argument(run, step, i)));
	return entry;
}

/* What the result of a call of @target is. */
static struct leak_entry entry_of_result(const struct leak_run *run, struct leak_state *state,
					 const struct fact_step *step, uint32_t target)
{
	const struct leak_entry *argued = entry_of_argument(run, state, step);
	struct leak_entry made = { .stage = LEAK_NONE };

	if (run->search->summaries[target].returns)
		return fresh_entry(run, state);
	if (argued)
		made = (struct leak_entry){ .stage = LEAK_MADE, .read = argued->read };
	return made;
}

static void apply_call(struct leak_run *run, struct leak_state *state, const struct fact_step *step)
{
	struct term callee = term_at(run->program->terms, run->unit->terms[step->lhs]);
	const struct symbol *symbol;
	uint32_t target;

	for (int i = 0; i < step->n_args; i++)
		read_term(run, state, argument(run, step, i), false);
	drop_entry(state, run->unit->terms[step->rhs]);
	if (callee.kind != EXPR_FUNC)
		return;
	symbol = &run->program->symbols[callee.a];
	apply_roles(run, state, step, symbol->roles);
	if (symbol->primitive) {
		apply_primitive(run, state, step, symbol->primitive);
		return;
	}
	target =
		program_callee(run->program, run->program->functions[run->function].unit, callee.a);
	if (target == PROGRAM_NONE || symbol->opaque)
		return;
	apply_callee(run, state, step, target);
	set_entry(state, run->unit->terms[step->rhs], entry_of_result(run, state, step, target));
}

/* --- assignments ----------------------------------------------------------------------------- */

static void find_walks(struct leak_run *run)
{
	run->walks = g_array_new(FALSE, FALSE, sizeof(struct fact_loc));
	for (uint32_t b = 0; b < run->facts->n_blocks; b++) {
		const struct fact_block *block = &run->unit->facts->blocks[run->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &run->unit->facts->steps[block->steps + s];

			if (step->kind == STEP_CALL &&
			    rcu_step_has_role(run->program, run->unit, step, ROLE_RCU_REPORT))
				g_array_append_val(run->walks, step->loc);
		}
	}
}

static bool is_walk(struct leak_run *run, struct fact_loc loc)
{
	if (!run->walks)
		find_walks(run);
	for (guint i = 0; i < run->walks->len; i++) {
		struct fact_loc walk = g_array_index(run->walks, struct fact_loc, i);

		if (walk.line == loc.line && walk.column == loc.column && walk.file == loc.file)
			return true;
	}
	return false;
}

static bool is_marked(const struct leak_run *run, struct term local)
{
	const struct facts *facts = run->unit->facts;
	uint32_t number = run->facts->variables + run->facts->n_params + local.a;

	return rules_rcu_mark(run->search->in->rules,
			      facts_string(facts, facts->variables[number].name)) == RCU_MARK_READ;
}

static void apply_assign(struct leak_run *run, struct leak_state *state,
			 const struct fact_step *step)
{
	const struct program *program = run->program;
	term_id lhs = run->unit->terms[step->lhs], rhs = run->unit->terms[step->rhs];
	struct term local = term_at(program->terms, lhs);
	struct leak_entry *from = find_entry(state, pointed_by(program, rhs));
	struct leak_entry entry = { .stage = LEAK_NONE };
	bool walks;

	read_term(run, state, rhs, false);
	if (local.kind != EXPR_LOCAL) {
		read_term(run, state, lhs, false);
		return;
	}
	walks = term_at(program->terms, rhs).kind == EXPR_CONTAINER && is_walk(run, step->loc);
	if (from)
		entry = *from;
	else if (is_marked(run, local) || walks)
		entry = fresh_entry(run, state);
	entry.is_element |= walks;
	set_entry(state, lhs, entry);
}

static void apply_step(struct leak_run *run, struct leak_state *state, const struct fact_step *step)
{
	term_id lhs = run->unit->terms[step->lhs];

	switch ((enum fact_step_kind)step->kind) {
	case STEP_CALL:
		apply_call(run, state, step);
		break;
	case STEP_ASSIGN:
		apply_assign(run, state, step);
		break;
	case STEP_CLOBBER:
		read_term(run, state, lhs, false);
		drop_entry(state, lhs);
		break;
	case STEP_LOAD:
		read_term(run, state, lhs, false);
		break;
	case STEP_KINDS:
		break;
	}
}

/* --- blocks ---------------------------------------------------------------------------------- */

/* On which way out of the branch the variable that it tests is NULL: 0, 1, or -1 for none. */
static int null_way(const struct leak_run *run, term_id cond, term_id *key)
{
	struct term_table *terms = run->program->terms;
	struct term term = term_at(terms, cond);
	int64_t number;
	int way = 1;

	*key = cond;
	while (!is_variable(term)) {
		bool compares = term.kind == EXPR_BINARY &&
				(term.op == BINARY_EQ || term.op == BINARY_NE) &&
				term_is_int(terms, term.b, &number) && number == 0;

		if (term.kind == EXPR_UNARY && term.op == UNARY_NOT) {
			way = 1 - way;
			*key = term.base;
		} else if (compares) {
			way = term.op == BINARY_EQ ? 1 - way : way;
			*key = term.a;
		} else {
			return -1;
		}
		term = term_at(terms, *key);
	}
	return way;
}

/*
 * "if (rcu_dereference_protected(x->p, 1) != p) goto again;": who finds the same pointer there
 * once more may use it. On which way out of the branch it is the same: 0, 1, or -1 for none.
 */
static int same_way(const struct leak_run *run, struct leak_state *state, term_id cond,
		    term_id *key)
{
	struct term_table *terms = run->program->terms;
	struct term term = term_at(terms, cond);
	int64_t number;

	if (term.kind != EXPR_BINARY || (term.op != BINARY_EQ && term.op != BINARY_NE) ||
	    term_is_int(terms, term.a, &number) || term_is_int(terms, term.b, &number))
		return -1;
	*key = find_entry(state, term.a) ? term.a : term.b;
	if (!find_entry(state, *key))
		return -1;
	return term.op == BINARY_EQ ? 0 : 1;
}

static void leave_by_return(struct leak_run *run, struct leak_state *state, term_id value)
{
	struct leak_entry *entry = find_entry(state, pointed_by(run->program, value));

	read_term(run, state, value, false);
	if (!entry)
		return;
	if (entry->stage == LEAK_CALLERS)
		run->summary->returns = !run->takes;
	else if (entry->stage == LEAK_AFTER)
		tell(run, entry, true);
}

/* Whether a block further up has changed, so that another round is due. */
static bool leave_block(struct leak_run *run, const struct fact_block *block,
			struct leak_state *state)
{
	term_id cond = run->unit->terms[block->cond], key = 0;
	int dropped = block->term == TERM_BRANCH ? null_way(run, cond, &key) : -1;
	bool again = false;

	if (dropped < 0 && block->term == TERM_BRANCH)
		dropped = same_way(run, state, cond, &key);

	if (block->term == TERM_RETURN)
		leave_by_return(run, state, cond);
	else
		read_term(run, state, cond, false);
	for (uint32_t e = 0; e < block->n_edges; e++) {
		uint32_t to = run->unit->facts->edges[block->edges + e].block;
		struct leak_state copy;

		copy_state(&copy, state);
		if ((int)e == dropped)
			drop_entry(&copy, key);
		again |= join(run, &run->at[to], &copy) && to <= run->here.block;
	}
	return again;
}

static bool run_round(struct leak_run *run)
{
	bool again = false;

	for (uint32_t b = 0; b < run->facts->n_blocks && !run->failed; b++) {
		const struct fact_block *block = &run->unit->facts->blocks[run->facts->blocks + b];
		struct leak_state state;

		if (!run->at[b].reached)
			continue;
		copy_state(&state, &run->at[b]);
		for (uint32_t s = 0; s < block->n_steps; s++) {
			run->here = (struct flow_point){ b, s };
			apply_step(run, &state, &run->unit->facts->steps[block->steps + s]);
		}
		run->here.step = block->n_steps;
		run->here.block = b;
		again |= leave_block(run, block, &state);
	}
	return again;
}

static void look_at(struct leak_search *search, uint32_t function)
{
	const struct function *f = &search->in->program->functions[function];
	struct leak_run run = { .search = search,
				.program = search->in->program,
				.unit = &search->in->program->units[f->unit],
				.facts = f->facts,
				.function = function,
				.summary = &search->summaries[function] };
	bool again = true;

	if (f->facts->n_blocks > MOST_BLOCKS)
		return;
	run.at = new_states(f->facts->n_blocks + 1);
	run.at[0].reached = true;
	for (int round = 0; again && round < MOST_ROUNDS; round++)
		again = run_round(&run);
	run.telling = run.may_tell && !again && !run.failed;
	if (run.telling)
		run_round(&run);
	g_free(run.at);
	g_clear_pointer(&run.walks, g_array_unref);
}

void leak_find_all(struct leak_search *search)
{
	const struct program *program = search->in->program;

	for (size_t c = 0; c < program->n_components; c++)
		for (uint32_t i = program->component_first[c]; i < program->component_first[c + 1];
		     i++)
			if (search->in->summaries->functions[program->component_members[i]].flow)
				look_at(search, program->component_members[i]);
}
