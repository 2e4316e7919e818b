/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entries.c - which functions are registered for what
 *
 * A function is registered by standing in an initialiser or assignment of a member, or as an
 * argument, that the rules name. A function that hands its own parameter on to such a place does
 * for its callers what the place says: timer_setup() ends in a member, and drivers have helpers
 * around request_irq(). Those are followed a few levels.
 */
#include "summary/entry_p.h"

#include <string.h>

/* Helper in helper: more levels bring nothing new. */
#define MOST_HANDED_ON 4

/* A value that may be one of more functions than this says nothing. */
#define MOST_FUNCTIONS 4

/* What @function is given as argument @arg is registered by @rule. */
struct handed {
	uint32_t function;
	uint32_t arg;
	const struct entry_rule *rule;
	exec_set situations;
};

struct entry_finder {
	const struct summaries *s;
	const struct program *program;
	GArray *entries;     /* struct context_entry */
	GArray *handed;	     /* struct handed */
	GHashTable *known;   /* function and rule: an entry or something handed on */
	GHashTable *helpers; /* function + 1 -> whether something in @handed is of it */
	guint first_new;     /* in @handed: of the round before */
	GHashTable *flags;   /* entry_flags_find() */
	GHashTable *members; /* (record, member) packed -> struct entry_rule */
	GPtrArray *patterns; /* GPatternSpec: of rules->entry_patterns */
};

/* Where a registration stands. */
struct registration {
	uint32_t registrar; /* or PROGRAM_NONE */
	uint32_t unit;
	struct fact_loc loc;
	const struct entry_rule *rule;
	exec_set situations; /* of the rule's */
	bool in_reader;
};

static bool is_news(struct entry_finder *f, uint32_t function, uint32_t arg,
		    const struct entry_rule *rule)
{
	uint64_t key = (uint64_t)function << 32 ^ (uint64_t)arg << 58 ^
		       ((uintptr_t)rule & 0x3ffffffffffffffULL) * 31;

	return g_hash_table_add(f->known, g_memdup2(&key, sizeof(key)));
}

/* Where there are several situations, nothing says that each of them comes. */
static enum confidence certainty_of(exec_set situations)
{
	return (situations & (situations - 1)) ? CONFIDENCE_MEDIUM : CONFIDENCE_HIGH;
}

static void add_entry(struct entry_finder *f, const struct registration *r, uint32_t function,
		      enum confidence confidence)
{
	struct context_entry entry = { .function = function,
				       .situations = r->situations,
				       .confidence = MIN(confidence, certainty_of(r->situations)),
				       .registered = confidence,
				       .rule = r->rule,
				       .unit = r->unit,
				       .loc = r->loc,
				       .in_reader = r->in_reader,
				       .registrar = r->registrar };

	if (function != PROGRAM_NONE && is_news(f, function, 31, r->rule))
		g_array_append_val(f->entries, entry);
}

static void add_handed(struct entry_finder *f, const struct registration *r, uint32_t arg)
{
	struct handed handed = { r->registrar, arg, r->rule, r->situations };

	if (r->registrar == PROGRAM_NONE || arg >= 31 || !is_news(f, r->registrar, arg, r->rule))
		return;
	g_array_append_val(f->handed, handed);
}

static void register_value(struct entry_finder *f, const struct registration *r, term_id value)
{
	struct term term = term_at(f->program->terms, value);
	const struct call_targets *targets;

	if (r->rule->member && term.kind != EXPR_PARAM) {
		value = entry_of_object(f->program, r->rule, r->unit, r->registrar, value);
		term = term_at(f->program->terms, value);
	}
	if (term.kind == EXPR_FUNC) {
		add_entry(f, r, program_callee(f->program, r->unit, term.a), CONFIDENCE_HIGH);
		return;
	}
	if (term.kind == EXPR_PARAM) {
		add_handed(f, r, term.a);
		return;
	}
	if (!value || term.kind == EXPR_INT || r->registrar == PROGRAM_NONE)
		return;
	targets = program_targets(f->program, r->registrar, value);
	for (size_t i = 0; i < targets->n && targets->n <= MOST_FUNCTIONS; i++)
		add_entry(f, r, targets->functions[i], MIN(targets->confidence, CONFIDENCE_MEDIUM));
}

static const struct entry_rule *rule_of_member(const struct entry_finder *f, term_id place)
{
	struct term term = term_at(f->program->terms, place);
	uint64_t key = (uint64_t)term.a << 32 | term.b;

	return term.kind == EXPR_FIELD ? g_hash_table_lookup(f->members, &key) : NULL;
}

static void visit_initialisers(struct entry_finder *f, uint32_t number)
{
	const struct unit *unit = &f->program->units[number];

	for (uint32_t i = 0; i < unit->facts->n_inits; i++) {
		const struct fact_init *init = &unit->facts->inits[i];
		struct registration r = { PROGRAM_NONE,
					  number,
					  init->loc,
					  rule_of_member(f, unit->terms[init->lhs]),
					  0,
					  false };

		for (; r.rule; r.rule = r.rule->next) {
			r.in_reader = false;
			r.situations = entry_flags_of_init(f->s, number, r.rule, i, &r.in_reader);
			register_value(f, &r, unit->terms[init->rhs]);
		}
	}
}

static void visit_arguments(struct entry_finder *f, struct registration r,
			    const struct fact_step *step, const struct function_rules *said)
{
	const struct unit *unit = &f->program->units[r.unit];

	for (r.rule = said->entry_arguments; r.rule; r.rule = r.rule->next) {
		if ((uint32_t)r.rule->arg >= step->n_args)
			continue;
		r.situations = entry_flags_of_call(f->program, unit, r.rule, step);
		register_value(f, &r, unit->terms[unit->facts->args[step->args + r.rule->arg]]);
	}
}

