/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * link.c - symbols, strings and expressions of all units become the program's
 */
#include "program/fnptr_p.h"
#include "program/link_p.h"

#include <string.h>

/* What makes two units' symbols one: see symbol_key_of(). */
struct symbol_key {
	uint32_t name;
	uint32_t file;	/* 0 for external linkage */
	uint32_t owner; /* enclosing function of a local static */
	uint32_t unit;	/* of a static that no header shares; else 0 */
};

struct linker {
	struct program *program;
	GHashTable *symbol_ids; /* struct symbol_key -> symbol + 1 */
	GArray *symbols;	/* struct symbol */
	GArray *functions;	/* struct function */
	program_scope_fn in_scope;
	void *scope_data;
};

static guint hash_symbol_key(gconstpointer p)
{
	const struct symbol_key *key = p;

	return (key->name * 0x9e3779b1u) ^ (key->file * 0x85ebca6bu) ^ (key->owner * 0xc2b2ae35u) ^
	       key->unit;
}

static gboolean same_symbol_key(gconstpointer p, gconstpointer q)
{
	return memcmp(p, q, sizeof(struct symbol_key)) == 0;
}

static void link_strings(struct linker *l, struct unit *unit)
{
	const struct facts *facts = unit->facts;

	unit->strings = arena_new_array(l->program->arena, uint32_t, facts->n_string_offsets);
	for (uint32_t i = 0; i < facts->n_string_offsets; i++)
		unit->strings[i] = intern_id(l->program->strings, facts_string(facts, i));
}

static struct symbol_key symbol_key_of(const struct unit *unit, uint32_t unit_index,
				       const struct fact_symbol *symbol)
{
	struct symbol_key key = { .name = unit->strings[symbol->name],
				  .owner = unit->strings[symbol->function] };

	if (!(symbol->flags & SYMBOL_STATIC) && !symbol->function)
		return key;
	if (symbol->loc.file < unit->facts->n_files)
		key.file = unit->strings[unit->facts->files[symbol->loc.file]];
	if (!(symbol->flags & SYMBOL_HEADER))
		key.unit = unit_index + 1;
	return key;
}

static uint32_t new_symbol(struct linker *l, const struct symbol_key *key)
{
	const char *name = intern_str(l->program->strings, key->name);
	struct symbol symbol = { .name = key->name, .owner = key->owner, .function = PROGRAM_NONE };
	struct symbol_key *copy = arena_memdup(l->program->arena, key, sizeof(*key));

	symbol.said = rules_function(l->program->rules, name);
	symbol.primitive = symbol.said->primitive;
	symbol.roles = symbol.said->roles;
	/* What panic() and do_exit() take on the way down, they take inside no caller's locks. */
	symbol.opaque = symbol.said->is_opaque || symbol.said->is_noreturn;
	g_array_append_val(l->symbols, symbol);
	g_hash_table_insert(l->symbol_ids, copy, GUINT_TO_POINTER(l->symbols->len));
	return l->symbols->len - 1;
}

static uint32_t link_symbol(struct linker *l, struct unit *unit, uint32_t unit_index,
			    const struct fact_symbol *from)
{
	struct symbol_key key = symbol_key_of(unit, unit_index, from);
	gpointer known = g_hash_table_lookup(l->symbol_ids, &key);
	uint32_t id = known ? GPOINTER_TO_UINT(known) - 1 : new_symbol(l, &key);
	struct symbol *symbol = &g_array_index(l->symbols, struct symbol, id);
	bool better = (from->flags & SYMBOL_DEFINED) && !(symbol->flags & SYMBOL_DEFINED);

	if (better || !known) {
		if (from->loc.file < unit->facts->n_files)
			symbol->file = unit->strings[unit->facts->files[from->loc.file]];
		symbol->line = from->loc.line;
		symbol->type = unit->strings[from->type];
	}
	symbol->flags |= from->flags;
	return id;
}

