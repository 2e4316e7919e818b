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
 * Not a finding: what nobody is known to call, and what is called through pointers of which nothing
 * is known; where preemption, softirqs or interrupts are off, which is a reader since Linux 4.20;
 * code of the boot.
 */
#include "check/chain_p.h"
#include "check/rcu_p.h"
#include "summary/context.h"

/* Ways up from one place: more are not followed. */
#define MOST_NODES 400

/* A function that the place is come to from, with what it wants still wanting. */
struct node {
	uint32_t function;
	uint32_t below; /* the node that it calls; UINT32_MAX: the place is in it */
	const struct summary_call *call;
	struct requirement conditions; /* under which it comes to the place */
	int confidence;		       /* of the calls down to there */
	bool locked;		       /* some lock is held on the way down */
};

struct way_up {
	const struct check_input *in;
	const struct rcu_sites *sites;
	const struct rcu_report *report;
	struct rcu_wanted wanted;
	GArray *nodes; /* struct node, breadth first */
	GHashTable *seen;
	struct arena *scratch;
};

struct question {
	const struct check_input *in;
	const struct rcu_sites *sites;
	GHashTable *shielded; /* functions that some unsure caller calls inside a reader or lock */
	GHashTable *reported; /* root and place's function, packed */
	struct arena *scratch;
};

static bool is_reader(const struct held_lock *held)
{
	return held->kind == LOCK_RCU || held->kind == LOCK_RCU_TRACE || held->kind == LOCK_SRCU;
}

static bool has_class(const struct rcu_wanted *wanted, const struct held_lock *held)
{
	for (uint32_t i = 0; i < wanted->n; i++)
		if (wanted->classes[i] == held->class_string && !is_reader(held))
			return true;
	return false;
}

/* A reader of whatever flavour: which one is another rule's question. */
static bool is_wanted(const struct rcu_wanted *wanted, const struct held_lock *held)
{
	if (wanted->wants_reader &&
	    (is_reader(held) || lock_kind_wait(held->kind) == LOCK_WAIT_SPIN ||
	     lock_kind_wait(held->kind) == LOCK_WAIT_SPIN_RT))
		return true;
	return has_class(wanted, held);
}

/* Only a task with nothing switched off is none. */
static bool is_reader_by_context(const struct exec_context *exec)
{
	exec_set now = exec_now(EXEC_BIT(TASK), exec, false);

	return !(now & EXEC_BIT(TASK));
}

static bool is_answered(const struct rcu_wanted *wanted, const struct call_event *event)
{
	for (uint32_t i = 0; i < event->held->n; i++)
		if (is_wanted(wanted, &event->held->locks[i]))
			return true;
	return wanted->wants_reader && is_reader_by_context(&event->exec);
}

static bool is_locked(const struct call_event *event)
{
	for (uint32_t i = 0; i < event->held->n; i++)
		if (!is_reader(&event->held->locks[i]))
			return true;
	return false;
}

/* --- up the calls ---------------------------------------------------------------------------- */

static void add_node(struct way_up *way, const struct node *node)
{
	gpointer key = GUINT_TO_POINTER(node->function + 1);

	if (way->nodes->len == MOST_NODES || g_hash_table_contains(way->seen, key))
		return;
	g_hash_table_add(way->seen, key);
	g_array_append_vals(way->nodes, node, 1);
}

static void begin(struct way_up *way)
{
	uint32_t function = way->report->function;
	const struct flow_result *flow = way->in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++) {
		const struct call_event *event = &flow->calls[i];
		struct node node = { .function = function,
				     .below = UINT32_MAX,
				     .confidence = CONFIDENCE_HIGH,
				     .locked = is_locked(event) };

		if (event->where.block != way->report->where.block ||
		    event->where.step != way->report->where.step ||
		    is_answered(&way->wanted, event))
			continue;
		node.conditions = (struct requirement){ .function = PROGRAM_NONE,
							.n_conditions = event->n_conditions,
							.conditions = event->conditions };
		add_node(way, &node);
	}
}

