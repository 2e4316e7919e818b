/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_plain_walk.c - a plain list iterator in an RCU reader
 *
 *   CPU0                                    CPU1
 *   rcu_read_lock()
 *   list_for_each_entry(e, &head, link)     list_add_rcu(&new->link, &head)
 *     reads e->link.next twice, or
 *     new's contents too early
 *
 * Not a finding: the updaters' lock, or any, is held; nobody changes the list with readers in mind.
 */
#include "check/chain_p.h"
#include "check/rcu_p.h"

struct plain_walks {
	const struct check_input *in;
	GHashTable *elements; /* names of links that _rcu functions change -> struct list_update */
};

static struct fact_loc loc_of(const struct check_input *in, uint32_t function,
			      struct flow_point where)
{
	return flow_location(in->program, function, where);
}

/* No list_first_or_null_rcu(): what is tested there is tested again and again. */
static bool is_loop(const struct check_input *in, uint32_t function, struct fact_loc loc)
{
	const struct function *f = &in->program->functions[function];
	const struct facts *facts = in->program->units[f->unit].facts;

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &facts->blocks[f->facts->blocks + b];

		if (block->loop_head && block->term == TERM_BRANCH && same_loc(block->loc, loc))
			return true;
	}
	return false;
}

/* An _rcu iterator asks for a reader at the same place. */
static bool is_rcu_walk(const struct rcu_sites *sites, uint32_t function, struct fact_loc loc)
{
	for (guint i = 0; i < sites->reports->len; i++) {
		const struct rcu_report *r = &g_array_index(sites->reports, struct rcu_report, i);

		if (r->function == function && same_loc(r->loc, loc))
			return true;
	}
	return rcu_pointer_at(sites, function, loc) != 0;
}

/* @caller: who has opened the reader, or NULL: the function itself. */
static void report(const struct plain_walks *w, uint32_t function, struct flow_point where,
		   const struct list_walk *walk, const struct rcu_caller *caller)
{
	const struct check_input *in = w->in;
	const struct list_update *update =
		g_hash_table_lookup(w->elements, GUINT_TO_POINTER(walk->element));
	struct finding *f = finding_new(in, RULE_RCU_LIST_VARIANT, CONFIDENCE_MEDIUM);
	const char *name = program_string(in->program, walk->element);
	struct chain chain = chain_new(in);

	if (caller)
		chain_add_point(&chain, caller->function, caller->call->event->where, "call",
				arena_printf(in->arena, "calls %s() in a reader",
					     function_name(in->program, function)));
	chain_add_point(&chain, function, where, "read",
			arena_printf(in->arena, "walks over %s in a reader", name));
	chain_add_point(&chain, update->function, update->event->where, "update",
			arena_printf(in->arena, "%s() on %s", update->access->name, name));
	f->message = arena_printf(in->arena,
				  "a plain iterator walks over %s in an RCU reader, while %s() "
				  "changes the list",
				  name, function_name(in->program, update->function));
	f->checklist = "10";
	f->help = "use list_for_each_entry_rcu() and kin in readers";
	chain_give(&chain, f);
	chain_locate(&chain, f, function, where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

/* It begins at the head: list_for_each_entry_continue_rcu() and for_each_process() do not. */
static bool begins_at_head(const struct check_input *in, uint32_t function, struct fact_loc loc,
			   uint32_t head)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_pointers; i++) {
		const struct pointer_event *event = &flow->pointers[i];

		if (program_is_list_link(in->program, event->place) &&
		    same_loc(loc, loc_of(in, function, event->where)) &&
		    program_lock_class(in->program,
				       term_at(in->program->terms, event->place).base) == head)
			return true;
	}
	return false;
}

