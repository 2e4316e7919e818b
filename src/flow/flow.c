/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flow.c - the worklist over a function's blocks
 *
 * Blocks are numbered in reverse postorder, so taking the lowest pending one first visits a block
 * after its predecessors, and a loop's body before what follows it.
 */
#include "flow/flow_p.h"

#include <string.h>

static const struct fact_block *block_at(const struct flow *flow, uint32_t block)
{
	return &flow->unit->facts->blocks[flow->facts->blocks + block];
}

_Static_assert(FLOW_MAX_STATES <= 64, "block_states.pending has a bit per state");

static void add_new_state(struct flow *flow, struct block_states *block, struct state *state)
{
	struct state_list *list = &block->list;

	if (list->n == FLOW_MAX_STATES) {
		flow->gave_up = true;
		return;
	}
	if (!list->states) {
		list->states = arena_new_array(flow->scratch, struct state *, FLOW_MAX_STATES);
		list->capacity = FLOW_MAX_STATES;
	}
	block->pending |= 1ULL << list->n;
	list->states[list->n++] = state;
}

static void propagate(struct flow *flow, uint32_t from, uint32_t to, struct state *state)
{
	live_prune(flow, to, state);
	loops_enter(flow, from, to, state);
	state_list_add(flow, &flow->blocks[to].arrivals, state);
}

/* Arrivals wait until the block's turn: to merge them, one must know all of them. */
static void settle(struct flow *flow, uint32_t number)
{
	struct block_states *block = &flow->blocks[number];
	struct state_list arrivals = block->arrivals;

	block->arrivals = (struct state_list){ 0 };
	for (uint32_t i = 0; i < arrivals.n; i++) {
		struct state_list rest = { .n = arrivals.n - i - 1,
					   .states = arrivals.states + i + 1 };
		int like = state_find_like(flow, &block->list, &rest, arrivals.states[i],
					   flow->is_arm[number]);

		if (like < 0)
			add_new_state(flow, block, arrivals.states[i]);
		else if (state_merge(flow, block->list.states[like], arrivals.states[i], number))
			block->pending |= 1ULL << like;
	}
}

static bool only_warns(const struct symbol *symbol)
{
	for (const struct role *role = symbol->roles; role; role = role->next)
		if (role->kind == ROLE_WARN)
			return true;
	return false;
}

/*
 * Says that something is wrong, or sets a variable that a macro has for itself, to a number: what
 * computes another condition, "if (p) WARN_ON(p->n)", is an assertion about that.
 */
static bool is_part_of_assertion(const struct flow *flow, const struct fact_step *step)
{
	struct term lhs = term_at(flow->terms, flow->unit->terms[step->lhs]);
	int64_t number;

	if (step->kind == STEP_CALL)
		return lhs.kind == EXPR_FUNC && only_warns(&flow->program->symbols[lhs.a]);
	return step->kind == STEP_ASSIGN && (step->flags & STEP_FLAG_DECL) &&
	       lhs.kind == EXPR_LOCAL &&
	       term_is_int(flow->terms, flow->unit->terms[step->rhs], &number);
}

static bool does_nothing(const struct flow *flow, const struct fact_block *block)
{
	for (uint32_t s = 0; s < block->n_steps; s++)
		if (!is_part_of_assertion(flow, &flow->unit->facts->steps[block->steps + s]))
			return false;
	return true;
}

/* @cond, or what it is the negation of. */
static term_id without_not(const struct flow *flow, uint32_t cond)
{
	term_id id = flow->unit->terms[cond];
	struct term term = term_at(flow->terms, id);

	while (term.kind == EXPR_UNARY && term.op == UNARY_NOT) {
		id = term.base;
		term = term_at(flow->terms, id);
	}
	return id;
}

static bool asks_again(const struct flow *flow, const struct fact_block *block,
		       const struct fact_block *next)
{
	return next->term == TERM_BRANCH && !next->n_steps &&
	       without_not(flow, next->cond) == without_not(flow, block->cond);
}

