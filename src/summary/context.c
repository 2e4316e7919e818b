/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * context.c - situations go down the calls
 *
 * Breadth first, the surest first: what is reached over sure calls from sure entries, then what
 * else is reached over less sure ones. So each situation of a function is found by the surest way,
 * and the shortest of those, and the calls by which it was found lead back to an entry.
 *
 * Ways on which a function knows different things of its parameters are kept apart, up to some:
 * then comes one that knows nothing. A call under a condition that a way contradicts is not on it.
 */
#include "summary/context_p.h"

/* Ways into one situation of a function, but for the one that knows nothing. */
#define MOST_WAYS 6

/* How one situation of a function was found. */
struct arrival {
	uint32_t function;
	uint32_t from;	   /* the caller's arrival + 1, or 0: an entry */
	uint32_t number;   /* of the call, or of the entry */
	uint32_t next;	   /* of the same situation, found later: + 1, or 0 */
	uint8_t situation; /* of the function */
	uint8_t confidence;
	uint16_t distance;
	const struct call_event *known;
};

struct function_contexts {
	exec_set situations;
	exec_set settled; /* those with a way that knows nothing: no other one is kept any more */
	uint32_t *first;  /* per situation, once there is one: the arrival + 1 */
};

struct contexts {
	struct arena *arena;
	const struct summaries *summaries;
	GArray *entries; /* struct context_entry */
	struct function_contexts *functions;
	GArray *arrivals;	/* struct arrival; their calls are followed in that order */
	GHashTable *registered; /* function + 1: what a rule says how it is called */
	const uint32_t *asked;	/* known_find_asked() */
	struct arena *scratch;	/* of one call */
};

static struct arrival *arrival_at(const struct contexts *c, uint32_t number)
{
	return &g_array_index(c->arrivals, struct arrival, number);
}

/* What knows nothing comes to all places. */
static void arrive(struct contexts *c, struct arrival arrival)
{
	struct function_contexts *f = &c->functions[arrival.function];
	struct arrival *last = NULL;
	uint32_t n = 0;

	if (!f->first)
		f->first = arena_new_array(c->arena, uint32_t, SITUATIONS);
	f->situations |= 1u << arrival.situation;
	for (uint32_t i = f->first[arrival.situation]; i; i = last->next) {
		last = arrival_at(c, i - 1);
		if (!last->known || known_same(last->known, arrival.known))
			return;
		n++;
	}
	if (n >= MOST_WAYS)
		arrival.known = NULL;
	if (arrival.known)
		arrival.known = known_keep(arrival.known, c->arena);
	else
		f->settled |= 1u << arrival.situation;
	*(last ? &last->next : &f->first[arrival.situation]) = c->arrivals->len + 1;
	g_array_append_val(c->arrivals, arrival);
}

/* --- entries ---------------------------------------------------------------------------------- */

static void enter(struct contexts *c, enum confidence least)
{
	for (guint i = 0; i < c->entries->len; i++) {
		const struct context_entry *entry =
			&g_array_index(c->entries, struct context_entry, i);
		struct arrival arrival = { .function = entry->function,
					   .number = i,
					   .confidence = (uint8_t)entry->confidence };

		if (entry->confidence != least)
			continue;
		for (int s = 0; s < SITUATIONS; s++) {
			arrival.situation = (uint8_t)s;
			if (entry->situations & (1u << s))
				arrive(c, arrival);
		}
	}
}

/* Also on ways that were not followed: who has a caller in sight is entered as that says. */
static bool has_caller(const struct program *program, uint32_t function)
{
	const struct caller_lists *callers = &program->callers;
	uint32_t n = callers->n[function];

	return n > 1 || (n == 1 && callers->functions[callers->first[function]] != function);
}

static void mark_called(const struct contexts *c, bool *called)
{
	const struct summaries *s = c->summaries;

	for (uint32_t f = 0; f < s->program->n_functions; f++)
		called[f] = has_caller(s->program, f);
	for (uint32_t f = 0; f < s->program->n_functions; f++)
		for (uint32_t i = 0; i < s->functions[f].n_calls; i++)
			if (s->functions[f].calls[i].confidence >= CONFIDENCE_MEDIUM &&
			    s->functions[f].calls[i].callee != f)
				called[s->functions[f].calls[i].callee] = true;
	for (guint i = 0; i < c->entries->len; i++)
		called[g_array_index(c->entries, struct context_entry, i).function] = true;
}

