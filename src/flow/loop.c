/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loop.c - what a loop makes of a state
 *
 * The first iteration is kept apart from the later ones until the loop is left: it knows what the
 * variables were at entry, and a lock that was a caller's ("rnp->lock" of the argument) by name.
 *
 * At the end of an iteration each local that it changed gets the loop's name for it, also in the
 * names of held locks: what "pos->lock" was is now the lock of some earlier pos (stale), and what
 * was known as "pos->next->lock" is that of pos. Constants stay constants ("locked = false").
 */
#include "flow/flow_p.h"

static const struct fact_block *block_at(const struct flow *flow, uint32_t block)
{
	return &flow->unit->facts->blocks[flow->facts->blocks + block];
}

static void add_changed(GArray *changed, term_id place)
{
	for (guint i = 0; i < changed->len; i++)
		if (g_array_index(changed, term_id, i) == place)
			return;
	g_array_append_val(changed, place);
}

static bool is_changed(const struct flow *flow, const struct fact_step *step)
{
	struct term term = term_at(flow->terms, flow->unit->terms[step->lhs]);
	int64_t number;

	if (term.kind != EXPR_LOCAL && term.kind != EXPR_PARAM)
		return false;
	if (step->kind == STEP_CLOBBER)
		return true;
	return step->kind == STEP_ASSIGN &&
	       !term_is_int(flow->terms, flow->unit->terms[step->rhs], &number);
}

static void find_changed(const struct flow *flow, uint32_t block, GArray *changed)
{
	const struct fact_block *b = block_at(flow, block);

	for (uint32_t s = 0; s < b->n_steps; s++) {
		const struct fact_step *step = &flow->unit->facts->steps[b->steps + s];

		if (is_changed(flow, step))
			add_changed(changed, flow->unit->terms[step->lhs]);
	}
}

/* The blocks between a loop's head and the source of its back edge: a safe superset of the loop. */
static void mark(struct flow *flow, uint32_t head, uint32_t last)
{
	struct block_states *states = &flow->blocks[head];

	states->loop_last = MAX(states->loop_last, last);
	if (!states->changed) {
		states->changed = g_array_new(FALSE, FALSE, sizeof(term_id));
		g_array_append_val(flow->loops, head);
	}
	for (uint32_t b = head; b <= last; b++) {
		flow->in_loop[b] = true;
		find_changed(flow, b, states->changed);
	}
}

void loops_find(struct flow *flow)
{
	for (uint32_t b = 0; b < flow->facts->n_blocks; b++) {
		const struct fact_block *block = block_at(flow, b);

		for (uint32_t e = 0; e < block->n_edges; e++) {
			uint32_t to = flow->unit->facts->edges[block->edges + e].block;

			if (to <= b)
				mark(flow, to, b);
		}
	}
}

/* What was known when a loop was entered stays known in it, unless an iteration says otherwise. */
static void remember_known(struct block_states *block, const struct state *state)
{
	if (!block->entry_known)
		block->entry_known = g_array_new(FALSE, FALSE, sizeof(term_id));
	for (uint32_t i = 0; i < state->n_known; i++)
		g_array_append_val(block->entry_known, state->known[i].term);
}

/* Names for new values while the old ones still have theirs. */
#define NEXT_ITERATION 0x40000000u

static term_id fresh_term(struct flow *flow, uint32_t block, term_id place)
{
	return term_make(flow->terms,
			 (struct term){ .kind = EXPR_RESULT, .a = flow_fresh(flow, block, place) });
}

static bool is_constant(const struct flow *flow, term_id value)
{
	int64_t number;

	return term_is_int(flow->terms, value, &number);
}

/* Whether @place gets its loop name at the end of this iteration. */
static bool is_renamed(struct flow *flow, uint32_t head, const struct state *state, term_id place,
		       term_id *value)
{
	if (!state_get(state, place, value) || !*value || is_constant(flow, *value))
		return false;
	return *value != fresh_term(flow, head, place);
}

/* What is known of bits that @value has from another value: of x & 1, for x & ~2. */
static void keep_bits(struct flow *flow, struct state *state, term_id value, term_id next)
{
	uint32_t n = state->n_known;
	struct predicate *known = n ? arena_memdup(flow->scratch, state->known, n * sizeof(*known))
				    : NULL;

	for (uint32_t i = 0; i < n; i++) {
		struct term bits = term_at(flow->terms, known[i].term);

		if (bits.kind != EXPR_BINARY || bits.op != BINARY_AND || bits.a == value)
			continue;
		bits.a = value;
		if (term_make(flow->terms, bits) != known[i].term)
			continue;
		bits.a = next;
		state_learn(flow, state, term_make(flow->terms, bits), known[i].signs);
	}
}