/* What a callback is called with, the function that calls it knows. */
static void add_callers(struct way_up *way, uint32_t number)
{
	struct node below = g_array_index(way->nodes, struct node, number);
	uint32_t n;
	const struct rcu_caller *callers = rcu_callers(way->sites, below.function, &n);

	for (uint32_t i = 0; i < n; i++) {
		const struct call_event *event = callers[i].call->event;
		struct node node = { .function = callers[i].function,
				     .below = number,
				     .call = callers[i].call,
				     .confidence =
					     MIN(below.confidence, callers[i].call->confidence),
				     .locked = below.locked || is_locked(event) };

		if (callers[i].call->is_callback || is_answered(&way->wanted, event) ||
		    !summary_lift(way->in->summaries, event, &below.conditions, way->scratch,
				  &node.conditions))
			continue;
		add_node(way, &node);
	}
}

static const struct context_entry *entry_of(const struct check_input *in, uint32_t function)
{
	const struct contexts *contexts = in->summaries->contexts;
	const struct context_hop *first;
	const struct context_entry *entry = NULL;
	GArray *chain;

	if (!(contexts_of(contexts, function, CONFIDENCE_MEDIUM) & EXEC_BIT(TASK)))
		return NULL;
	chain = contexts_chain(contexts, function, SITUATION_TASK);
	first = &g_array_index(chain, struct context_hop, 0);
	if (chain->len && first->function == function)
		entry = first->entry;
	g_array_unref(chain);
	return entry;
}

static bool is_at_boot(const struct question *q, uint32_t function)
{
	return q->in->program->functions[function].facts->flags & FUNCTION_INIT;
}

/*
 * A lock that the function takes on other ways, it knows of: if (needs_rtnl) rtnl_lock(). What is
 * tested in between may well be the same.
 */
static bool takes_wanted(const struct way_up *way, uint32_t function)
{
	const struct flow_result *flow = way->in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++)
		for (uint32_t l = 0; l < flow->calls[i].held->n; l++)
			if (has_class(&way->wanted, &flow->calls[i].held->locks[l]))
				return true;
	return false;
}

/*
 * Whether one of the wanted locks may be held around what @root is called from, through pointers,
 * too: how it is registered does not tell which locks its callers hold.
 */
static bool may_be_locked(const struct way_up *way, uint32_t root)
{
	g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	g_array_append_val(queue, root);
	for (guint i = 0; i < queue->len && queue->len < MOST_NODES; i++) {
		uint32_t n, function = g_array_index(queue, uint32_t, i);
		const struct rcu_caller *callers = rcu_all_callers(way->sites, function, &n);

		if (!g_hash_table_add(seen, GUINT_TO_POINTER(function + 1)))
			continue;
		if (i && takes_wanted(way, function))
			return true;
		for (uint32_t c = 0; c < n && n < MOST_NODES; c++)
			g_array_append_val(queue, callers[c].function);
	}
	return false;
}

/* Whether it is known how the function is entered, and that nothing is around it then. */
static bool is_root(const struct question *q, uint32_t function)
{
	gpointer key = GUINT_TO_POINTER(function + 1);
	const struct context_entry *entry;

	if (g_hash_table_contains(q->shielded, key) ||
	    g_hash_table_contains(q->sites->inside, key) ||
	    g_hash_table_contains(q->sites->quiet, key))
		return false;
	entry = entry_of(q->in, function);
	return entry && entry->rule;
}

/* The first way up that ends where the code is entered, or UINT32_MAX. */
static uint32_t find_root(const struct question *q, struct way_up *way)
{
	begin(way);
	for (guint i = 0; i < way->nodes->len; i++) {
		const struct node *node = &g_array_index(way->nodes, struct node, i);

		if (is_at_boot(q, node->function) || takes_wanted(way, node->function))
			continue;
		if (is_root(q, node->function) && !may_be_locked(way, node->function))
			return i;
		add_callers(way, i);
	}
	return UINT32_MAX;
}

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

	if (pointer)
		return program_string(in->program, pointer);
	if (walk.head.kind == LIST_NAMED)
		return program_string(in->program, walk.head.name);
	return walk.element ? program_string(in->program, walk.element) : "RCU-protected data";
}

