/* SPDX-License-Identifier: GPL-2.0-or-later */
/* function.c - one function at a time: steps into blocks, blocks into order */
#include "facts/builder_p.h"
#include "facts/format_p.h"

#include <string.h>

#define UNREACHED UINT32_MAX

void facts_function_init(struct pending_function *function)
{
	function->params = g_array_new(FALSE, FALSE, sizeof(struct fact_variable));
	function->locals = g_array_new(FALSE, FALSE, sizeof(struct fact_variable));
	function->blocks = g_array_new(FALSE, FALSE, sizeof(struct pending_block));
	function->steps = g_array_new(FALSE, FALSE, sizeof(struct pending_step));
	function->edges = g_array_new(FALSE, FALSE, sizeof(struct pending_edge));
	function->args = g_array_new(FALSE, FALSE, sizeof(uint32_t));
}

void facts_function_clear(struct pending_function *function)
{
	g_array_unref(function->params);
	g_array_unref(function->locals);
	g_array_unref(function->blocks);
	g_array_unref(function->steps);
	g_array_unref(function->edges);
	g_array_unref(function->args);
}

void facts_begin_function(struct facts_builder *b, uint32_t symbol, uint32_t flags,
			  const char *type, struct fact_loc loc)
{
	struct pending_function *pending = &b->function;

	g_assert(!pending->open && symbol < b->symbols->len);
	g_array_set_size(pending->params, 0);
	g_array_set_size(pending->locals, 0);
	g_array_set_size(pending->blocks, 0);
	g_array_set_size(pending->steps, 0);
	g_array_set_size(pending->edges, 0);
	g_array_set_size(pending->args, 0);
	pending->open = true;
	pending->function = (struct fact_function){
		.symbol = symbol, .flags = flags, .type = facts_add_string(b, type), .loc = loc
	};
}

uint32_t facts_add_variable(struct facts_builder *b, bool is_param, const char *name,
			    const char *type)
{
	GArray *list = is_param ? b->function.params : b->function.locals;
	struct fact_variable variable = { .name = facts_add_string(b, name),
					  .type = facts_add_string(b, type) };

	g_assert(b->function.open);
	g_array_append_val(list, variable);
	return list->len - 1;
}

uint32_t facts_add_block(struct facts_builder *b)
{
	struct pending_block block = { 0 };

	g_assert(b->function.open);
	g_array_append_val(b->function.blocks, block);
	return b->function.blocks->len - 1;
}

static struct pending_block *block_at(struct facts_builder *b, uint32_t block)
{
	g_assert(b->function.open && block < b->function.blocks->len);
	return &g_array_index(b->function.blocks, struct pending_block, block);
}

/* Steps and edges begin with their link, so that one list serves both. */
static void append_row(struct pending_list *list, GArray *rows, const void *row)
{
	g_array_append_vals(rows, row, 1);
	if (list->n) {
		size_t size = g_array_get_element_size(rows);
		char *last = rows->data + (size_t)(list->last - 1) * size;

		*(uint32_t *)(void *)last = rows->len;
	} else {
		list->first = rows->len;
	}
	list->last = rows->len;
	list->n++;
}

static void add_step(struct facts_builder *b, uint32_t block, struct fact_step step)
{
	struct pending_step pending = { .step = step };

	g_assert(step.lhs < b->exprs->len && step.rhs < b->exprs->len);
	append_row(&block_at(b, block)->steps, b->function.steps, &pending);
}

uint32_t facts_add_call(struct facts_builder *b, uint32_t block, uint32_t callee,
			const uint32_t *args, size_t n_args, unsigned flags, struct fact_loc loc)
{
	uint32_t result = facts_expr_result(b, b->function.function.n_calls++);
	uint16_t kept = (uint16_t)MIN(n_args, UINT16_MAX);

	add_step(b, block,
		 (struct fact_step){ .kind = STEP_CALL,
				     .flags = (uint8_t)flags,
				     .n_args = kept,
				     .lhs = callee,
				     .rhs = result,
				     .args = b->function.args->len,
				     .loc = loc });
	if (kept)
		g_array_append_vals(b->function.args, args, kept);
	return result;
}

void facts_add_assign(struct facts_builder *b, uint32_t block, uint32_t lhs, uint32_t rhs,
		      unsigned flags, struct fact_loc loc)
{
	add_step(b, block,
		 (struct fact_step){ .kind = STEP_ASSIGN,
				     .flags = (uint8_t)flags,
				     .lhs = lhs,
				     .rhs = rhs,
				     .loc = loc });
}

void facts_add_clobber(struct facts_builder *b, uint32_t block, uint32_t lhs, struct fact_loc loc)
{
	add_step(b, block, (struct fact_step){ .kind = STEP_CLOBBER, .lhs = lhs, .loc = loc });
}

void facts_add_load(struct facts_builder *b, uint32_t block, uint32_t lhs, struct fact_loc loc)
{
	add_step(b, block, (struct fact_step){ .kind = STEP_LOAD, .lhs = lhs, .loc = loc });
}

