/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/idset.h"

#include "base/file.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

struct set {
	uint32_t first; /* in pool->members */
	uint32_t n;
};

/*
 * All members stand in one array: sets only come, never go, and a set is two numbers. The
 * array moves when it grows, which is why members are valid until the next constructor call.
 */
struct idset_pool {
	GArray *members;     /* uint32_t */
	GArray *sets;	     /* struct set, by idset */
	GHashTable *by_hash; /* hash of the members -> newest set with that hash, chained: */
	GArray *same_hash;  /* idset, by idset: the next older set with the same hash, 0 for none */
	GHashTable *unions; /* the smaller set << 32 | the larger -> result */
	GArray *scratch;    /* uint32_t: the members of a set that is being made */
};

static void *key_new(uint64_t value)
{
	return g_memdup2(&value, sizeof(value));
}

struct idset_pool *idset_pool_new(void)
{
	struct idset_pool *pool = g_new0(struct idset_pool, 1);
	const struct set empty = { 0 };
	const idset none = 0;

	pool->members = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	pool->sets = g_array_new(FALSE, FALSE, sizeof(struct set));
	pool->by_hash = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	pool->same_hash = g_array_new(FALSE, FALSE, sizeof(idset));
	pool->unions = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	pool->scratch = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_array_append_val(pool->sets, empty);
	g_array_append_val(pool->same_hash, none);
	return pool;
}

void idset_pool_free(struct idset_pool *pool)
{
	if (!pool)
		return;
	g_array_unref(pool->members);
	g_array_unref(pool->sets);
	g_hash_table_unref(pool->by_hash);
	g_array_unref(pool->same_hash);
	g_hash_table_unref(pool->unions);
	g_array_unref(pool->scratch);
	g_free(pool);
}

const uint32_t *idset_members(const struct idset_pool *pool, idset a, size_t *n)
{
	const struct set *set;

	g_assert(a < pool->sets->len);
	set = &g_array_index(pool->sets, struct set, a);
	*n = set->n;
	return (const uint32_t *)(const void *)pool->members->data + set->first;
}

static bool set_is(const struct idset_pool *pool, idset a, const uint32_t *ids, size_t n)
{
	size_t members;
	const uint32_t *member = idset_members(pool, a, &members);

	return members == n && !memcmp(member, ids, n * sizeof(*ids));
}

static idset add_set(struct idset_pool *pool, uint64_t hash, idset older, const uint32_t *ids,
		     size_t n)
{
	struct set set = { .first = pool->members->len, .n = (uint32_t)n };
	idset made = pool->sets->len;

	g_assert(n < UINT32_MAX - pool->members->len);
	g_array_append_vals(pool->members, ids, (guint)n);
	g_array_append_val(pool->sets, set);
	g_array_append_val(pool->same_hash, older);
	g_hash_table_replace(pool->by_hash, key_new(hash), GUINT_TO_POINTER(made));
	return made;
}

/* The one constructor: @ids are sorted, distinct, and not in the pool's own array. */
static idset intern_set(struct idset_pool *pool, const uint32_t *ids, size_t n)
{
	uint64_t hash;
	idset newest, known;

	if (!n)
		return 0;
	hash = file_hash_bytes(n, ids, n * sizeof(*ids));
	newest = GPOINTER_TO_UINT(g_hash_table_lookup(pool->by_hash, &hash));
	for (known = newest; known; known = g_array_index(pool->same_hash, idset, known))
		if (set_is(pool, known, ids, n))
			return known;
	return add_set(pool, hash, newest, ids, n);
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Room for @n ids in the scratch array. */
static uint32_t *scratch(struct idset_pool *pool, size_t n)
{
	g_array_set_size(pool->scratch, (guint)n);
	return (uint32_t *)(void *)pool->scratch->data;
}

idset idset_make(struct idset_pool *pool, const uint32_t *ids, size_t n)
{
	uint32_t *sorted;
	size_t from, to = 0;

	if (!n)
		return 0;
	sorted = scratch(pool, n);
	memcpy(sorted, ids, n * sizeof(*ids));
	qsort(sorted, n, sizeof(*sorted), compare_ids);
	for (from = 0; from < n; from++)
		if (!to || sorted[to - 1] != sorted[from])
			sorted[to++] = sorted[from];
	return intern_set(pool, sorted, to);
}

/* Merges into the scratch array; returns how many came out. */
static size_t merge(struct idset_pool *pool, idset a, idset b)
{
	size_t n_a, n_b, i = 0, j = 0, n = 0;
	const uint32_t *x = idset_members(pool, a, &n_a);
	const uint32_t *y = idset_members(pool, b, &n_b);
	uint32_t *out = scratch(pool, n_a + n_b);

	while (i < n_a && j < n_b) {
		uint32_t next = MIN(x[i], y[j]);

		out[n++] = next;
		i += x[i] == next;
		j += y[j] == next;
	}
	while (i < n_a)
		out[n++] = x[i++];
	while (j < n_b)
		out[n++] = y[j++];
	return n;
}

idset idset_union(struct idset_pool *pool, idset a, idset b)
{
	uint64_t key = (uint64_t)MIN(a, b) << 32 | MAX(a, b);
	void *known;
	idset made;
	size_t n;

	if (!a || !b || a == b)
		return MAX(a, b);
	if (g_hash_table_lookup_extended(pool->unions, &key, NULL, &known))
		return GPOINTER_TO_UINT(known);
	n = merge(pool, a, b);
	made = intern_set(pool, (const uint32_t *)(const void *)pool->scratch->data, n);
	g_hash_table_insert(pool->unions, key_new(key), GUINT_TO_POINTER(made));
	return made;
}

idset idset_add(struct idset_pool *pool, idset a, uint32_t id)
{
	if (idset_contains(pool, a, id))
		return a;
	return idset_union(pool, a, intern_set(pool, &id, 1));
}

bool idset_contains(const struct idset_pool *pool, idset a, uint32_t id)
{
	size_t n;
	const uint32_t *members = idset_members(pool, a, &n);

	return n && bsearch(&id, members, n, sizeof(*members), compare_ids);
}

size_t idset_pool_count(const struct idset_pool *pool)
{
	return pool->sets->len;
}

size_t idset_pool_bytes(const struct idset_pool *pool)
{
	return pool->members->len * sizeof(uint32_t) +
	       pool->sets->len * (sizeof(struct set) + sizeof(idset)) +
	       g_hash_table_size(pool->unions) * 2 * sizeof(uint64_t);
}
