/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts.h - what one translation unit's code does
 *
 * A control-flow graph per function with calls, assignments, conditions and returns over
 * hash-consed expressions; initialisers of globals; symbols. No rule is known here: spin_lock() is
 * a call like any other, so rules can change without reading source again.
 *
 * The format is flat and mapped, not parsed: every reference is an index into one of the tables
 * below, checked once by facts_open(). Index 0 of strings is "", of expressions UNKNOWN.
 *
 * Must not know: lock functions, the kernel, libclang.
 */
#ifndef LOCKGRAPH_FACTS_H
#define LOCKGRAPH_FACTS_H

#include "base/arena.h"
#include "base/file.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FACTS_VERSION 1
#define FACTS_NONE UINT32_MAX /* no symbol, no function, ... */

enum fact_expr_kind {
#define EXPR(symbol, name, meaning) EXPR_##symbol,
#include "facts/kinds.def"
#undef EXPR
	EXPR_KINDS
};

enum fact_step_kind {
#define STEP(symbol, name, meaning) STEP_##symbol,
#include "facts/kinds.def"
#undef STEP
	STEP_KINDS
};

enum fact_term_kind {
#define TERM(symbol, name, meaning) TERM_##symbol,
#include "facts/kinds.def"
#undef TERM
	TERM_KINDS
};

enum fact_unary {
#define UNARY(symbol, text) UNARY_##symbol,
#include "facts/kinds.def"
#undef UNARY
	UNARY_KINDS
};

enum fact_binary {
#define BINARY(symbol, text) BINARY_##symbol,
#include "facts/kinds.def"
#undef BINARY
	BINARY_KINDS
};

enum fact_annotation_kind {
#define ANNOTATION(symbol, name, meaning) ANNOTATION_##symbol,
#include "facts/kinds.def"
#undef ANNOTATION
	ANNOTATION_KINDS
};

/* Where something stands: the place a reader of the source sees (macros: where they are used). */
struct fact_loc {
	uint16_t file; /* index into files */
	uint16_t column;
	uint32_t line;
};

/* An expression. Hash-consed per unit: equal expressions have equal indices. */
struct fact_expr {
	uint8_t kind;		   /* enum fact_expr_kind */
	uint8_t op;		   /* UNARY, BINARY: the operator */
	uint16_t unsigned_compare; /* BINARY comparisons: 1 if unsigned, pointers included */
	uint32_t base;
	uint32_t a;
	uint32_t b;
};

enum fact_step_flag {
	STEP_FLAG_CLEANUP = 1 << 0,   /* call at the end of a scope, by a cleanup attribute */
	STEP_FLAG_DECL = 1 << 1,      /* ASSIGN that initialises a local where it is declared */
	STEP_FLAG_DISCARDED = 1 << 2, /* CALL whose result is not used */
};

struct fact_step {
	uint8_t kind; /* enum fact_step_kind */
	uint8_t flags;
	uint16_t n_args;
	uint32_t lhs;
	uint32_t rhs;
	uint32_t args; /* first of n_args in the args table */
	struct fact_loc loc;
};

/* One way out of a block. @low..@high: SWITCH only, inclusive. */
struct fact_edge {
	uint32_t block; /* index in the function, 0 is its entry */
	uint32_t is_default;
	int64_t low, high;
};

struct fact_block {
	uint32_t steps, n_steps;
	uint32_t edges, n_edges;
	uint32_t cond;	     /* expression, see TERM */
	uint32_t term;	     /* enum fact_term_kind */
	struct fact_loc loc; /* of the condition, the return, the closing brace */
	uint32_t loop_head;  /* 1 if a back edge leads here */
	uint32_t pad;
};

/* A parameter or local variable. @type as clang prints the canonical type. */
struct fact_variable {
	uint32_t name;
	uint32_t type;
};

struct fact_annotation {
	uint32_t kind; /* enum fact_annotation_kind */
	uint32_t text;
};