static void link_symbols(struct linker *l, struct unit *unit, uint32_t index)
{
	unit->symbols = arena_new_array(l->program->arena, uint32_t, unit->facts->n_symbols);
	for (uint32_t i = 0; i < unit->facts->n_symbols; i++)
		unit->symbols[i] = link_symbol(l, unit, index, &unit->facts->symbols[i]);
}

static term_id link_term(struct program *program, const struct unit *unit,
			 const struct fact_expr *expr)
{
	struct term term = { .kind = expr->kind,
			     .op = expr->op,
			     .unsigned_compare = expr->unsigned_compare != 0,
			     .base = unit->terms[expr->base],
			     .a = expr->a,
			     .b = expr->b };

	switch (term_operands((enum fact_expr_kind)expr->kind)) {
	case OPERAND_SYMBOL:
		term.a = unit->symbols[expr->a];
		break;
	case OPERANDS_STRINGS:
		term.a = unit->strings[expr->a];
		term.b = unit->strings[expr->b];
		break;
	case OPERAND_STRING:
		term.a = unit->strings[expr->a];
		break;
	case OPERANDS_TERMS:
		term.a = unit->terms[expr->a];
		term.b = unit->terms[expr->b];
		break;
	case OPERAND_TERM:
		term.a = unit->terms[expr->a];
		break;
	case OPERANDS_NUMBERS:
		break;
	}
	return term_make(program->terms, term);
}

/* Expressions refer to earlier ones only: one pass. */
static void link_terms(struct linker *l, struct unit *unit)
{
	const struct facts *facts = unit->facts;

	unit->terms = arena_new_array(l->program->arena, term_id, facts->n_exprs);
	for (uint32_t i = 1; i < facts->n_exprs; i++)
		unit->terms[i] = link_term(l->program, unit, &facts->exprs[i]);
}

static void remember_by_name(struct program *program, uint32_t name, uint32_t function)
{
	GArray *same = g_hash_table_lookup(program->by_name, GUINT_TO_POINTER(name));

	if (!same) {
		same = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		g_hash_table_insert(program->by_name, GUINT_TO_POINTER(name), same);
	}
	g_array_append_val(same, function);
}

/* Of several definitions the first that is not weak stays the symbol's; see program_callee(). */
static bool is_better_definition(const struct linker *l, const struct symbol *symbol,
				 const struct fact_function *f)
{
	if (symbol->function == PROGRAM_NONE)
		return true;
	return (g_array_index(l->functions, struct function, symbol->function).facts->flags &
		FUNCTION_WEAK) &&
	       !(f->flags & FUNCTION_WEAK);
}

static void link_function(struct linker *l, uint32_t unit_index, const struct fact_function *f)
{
	struct unit *unit = &l->program->units[unit_index];
	uint32_t id = unit->symbols[f->symbol];
	struct symbol *symbol = &g_array_index(l->symbols, struct symbol, id);
	struct function function = { .symbol = id, .unit = unit_index, .facts = f };
	const char *file;

	if (symbol->function != PROGRAM_NONE && (symbol->flags & SYMBOL_STATIC))
		return; /* a header's inline that another unit has brought already */
	file = intern_str(l->program->strings, unit->strings[unit->facts->files[f->loc.file]]);
	function.in_scope = l->in_scope && l->in_scope(file, l->scope_data);
	g_array_append_val(l->functions, function);
	if (is_better_definition(l, symbol, f))
		symbol->function = l->functions->len - 1;
	remember_by_name(l->program, symbol->name, l->functions->len - 1);
}

static void free_array(gpointer array)
{
	g_array_unref(array);
}

static struct program *new_program(const GPtrArray *facts, const struct rules *rules)
{
	struct arena *arena = arena_new("program");
	struct program *program = arena_new_struct(arena, struct program);

	program->arena = arena;
	program->strings = intern_new();
	program->terms = term_table_new();
	program->n_units = facts->len;
	program->units = arena_new_array(arena, struct unit, facts->len);
	program->by_name = g_hash_table_new_full(NULL, NULL, NULL, free_array);
	program->rules = rules;
	return program;
}