/*
 * "if (condition) ;" and no else: an assertion, of which preprocessing has left no more. Where the
 * same condition is looked at once more, the code is ready for it: "if (WARN_ON(p)) return".
 */
static enum doubt doubt_of(const struct flow *flow, const struct fact_block *block, uint32_t into)
{
	const struct fact_edge *edges = &flow->unit->facts->edges[block->edges];
	const struct fact_block *then = block_at(flow, into);

	if (block->n_edges != 2 || edges[0].block != into || then->term != TERM_GOTO ||
	    then->n_edges != 1 || !then->n_steps || !does_nothing(flow, then) ||
	    flow->unit->facts->edges[then->edges].block != edges[1].block)
		return DOUBT_NONE;
	return asks_again(flow, block, block_at(flow, edges[1].block)) ? DOUBT_ASKED : DOUBT_FAILED;
}

/* False if @state, which becomes that of the arm, cannot come there. */
static bool take_arm(struct flow *flow, uint32_t from, const struct fact_block *block, uint32_t arm,
		     struct state *state)
{
	term_id value = eval_value(flow, state, NULL, flow->unit->terms[block->cond]);
	uint32_t to = flow->unit->facts->edges[block->edges + arm].block;

	if (!assume(flow, state, value, arm == 0))
		return false;
	handed_asked(state);
	if (state->doubt == DOUBT_ASKED)
		state->doubt = DOUBT_NONE;
	if (arm == 0)
		state->doubt = MAX(state->doubt, (uint8_t)doubt_of(flow, block, to));
	propagate(flow, from, to, state);
	return true;
}

static bool is_of_memory(const struct flow *flow, term_id value)
{
	return term_has(flow->terms, value, EXPR_DEREF) ||
	       term_has(flow->terms, value, EXPR_GLOBAL);
}

/*
 * "if (fc->root) return; get_tree(fc); if (!fc->root) BUG();": memory is taken to stay what it was,
 * but who wrote the last line knows that it does not. A function may ask for it, too.
 */
static bool is_outdated(struct flow *flow, const struct state *state,
			const struct fact_block *block, uint32_t taken)
{
	uint32_t to = flow->unit->facts->edges[block->edges + taken].block;
	term_id asked = flow->unit->terms[block->cond];

	return block_at(flow, to)->term == TERM_NORETURN &&
	       (is_of_memory(flow, asked) ||
		is_of_memory(flow, eval_value(flow, state, NULL, asked)));
}

static void propagate_branch(struct flow *flow, uint32_t from, const struct fact_block *block,
			     struct state *state)
{
	bool taken[2] = { false, false };

	for (uint32_t i = 0; i < block->n_edges && i < 2; i++)
		taken[i] = take_arm(flow, from, block, i, state_copy(flow, state));
	for (uint32_t i = 0; i < block->n_edges && i < 2; i++) {
		if (taken[i] || !taken[!i] || !is_outdated(flow, state, block, !i))
			continue;
		state_forget_memory(flow, state, NULL);
		take_arm(flow, from, block, i, state);
	}
}

static bool matches_a_case(const struct flow *flow, const struct fact_block *block, term_id value)
{
	int64_t number;

	if (!term_is_int(flow->terms, value, &number))
		return false;
	for (uint32_t i = 0; i < block->n_edges; i++) {
		const struct fact_edge *edge = &flow->unit->facts->edges[block->edges + i];

		if (!edge->is_default && number >= edge->low && number <= edge->high)
			return true;
	}
	return false;
}

/* Of a switch with more cases nobody remembers which of them it was not. */
#define MOST_CASES_EXCLUDED 8

/* None of the cases: the value is no number of theirs. */
static bool assume_no_case(struct flow *flow, struct state *state, const struct fact_block *block,
			   term_id value)
{
	if (matches_a_case(flow, block, value))
		return false;
	for (uint32_t i = 0; block->n_edges <= MOST_CASES_EXCLUDED + 1 && i < block->n_edges; i++) {
		const struct fact_edge *edge = &flow->unit->facts->edges[block->edges + i];

		if (!edge->is_default && edge->low == edge->high &&
		    !assume_not(flow, state, value, edge->low))
			return false;
	}
	return true;
}

