/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_key.c - locks that are one class as they are initialised with one key
 *
 * A class is a key (lockdep.h). Locks in records have the class of their member here, and a key of
 * their own mostly. Two static locks are of one class only where both are given the same key:
 * init(&a), init(&b) with mutex_init(param) in init(). Functions in headers are left out: the
 * compiler makes a key for each unit that includes them.
 *
 * Locks with an acquire context are made to share one: any of a ww_class may be taken while others
 * of it are held, whatever records they are in, and who waits in a circle is told to back off.
 */
#include "program/link_p.h"

static bool may_share(const struct program *program, term_id place, enum lock_kind kind)
{
	struct term term = term_at(program->terms, program_lock_object(program, place));

	return term.kind == EXPR_GLOBAL || kind == LOCK_WW_MUTEX || kind == LOCK_WW_CONTEXT;
}

/* A ww_class has keys for its mutexes and its contexts. */
static GArray *locks_of(struct lock_keys *keys, uint32_t key, enum lock_kind kind)
{
	gpointer id = GUINT_TO_POINTER(key * LOCK_KINDS + kind + 1);
	GArray *locks = g_hash_table_lookup(keys->by_key, id);

	if (!locks) {
		locks = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		g_hash_table_insert(keys->by_key, id, locks);
	}
	return locks;
}

void lock_keys_note(struct lock_keys *keys, const struct program *program, term_id place,
		    uint32_t key, enum lock_kind kind)
{
	GArray *locks;
	uint32_t class;

	if (key == PROGRAM_NONE || !may_share(program, place, kind))
		return;
	class = program_lock_class(program, place);
	if (!class)
		return;
	locks = locks_of(keys, key, kind);
	for (guint i = 0; i < locks->len; i++)
		if (g_array_index(locks, uint32_t, i) == class)
			return;
	g_array_append_val(locks, class);
}

uint32_t lock_key_symbol(const struct program *program, term_id key)
{
	struct term term = term_at(program->terms, term_deref(program->terms, key));

	if (!key || term.kind != EXPR_GLOBAL ||
	    g_str_has_suffix(program_string(program, program->symbols[term.a].file), ".h"))
		return PROGRAM_NONE;
	return term.a;
}

static void free_array(gpointer array)
{
	g_array_unref(array);
}

void lock_keys_begin(struct lock_keys *keys)
{
	keys->by_key = g_hash_table_new_full(NULL, NULL, NULL, free_array);
}

/* The locks of one key get the name of the first of them. */
GHashTable *lock_keys_end(struct lock_keys *keys)
{
	GHashTable *shared = g_hash_table_new(NULL, NULL);
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, keys->by_key);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const GArray *locks = value;
		uint32_t least = g_array_index(locks, uint32_t, 0);

		for (guint i = 1; i < locks->len; i++)
			least = MIN(least, g_array_index(locks, uint32_t, i));
		for (guint i = 0; locks->len > 1 && i < locks->len; i++)
			g_hash_table_insert(shared,
					    GUINT_TO_POINTER(g_array_index(locks, uint32_t, i)),
					    GUINT_TO_POINTER(least));
	}
	g_hash_table_unref(keys->by_key);
	return shared;
}

bool program_shares_key(const struct program *program, uint32_t class_string)
{
	return g_hash_table_contains(program->shared_keys, GUINT_TO_POINTER(class_string));
}
