/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loop_elements.c - loops that do something for each element
 *
 * A natural loop is what lies on a way from its head back to it. It goes from element to element if
 * what it ends at is a variable that it moves on itself: i < n with i++, &pos->link != head with
 * pos = next(pos). while (!done) is none, and for (tries = 0; tries < 10; tries++) neither. What a
 * loop inside it does says nothing: "again: list_for_each_entry(...) ...; if (restart) goto again".
 */
#include "check/gp_wait_p.h"

#include <string.h>

struct loop {
	const struct check_input *in;
	uint32_t function;
	const struct unit *unit;
	const struct function *f;
	bool *members; /* per block */
	bool *own;     /* per block: those that lie in no loop inside this one */
};

static const struct fact_block *block_of(const struct loop *loop, uint32_t number)
{
	return &loop->unit->facts->blocks[loop->f->facts->blocks + number];
}

static bool leads_to(const struct loop *loop, uint32_t from, uint32_t to)
{
	const struct fact_block *block = block_of(loop, from);

	for (uint32_t e = 0; e < block->n_edges; e++)
		if (loop->unit->facts->edges[block->edges + e].block == to)
			return true;
	return false;
}

/* Marks all blocks from which @head is reached again without leaving through it. */
static void mark_members(const struct loop *loop, uint32_t head, bool *members)
{
	uint32_t n = loop->f->facts->n_blocks;
	bool changed = true;

	for (uint32_t b = 0; b < n; b++)
		members[b] = b >= head && leads_to(loop, b, head);
	while (changed) {
		changed = false;
		for (uint32_t b = n; b-- > head + 1;)
			for (uint32_t m = head + 1; m < n && !members[b]; m++)
				if (members[m] && leads_to(loop, b, m))
					members[b] = changed = true;
	}
	members[head] = true;
}

static void find_members(struct loop *loop, uint32_t head)
{
	uint32_t n = loop->f->facts->n_blocks;
	g_autofree bool *inner = g_new0(bool, n + 1);

	mark_members(loop, head, loop->members);
	memcpy(loop->own, loop->members, n * sizeof(*loop->own));
	for (uint32_t h = head + 1; h < n; h++) {
		if (!loop->members[h] || !block_of(loop, h)->loop_head)
			continue;
		mark_members(loop, h, inner);
		for (uint32_t b = h; b < n; b++)
			loop->own[b] &= !inner[b];
	}
}

/* Whether the next turn can begin without having come by @avoided. */
static bool turn_avoids(const struct loop *loop, uint32_t head, uint32_t avoided)
{
	g_autofree bool *seen = g_new0(bool, loop->f->facts->n_blocks + 1);
	g_autoptr(GArray) pending = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	if (avoided == head)
		return false;
	g_array_append_val(pending, head);
	for (guint i = 0; i < pending->len; i++) {
		const struct fact_block *block =
			block_of(loop, g_array_index(pending, uint32_t, i));

		for (uint32_t e = 0; e < block->n_edges; e++) {
			uint32_t to = loop->unit->facts->edges[block->edges + e].block;

			if (to == head)
				return true;
			if (to != avoided && loop->members[to] && !seen[to])
				g_array_append_val(pending, to);
			seen[to] = true;
		}
	}
	return false;
}

/* --- what moves on ---------------------------------------------------------------------------- */

static bool mentions(const struct term_table *terms, term_id id, term_id local)
{
	struct term term;

	if (!id || id == local)
		return id == local;
	term = term_at(terms, id);
	if (term.base && mentions(terms, term.base, local))
		return true;
	return term.kind == EXPR_BINARY &&
	       (mentions(terms, term.a, local) || mentions(terms, term.b, local));
}

#define MOST_HANDED_ON 4

/* The variables from which one gets its value, by way of which others. */
struct trail {
	int n;
	term_id seen[MOST_HANDED_ON];
};

typedef bool (*step_fn)(const struct loop *loop, const struct fact_step *step, term_id local,
			struct trail trail);

static bool any_step(const struct loop *loop, step_fn ask, term_id local, struct trail trail)
{
	for (uint32_t b = 0; b < loop->f->facts->n_blocks; b++) {
		const struct fact_block *block = block_of(loop, b);

		for (uint32_t s = 0; loop->own[b] && s < block->n_steps; s++)
			if (ask(loop, &loop->unit->facts->steps[block->steps + s], local, trail))
				return true;
	}
	return false;
}

static bool counts(const struct loop *loop, const struct fact_step *step, term_id local,
		   struct trail trail)
{
	(void)trail;
	return step->kind == STEP_CLOBBER && loop->unit->terms[step->lhs] == local;
}

/* The local variable that the value is reached from; 0: none. */
static term_id root_of(const struct loop *loop, term_id value)
{
	const struct term_table *terms = loop->in->program->terms;
	struct term term = term_at(terms, value);

	while (term.base && term.kind != EXPR_UNARY) {
		value = term.base;
		term = term_at(terms, value);
	}
	return term.kind == EXPR_LOCAL ? value : 0;
}

static bool is_seen(const struct trail *trail, term_id local)
{
	for (int i = 0; i < trail->n; i++)
		if (trail->seen[i] == local)
			return true;
	return false;
}

