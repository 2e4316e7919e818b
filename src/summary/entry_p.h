/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entry_p.h - in which of its situations a registration enters
 *
 * A rule may say that flags decide, or another function that is called before. Each of these
 * gives the rule's own situations where nothing is known, and all where more than one is possible.
 */
#ifndef LOCKGRAPH_SUMMARY_ENTRY_P_H
#define LOCKGRAPH_SUMMARY_ENTRY_P_H

#include "summary/context_p.h"

/* Registered by an argument of the call @step. */
exec_set entry_flags_of_call(const struct program *program, const struct unit *unit,
			     const struct entry_rule *rule, const struct fact_step *step);

/* What the calls say that initialise objects; for the next one. Free with g_hash_table_unref(). */
GHashTable *entry_flags_find(const struct program *program);

/* Stored in @member, a place, by @function. */
exec_set entry_flags_of_member(const struct program *program, GHashTable *table,
			       const struct entry_rule *rule, uint32_t function, term_id member);

/* What stands in the rule's member of the object that @object points to, a term of that unit. */
term_id entry_of_object(const struct program *program, const struct entry_rule *rule, uint32_t unit,
			uint32_t registrar, term_id object);

/* Initialiser @number of that unit; @in_reader: set if an RCU reader is open then. */
exec_set entry_flags_of_init(const struct summaries *s, uint32_t number_of_unit,
			     const struct entry_rule *rule, uint32_t number, bool *in_reader);

#endif
