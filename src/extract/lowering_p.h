/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lowering_p.h - inside the lowering of a translation unit
 *
 * Two states: struct lowering for the unit (caches by declaration, what is still to be lowered),
 * struct body for the function at hand (where control is, what is in scope).
 *
 * A "cursor" is libclang's handle of a declaration, statement or expression. What its C interface
 * does not tell (which child a missing part of a for statement is, which asm operand is written,
 * where an asm goto goes) is inferred where it is needed, and the comment there says how.
 *
 * Knows nothing of processes and files on disk.
 */
#ifndef LOCKGRAPH_EXTRACT_LOWERING_P_H
#define LOCKGRAPH_EXTRACT_LOWERING_P_H

#include "extract/lower_p.h"

#define UNKNOWN_VALUE 0 /* expression 0 of every unit */
#define DEAD UINT32_MAX /* no block: control does not get here */

/* Deeper nesting than any person writes; beyond it a function is given up, with a diagnostic. */
#define MAX_NESTING 1000

/* What a call of a compiler's builtin function amounts to. */
enum builtin {
	BUILTIN_NONE,	      /* an ordinary function */
	BUILTIN_FIRST,	      /* its first argument: __builtin_expect */
	BUILTIN_CONSTANT,     /* what the parser makes of it, else 0: __builtin_constant_p */
	BUILTIN_UNREACHABLE,  /* control ends */
	BUILTIN_WRITES_LAST,  /* *last argument changes: __builtin_add_overflow */
	BUILTIN_WRITES_FIRST, /* *first argument changes: __sync_fetch_and_add */
	BUILTIN_NOTHING,      /* no effect: va_start, prefetch */
	BUILTIN_PURE,	      /* a number computed from its arguments */
	BUILTIN_LIBRARY,      /* the library function named behind "__builtin_" */
};

/* A function or variable with static storage, by its declaration. */
struct symbol_ref {
	uint32_t symbol;
	enum builtin builtin;
	bool is_function;
	bool is_noreturn;
	bool is_weak;
	const char *type; /* signature */
};

struct field_ref {
	const char *record; /* NULL for a nameless member: no step of its own */
	const char *name;
};

/* Children of a cursor, on a stack that all share. */
struct kids {
	uint32_t first, n;
};

struct lowering {
	CXTranslationUnit tu;
	const struct lower_options *options;
	struct facts_builder *b;
	struct arena *arena; /* strings and refs below */
	GHashTable *files;   /* CXFile -> file number + 1 */
	GHashTable *symbols; /* declaration -> struct symbol_ref * */
	GHashTable *fields;  /* declaration -> struct field_ref * */
	GHashTable *records; /* declaration -> its tag */
	GHashTable *members; /* declaration of a record -> GArray of CXCursor, its fields */
	GHashTable *types;   /* type -> spelling */
	GHashTable *pending; /* definition in a header -> CXCursor *; lowered when referred to */
	GHashTable *unique_names; /* name -> how many there were */
	GHashTable *functions;	  /* name -> struct symbol_ref *: named by cleanup attributes */
	GArray *functions_seen;	  /* CXCursor: all but those of a precompiled header */
	GArray *queue;		  /* CXCursor: definitions to lower */
	GArray *kids;		  /* CXCursor */
	struct body *body;	  /* NULL between functions */
	CXFile last_file;	  /* the answer for the file asked about last */
	bool last_is_own;
};

/* A variable with a cleanup attribute, in scope. */
struct cleanup {
	uint32_t variable; /* place */
	uint32_t function; /* value */
};

/* A place that control can be sent to, and how many cleanups are in scope there. */
struct target {
	uint32_t block;
	uint32_t n_cleanups;
};

struct label {
	char *name;
	uint32_t block;
	uint32_t n_cleanups;
	bool is_placed;	  /* its statement has been lowered */
	bool is_named;	  /* by a goto statement, &&label or the text of an asm goto */
	bool has_address; /* by &&label */
	struct fact_loc loc;
};

/* A jump to a label that is further down: its cleanups are known only there. */
struct forward_jump {
	struct label *label;
	uint32_t block;
	uint32_t first, n; /* in forward_cleanups */
	struct fact_loc loc;
};

/* A block that ends in a computed goto, or in an asm that may be a goto to a word of @text. */
struct open_jump {
	uint32_t block, next; /* next: where it goes otherwise, DEAD for nowhere */
	const char *text;
	size_t length;
	bool names_label;
	struct fact_loc loc;
};

struct block_state {
	bool is_reached, is_ended;
};

struct switch_case;

