/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_usage.c - RCU where reading does not dominate
 *
 * How often code runs, nobody sees in it; but a pointer or list that many functions change under
 * RCU and that next to none reads is worth a second thought. Sites in __init and __exit code, in
 * callbacks and after grace periods do not count.
 */
#include "check/chain_p.h"
#include "check/rcu_p.h"

/* So many functions change it, and so many times as many as read it. */
#define LEAST_UPDATERS 6
#define TIMES_READERS 3

struct usage {
	GHashTable *updaters, *readers; /* functions + 1 */
	uint32_t function;		/* the first that changes it */
	struct flow_point where;
};

struct usages {
	const struct check_input *in;
	GHashTable *by_name; /* program string -> struct usage */
	GArray *names;	     /* in the order first seen */
};

static void free_usage(gpointer data)
{
	struct usage *usage = data;

	g_hash_table_unref(usage->updaters);
	g_hash_table_unref(usage->readers);
	g_free(usage);
}

static struct usage *usage_of(struct usages *u, uint32_t name)
{
	struct usage *usage = g_hash_table_lookup(u->by_name, GUINT_TO_POINTER(name));

	if (usage)
		return usage;
	usage = g_new0(struct usage, 1);
	usage->updaters = g_hash_table_new(NULL, NULL);
	usage->readers = g_hash_table_new(NULL, NULL);
	usage->function = PROGRAM_NONE;
	g_hash_table_insert(u->by_name, GUINT_TO_POINTER(name), usage);
	g_array_append_val(u->names, name);
	return usage;
}

static void add_update(struct usages *u, uint32_t name, uint32_t function, struct flow_point where)
{
	struct usage *usage;

	if (!name || rcu_is_quiet(u->in->rcu, function, where) != RCU_BUSY)
		return;
	usage = usage_of(u, name);
	g_hash_table_add(usage->updaters, GUINT_TO_POINTER(function + 1));
	if (usage->function != PROGRAM_NONE)
		return;
	usage->function = function;
	usage->where = where;
}

static void add_reader(struct usages *u, uint32_t name, uint32_t function)
{
	if (name)
		g_hash_table_add(usage_of(u, name)->readers, GUINT_TO_POINTER(function + 1));
}

static void find_pointers(struct usages *u, uint32_t function)
{
	const struct check_input *in = u->in;
	const struct flow_result *flow = in->summaries->functions[function].flow;

	for (uint32_t i = 0; flow && i < flow->n_pointers; i++) {
		const struct pointer_event *event = &flow->pointers[i];

		if (event->is_store && program_is_rcu_pointer(in->program, event->place))
			add_update(u, program_lock_class(in->program, event->place), function,
				   event->where);
	}
}

static void find_all(struct usages *u)
{
	const struct rcu_sites *sites = u->in->rcu;

	for (uint32_t f = 0; f < u->in->program->n_functions; f++)
		find_pointers(u, f);
	for (guint i = 0; i < sites->updates->len; i++) {
		const struct list_update *update =
			&g_array_index(sites->updates, struct list_update, i);

		if (update->access->is_rcu && update->access->op != RCU_INIT)
			add_update(u, update->element, update->function, update->event->where);
	}
	for (guint i = 0; i < sites->walks->len; i++) {
		const struct list_walk *walk = &g_array_index(sites->walks, struct list_walk, i);

		if (walk->is_reader)
			add_reader(u, walk->element, walk->function);
	}
	for (guint i = 0; i < sites->reports->len; i++) {
		const struct rcu_report *r = &g_array_index(sites->reports, struct rcu_report, i);

		add_reader(u, rcu_pointer_at(sites, r->function, r->loc), r->function);
	}
}

static void report(const struct usages *u, uint32_t name, const struct usage *usage)
{
	const struct check_input *in = u->in;
	struct finding *f = finding_new(in, RULE_RCU_NOT_READ_MOSTLY, CONFIDENCE_MEDIUM);
	struct chain chain = chain_new(in);
	guint updaters = g_hash_table_size(usage->updaters);
	guint readers = g_hash_table_size(usage->readers);

	chain_add_point(&chain, usage->function, usage->where, "update",
			arena_printf(in->arena, "changes %s", program_string(in->program, name)));
	f->message = arena_printf(in->arena,
				  "%s is changed by %u functions and read under RCU by %u",
				  program_string(in->program, name), updaters, readers);
	chain_give(&chain, f);
	chain_locate(&chain, f, usage->function, usage->where);
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static void run(const struct check_input *in)
{
	struct usages u = { in, g_hash_table_new_full(NULL, NULL, NULL, free_usage),
			    g_array_new(FALSE, FALSE, sizeof(uint32_t)) };

	find_all(&u);
	for (guint i = 0; i < u.names->len; i++) {
		uint32_t name = g_array_index(u.names, uint32_t, i);
		const struct usage *usage = usage_of(&u, name);
		guint updaters = g_hash_table_size(usage->updaters);
		guint readers = g_hash_table_size(usage->readers);

		if (readers && updaters >= LEAST_UPDATERS && updaters > TIMES_READERS * readers)
			report(&u, name, usage);
	}
	g_hash_table_unref(u.by_name);
	g_array_unref(u.names);
}

const struct check check_rcu_usage = { .name = "rcu_usage", .run = run };