void facts_end_block(struct facts_builder *b, uint32_t block, enum fact_term_kind term,
		     uint32_t cond, struct fact_loc loc)
{
	struct pending_block *pending = block_at(b, block);

	g_assert(!pending->ended && cond < b->exprs->len);
	pending->ended = true;
	pending->block.term = term;
	pending->block.cond = cond;
	pending->block.loc = loc;
}

static void add_edge(struct facts_builder *b, uint32_t block, struct fact_edge edge)
{
	struct pending_edge pending = { .edge = edge };

	append_row(&block_at(b, block)->edges, b->function.edges, &pending);
}

void facts_add_edge(struct facts_builder *b, uint32_t block, uint32_t to)
{
	add_edge(b, block, (struct fact_edge){ .block = to });
}

void facts_add_case(struct facts_builder *b, uint32_t block, uint32_t to, int64_t low, int64_t high)
{
	add_edge(b, block, (struct fact_edge){ .block = to, .low = low, .high = high });
}

void facts_add_default(struct facts_builder *b, uint32_t block, uint32_t to)
{
	add_edge(b, block, (struct fact_edge){ .block = to, .is_default = 1 });
}

/*
 * Writers begin blocks wherever two paths may meet, most of which never do. Those that only lead
 * on are left out, those entered from one place only become part of it.
 */

static struct pending_edge *edge_of(struct facts_builder *b, uint32_t row_plus_1)
{
	return &g_array_index(b->function.edges, struct pending_edge, row_plus_1 - 1);
}

static bool only_leads_on(const struct pending_block *block)
{
	return block->ended && block->block.term == TERM_GOTO && !block->steps.n;
}

/* Where an edge to @block ends up; a circle of empty blocks is an endless loop and stays. */
static uint32_t final_target(struct facts_builder *b, uint32_t block)
{
	uint32_t first = block;

	for (uint32_t i = 0; i < b->function.blocks->len; i++) {
		const struct pending_block *pending = block_at(b, block);

		if (!only_leads_on(pending))
			return block;
		block = edge_of(b, pending->edges.first)->edge.block;
	}
	return first;
}

/* Both ways the same: a warning whose condition is known. */
static void simplify_branch(struct facts_builder *b, struct pending_block *block)
{
	const struct pending_edge *yes;

	if (block->block.term != TERM_BRANCH)
		return;
	yes = edge_of(b, block->edges.first);
	if (yes->edge.block != edge_of(b, yes->next)->edge.block)
		return;
	block->edges.last = block->edges.first;
	block->edges.n = 1;
	edge_of(b, block->edges.first)->next = 0;
	block->block.term = TERM_GOTO;
	block->block.cond = 0;
}

static void resolve_edges(struct facts_builder *b, struct pending_block *block)
{
	for (uint32_t e = block->edges.first; e; e = edge_of(b, e)->next)
		edge_of(b, e)->edge.block = final_target(b, edge_of(b, e)->edge.block);
}

static void count_entry(struct facts_builder *b, uint32_t block, uint32_t *n_entries,
			GArray *reached)
{
	struct pending_block *pending = block_at(b, block);

	resolve_edges(b, pending);
	simplify_branch(b, pending);
	for (uint32_t e = pending->edges.first; e; e = edge_of(b, e)->next) {
		uint32_t to = edge_of(b, e)->edge.block;

		if (n_entries[to]++ == 0)
			g_array_append_val(reached, to);
	}
}

static void concatenate(GArray *rows, struct pending_list *to, const struct pending_list *from)
{
	size_t size = g_array_get_element_size(rows);

	if (!from->n)
		return;
	if (to->n)
		*(uint32_t *)(void *)(rows->data + (size_t)(to->last - 1) * size) = from->first;
	else
		to->first = from->first;
	to->last = from->last;
	to->n += from->n;
}

/* Appends to @block what follows it and nothing else. */
static void absorb_successors(struct facts_builder *b, uint32_t block, const uint32_t *n_entries)
{
	struct pending_block *pending = block_at(b, block);

	while (pending->block.term == TERM_GOTO) {
		uint32_t next = edge_of(b, pending->edges.first)->edge.block;
		const struct pending_block *follower = block_at(b, next);

		if (next == block || n_entries[next] != 1)
			return;
		concatenate(b->function.steps, &pending->steps, &follower->steps);
		pending->edges = follower->edges;
		pending->block = follower->block;
	}
}

static void join_blocks(struct facts_builder *b)
{
	g_autoptr(GArray) reached = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autofree uint32_t *n_entries = g_new0(uint32_t, b->function.blocks->len);
	uint32_t entry = 0;

	n_entries[entry] = 2; /* as if called from two places: never joined to another */
	g_array_append_val(reached, entry);
	for (guint i = 0; i < reached->len; i++)
		count_entry(b, g_array_index(reached, uint32_t, i), n_entries, reached);
	for (guint i = 0; i < reached->len; i++)
		absorb_successors(b, g_array_index(reached, uint32_t, i), n_entries);
}

/* The blocks of a function in their final order, and where each old number went. */
struct block_order {
	uint32_t *old_of; /* by new number */
	uint32_t *new_of; /* by old number; UNREACHED */
	uint32_t n;
};