static void propagate_switch(struct flow *flow, uint32_t from, const struct fact_block *block,
			     struct state *state)
{
	term_id value = eval_value(flow, state, NULL, flow->unit->terms[block->cond]);

	for (uint32_t i = 0; i < block->n_edges; i++) {
		const struct fact_edge *edge = &flow->unit->facts->edges[block->edges + i];
		struct state *copy = state_copy(flow, state);
		bool possible = edge->is_default
					? assume_no_case(flow, copy, block, value)
					: assume_range(flow, copy, value, edge->low, edge->high);

		if (possible)
			propagate(flow, from, edge->block, copy);
	}
}

static void propagate_all(struct flow *flow, uint32_t from, const struct fact_block *block,
			  struct state *state)
{
	for (uint32_t i = 0; i < block->n_edges; i++)
		propagate(flow, from, flow->unit->facts->edges[block->edges + i].block,
			  state_copy(flow, state));
}

/* A record whose members were set one by one is returned as the place that it is. */
static term_id returned_value(struct flow *flow, const struct state *state, term_id term)
{
	if (term_at(flow->terms, term).kind == EXPR_LOCAL && state_has_members(flow, state, term))
		return term;
	return eval_value(flow, state, NULL, term);
}

static void record_return(struct flow *flow, const struct fact_block *block, struct state *state)
{
	struct return_state at = { .state = state,
				   .value = returned_value(flow, state,
							   flow->unit->terms[block->cond]),
				   .where = flow->at };

	g_array_append_val(flow->returns, at);
}

static void leave_block(struct flow *flow, uint32_t number, struct state *state)
{
	const struct fact_block *block = block_at(flow, number);

	switch ((enum fact_term_kind)block->term) {
	case TERM_GOTO:
	case TERM_ANY:
		propagate_all(flow, number, block, state);
		break;
	case TERM_BRANCH:
		propagate_branch(flow, number, block, state);
		break;
	case TERM_SWITCH:
		propagate_switch(flow, number, block, state);
		break;
	case TERM_RETURN: /* collected at the end, when states change no more */
	case TERM_NORETURN:
	case TERM_KINDS:
		break;
	}
}

static void run_block(struct flow *flow, uint32_t number)
{
	struct block_states *block = &flow->blocks[number];
	uint32_t index = (uint32_t)__builtin_ctzll(block->pending);
	struct state_list out = { 0 };

	block->pending &= ~(1ULL << index);
	transfer_block(flow, number, state_copy(flow, block->list.states[index]), &out);
	for (uint32_t i = 0; i < out.n && !flow->gave_up; i++)
		leave_block(flow, number, out.states[i]);
	if (++flow->transfers > FLOW_MAX_TRANSFERS)
		flow->gave_up = true;
}

static bool is_due(const struct flow *flow, uint32_t block)
{
	return flow->blocks[block].pending || flow->blocks[block].arrivals.n;
}

static void run_due_blocks(struct flow *flow)
{
	uint32_t n = flow->facts->n_blocks, block = 0;

	while (block < n && !flow->gave_up) {
		const struct fact_block *b = block_at(flow, block);
		uint32_t next = block;

		if (!is_due(flow, block)) {
			block++;
			continue;
		}
		settle(flow, block);
		while (flow->blocks[block].pending && !flow->gave_up)
			run_block(flow, block);
		for (uint32_t e = 0; e < b->n_edges; e++) {
			uint32_t to = flow->unit->facts->edges[b->edges + e].block;

			if (is_due(flow, to))
				next = MIN(next, to);
		}
		block = next;
	}
}

static void run_worklist(struct flow *flow)
{
	do
		run_due_blocks(flow);
	while (!flow->gave_up && loops_revive(flow));
}