/*
 * Functions that nobody calls: exported ones mostly, whose callers were not read. What is stored
 * somewhere that no rule knows may be called in any context, so a task is only a guess; but a
 * world's root is called by nobody else there.
 */
static enum confidence default_confidence(const struct contexts *c, uint32_t function)
{
	const struct world *world = c->summaries->world;

	if (world && world->root == function)
		return CONFIDENCE_HIGH;
	return c->summaries->program->functions[function].address_taken ? CONFIDENCE_LOW
									: CONFIDENCE_MEDIUM;
}

static void add_defaults(struct contexts *c)
{
	const struct program *program = c->summaries->program;
	g_autofree bool *called = g_new0(bool, program->n_functions + 1);

	mark_called(c, called);
	for (uint32_t f = 0; f < program->n_functions; f++) {
		const struct function *function = &program->functions[f];
		struct context_entry entry = { .function = f,
					       .situations = EXEC_BIT(TASK),
					       .confidence = default_confidence(c, f),
					       .registered = default_confidence(c, f),
					       .unit = function->unit,
					       .loc = function->facts->loc,
					       .registrar = PROGRAM_NONE };

		if (!called[f])
			g_array_append_val(c->entries, entry);
	}
}

/* --- calls ------------------------------------------------------------------------------------ */

/*
 * How a function that is registered is called through a pointer, the rule says: what calls it
 * there calls many others, each in the context of its own kind.
 */
static bool is_call(const struct contexts *c, const struct summary_call *call)
{
	return !call->event->is_implied &&
	       !(call->why &&
		 g_hash_table_contains(c->registered, GUINT_TO_POINTER(call->callee + 1)));
}

/* One step less sure where only who drops a last reference comes. */
static enum confidence confidence_of_call(const struct summary_call *call)
{
	enum confidence confidence = (enum confidence)call->confidence;

	return call->is_last && confidence > CONFIDENCE_LOW ? confidence - 1 : confidence;
}

/* The situations in which the callee is entered on the way of @from. */
static exec_set entered_by(const struct contexts *c, const struct arrival *from,
			   const struct summary_call *call)
{
	const struct call_event *event = call->event;
	enum situation now = exec_now_one((enum situation)from->situation, &event->exec,
					  held_set_spins(event->held));

	return call->is_callback ? known_invoked_in(c->summaries, call, now)
				 : (exec_set)(1u << now);
}

static bool is_possible(const struct contexts *c, const struct arrival *from,
			const struct summary_call *call)
{
	return (call->event->exec.likely & (1u << from->situation)) && is_call(c, call);
}

/* @call, number @n of its function, on the way of arrival @number. */
static void follow_call(struct contexts *c, uint32_t number, uint32_t n,
			const struct summary_call *call, enum confidence confidence)
{
	struct arrival from = *arrival_at(c, number);
	struct arrival arrival = { .function = call->callee,
				   .from = number + 1,
				   .number = n,
				   .distance = from.distance + 1 };
	exec_set entered;

	if (!is_possible(c, &from, call))
		return;
	entered = entered_by(c, &from, call) & ~c->functions[call->callee].settled;
	if (!entered || !known_allows(c->summaries, from.known, call->event->conditions,
				      call->event->n_conditions))
		return;
	arena_reset(c->scratch);
	if (call->event->exec.guessed) /* unknown flags were restored before */
		confidence = MIN(confidence, CONFIDENCE_MEDIUM);
	arrival.confidence = MIN(from.confidence, confidence);
	arrival.known = known_at_call(c->summaries, from.known, call->event, c->asked[call->callee],
				      c->scratch);
	for (int s = 0; s < SITUATIONS; s++) {
		arrival.situation = (uint8_t)s;
		if (entered & (1u << s))
			arrive(c, arrival);
	}
}