static void visit_helper(struct entry_finder *f, struct registration r,
			 const struct fact_step *step, uint32_t callee)
{
	const struct unit *unit = &f->program->units[r.unit];
	guint n = f->handed->len;

	if (!g_hash_table_contains(f->helpers, GUINT_TO_POINTER(callee + 1)))
		return;
	for (guint i = f->first_new; i < n; i++) {
		struct handed handed = g_array_index(f->handed, struct handed, i);

		if (handed.function != callee || handed.arg >= step->n_args)
			continue;
		r.rule = handed.rule;
		r.situations = handed.situations;
		register_value(f, &r, unit->terms[unit->facts->args[step->args + handed.arg]]);
	}
}

static void visit_member(struct entry_finder *f, struct registration r,
			 const struct fact_step *step)
{
	const struct unit *unit = &f->program->units[r.unit];
	term_id member = unit->terms[step->lhs];

	r.rule = rule_of_member(f, member);
	for (; r.rule; r.rule = r.rule->next) {
		r.situations =
			entry_flags_of_member(f->program, f->flags, r.rule, r.registrar, member);
		register_value(f, &r, unit->terms[step->rhs]);
	}
}

static void visit_step(struct entry_finder *f, uint32_t function, const struct fact_step *step,
		       bool first_round)
{
	const struct program *program = f->program;
	uint32_t number = program->functions[function].unit;
	const struct unit *unit = &program->units[number];
	struct registration r = { function, number, step->loc, NULL, 0, false };
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);

	if (step->kind == STEP_ASSIGN && first_round) {
		visit_member(f, r, step);
	} else if (step->kind == STEP_CALL && callee.kind == EXPR_FUNC) {
		if (first_round)
			visit_arguments(f, r, step, program->symbols[callee.a].said);
		else
			visit_helper(f, r, step, program_callee(program, number, callee.a));
	}
}

/* All of them; in later rounds the @callers of what was handed something on to. */
static void visit_functions(struct entry_finder *f, const bool *callers)
{
	for (uint32_t i = 0; i < f->program->n_functions; i++) {
		const struct function *function = &f->program->functions[i];
		const struct facts *facts = f->program->units[function->unit].facts;

		for (uint32_t b = 0; b < function->facts->n_blocks && (!callers || callers[i]);
		     b++) {
			const struct fact_block *block =
				&facts->blocks[function->facts->blocks + b];

			for (uint32_t s = 0; s < block->n_steps; s++)
				visit_step(f, i, &facts->steps[block->steps + s], !callers);
		}
	}
}

static void visit_callers_of_helpers(struct entry_finder *f)
{
	for (int round = 0; f->first_new < f->handed->len && round < MOST_HANDED_ON; round++) {
		g_autofree bool *callers = g_new0(bool, f->program->n_functions + 1);
		guint n = f->handed->len;

		g_hash_table_remove_all(f->helpers);
		for (guint i = f->first_new; i < n; i++) {
			uint32_t helper = g_array_index(f->handed, struct handed, i).function;

			g_hash_table_add(f->helpers, GUINT_TO_POINTER(helper + 1));
			program_mark_callers(f->program, helper, callers);
		}
		visit_functions(f, callers);
		f->first_new = n;
	}
}

static const struct entry_rule *rule_of_name(const struct entry_finder *f, const char *name)
{
	const struct rules *rules = f->program->rules;
	const struct entry_rule *rule = g_hash_table_lookup(rules->entry_functions, name);
	size_t length = strlen(name);

	for (guint i = 0; !rule && i < f->patterns->len; i++)
		if (g_pattern_match(f->patterns->pdata[i], length, name, NULL))
			rule = rules->entry_patterns->pdata[i];
	return rule;
}

static void visit_names(struct entry_finder *f)
{
	for (uint32_t i = 0; i < f->program->n_functions; i++) {
		const struct function *function = &f->program->functions[i];
		struct registration r = { PROGRAM_NONE,
					  function->unit,
					  function->facts->loc,
					  rule_of_name(f, function_name(f->program, i)),
					  0,
					  false };

		r.situations = r.rule ? r.rule->situations : 0;
		if (r.rule)
			add_entry(f, &r, i, CONFIDENCE_HIGH);
	}
}

static void free_pattern(gpointer pattern)
{
	g_pattern_spec_free(pattern);
}

static GPtrArray *compile_patterns(const struct rules *rules)
{
	GPtrArray *patterns = g_ptr_array_new_with_free_func(free_pattern);

	for (guint i = 0; i < rules->entry_patterns->len; i++) {
		const struct entry_rule *rule = rules->entry_patterns->pdata[i];

		g_ptr_array_add(patterns, g_pattern_spec_new(rule->name));
	}
	return patterns;
}

GArray *entries_find(const struct summaries *summaries)
{
	struct entry_finder f = { .s = summaries, .program = summaries->program };

	f.entries = g_array_new(FALSE, FALSE, sizeof(struct context_entry));
	f.handed = g_array_new(FALSE, FALSE, sizeof(struct handed));
	f.known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	f.helpers = g_hash_table_new(NULL, NULL);
	f.flags = entry_flags_find(f.program);
	f.members = program_by_member(f.program, f.program->rules->entry_members);
	f.patterns = compile_patterns(f.program->rules);
	for (uint32_t u = 0; u < f.program->n_units; u++)
		visit_initialisers(&f, u);
	visit_names(&f);
	visit_functions(&f, NULL);
	visit_callers_of_helpers(&f);
	g_array_unref(f.handed);
	g_hash_table_unref(f.known);
	g_hash_table_unref(f.helpers);
	g_hash_table_unref(f.flags);
	g_hash_table_unref(f.members);
	g_ptr_array_unref(f.patterns);
	return f.entries;
}