enum fact_function_flag {
	FUNCTION_STATIC = 1 << 0,
	FUNCTION_INLINE = 1 << 1,
	FUNCTION_HEADER = 1 << 2, /* defined in a header */
	FUNCTION_NORETURN = 1 << 3,
	FUNCTION_WEAK = 1 << 4,
	FUNCTION_RETURNS_POINTER = 1 << 5,
	FUNCTION_RETURNS_VOID = 1 << 6,
	FUNCTION_INIT = 1 << 7, /* __init, __exit: in annotations SECTION too */
	FUNCTION_EXIT = 1 << 8,
	FUNCTION_VARIADIC = 1 << 9,
	FUNCTION_RETURNS_BOOL = 1 << 10,
};

/* A function that is defined in the unit. Its first block is its entry. */
struct fact_function {
	uint32_t symbol;
	uint32_t flags;
	uint32_t type; /* signature, for indirect calls by type: "int (struct device *, void *)" */
	uint32_t variables; /* parameters first, then locals */
	uint32_t n_params, n_locals;
	uint32_t blocks, n_blocks;
	uint32_t n_calls; /* RESULT numbers are below this */
	uint32_t end_line;
	struct fact_loc loc;
};

enum fact_symbol_flag {
	SYMBOL_FUNCTION = 1 << 0, /* else a variable */
	SYMBOL_STATIC = 1 << 1,	  /* internal linkage or a local static */
	SYMBOL_DEFINED = 1 << 2,  /* defined in this unit */
	SYMBOL_HEADER = 1 << 3,	  /* a static or inline that a header defines: units share it */
	SYMBOL_NORETURN = 1 << 4,
	SYMBOL_WEAK = 1 << 5,
};

/*
 * A function or variable, defined or only named. Statics are told apart by file and, inside a
 * function, by @function. @loc is the definition where there is one, else the declaration.
 */
struct fact_symbol {
	uint32_t name;
	uint32_t flags;
	uint32_t type;
	uint32_t function; /* name of the enclosing function of a local static, else "" */
	uint32_t annotations, n_annotations;
	struct fact_loc loc;
};

/* A global's initialiser, one scalar: place lhs (rooted at GLOBAL) starts as value rhs. */
struct fact_init {
	uint32_t lhs, rhs;
	struct fact_loc loc;
};

/* A member of a record that some FIELD or CONTAINER names. */
struct fact_field {
	uint32_t record; /* string: "struct kvm" */
	uint32_t name;
	uint32_t type;
	uint32_t annotations, n_annotations;
	uint32_t pad;
};

/* A file that the unit read, for the cache. Paths as in files. */
struct fact_input {
	uint32_t path;
	uint32_t pad;
	uint64_t hash;
	uint64_t size;
	int64_t mtime_ns;
};

/* The tables; X-macro so that writer, reader and dump agree: TABLE(name, type). */
#define FACT_TABLES(TABLE)                                                                         \
	TABLE(strings, char)                                                                       \
	TABLE(string_offsets, uint32_t)                                                            \
	TABLE(files, uint32_t)                                                                     \
	TABLE(exprs, struct fact_expr)                                                             \
	TABLE(steps, struct fact_step)                                                             \
	TABLE(args, uint32_t)                                                                      \
	TABLE(edges, struct fact_edge)                                                             \
	TABLE(blocks, struct fact_block)                                                           \
	TABLE(variables, struct fact_variable)                                                     \
	TABLE(functions, struct fact_function)                                                     \
	TABLE(symbols, struct fact_symbol)                                                         \
	TABLE(annotations, struct fact_annotation)                                                 \
	TABLE(inits, struct fact_init)                                                             \
	TABLE(fields, struct fact_field)                                                           \
	TABLE(inputs, struct fact_input)                                                           \
	TABLE(diagnostics, uint32_t)

/*
 * One unit's facts, mapped. Every table is an array and its length; indices inside are within
 * range (facts_open() has checked). @files and @diagnostics hold string ids; paths are relative
 * to the tree's root, or begin with "@obj/" for the build directory, or are absolute.
 */
