/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * idset.h - hash-consed sorted sets of ids
 *
 * Summaries of thousands of functions hold the same few thousand sets (a strongly connected
 * component shares one), and a set is copied far more often than made. So a set is a number,
 * equal sets have equal numbers, and union results are remembered. Set 0 is the empty set.
 * There is exactly one constructor, idset_make(). Knows nothing of what the ids are.
 */
#ifndef LOCKGRAPH_BASE_IDSET_H
#define LOCKGRAPH_BASE_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct idset_pool;
typedef uint32_t idset;

struct idset_pool *idset_pool_new(void);
void idset_pool_free(struct idset_pool *pool);

/* The set of the @n ids at @ids, which may be unsorted and repeated; they are copied. */
idset idset_make(struct idset_pool *pool, const uint32_t *ids, size_t n);

idset idset_union(struct idset_pool *pool, idset a, idset b);
idset idset_add(struct idset_pool *pool, idset a, uint32_t id);
bool idset_contains(const struct idset_pool *pool, idset a, uint32_t id);

/* The members in rising order, *@n of them; valid until the next constructor call. */
const uint32_t *idset_members(const struct idset_pool *pool, idset a, size_t *n);

/* Distinct sets made and bytes used, for --stats. */
size_t idset_pool_count(const struct idset_pool *pool);
size_t idset_pool_bytes(const struct idset_pool *pool);

#endif
