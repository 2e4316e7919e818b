/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_reader.c - RCU-protected data read with no reader and no lock
 *
 *   CPU0                          CPU1
 *   p = rcu_dereference(x->p)
 *                                 rcu_assign_pointer(x->p, NULL)
 *                                 synchronize_rcu()   <- nobody to wait for
 *                                 kfree(p)
 *   use(p)
 *
 * rcu_dereference(), the _rcu iterators and their kin ask at run time for a reader or for one of
 * the locks that they are given: see rcu_wanted.c. Asked here of all ways on which the code is come
 * to, from where it is known how it is entered.
 *
 * list_first_or_null_rcu() and others that read links under RCU and ask for nothing want what
 * updaters hold, or a reader: see rcu_unasked.c.
 *
 * Not a finding: what nobody is known to call, and what is called through pointers of which nothing
 * is known; where preemption, softirqs or interrupts are off, which is a reader since Linux 4.20;
 * code of the boot.
 */
#include "check/rcu_way_p.h"

/* Ways to an accessor of a header that are looked at; of other places the nearest one is. */
#define MOST_READERS 400

/* --- the finding ----------------------------------------------------------------------------- */

/* Locks by their names; readers have no other than their class. */
static void add_locks(const struct check_input *in, const struct rcu_wanted *wanted, GString *text)
{
	for (uint32_t i = 0; i < wanted->n; i++) {
		const char *name = program_string(in->program, wanted->classes[i]);

		if (!wanted->wants_reader || !g_str_has_prefix(name, "rcu_read_lock"))
			g_string_append_printf(text, "%s%s", text->len ? ", " : "", name);
	}
}

static const char *missing_text(const struct check_input *in, const struct rcu_wanted *wanted)
{
	g_autoptr(GString) locks = g_string_new(NULL);

	add_locks(in, wanted, locks);
	if (!wanted->wants_reader)
		return arena_printf(in->arena, "without %s", locks->str);
	if (!locks->len)
		return "outside of any RCU reader";
	return arena_printf(in->arena, "outside of any RCU reader and without %s", locks->str);
}

/* What is read: the pointer, or the list that is walked. */
static const char *data_text(const struct rcu_sites *sites, const struct rcu_report *report)
{
	const struct check_input *in = sites->in;
	uint32_t pointer = rcu_pointer_at(sites, report->function, report->loc);
	struct list_walk walk = rcu_walk_at(in, report->function, report->loc);

	if (pointer &&
	    !g_hash_table_contains(in->rules->rcu_links, program_string(in->program, pointer)))
		return program_string(in->program, pointer);
	if (walk.head.kind == LIST_NAMED)
		return program_string(in->program, walk.head.name);
	return walk.element ? program_string(in->program, walk.element) : "RCU-protected data";
}

/* Nothing is ever taken out of the list: who finds an element may use it for ever. */
static bool is_add_only(const struct rcu_sites *sites, const struct rcu_report *place)
{
	struct list_walk walk = rcu_walk_at(sites->in, place->function, place->loc);
	bool added = false;

	for (guint i = 0; walk.element && i < sites->updates->len; i++) {
		const struct list_update *update =
			&g_array_index(sites->updates, struct list_update, i);

		if (update->element != walk.element || update->access->op == RCU_INIT)
			continue;
		if (update->access->op != RCU_ADD)
			return false;
		added = true;
	}
	return added;
}

/*
 * With a lock held the object may be safe, but not what the code says of it: at run time the
 * question is asked all the same, and answered with a warning. On a short way, it can be shown.
 */
static enum confidence confidence_of(const struct rcu_ways *ways, const struct rcu_report *place,
				     const struct rcu_node *root)
{
	if (is_add_only(ways->sites, place))
		return CONFIDENCE_LOW;
	return root->is_locked ? rcu_way_locked_confidence(root) : rcu_way_confidence(ways, root);
}

/* Who has forgotten the reader: the lowest function on the way that is no accessor. */
static const struct rcu_node *reader_of(const struct rcu_ways *ways, const struct rcu_node *root)
{
	const struct rcu_node *node = root, *reader = root;

	while (node->below != UINT32_MAX) {
		node = &g_array_index(ways->nodes, struct rcu_node, node->below);
		if (!rcu_is_accessor(ways->in, node->function))
			reader = node;
	}
	return reader;
}

