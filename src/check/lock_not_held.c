/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_not_held.c - a function that says which lock its callers hold, called without it
 *
 *   static void pool_resize(struct pool *p)
 *   {
 *           lockdep_assert_held(&p->lock);
 *
 * lockdep warns on the one way that a test comes along (include/linux/lockdep.h). Asked here of all
 * ways: of those from where it is known how the code is entered, and of functions that take the
 * lock themselves, but not around the call. __must_hold() is a promise of the callers as well; up
 * to Linux 6.19 sparse reads it and checks nothing across functions, from 7.0 on clang's context
 * analysis (Documentation/dev-tools/context-analysis.rst).
 *
 * Not a finding: an assertion among other conditions of which nothing is known, and one about a
 * lock that the function is given a pointer to.
 */
#include "check/rcu_way_p.h"

/* Where a function says that a lock is held. */
struct assertion {
	uint32_t function;
	struct flow_point where;
	bool is_annotation;  /* __must_hold(): @where is nowhere */
	bool is_conditional; /* on some ways through the function it is not said */
};

/* Ways of so many calls, and no more, are as good as seen at a glance. */
#define SURE_CALLS 2
#define MOST_CALLS 4

/* --- the finding ------------------------------------------------------------------------------ */

static const char *names_text(const struct check_input *in, const struct rcu_wanted *wanted)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (uint32_t i = 0; i < wanted->n; i++) {
		struct held_lock lock = { .class_string = wanted->classes[i] };

		g_string_append_printf(names, "%s%s", i ? " or " : "", held_label(in, &lock));
	}
	return arena_strdup(in->arena, names->str);
}

/*
 * What the code says is no guess; how it is come to from an entry may be. sparse has never checked
 * that callers keep what an annotation promises.
 */
static enum confidence confidence_of(const struct rcu_ways *ways, const struct assertion *a,
				     const struct rcu_node *root)
{
	int confidence = root->confidence - root->is_flagged - a->is_conditional;

	if (root->takes_itself)
		return (enum confidence)MAX(confidence, CONFIDENCE_LOW);
	confidence -= root->length > MOST_CALLS;
	confidence -= a->is_annotation;
	if (root->length > SURE_CALLS || ways->wanted.n > 1)
		confidence = MIN(confidence, CONFIDENCE_MEDIUM);
	return (enum confidence)MAX(confidence, CONFIDENCE_LOW);
}

/* Where the lock should be held: as far up as the user has asked about. */
static bool locate(const struct check_input *in, struct chain *chain, struct finding *f)
{
	for (size_t i = 1; i < chain->n; i++) {
		if (!step_in_scope(in, &chain->steps[i]))
			continue;
		f->location = chain->steps[i];
		f->location.event = f->location.what = NULL;
		return true;
	}
	return false;
}

static const char *message_of(const struct rcu_ways *ways, const struct assertion *a,
			      const struct rcu_node *root)
{
	const struct check_input *in = ways->in;
	const char *locks = names_text(in, &ways->wanted);
	const char *name = function_name(in->program, a->function);
	const char *from = function_name(in->program, root->function);

	if (root->below == UINT32_MAX)
		return arena_printf(in->arena, "%s() says that %s is held here, and it is not",
				    name, locks);
	if (root->length == 1)
		return arena_printf(in->arena, "%s() is called without %s, which it says is held",
				    name, locks);
	return arena_printf(in->arena,
			    "%s() is come to from %s() without %s, which it says is held", name,
			    from, locks);
}