static struct chain chain_down(const struct way_up *way, uint32_t root, const char *data)
{
	const struct check_input *in = way->in;
	struct chain chain = chain_new(in);
	const struct node *node = &g_array_index(way->nodes, struct node, root);

	chain_add_function(&chain, node->function, "entry",
			   arena_printf(in->arena, "is entered by a task: %s",
					entry_of(in, node->function)->rule->doc));
	while (node->below != UINT32_MAX) {
		const struct node *below = &g_array_index(way->nodes, struct node, node->below);

		chain_add_point(&chain, node->function, node->call->event->where,
				node->call->why ? "indirect" : "call",
				arena_printf(in->arena, "calls %s()",
					     function_name(in->program, below->function)));
		node = below;
	}
	chain_add_point(&chain, way->report->function, way->report->where, "read",
			arena_printf(in->arena, "reads %s", data));
	return chain;
}

static void report(const struct question *q, const struct way_up *way, uint32_t root)
{
	const struct check_input *in = q->in;
	const struct node *node = &g_array_index(way->nodes, struct node, root);
	const char *data = data_text(q->sites, way->report);
	struct chain chain = chain_down(way, root, data);
	struct finding *f = finding_new(in, RULE_RCU_READER_MISSING,
					node->locked ? CONFIDENCE_LOW : node->confidence);

	f->message = arena_printf(in->arena, "%s is read %s: %s() comes here so", data,
				  missing_text(in, &way->wanted),
				  function_name(in->program, node->function));
	chain_give(&chain, f);
	f->location = chain.steps[chain.n - 1];
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

static bool was_reported(const struct question *q, uint32_t root, uint32_t function)
{
	uint64_t key = (uint64_t)root << 32 | function;

	if (g_hash_table_contains(q->reported, &key))
		return true;
	g_hash_table_add(q->reported, g_memdup2(&key, sizeof(key)));
	return false;
}

static void judge(const struct question *q, const struct rcu_report *place)
{
	struct way_up way = { .in = q->in, .sites = q->sites, .report = place };
	uint32_t root;

	way.wanted = rcu_wanted_at(q->sites, place->function, place->where);
	if (way.wanted.is_open)
		return;
	way.scratch = q->scratch;
	way.nodes = g_array_new(FALSE, FALSE, sizeof(struct node));
	way.seen = g_hash_table_new(NULL, NULL);
	root = find_root(q, &way);
	if (root != UINT32_MAX &&
	    !was_reported(q, g_array_index(way.nodes, struct node, root).function, place->function))
		report(q, &way, root);
	g_array_unref(way.nodes);
	g_hash_table_unref(way.seen);
	arena_reset(q->scratch);
}

/* Functions that are called, maybe, with a reader or a lock around. */
static void find_shielded(const struct question *q)
{
	for (uint32_t f = 0; f < q->in->program->n_functions; f++) {
		const struct function_summary *summary = &q->in->summaries->functions[f];

		for (uint32_t i = 0; i < summary->n_calls; i++) {
			const struct summary_call *call = &summary->calls[i];

			if (call->confidence == CONFIDENCE_LOW &&
			    (call->event->held->n || is_reader_by_context(&call->event->exec)))
				g_hash_table_add(q->shielded, GUINT_TO_POINTER(call->callee + 1));
		}
	}
}

static void run(const struct check_input *in)
{
	struct question q = { .in = in, .sites = in->rcu };

	q.shielded = g_hash_table_new(NULL, NULL);
	q.reported = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	q.scratch = arena_new("readers");
	find_shielded(&q);
	for (guint i = 0; i < in->rcu->reports->len; i++)
		judge(&q, &g_array_index(in->rcu->reports, struct rcu_report, i));
	g_hash_table_unref(q.shielded);
	g_hash_table_unref(q.reported);
	arena_free(q.scratch);
}

const struct check check_rcu_reader = { .name = "rcu_reader", .run = run };
