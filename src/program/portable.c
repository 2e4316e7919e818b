/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * portable.c - hashes of strings, symbols, members, terms and functions
 *
 * A term's hash is made of those of its parts, which have lower numbers: one pass over the table.
 * What the program has found out about a member or variable (it is a lock, readers follow it under
 * RCU, ...) goes into the hash of every term that names it, so whoever asks about a place that is
 * the same as before gets the same answer.
 */
#include "program/portable.h"

#include "base/file.h"
#include "program/link_p.h"

#include <string.h>

struct portable {
	const struct program *program;
	size_t n_terms;
	uint64_t *strings;	 /* by id; those that came later are not in */
	uint64_t *symbols;	 /* names */
	uint64_t *symbol_states; /* names and what is known of them */
	uint64_t *functions;	 /* names */
	uint64_t *terms;
	GHashTable *members;	  /* (record, member) packed -> its hash */
	GHashTable *symbol_ids;	  /* name -> symbol + 1, or 0 where several have it */
	GHashTable *function_ids; /* the same of functions */
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
	return hash ^ (hash >> 29);
}

/* --- names ------------------------------------------------------------------------------------ */

static void hash_strings(struct portable *p)
{
	uint32_t n = intern_count(p->program->strings);

	p->strings = g_new(uint64_t, n);
	for (uint32_t i = 0; i < n; i++) {
		const char *text = intern_str(p->program->strings, i);

		p->strings[i] = file_hash_bytes(1, text, strlen(text));
	}
}

static void remember(GHashTable *ids, uint64_t *name, uint32_t id)
{
	bool is_known = g_hash_table_contains(ids, name);

	g_hash_table_replace(ids, name, GUINT_TO_POINTER(is_known ? 0 : id + 1));
}

static uint64_t symbol_name(const struct portable *p, const struct symbol *symbol)
{
	uint64_t hash = mix(2, p->strings[symbol->name]);

	if (!(symbol->flags & SYMBOL_STATIC) && !symbol->owner)
		return hash;
	return mix(mix(hash, p->strings[symbol->file]), p->strings[symbol->owner]);
}

static void name_symbols(struct portable *p)
{
	const struct program *program = p->program;

	p->symbols = g_new(uint64_t, program->n_symbols + 1);
	for (uint32_t s = 0; s < program->n_symbols; s++) {
		p->symbols[s] = symbol_name(p, &program->symbols[s]);
		remember(p->symbol_ids, &p->symbols[s], s);
	}
}

/* Several files may define a function of one name. */
static void name_functions(struct portable *p)
{
	const struct program *program = p->program;

	p->functions = g_new(uint64_t, program->n_functions + 1);
	for (uint32_t f = 0; f < program->n_functions; f++) {
		const char *file = function_file(program, f);

		p->functions[f] = mix(p->symbols[program->functions[f].symbol],
				      file_hash_bytes(1, file, strlen(file)));
		remember(p->function_ids, &p->functions[f], f);
	}
}

static uint32_t find(GHashTable *ids, uint64_t name)
{
	guint id = GPOINTER_TO_UINT(g_hash_table_lookup(ids, &name));

	return id ? id - 1 : PROGRAM_NONE;
}

uint32_t portable_find_symbol(const struct portable *p, uint64_t name)
{
	return find(p->symbol_ids, name);
}

uint32_t portable_find_function(const struct portable *p, uint64_t name)
{
	return find(p->function_ids, name);
}

uint64_t portable_symbol(const struct portable *p, uint32_t symbol)
{
	uint64_t name = p->symbols[symbol];

	return find(p->symbol_ids, name) == symbol ? name : 0;
}

uint64_t portable_function(const struct portable *p, uint32_t function)
{
	uint64_t name = p->functions[function];

	return find(p->function_ids, name) == function ? name : 0;
}

/* --- what is known of symbols and members ----------------------------------------------------- */

static uint64_t hash_guard(const struct portable *p, uint64_t key)
{
	const char *name = program_guard_name(p->program, key);

	return name ? file_hash_bytes(1, name, strlen(name)) : 0;
}

static unsigned rcu_marks(const struct program *program, uint64_t key)
{
	return (unsigned)g_hash_table_contains(program->rcu_pointers, &key) |
	       (unsigned)g_hash_table_contains(program->rcu_assigned, &key) << 1 |
	       (unsigned)g_hash_table_contains(program->rcu_listed, &key) << 4;
}

