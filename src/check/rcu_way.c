/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rcu_way.c - from where a place is come to without what it wants */
#include "check/rcu_way_p.h"
#include "summary/context.h"

/* Ways up from one place: more are not followed. */
#define MOST_NODES 400
/* Beyond that many calls something on the way is likely to keep it from being gone. */
#define MOST_CALLS 5
/* With a lock held, a way of more calls is likely to be kept from being gone by something. */
#define MOST_CALLS_LOCKED 3

/* A lock that an object only points to: its class does not tell which one that is. */
static bool is_pointed_to(const struct rcu_ways *ways, uint32_t class)
{
	return ways->kind == WANT_SAID && *program_string(ways->in->program, class) == '*';
}

/* What callers see of a lock that is part of something is more than what a function asserts. */
static bool has_class(const struct rcu_ways *ways, const struct held_lock *held)
{
	for (uint32_t i = 0; i < ways->wanted.n; i++) {
		uint32_t class = ways->wanted.classes[i];

		if (class == held->class_string ||
		    (is_pointed_to(ways, class) && !rcu_is_reader(held)) ||
		    (ways->kind != WANT_ASKED &&
		     program_classes_may_meet(ways->in->program, class,
					      rcu_class_of(ways->in, held))))
			return true;
	}
	return false;
}

/* A reader of whatever flavour: which one is another rule's question. */
bool rcu_is_wanted(const struct rcu_ways *ways, const struct held_lock *held)
{
	if (ways->wanted.wants_reader &&
	    (rcu_is_reader(held) || lock_kind_wait(held->kind) == LOCK_WAIT_SPIN ||
	     lock_kind_wait(held->kind) == LOCK_WAIT_SPIN_RT))
		return true;
	return has_class(ways, held);
}

/* Only a task with nothing switched off is none. */
static bool is_reader_by_context(const struct exec_context *exec)
{
	return !(exec_now(EXEC_BIT(TASK), exec, false) & EXEC_BIT(TASK));
}

static bool is_answered(const struct rcu_ways *ways, const struct held_set *held,
			const struct exec_context *exec)
{
	for (uint32_t i = 0; i < held->n; i++)
		if (rcu_is_wanted(ways, &held->locks[i]))
			return true;
	return ways->wanted.wants_reader && is_reader_by_context(exec);
}

static bool is_locked(const struct held_set *held)
{
	for (uint32_t i = 0; i < held->n; i++)
		if (!rcu_is_reader(&held->locks[i]))
			return true;
	return false;
}

/* if (flags & RCU_WALK): who has set the flag may be a reader. */
static bool is_flagged(const struct program *program, const struct predicate *conditions,
		       uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct term term = term_at(program->terms, conditions[i].term);

		if (term.kind == EXPR_BINARY && term.op == BINARY_AND)
			return true;
	}
	return false;
}

bool rcu_is_accessor(const struct check_input *in, uint32_t function)
{
	return g_str_has_suffix(function_file(in->program, function), ".h");
}

/* --- up the calls ---------------------------------------------------------------------------- */

static void add_node(struct rcu_ways *ways, const struct rcu_node *node)
{
	gpointer key = GUINT_TO_POINTER(node->function + 1);

	if (ways->nodes->len < MOST_NODES && g_hash_table_add(ways->seen, key))
		g_array_append_vals(ways->nodes, node, 1);
}

static bool is_lock_class(const struct rcu_ways *ways, uint32_t class_string)
{
	return !g_str_has_prefix(program_string(ways->in->program, class_string), "rcu_read_lock");
}

static bool is_wanted_class(const struct rcu_ways *ways, uint32_t class_string)
{
	for (uint32_t i = 0; i < ways->wanted.n; i++)
		if (ways->wanted.classes[i] == class_string)
			return is_lock_class(ways, class_string);
	return false;
}

