/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_tear.c - an element is changed in place while readers look at it
 *
 *   CPU0                          CPU1
 *                                 rcu_read_lock()
 *                                 list_for_each_entry_rcu(r, ...)
 *   r->addr = addr                  reads r->addr: new
 *   r->mask = mask                  reads r->mask: old
 *
 * Readers see the one store without the other. Of an element that is found on its list, and not
 * just made, two members or more are stored to one after the other, which a reader reads both with
 * no lock. Whether they belong together only their author knows: a note.
 */
#include "check/chain_p.h"
#include "check/rcu_p.h"

#define MOST_STORES 8

struct tear {
	const struct check_input *in;
	GHashTable *walks; /* element's name -> struct list_walk, the first reader's */
};

/* Stores of one block to the element in one variable. */
struct stores {
	term_id variable;
	uint32_t n;
	uint32_t members[MOST_STORES]; /* program strings */
	struct flow_point first;
};

/* The variable and member that @place, v->member, names; false for any other place. */
static bool member_of(const struct term_table *terms, term_id place, term_id *variable,
		      uint32_t *member)
{
	struct term field = term_at(terms, place), deref;

	if (field.kind != EXPR_FIELD)
		return false;
	deref = term_at(terms, field.base);
	*variable = deref.base;
	*member = field.b;
	return deref.kind == EXPR_DEREF && term_at(terms, deref.base).kind == EXPR_LOCAL;
}

/* --- readers --------------------------------------------------------------------------------- */

static bool reads(const struct term_table *terms, term_id id, uint32_t member)
{
	struct term term = term_at(terms, id);
	term_id variable;
	uint32_t found;

	if (!id)
		return false;
	if (member_of(terms, id, &variable, &found) && found == member)
		return true;
	return reads(terms, term.base, member) ||
	       (term.kind == EXPR_BINARY &&
		(reads(terms, term.a, member) || reads(terms, term.b, member)));
}

static bool step_reads(const struct check_input *in, const struct unit *unit,
		       const struct fact_step *step, uint32_t member)
{
	if (step->kind == STEP_ASSIGN)
		return reads(in->program->terms, unit->terms[step->rhs], member);
	for (uint32_t i = 0; step->kind == STEP_CALL && i < step->n_args; i++)
		if (reads(in->program->terms, unit->terms[unit->facts->args[step->args + i]],
			  member))
			return true;
	return step->kind == STEP_LOAD && reads(in->program->terms, unit->terms[step->lhs], member);
}

static bool function_reads(const struct check_input *in, uint32_t function, uint32_t member)
{
	const struct function *f = &in->program->functions[function];
	const struct unit *unit = &in->program->units[f->unit];

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		if (reads(in->program->terms, unit->terms[block->cond], member))
			return true;
		for (uint32_t s = 0; s < block->n_steps; s++)
			if (step_reads(in, unit, &unit->facts->steps[block->steps + s], member))
				return true;
	}
	return false;
}

static bool takes_lock(const struct check_input *in, uint32_t function)
{
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_acquires; i++)
		if (flow->acquires[i].lock.kind != LOCK_RCU)
			return true;
	return false;
}

/* How many of the members the reader reads, without a lock. */
static uint32_t count_read(const struct check_input *in, const struct list_walk *walk,
			   const struct stores *stores)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < stores->n && !takes_lock(in, walk->function); i++)
		n += function_reads(in, walk->function, stores->members[i]);
	return n;
}

/* --- updaters -------------------------------------------------------------------------------- */

