/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * program.h - many units become one program
 *
 * Symbols are resolved across units, expressions become terms that mean the same everywhere,
 * indirect calls get their possible targets, and the call graph its strongly connected components.
 * Read-only once program_link() has returned. Knows what functions may be called, not what any
 * of them does to a lock; the rules are used only to know which bodies are not followed.
 */
#ifndef LOCKGRAPH_PROGRAM_H
#define LOCKGRAPH_PROGRAM_H

#include "base/arena.h"
#include "base/intern.h"
#include "facts/facts.h"
#include "rules/rules.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRAM_NONE UINT32_MAX

/*
 * A term is a fact expression whose symbols and strings are the program's: equal terms of
 * different units have equal numbers. Kinds and canonical form are those of facts/kinds.def.
 * PARAM, LOCAL and RESULT are relative to a function that the context tells. Term 0 is UNKNOWN.
 * UNKNOWN with a or b set is a value of flow's own making (exec_state.c).
 */
typedef uint32_t term_id;
struct term {
	uint8_t kind; /* enum fact_expr_kind */
	uint8_t op : 7;
	uint8_t unsigned_compare : 1;
	uint16_t parts; /* made by term_make(): bit 1 << kind for each kind in it, its own too */
	term_id base;
	uint32_t a;
	uint32_t b;
};

/* What struct term.a and .b are: of a TERM and a STRING only .a is one, .b is a number. */
enum term_operands {
	OPERANDS_NUMBERS,
	OPERAND_SYMBOL,
	OPERAND_STRING,
	OPERANDS_STRINGS,
	OPERAND_TERM,
	OPERANDS_TERMS,
};
enum term_operands term_operands(enum fact_expr_kind kind);

/* Open only so that term_at(), which is asked all the time, costs no call. */
struct term_table {
	struct term *terms; /* by id */
	uint8_t *depths;    /* by id */
	uint8_t *sizes;	    /* by id: parts, each as often as it occurs */
	uint32_t n, capacity;
	struct term_slot *slots;
	size_t n_slots;		    /* a power of two */
	struct recent_term *recent; /* see term_make() */
};

struct term_table *term_table_new(void);
void term_table_free(struct term_table *terms);
size_t term_count(const struct term_table *terms);

static inline struct term term_at(const struct term_table *terms, term_id id)
{
	return terms->terms[id];
}

/* Whether a term of @kind is anywhere in @id. */
static inline bool term_has(const struct term_table *terms, term_id id, enum fact_expr_kind kind)
{
	return terms->terms[id].parts >> kind & 1;
}

/*
 * The constructors keep terms canonical and fold what can be folded (integer operators, DEREF of
 * ADDR, ...). A term deeper than TERM_MAX_DEPTH becomes UNKNOWN, so that loops over lists end, and
 * one of more than TERM_MAX_SIZE parts, so that a cipher's rounds do not double it each time.
 */
#define TERM_MAX_DEPTH 12
#define TERM_MAX_SIZE 48

/* Whether @id as a pointer is followed to no member any more: that term would be too deep. */
bool term_is_too_deep(const struct term_table *terms, term_id id);
term_id term_make(struct term_table *terms, struct term term);
term_id term_int(struct term_table *terms, int64_t value);
term_id term_field(struct term_table *terms, term_id base, uint32_t record, uint32_t member);
term_id term_deref(struct term_table *terms, term_id value);
term_id term_addr(struct term_table *terms, term_id place);
bool term_is_int(const struct term_table *terms, term_id id, int64_t *value);

/* Whether the two operands of a BINARY may be swapped; they are in the order of their numbers. */
bool term_is_symmetric(const struct term *term);

/* Whether the place is reached from what is the same wherever a task asks: current->mm. */
bool term_is_behind_constant(const struct term_table *terms, term_id id);

/* Whether a binary operator (enum fact_binary) asks which of two values is greater, or equal. */
bool operator_compares(uint8_t op);

/* A function or variable of the program. */
struct symbol {
	uint32_t name; /* string */
	uint32_t file; /* string: where it is defined, or declared */
	uint32_t line;
	uint32_t flags;	   /* enum fact_symbol_flag */
	uint32_t type;	   /* string */
	uint32_t owner;	   /* string: enclosing function of a local static */
	uint32_t function; /* the definition, an index into functions, or PROGRAM_NONE */
	const struct function_rules *said; /* what the rules say of a function; never NULL */
	const struct primitive *primitive; /* of that, what is asked most; or NULL */
	const struct role *roles;	   /* likewise */
	bool opaque;			   /* the rules say that its body is not followed */
	bool is_ambiguous;		   /* several functions in the program have that name */
};