static void find_takings(struct rcu_ways *ways)
{
	const struct summaries *s = ways->in->summaries;

	g_array_set_size(ways->takings, 0);
	for (uint32_t i = 0; i < s->n_acquisitions; i++)
		if (is_wanted_class(ways, s->acquisitions[i].class_string))
			g_array_append_val(ways->takings, i);
}

void rcu_ways_begin(struct rcu_ways *ways, const struct rcu_wanted *wanted)
{
	ways->wanted = *wanted;
	ways->next = 0;
	g_array_set_size(ways->nodes, 0);
	g_hash_table_remove_all(ways->seen);
	arena_reset(ways->scratch);
	find_takings(ways);
}

void rcu_ways_add(struct rcu_ways *ways, uint32_t function, struct rcu_moment moment)
{
	struct rcu_node node = { .function = function,
				 .below = UINT32_MAX,
				 .where = moment.where,
				 .lock = moment.lock,
				 .confidence = CONFIDENCE_HIGH,
				 .is_locked = is_locked(moment.held),
				 .is_flagged = is_flagged(ways->in->program, moment.conditions,
							  moment.n_conditions) };

	if (is_answered(ways, moment.held, moment.exec))
		return;
	node.conditions = (struct requirement){ .function = PROGRAM_NONE,
						.n_conditions = moment.n_conditions,
						.conditions = moment.conditions };
	add_node(ways, &node);
}

/* What a callback is called with, the function that calls it knows. */
static void add_callers(struct rcu_ways *ways, uint32_t number)
{
	struct rcu_node below = g_array_index(ways->nodes, struct rcu_node, number);
	uint32_t n;
	const struct rcu_caller *callers = rcu_callers(ways->sites, below.function, &n);

	for (uint32_t i = 0; i < n; i++) {
		const struct summary_call *call = callers[i].call;
		const struct call_event *event = call->event;
		struct rcu_node node = {
			.function = callers[i].function,
			.below = number,
			.call = call,
			.where = event->where,
			.lock = summary_translate(ways->in->program, event, below.lock),
			.confidence = MIN(below.confidence, call->confidence),
			.length = below.length + !rcu_is_accessor(ways->in, below.function),
			.is_locked = below.is_locked || is_locked(event->held),
			.is_flagged = below.is_flagged ||
				      is_flagged(ways->in->program, event->conditions,
						 event->n_conditions),
		};

		if (!call->is_callback && !is_answered(ways, event->held, &event->exec) &&
		    summary_lift(ways->in->summaries, event, &below.conditions, ways->scratch,
				 &node.conditions))
			add_node(ways, &node);
	}
}

/* --- what may be there, as far as one can see ------------------------------------------------ */

/* Whether a call of @function may take one of the wanted locks. */
static bool may_take(const struct rcu_ways *ways, uint32_t function)
{
	const struct acquisition_set *taken = ways->in->summaries->reach[CONFIDENCE_HIGH][function];

	for (guint i = 0; i < ways->takings->len; i++)
		if (acquisition_set_has(taken, g_array_index(ways->takings, uint32_t, i)))
			return true;
	return false;
}

static bool has_wanted(const struct rcu_ways *ways, const struct held_lock *locks, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (has_class(ways, &locks[i]) && is_lock_class(ways, locks[i].class_string))
			return true;
	return false;
}

/* Whether @function itself takes one of the wanted locks, for its callers or for itself. */
static bool takes_here(const struct rcu_ways *ways, uint32_t function)
{
	const struct flow_result *flow = ways->in->summaries->functions[function].flow;

	for (uint32_t i = 0; flow && i < flow->n_acquires; i++)
		if (has_wanted(ways, &flow->acquires[i].lock, 1))
			return true;
	return false;
}

static bool calls(const struct rcu_ways *ways, uint32_t function, uint32_t callee)
{
	const struct function_summary *summary = &ways->in->summaries->functions[function];

	for (uint32_t i = 0; i < summary->n_calls; i++)
		if (summary->calls[i].callee == callee)
			return true;
	return false;
}