struct body {
	struct lowering *lo;
	const char *name;
	uint32_t block; /* where the next step goes, DEAD for nowhere */
	uint32_t depth;
	bool too_deep;
	bool is_constant; /* no function at all, but a global's initialiser: nothing is recorded */
	uint32_t load;	  /* a read that is not recorded yet; UNKNOWN_VALUE for none */
	struct fact_loc load_loc;
	struct fact_loc loc;	  /* of what was recorded last */
	GHashTable *variables;	  /* declaration -> place + 1 */
	GHashTable *relocated;	  /* places of locals that hold a pointer as an integer */
	GHashTable *static_names; /* name -> how many there were */
	GHashTable *names;	  /* of variables and parameters */
	GHashTable *labels;	  /* statement -> struct label * */
	GPtrArray *label_list;	  /* struct label *, in the order they are met */
	GArray *blocks;		  /* struct block_state */
	GArray *cleanups;	  /* struct cleanup, those in scope */
	GArray *forward;	  /* struct forward_jump */
	GArray *forward_cleanups;
	GArray *open_jumps;		       /* struct open_jump */
	struct target *on_break, *on_continue; /* NULL outside */
	struct switch_case *on_case;
};

/* cursor.c: libclang's cursors and types */

struct kids kids_of(struct lowering *lo, CXCursor cursor);
CXCursor kid(const struct lowering *lo, struct kids kids, uint32_t n);
void kids_done(struct lowering *lo, struct kids kids);

/* Without parentheses and implicit conversions. */
CXCursor strip(struct lowering *lo, CXCursor cursor);

CXCursor first_kid(struct lowering *lo, CXCursor cursor);

/* The last child, an expression: what is cast, what a label stands before. */
CXCursor last_kid(struct lowering *lo, CXCursor cursor);

struct fact_loc loc_of(struct lowering *lo, CXCursor cursor);
struct fact_loc end_loc_of(struct lowering *lo, CXCursor cursor);
const char *type_text(struct lowering *lo, CXType type);
enum CXTypeKind type_kind(CXType type);
bool is_unsigned_type(CXType type);
bool is_record_type(CXType type);
bool is_array_type(CXType type);
bool is_function_type(CXType type);

/* What @path is called from @folder (may be NULL) on; NULL when it is elsewhere. */
const char *rest_below(const char *path, const char *folder);

/* Evaluates a constant expression of integer type. */
bool evaluate(CXCursor cursor, int64_t *value);

/* The text of @cursor's file from where @cursor begins; NULL when it has none. */
const char *text_at(struct lowering *lo, CXCursor cursor, size_t *length);

/* What identifies a declaration or statement within the unit. */
static inline const void *decl_key(CXCursor cursor)
{
	return cursor.data[0];
}

static inline const void *stmt_key(CXCursor cursor)
{
	return cursor.data[1];
}

/* decl.c, record.c: symbols, fields, records, annotations */

const struct symbol_ref *symbol_of(struct lowering *lo, CXCursor decl);
/* Without the number that __UNIQUE_ID() appends. Free with g_free(). */
char *variable_name(const char *name);
const struct symbol_ref *function_named(struct lowering *lo, const char *name);
const struct field_ref *field_of(struct lowering *lo, CXCursor decl);
const char *record_tag(struct lowering *lo, CXCursor record);

/* Its type, if nameless, is called as the variable is. */
void name_record_after(struct lowering *lo, CXCursor variable);

/* The fields of a struct or union, in order; struct lowering keeps it. */
GArray *fields_of(struct lowering *lo, CXType type);

/* The facts name the fields in @text, "->bus->lock", from a place of @type or a pointer to it on. */
void name_members(struct lowering *lo, CXType type, const char *text);

/* The text of the first "lockgraph:NAME:" annotation called @name. Free with g_free(). */
char *annotation_text(struct lowering *lo, CXCursor decl, const char *name);

/* All annotations of @decl, with @annotate, to the symbol or field @index. */
typedef void (*annotate_fn)(struct facts_builder *b, uint32_t index, enum fact_annotation_kind kind,
			    const char *text);
void add_annotations(struct lowering *lo, CXCursor decl, uint32_t index, annotate_fn annotate);
uint32_t section_flags(struct lowering *lo, CXCursor decl);

/* init.c: initialisers */

/*
 * @place of @type gets @value, which may be a list in braces: one step a scalar, with @flags.
 */
void lower_init(struct body *f, unsigned flags, uint32_t place, CXType type, CXCursor value);

/* Records what a variable with static storage starts as. */
void lower_global(struct lowering *lo, CXCursor decl);

/* block.c: control and steps */

uint32_t block_new(struct body *f);
/* Control goes on in @block, from where it is and from whatever jumps there. */
void block_enter(struct body *f, uint32_t block);
/* The same for a block that later jumps lead to. */
void block_open(struct body *f, uint32_t block);
void block_jump(struct body *f, uint32_t block);
void block_branch(struct body *f, uint32_t cond, uint32_t yes, uint32_t no, CXCursor cursor);
void block_end(struct body *f, enum fact_term_kind term, uint32_t cond, struct fact_loc loc);
void block_edge(struct body *f, uint32_t from, uint32_t to);
void block_case(struct body *f, uint32_t from, uint32_t to, int64_t low, int64_t high);
void block_default(struct body *f, uint32_t from, uint32_t to);
bool block_is_reached(const struct body *f, uint32_t block);
/* Leaves a block without an end, for later; returns it. */
uint32_t block_pause(struct body *f);
void block_resume(struct body *f, uint32_t block);
/* Ends what was left open by mistake of the source or ours. */
void blocks_finish(struct body *f);
static inline bool is_dead(const struct body *f)
{
	return f->block == DEAD;
}

