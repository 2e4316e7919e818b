/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fnptr.c - what indirect calls may reach
 *
 * Multi-layer type analysis (Lu and Hu, "Where Does It Go? Refining Indirect-Call Targets with
 * Multi-Layer Type Analysis", CCS 2019), done as an inclusion problem over the facts of all units:
 * pts_p.h tells how. An indirect call for which nothing is known reaches nothing: "any function
 * of that type" would join parts of the kernel that have nothing to do with each other.
 */
#include "program/asked.h"
#include "program/pts_p.h"

#include <string.h>

/* MEDIUM up to here. */
#define FEW 8

/* By type alone only if there are no more. */
#define FEW_BY_TYPE 3

/* Is what is stored through pointers to its type to be expected in a global, too? */
static bool is_written_through_pointers(struct fnptr *p, const struct owner *owner)
{
	return owner->kind == OWNER_OBJECT &&
	       !pts_type(p->types, p->program->symbols[owner->a].type).is_const;
}

static GHashTable *objects_with_address(const struct fnptr *p)
{
	GHashTable *objects = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < p->atoms->len; i++) {
		const struct atom *atom = pts_atom(p, i);

		if (atom->kind == ATOM_PLACE && atom->owner.kind == OWNER_OBJECT)
			g_hash_table_add(objects, GUINT_TO_POINTER(atom->owner.a));
	}
	return objects;
}

/* ANY flows into members of globals that have no value of their own or whose address is taken. */
static void open_objects(struct fnptr *p)
{
	GHashTable *with_address = objects_with_address(p);
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, p->owners);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const struct owner *owner = key;
		const GArray *all = value;
		bool reached = g_hash_table_contains(with_address, GUINT_TO_POINTER(owner->a));

		for (guint i = 0; is_written_through_pointers(p, owner) && i < all->len; i++) {
			struct owned owned = g_array_index(all, struct owned, i);

			if (reached || !(pts_node(p, owned.node)->flags & NODE_STORED))
				pts_edge(p, pts_any_node(p, owned.record, owned.member, NODE_MAKE),
					 owned.node);
		}
	}
	g_hash_table_unref(with_address);
}

static void begin(struct fnptr *p)
{
	p->n_by_term = term_count(p->program->terms);
	p->by_term = g_new0(uint32_t, p->n_by_term);
	p->edges = g_array_new(FALSE, FALSE, sizeof(struct edge));
	p->uses = g_array_new(FALSE, TRUE, sizeof(struct use));
	g_array_set_size(p->uses, 1);
	p->calls = g_array_new(FALSE, FALSE, sizeof(struct indirect));
	p->call_ids = g_hash_table_new(pts_hash_packed, NULL);
	p->called = g_new0(bool, p->program->n_functions + 1);
	p->arg_counts = g_hash_table_new(pts_hash_packed, NULL);
	pts_nodes_init(p);
}

/* What only building needs. */
static void end(struct fnptr *p)
{
	g_array_unref(p->edges);
	g_array_unref(p->uses);
	g_array_unref(p->calls);
	g_hash_table_unref(p->call_ids);
	g_free(p->called);
	g_free(p->by_term);
	p->by_term = NULL;
	p->n_by_term = 0;
}

static void count(struct fnptr *p)
{
	p->stats.nodes = p->nodes->len;
	p->stats.edges = p->edges->len;
	p->stats.atoms = p->atoms->len;
	for (guint i = 0; i < p->nodes->len; i++)
		if (pts_node(p, i)->set)
			p->stats.entries += pts_node(p, i)->set->n;
}

static void free_array(gpointer array)
{
	g_array_unref(array);
}

struct fnptr *fnptr_build(const struct program *program)
{
	struct arena *arena = arena_new("function pointers");
	struct fnptr *p = arena_new_struct(arena, struct fnptr);
	gint64 start = g_get_monotonic_time();

	p->arena = arena;
	p->program = program;
	p->types = pts_types_new(program);
	begin(p);
	pts_collect(p);
	open_objects(p);
	pts_solve(p);
	count(p);
	end(p);
	g_mutex_init(&p->lock);
	p->answers = g_hash_table_new(pts_hash_packed, NULL);
	p->places = g_hash_table_new_full(pts_hash_packed, NULL, NULL, free_array);
	p->stats.seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
	return p;
}

void fnptr_free(struct fnptr *p)
{
	if (!p)
		return;
	pts_nodes_free(p);
	pts_types_free(p->types);
	g_hash_table_unref(p->arg_counts);
	g_hash_table_unref(p->answers);
	g_hash_table_unref(p->places);
	if (p->by_type)
		g_hash_table_unref(p->by_type);
	g_mutex_clear(&p->lock);
	arena_free(p->arena);
}

struct fnptr_stats fnptr_statistics(const struct fnptr *p)
{
	return p->stats;
}

/* --- targets ---------------------------------------------------------------------------------- */

