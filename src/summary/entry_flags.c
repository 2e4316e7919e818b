/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entry_flags.c - flags that tell in which of two contexts something that is registered runs
 *
 * hrtimer_init(&d->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT) and d->timer.function = tick
 * are two steps, often in two functions. They are brought together by the member that the timer
 * is: struct d.timer. Where such members are initialised in both ways, both are possible.
 */
#include "summary/entry_p.h"

#include <string.h>

/* In an initialiser, members of one object stand near each other. */
#define NEAR 24

enum seen { SEEN_SET = 1, SEEN_CLEAR = 2 };

static uint64_t key_of(const struct program *program, uint32_t function, term_id object)
{
	struct term term = term_at(program->terms, object);

	if (term.kind == EXPR_FIELD)
		return (uint64_t)term.a << 32 | term.b;
	return (uint64_t)(term.kind == EXPR_GLOBAL ? 0 : function + 1) << 32 | object | 1ULL << 63;
}

static unsigned see(const struct program *program, term_id word, int64_t mask)
{
	int64_t number;

	if (!term_is_int(program->terms, word, &number))
		return SEEN_SET | SEEN_CLEAR;
	return number & mask ? SEEN_SET : SEEN_CLEAR;
}

static exec_set situations_for(const struct entry_rule *rule, unsigned seen)
{
	exec_set set = 0;

	if (!seen)
		return rule->situations;
	if (seen & SEEN_SET)
		set |= rule->flagged;
	if (seen & SEEN_CLEAR)
		set |= rule->situations;
	return set;
}

exec_set entry_flags_of_call(const struct program *program, const struct unit *unit,
			     const struct entry_rule *rule, const struct fact_step *step)
{
	if (!rule->flags_mask || (uint32_t)rule->flags_arg >= step->n_args)
		return rule->situations;
	return situations_for(
		rule, see(program, unit->terms[unit->facts->args[step->args + rule->flags_arg]],
			  rule->flags_mask));
}

static void note_call(const struct program *program, uint32_t function,
		      const struct fact_step *step, GHashTable *table)
{
	const struct unit *unit = &program->units[program->functions[function].unit];
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);
	const struct entry_rule *rule;
	term_id object;
	uint64_t key;
	unsigned seen;

	if (step->kind != STEP_CALL || callee.kind != EXPR_FUNC || !step->n_args)
		return;
	rule = program->symbols[callee.a].said->entry_flags;
	if (!rule || (uint32_t)rule->flags_arg >= step->n_args)
		return;
	object = term_deref(program->terms, unit->terms[unit->facts->args[step->args]]);
	key = key_of(program, function, object);
	seen = see(program, unit->terms[unit->facts->args[step->args + rule->flags_arg]],
		   rule->flags_mask);
	seen |= GPOINTER_TO_UINT(g_hash_table_lookup(table, &key));
	g_hash_table_insert(table, g_memdup2(&key, sizeof(key)), GUINT_TO_POINTER(seen));
}

GHashTable *entry_flags_find(const struct program *program)
{
	GHashTable *table = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	if (!g_hash_table_size(program->rules->entry_flags))
		return table;
	for (uint32_t f = 0; f < program->n_functions; f++) {
		const struct function *function = &program->functions[f];
		const struct facts *facts = program->units[function->unit].facts;

		for (uint32_t b = 0; b < function->facts->n_blocks; b++) {
			const struct fact_block *block =
				&facts->blocks[function->facts->blocks + b];

			for (uint32_t s = 0; s < block->n_steps; s++)
				note_call(program, f, &facts->steps[block->steps + s], table);
		}
	}
	return table;
}

exec_set entry_flags_of_member(const struct program *program, GHashTable *table,
			       const struct entry_rule *rule, uint32_t function, term_id member)
{
	uint64_t key = key_of(program, function, term_at(program->terms, member).base);

	if (!rule->flags_mask)
		return rule->situations;
	return situations_for(rule, GPOINTER_TO_UINT(g_hash_table_lookup(table, &key)));
}

/* --- initialisers ----------------------------------------------------------------------------- */

/* What the member @name of the same object as initialiser @number's is initialised with, or 0. */
static term_id beside(const struct program *program, const struct unit *unit, uint32_t number,
		      const char *name)
{
	struct term this = term_at(program->terms, unit->terms[unit->facts->inits[number].lhs]);
	uint32_t first = number > NEAR ? number - NEAR : 0;

	for (uint32_t i = first; i < unit->facts->n_inits && i < number + NEAR; i++) {
		const struct fact_init *init = &unit->facts->inits[i];
		struct term term = term_at(program->terms, unit->terms[init->lhs]);

		if (term.kind == EXPR_FIELD && term.base == this.base &&
		    !strcmp(program_string(program, term.b), name))
			return unit->terms[init->rhs];
	}
	return 0;
}

static bool opens_reader(const struct outcome *outcome)
{
	for (uint32_t i = 0; i < outcome->n_acquired; i++)
		if (outcome->acquired[i].kind == LOCK_RCU)
			return true;
	return false;
}

/*
 * What a function that is called before leaves behind: seq_operations.start before .show. A reader
 * must not sleep either: as good as preemption off.
 */
static exec_set situations_after(const struct summaries *s, uint32_t function, bool *in_reader)
{
	const struct flow_result *flow = s->functions[function].flow;
	exec_set set = 0;

	for (uint32_t i = 0; i < flow->n_outcomes; i++) {
		const struct outcome *o = &flow->outcomes[i];
		struct held_set held = { o->n_acquired, o->acquired };
		bool reads = opens_reader(o);

		if (!(o->result_signs & SIGN_POSITIVE))
			continue;
		set |= 1u << exec_now_one(SITUATION_TASK, &o->exec, reads || held_set_spins(&held));
		*in_reader |= reads;
	}
	return set;
}

exec_set entry_flags_of_init(const struct summaries *s, uint32_t number_of_unit,
			     const struct entry_rule *rule, uint32_t number, bool *in_reader)
{
	const struct program *program = s->program;
	const struct unit *unit = &program->units[number_of_unit];
	struct term before;
	uint32_t function;
	term_id word;
	exec_set set;

	if (rule->flags_member) {
		word = beside(program, unit, number, rule->flags_member);
		return word ? situations_for(rule, see(program, word, rule->flags_mask))
			    : rule->situations;
	}
	if (!rule->after)
		return rule->situations;
	before = term_at(program->terms, beside(program, unit, number, rule->after));
	function = before.kind == EXPR_FUNC ? program_callee(program, number_of_unit, before.a)
					    : PROGRAM_NONE;
	set = function == PROGRAM_NONE ? 0 : situations_after(s, function, in_reader);
	return set ? set : rule->situations;
}