static void report(struct rcu_ways *ways, const struct rcu_report *place,
		   const struct rcu_node *root, const struct rcu_node *reader)
{
	const struct check_input *in = ways->in;
	const char *data = data_text(ways->sites, place);
	struct chain chain = chain_new(in);
	struct finding *f =
		finding_new(in, RULE_RCU_READER_MISSING, confidence_of(ways, place, root));

	if (root->is_locked)
		f->severity = SEVERITY_NOTE;
	rcu_way_steps(ways, root, &chain);
	chain_add_point(&chain, place->function, place->where, "read",
			arena_printf(in->arena, "reads %s", data));
	f->message = arena_printf(in->arena, "%s is read %s: %s() comes here so", data,
				  missing_text(in, &ways->wanted),
				  function_name(in->program, root->function));
	chain_give(&chain, f);
	chain_locate(&chain, f, reader->function, reader->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

/* One finding for a function that reads and one from where it is come to; of accessors one. */
static bool was_reported(GHashTable *reported, uint32_t root, uint32_t function)
{
	uint64_t key = (uint64_t)root << 32 | function;

	if (g_hash_table_contains(reported, &key))
		return true;
	g_hash_table_add(reported, g_memdup2(&key, sizeof(key)));
	return false;
}

static void report_once(struct rcu_ways *ways, const struct rcu_report *place,
			const struct rcu_node *root, GHashTable *reported)
{
	const struct rcu_node *reader = reader_of(ways, root);
	uint32_t from = rcu_is_accessor(ways->in, place->function) ? PROGRAM_NONE : root->function;

	if ((int)confidence_of(ways, place, root) < ways->in->options->least)
		return;
	if (!was_reported(reported, from, reader->function))
		report(ways, place, root, reader);
}

static void add_moment(struct rcu_ways *ways, const struct rcu_report *place,
		       struct rcu_moment moment)
{
	if (moment.where.block == place->where.block && moment.where.step == place->where.step)
		rcu_ways_add(ways, place->function, moment);
}

static void add_moments(struct rcu_ways *ways, const struct rcu_report *place)
{
	const struct flow_result *flow = ways->in->summaries->functions[place->function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++)
		add_moment(ways, place, RCU_MOMENT_OF(&flow->calls[i]));
}

static void judge(struct rcu_ways *ways, const struct rcu_report *place, GHashTable *reported)
{
	struct rcu_wanted wanted = rcu_wanted_at(ways->sites, place->function, place->where);
	int most = rcu_is_accessor(ways->in, place->function) ? MOST_READERS : 1;
	const struct rcu_node *root;

	if (wanted.is_open)
		return;
	rcu_ways_begin(ways, &wanted);
	add_moments(ways, place);
	while (most-- > 0 && (root = rcu_ways_next(ways)))
		report_once(ways, place, root, reported);
}

/* --- what is read unasked --------------------------------------------------------------------- */

static bool is_asked(const struct rcu_sites *sites, const struct rcu_report *place)
{
	for (guint i = 0; i < sites->reports->len; i++) {
		const struct rcu_report *r = &g_array_index(sites->reports, struct rcu_report, i);

		if (r->function == place->function && same_loc(r->loc, place->loc))
			return true;
	}
	return false;
}

static void add_readings(struct rcu_ways *ways, const struct rcu_report *place)
{
	const struct flow_result *flow = ways->in->summaries->functions[place->function].flow;

	for (uint32_t i = 0; i < flow->n_pointers; i++)
		add_moment(ways, place, RCU_MOMENT_OF(&flow->pointers[i]));
}

/* Whether in another state the way goes on with a lock held: somebody may have given it up. */
static bool is_locked_else(const struct check_input *in, const struct rcu_node *node)
{
	const struct flow_result *flow = in->summaries->functions[node->function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (flow->calls[i].where.block == node->where.block &&
		    flow->calls[i].where.step == node->where.step &&
		    rcu_holds_lock(flow->calls[i].held))
			return true;
	return false;
}

/* Which lock would do is not known for certain: then none may be near. */
static bool may_be_locked(const struct rcu_ways *ways, const struct rcu_node *root)
{
	const struct rcu_node *node = root;

	while (!node->is_locked && !is_locked_else(ways->in, node) && node->below != UINT32_MAX)
		node = &g_array_index(ways->nodes, struct rcu_node, node->below);
	return node->is_locked || is_locked_else(ways->in, node);
}

static void judge_unasked(struct rcu_ways *ways, const struct rcu_report *place,
			  GHashTable *reported)
{
	struct list_walk walk = rcu_walk_at(ways->in, place->function, place->loc);
	struct rcu_wanted wanted = { 0 };
	const struct rcu_node *root;

	if (walk.element && walk.head.kind != LIST_LOCAL && !is_asked(ways->sites, place))
		wanted = rcu_wanted_unasked(ways->sites, walk.element);
	if (!wanted.n)
		return;
	rcu_ways_begin(ways, &wanted);
	add_readings(ways, place);
	root = rcu_ways_next(ways);
	if (root && !(wanted.is_open && may_be_locked(ways, root)))
		report_once(ways, place, root, reported);
}

static void look_at_links(struct rcu_ways *ways, uint32_t function, GHashTable *reported)
{
	const struct program *program = ways->in->program;
	const struct function *f = &program->functions[function];
	const struct flow_result *flow = ways->in->summaries->functions[function].flow;

	for (uint32_t i = 0; flow && i < flow->n_pointers; i++) {
		struct flow_point where = flow->pointers[i].where;

		if (!flow->pointers[i].is_store &&
		    program_is_list_link(program, flow->pointers[i].place) &&
		    program_keeps_link(program, &program->units[f->unit], f->facts, where.block,
				       where.step))
			judge_unasked(
				ways,
				&(struct rcu_report){ function, where,
						      flow_location(program, function, where) },
				reported);
	}
}

static void run(const struct check_input *in)
{
	struct rcu_ways *ways = rcu_ways_new(in, WANT_ASKED);
	g_autoptr(GHashTable)
		reported = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (guint i = 0; i < in->rcu->reports->len; i++)
		judge(ways, &g_array_index(in->rcu->reports, struct rcu_report, i), reported);
	for (uint32_t f = 0; f < in->program->n_functions; f++)
		if (in->program->functions[f].in_scope)
			look_at_links(ways, f, reported);
	rcu_ways_free(ways);
}

const struct check check_rcu_reader = { .name = "rcu_reader", .run = run };
