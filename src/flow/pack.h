/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pack.h - results of flow as bytes, for a later run
 *
 * Each function below works in both directions: it appends what it is given, or, where the pack was
 * opened to be read, sets it to what comes next. So there is one list of the members of each
 * struct. Terms, strings and functions go by way of tables at the pack's end, once each, and are
 * found again by name (program/portable.h). Does not know which results are still good.
 */
#ifndef LOCKGRAPH_FLOW_PACK_H
#define LOCKGRAPH_FLOW_PACK_H

#include "flow/flow.h"
#include "program/portable.h"

#include <glib.h>

struct pack;

/* An empty pack of results of @program. */
struct pack *pack_new(const struct program *program, const struct portable *portable);

/*
 * A pack that pack_bytes() made, read with the numbers of @program; what is read lives in @arena.
 * NULL when the bytes are not that. @bytes must live as long as the pack.
 */
struct pack *pack_open(const struct program *program, const struct portable *portable,
		       const void *bytes, size_t size, struct arena *arena);
void pack_free(struct pack *pack);

/* All that was packed. Free with g_byte_array_unref(). */
GByteArray *pack_bytes(struct pack *pack);

/*
 * Whether something that was read since the last question is not in this program, or nothing tells
 * it from others: what was read is of no use then.
 */
bool pack_failed(struct pack *pack);

/* Where the pack is, and there again when it is read. */
size_t pack_mark(const struct pack *pack);
void pack_go_to(struct pack *pack, size_t mark);

void pack_number(struct pack *pack, uint64_t *number);
void pack_term(struct pack *pack, term_id *term);
void pack_string(struct pack *pack, uint32_t *string);
void pack_function(struct pack *pack, uint32_t *function); /* or PROGRAM_NONE */
void pack_result(struct pack *pack, struct flow_result *result);

/* A member of any integer type. */
#define PACK_NUMBER(pack, member)                                                                  \
	do {                                                                                       \
		uint64_t number_ = (uint64_t)(member);                                             \
		pack_number(pack, &number_);                                                       \
		(member) = (__typeof__(member))number_;                                            \
	} while (0)

#endif