void step_assign(struct body *f, uint32_t place, uint32_t value, unsigned flags, CXCursor cursor);
void step_clobber(struct body *f, uint32_t place, CXCursor cursor);
uint32_t step_call(struct body *f, uint32_t callee, const uint32_t *args, size_t n, unsigned flags,
		   struct fact_loc loc);
void step_load(struct body *f, uint32_t place, CXCursor cursor);
uint32_t local_new(struct body *f, const char *name, CXType type);
/* @value as it is now, whatever happens next. */
uint32_t value_kept(struct body *f, uint32_t value, CXCursor cursor);

/* expr.c, call.c, path.c, cond.c: expressions */

/*
 * Emits what evaluating @cursor does; returns its value, or its place if it is an lvalue (which
 * stands for its content where a value is wanted).
 */
uint32_t lower_expr(struct body *f, CXCursor cursor);

/* For its effects only. */
void lower_discarded(struct body *f, CXCursor cursor);

/* Whether the function is given up, for its nesting. */
bool body_is_too_deep(struct body *f);

uint32_t lower_call(struct body *f, CXCursor cursor, unsigned flags);
const struct symbol_ref *called_function(struct lowering *lo, CXCursor callee);
uint32_t lower_member(struct body *f, CXCursor cursor);
uint32_t lower_subscript(struct body *f, CXCursor cursor);
uint32_t lower_reference(struct body *f, CXCursor cursor);
uint32_t lower_dereference(struct body *f, CXCursor operand);
uint32_t lower_address(struct body *f, CXCursor operand);
uint32_t lower_pointer_sum(struct body *f, enum fact_binary op, CXCursor left, CXCursor right);
uint32_t lower_cast(struct body *f, CXCursor cursor);
uint32_t lower_literal_object(struct body *f, CXCursor cursor);

/* A variable's or function's place or value; locals only inside their function. */
uint32_t reference_to(struct lowering *lo, CXCursor decl);
uint32_t variable_declare(struct body *f, CXCursor decl);

/* Integers that carry a pointer: see path.c. */
void note_relocated(struct body *f, uint32_t place, CXCursor value);
uint32_t relocated_by(struct body *f, uint32_t place, uint32_t value, CXCursor added);

/* The address of array @place, as a value. */
uint32_t expr_decayed(struct body *f, uint32_t place);

/* @value if it is a place, else a new local that holds it. */
uint32_t expr_place(struct body *f, uint32_t value, CXCursor cursor);

/* Arithmetic on what is known. */
uint32_t fold_binary(struct lowering *lo, enum fact_binary op, bool is_unsigned, uint32_t left,
		     uint32_t right, CXType type);
uint32_t fold_unary(struct lowering *lo, enum fact_unary op, uint32_t value, CXType type);
uint32_t fit_int(struct lowering *lo, uint32_t value, CXType type);
bool int_value(const struct lowering *lo, uint32_t expr, int64_t *value);

/*
 * Ends the block with a branch on @cursor. Where the answer is known before anything is emitted,
 * there is only a jump.
 */
void lower_condition(struct body *f, CXCursor cursor, uint32_t yes, uint32_t no);

uint32_t lower_logical(struct body *f, CXCursor cursor);
uint32_t lower_conditional(struct body *f, CXCursor cursor, bool is_discarded);
uint32_t lower_elvis(struct body *f, CXCursor cursor);

/* cfg.c, loop.c, switch.c, jump.c, asm.c: statements */

void lower_statement(struct body *f, CXCursor cursor);
uint32_t lower_statement_expression(struct body *f, CXCursor cursor, bool is_discarded);
void lower_declaration(struct body *f, CXCursor cursor);
void lower_while(struct body *f, CXCursor cursor);
void lower_do(struct body *f, CXCursor cursor);
void lower_for(struct body *f, CXCursor cursor);
void lower_switch(struct body *f, CXCursor cursor);
void lower_case(struct body *f, CXCursor cursor);
void lower_asm(struct body *f, CXCursor cursor);

void lower_label(struct body *f, CXCursor cursor);
void lower_goto(struct body *f, CXCursor cursor);
void lower_computed_goto(struct body *f, CXCursor cursor);
void lower_return(struct body *f, CXCursor cursor);
struct label *label_of(struct body *f, CXCursor label_ref);
void jump_to_label(struct body *f, struct label *label, struct fact_loc loc);
void jump_to_target(struct body *f, const struct target *target, struct fact_loc loc);
void jump_open(struct body *f, uint32_t next, const char *text, size_t length);
void jumps_finish(struct body *f);

/* cleanup.c: what happens at the end of a scope */

void cleanup_declare(struct body *f, CXCursor variable, uint32_t place);
void cleanup_call(struct body *f, const struct cleanup *cleanup, struct fact_loc loc);
/* Emits the cleanups above the first @n, last first; they stay in scope. */
void cleanup_run(struct body *f, uint32_t n, struct fact_loc loc);
/* The same, and they are out of scope. */
void cleanup_leave(struct body *f, uint32_t n, struct fact_loc loc);

#endif