/*
 * local = next(local); or local = other, and other moves on: the _safe iterators, with a variable
 * of container_of()'s own in between.
 */
static bool moves(const struct loop *loop, const struct fact_step *step, term_id local,
		  struct trail trail)
{
	term_id value, root;

	if (step->kind != STEP_ASSIGN || loop->unit->terms[step->lhs] != local)
		return false;
	value = loop->unit->terms[step->rhs];
	if (value == local)
		return false;
	if (mentions(loop->in->program->terms, value, local))
		return true;
	root = root_of(loop, value);
	if (!root || is_seen(&trail, root))
		return root != 0;
	if (trail.n == MOST_HANDED_ON)
		return false;
	trail.seen[trail.n++] = root;
	return any_step(loop, moves, root, trail);
}

/* The local variables that decide whether the loop ends at @cond. */
static bool decides(const struct loop *loop, term_id cond)
{
	const struct term_table *terms = loop->in->program->terms;
	struct term term = term_at(terms, cond);
	uint32_t n = loop->f->facts->n_locals;
	bool is_bounded = term.kind == EXPR_BINARY && (term_at(terms, term.a).kind == EXPR_INT ||
						       term_at(terms, term.b).kind == EXPR_INT);

	for (uint32_t v = 0; v < n; v++) {
		struct term variable = { .kind = EXPR_LOCAL, .a = v };
		term_id local = term_make(loop->in->program->terms, variable);
		struct trail trail = { 1, { local } };

		if (!mentions(terms, cond, local))
			continue;
		if (any_step(loop, moves, local, trail) ||
		    (!is_bounded && term.kind == EXPR_BINARY &&
		     any_step(loop, counts, local, trail)))
			return true;
	}
	return false;
}

/* The call whose result the value is, or is made of: list_is_head(&pos->link, head). */
static const struct fact_step *call_of(const struct loop *loop, term_id value)
{
	const struct term_table *terms = loop->in->program->terms;

	while (term_at(terms, value).kind == EXPR_UNARY)
		value = term_at(terms, value).base;
	for (uint32_t b = 0; b < loop->f->facts->n_blocks; b++) {
		const struct fact_block *block = block_of(loop, b);

		for (uint32_t s = 0; loop->members[b] && s < block->n_steps; s++) {
			const struct fact_step *step = &loop->unit->facts->steps[block->steps + s];

			if (step->kind == STEP_CALL && loop->unit->terms[step->rhs] == value)
				return step;
		}
	}
	return NULL;
}

/* Whether what a call is asked of an element decides: of a variable that moves on from itself. */
static bool call_decides(const struct loop *loop, term_id cond)
{
	const struct fact_step *call = call_of(loop, cond);

	for (uint32_t i = 0; call && i < call->n_args; i++) {
		uint32_t arg = loop->unit->facts->args[call->args + i];
		term_id root = root_of(loop, loop->unit->terms[arg]);
		struct trail trail = { 1, { root } };

		if (root && any_step(loop, moves, root, trail))
			return true;
	}
	return false;
}

static bool ends_at_element(const struct loop *loop)
{
	for (uint32_t b = 0; b < loop->f->facts->n_blocks; b++) {
		const struct fact_block *block = block_of(loop, b);
		bool leaves = false;

		if (!loop->own[b] || block->term != TERM_BRANCH)
			continue;
		for (uint32_t e = 0; e < block->n_edges; e++)
			leaves |= !loop->members[loop->unit->facts->edges[block->edges + e].block];
		if (leaves && (decides(loop, loop->unit->terms[block->cond]) ||
			       call_decides(loop, loop->unit->terms[block->cond])))
			return true;
	}
	return false;
}

/* Whether each turn frees or unlinks one. */
static bool consumes(const struct loop *loop)
{
	const struct flow_result *flow = loop->in->summaries->functions[loop->function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (loop->own[flow->calls[i].where.block] &&
		    (call_role(loop->in, &flow->calls[i], ROLE_FREE) ||
		     call_role(loop->in, &flow->calls[i], ROLE_UNLINK)))
			return true;
	return false;
}

enum loop_turns loop_per_element(const struct check_input *in, uint32_t function,
				 struct flow_point where, struct fact_loc *found)
{
	const struct function *f = &in->program->functions[function];
	struct loop loop = { in, function, &in->program->units[f->unit], f, NULL, NULL };
	g_autofree bool *members = g_new0(bool, f->facts->n_blocks + 1);
	g_autofree bool *own = g_new0(bool, f->facts->n_blocks + 1);
	enum loop_turns turns = LOOP_NO_TURN;

	loop.members = members;
	loop.own = own;
	for (uint32_t head = 0; head <= where.block && head < f->facts->n_blocks; head++) {
		if (!block_of(&loop, head)->loop_head)
			continue;
		find_members(&loop, head);
		if (!members[where.block] || (!consumes(&loop) && !ends_at_element(&loop)))
			continue;
		if (turns == LOOP_NO_TURN || !turn_avoids(&loop, head, where.block))
			*found = block_of(&loop, head)->loc;
		turns = LOOP_SOME_TURNS;
		if (!turn_avoids(&loop, head, where.block))
			return LOOP_EVERY_TURN;
	}
	return turns;
}
