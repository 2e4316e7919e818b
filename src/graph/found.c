/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * found.c - classes, dependencies and recursions, each kept once
 *
 * build.c finds the same dependency in many places. Kept is the surest of them as the witness, and
 * of the locks held around it those that were held at every place that is as sure.
 */
#include "graph/graph_p.h"

#include <string.h>

/* --- classes --------------------------------------------------------------------------------- */

struct class_key {
	uint32_t class_string;
	uint32_t subclass;
};

static guint hash_class(gconstpointer p)
{
	const struct class_key *key = p;

	return key->class_string * 0x9e3779b1u ^ key->subclass;
}

static gboolean same_class(gconstpointer p, gconstpointer q)
{
	return memcmp(p, q, sizeof(struct class_key)) == 0;
}

GHashTable *found_new_classes(void)
{
	return g_hash_table_new(hash_class, same_class);
}

static uint32_t new_class(struct graph_builder *b, uint32_t class_string, uint32_t subclass,
			  uint8_t kind)
{
	const struct program *program = b->graph->program;
	const char *text = program_string(program, class_string);
	struct lock_class class = { .name = program_lockdep_name(program, class_string),
				    .kind = kind,
				    .subclass = subclass,
				    .class_string = class_string };

	class.class_name = subclass ? arena_printf(b->graph->arena, "%s/%u", text, subclass) : text;
	if (subclass)
		class.name = arena_printf(b->graph->arena, "%s/%u", class.name, subclass);
	g_array_append_val(b->class_list, class);
	return b->class_list->len - 1;
}

bool found_is_class(const struct graph_builder *b, uint32_t class_string, uint32_t subclass)
{
	struct class_key key = { class_string, subclass };

	return g_hash_table_contains(b->classes, &key);
}

uint32_t found_class(struct graph_builder *b, uint32_t class_string, uint32_t subclass,
		     uint8_t kind)
{
	struct class_key key = { class_string, subclass };
	gpointer known = g_hash_table_lookup(b->classes, &key);
	uint32_t index;

	if (known)
		return GPOINTER_TO_UINT(known) - 1;
	index = new_class(b, class_string, subclass, kind);
	g_hash_table_insert(b->classes, arena_memdup(b->graph->arena, &key, sizeof(key)),
			    GUINT_TO_POINTER(index + 1));
	return index;
}

/* --- dependencies ---------------------------------------------------------------------------- */

/* Classes are counted in thousands, modes are three. */
static gpointer pack_dependency(uint32_t from, uint32_t to, unsigned int from_mode,
				unsigned int to_mode)
{
	return (gpointer)(uintptr_t)((uint64_t)from << 34 | (uint64_t)to << 4 | from_mode << 2 |
				     to_mode);
}

static guint hash_packed(gconstpointer p)
{
	return (guint)(((uint64_t)(uintptr_t)p * 0x9e3779b97f4a7c15ull) >> 32);
}

GHashTable *found_new_dependencies(void)
{
	return g_hash_table_new(hash_packed, NULL);
}

static idset find_gates(struct graph_builder *b, const struct held_set *set)
{
	uint32_t gates[64];
	size_t n = 0;

	for (uint32_t i = 0; i < set->n && n < G_N_ELEMENTS(gates); i++) {
		const struct held_lock *lock = &set->locks[i];

		if (lock->class_string && lock->mode == MODE_WRITE &&
		    lock->kind != LOCK_WW_CONTEXT) /* each task has one of its own */
			gates[n++] = found_class(b, lock->class_string, lock->subclass, lock->kind);
	}
	return idset_make(b->graph->gates, gates, n);
}

idset found_gates(struct graph_builder *b, const struct held_set *set)
{
	if (b->gates_set != set) {
		b->gates = find_gates(b, set);
		b->gates_set = set;
	}
	return b->gates;
}

static idset without(struct idset_pool *pool, idset gates, uint32_t from, uint32_t to)
{
	uint32_t others[64];
	size_t n_gates, n = 0;
	const uint32_t *members = idset_members(pool, gates, &n_gates);

	for (size_t i = 0; i < n_gates; i++)
		if (members[i] != from && members[i] != to)
			others[n++] = members[i];
	return n == n_gates ? gates : idset_make(pool, others, n);
}

static idset intersect(struct idset_pool *pool, idset x, idset y)
{
	uint32_t both[64];
	size_t nx, n = 0;
	const uint32_t *members = idset_members(pool, x, &nx);

	if (x == y || !x)
		return x;
	for (size_t i = 0; i < nx && n < G_N_ELEMENTS(both); i++)
		if (idset_contains(pool, y, members[i]))
			both[n++] = members[i];
	return n == nx ? x : idset_make(pool, both, n);
}

static uint32_t keep_sighting(struct graph_builder *b, const struct sighting *where)
{
	GArray *sightings = graph_private_of(b->graph)->sightings;

	g_array_append_vals(sightings, where, 1);
	return sightings->len - 1;
}

/* A wrapper that takes the lock it is given, as the constructor of guard(mutex)() does, counts. */
static bool is_by_one_function(const struct graph_builder *b, const struct sighting *where)
{
	const struct summaries *s = b->graph->summaries;
	const struct summary_call *call;

	if (where->via != VIA_REQUIREMENT)
		return where->via == VIA_ACQUIRE;
	call = &s->functions[where->function].calls[where->event];
	return s->functions[call->callee].requirements[where->what].callee == PROGRAM_NONE;
}

/*
 * A surer sighting replaces the witness; so does, among equally sure ones, one in scope, and then
 * that of a function that takes both locks itself, which no call on the way makes doubtful.
 */