static void run_returns(struct flow *flow)
{
	for (uint32_t b = 0; b < flow->facts->n_blocks && !flow->gave_up; b++) {
		const struct fact_block *block = block_at(flow, b);

		if (block->term != TERM_RETURN)
			continue;
		for (uint32_t i = 0; i < flow->blocks[b].list.n; i++) {
			struct state_list out = { 0 };

			transfer_block(flow, b, state_copy(flow, flow->blocks[b].list.states[i]),
				       &out);
			for (uint32_t o = 0; o < out.n; o++)
				record_return(flow, block, out.states[o]);
		}
	}
}

static struct write_set written_on_any_way(struct flow *flow)
{
	struct write_set written = { 0 };

	if (flow->gave_up)
		return (struct write_set){ .whole = UINT32_MAX };
	for (guint i = 0; i < flow->returns->len; i++)
		writes_merge(flow, &written,
			     &g_array_index(flow->returns, struct return_state, i).state->written);
	return writes_keep(flow, &written);
}

/* What is seen on one path stays true when not all paths could be followed: not so at the end. */
static void keep_certain_problems(struct flow *flow)
{
	guint kept = 0;

	for (guint i = 0; i < flow->problems->len; i++) {
		const struct problem *p = &g_array_index(flow->problems, struct problem, i);

		if (p->kind == PROBLEM_DOUBLE_ACQUIRE)
			g_array_index(flow->problems, struct problem, kept++) = *p;
	}
	g_array_set_size(flow->problems, kept);
}

static void finish(struct flow *flow, struct flow_result *result)
{
	struct outcome nothing_known = { .result_signs = SIGN_ANY, .exec = exec_at_entry(flow) };

	if (!flow->gave_up) {
		find_exit_problems(flow);
		collect_outcomes(flow, result);
	}
	result->gave_up |= flow->gave_up;
	if (result->gave_up) {
		result->n_outcomes = 1;
		result->outcomes = arena_memdup(flow->run, &nothing_known, sizeof(nothing_known));
		keep_certain_problems(flow);
	}
	handed_finish(flow, result);
	result->written = written_on_any_way(flow);
	lifetime_finish(flow, result);
	result->n_problems = flow->problems->len;
	if (flow->problems->len)
		result->problems = arena_memdup(flow->run, flow->problems->data,
						flow->problems->len * sizeof(struct problem));
	result->n_answers = flow->answers->len;
	if (flow->answers->len)
		result->answers = arena_memdup(flow->run, flow->answers->data,
					       flow->answers->len * sizeof(struct answer));
}

/* The recorded events, copied out of their list into one array. */
static const void *pack_events(struct flow *flow, const GPtrArray *events, size_t size)
{
	char *packed = events->len ? arena_alloc(flow->run, events->len * size) : NULL;

	for (guint i = 0; i < events->len; i++)
		memcpy(packed + i * size, g_ptr_array_index(events, i), size);
	return packed;
}

static void release_scratch(struct flow *flow)
{
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		if (flow->blocks[b].entry_known)
			g_array_unref(flow->blocks[b].entry_known);
		if (flow->blocks[b].changed)
			g_array_unref(flow->blocks[b].changed);
	}
	if (flow->events)
		g_hash_table_unref(flow->events);
	g_hash_table_unref(flow->own_releases);
	g_hash_table_unref(flow->balanced);
	g_hash_table_unref(flow->doubled);
	g_hash_table_unref(flow->tried);
	g_hash_table_unref(flow->regained);
	g_hash_table_unref(flow->handed);
	g_hash_table_unref(flow->at_will);
	g_hash_table_unref(flow->modes);
	g_hash_table_unref(flow->asked);
	g_array_unref(flow->unseen);
	g_hash_table_unref(flow->murky);
	g_array_unref(flow->answers);
	g_array_unref(flow->lifetimes);
	g_array_unref(flow->effects);
	g_array_unref(flow->loops);
	g_hash_table_unref(flow->fresh);
	g_array_unref(flow->returns);
	g_array_unref(flow->problems);
	g_ptr_array_unref(flow->acquires);
	g_ptr_array_unref(flow->calls);
	g_ptr_array_unref(flow->sleeps);
	g_ptr_array_unref(flow->pointers);
	g_ptr_array_unref(flow->guarded);
	g_ptr_array_unref(flow->exposures);
	g_hash_table_unref(flow->last_drops);
	arena_reset(flow->scratch);
}