static const char *function_type(const struct fnptr *p, uint32_t function)
{
	const struct function *f = &p->program->functions[function];

	return facts_string(p->program->units[f->unit].facts, f->facts->type);
}

/* The functions among the atoms that take as many arguments as the call has. */
static GArray *functions_among(struct fnptr *p, uint32_t caller, term_id callee,
			       const GArray *atoms)
{
	GArray *functions = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	uint32_t n_args =
		GPOINTER_TO_UINT(g_hash_table_lookup(p->arg_counts, pts_pack(caller, callee)));

	for (guint i = 0; i < atoms->len; i++) {
		struct atom atom = *pts_atom(p, g_array_index(atoms, uint32_t, i));

		if (atom.kind != ATOM_FUNCTION)
			continue;
		if (n_args &&
		    !pts_takes_arguments(p->program->functions[atom.function].facts, n_args - 1))
			continue;
		g_array_append_val(functions, atom.function);
	}
	pts_sort_unique(functions);
	return functions;
}

/*
 * The kernel checks types at indirect calls (CONFIG_CFI_CLANG), so a candidate of another type
 * came by way of a void pointer or a union. Kept all the same when none has the declared type,
 * unless it was a guess to look there (@loose).
 */
static void keep_matching(struct fnptr *p, GArray *functions, const char *wanted, bool loose)
{
	guint n = 0;

	for (guint i = 0; wanted && i < functions->len; i++)
		n += strcmp(function_type(p, g_array_index(functions, uint32_t, i)), wanted) == 0;
	if ((!n && !loose) || n == functions->len)
		return;
	n = 0;
	for (guint i = 0; i < functions->len; i++) {
		uint32_t f = g_array_index(functions, uint32_t, i);

		if (strcmp(function_type(p, f), wanted) == 0)
			g_array_index(functions, uint32_t, n++) = f;
	}
	g_array_set_size(functions, n);
}

static void index_by_type(struct fnptr *p)
{
	p->by_type = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_array);
	for (uint32_t f = 0; f < p->program->n_functions; f++) {
		const char *type = function_type(p, f);
		GArray *same;

		if (p->function_atoms[f] == NO_ATOM)
			continue;
		same = g_hash_table_lookup(p->by_type, type);
		if (!same) {
			same = g_array_new(FALSE, FALSE, sizeof(uint32_t));
			g_hash_table_insert(p->by_type, (gpointer)type, same);
		}
		g_array_append_val(same, f);
	}
}

/* Adds the functions of the declared type whose address is taken, if they are very few. */
static bool guess_by_type(struct fnptr *p, GArray *functions, const char *wanted)
{
	const GArray *same;

	if (!wanted)
		return false;
	if (!p->by_type)
		index_by_type(p);
	same = g_hash_table_lookup(p->by_type, wanted);
	if (!same || same->len > FEW_BY_TYPE)
		return false;
	g_array_append_vals(functions, same->data, same->len);
	return true;
}

static enum confidence confidence_of(const struct answer *answer, size_t n)
{
	if (n == 1 || answer->tables == 1)
		return CONFIDENCE_HIGH;
	return n <= FEW ? CONFIDENCE_MEDIUM : CONFIDENCE_LOW;
}