/* program_callee() chooses among the definitions by where they are. */
static uint64_t hash_definitions(const struct portable *p, const struct symbol *symbol)
{
	const GArray *same =
		g_hash_table_lookup(p->program->by_name, GUINT_TO_POINTER(symbol->name));
	uint64_t hash = 0;

	if (symbol->function != PROGRAM_NONE)
		hash = p->functions[symbol->function];
	for (guint i = 0; same && same->len > 1 && i < same->len; i++)
		hash += mix(3, p->functions[g_array_index(same, uint32_t, i)]);
	return hash;
}

static void hash_symbols(struct portable *p)
{
	const struct program *program = p->program;

	p->symbol_states = g_new(uint64_t, program->n_symbols + 1);
	for (uint32_t s = 0; s < program->n_symbols; s++) {
		const struct symbol *symbol = &program->symbols[s];
		uint64_t key = variable_key(s);
		uint64_t hash = mix(p->symbols[s], symbol->flags);

		hash = mix(hash, p->strings[symbol->type]);
		hash = mix(hash, hash_definitions(p, symbol));
		p->symbol_states[s] = mix(mix(hash, rcu_marks(program, key)), hash_guard(p, key));
	}
}

static uint64_t hash_member(const struct portable *p, uint64_t key, uint32_t record,
			    uint32_t member)
{
	const struct program *program = p->program;
	const struct lock_type *type = g_hash_table_lookup(program->lock_members, &key);
	enum marker marker = program_marker(
		program, (struct term){ .kind = EXPR_FIELD, .a = record, .b = member });
	unsigned flags = rcu_marks(program, key) |
			 (unsigned)g_hash_table_contains(program->map_members, &key) << 2 |
			 (unsigned)program_is_part(program, record) << 3 |
			 (unsigned)(type ? type->kind + 1 : 0) << 8 | (unsigned)marker << 16;
	uint64_t hash = mix(mix(4, p->strings[record]), p->strings[member]);

	return mix(mix(hash, flags), hash_guard(p, key));
}

static uint64_t member_hash(struct portable *p, uint32_t record, uint32_t member)
{
	uint64_t key = member_key(record, member);
	uint64_t *known = g_hash_table_lookup(p->members, &key), hash;

	if (known)
		return known[1];
	hash = hash_member(p, key, record, member);
	known = g_new(uint64_t, 2);
	known[0] = key;
	known[1] = hash;
	g_hash_table_insert(p->members, known, known);
	return hash;
}

/* --- terms ------------------------------------------------------------------------------------ */

/* The order of what may be swapped is that of the numbers, which are others next time. */
static uint64_t hash_operands(const struct portable *p, const struct term *term)
{
	uint64_t a = p->terms[term->a], b = p->terms[term->b];

	return term_is_symmetric(term) ? a + b : mix(a, b);
}

static uint64_t hash_content(struct portable *p, const struct term *term)
{
	switch (term_operands((enum fact_expr_kind)term->kind)) {
	case OPERAND_SYMBOL:
		return p->symbol_states[term->a];
	case OPERAND_STRING:
		return p->strings[term->a];
	case OPERANDS_STRINGS:
		return member_hash(p, term->a, term->b);
	case OPERAND_TERM:
		return p->terms[term->a];
	case OPERANDS_TERMS:
		return hash_operands(p, term);
	case OPERANDS_NUMBERS:
		break;
	}
	return (uint64_t)term->a << 32 | term->b;
}

static void hash_terms(struct portable *p)
{
	p->n_terms = term_count(p->program->terms);
	p->terms = g_new0(uint64_t, p->n_terms);
	for (term_id id = 1; id < p->n_terms; id++) {
		struct term term = term_at(p->program->terms, id);
		uint64_t head = (uint64_t)term.kind << 8 | (uint64_t)term.op << 1 |
				term.unsigned_compare;

		p->terms[id] = mix(mix(mix(5, head), p->terms[term.base]), hash_content(p, &term));
	}
}

/* --- functions -------------------------------------------------------------------------------- */

static uint64_t hash_step(const struct portable *p, uint32_t unit_index,
			  const struct fact_step *step)
{
	const struct unit *unit = &p->program->units[unit_index];
	uint64_t hash =
		mix(6, (uint64_t)step->n_args << 16 | (uint64_t)step->kind << 8 | step->flags);
	struct term callee = term_at(p->program->terms, unit->terms[step->lhs]);

	hash = mix(mix(hash, p->terms[unit->terms[step->lhs]]), p->terms[unit->terms[step->rhs]]);
	for (uint32_t i = 0; i < step->n_args; i++)
		hash = mix(hash, p->terms[unit->terms[unit->facts->args[step->args + i]]]);
	if (step->kind == STEP_CALL && callee.kind == EXPR_FUNC) {
		uint32_t f = program_callee(p->program, unit_index, callee.a);

		hash = mix(hash, f == PROGRAM_NONE ? 0 : p->functions[f]);
	}
	return hash;
}