static void keep_arrays(struct linker *l)
{
	struct program *program = l->program;

	program->n_symbols = l->symbols->len;
	program->symbols = arena_memdup(program->arena, l->symbols->data,
					l->symbols->len * sizeof(struct symbol));
	program->n_functions = l->functions->len;
	program->functions = arena_memdup(program->arena, l->functions->data,
					  l->functions->len * sizeof(struct function));
	g_array_unref(l->symbols);
	g_array_unref(l->functions);
	g_hash_table_unref(l->symbol_ids);
}

static void find_ambiguous(struct program *program)
{
	for (uint32_t s = 0; s < program->n_symbols; s++) {
		const GArray *same = g_hash_table_lookup(
			program->by_name, GUINT_TO_POINTER(program->symbols[s].name));

		program->symbols[s].is_ambiguous = same && same->len > 1;
	}
}

static void find_sleeping(struct program *program)
{
	uint32_t *found = arena_new_array(program->arena, uint32_t,
					  g_hash_table_size(program->rules->sleeping) + 1);
	GHashTableIter iter;
	gpointer name;

	g_hash_table_iter_init(&iter, program->rules->sleeping);
	while (g_hash_table_iter_next(&iter, &name, NULL)) {
		uint32_t f = program_find(program, name);

		if (f != PROGRAM_NONE)
			found[program->n_sleeping++] = f;
	}
	program->sleeping = found;
}

struct program *program_link(const GPtrArray *facts, const struct rules *rules,
			     program_scope_fn in_scope, void *data)
{
	struct program *program = new_program(facts, rules);
	struct linker l = { .program = program,
			    .symbol_ids = g_hash_table_new(hash_symbol_key, same_symbol_key),
			    .symbols = g_array_new(FALSE, FALSE, sizeof(struct symbol)),
			    .functions = g_array_new(FALSE, FALSE, sizeof(struct function)),
			    .in_scope = in_scope,
			    .scope_data = data };

	for (uint32_t u = 0; u < facts->len; u++) {
		program->units[u].facts = g_ptr_array_index(facts, u);
		link_strings(&l, &program->units[u]);
		link_symbols(&l, &program->units[u], u);
		link_terms(&l, &program->units[u]);
	}
	for (uint32_t u = 0; u < facts->len; u++)
		for (uint32_t f = 0; f < program->units[u].facts->n_functions; f++)
			link_function(&l, u, &program->units[u].facts->functions[f]);
	keep_arrays(&l);
	find_ambiguous(program);
	program_find_callers(program);
	find_sleeping(program);
	program->lock_records = program_collect_lock_records(program);
	program->rcu_pointers = program_collect_rcu_pointers(program);
	program->guards = program_collect_guards(program);
	program->list_links = program_by_member(program, rules->rcu_links);
	program->own_operations = program_by_member(program, rules->own_operations);
	program->operation_tables = program_collect_operation_tables(program);
	program->table_rows = program_collect_table_rows(program);
	program->rcu_assigned = program_collect_rcu_assigned(program);
	program->rcu_listed = program_collect_rcu_listed(program);
	program->map_members = program_collect_map_members(program);
	program->lock_members = program_collect_lock_members(program);
	program->markers = program_by_member(program, rules->markers);
	program->parts = program_collect_parts(program);
	program->fnptr = fnptr_build(program);
	program->unvalidated = g_hash_table_new(NULL, NULL);
	program->elements = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
	program->compared = g_hash_table_new(NULL, NULL);
	program->keyed = g_hash_table_new(NULL, NULL);
	program->subclassed = g_hash_table_new(NULL, NULL);
	program->class_parts = g_hash_table_new_full(NULL, NULL, NULL, free_array);
	program->lock_pointers = program_collect_lock_pointers(program);
	program->lock_names = program_collect_lock_names(program, &program->shared_keys);
	program->classes = g_hash_table_new(NULL, NULL);
	program_read_absent(program);
	program_collect_callbacks(program);
	program_find_components(program);
	return program;
}