/* The reader of what @variable is taken from: pos = container_of(..., struct X, link). */
static const struct list_walk *reader_of(const struct tear *t, uint32_t function, term_id variable)
{
	const struct program *program = t->in->program;
	const struct function *f = &program->functions[function];
	const struct unit *unit = &program->units[f->unit];
	const struct list_walk *walk = NULL;

	for (uint32_t b = 0; b < f->facts->n_blocks && !walk; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps && !walk; s++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + s];
			struct term value = term_at(program->terms, unit->terms[step->rhs]);
			g_autofree char *name = NULL;

			if (step->kind != STEP_ASSIGN || unit->terms[step->lhs] != variable ||
			    value.kind != EXPR_CONTAINER)
				continue;
			name = g_strconcat(program_string(program, value.a), ".",
					   program_string(program, value.b), NULL);
			walk = g_hash_table_lookup(
				t->walks, GUINT_TO_POINTER(intern_id(program->strings, name)));
		}
	}
	return walk;
}

static void report(const struct tear *t, uint32_t function, const struct stores *stores,
		   const struct list_walk *walk)
{
	const struct check_input *in = t->in;
	struct finding *f = finding_new(in, RULE_RCU_PLAIN_ACCESS, CONFIDENCE_MEDIUM);
	const char *first = program_string(in->program, stores->members[0]);
	const char *second = program_string(in->program, stores->members[1]);
	struct chain chain = chain_new(in);

	chain_add_point(&chain, function, stores->first, "update",
			arena_printf(in->arena, "stores to %s, then to %s", first, second));
	chain_add_function(&chain, walk->function, "read", "reads both under RCU");
	f->severity = SEVERITY_NOTE;
	f->message =
		arena_printf(in->arena,
			     "%s and %s of an element on the list are changed one by one, while "
			     "%s() may read them",
			     first, second, function_name(in->program, walk->function));
	f->checklist = "3";
	f->help = "if they belong together, make a new element and list_replace_rcu() the old "
		  "one, or have readers take its lock";
	chain_give(&chain, f);
	chain_locate(&chain, f, function, stores->first);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void judge(const struct tear *t, uint32_t function, const struct stores *stores)
{
	const struct list_walk *walk;

	if (stores->n < 2)
		return;
	walk = reader_of(t, function, stores->variable);
	if (walk && walk->function != function && count_read(t->in, walk, stores) >= 2 &&
	    rcu_is_quiet(t->in->rcu, function, stores->first) == RCU_BUSY)
		report(t, function, stores, walk);
}

static void add_store(struct stores *stores, uint32_t member)
{
	for (uint32_t i = 0; i < stores->n; i++)
		if (stores->members[i] == member)
			return;
	if (stores->n < MOST_STORES)
		stores->members[stores->n++] = member;
}

static void look_at_block(const struct tear *t, uint32_t function, uint32_t number)
{
	const struct program *program = t->in->program;
	const struct function *f = &program->functions[function];
	const struct unit *unit = &program->units[f->unit];
	const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + number];
	struct stores stores = { 0 };

	for (uint32_t s = 0; s < block->n_steps; s++) {
		const struct fact_step *step = &unit->facts->steps[block->steps + s];
		term_id variable;
		uint32_t member;

		if (step->kind != STEP_ASSIGN ||
		    !member_of(program->terms, unit->terms[step->lhs], &variable, &member))
			continue;
		if (variable != stores.variable) {
			judge(t, function, &stores);
			stores = (struct stores){ .variable = variable, .first = { number, s } };
		}
		add_store(&stores, member);
	}
	judge(t, function, &stores);
}

static void run(const struct check_input *in)
{
	struct tear t = { in, g_hash_table_new(NULL, NULL) };

	for (guint i = 0; i < in->rcu->walks->len; i++) {
		const struct list_walk *walk = &g_array_index(in->rcu->walks, struct list_walk, i);
		gpointer name = GUINT_TO_POINTER(walk->element);

		if (walk->is_reader && walk->element && !g_hash_table_contains(t.walks, name))
			g_hash_table_insert(t.walks, name, (gpointer)walk);
	}
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		if (!in->program->functions[f].in_scope || !in->summaries->functions[f].flow)
			continue;
		for (uint32_t b = 0; b < in->program->functions[f].facts->n_blocks; b++)
			look_at_block(&t, f, b);
	}
	g_hash_table_unref(t.walks);
}

const struct check check_rcu_tear = { .name = "rcu_tear", .run = run };
