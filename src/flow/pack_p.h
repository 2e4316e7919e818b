/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pack_p.h - what the files of packing share: the pack itself, under the structs that are packed
 */
#ifndef LOCKGRAPH_FLOW_PACK_P_H
#define LOCKGRAPH_FLOW_PACK_P_H

#include "flow/pack.h"

/* Numbers of this run and of the pack, one kind of them. */
struct pack_table {
	GArray *here;	 /* uint32_t by the pack's number: this run's */
	uint32_t *there; /* packing: the pack's number + 1 by this run's */
	size_t n_there;
	GByteArray *rows; /* packing: what they stand for */
};

struct pack {
	const struct program *program;
	const struct portable *portable;
	bool is_reading, failed;
	struct arena *arena;		       /* of what is read */
	GByteArray *bytes;		       /* packing */
	const unsigned char *begin, *at, *end; /* reading */
	struct pack_table strings, functions, terms;
	/* Of the result at hand, the latest ones: most events have what the one before had. */
	struct exec_context exec;
	const struct held_set *held;
	const struct predicate *conditions;
	uint32_t n_conditions;
};

/* Zero-terminated text, as it is. */
void pack_text(struct pack *pack, const char **text);

/* @size bytes each, handed one by one to @item, which may change its copy. */
typedef void (*pack_item)(struct pack *pack, void *item);
void pack_list(struct pack *pack, const void **list, uint32_t *n, size_t size, pack_item item);

#define PACK_LIST(pack, list, n, item)                                                             \
	do {                                                                                       \
		const void *list_ = (list);                                                        \
		pack_list(pack, &list_, &(n), sizeof(*(list)), item);                              \
		(list) = list_;                                                                    \
	} while (0)

#endif