/* A function that has a body in some unit. */
struct function {
	uint32_t symbol;
	uint32_t unit;
	const struct fact_function *facts;
	uint32_t component; /* of the call graph, numbered bottom up: callees have lower numbers */
	bool in_scope;	    /* defined in a file under the paths the user gave */
	bool address_taken;
};

struct unit {
	const struct facts *facts;
	uint32_t *strings; /* facts string id -> program string id */
	uint32_t *symbols; /* facts symbol -> program symbol */
	term_id *terms;	   /* facts expression -> term */
};

/* How sure it is that a call can reach its target: the weakest on a chain counts. */
enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };

/*
 * What an indirect call may reach. HIGH: the very object's table is known; MEDIUM: few
 * candidates by record and member; LOW: many, or by type only.
 */
struct call_targets {
	const uint32_t *functions; /* sorted function indices */
	size_t n;
	enum confidence confidence;
	const char *why; /* "struct file_operations.release has 12 implementations" */
	bool is_any;	 /* several, and nothing is known of the object that tells which */
};

/* A function that runs with a lock held that its caller takes out of sight: of a work item. */
struct callback {
	uint32_t class_string; /* of the lock */
	uint32_t function;
	uint8_t kind;	   /* enum lock_kind */
	uint8_t mode;	   /* enum lock_mode */
	bool is_annotated; /* __must_hold(): callers in sight may take it, and it may be dropped */
	bool if_waited;	   /* of no interest unless somebody waits for it in sight */
	term_id lock;	   /* if @is_annotated: as the function sees it */
};

/* Who calls a function by its name: @n[f] functions from @first[f] on, each once, in order. */
struct caller_lists {
	uint32_t *first, *n;
	uint32_t *functions;
};

struct fnptr; /* what may be stored where: private to fnptr.c */

struct program {
	struct arena *arena;
	struct intern *strings;
	struct term_table *terms;
	size_t n_units;
	struct unit *units;
	size_t n_symbols;
	struct symbol *symbols;
	size_t n_functions;
	struct function *functions;
	size_t n_components;
	const uint32_t *component_first; /* n_components + 1 offsets into component_members */
	const uint32_t *component_members;
	GHashTable *by_name;	/* name -> GArray of function indices */
	GHashTable *lock_names; /* class string -> GArray of strings: lockdep's names */
	GHashTable
		*class_parts; /* class string -> GArray of class strings of the parts it ends in */
	GHashTable *elements; /* class string -> GArray of names: one for each element's class */
	GHashTable *lock_pointers; /* class string -> the one that is meant; NULL in linking */
	GHashTable *shared_keys;  /* class string -> the one that it is, see program_shares_key() */
	GHashTable *unvalidated;  /* class strings: lockdep_set_novalidate_class() */
	GHashTable *compared;	  /* class strings: lockdep_set_lock_cmp_fn() */
	GHashTable *keyed;	  /* class strings: lockdep_set_class() with a key of some object */
	GHashTable *subclassed;	  /* class strings: lockdep_set_subclass() */
	GHashTable *parts;	  /* records whose locks are initialised in what embeds them only */
	GHashTable *map_members;  /* (record, member) whose type is struct lockdep_map */
	GHashTable *rcu_pointers; /* members and variables annotated as __rcu */
	GHashTable *own_operations;    /* members whose owner calls its own function */
	GHashTable *operation_tables;  /* private to operation_tables.c */
	struct table_rows *table_rows; /* private to table_rows.c */
	GHashTable *guards;	       /* members and variables annotated with __guarded_by() */
	GHashTable *list_links;	       /* members that walks over lists follow */
	GHashTable *rcu_assigned;      /* those that are assigned by RCU's own macros */
	GHashTable *rcu_listed;	       /* links of elements that are put into lists with readers */
	GHashTable *lock_members;      /* (record, member) packed -> struct lock_type */
	GHashTable *lock_records;      /* string -> struct lock_type: records that are locks */
	GHashTable *classes; /* private to lock_class.c: what is known already; NULL in linking */
	GHashTable *markers; /* (record, member) packed -> enum marker, of rules->markers */
	struct caller_lists callers;
	size_t n_callbacks;
	const struct callback *callbacks;
	size_t n_sleeping;
	const uint32_t *sleeping; /* the functions that the rules say sleeping ends in */
	const struct rules *rules;
	struct fnptr *fnptr;
};

