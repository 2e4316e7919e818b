/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pts_p.h - the inclusion problem behind fnptr.c
 *
 * Terms. A *node* is a set of places that are not told apart: a parameter, a local, what a
 * function returns, a global, a member of a record. An *atom* is a value worth following: the
 * address of a function, or of a place that may hold one (a table, a pointer to a callback, a
 * lock). An edge x -> y says that what x holds y may hold. A node is *open* when it may also
 * hold values that nobody followed.
 *
 * Members are field-based (one node per record and member, whatever the object) but layered, as
 * in Lu and Hu, "Where Does It Go?" (CCS 2019): per record R and member m there are
 *
 *	ANY(R, m)	stored through a pointer: which object is not known
 *	PART(T.p, R, m)	stored into the R that is member p of a T
 *	OBJECT(g, R, m)	stored into the global g or a part of it
 *	ALL(R, m)	the union of them, which a load through a pointer reads
 *
 * A load from x.p.m cannot see what was stored into another part, so it reads PART(T.p, R, m),
 * into which ANY flows. ANY flows into OBJECT, too, unless that is constant, or has a value of its
 *own and no address.
 *
 * Private to fnptr.c and pts_*.c.
 */
#ifndef LOCKGRAPH_PROGRAM_PTS_P_H
#define LOCKGRAPH_PROGRAM_PTS_P_H

#include "program/fnptr_p.h"

#define NO_NODE 0u	/* nothing is followed there */
#define UNKNOWN_NODE 1u /* open: values of which nothing is known come from here */
#define NO_ATOM UINT32_MAX

/* --- types, by their text (pts_types.c) ------------------------------------------------------- */

enum type_class {
	TYPE_UNKNOWN,
	TYPE_SCALAR,   /* also pointers to scalars */
	TYPE_WORD,     /* an integer as wide as a pointer */
	TYPE_RECORD,   /* also arrays of them */
	TYPE_POINTER,  /* to a record, to void; also to such pointers */
	TYPE_FUNCTION, /* also pointers to functions, and to those */
};

struct type_info {
	uint8_t class;
	uint8_t stars;	  /* POINTER: how many; FUNCTION: not counted */
	uint8_t n_params; /* FUNCTION: as written */
	bool is_const;	  /* of an object */
	bool is_lock;	  /* a lock, or a record that stands for one (rules), or a pointer to it */
	uint32_t record;  /* string id of the record that is held or pointed to; 0 for none */
};

struct pts_types;

struct pts_types *pts_types_new(const struct program *program);
void pts_types_free(struct pts_types *types);

/* Of a type as clang prints it, a string of the program. */
struct type_info pts_type(struct pts_types *types, uint32_t string);

/* Of a place or value of @function. */
struct type_info pts_type_of(struct pts_types *types, uint32_t function, term_id term);

/* The text of member @member's type, a string id, or 0. */
uint32_t pts_member_type(const struct pts_types *types, uint32_t record, uint32_t member);

/* Members of a record that some unit names, string ids; NULL for none. */
const GArray *pts_members(const struct pts_types *types, uint32_t record);

/* May a place of this type hold an atom? */
bool pts_type_carries(struct type_info type);

/* The same of a variable or parameter, which is a word on the way from one pointer to another. */
bool pts_variable_carries(struct type_info type);

/*
 * Types that a pointer is not cast between, as numbers: a "struct ops *" holds addresses of a
 * struct ops only, whatever came by way of a void pointer. 0 stands for any.
 */
uint32_t pts_held_by(struct type_info pointer);
uint32_t pts_address_of(struct type_info place);
#define FUNCTION_ADDRESS 1u

/* As a function type, without the "(*)" of a pointer or array: what @place is declared with. NULL
 * when it is no function's or not known; to be freed. */
char *pts_function_type(struct pts_types *types, uint32_t function, term_id place);

/* Of what function type @string returns. */
struct type_info pts_returned_type(struct pts_types *types, uint32_t string);

/* Does a record hold function pointers, in itself or in its parts; are they most of it? */
bool pts_record_has_functions(const struct pts_types *types, uint32_t record);
bool pts_record_is_table(const struct pts_types *types, uint32_t record);

/* --- nodes and atoms (pts_nodes.c) ------------------------------------------------------------ */

enum owner_kind { OWNER_NONE, OWNER_PART, OWNER_OBJECT };

/* Whose member it is: part b of a record a, or the global a. */
struct owner {
	uint32_t kind; /* enum owner_kind */
	uint32_t a, b;
};

enum atom_kind { ATOM_FUNCTION, ATOM_PLACE };