static void find_arms(struct flow *flow)
{
	uint32_t n = flow->facts->n_blocks;
	uint32_t *n_branches = arena_new_array(flow->scratch, uint32_t, n);
	uint32_t *n_others = arena_new_array(flow->scratch, uint32_t, n);

	for (uint32_t b = 0; b < n; b++) {
		const struct fact_block *block = block_at(flow, b);
		uint32_t *count = block->term == TERM_BRANCH ? n_branches : n_others;

		for (uint32_t e = 0; e < block->n_edges; e++)
			count[flow->unit->facts->edges[block->edges + e].block]++;
	}
	flow->is_arm = arena_new_array(flow->scratch, bool, n);
	for (uint32_t b = 0; b < n; b++)
		flow->is_arm[b] = n_branches[b] > 1 && !n_others[b];
}

static void find_flags(struct flow *flow)
{
	const struct facts *facts = flow->unit->facts;
	const struct fact_variable *locals =
		&facts->variables[flow->facts->variables + flow->facts->n_params];

	flow->is_flag = arena_new_array(flow->scratch, bool, flow->facts->n_locals + 1);
	for (uint32_t i = 0; i < flow->facts->n_locals; i++)
		flow->is_flag[i] = g_str_equal(facts_string(facts, locals[i].type), "_Bool");
}

/* "switch (mode)", "mode == 2", "scope.state != 0": the place, if it is that, or 0. */
static term_id asked_which(const struct flow *flow, const struct fact_block *block)
{
	term_id id = flow->unit->terms[block->cond];
	struct term cond = term_at(flow->terms, id);
	int64_t number;

	if (block->term == TERM_SWITCH)
		return id;
	if (block->term == TERM_BRANCH && cond.kind == EXPR_BINARY &&
	    (cond.op == BINARY_EQ || cond.op == BINARY_NE) &&
	    term_is_int(flow->terms, cond.b, &number))
		return cond.a;
	return 0;
}

static bool may_be_mode(const struct flow *flow, term_id place)
{
	uint8_t kind = term_at(flow->terms, place).kind;

	return kind == EXPR_LOCAL || kind == EXPR_FIELD;
}

static void find_modes(struct flow *flow)
{
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		term_id asked = asked_which(flow, block_at(flow, b));

		if (asked && may_be_mode(flow, asked))
			g_hash_table_add(flow->modes, GUINT_TO_POINTER(asked));
	}
}

static bool is_number(const struct flow *flow, term_id value, int64_t number)
{
	int64_t other;

	return term_is_int(flow->terms, value, &other) && other == number;
}

/* "if (p)", "if (!p)", "if (p != NULL)": p; "if (p != q)": p == q. */
static void find_asked(struct flow *flow)
{
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		const struct fact_block *block = block_at(flow, b);
		term_id asked = block->term == TERM_BRANCH ? without_not(flow, block->cond) : 0;
		struct term term = term_at(flow->terms, asked);

		if (term.kind == EXPR_BINARY && (term.op == BINARY_EQ || term.op == BINARY_NE)) {
			term.op = BINARY_EQ;
			asked = is_number(flow, term.b, 0) ? term.a : term_make(flow->terms, term);
		}
		if (asked)
			g_hash_table_add(flow->asked, GUINT_TO_POINTER(asked));
	}
}

static guint hash_fresh(gconstpointer p)
{
	const struct fresh_name *name = p;

	return name->block * 0x9e3779b1u ^ name->place;
}

static gboolean same_fresh(gconstpointer p, gconstpointer q)
{
	return memcmp(p, q, sizeof(struct fresh_name)) == 0;
}