typedef bool (*program_scope_fn)(const char *file, void *data);

/*
 * Links @facts (struct facts *, which must outlive the program). Static functions of the same
 * name stay apart; a header's inline function that many units carry is one function. Where several
 * external definitions of one name exist, the one nearest to the caller in the folder tree is
 * meant (decompressors, boot code), a weak one only if there is no other.
 */
struct program *program_link(const GPtrArray *facts, const struct rules *rules,
			     program_scope_fn in_scope, void *data);
void program_free(struct program *program);

const char *program_string(const struct program *program, uint32_t id);
const char *function_name(const struct program *program, uint32_t function);
const char *function_file(const struct program *program, uint32_t function);

/* The function that symbol @symbol means when named in @unit, or PROGRAM_NONE. */
uint32_t program_callee(const struct program *program, uint32_t unit, uint32_t symbol);

/* The function called @name, preferring one in scope; PROGRAM_NONE when there is none. */
uint32_t program_find(const struct program *program, const char *name);

/* Marks the functions that call @function by its name. */
void program_mark_callers(const struct program *program, uint32_t function, bool *marked);

/* The term of expression @expr in function @function's unit. */
term_id program_term(const struct program *program, uint32_t function, uint32_t expr);

/*
 * What a call through @callee (a value, as a term of @function) may reach; never NULL, n may be 0.
 * For PARAM callees the callers' arguments count. @program is const, results are remembered
 * inside with a lock held. The array lives as long as the program.
 */
const struct call_targets *program_targets(const struct program *program, uint32_t function,
					   term_id callee);

/*
 * The places whose address the pointer @value may hold, as terms rooted at globals or
 * (record, member) pairs FIELD(UNKNOWN, r, m): for locks reached through a pointer that is stored
 * somewhere. n 0 when nothing is known.
 */
const term_id *program_points_to(const struct program *program, uint32_t function, term_id value,
				 size_t *n);

/* What the rules call "struct RECORD.MEMBER", packed: the record's string << 32 | the member's. */
uint64_t program_member_key(const struct program *program, const char *name);

/* Whether the place @term is the member @name, "struct task_struct.mm", of some object. */
bool program_is_member(const struct program *program, term_id term, const char *name);

/*
 * A table by such names as one by such keys, gint64; the values stay what they are. Functions,
 * which some tables name as well, are left out.
 */
GHashTable *program_by_member(const struct program *program, GHashTable *named);

/* Whether the place @term is one of the members in such a table. */
bool program_is_member_of(const struct program *program, term_id term, GHashTable *members);

/* Whether @place is a pointer that RCU readers follow, by its annotation: __rcu. */
bool program_is_rcu_pointer(const struct program *program, term_id place);

/* Whether @place is what a walk over a list follows: struct list_head.next. */
bool program_is_list_link(const struct program *program, term_id place);

/* Whether both stand at one place of the source, as all that one macro expands to does. */
static inline bool same_loc(struct fact_loc x, struct fact_loc y)
{
	return x.line == y.line && x.column == y.column && x.file == y.file;
}

/*
 * Whether step @step of @block keeps a link of a list that a macro has read as readers do, marked:
 * list_next_or_null_rcu(), hlist_for_each_entry_continue_rcu().
 */
bool program_keeps_link(const struct program *program, const struct unit *unit,
			const struct fact_function *f, uint32_t block, uint32_t step);

/* Whether @place is the link of an element that list_add_rcu() and kin put into lists. */
bool program_is_rcu_listed(const struct program *program, term_id place);

/* Whether @place is annotated so, or assigned as such a pointer anywhere: rcu_assign_pointer(). */
bool program_is_rcu_assigned(const struct program *program, term_id place);

/* Whether who has a function of its own for the operation called never calls another one's. */
bool program_is_own_operation(const struct program *program, term_id callee);