/*
 * Where a reader serves as well, who takes the lock far down may be code that has nothing to do
 * with what is read: whoever sends a packet comes to all drivers' locks. And of what others hold by
 * habit only those say something that come to the change themselves: who calls both x_del() and
 * __x_del() knows when the lock is held.
 */
static bool is_taker(const struct rcu_ways *ways, uint32_t function, uint32_t below)
{
	if (ways->kind == WANT_HABIT && below != PROGRAM_NONE && !calls(ways, function, below))
		return false;
	return ways->wanted.wants_reader || ways->kind == WANT_HABIT ? takes_here(ways, function)
								     : may_take(ways, function);
}

static bool calls_taker(const struct rcu_ways *ways, const struct flow_result *flow, uint32_t below)
{
	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (flow->calls[i].n_targets == 1 &&
		    is_taker(ways, flow->calls[i].targets[0], below))
			return true;
	return false;
}

/*
 * A lock that the function takes on other ways, it knows of: if (needs_rtnl) rtnl_lock(). What is
 * tested in between may well be the same. And what it gives up it was given. @below is what it
 * calls on the way, PROGRAM_NONE if the way does not lead through it.
 */
static bool knows_wanted(const struct rcu_ways *ways, uint32_t function, uint32_t below)
{
	const struct flow_result *flow = ways->in->summaries->functions[function].flow;

	for (uint32_t i = 0; i < flow->n_calls; i++)
		if (has_wanted(ways, flow->calls[i].held->locks, flow->calls[i].held->n))
			return true;
	for (uint32_t i = 0; i < flow->n_outcomes; i++)
		if (has_wanted(ways, flow->outcomes[i].released, flow->outcomes[i].n_released))
			return true;
	return calls_taker(ways, flow, below);
}

/*
 * Where a reader serves as well as the lock, only those lock on behalf of what they call that are
 * near, of netlink, say; RTNL alone may be held from far up, as around a device's operations.
 */
#define MOST_DISPATCHERS 4

struct dispatcher {
	uint32_t function;
	uint32_t distance;
};

/*
 * Whether one of the wanted locks may be held around what @root is called from, through pointers,
 * too: how it is registered does not tell which locks its callers hold.
 */
static bool may_be_locked(const struct rcu_ways *ways, uint32_t root)
{
	g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(struct dispatcher));
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	struct dispatcher first = { root, 0 };
	uint32_t most = ways->wanted.wants_reader ? MOST_DISPATCHERS : UINT32_MAX;

	g_array_append_val(queue, first);
	for (guint i = 0; i < queue->len && queue->len < MOST_NODES; i++) {
		struct dispatcher d = g_array_index(queue, struct dispatcher, i);
		uint32_t n;
		const struct rcu_caller *callers = rcu_all_callers(ways->sites, d.function, &n);

		if (!g_hash_table_add(seen, GUINT_TO_POINTER(d.function + 1)))
			continue;
		if (i && knows_wanted(ways, d.function, PROGRAM_NONE))
			return true;
		for (uint32_t c = 0; c < n && n < MOST_NODES && d.distance < most; c++) {
			struct dispatcher next = { callers[c].function, d.distance + 1 };

			g_array_append_val(queue, next);
		}
	}
	return false;
}

/* --- where the code is entered --------------------------------------------------------------- */

static const struct context_entry *task_entry_of(const struct check_input *in, uint32_t function)
{
	const struct contexts *contexts = in->summaries->contexts;
	const struct context_hop *first;
	const struct context_entry *entry = NULL;
	GArray *chain;

	if (!(contexts_of(contexts, function, CONFIDENCE_MEDIUM) & EXEC_BIT(TASK)))
		return NULL;
	chain = contexts_way_chain(contexts,
				   contexts_way(contexts, function, SITUATION_TASK, NULL, 0));
	first = &g_array_index(chain, struct context_hop, 0);
	if (chain->len && first->function == function)
		entry = first->entry;
	g_array_unref(chain);
	return entry;
}

/*
 * Which locks the callers of a driver's operations hold is their business; of a lock that the code
 * asserts, only entries count that hold none, and all of those.
 */