struct atom {
	uint8_t kind;
	uint32_t function;  /* FUNCTION: index */
	uint32_t load;	    /* PLACE: the node that a load through the address reads */
	uint32_t store;	    /* ... that a store writes */
	uint32_t type;	    /* pts_address_of() */
	bool allocated;	    /* PLACE: behind a pointer; stays out of void pointers: kfree() */
	struct owner owner; /* PLACE of a record: whose members those of the record are */
	term_id place;	    /* PLACE: for people, and for program_points_to() */
};

/* Atoms in the order they came; @slots is a hash table when there are many. */
struct atom_set {
	uint32_t n, room;
	uint32_t n_sent; /* the first @n_sent went along the edges already */
	uint32_t n_used; /* ... were applied to the node's uses */
	uint32_t n_slots;
	uint32_t *items;
	uint32_t *slots;
};

/* What to do with each atom that a node gets. */
enum use_kind { USE_LOAD, USE_STORE, USE_CALL };

struct use {
	uint32_t next; /* of the same node, or 0 */
	uint32_t kind;
	uint32_t other; /* LOAD: to; STORE: from; CALL: index into calls */
};

enum node_flag {
	NODE_OPEN = 1 << 0,
	NODE_STORED = 1 << 1, /* something is stored there directly */
	NODE_SPREAD = 1 << 2, /* OPEN was handed on */
};

struct node {
	uint32_t parent; /* union-find; itself for a representative */
	uint32_t uses;
	uint32_t flags;
	uint32_t type;	      /* pts_held_by(): only atoms of this type, or of type 0, get in */
	struct atom_set *set; /* NULL when empty */
};

struct edge {
	uint32_t from, to;
};

/*
 * All calls through one node with so many arguments. Each argument has a node in between, so that
 * there are not as many edges as there are calls times targets.
 */
struct indirect {
	uint32_t result; /* node */
	uint32_t args;	 /* node of the first */
	uint32_t n_args;
};

struct fnptr {
	const struct program *program;
	struct arena *arena;
	struct pts_types *types;

	GArray *nodes;		  /* struct node; NO_NODE and UNKNOWN_NODE first */
	uint32_t *variables;	  /* function -> node of its first parameter */
	uint32_t returns;	  /* node of what function 0 returns */
	GHashTable *keys;	  /* struct node_key -> node */
	GHashTable *owners;	  /* struct owner -> GArray of struct owned */
	GArray *atoms;		  /* struct atom */
	GHashTable *place_atoms;  /* struct node_key -> atom + 1 */
	uint32_t *function_atoms; /* function -> atom, or NO_ATOM */

	GArray *edges;		/* struct edge, given by the code */
	GArray *uses;		/* struct use; 0 is none */
	GArray *calls;		/* struct indirect */
	GHashTable *call_ids;	/* (callee's node, arguments) -> index into calls + 1 */
	GHashTable *arg_counts; /* (function, callee term) -> arguments + 1 */
	GHashTable *late_edges; /* (from, to) that the solver has added */
	bool *called;		/* function -> a call was seen */
	uint32_t *by_term;	/* memory of pts_place_node() while building; NULL afterwards */
	size_t n_by_term;

	GMutex lock;	     /* of what follows */
	GHashTable *answers; /* (function, callee term) -> struct call_targets */
	GHashTable *places;  /* (function, value term) -> GArray of term_id */
	GHashTable *by_type; /* type string -> GArray of functions whose address is taken */
	struct fnptr_stats stats;
};

/* A member node of an owner. */
struct owned {
	uint32_t record, member, node;
};

static inline struct node *pts_node(const struct fnptr *p, uint32_t id)
{
	return &g_array_index(p->nodes, struct node, id);
}

static inline const struct atom *pts_atom(const struct fnptr *p, uint32_t id)
{
	return &g_array_index(p->atoms, struct atom, id);
}

static inline gpointer pts_pack(uint32_t high, uint32_t low)
{
	return GSIZE_TO_POINTER(((uint64_t)high << 32) | low);
}

/* For tables whose keys are pts_pack(). */
guint pts_hash_packed(gconstpointer key);

void pts_nodes_init(struct fnptr *p);
void pts_nodes_free(struct fnptr *p);

/* A node, of type pts_held_by(). */
uint32_t pts_new_node(struct fnptr *p, uint32_t type);

/* Whether nodes that do not exist are made. */
enum node_lookup { NODE_FIND, NODE_MAKE };

uint32_t pts_variable_node(const struct fnptr *p, uint32_t function, const struct term *variable);
uint32_t pts_return_node(const struct fnptr *p, uint32_t function);
uint32_t pts_result_node(struct fnptr *p, uint32_t function, uint32_t call, enum node_lookup how);

