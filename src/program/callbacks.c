/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * callbacks.c - functions that run with a lock held which nobody takes in sight
 *
 * INIT_WORK(&x->work, fn) stores fn in the work item. Whoever runs the item takes its lockdep_map
 * first: for all that fn does, the class of x->work is held. Which member holds such functions,
 * and which lock goes with it, the rules say. Initialisation functions that are handed the item or
 * the function (init_timer_key()) are looked through, a few levels deep.
 */
#include "program/link_p.h"

#include <string.h>

/* init_timer_key() calls do_init_timer(); drivers have a helper or two of their own around it. */
#define MOST_HANDED_ON 3

/* What a function does with what its callers hand it. */
struct handed_callback {
	uint32_t function;
	uint32_t class_string; /* of the lock where the rules name it, else 0 */
	uint8_t kind;
	term_id lock, callee; /* as that function sees them */
	bool is_item;	      /* @callee is the lock of an item that is queued there */
};

/* What the items of class @item do, it does inside @queue. */
struct queued {
	uint32_t queue, item; /* class strings */
};

struct callback_collector {
	struct program *program;
	GArray *found;	     /* struct callback */
	GArray *queued;	     /* struct queued */
	GHashTable *known;   /* packed class and function */
	GArray *helpers;     /* struct handed_callback of this round, in the order of functions */
	const GArray *last;  /* those of the round before; NULL in the first one */
	GHashTable *asked;   /* function + 1 -> index + 1 of the first of them in @last */
	GHashTable *members; /* (record, member) packed -> struct callback_rule */
};

static const struct callback_rule *rule_of(const struct callback_collector *c, term_id place,
					   term_id *lock)
{
	struct term term = term_at(c->program->terms, place);
	uint64_t key = member_key(term.a, term.b);
	const struct callback_rule *rule =
		term.kind == EXPR_FIELD ? g_hash_table_lookup(c->members, &key) : NULL;

	if (rule)
		*lock = program_effect_place(c->program, term.base, &rule->held);
	return rule;
}

static void keep(struct callback_collector *c, const struct callback *callback)
{
	uint64_t key = (uint64_t)callback->class_string << 32 | callback->function;

	if (g_hash_table_contains(c->known, &key))
		return;
	g_hash_table_add(c->known, g_memdup2(&key, sizeof(key)));
	g_array_append_vals(c->found, callback, 1);
}

static void note_item(struct callback_collector *c, const struct handed_callback *stored)
{
	struct queued queued = { program_lock_class(c->program, stored->lock),
				 program_lock_class(c->program, stored->callee) };

	if (queued.queue && queued.item)
		g_array_append_val(c->queued, queued);
	else if (stored->lock && stored->callee)
		g_array_append_vals(c->helpers, stored, 1);
}

/* @callee is stored where it is called with @lock held; @function says so, or an initialiser. */
static void note(struct callback_collector *c, const struct handed_callback *stored,
		 const struct unit *unit)
{
	const struct program *program = c->program;
	struct term callee = term_at(program->terms, stored->callee);
	uint32_t class = stored->class_string ? stored->class_string
					      : program_lock_class(program, stored->lock);
	struct callback callback = { .class_string = class, .kind = stored->kind };

	if (stored->is_item) {
		note_item(c, stored);
	} else if (callee.kind == EXPR_FUNC && class) {
		callback.function =
			program_callee(program, (uint32_t)(unit - program->units), callee.a);
		if (callback.function != PROGRAM_NONE)
			keep(c, &callback);
	} else if (stored->function != PROGRAM_NONE && (stored->lock || stored->class_string) &&
		   (callee.kind == EXPR_FUNC || callee.kind == EXPR_PARAM)) {
		g_array_append_vals(c->helpers, stored, 1);
	}
}

static void note_store(struct callback_collector *c, uint32_t function, const struct unit *unit,
		       term_id place, term_id value)
{
	struct handed_callback stored = { .function = function, .callee = value };
	const struct callback_rule *rule = rule_of(c, place, &stored.lock);

	if (!rule)
		return;
	stored.kind = rule->held.kind;
	note(c, &stored, unit);
}