/* From the first @n_followed arrivals the surer calls were followed before. */
static void follow(struct contexts *c, guint n_followed, enum confidence least)
{
	for (guint i = 0; i < c->arrivals->len; i++) {
		const struct function_summary *function =
			&c->summaries->functions[arrival_at(c, i)->function];

		for (uint32_t n = 0; n < function->n_calls; n++) {
			enum confidence confidence = confidence_of_call(&function->calls[n]);

			if (confidence == least || (confidence > least && i >= n_followed))
				follow_call(c, i, n, &function->calls[n], confidence);
		}
	}
}

static void note_registered(struct contexts *c)
{
	for (guint i = 0; i < c->entries->len; i++)
		g_hash_table_add(
			c->registered,
			GUINT_TO_POINTER(
				g_array_index(c->entries, struct context_entry, i).function + 1));
}

struct contexts *contexts_build(const struct summaries *summaries)
{
	struct arena *arena = arena_new("contexts");
	struct contexts *c = arena_new_struct(arena, struct contexts);

	c->arena = arena;
	c->summaries = summaries;
	c->entries = entries_find(summaries);
	c->functions = arena_new_array(arena, struct function_contexts,
				       summaries->program->n_functions + 1);
	c->arrivals = g_array_new(FALSE, FALSE, sizeof(struct arrival));
	c->asked = known_find_asked(summaries, arena);
	c->scratch = arena_new("one call");
	c->registered = g_hash_table_new(NULL, NULL);
	note_registered(c);
	add_defaults(c);
	for (int least = CONFIDENCE_HIGH; least >= CONFIDENCE_LOW; least--) {
		guint n_followed = c->arrivals->len;

		enter(c, (enum confidence)least);
		follow(c, n_followed, (enum confidence)least);
	}
	return c;
}

void contexts_free(struct contexts *contexts)
{
	if (!contexts)
		return;
	g_array_unref(contexts->entries);
	g_array_unref(contexts->arrivals);
	g_hash_table_unref(contexts->registered);
	arena_free(contexts->scratch);
	arena_free(contexts->arena);
}

/* --- answers ---------------------------------------------------------------------------------- */

const struct context_entry *contexts_entries(const struct contexts *contexts, size_t *n)
{
	*n = contexts->entries->len;
	return (const struct context_entry *)contexts->entries->data;
}

exec_set contexts_of(const struct contexts *contexts, uint32_t function, enum confidence least)
{
	const struct function_contexts *f = &contexts->functions[function];
	exec_set set = 0;

	for (int s = 0; s < SITUATIONS; s++)
		if ((f->situations & (1u << s)) &&
		    arrival_at(contexts, f->first[s] - 1)->confidence >= least)
			set |= 1u << s;
	return set;
}

uint32_t contexts_way(const struct contexts *contexts, uint32_t function, enum situation situation,
		      const struct predicate *conditions, uint32_t n_conditions)
{
	const struct function_contexts *f = &contexts->functions[function];
	uint32_t way = f->first ? f->first[situation] : 0;

	while (way && !known_allows(contexts->summaries, arrival_at(contexts, way - 1)->known,
				    conditions, n_conditions))
		way = arrival_at(contexts, way - 1)->next;
	return way;
}

enum confidence contexts_way_confidence(const struct contexts *contexts, uint32_t way)
{
	return (enum confidence)arrival_at(contexts, way - 1)->confidence;
}

uint32_t contexts_way_distance(const struct contexts *contexts, uint32_t way)
{
	return arrival_at(contexts, way - 1)->distance;
}

GArray *contexts_way_chain(const struct contexts *contexts, uint32_t way)
{
	GArray *chain = g_array_new(FALSE, FALSE, sizeof(struct context_hop));
	const struct summary_call *call = NULL;

	while (way) {
		const struct arrival *at = arrival_at(contexts, way - 1);
		struct context_hop hop = { .function = at->function,
					   .situation = (enum situation)at->situation,
					   .call = call };

		if (!at->from)
			hop.entry =
				&g_array_index(contexts->entries, struct context_entry, at->number);
		g_array_prepend_val(chain, hop);
		way = at->from;
		if (way)
			call = &contexts->summaries
					->functions[arrival_at(contexts, way - 1)->function]
					.calls[at->number];
	}
	return chain;
}
