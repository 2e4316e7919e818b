/* SPDX-License-Identifier: GPL-2.0-or-later */
/* closure.c - what the code at hand leaves open */
#include "program/closure.h"

#include <string.h>

/* A function of a header: looked into once something calls it. */
struct inline_function {
	const struct facts *facts;
	const struct fact_function *function;
	bool entered;
};

struct closure {
	const struct rules *rules;
	GHashTable *defined; /* external functions that are there: name */
	GHashTable *inlines; /* name -> struct inline_function */
	GHashTable *called;  /* name -> uses */
	GHashTable *entries; /* name -> uses */
	GHashTable *hooks;   /* name -> uses */
	GQueue *pending;     /* struct inline_function *: called, not looked into yet */
};

struct closure *closure_new(const struct rules *rules)
{
	struct closure *c = g_new0(struct closure, 1);

	c->rules = rules;
	c->defined = g_hash_table_new(g_str_hash, g_str_equal);
	c->inlines = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	c->called = g_hash_table_new(g_str_hash, g_str_equal);
	c->entries = g_hash_table_new(g_str_hash, g_str_equal);
	c->hooks = g_hash_table_new(g_str_hash, g_str_equal);
	c->pending = g_queue_new();
	return c;
}

void closure_free(struct closure *c)
{
	if (!c)
		return;
	g_hash_table_unref(c->defined);
	g_hash_table_unref(c->inlines);
	g_hash_table_unref(c->called);
	g_hash_table_unref(c->entries);
	g_hash_table_unref(c->hooks);
	g_queue_free(c->pending);
	g_free(c);
}

static void use(GHashTable *table, const char *name)
{
	guint uses = GPOINTER_TO_UINT(g_hash_table_lookup(table, name));

	if (*name)
		g_hash_table_insert(table, (gpointer)name, GUINT_TO_POINTER(uses + 1));
}

/* The rules say all there is to say about it. */
static bool is_told(const struct closure *c, const char *name)
{
	const struct primitive *primitive = rules_primitive(c->rules, name);

	if (primitive && !primitive->follow)
		return true;
	return g_hash_table_contains(c->rules->opaque, name) ||
	       g_hash_table_contains(c->rules->noreturn, name);
}

static void call(struct closure *c, const struct facts *facts, const struct fact_symbol *symbol)
{
	const char *name = facts_string(facts, symbol->name);
	struct inline_function *body;

	if (is_told(c, name))
		return;
	if (!(symbol->flags & SYMBOL_STATIC))
		use(c->called, name);
	body = g_hash_table_lookup(c->inlines, name);
	if (!body || body->entered)
		return;
	body->entered = true;
	g_queue_push_tail(c->pending, body);
}

/* The member or variable that a place ends in: what code elsewhere has to name to get there. */
static const char *last_name(const struct facts *facts, uint32_t place)
{
	const struct fact_expr *e = &facts->exprs[place];

	while (e->kind == EXPR_INDEX || e->kind == EXPR_DEREF)
		e = &facts->exprs[e->base];
	if (e->kind == EXPR_FIELD)
		return facts_string(facts, e->b);
	if (e->kind == EXPR_GLOBAL)
		return facts_string(facts, facts->symbols[e->a].name);
	return "";
}

static void store(struct closure *c, const struct facts *facts, uint32_t lhs, uint32_t rhs)
{
	if (facts->exprs[rhs].kind == EXPR_FUNC)
		use(c->hooks, last_name(facts, lhs));
}

static void add_step(struct closure *c, const struct facts *facts, const struct fact_step *step,
		     bool asked)
{
	const struct fact_expr *callee = &facts->exprs[step->lhs];

	if (step->kind == STEP_CALL && callee->kind == EXPR_FUNC)
		call(c, facts, &facts->symbols[callee->a]);
	else if (step->kind == STEP_CALL && asked)
		use(c->hooks, last_name(facts, step->lhs));
	else if (step->kind == STEP_ASSIGN && asked)
		store(c, facts, step->lhs, step->rhs);
}

static void add_body(struct closure *c, const struct facts *facts, const struct fact_function *f,
		     bool asked)
{
	for (uint32_t b = f->blocks; b < f->blocks + f->n_blocks; b++) {
		const struct fact_block *block = &facts->blocks[b];

		for (uint32_t s = block->steps; s < block->steps + block->n_steps; s++)
			add_step(c, facts, &facts->steps[s], asked);
	}
}

static void add_inline(struct closure *c, const struct facts *facts, const struct fact_function *f,
		       const char *name)
{
	struct inline_function *body;

	if (g_hash_table_contains(c->inlines, name))
		return;
	body = g_new0(struct inline_function, 1);
	body->facts = facts;
	body->function = f;
	g_hash_table_insert(c->inlines, (gpointer)name, body);
}

/* First all names, so that calls find the inline functions. */
static void add_names(struct closure *c, const struct facts *facts, bool asked)
{
	for (uint32_t i = 0; i < facts->n_functions; i++) {
		const struct fact_function *f = &facts->functions[i];
		const char *name = facts_string(facts, facts->symbols[f->symbol].name);

		if (f->flags & FUNCTION_HEADER)
			add_inline(c, facts, f, name);
		else if (!(f->flags & FUNCTION_STATIC))
			g_hash_table_add(c->defined, (gpointer)name);
		if (asked && !(f->flags & (FUNCTION_HEADER | FUNCTION_STATIC)))
			use(c->entries, name);
	}
}

static void add_code(struct closure *c, const struct facts *facts, bool asked)
{
	for (uint32_t i = 0; i < facts->n_functions; i++) {
		if (!(facts->functions[i].flags & FUNCTION_HEADER))
			add_body(c, facts, &facts->functions[i], asked);
	}
	for (uint32_t i = 0; i < facts->n_inits && asked; i++)
		store(c, facts, facts->inits[i].lhs, facts->inits[i].rhs);
}

void closure_add(struct closure *c, const GPtrArray *facts, bool asked)
{
	struct inline_function *body;

	for (guint i = 0; i < facts->len; i++)
		add_names(c, facts->pdata[i], asked);
	for (guint i = 0; i < facts->len; i++)
		add_code(c, facts->pdata[i], asked);
	while ((body = g_queue_pop_head(c->pending)))
		add_body(c, body->facts, body->function, asked);
}

static gint compare_names(gconstpointer p, gconstpointer q)
{
	const struct closure_name *a = p, *b = q;

	return strcmp(a->name, b->name);
}

static GArray *names_of(GHashTable *table, GHashTable *without)
{
	GArray *names = g_array_new(FALSE, FALSE, sizeof(struct closure_name));
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		struct closure_name name = { key, GPOINTER_TO_UINT(value) };

		if (!without || !g_hash_table_contains(without, key))
			g_array_append_val(names, name);
	}
	g_array_sort(names, compare_names);
	return names;
}

GArray *closure_callees(const struct closure *c)
{
	return names_of(c->called, c->defined);
}

GArray *closure_entries(const struct closure *c)
{
	return names_of(c->entries, NULL);
}

GArray *closure_hooks(const struct closure *c)
{
	return names_of(c->hooks, NULL);
}