struct facts {
#define TABLE(name, type)                                                                          \
	const type *name;                                                                          \
	uint32_t n_##name;
	FACT_TABLES(TABLE)
#undef TABLE
	const char *unit;   /* the main file */
	const char *base;   /* key of the facts of the precompiled header it was read with, or "" */
	const char *module; /* "" when built in */
	struct mapping map;
};

/*
 * Opens and checks a facts file. A file that is torn, foreign, of another version or has an index
 * out of range is an error, which callers treat as "not in the cache".
 */
struct facts *facts_open(const char *path, GError **err);
void facts_close(struct facts *facts);

/* The text of string @id; lives as long as @facts. */
const char *facts_string(const struct facts *facts, uint32_t id);

/* The path of file @file of a location. */
const char *facts_file(const struct facts *facts, uint32_t file);

/* Facts as text, one line per step, for people and tests; @function NULL means all. */
void facts_dump(const struct facts *facts, const char *function, GString *out);

/* An expression as C-like text: "kvm->lock", "&vcpu->mutex", "#3". @f names locals; may be NULL. */
void facts_print_expr(const struct facts *facts, const struct fact_function *f, uint32_t expr,
		      GString *out);

/* --- writing ----------------------------------------------------------------------------------- */

struct facts_builder;

/* A builder for one unit; everything it is given is copied. */
struct facts_builder *facts_builder_new(const char *unit, const char *module, const char *base);
void facts_builder_free(struct facts_builder *b);

uint32_t facts_add_string(struct facts_builder *b, const char *text);
uint16_t facts_add_file(struct facts_builder *b, const char *path);

/* Expressions, canonical (see kinds.def). Arguments are expression indices unless named else. */
uint32_t facts_expr_param(struct facts_builder *b, uint32_t number);
uint32_t facts_expr_local(struct facts_builder *b, uint32_t number);
uint32_t facts_expr_global(struct facts_builder *b, uint32_t symbol);
uint32_t facts_expr_func(struct facts_builder *b, uint32_t symbol);
uint32_t facts_expr_result(struct facts_builder *b, uint32_t call);
uint32_t facts_expr_int(struct facts_builder *b, int64_t value);
uint32_t facts_expr_string(struct facts_builder *b, const char *text);
uint32_t facts_expr_field(struct facts_builder *b, uint32_t base, const char *record,
			  const char *member);
uint32_t facts_expr_deref(struct facts_builder *b, uint32_t base);
uint32_t facts_expr_index(struct facts_builder *b, uint32_t base, uint32_t index);
uint32_t facts_expr_addr(struct facts_builder *b, uint32_t base);
uint32_t facts_expr_container(struct facts_builder *b, uint32_t base, const char *record,
			      const char *member);
uint32_t facts_expr_percpu(struct facts_builder *b, uint32_t base);
uint32_t facts_expr_unary(struct facts_builder *b, enum fact_unary op, uint32_t base);
uint32_t facts_expr_binary(struct facts_builder *b, enum fact_binary op, bool is_unsigned,
			   uint32_t left, uint32_t right);

/*
 * What "@a OP @b" is, in 64 bits: wrapping, as the kernel's compiler flags say. @is_unsigned: the
 * operands of a comparison, the left one of a shift to the right. False where C leaves it open.
 */
bool facts_fold(enum fact_binary op, bool is_unsigned, int64_t a, int64_t b, int64_t *result);

/* The expression at @index, to look at while building. */
struct fact_expr facts_expr_at(const struct facts_builder *b, uint32_t index);

/* A symbol; the same name, file and enclosing function give the same index, flags are or-ed. */
uint32_t facts_add_symbol(struct facts_builder *b, const char *name, uint32_t flags,
			  const char *type, const char *function, struct fact_loc loc);