static const struct context_entry *entry_of(const struct rcu_ways *ways, uint32_t function)
{
	if (ways->kind == WANT_SAID)
		return g_hash_table_lookup(ways->bare, GUINT_TO_POINTER(function + 1));
	return task_entry_of(ways->in, function);
}

/* Whether a lock that is wanted is held whenever the function is entered so. */
static bool is_under_wanted(const struct rcu_ways *ways, const struct entry_rule *rule)
{
	for (uint32_t i = 0; rule->under && i < ways->wanted.n; i++)
		if (g_str_equal(program_string(ways->in->program, ways->wanted.classes[i]),
				rule->under))
			return true;
	return false;
}

/* No lock serves as well as a reader. */
static bool wants_reader_only(const struct rcu_ways *ways)
{
	for (uint32_t i = 0; i < ways->wanted.n; i++)
		if (is_lock_class(ways, ways->wanted.classes[i]))
			return false;
	return ways->wanted.wants_reader;
}

/* Whether some unsure caller has a lock that will do, as far as one can see. */
static bool may_be_under_lock(const struct rcu_ways *ways, uint32_t function)
{
	return g_hash_table_contains(ways->locked, GUINT_TO_POINTER(function + 1));
}

/* Whether some caller may be a reader, or hold a lock that will do. */
static bool may_be_answered(const struct rcu_ways *ways, uint32_t function)
{
	gpointer key = GUINT_TO_POINTER(function + 1);

	return g_hash_table_contains(ways->shielded, key) ||
	       (may_be_under_lock(ways, function) && !wants_reader_only(ways)) ||
	       g_hash_table_contains(ways->sites->inside, key);
}

/* Whether it is known how the function is entered, and that nothing is around it then. */
static bool is_root(const struct rcu_ways *ways, uint32_t function)
{
	gpointer key = GUINT_TO_POINTER(function + 1);
	const struct context_entry *entry;

	if (g_hash_table_contains(ways->sites->quiet, key) ||
	    (ways->kind != WANT_HABIT && may_be_answered(ways, function)))
		return false;
	entry = entry_of(ways, function);
	return entry && entry->rule && !is_under_wanted(ways, entry->rule);
}

static bool is_at_boot(const struct rcu_ways *ways, uint32_t function)
{
	return ways->in->program->functions[function].facts->flags & FUNCTION_INIT;
}

/* What the node calls on the way; the place itself counts as what its function calls. */
static uint32_t below_of(const struct rcu_ways *ways, const struct rcu_node *node)
{
	return node->below == UINT32_MAX
		       ? node->function
		       : g_array_index(ways->nodes, struct rcu_node, node->below).function;
}

const struct rcu_node *rcu_ways_next(struct rcu_ways *ways)
{
	while (ways->next < ways->nodes->len) {
		guint i = ways->next++;
		struct rcu_node *node = &g_array_index(ways->nodes, struct rcu_node, i);
		uint32_t function = node->function;

		if (is_at_boot(ways, function))
			continue;
		if (ways->kind == WANT_SAID && rcu_takes_itself(ways, node))
			return node;
		if (knows_wanted(ways, function, below_of(ways, node)))
			continue;
		if (is_root(ways, function) && !may_be_locked(ways, function)) {
			node->is_locked |= may_be_under_lock(ways, function);
			return node;
		}
		add_callers(ways, i);
	}
	return NULL;
}

/* A lock that nobody asks for may be the one that counts all the same. */
enum confidence rcu_way_confidence(const struct rcu_ways *ways, const struct rcu_node *root)
{
	int confidence = root->confidence - root->is_flagged - (root->length > MOST_CALLS);

	if (root->is_locked)
		return CONFIDENCE_LOW;
	if (!ways->wanted.wants_reader && !ways->wanted.wants_srcu)
		confidence = MIN(confidence, CONFIDENCE_MEDIUM);
	return (enum confidence)MAX(confidence, CONFIDENCE_LOW);
}