static void report(const struct rcu_ways *ways, const struct assertion *a,
		   const struct rcu_node *root)
{
	const struct check_input *in = ways->in;
	struct finding *f = finding_new(in, RULE_LOCK_NOT_HELD, confidence_of(ways, a, root));
	const char *locks = names_text(in, &ways->wanted);
	struct chain chain = chain_new(in);

	rcu_way_steps(ways, root, &chain);
	if (a->is_annotation)
		chain_add_function(&chain, a->function, "assert",
				   arena_printf(in->arena, "is annotated: callers hold %s", locks));
	else
		chain_add_point(&chain, a->function, a->where, "assert",
				arena_printf(in->arena, "says that %s is held", locks));
	f->message = message_of(ways, a, root);
	chain_give(&chain, f);
	if (locate(in, &chain, f))
		finding_emit(in, f);
}

/* --- one assertion ---------------------------------------------------------------------------- */

struct judge {
	struct rcu_ways *ways;
	GHashTable *reported; /* from where and to which function */
};

static void judge(struct judge *j, const struct assertion *a)
{
	const struct rcu_node *root = rcu_ways_next(j->ways);
	uint64_t key;

	if (!root)
		return;
	key = (uint64_t)root->function << 32 | a->function;
	if (g_hash_table_add(j->reported, g_memdup2(&key, sizeof(key))))
		report(j->ways, a, root);
}

/* The lock that a call which asks or asserts is about, as its function sees it; or 0. */
static term_id lock_asked(const struct check_input *in, const struct primitive *primitive,
			  const struct call_event *event)
{
	for (size_t i = 0; i < primitive->n_effects; i++) {
		const struct effect *effect = &primitive->effects[i];

		if (effect->op == EFFECT_ASSERT_HELD && effect->lock_arg >= 0 &&
		    (uint32_t)effect->lock_arg < event->n_args)
			return program_lock_object(in->program,
						   term_deref(in->program->terms,
							      event->args[effect->lock_arg]));
	}
	return 0;
}

static void judge_call(struct judge *j, const struct assertion *a,
		       const struct primitive *primitive, struct rcu_wanted wanted)
{
	const struct check_input *in = j->ways->in;
	const struct flow_result *flow = in->summaries->functions[a->function].flow;

	if (wanted.is_open)
		return;
	rcu_ways_begin(j->ways, &wanted);
	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];
		struct rcu_moment moment = RCU_MOMENT_OF(event);

		if (event->where.block != a->where.block || event->where.step != a->where.step)
			continue;
		moment.lock = wanted.n == 1 ? lock_asked(in, primitive, event) : 0;
		rcu_ways_add(j->ways, a->function, moment);
	}
	judge(j, a);
}

/* --- where something is said ------------------------------------------------------------------ */

/*
 * The block where WARN_ON(debug_locks && !asked) has come out true: the value of the condition,
 * set at the same place of the source, after the last question. UINT32_MAX: it is something else.
 */
static uint32_t warning_block(const struct check_input *in, const struct unit *unit,
			      const struct fact_function *facts, uint32_t number,
			      struct fact_loc loc)
{
	const struct fact_block *block = &unit->facts->blocks[facts->blocks + number];
	int64_t value;

	for (uint32_t e = 0; e < block->n_edges && block->term == TERM_BRANCH; e++) {
		uint32_t target = unit->facts->edges[block->edges + e].block;
		const struct fact_block *to = &unit->facts->blocks[facts->blocks + target];
		const struct fact_step *first = &unit->facts->steps[to->steps];

		if (to->n_steps && first->kind == STEP_ASSIGN && same_loc(first->loc, loc) &&
		    term_is_int(in->program->terms, unit->terms[first->rhs], &value) && value == 1)
			return target;
	}
	return UINT32_MAX;
}

/*
 * Whether the function can be gone through without coming to @loc. The blocks of one macro are at
 * one place.
 */
static bool is_way_around(const struct unit *unit, const struct fact_function *facts,
			  struct fact_loc loc)
{
	const struct fact_block *blocks = &unit->facts->blocks[facts->blocks];
	g_autofree bool *seen = g_new0(bool, facts->n_blocks + 1);
	bool changed = !same_loc(blocks[0].loc, loc);