static bool is_better(const struct graph_builder *b, const struct found *found, bool in_scope,
		      const struct dependency *known, const struct sighting *witness)
{
	if (found->confidence != known->confidence)
		return found->confidence > known->confidence;
	if (in_scope != known->in_scope)
		return in_scope;
	return is_by_one_function(b, &found->where) && !is_by_one_function(b, witness);
}

static void see_again(struct graph_builder *b, struct dependency *d, const struct found *found,
		      bool in_scope)
{
	struct idset_pool *pool = b->graph->gates;
	struct sighting *witness =
		&g_array_index(graph_private_of(b->graph)->sightings, struct sighting, d->witness);
	bool better = is_better(b, found, in_scope, d, witness);

	if (found->confidence > d->confidence)
		d->gates = without(pool, found_gates(b, found->set), d->from, d->to);
	else if (found->confidence == d->confidence)
		d->gates = intersect(pool, d->gates, found_gates(b, found->set));
	d->same_instance_impossible &= found->distinct;
	if (!better)
		return;
	d->confidence = found->confidence;
	d->in_scope |= in_scope;
	*witness = found->where;
}

static void add_new(struct graph_builder *b, const struct found *found, uint32_t to, bool in_scope)
{
	idset gates = found_gates(b, found->set);
	struct dependency d = { .from = found->from,
				.to = to,
				.from_mode = found->held->mode,
				.to_mode = found->to_mode,
				.confidence = found->confidence,
				.in_scope = in_scope,
				.same_instance_impossible = found->distinct,
				.gates = without(b->graph->gates, gates, found->from, to),
				.witness = keep_sighting(b, &found->where) };

	g_array_append_val(b->dependency_list, d);
}

void found_resolve_from(struct graph_builder *b, struct found *found)
{
	const struct held_lock *held = found->held;

	if (found->from == PROGRAM_NONE)
		found->from = found_class(b, held->class_string, held->subclass, held->kind);
}

/* "struct table" of "struct table.dep_map" has the same length in both, and is the same. */
static bool are_of_one_record(const char *x, const char *y)
{
	const char *dot = strchr(x, '.');

	return dot && strncmp(x, y, (size_t)(dot - x) + 1) == 0;
}

/*
 * lockdep does not see a bit spinlock: code that wants it to has a lockdep_map beside the bit and
 * says itself when it is taken. The two are one lock.
 */
static bool is_annotation_of(const struct graph_builder *b, const struct found *found, uint32_t to)
{
	const struct lock_class *class = &g_array_index(b->class_list, struct lock_class, to);
	uint8_t from_kind = found->held->kind;

	if (!(from_kind == LOCK_BIT_SPINLOCK && class->kind == LOCK_PSEUDO) &&
	    !(from_kind == LOCK_PSEUDO && class->kind == LOCK_BIT_SPINLOCK))
		return false;
	return are_of_one_record(class->class_name,
				 program_string(b->graph->program, found->held->class_string));
}

void found_keep(struct graph_builder *b, const struct found *found, uint32_t to)
{
	bool in_scope = b->graph->program->functions[found->where.function].in_scope;
	gpointer key = pack_dependency(found->from, to, found->held->mode, found->to_mode);
	gpointer known = g_hash_table_lookup(b->dependencies, key);

	if (found->from == to && program_is_compared(b->graph->program, found->held->class_string))
		return;
	if (is_annotation_of(b, found, to))
		return;
	if (known) {
		see_again(b,
			  &g_array_index(b->dependency_list, struct dependency,
					 GPOINTER_TO_UINT(known) - 1),
			  found, in_scope);
		return;
	}
	add_new(b, found, to, in_scope);
	g_hash_table_insert(b->dependencies, key, GUINT_TO_POINTER(b->dependency_list->len));
}

void found_add_dependency(struct graph_builder *b, struct found *found)
{
	if (program_is_unvalidated(b->graph->program, found->to_string) ||
	    !held_counts(b->graph->program, found->held))
		return;
	found_resolve_from(b, found);
	found_keep(b, found, found_class(b, found->to_string, found->to_subclass, found->to_kind));
}

/* --- recursions ------------------------------------------------------------------------------ */

static bool modes_conflict(const struct held_lock *held, uint8_t kind, uint8_t mode)
{
	if (kind == LOCK_RCU || kind == LOCK_RCU_TRACE || kind == LOCK_SRCU ||
	    kind == LOCK_SEQCOUNT || kind == LOCK_PSEUDO || kind == LOCK_SEMAPHORE)
		return false;
	if (held->mode == MODE_RECURSIVE && mode == MODE_RECURSIVE)
		return false;
	return !(kind == LOCK_RWLOCK && held->mode != MODE_WRITE && mode != MODE_WRITE);
}

void found_add_recursion(struct graph_builder *b, const struct held_lock *held, uint8_t kind,
			 uint8_t mode, enum confidence confidence, const struct sighting *where)
{
	struct recursion r = { .held_mode = held->mode,
			       .taken_mode = mode,
			       .confidence = confidence,
			       .in_scope = b->graph->program->functions[where->function].in_scope };

	/* With a context, taking it again is answered with -EALREADY. */
	if (kind == LOCK_WW_MUTEX && (held->flags & HELD_NESTED))
		return;
	if (!held->class_string || !modes_conflict(held, kind, mode))
		return;
	r.lock = found_class(b, held->class_string, held->subclass, held->kind);
	r.witness = keep_sighting(b, where);
	/* the callers that hold it lead there, too, mostly */
	r.is_other = where->is_other || (held->flags & HELD_ENTRY);
	g_array_append_val(b->recursion_list, r);
}
