/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * context.c - situations go down the calls
 *
 * Breadth first, the surest first: what is reached over sure calls from sure entries, then what
 * else is reached over less sure ones. So each situation of a function is found by the surest way,
 * and the shortest of those, and the calls by which it was found lead back to an entry.
 */
#include "summary/context_p.h"

/* How one situation of a function was found. */
struct arrival {
	uint32_t caller;   /* or PROGRAM_NONE: an entry */
	uint32_t number;   /* of the call, or of the entry */
	uint8_t situation; /* of the caller */
	uint8_t confidence;
	uint16_t distance;
};

struct function_contexts {
	exec_set situations;
	struct arrival *arrivals; /* per situation, once there is one */
};

struct contexts {
	struct arena *arena;
	const struct summaries *summaries;
	GArray *entries; /* struct context_entry */
	struct function_contexts *functions;
	GArray *queue;		/* struct task */
	GHashTable *registered; /* function + 1: what a rule says how it is called */
};

/* One situation of a function whose calls are to be followed. */
struct task {
	uint32_t function;
	uint32_t situation;
};

static bool arrive(struct contexts *c, uint32_t function, enum situation situation,
		   struct arrival arrival)
{
	struct function_contexts *f = &c->functions[function];
	struct task task = { function, situation };

	if (f->situations & (1u << situation))
		return false;
	if (!f->arrivals)
		f->arrivals = arena_new_array(c->arena, struct arrival, SITUATIONS);
	f->situations |= 1u << situation;
	f->arrivals[situation] = arrival;
	g_array_append_val(c->queue, task);
	return true;
}

/* --- entries ---------------------------------------------------------------------------------- */

static void enter(struct contexts *c, enum confidence least)
{
	for (guint i = 0; i < c->entries->len; i++) {
		const struct context_entry *entry =
			&g_array_index(c->entries, struct context_entry, i);
		struct arrival arrival = { .caller = PROGRAM_NONE,
					   .number = i,
					   .confidence = (uint8_t)entry->confidence };

		if (entry->confidence != least)
			continue;
		for (int s = 0; s < SITUATIONS; s++)
			if (entry->situations & (1u << s))
				arrive(c, entry->function, (enum situation)s, arrival);
	}
}

/* Also calls on ways that were not followed: who has a caller in sight is entered as that says. */
static void mark_direct_calls(const struct program *program, uint32_t caller, bool *called)
{
	const struct function *f = &program->functions[caller];
	const struct unit *unit = &program->units[f->unit];

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t i = 0; i < block->n_steps; i++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + i];
			struct term callee = term_at(program->terms, unit->terms[step->lhs]);
			uint32_t target = PROGRAM_NONE;

			if (step->kind == STEP_CALL && callee.kind == EXPR_FUNC)
				target = program_callee(program, f->unit, callee.a);
			if (target != PROGRAM_NONE && target != caller)
				called[target] = true;
		}
	}
}

static void mark_called(const struct contexts *c, bool *called)
{
	const struct summaries *s = c->summaries;

	for (uint32_t f = 0; f < s->program->n_functions; f++)
		mark_direct_calls(s->program, f, called);
	for (uint32_t f = 0; f < s->program->n_functions; f++)
		for (uint32_t i = 0; i < s->functions[f].n_calls; i++)
			if (s->functions[f].calls[i].confidence >= CONFIDENCE_MEDIUM &&
			    s->functions[f].calls[i].callee != f)
				called[s->functions[f].calls[i].callee] = true;
	for (guint i = 0; i < c->entries->len; i++)
		called[g_array_index(c->entries, struct context_entry, i).function] = true;
}

/*
 * Functions that nobody calls: exported ones mostly, whose callers were not read. What is stored
 * somewhere that no rule knows may be called in any context, so a task is only a guess; but a
 * world's root is called by nobody else there.
 */
static enum confidence default_confidence(const struct contexts *c, uint32_t function)
{
	const struct world *world = c->summaries->world;

	if (world && world->root == function)
		return CONFIDENCE_HIGH;
	return c->summaries->program->functions[function].address_taken ? CONFIDENCE_LOW
									: CONFIDENCE_MEDIUM;
}

static void add_defaults(struct contexts *c)
{
	const struct program *program = c->summaries->program;
	g_autofree bool *called = g_new0(bool, program->n_functions + 1);

	mark_called(c, called);
	for (uint32_t f = 0; f < program->n_functions; f++) {
		const struct function *function = &program->functions[f];
		struct context_entry entry = { .function = f,
					       .situations = EXEC_BIT(TASK),
					       .confidence = default_confidence(c, f),
					       .registered = default_confidence(c, f),
					       .unit = function->unit,
					       .loc = function->facts->loc,
					       .registrar = PROGRAM_NONE };

		if (!called[f])
			g_array_append_val(c->entries, entry);
	}
}

/* --- calls ------------------------------------------------------------------------------------ */