static void look_at(const struct plain_walks *w, uint32_t function,
		    const struct pointer_event *event)
{
	struct fact_loc loc = loc_of(w->in, function, event->where);
	struct list_walk walk;

	if (event->is_store || !program_is_list_link(w->in->program, event->place) ||
	    !rcu_holds_reader(event->held) || rcu_holds_lock(event->held) ||
	    !is_loop(w->in, function, loc))
		return;
	walk = rcu_walk_at(w->in, function, loc);
	if (walk.head.kind != LIST_NAMED || !walk.element || walk.head.name == walk.element ||
	    !begins_at_head(w->in, function, loc, walk.head.name) ||
	    !g_hash_table_contains(w->elements, GUINT_TO_POINTER(walk.element)) ||
	    is_rcu_walk(w->in->rcu, function, loc) ||
	    rcu_is_quiet(w->in->rcu, function, event->where) != RCU_BUSY)
		return;
	report(w, function, event->where, &walk, NULL);
}

/* --- helpers: the callers have opened the reader ---------------------------------------------- */

/* A caller in a reader, with no lock, whose list is one that others know; or NULL. */
static const struct rcu_caller *reading_caller(const struct check_input *in, uint32_t function,
					       const struct list_walk *walk)
{
	uint32_t n;
	const struct rcu_caller *callers = rcu_callers(in->rcu, function, &n);

	for (uint32_t i = 0; i < n; i++) {
		const struct call_event *event = callers[i].call->event;
		struct list_ref head = walk->head;

		if (callers[i].call->is_callback || !rcu_holds_reader(event->held) ||
		    rcu_holds_lock(event->held))
			continue;
		if (head.kind == LIST_PARAM && head.param < event->n_args)
			head = rcu_list_of(in, callers[i].function, event->args[head.param]);
		if (head.kind == LIST_NAMED && head.name != walk->element)
			return &callers[i];
	}
	return NULL;
}

static void look_at_loop(const struct plain_walks *w, uint32_t function, uint32_t number,
			 const struct fact_block *block)
{
	const struct check_input *in = w->in;
	struct list_walk walk = rcu_walk_at(in, function, block->loc);
	const struct rcu_caller *caller;

	if (!walk.element || walk.head.kind == LIST_LOCAL || walk.head.kind == LIST_UNKNOWN ||
	    !g_hash_table_contains(w->elements, GUINT_TO_POINTER(walk.element)) ||
	    is_rcu_walk(in->rcu, function, block->loc))
		return;
	caller = reading_caller(in, function, &walk);
	if (caller)
		report(w, function, (struct flow_point){ number, block->n_steps }, &walk, caller);
}

static void look_at_helper(const struct plain_walks *w, uint32_t function)
{
	const struct function *f = &w->in->program->functions[function];
	const struct facts *facts = w->in->program->units[f->unit].facts;

	if (w->in->summaries->functions[function].flow->n_acquires)
		return;
	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &facts->blocks[f->facts->blocks + b];

		if (block->loop_head && block->term == TERM_BRANCH)
			look_at_loop(w, function, b, block);
	}
}

static bool is_told(const struct check_input *in, uint32_t function, uint32_t number)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;
	struct fact_loc loc = loc_of(in, function, flow->pointers[number].where);

	for (uint32_t i = 0; i < number; i++)
		if (program_is_list_link(in->program, flow->pointers[i].place) &&
		    same_loc(loc, loc_of(in, function, flow->pointers[i].where)))
			return true;
	return false;
}

static void run(const struct check_input *in)
{
	struct plain_walks w = { in, g_hash_table_new(NULL, NULL) };

	for (guint i = 0; i < in->rcu->updates->len; i++) {
		const struct list_update *update =
			&g_array_index(in->rcu->updates, struct list_update, i);

		if (update->access->is_rcu && update->element)
			g_hash_table_insert(w.elements, GUINT_TO_POINTER(update->element),
					    (gpointer)update);
	}
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		for (uint32_t i = 0;
		     flow && in->program->functions[f].in_scope && i < flow->n_pointers; i++)
			if (!is_told(in, f, i))
				look_at(&w, f, &flow->pointers[i]);
		if (flow && in->program->functions[f].in_scope)
			look_at_helper(&w, f);
	}
	g_hash_table_unref(w.elements);
}

const struct check check_rcu_plain_walk = { .name = "rcu_plain_walk", .run = run };