static const struct pending_edge *edge_at(const struct facts_builder *b, uint32_t row_plus_1)
{
	return &g_array_index(b->function.edges, struct pending_edge, row_plus_1 - 1);
}

/* The successors of @block, last first, onto @stack. */
static void push_successors(const struct facts_builder *b, uint32_t block, GArray *stack)
{
	const struct pending_block *pending =
		&g_array_index(b->function.blocks, struct pending_block, block);

	for (uint32_t e = pending->edges.first; e; e = edge_at(b, e)->next)
		g_array_append_val(stack, edge_at(b, e)->edge.block);
}

/*
 * Depth-first from the entry. The stack holds blocks to visit and, marked with LEAVE, blocks all
 * of whose successors have been visited: those are numbered from the end. Successors are visited
 * last first, so that the first one gets the next number: a loop's body precedes its exit.
 */
#define LEAVE UINT32_C(0x80000000)

static void find_order(const struct facts_builder *b, struct block_order *order)
{
	uint32_t n_blocks = b->function.blocks->len, next = n_blocks;
	g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autofree bool *seen = g_new0(bool, n_blocks);
	uint32_t entry = 0;

	g_array_append_val(stack, entry);
	while (stack->len) {
		uint32_t top = g_array_index(stack, uint32_t, stack->len - 1);

		g_array_set_size(stack, stack->len - 1);
		if (top & LEAVE) {
			order->old_of[--next] = top & ~LEAVE;
			continue;
		}
		g_assert(top < n_blocks);
		if (seen[top])
			continue;
		seen[top] = true;
		top |= LEAVE;
		g_array_append_val(stack, top);
		push_successors(b, top & ~LEAVE, stack);
	}
	order->n = n_blocks - next;
	memmove(order->old_of, order->old_of + next, order->n * sizeof(uint32_t));
	memset(order->new_of, 0xff, n_blocks * sizeof(uint32_t));
	for (uint32_t i = 0; i < order->n; i++)
		order->new_of[order->old_of[i]] = i;
}

static void emit_steps(struct facts_builder *b, const struct pending_block *pending)
{
	for (uint32_t s = pending->steps.first; s;) {
		const struct pending_step *from =
			&g_array_index(b->function.steps, struct pending_step, s - 1);
		struct fact_step step = from->step;

		if (step.n_args) {
			const uint32_t *args =
				&g_array_index(b->function.args, uint32_t, step.args);

			step.args = b->args->len;
			g_array_append_vals(b->args, args, step.n_args);
		} else {
			step.args = 0;
		}
		g_array_append_val(b->steps, step);
		s = from->next;
	}
}

/*
 * A depth-first order numbers a block before its successors unless the edge leads back to a
 * block that the search was still inside of: such a target heads a loop.
 */
static void emit_edges(struct facts_builder *b, const struct block_order *order, uint32_t number,
		       const struct pending_block *pending)
{
	uint32_t first_block = b->blocks->len - 1 - number;

	for (uint32_t e = pending->edges.first; e; e = edge_at(b, e)->next) {
		struct fact_edge edge = edge_at(b, e)->edge;

		edge.block = order->new_of[edge.block];
		if (edge.block <= number)
			g_array_index(b->blocks, struct fact_block, first_block + edge.block)
				.loop_head = 1;
		g_array_append_val(b->edges, edge);
	}
}

static void emit_blocks(struct facts_builder *b, const struct block_order *order)
{
	b->function.function.blocks = b->blocks->len;
	b->function.function.n_blocks = order->n;
	for (uint32_t i = 0; i < order->n; i++) {
		struct pending_block *pending = block_at(b, order->old_of[i]);

		g_assert(pending->ended);
		g_assert(facts_term_takes_edges(pending->block.term, pending->edges.n));
		pending->block.steps = b->steps->len;
		pending->block.n_steps = pending->steps.n;
		pending->block.edges = b->edges->len;
		pending->block.n_edges = pending->edges.n;
		g_array_append_val(b->blocks, pending->block);
		emit_steps(b, pending);
		emit_edges(b, order, i, pending);
	}
}

void facts_end_function(struct facts_builder *b, uint32_t end_line)
{
	struct pending_function *pending = &b->function;
	uint32_t n_blocks = pending->blocks->len;
	g_autofree uint32_t *old_of = g_new(uint32_t, n_blocks);
	g_autofree uint32_t *new_of = g_new(uint32_t, n_blocks);
	struct block_order order = { .old_of = old_of, .new_of = new_of };

	g_assert(pending->open && n_blocks);
	join_blocks(b);
	find_order(b, &order);
	emit_blocks(b, &order);
	pending->function.variables = b->variables->len;
	pending->function.n_params = pending->params->len;
	pending->function.n_locals = pending->locals->len;
	g_array_append_vals(b->variables, pending->params->data, pending->params->len);
	g_array_append_vals(b->variables, pending->locals->data, pending->locals->len);
	pending->function.end_line = end_line;
	g_array_append_val(b->functions, pending->function);
	pending->open = false;
}