/*
 * How a function that is registered is called through a pointer, the rule says: what calls it
 * there calls many others, each in the context of its own kind.
 */
static bool is_call(const struct contexts *c, const struct summary_call *call)
{
	return !call->event->is_implied &&
	       !(call->why &&
		 g_hash_table_contains(c->registered, GUINT_TO_POINTER(call->callee + 1)));
}

static void follow_call(struct contexts *c, const struct task *task, uint32_t number,
			enum confidence least)
{
	const struct summary_call *call = &c->summaries->functions[task->function].calls[number];
	const struct exec_context *exec = &call->event->exec;
	const struct arrival *at = &c->functions[task->function].arrivals[task->situation];
	struct arrival arrival = { .caller = task->function,
				   .number = number,
				   .situation = (uint8_t)task->situation,
				   .confidence = MIN(at->confidence, call->confidence),
				   .distance = at->distance + 1 };

	if (call->confidence < least || !(exec->likely & (1u << task->situation)) ||
	    !is_call(c, call))
		return;
	arrive(c, call->callee,
	       exec_now_one((enum situation)task->situation, exec,
			    held_set_spins(call->event->held)),
	       arrival);
}

static void follow(struct contexts *c, enum confidence least)
{
	for (guint i = 0; i < c->queue->len; i++) {
		struct task task = g_array_index(c->queue, struct task, i);

		for (uint32_t n = 0; n < c->summaries->functions[task.function].n_calls; n++)
			follow_call(c, &task, n, least);
	}
}

static void note_registered(struct contexts *c)
{
	for (guint i = 0; i < c->entries->len; i++)
		g_hash_table_add(
			c->registered,
			GUINT_TO_POINTER(
				g_array_index(c->entries, struct context_entry, i).function + 1));
}

struct contexts *contexts_build(const struct summaries *summaries)
{
	struct arena *arena = arena_new("contexts");
	struct contexts *c = arena_new_struct(arena, struct contexts);

	c->arena = arena;
	c->summaries = summaries;
	c->entries = entries_find(summaries);
	c->functions = arena_new_array(arena, struct function_contexts,
				       summaries->program->n_functions + 1);
	c->queue = g_array_new(FALSE, FALSE, sizeof(struct task));
	c->registered = g_hash_table_new(NULL, NULL);
	note_registered(c);
	add_defaults(c);
	for (int least = CONFIDENCE_HIGH; least >= CONFIDENCE_LOW; least--) {
		enter(c, (enum confidence)least);
		follow(c, (enum confidence)least);
	}
	g_array_unref(c->queue);
	c->queue = NULL;
	return c;
}

void contexts_free(struct contexts *contexts)
{
	if (!contexts)
		return;
	g_array_unref(contexts->entries);
	g_hash_table_unref(contexts->registered);
	arena_free(contexts->arena);
}

/* --- answers ---------------------------------------------------------------------------------- */

exec_set contexts_of(const struct contexts *contexts, uint32_t function, enum confidence least)
{
	const struct function_contexts *f = &contexts->functions[function];
	exec_set set = 0;

	for (int s = 0; s < SITUATIONS; s++)
		if ((f->situations & (1u << s)) && f->arrivals[s].confidence >= least)
			set |= 1u << s;
	return set;
}

enum confidence contexts_confidence(const struct contexts *contexts, uint32_t function,
				    enum situation situation)
{
	const struct function_contexts *f = &contexts->functions[function];

	return f->arrivals ? (enum confidence)f->arrivals[situation].confidence : CONFIDENCE_LOW;
}

uint32_t contexts_distance(const struct contexts *contexts, uint32_t function,
			   enum situation situation)
{
	const struct function_contexts *f = &contexts->functions[function];

	return f->arrivals ? f->arrivals[situation].distance : 0;
}

const struct context_entry *contexts_entries(const struct contexts *contexts, size_t *n)
{
	*n = contexts->entries->len;
	return (const struct context_entry *)contexts->entries->data;
}

static void prepend(GArray *chain, const struct context_hop *hop)
{
	g_array_insert_vals(chain, 0, hop, 1);
}

GArray *contexts_chain(const struct contexts *contexts, uint32_t function, enum situation situation)
{
	GArray *chain = g_array_new(FALSE, FALSE, sizeof(struct context_hop));
	const struct summary_call *call = NULL;

	if (!(contexts->functions[function].situations & (1u << situation)))
		return chain;
	for (;;) {
		const struct arrival *at = &contexts->functions[function].arrivals[situation];
		struct context_hop hop = { .function = function,
					   .situation = situation,
					   .call = call };

		if (at->caller == PROGRAM_NONE) {
			hop.entry =
				&g_array_index(contexts->entries, struct context_entry, at->number);
			prepend(chain, &hop);
			return chain;
		}
		prepend(chain, &hop);
		call = &contexts->summaries->functions[at->caller].calls[at->number];
		situation = (enum situation)at->situation;
		function = at->caller;
	}
}
