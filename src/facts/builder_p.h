/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * builder_p.h - the state behind struct facts_builder
 *
 * Rows are appended to growing tables in their final form, except where the final place is known
 * only later: annotations (gathered per owner when written) and the function that is being built
 * (its blocks are put in order when it ends).
 */
#ifndef LOCKGRAPH_FACTS_BUILDER_P_H
#define LOCKGRAPH_FACTS_BUILDER_P_H

#include "base/intern.h"
#include "facts/facts.h"

/*
 * Row numbers found by content: open addressing, the hash kept beside the number so that rows
 * are compared only when they are very probably equal. A GHashTable costs an allocation or an
 * indirect call per probe, which showed: a unit makes some hundred thousand expressions.
 */
struct cons_slot {
	uint32_t hash;
	uint32_t row_plus_1;
};

struct cons_table {
	struct cons_slot *slots;
	uint32_t n_slots; /* a power of two */
	uint32_t used;
};

struct pending_annotation {
	uint32_t next; /* of the same owner; row + 1, 0 ends */
	struct fact_annotation annotation;
};

struct pending_step {
	uint32_t next; /* in the same block; row + 1, 0 ends */
	struct fact_step step;
};

struct pending_edge {
	uint32_t next;
	struct fact_edge edge;
};

struct pending_list {
	uint32_t first, last; /* row + 1 */
	uint32_t n;
};

struct pending_block {
	struct pending_list steps, edges;
	struct fact_block block;
	bool ended;
};

/* The function between facts_begin_function() and facts_end_function(). */
struct pending_function {
	bool open;
	struct fact_function function;
	GArray *params, *locals; /* struct fact_variable */
	GArray *blocks;		 /* struct pending_block */
	GArray *steps;		 /* struct pending_step */
	GArray *edges;		 /* struct pending_edge */
	GArray *args;		 /* uint32_t */
};

struct facts_builder {
	uint32_t unit, module, base;
	struct intern *names; /* becomes strings and string_offsets */
#define TABLE(name, type) GArray *name;
	FACT_TABLES(TABLE)
#undef TABLE
	struct cons_table expr_rows, symbol_rows, field_rows, file_rows;
	GArray *pending_annotations; /* struct pending_annotation; owners hold row + 1 of the last */
	struct pending_function function;
};

/* A row that @is_same accepts for @key among those with @hash, or FACTS_NONE. */
typedef bool (*cons_same)(const struct facts_builder *b, uint32_t row, const void *key);
uint32_t cons_find(const struct cons_table *table, uint32_t hash, cons_same is_same,
		   const struct facts_builder *b, const void *key);
void cons_add(struct cons_table *table, uint32_t hash, uint32_t row);
uint32_t cons_hash(const uint32_t *words, size_t n);

void facts_function_init(struct pending_function *function);
void facts_function_clear(struct pending_function *function);

#endif
