/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_parts.c - records that are parts of others as far as their locks go
 *
 *   spin_lock_init(&l->in.lock);
 *   spin_lock_init(&l->out.lock);
 *
 * gives the two queues of a link two keys, so "struct queue.lock" would make one class of two. A
 * record is a part where each place that initialises its lock names it inside another record, and
 * those differ; a function that gets the record itself and initialises its lock has one key for
 * all.
 */
#include "program/link_p.h"

/* What the initialisations of one record's locks have in common. */
struct embedding {
	uint64_t member; /* the member that embeds the record, or 0 when not seen yet */
	bool differs;
	bool is_alone; /* initialised as a record of its own */
};

struct parts_search {
	const struct program *program;
	GHashTable *embeddings; /* record -> struct embedding */
	GHashTable *handed;	/* result of a call -> its argument that the rules say it is */
};

/* The member that holds the lock at @place: the first one outside the lock's own type. */
static struct term holder_of(const struct program *program, term_id place)
{
	struct term term = term_at(program->terms, program_lock_object(program, place));

	while (term.kind == EXPR_FIELD && program_is_part(program, term.a))
		term = term_at(program->terms, term.base);
	return term;
}

static void note_place(struct parts_search *s, term_id place)
{
	const struct program *program = s->program;
	struct term holder = holder_of(program, place), outer;
	struct embedding *e;

	if (holder.kind != EXPR_FIELD)
		return;
	e = g_hash_table_lookup(s->embeddings, GUINT_TO_POINTER(holder.a));
	if (!e) {
		e = g_new0(struct embedding, 1);
		g_hash_table_insert(s->embeddings, GUINT_TO_POINTER(holder.a), e);
	}
	outer = term_at(program->terms, holder.base);
	if (outer.kind != EXPR_FIELD) {
		e->is_alone = true;
		return;
	}
	e->differs |= e->member && e->member != member_key(outer.a, outer.b);
	e->member = member_key(outer.a, outer.b);
}

/* The value of argument @number of the call at @step; 0 where there is none. */
static term_id argument(const struct parts_search *s, const struct unit *unit,
			const struct fact_step *step, int number)
{
	gpointer handed;
	term_id value;

	if (number < 0 || (uint32_t)number >= step->n_args)
		return 0;
	value = unit->terms[unit->facts->args[step->args + (uint32_t)number]];
	handed = g_hash_table_lookup(s->handed, GUINT_TO_POINTER(value));
	return handed ? GPOINTER_TO_UINT(handed) : value;
}

static void note_effect(struct parts_search *s, const struct effect *effect, term_id lock)
{
	term_id place = term_deref(s->program->terms, lock);

	if (effect->op == EFFECT_INIT && lock)
		note_place(s, program_effect_place(s->program, place, effect));
}

static void visit_call(struct parts_search *s, const struct unit *unit,
		       const struct fact_step *step)
{
	const struct program *program = s->program;
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);
	const struct primitive *primitive;

	if (callee.kind != EXPR_FUNC)
		return;
	primitive = program->symbols[callee.a].primitive;
	if (primitive && primitive->returns_arg >= 0)
		g_hash_table_insert(
			s->handed, GUINT_TO_POINTER(unit->terms[step->rhs]),
			GUINT_TO_POINTER(argument(s, unit, step, primitive->returns_arg)));
	for (size_t i = 0; primitive && i < primitive->n_effects; i++)
		note_effect(s, &primitive->effects[i],
			    argument(s, unit, step, primitive->effects[i].lock_arg));
}

static void visit_function(struct parts_search *s, const struct function *f)
{
	const struct unit *unit = &s->program->units[f->unit];

	g_hash_table_remove_all(s->handed);
	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t i = 0; i < block->n_steps; i++) {
			const struct fact_step *step = &unit->facts->steps[block->steps + i];

			if (step->kind == STEP_CALL)
				visit_call(s, unit, step);
		}
	}
}

GHashTable *program_collect_parts(const struct program *program)
{
	struct parts_search s = { .program = program,
				  .handed = g_hash_table_new(NULL, NULL),
				  .embeddings = g_hash_table_new_full(NULL, NULL, NULL, g_free) };
	GHashTable *parts = g_hash_table_new(NULL, NULL);
	GHashTableIter iter;
	gpointer record, embedding;

	for (uint32_t f = 0; f < program->n_functions; f++)
		visit_function(&s, &program->functions[f]);
	g_hash_table_iter_init(&iter, s.embeddings);
	while (g_hash_table_iter_next(&iter, &record, &embedding)) {
		const struct embedding *e = embedding;

		if (e->differs && !e->is_alone)
			g_hash_table_add(parts, record);
	}
	g_hash_table_unref(s.embeddings);
	g_hash_table_unref(s.handed);
	return parts;
}