static uint64_t hash_block(const struct portable *p, uint32_t unit_index,
			   const struct fact_block *block)
{
	const struct unit *unit = &p->program->units[unit_index];
	uint64_t hash = mix(mix(7, (uint64_t)block->term << 1 | block->loop_head),
			    p->terms[unit->terms[block->cond]]);

	for (uint32_t s = 0; s < block->n_steps; s++)
		hash = mix(hash, hash_step(p, unit_index, &unit->facts->steps[block->steps + s]));
	for (uint32_t e = 0; e < block->n_edges; e++) {
		const struct fact_edge *edge = &unit->facts->edges[block->edges + e];

		hash = mix(hash, (uint64_t)edge->block << 1 | edge->is_default);
		hash = mix(mix(hash, (uint64_t)edge->low), (uint64_t)edge->high);
	}
	return hash;
}

uint64_t portable_body(const struct portable *p, uint32_t function)
{
	const struct function *f = &p->program->functions[function];
	const struct unit *unit = &p->program->units[f->unit];
	uint64_t hash = mix(mix(8, p->symbol_states[f->symbol]), f->facts->flags);

	hash = mix(hash, (uint64_t)f->facts->n_params << 32 | f->facts->n_locals);
	hash = mix(hash, f->facts->n_calls);
	for (uint32_t v = 0; v < f->facts->n_params + f->facts->n_locals; v++) {
		const struct fact_variable *variable =
			&unit->facts->variables[f->facts->variables + v];

		hash = mix(hash, p->strings[unit->strings[variable->type]]);
		hash = mix(hash, p->strings[unit->strings[variable->name]]);
	}
	for (uint32_t b = 0; b < f->facts->n_blocks; b++)
		hash = mix(hash,
			   hash_block(p, f->unit, &unit->facts->blocks[f->facts->blocks + b]));
	return hash;
}

/* --- the rest --------------------------------------------------------------------------------- */

uint64_t portable_rest(const struct portable *p)
{
	const struct program *program = p->program;
	GHashTableIter iter;
	gpointer key, value;
	uint64_t sum = 0;

	g_hash_table_iter_init(&iter, program->shared_keys);
	while (g_hash_table_iter_next(&iter, &key, &value))
		sum += mix(p->strings[GPOINTER_TO_UINT(key)], p->strings[GPOINTER_TO_UINT(value)]);
	g_hash_table_iter_init(&iter, program->lock_pointers);
	while (g_hash_table_iter_next(&iter, &key, &value))
		sum += mix(p->strings[GPOINTER_TO_UINT(key)], p->strings[GPOINTER_TO_UINT(value)]);
	g_hash_table_iter_init(&iter, program->elements);
	while (g_hash_table_iter_next(&iter, &key, &value))
		sum += mix(p->strings[GPOINTER_TO_UINT(key)], ((const GArray *)value)->len);
	for (size_t i = 0; i < program->n_sleeping; i++)
		sum += mix(9, p->functions[program->sleeping[i]]);
	return sum;
}

uint64_t portable_targets(const struct portable *p, const struct call_targets *targets)
{
	uint64_t hash = mix(file_hash_bytes(1, targets->why, strlen(targets->why)),
			    (uint64_t)targets->confidence);

	for (size_t i = 0; i < targets->n; i++)
		hash += mix(10, p->functions[targets->functions[i]]);
	return hash;
}

uint64_t portable_places(const struct portable *p, const term_id *places, size_t n)
{
	uint64_t hash = mix(11, n);

	for (size_t i = 0; i < n; i++)
		hash += places[i] < p->n_terms ? mix(12, p->terms[places[i]]) : 0;
	return hash;
}

struct portable *portable_new(const struct program *program)
{
	struct portable *p = g_new0(struct portable, 1);

	p->program = program;
	p->symbol_ids = g_hash_table_new(g_int64_hash, g_int64_equal);
	p->function_ids = g_hash_table_new(g_int64_hash, g_int64_equal);
	p->members = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	hash_strings(p);
	name_symbols(p);
	name_functions(p);
	hash_symbols(p);
	hash_terms(p);
	return p;
}

void portable_free(struct portable *p)
{
	if (!p)
		return;
	g_hash_table_unref(p->symbol_ids);
	g_hash_table_unref(p->function_ids);
	g_hash_table_unref(p->members);
	g_free(p->strings);
	g_free(p->symbols);
	g_free(p->symbol_states);
	g_free(p->functions);
	g_free(p->terms);
	g_free(p);
}