enum confidence rcu_way_locked_confidence(const struct rcu_node *root)
{
	bool sure = root->confidence == CONFIDENCE_HIGH && !root->is_flagged &&
		    root->length <= MOST_CALLS_LOCKED;

	return sure ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW;
}

const struct rcu_node *rcu_way_steps(const struct rcu_ways *ways, const struct rcu_node *root,
				     struct chain *chain)
{
	const struct check_input *in = ways->in;
	const struct rcu_node *node = root;
	struct held_lock wanted = { .class_string = ways->wanted.classes[0] };

	if (root->takes_itself)
		chain_add_point(chain, root->function, root->taken, "acquire",
				arena_printf(in->arena, "takes %s, but not around what follows",
					     held_label(in, &wanted)));
	else
		chain_add_function(chain, root->function, "entry",
				   arena_printf(in->arena, "is entered %s: %s",
						ways->kind == WANT_SAID ? "with no lock held"
									: "by a task",
						entry_of(ways, root->function)->rule->doc));
	while (node->below != UINT32_MAX) {
		const struct rcu_node *below =
			&g_array_index(ways->nodes, struct rcu_node, node->below);

		chain_add_point(chain, node->function, node->call->event->where,
				node->call->why ? "indirect" : "call",
				arena_printf(in->arena, "calls %s()",
					     function_name(in->program, below->function)));
		node = below;
	}
	return node;
}

/* --- life cycle ------------------------------------------------------------------------------ */

/* Functions that are called, maybe, with a reader around, or with a lock that they may rely on. */
static void find_shielded(const struct rcu_ways *ways)
{
	for (uint32_t f = 0; f < ways->in->program->n_functions; f++) {
		const struct function_summary *summary = &ways->in->summaries->functions[f];

		for (uint32_t i = 0; i < summary->n_calls; i++) {
			const struct summary_call *call = &summary->calls[i];
			gpointer key = GUINT_TO_POINTER(call->callee + 1);

			if (call->confidence != CONFIDENCE_LOW)
				continue;
			if (rcu_holds_reader(call->event->held) ||
			    is_reader_by_context(&call->event->exec))
				g_hash_table_add(ways->shielded, key);
			else if (rcu_knows_any(ways->sites, call->callee, call->event->held))
				g_hash_table_add(ways->locked, key);
		}
	}
}

static void find_bare(const struct rcu_ways *ways)
{
	size_t n;
	const struct context_entry *entries = contexts_entries(ways->in->summaries->contexts, &n);

	for (size_t i = 0; i < n; i++)
		if (entries[i].rule && entries[i].rule->ends &&
		    entries[i].confidence >= CONFIDENCE_MEDIUM)
			g_hash_table_insert(ways->bare, GUINT_TO_POINTER(entries[i].function + 1),
					    (gpointer)&entries[i]);
}

struct rcu_ways *rcu_ways_new(const struct check_input *in, enum rcu_want_kind kind)
{
	struct rcu_ways *ways = g_new0(struct rcu_ways, 1);

	ways->in = in;
	ways->sites = in->rcu;
	ways->shielded = g_hash_table_new(NULL, NULL);
	ways->locked = g_hash_table_new(NULL, NULL);
	ways->scratch = arena_new("ways");
	ways->nodes = g_array_new(FALSE, FALSE, sizeof(struct rcu_node));
	ways->takings = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	ways->seen = g_hash_table_new(NULL, NULL);
	ways->bare = g_hash_table_new(NULL, NULL);
	ways->kind = kind;
	if (kind == WANT_SAID)
		find_bare(ways);
	find_shielded(ways);
	return ways;
}

void rcu_ways_free(struct rcu_ways *ways)
{
	g_hash_table_unref(ways->shielded);
	g_hash_table_unref(ways->locked);
	g_hash_table_unref(ways->seen);
	g_hash_table_unref(ways->bare);
	g_array_unref(ways->nodes);
	g_array_unref(ways->takings);
	arena_free(ways->scratch);
	g_free(ways);
}
