/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_guarded.c - a member is used without the lock that is said to guard it
 *
 *   struct pool {
 *           spinlock_t lock;
 *           int n __guarded_by(&lock);
 *   };
 *
 * clang's context analysis asks the same of each function by itself, from Linux 7.0 on, and only of
 * files that have it switched on (Documentation/dev-tools/context-analysis.rst). Asked here of all
 * ways to the place, as lock_not_held.c does: some caller may hold the lock, and then all is well.
 *
 * Not a finding: an object that this function has just made or found, or whose lock it initialises;
 * marked accesses (READ_ONCE()) are made without locks on purpose, and are no plain reads in the
 * facts.
 *
 * Limits: of reads the facts have those of pointers.
 */
#include "check/rcu_way_p.h"

/* Ways of so many calls, and no more, are as good as seen at a glance. */
#define SURE_CALLS 2

struct guarded {
	uint32_t function;
	const struct pointer_event *event;
	uint32_t class_string; /* of the lock */
};

/* --- what is not looked at -------------------------------------------------------------------- */

/* Whether callers know the object. */
static bool is_others(const struct program *program, term_id place)
{
	struct term term = term_at(program->terms, place);

	while (term.base)
		term = term_at(program->terms, term.base);
	return term.kind == EXPR_PARAM || term.kind == EXPR_GLOBAL;
}

static bool initialises(const struct program *program, const struct unit *unit,
			const struct fact_step *step, uint32_t class_string)
{
	struct term callee = term_at(program->terms, unit->terms[step->lhs]);
	const struct primitive *primitive = step->kind == STEP_CALL && callee.kind == EXPR_FUNC
						    ? program->symbols[callee.a].primitive
						    : NULL;

	for (size_t i = 0; primitive && i < primitive->n_effects; i++) {
		const struct effect *effect = &primitive->effects[i];
		term_id place;

		if (effect->op != EFFECT_INIT || effect->lock_arg < 0 ||
		    (uint32_t)effect->lock_arg >= step->n_args)
			continue;
		place = term_deref(
			program->terms,
			unit->terms[unit->facts->args[step->args + (uint32_t)effect->lock_arg]]);
		place = program_effect_place(program, place, effect);
		if (program_lock_class(program, program_lock_object(program, place)) ==
		    class_string)
			return true;
	}
	return false;
}

/* Whether the function makes the lock: before that nobody else can have the object. */
static bool makes_lock(const struct program *program, uint32_t function, uint32_t class_string)
{
	const struct function *f = &program->functions[function];
	const struct unit *unit = &program->units[f->unit];

	for (uint32_t b = 0; b < f->facts->n_blocks; b++) {
		const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + b];

		for (uint32_t s = 0; s < block->n_steps; s++)
			if (initialises(program, unit, &unit->facts->steps[block->steps + s],
					class_string))
				return true;
	}
	return false;
}

/* --- the finding ------------------------------------------------------------------------------ */

static const char *place_text(const struct check_input *in, const struct guarded *g)
{
	g_autoptr(GString) text = g_string_new(NULL);

	program_print_term(in->program, g->function, g->event->place, text);
	return arena_strdup(in->arena, text->str);
}

static int confidence_of(const struct rcu_node *root)
{
	int confidence = root->confidence - root->is_flagged;

	if (!root->takes_itself && root->length > SURE_CALLS)
		confidence--;
	return CLAMP(confidence, CONFIDENCE_LOW, CONFIDENCE_MEDIUM);
}

static void report(const struct rcu_ways *ways, const struct guarded *g,
		   const struct rcu_node *root)
{
	const struct check_input *in = ways->in;
	struct finding *f = finding_new(in, RULE_LOCK_NOT_HELD, confidence_of(root));
	struct held_lock lock = { .class_string = g->class_string };
	const char *what = g->event->is_store ? "changed" : "read";
	const char *place = place_text(in, g);
	struct chain chain = chain_new(in);

	rcu_way_steps(ways, root, &chain);
	chain_add_point(&chain, g->function, g->event->where, "access",
			arena_printf(in->arena, "%s is %s", place, what));
	f->message = arena_printf(in->arena, "%s is %s without %s, which guards it", place, what,
				  held_label(in, &lock));
	f->help = "take the lock around it, or mark a read that may be racy with READ_ONCE() or "
		  "data_race() and say why";
	chain_give(&chain, f);
	f->location = chain.steps[chain.n - 1];
	f->location.event = f->location.what = NULL;
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void judge(struct rcu_ways *ways, const struct guarded *g)
{
	struct rcu_wanted wanted = { .n = 1, .classes = { g->class_string } };
	const struct pointer_event *event = g->event;
	struct rcu_moment moment = RCU_MOMENT_OF(event);
	const struct rcu_node *root;

	moment.lock = event->value;
	rcu_ways_begin(ways, &wanted);
	rcu_ways_add(ways, g->function, moment);
	root = rcu_ways_next(ways);
	if (root)
		report(ways, g, root);
}

static void look_at_function(struct rcu_ways *ways, uint32_t function)
{
	const struct check_input *in = ways->in;
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_guarded; i++) {
		struct guarded g = { .function = function, .event = &flow->guarded[i] };

		g.class_string = program_lock_class(
			in->program, program_lock_object(in->program, g.event->value));
		if (g.class_string && is_others(in->program, g.event->place) &&
		    !makes_lock(in->program, function, g.class_string))
			judge(ways, &g);
	}
}

static void run(const struct check_input *in)
{
	struct rcu_ways *ways;

	if (!g_hash_table_size(in->program->guards))
		return;
	ways = rcu_ways_new(in, WANT_SAID);
	for (uint32_t f = 0; f < in->program->n_functions; f++)
		look_at_function(ways, f);
	rcu_ways_free(ways);
}

const struct check check_lock_guarded = { .name = "lock_guarded", .run = run };