static void rename_at_end(struct flow *flow, uint32_t head, struct state *state)
{
	const GArray *changed = flow->blocks[head].changed;
	g_autoptr(GArray) renamed = g_array_new(FALSE, FALSE, sizeof(term_id));

	for (guint i = 0; changed && i < changed->len; i++) {
		term_id place = g_array_index(changed, term_id, i), value;
		unsigned signs;
		term_id next;

		if (!is_renamed(flow, head, state, place, &value))
			continue;
		signs = eval_signs(flow, state, value);
		next = fresh_term(flow, head | NEXT_ITERATION, place);
		if (term_at(flow->terms, value).kind == EXPR_BINARY)
			keep_bits(flow, state, value, next);
		state_substitute(flow, state, value, next);
		state_set(flow, state, place, next);
		state_learn(flow, state, next, signs);
		g_array_append_val(renamed, place);
	}
	for (guint i = 0; i < renamed->len; i++)
		state_renew(flow, state,
			    flow_fresh(flow, head, g_array_index(renamed, term_id, i)));
	for (guint i = 0; i < renamed->len; i++) {
		term_id place = g_array_index(renamed, term_id, i);

		state_substitute(flow, state, fresh_term(flow, head | NEXT_ITERATION, place),
				 fresh_term(flow, head, place));
	}
}

/* The bit of the loop that starts at @head among those that are told apart, or 0. */
static uint64_t loop_bit(const struct flow *flow, uint32_t head)
{
	for (guint i = 0; i < flow->loops->len && i < 64; i++)
		if (g_array_index(flow->loops, uint32_t, i) == head)
			return 1ULL << i;
	return 0;
}

static bool is_in_loop(const struct flow *flow, uint32_t head, uint32_t block)
{
	return block >= head && block <= flow->blocks[head].loop_last;
}

/* What returns is in no loop, though its number may be between those of blocks that are. */
static bool is_way_out(const struct flow *flow, uint32_t head, uint32_t block)
{
	return !is_in_loop(flow, head, block) || block_at(flow, block)->term == TERM_RETURN;
}

static void leave_loops(const struct flow *flow, uint32_t from, uint32_t to, struct state *state)
{
	for (guint i = 0; i < flow->loops->len && i < 64; i++) {
		uint32_t head = g_array_index(flow->loops, uint32_t, i);

		if (is_in_loop(flow, head, from) && is_way_out(flow, head, to))
			flow->blocks[head].is_left = true;
		if (!is_in_loop(flow, head, to))
			state->rounds &= ~(1ULL << i);
	}
}

void loops_enter(struct flow *flow, uint32_t from, uint32_t to, struct state *state)
{
	struct block_states *block = &flow->blocks[to];

	leave_loops(flow, from, to, state);
	if (to <= from) {
		lifetime_end_iteration(state);
		rename_at_end(flow, to, state);
		state->rounds |= loop_bit(flow, to);
		state_forget_memory(flow, state, block->entry_known);
		return;
	}
	if (!block_at(flow, to)->loop_head)
		return;
	remember_known(block, state);
}

static bool can_be_left(const struct flow *flow, uint32_t head)
{
	for (uint32_t b = head; b <= flow->blocks[head].loop_last; b++) {
		const struct fact_block *block = block_at(flow, b);

		for (uint32_t e = 0; e < block->n_edges; e++)
			if (is_way_out(flow, head,
				       flow->unit->facts->edges[block->edges + e].block))
				return true;
	}
	return false;
}

/* A member of a record of this function's, or the whole of one that others have a pointer to. */
static bool is_own_record(const struct flow *flow, term_id place)
{
	if (term_at(flow->terms, place).kind == EXPR_LOCAL)
		return live_is_shared(flow, place);
	return term_at(flow->terms, place).kind == EXPR_FIELD &&
	       term_has(flow->terms, place, EXPR_LOCAL);
}

/*
 * "waiter.woken = 0; list_add(&waiter.list, &waiters);" and a loop that waits for it to change: the
 * others come to a record of this function's by any of its members.
 */
static void forget_own_records(struct flow *flow, struct state *state)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->n_env; i++)
		if (!is_constant(flow, state->env[i].value) ||
		    !is_own_record(flow, state->env[i].place))
			state->env[kept++] = state->env[i];
	state->n_env = kept;
}

bool loops_revive(struct flow *flow)
{
	bool any = false;

	for (guint i = 0; i < flow->loops->len && i < 64; i++) {
		uint32_t head = g_array_index(flow->loops, uint32_t, i);
		struct block_states *block = &flow->blocks[head];

		if (block->is_left || block->is_revived || !can_be_left(flow, head))
			continue;
		block->is_revived = true;
		for (uint32_t s = 0; s < block->list.n; s++) {
			struct state *state = state_copy(flow, block->list.states[s]);

			state_forget_memory(flow, state, NULL);
			forget_stored_numbers(flow, state);
			forget_own_records(flow, state);
			state_list_add(flow, &block->arrivals, state);
			any = true;
		}
	}
	return any;
}