	seen[0] = changed;
	while (changed) {
		changed = false;
		for (uint32_t b = 0; b < facts->n_blocks; b++) {
			for (uint32_t e = 0; seen[b] && e < blocks[b].n_edges; e++) {
				uint32_t to = unit->facts->edges[blocks[b].edges + e].block;

				if (seen[to] || same_loc(blocks[to].loc, loc))
					continue;
				seen[to] = changed = true;
			}
		}
	}
	for (uint32_t b = 0; b < facts->n_blocks; b++)
		if (seen[b] && blocks[b].term == TERM_RETURN)
			return true;
	return false;
}

/* The primitive that asks or asserts something, called at @step; or NULL. */
static const struct primitive *asking_primitive(const struct check_input *in,
						const struct unit *unit,
						const struct fact_step *step)
{
	const struct primitive *primitive;
	struct term callee;

	if (step->kind != STEP_CALL)
		return NULL;
	callee = term_at(in->program->terms, unit->terms[step->lhs]);
	primitive = callee.kind == EXPR_FUNC ? in->program->symbols[callee.a].primitive : NULL;
	return primitive && primitive_asks(primitive) ? primitive : NULL;
}

static void look_at_step(struct judge *j, uint32_t function, struct flow_point where)
{
	const struct check_input *in = j->ways->in;
	const struct function *f = &in->program->functions[function];
	const struct unit *unit = &in->program->units[f->unit];
	const struct fact_block *block = &unit->facts->blocks[f->facts->blocks + where.block];
	const struct fact_step *step = &unit->facts->steps[block->steps + where.step];
	const struct primitive *primitive = asking_primitive(in, unit, step);
	struct assertion a = { .function = function, .where = where };
	struct flow_point warning = { 0 };

	if (!primitive)
		return;
	a.is_conditional = is_way_around(unit, f->facts, step->loc);
	if (primitive->result == RESULT_ALWAYS) {
		judge_call(j, &a, primitive, rcu_wanted_by(in->rcu, function, where));
		return;
	}
	warning.block = warning_block(in, unit, f->facts, where.block, step->loc);
	if (warning.block != UINT32_MAX)
		judge_call(j, &a, primitive, rcu_wanted_at(in->rcu, function, warning));
}

static void look_at_function(struct judge *j, uint32_t function)
{
	const struct program *program = j->ways->in->program;
	const struct function *f = &program->functions[function];
	const struct facts *facts = program->units[f->unit].facts;

	for (uint32_t b = 0; b < f->facts->n_blocks; b++)
		for (uint32_t s = 0; s < facts->blocks[f->facts->blocks + b].n_steps; s++)
			look_at_step(j, function, (struct flow_point){ b, s });
}

/* The callers of a function that says __must_hold() are asked, not its own body. */
static void look_at_annotation(struct judge *j, const struct callback *callback)
{
	static const struct held_set nothing;
	static const struct exec_context task;
	struct assertion a = { .function = callback->function, .is_annotation = true };
	struct rcu_wanted wanted = { .n = 1, .classes = { callback->class_string } };

	rcu_ways_begin(j->ways, &wanted);
	rcu_ways_add(
		j->ways, callback->function,
		(struct rcu_moment){ .held = &nothing, .exec = &task, .lock = callback->lock });
	judge(j, &a);
}

static void run(const struct check_input *in)
{
	struct judge j = {
		.ways = rcu_ways_new(in, WANT_SAID),
		.reported = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
	};

	for (uint32_t f = 0; f < in->program->n_functions; f++)
		look_at_function(&j, f);
	for (size_t i = 0; i < in->program->n_callbacks; i++)
		if (in->program->callbacks[i].is_annotated)
			look_at_annotation(&j, &in->program->callbacks[i]);
	g_hash_table_unref(j.reported);
	rcu_ways_free(j.ways);
}

const struct check check_lock_not_held = { .name = "lock_not_held", .run = run };