static void visit_initialisers(struct callback_collector *c, const struct unit *unit)
{
	for (uint32_t i = 0; i < unit->facts->n_inits; i++) {
		const struct fact_init *init = &unit->facts->inits[i];

		note_store(c, PROGRAM_NONE, unit, unit->terms[init->lhs], unit->terms[init->rhs]);
	}
}

static void note_helpers(struct callback_collector *c, const struct call_site *site,
			 uint32_t callee)
{
	gpointer known = g_hash_table_lookup(c->asked, GUINT_TO_POINTER(callee + 1));
	struct handed_callback stored;

	for (guint i = known ? GPOINTER_TO_UINT(known) - 1 : c->last->len; i < c->last->len; i++) {
		stored = g_array_index(c->last, struct handed_callback, i);
		if (stored.function != callee)
			return;
		stored.function = site->function;
		if (!stored.class_string && !program_lock_class(c->program, stored.lock))
			stored.lock = site_translate(c->program, site, stored.lock);
		stored.callee = site_translate(c->program, site, stored.callee);
		note(c, &stored, site->unit);
	}
}

static term_id item_of(struct program *program, const struct call_site *site,
		       const struct callback_rule *rule)
{
	struct effect lock = { .members = rule->item_members, .n_members = rule->n_item_members };

	return program_effect_place(
		program, term_deref(program->terms, site_argument(site, rule->item_arg)), &lock);
}

/* A function that is given the object and what is called for it: tasklet_setup(). */
static void note_call(struct callback_collector *c, const struct call_site *site,
		      const struct callback_rule *rule, term_id object)
{
	struct program *program = c->program;
	struct handed_callback stored = { .function = site->function, .kind = rule->held.kind };

	if (rule->held.class_name)
		stored.class_string = intern_id(program->strings, rule->held.class_name);
	stored.lock =
		program_effect_place(program, term_deref(program->terms, object), &rule->held);
	stored.is_item = rule->item_arg >= 0;
	stored.callee = stored.is_item ? item_of(program, site, rule)
				       : site_argument(site, rule->function_arg);
	note(c, &stored, site->unit);
}

/* Locals that a result goes through on its way to where it is kept: of a macro, and their own. */
#define MOST_LOCALS 3

/* x->task = kthread_run(...): what is called for the object that the pointer kept there means. */
static void note_kept(struct callback_collector *c, const struct call_site *site,
		      const struct callback_rule *rule, term_id value, int depth)
{
	const struct function *f = &c->program->functions[site->function];
	const struct facts *facts = site->unit->facts;

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++) {
			const struct fact_step *step = &facts->steps[block->steps + s];
			term_id place = site->unit->terms[step->lhs];
			enum fact_expr_kind kind = term_at(c->program->terms, place).kind;

			if (step->kind != STEP_ASSIGN || site->unit->terms[step->rhs] != value)
				continue;
			if (kind == EXPR_FIELD || kind == EXPR_GLOBAL)
				note_call(c, site, rule, place);
			else if (kind == EXPR_LOCAL && depth < MOST_LOCALS)
				note_kept(c, site, rule, place, depth + 1);
		}
	}
}

static void visit_call(struct callback_collector *c, const struct call_site *site,
		       const struct fact_step *step, const struct callback_rule *rule)
{
	for (; rule; rule = rule->next)
		if (rule->held.lock_arg == RULES_RESULT_ARG)
			note_kept(c, site, rule, site->unit->terms[step->rhs], 0);
		else
			note_call(c, site, rule, site_argument(site, rule->held.lock_arg));
}