const struct flow_result *flow_function(const struct program *program, uint32_t function,
					flow_lookup_fn lookup, void *data, struct arena *run,
					struct arena *scratch)
{
	const struct function *f = &program->functions[function];
	struct flow_result *result = arena_new_struct(run, struct flow_result);
	struct flow flow = { .program = program,
			     .terms = program->terms,
			     .function = function,
			     .facts = f->facts,
			     .unit = &program->units[f->unit],
			     .lookup = lookup,
			     .lookup_data = data,
			     .run = run,
			     .scratch = scratch,
			     .fresh = g_hash_table_new(hash_fresh, same_fresh),
			     .returns = g_array_new(FALSE, FALSE, sizeof(struct return_state)),
			     .problems = g_array_new(FALSE, FALSE, sizeof(struct problem)),
			     .own_releases = g_hash_table_new(NULL, NULL),
			     .loops = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
			     .balanced = g_hash_table_new(NULL, NULL),
			     .doubled = g_hash_table_new(NULL, NULL),
			     .tried = g_hash_table_new(NULL, NULL),
			     .regained = g_hash_table_new(NULL, NULL),
			     .handed = g_hash_table_new(NULL, NULL),
			     .at_will = g_hash_table_new(NULL, NULL),
			     .modes = g_hash_table_new(NULL, NULL),
			     .asked = g_hash_table_new(NULL, NULL),
			     .unseen = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
			     .murky = g_hash_table_new(NULL, NULL),
			     .lifetimes =
				     g_array_new(FALSE, FALSE, sizeof(struct lifetime_problem)),
			     .effects = g_array_new(FALSE, FALSE, sizeof(struct lifetime_effect)),
			     .answers = g_array_new(FALSE, FALSE, sizeof(struct answer)),
			     .acquires = g_ptr_array_new(),
			     .calls = g_ptr_array_new(),
			     .sleeps = g_ptr_array_new(),
			     .pointers = g_ptr_array_new(),
			     .guarded = g_ptr_array_new(),
			     .exposures = g_ptr_array_new(),
			     .last_drops = g_hash_table_new(NULL, NULL) };

	flow.blocks = arena_new_array(scratch, struct block_states, f->facts->n_blocks);
	flow.in_loop = arena_new_array(scratch, bool, f->facts->n_blocks);
	loops_find(&flow);
	find_arms(&flow);
	find_flags(&flow);
	find_modes(&flow);
	find_asked(&flow);
	live_find(&flow);
	add_new_state(&flow, &flow.blocks[0], state_new(&flow));
	run_worklist(&flow);
	run_returns(&flow);
	finish(&flow, result);
	result->n_acquires = flow.acquires->len;
	result->acquires = pack_events(&flow, flow.acquires, sizeof(struct acquire_event));
	result->n_calls = flow.calls->len;
	result->calls = pack_events(&flow, flow.calls, sizeof(struct call_event));
	result->n_pointers = flow.pointers->len;
	result->pointers = pack_events(&flow, flow.pointers, sizeof(struct pointer_event));
	result->n_guarded = flow.guarded->len;
	result->guarded = pack_events(&flow, flow.guarded, sizeof(struct pointer_event));
	result->n_sleeps = flow.sleeps->len;
	result->sleeps = pack_events(&flow, flow.sleeps, sizeof(struct sleep_event));
	result->n_exposures = flow.exposures->len;
	result->exposures = pack_events(&flow, flow.exposures, sizeof(struct exposure_event));
	release_scratch(&flow);
	return result;
}

const struct role *flow_roles(const struct program *program, const struct call_event *event)
{
	struct term callee = term_at(program->terms, event->callee);

	return callee.kind == EXPR_FUNC ? program->symbols[callee.a].roles : NULL;
}

struct fact_loc flow_location(const struct program *program, uint32_t function,
			      struct flow_point where)
{
	const struct function *f = &program->functions[function];
	const struct facts *facts = program->units[f->unit].facts;
	const struct fact_block *block;

	if (where.block >= f->facts->n_blocks)
		return f->facts->loc;
	block = &facts->blocks[f->facts->blocks + where.block];
	if (where.step < block->n_steps)
		return facts->steps[block->steps + where.step].loc;
	return block->loc.line ? block->loc : f->facts->loc;
}