/*
 * Whether the module that @file is of has a table of operations such as @callee, a member, is in:
 * then an operation that it does not name is none for its objects.
 */
bool program_has_table(const struct program *program, term_id callee, const char *file);

/*
 * Whether something stands at @other in each table that has @function at @callee: two members of
 * one place. False where no table has it.
 */
bool program_has_beside(const struct program *program, uint32_t function, term_id callee,
			term_id other);

/*
 * The numbers at @other in the tables that have @function at @callee; how many tables those are,
 * or 0 if one has no known number there, or they are too many.
 */
#define MOST_TABLES 4
uint32_t program_numbers_beside(const struct program *program, uint32_t function, term_id callee,
				term_id other, int64_t numbers[MOST_TABLES]);

/* The lock that guards @place, a member or variable, as __guarded_by() says; or 0. */
term_id program_guard(const struct program *program, term_id place);

/* A term as C-like text, with @function's names for parameters and locals (or PROGRAM_NONE). */
void program_print_term(const struct program *program, uint32_t function, term_id term,
			GString *out);

/* What the member of a FIELD tells of the execution context when it is assigned. */
enum marker program_marker(const struct program *program, struct term field);

/* --- worlds ------------------------------------------------------------------------------------- */

/* A function that nobody calls by name, and all that it leads to. */
struct world {
	uint32_t root;
	const bool *members; /* per function */
};

/* The worlds that have a function in scope, by root; struct world. Their members are in @arena. */
GArray *program_worlds(const struct program *program, struct arena *arena);

/* --- lock classes ------------------------------------------------------------------------------ */

/*
 * The class of the lock at @place, named by the object that defines it: "struct kvm.lock",
 * "tasklist_lock", "net/vmw_vsock/af_vsock.c:vsock_register_mutex" for a static one (other files
 * may have the same), "struct sock.sk_receive_queue.lock" for a part_type inside. "" when the place
 * is a bare *param, whose class the callers know. Result interned: a program string id, 0 for "".
 * Of an array each element of which is initialised under a name of its own, an element is
 * "struct sb_writers.rw_sem[2]"; "" where it is a parameter that says which.
 * (lockdep: a class is the lock's key, include/linux/lockdep.h)
 */
uint32_t program_lock_class(const struct program *program, term_id place);

/* The same, but a lock of a part_type whose owner nobody knows is named after the part itself. */
uint32_t program_lock_class_or_part(const struct program *program, term_id place);

/* Whether locks of both classes may be one: of one part_type, whose owner one of them leaves open. */
bool program_classes_may_meet(const struct program *program, uint32_t x, uint32_t y);

/* @place with what lies inside the lock object itself cut off: (&m->wait_lock is not m). */
term_id program_lock_object(const struct program *program, term_id place);

/* The lock that @effect means when its argument points to @place: that, or a member of it. */
term_id program_effect_place(const struct program *program, term_id place,
			     const struct effect *effect);

/* Whether the lock at @place in @function has a type of which the rules say that it is owned. */
bool program_lock_is_owned(const struct program *program, uint32_t function, term_id place);

/* The kind of the lock at @place in @function: that of its type if that is known. */
enum lock_kind program_lock_kind(const struct program *program, uint32_t function, term_id place,
				 enum lock_kind otherwise);

/* Whether several static locks are of that class, as they are initialised with one key. */
bool program_shares_key(const struct program *program, uint32_t class_string);

/* Whether a function of the kernel judges how two locks of that class nest, and not lockdep. */
bool program_is_compared(const struct program *program, uint32_t class_string);

/* Whether locks of the class have keys of their objects' types: to lockdep it is several classes. */
bool program_is_keyed(const struct program *program, uint32_t class_string);

/* Whether the code gives some of these locks a subclass that they keep: lockdep_set_subclass(). */
bool program_is_subclassed(const struct program *program, uint32_t class_string);

/* Whether lockdep ignores the class: lockdep_set_novalidate_class(). */
bool program_is_unvalidated(const struct program *program, uint32_t class_string);

/* lockdep's name for a class: the string at its init call or initialiser; else made up alike. */
const char *program_lockdep_name(const struct program *program, uint32_t class_string);

/* All names that locks of the class are given, as program strings; n 0 where none is known. */
const uint32_t *program_lockdep_names(const struct program *program, uint32_t class_string,
				      size_t *n);

#endif