static void visit_step(struct callback_collector *c, uint32_t function,
		       const struct fact_step *step)
{
	const struct program *program = c->program;
	uint32_t number = program->functions[function].unit;
	const struct unit *unit = &program->units[number];
	struct call_site site = { function,	unit,		&unit->facts->args[step->args],
				  step->n_args, program->terms, NULL };
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);

	if (step->kind == STEP_ASSIGN && !c->last)
		note_store(c, function, unit, unit->terms[step->lhs], unit->terms[step->rhs]);
	else if (step->kind == STEP_CALL && !c->last && callee.kind == EXPR_FUNC)
		visit_call(c, &site, step, program->symbols[callee.a].said->callbacks);
	else if (step->kind == STEP_CALL && callee.kind == EXPR_FUNC)
		note_helpers(c, &site, program_callee(program, number, callee.a));
}

/* Of @only, if that is not NULL. */
static void visit_functions(struct callback_collector *c, const bool *only)
{
	for (uint32_t f = 0; f < c->program->n_functions; f++) {
		const struct function *function = &c->program->functions[f];
		const struct facts *facts = c->program->units[function->unit].facts;

		for (uint32_t b = 0; b < function->facts->n_blocks && (!only || only[f]); b++) {
			const struct fact_block *block =
				&facts->blocks[function->facts->blocks + b];

			for (uint32_t s = 0; s < block->n_steps; s++)
				visit_step(c, f, &facts->steps[block->steps + s]);
		}
	}
}

static void visit_callers_of_helpers(struct callback_collector *c)
{
	for (int round = 0; c->helpers->len && round < MOST_HANDED_ON; round++) {
		g_autoptr(GArray) last = c->helpers;
		g_autofree bool *callers = g_new0(bool, c->program->n_functions + 1);

		c->last = last;
		c->helpers = g_array_new(FALSE, FALSE, sizeof(struct handed_callback));
		g_hash_table_remove_all(c->asked);
		for (guint i = last->len; i-- > 0;) {
			uint32_t f = g_array_index(last, struct handed_callback, i).function;

			g_hash_table_insert(c->asked, GUINT_TO_POINTER(f + 1),
					    GUINT_TO_POINTER(i + 1));
			program_mark_callers(c->program, f, callers);
		}
		visit_functions(c, callers);
	}
}

/* One that all modules share: what is queued there has nothing to do with each other. */
static bool is_shared(const struct program *program, uint32_t class)
{
	const char *name = program_string(program, class);

	return !strchr(name, ':') && !strchr(name, '.');
}

/* A queue's functions are those of its items. */
static void add_queued(struct callback_collector *c)
{
	guint n = c->found->len;

	for (guint q = 0; q < c->queued->len; q++) {
		struct queued queued = g_array_index(c->queued, struct queued, q);

		for (guint i = 0; i < n && !is_shared(c->program, queued.queue); i++) {
			struct callback callback = g_array_index(c->found, struct callback, i);

			if (callback.class_string != queued.item)
				continue;
			callback.class_string = queued.queue;
			keep(c, &callback);
		}
	}
}

void program_collect_callbacks(struct program *program)
{
	struct callback_collector c = { .program = program };

	c.found = g_array_new(FALSE, FALSE, sizeof(struct callback));
	c.queued = g_array_new(FALSE, FALSE, sizeof(struct queued));
	c.known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	c.helpers = g_array_new(FALSE, FALSE, sizeof(struct handed_callback));
	c.asked = g_hash_table_new(NULL, NULL);
	c.members = program_by_member(program, program->rules->callbacks);
	for (size_t u = 0; u < program->n_units; u++)
		visit_initialisers(&c, &program->units[u]);
	visit_functions(&c, NULL);
	visit_callers_of_helpers(&c);
	add_queued(&c);
	program_collect_annotated(program, c.found);
	program_collect_methods(program, c.found);
	program->n_callbacks = c.found->len;
	program->callbacks =
		arena_memdup(program->arena, c.found->data, c.found->len * sizeof(struct callback));
	g_array_unref(c.found);
	g_array_unref(c.queued);
	g_array_unref(c.helpers);
	g_hash_table_unref(c.known);
	g_hash_table_unref(c.asked);
	g_hash_table_unref(c.members);
}