void facts_annotate_symbol(struct facts_builder *b, uint32_t symbol, enum fact_annotation_kind kind,
			   const char *text);

/* A field of a record with its type; later calls with the same record and name do nothing. Returns
 * its index. */
uint32_t facts_add_field(struct facts_builder *b, const char *record, const char *name,
			 const char *type);
void facts_annotate_field(struct facts_builder *b, uint32_t field, enum fact_annotation_kind kind,
			  const char *text);

void facts_add_init(struct facts_builder *b, uint32_t lhs, uint32_t rhs, struct fact_loc loc);
void facts_add_input(struct facts_builder *b, const char *path, uint64_t hash, uint64_t size,
		     int64_t mtime_ns);
void facts_add_diagnostic(struct facts_builder *b, const char *text);

/*
 * One function at a time: begin, variables, blocks (made in any order, filled one at a time or
 * interleaved: steps go to the block named), end. Block 0 is the entry.
 */
void facts_begin_function(struct facts_builder *b, uint32_t symbol, uint32_t flags,
			  const char *type, struct fact_loc loc);
uint32_t facts_add_variable(struct facts_builder *b, bool is_param, const char *name,
			    const char *type);
uint32_t facts_add_block(struct facts_builder *b);
uint32_t facts_add_call(struct facts_builder *b, uint32_t block, uint32_t callee,
			const uint32_t *args, size_t n_args, unsigned flags,
			struct fact_loc loc); /* returns the RESULT expression */
void facts_add_assign(struct facts_builder *b, uint32_t block, uint32_t lhs, uint32_t rhs,
		      unsigned flags, struct fact_loc loc);
void facts_add_clobber(struct facts_builder *b, uint32_t block, uint32_t lhs, struct fact_loc loc);
void facts_add_load(struct facts_builder *b, uint32_t block, uint32_t lhs, struct fact_loc loc);
void facts_end_block(struct facts_builder *b, uint32_t block, enum fact_term_kind term,
		     uint32_t cond, struct fact_loc loc);
void facts_add_edge(struct facts_builder *b, uint32_t block, uint32_t to);
void facts_add_case(struct facts_builder *b, uint32_t block, uint32_t to, int64_t low,
		    int64_t high);
void facts_add_default(struct facts_builder *b, uint32_t block, uint32_t to);

/* Drops blocks that nothing reaches, numbers the rest in reverse postorder, marks loop heads. */
void facts_end_function(struct facts_builder *b, uint32_t end_line);

/* Stores everything at @path in one step. */
bool facts_write(struct facts_builder *b, const char *path, GError **err);

/* --- the cache --------------------------------------------------------------------------------- */

/*
 * A folder of facts files named by key. Two runs may share it; killed at any moment it stays
 * sound: entries are written whole or not at all, and checked when opened.
 */
struct facts_cache;

/* @limit_mb: old entries go when it grows past this (checked at close). */
struct facts_cache *facts_cache_open(const char *dir, size_t limit_mb, GError **err);
void facts_cache_close(struct facts_cache *cache);

/* Where the entry with @key lives or would live; the folder exists. Free with g_free(). */
char *facts_cache_path(const struct facts_cache *cache, const char *key);

/*
 * Turns the paths of fact_input ("@obj/..." or relative) into absolute ones.
 */
struct facts_roots {
	const char *tree;
	const char *objtree; /* may be NULL */
};

/*
 * The entry with @key if its inputs still have the recorded content, else NULL. Times and sizes
 * are compared first, hashes only where they differ; every file is looked at once per run.
 * A base entry that is gone or stale makes the entry stale.
 */
struct facts *facts_cache_get(struct facts_cache *cache, const char *key,
			      const struct facts_roots *roots);

struct facts_cache_stats {
	size_t entries;
	uint64_t bytes;
	size_t hits, misses, stale, damaged;
};
struct facts_cache_stats facts_cache_statistics(struct facts_cache *cache);
bool facts_cache_clear(struct facts_cache *cache, GError **err);

#endif