void program_free(struct program *program)
{
	if (!program)
		return;
	fnptr_free(program->fnptr);
	g_hash_table_unref(program->by_name);
	g_hash_table_unref(program->lock_names);
	g_hash_table_unref(program->class_parts);
	g_hash_table_unref(program->elements);
	g_hash_table_unref(program->shared_keys);
	g_hash_table_unref(program->lock_pointers);
	g_hash_table_unref(program->unvalidated);
	g_hash_table_unref(program->compared);
	g_hash_table_unref(program->keyed);
	g_hash_table_unref(program->subclassed);
	g_hash_table_unref(program->rcu_pointers);
	g_hash_table_unref(program->guards);
	g_hash_table_unref(program->rcu_assigned);
	g_hash_table_unref(program->rcu_listed);
	g_hash_table_unref(program->list_links);
	g_hash_table_unref(program->own_operations);
	g_hash_table_unref(program->operation_tables);
	program_free_table_rows(program->table_rows);
	g_hash_table_unref(program->map_members);
	g_hash_table_unref(program->lock_members);
	g_hash_table_unref(program->lock_records);
	g_hash_table_unref(program->classes);
	g_hash_table_unref(program->markers);
	g_hash_table_unref(program->parts);
	term_table_free(program->terms);
	intern_free(program->strings);
	arena_free(program->arena);
}

const char *program_string(const struct program *program, uint32_t id)
{
	return intern_str(program->strings, id);
}

const char *function_name(const struct program *program, uint32_t function)
{
	return program_string(program, program->symbols[program->functions[function].symbol].name);
}

const char *function_file(const struct program *program, uint32_t function)
{
	const struct function *f = &program->functions[function];

	return facts_file(program->units[f->unit].facts, f->facts->loc.file);
}

static size_t common_folder(const char *x, const char *y)
{
	size_t last = 0;

	for (size_t i = 0; x[i] && x[i] == y[i]; i++)
		if (x[i] == '/')
			last = i + 1;
	return last;
}

static uint32_t nearest_definition(const struct program *program, const GArray *same,
				   uint32_t symbol, const char *near)
{
	uint32_t best = PROGRAM_NONE;
	size_t best_score = 0;

	for (guint i = 0; i < same->len; i++) {
		uint32_t f = g_array_index(same, uint32_t, i);
		size_t score;

		if (program->functions[f].symbol != symbol)
			continue;
		score = 1;
		if (!(program->functions[f].facts->flags & FUNCTION_WEAK))
			score = 2 + common_folder(function_file(program, f), near);
		if (score > best_score) {
			best = f;
			best_score = score;
		}
	}
	return best;
}

uint32_t program_callee(const struct program *program, uint32_t unit, uint32_t symbol)
{
	const struct symbol *s = &program->symbols[symbol];
	const GArray *same;

	if (s->function == PROGRAM_NONE || (s->flags & SYMBOL_STATIC) || !s->is_ambiguous)
		return s->function;
	same = g_hash_table_lookup(program->by_name, GUINT_TO_POINTER(s->name));
	return nearest_definition(program, same, symbol, program->units[unit].facts->unit);
}

uint32_t program_find(const struct program *program, const char *name)
{
	uint32_t id = intern_find(program->strings, name);
	const GArray *same = id == UINT32_MAX
				     ? NULL
				     : g_hash_table_lookup(program->by_name, GUINT_TO_POINTER(id));

	if (!same)
		return PROGRAM_NONE;
	for (guint i = 0; i < same->len; i++)
		if (program->functions[g_array_index(same, uint32_t, i)].in_scope)
			return g_array_index(same, uint32_t, i);
	return g_array_index(same, uint32_t, 0);
}

term_id program_term(const struct program *program, uint32_t function, uint32_t expr)
{
	return program->units[program->functions[function].unit].terms[expr];
}
