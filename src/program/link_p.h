/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * link_p.h - what the files of program/ share
 *
 * program_link() makes a struct linked_program and hands out its public part. Private to program/.
 */
#ifndef LOCKGRAPH_PROGRAM_LINK_P_H
#define LOCKGRAPH_PROGRAM_LINK_P_H

#include "program/program.h"

/* Strongly connected components of the call graph (callgraph.c). */
void program_find_components(struct program *program);

/* program->callers (callers.c). */
void program_find_callers(struct program *program);

/* lockdep's names for classes (lock_name.c): class string -> names; and which share a key. */
GHashTable *program_collect_lock_names(const struct program *program, GHashTable **shared_keys);

/* For each member whose type is struct lockdep_map: (record, member) packed, see member_key(). */
GHashTable *program_collect_map_members(const struct program *program);

/* (record, member) packed alike -> struct lock_type: members that are locks (lock_kind.c). */
GHashTable *program_collect_lock_members(const struct program *program);

/* rules->lock_types by string. */
GHashTable *program_collect_lock_records(const struct program *program);

/* The class of one element of an array whose elements have names of their own. */
uint32_t program_element_class(const struct program *program, uint32_t class, unsigned element);

/* Records that are parts (lock_parts.c). */
GHashTable *program_collect_parts(const struct program *program);

/* Class -> that of the lock which is meant: "*struct ccw_device.ccwlock" (lock_pointer.c). */
GHashTable *program_collect_lock_pointers(const struct program *program);

/* Whether the names of @record's locks go on outwards, to what embeds it. */
bool program_is_part(const struct program *program, uint32_t record);

/* Functions that run with a lock held, as the rules say (callbacks.c). */
void program_collect_callbacks(struct program *program);

/* Which static locks have which lock_class_key (lock_key.c). */
struct lock_keys {
	GHashTable *by_key; /* symbol and kind of lock -> GArray of class strings */
};

void lock_keys_begin(struct lock_keys *keys);
/* The variable that @key, a lock_class_key's address, is; PROGRAM_NONE when it is none. */
uint32_t lock_key_symbol(const struct program *program, term_id key);
void lock_keys_note(struct lock_keys *keys, const struct program *program, term_id place,
		    uint32_t key, enum lock_kind kind);
/* Class string -> that of the class which it is; only those that share a key. */
GHashTable *lock_keys_end(struct lock_keys *keys);

/*
 * annotated.c: the place of the lock that an annotation of the function @symbol of @unit names, and
 * its type or that of a pointer to it; 0 if the text says more than is understood.
 */
term_id program_annotated_lock(const struct program *program, const struct unit *unit,
			       const struct fact_symbol *symbol, const char *text,
			       const char **type);

/* absent.c: functions without a body become the primitives that their annotations say. */
void program_read_absent(struct program *program);

/* Of which kind locks of type @name are, or what it points to; LOCK_PSEUDO where it is none. */
enum lock_kind program_kind_of_type(const struct program *program, const char *name);

/* annotated.c: adds struct callback of the functions whose callers hold a lock. */
void program_collect_annotated(const struct program *program, GArray *found);

/* attributes.c: adds the methods of files that are waited for when the file is removed. */
void program_collect_methods(struct program *program, GArray *found);

/* A call, where it stands. */
struct call_site {
	uint32_t function;
	const struct unit *unit;
	const uint32_t *args;
	uint32_t n_args;
	struct term_table *terms;
	GHashTable *handed; /* term -> what it is known to be here; or NULL */
};

/* The term of argument @number; 0 where there is none. */
term_id site_argument(const struct call_site *site, int number);

/* @id, of the function called, as the caller at @site sees it; 0 where that is not known. */
term_id site_translate(const struct program *program, const struct call_site *site, term_id id);

static inline uint64_t member_key(uint32_t record, uint32_t member)
{
	return ((uint64_t)record << 32) | member;
}

/* The same of a variable, which has no record. */
static inline uint64_t variable_key(uint32_t symbol)
{
	return member_key(UINT32_MAX, symbol);
}

/* guards.c: what __guarded_by() says of members and variables, by the same key. */
GHashTable *program_collect_guards(const struct program *program);

/* The name of the lock that guards the member or variable with @key, or NULL. */
const char *program_guard_name(const struct program *program, uint64_t key);

/* rcu_pointer.c: the members and variables that are annotated as __rcu, packed. */
GHashTable *program_collect_rcu_pointers(const struct program *program);

/* operation_tables.c: which folders have tables of the operations in rules->own_operations. */
GHashTable *program_collect_operation_tables(const struct program *program);

/* table_rows.c: which functions stand in which tables, and what else does. */
struct table_rows *program_collect_table_rows(const struct program *program);
void program_free_table_rows(struct table_rows *rows);

/* The same of those that RCU's own macros assign, but for the links of lists. */
GHashTable *program_collect_rcu_assigned(const struct program *program);
GHashTable *program_collect_rcu_listed(const struct program *program);

#endif