/* ALL, PART or OBJECT, by @owner. */
uint32_t pts_member_node(struct fnptr *p, struct owner owner, uint32_t record, uint32_t member,
			 enum node_lookup how);

/* ANY(record, member). */
uint32_t pts_any_node(struct fnptr *p, uint32_t record, uint32_t member, enum node_lookup how);

/* What is stored through pointers to function pointers: by the function's type. */
uint32_t pts_behind_node(struct fnptr *p, uint32_t function, term_id place, enum node_lookup how);

/* Whose members the members of the record place @place are. */
struct owner pts_owner(const struct fnptr *p, term_id place);

/* The member nodes of @owner, of struct owned; NULL for none. */
const GArray *pts_owned(const struct fnptr *p, struct owner owner);

/* @place without INDEX around it, and DEREF(PERCPU(ADDR(place))) as place. */
term_id pts_strip(const struct fnptr *p, term_id place);

/*
 * The node that a load from @place of @function reads, or that a store writes; NO_NODE when its
 * type carries nothing or when it is behind a DEREF.
 */
uint32_t pts_load_node(struct fnptr *p, uint32_t function, term_id place, enum node_lookup how);
uint32_t pts_store_node(struct fnptr *p, uint32_t function, term_id place);

/* The atom of @function's address. */
uint32_t pts_function_atom(struct fnptr *p, uint32_t function);

/* The atom of the address of @place, or NO_ATOM when it is not one to follow. */
uint32_t pts_place_atom(struct fnptr *p, uint32_t function, term_id place, enum node_lookup how);

/*
 * Pointers to locks into which nothing known is stored lead to allocated ones: what is behind the
 * member or global is then their place. True if there were any.
 */
bool pts_name_allocated_locks(struct fnptr *p);

/*
 * Calls @fn for each member (of whatever object) and global that points to locks, when all that it
 * may point to is known: @places, terms as of program_points_to(), each once.
 */
typedef void (*pts_lock_pointer_fn)(term_id pointer, const GArray *places, void *data);
void pts_each_lock_pointer(const struct fnptr *p, pts_lock_pointer_fn fn, void *data);

/* --- sets (pts_sets.c) ------------------------------------------------------------------------ */

bool pts_set_add(struct atom_set *set, uint32_t atom);
bool pts_set_has(const struct atom_set *set, uint32_t atom);
void pts_set_free(struct atom_set *set);

/* Sorts @ids (uint32_t), each once. */
void pts_sort_unique(GArray *ids);

/* The representative of the nodes that were found to hold the same. */
uint32_t pts_root(const struct fnptr *p, uint32_t node);

/* Adds @atom to what @node holds, if its type fits; true if it is new. */
bool pts_add(struct fnptr *p, uint32_t node, uint32_t atom);

/* --- constraints from facts (pts_collect.c, pts_value.c), their solution (pts_solve.c) -------- */

/* Where a value stands: what PARAM, LOCAL and RESULT mean, and which function a name. */
struct value_scope {
	uint32_t unit;
	uint32_t function; /* or PROGRAM_NONE, in an initialiser */
	uint32_t n_calls;
	const term_id *callees; /* per RESULT number: the term called, 0 when not seen */
};

void pts_edge(struct fnptr *p, uint32_t from, uint32_t to);
void pts_use(struct fnptr *p, uint32_t node, enum use_kind kind, uint32_t other);

/* What @value may be flows into node @to. */
void pts_flow(struct fnptr *p, const struct value_scope *scope, term_id value, uint32_t to);

/* A node that holds what @value may be; NO_NODE for a number, UNKNOWN_NODE for anything. */
uint32_t pts_value_node(struct fnptr *p, const struct value_scope *scope, term_id value);

/* ASSIGN of one record to another. */
struct record_copy {
	struct owner to, from;
	uint32_t record;
	guint n_done; /* members of @from that were seen to */
};

void pts_collect(struct fnptr *p);
void pts_copy_records(struct fnptr *p, GArray *copies);
void pts_solve(struct fnptr *p);

/* --- questions (pts_answer.c) ----------------------------------------------------------------- */

/* What a value may be, told more closely than its node does. */
struct answer {
	GArray *atoms;	 /* uint32_t, may repeat */
	bool open;	 /* may be others, too */
	uint32_t tables; /* > 0: read from so many known objects, and only from them */
	bool loose;	 /* other members of a union: only functions of the very type are meant */
};

/* Adds to @answer, which starts zeroed but for @atoms. Nodes and atoms are only looked up. */
void pts_answer(struct fnptr *p, uint32_t function, term_id value, struct answer *answer);

/* Does a function that is called with so many arguments fit? */
bool pts_takes_arguments(const struct fact_function *f, uint32_t n_args);

#endif