/* Whether any of the functions ever stored in such a place may be meant. */
static bool is_any(const struct fnptr *p, term_id callee, const struct answer *answer, size_t n)
{
	struct term term = term_at(p->program->terms, pts_strip(p, callee));

	if (n < 2 || answer->tables)
		return false;
	return term.kind != EXPR_FIELD || pts_owner(p, term.base).kind != OWNER_OBJECT;
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static char *explain_member(struct fnptr *p, const struct term *field, const struct answer *answer,
			    size_t n)
{
	const char *record = program_string(p->program, field->a),
		   *member = program_string(p->program, field->b);
	struct owner owner = pts_owner(p, field->base);

	if (owner.kind == OWNER_OBJECT)
		return arena_printf(p->arena, "%s of %s has %zu implementation%s", member,
				    program_string(p->program, p->program->symbols[owner.a].name),
				    n, plural(n));
	if (answer->tables)
		return arena_printf(p->arena,
				    "%s.%s: %zu implementation%s in the %u object%s that it can be",
				    record, member, n, plural(n), answer->tables,
				    plural(answer->tables));
	return arena_printf(p->arena, "%s.%s has %zu implementation%s", record, member, n,
			    plural(n));
}

static const char *variable_name(const struct fnptr *p, uint32_t function,
				 const struct term *variable)
{
	const struct function *f = &p->program->functions[function];
	const struct facts *facts = p->program->units[f->unit].facts;
	uint32_t number = variable->a + (variable->kind == EXPR_LOCAL ? f->facts->n_params : 0);

	return facts_string(facts, facts->variables[f->facts->variables + number].name);
}

static char *explain(struct fnptr *p, uint32_t function, term_id callee,
		     const struct answer *answer, size_t n)
{
	struct term term = term_at(p->program->terms, pts_strip(p, callee));

	switch ((enum fact_expr_kind)term.kind) {
	case EXPR_FIELD:
		return explain_member(p, &term, answer, n);
	case EXPR_PARAM:
		return arena_printf(p->arena, "callers of %s pass %zu function%s as %s",
				    function_name(p->program, function), n, plural(n),
				    variable_name(p, function, &term));
	case EXPR_LOCAL:
		return arena_printf(p->arena, "%s holds %zu function%s",
				    variable_name(p, function, &term), n, plural(n));
	case EXPR_GLOBAL:
		return arena_printf(p->arena, "%s holds %zu function%s",
				    program_string(p->program, p->program->symbols[term.a].name), n,
				    plural(n));
	default:
		return arena_printf(p->arena, "the pointer holds %zu function%s", n, plural(n));
	}
}

static struct call_targets *find_targets(struct fnptr *p, uint32_t function, term_id callee)
{
	struct call_targets *targets = arena_new_struct(p->arena, struct call_targets);
	struct answer answer = { .atoms = g_array_new(FALSE, FALSE, sizeof(uint32_t)) };
	g_autofree char *declared = pts_function_type(p->types, function, callee);
	GArray *functions;

	pts_answer(p, function, callee, &answer);
	functions = functions_among(p, function, callee, answer.atoms);
	keep_matching(p, functions, declared, answer.loose);
	targets->confidence = confidence_of(&answer, functions->len);
	targets->is_any = is_any(p, callee, &answer, functions->len);
	targets->why = "nothing is known to be stored there";
	if (functions->len) {
		targets->why = explain(p, function, callee, &answer, functions->len);
	} else {
		targets->confidence = CONFIDENCE_LOW;
		if (guess_by_type(p, functions, declared))
			targets->why =
				arena_printf(p->arena, "by type only: %u function%s of type %s",
					     functions->len, plural(functions->len), declared);
	}
	targets->n = functions->len;
	targets->functions =
		arena_memdup(p->arena, functions->data, functions->len * sizeof(uint32_t));
	g_array_unref(functions);
	g_array_unref(answer.atoms);
	return targets;
}

const struct call_targets *program_targets(const struct program *program, uint32_t function,
					   term_id callee)
{
	struct fnptr *p = program->fnptr;
	gpointer key = pts_pack(function, callee);
	struct call_targets *targets;

	g_mutex_lock(&p->lock);
	targets = g_hash_table_lookup(p->answers, key);
	if (!targets) {
		targets = find_targets(p, function, callee);
		g_hash_table_insert(p->answers, key, targets);
	}
	g_mutex_unlock(&p->lock);
	return targets;
}

/* --- places ----------------------------------------------------------------------------------- */

static GArray *find_places(struct fnptr *p, uint32_t function, term_id value)
{
	struct answer answer = { .atoms = g_array_new(FALSE, FALSE, sizeof(uint32_t)) };
	GArray *places = g_array_new(FALSE, FALSE, sizeof(term_id));

	pts_answer(p, function, value, &answer);
	for (guint i = 0; i < answer.atoms->len; i++) {
		const struct atom *atom = pts_atom(p, g_array_index(answer.atoms, uint32_t, i));

		if (atom->kind == ATOM_PLACE && atom->place)
			g_array_append_val(places, atom->place);
	}
	g_array_unref(answer.atoms);
	pts_sort_unique(places);
	return places;
}

const term_id *program_points_to(const struct program *program, uint32_t function, term_id value,
				 size_t *n)
{
	struct fnptr *p = program->fnptr;
	gpointer key = pts_pack(function, value);
	GArray *places;

	g_mutex_lock(&p->lock);
	places = g_hash_table_lookup(p->places, key);
	if (!places) {
		places = find_places(p, function, value);
		g_hash_table_insert(p->places, key, places);
	}
	g_mutex_unlock(&p->lock);
	*n = places->len;
	return (const term_id *)(const void *)places->data;
}

/* --- asked again ------------------------------------------------------------------------------ */

static void tell_questions(GHashTable *answers, bool is_call, program_question_fn fn, void *data)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, answers);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		uint64_t packed = GPOINTER_TO_SIZE(key);
		struct program_question question = { (uint32_t)(packed >> 32), (term_id)packed,
						     is_call };

		fn(&question, data);
	}
}

void program_each_question(const struct program *program, program_question_fn fn, void *data)
{
	tell_questions(program->fnptr->answers, true, fn, data);
	tell_questions(program->fnptr->places, false, fn, data);
}

uint64_t program_ask(const struct program *program, const struct portable *portable,
		     const struct program_question *question)
{
	const term_id *places;
	size_t n;

	if (question->is_call)
		return portable_targets(portable, program_targets(program, question->function,
								  question->value));
	places = program_points_to(program, question->function, question->value, &n);
	return portable_places(portable, places, n);
}
