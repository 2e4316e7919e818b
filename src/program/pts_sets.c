/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pts_sets.c - sets of atoms that remember the order in which they grew
 *
 * What is new since a node was last looked at is then a range of the array, so a round of the
 * solver costs what changed. Nearly all sets hold a handful of atoms; a hash table comes with
 * the seventeenth.
 */
#include "program/pts_p.h"

#define SMALL_SET 16

/*
 * A void pointer that may be more things than this is some allocator's or list's and tells
 * nothing: it stays open. Pointers with a type hold as much as there are objects of the type.
 */
#define MAX_UNTYPED 256

static size_t slot_of(const struct atom_set *set, uint32_t atom)
{
	return (atom * 0x9e3779b1u >> 7) & (set->n_slots - 1);
}

/* Where @atom is or belongs. */
static uint32_t *find_slot(const struct atom_set *set, uint32_t atom)
{
	size_t at = slot_of(set, atom);

	while (set->slots[at] && set->slots[at] != atom + 1)
		at = (at + 1) & (set->n_slots - 1);
	return &set->slots[at];
}

static void rehash(struct atom_set *set)
{
	g_free(set->slots);
	set->n_slots = set->n_slots ? set->n_slots * 2 : 4 * SMALL_SET;
	set->slots = g_new0(uint32_t, set->n_slots);
	for (uint32_t i = 0; i < set->n; i++)
		*find_slot(set, set->items[i]) = set->items[i] + 1;
}

bool pts_set_has(const struct atom_set *set, uint32_t atom)
{
	if (set->slots)
		return *find_slot(set, atom) != 0;
	for (uint32_t i = 0; i < set->n; i++)
		if (set->items[i] == atom)
			return true;
	return false;
}

bool pts_set_add(struct atom_set *set, uint32_t atom)
{
	if (pts_set_has(set, atom))
		return false;
	if (set->n == set->room) {
		set->room = set->room ? set->room * 2 : 2;
		set->items = g_renew(uint32_t, set->items, set->room);
	}
	set->items[set->n++] = atom;
	if (set->slots)
		*find_slot(set, atom) = atom + 1;
	if (set->n > SMALL_SET && set->n * 2 > set->n_slots)
		rehash(set);
	return true;
}

void pts_set_free(struct atom_set *set)
{
	if (!set)
		return;
	g_free(set->items);
	g_free(set->slots);
	g_free(set);
}

static int compare_ids(gconstpointer x, gconstpointer y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

void pts_sort_unique(GArray *ids)
{
	guint n = 0;

	g_array_sort(ids, compare_ids);
	for (guint i = 0; i < ids->len; i++)
		if (!n || g_array_index(ids, uint32_t, n - 1) != g_array_index(ids, uint32_t, i))
			g_array_index(ids, uint32_t, n++) = g_array_index(ids, uint32_t, i);
	g_array_set_size(ids, n);
}

/* Halves the path on the way, so that later walks are short. */
uint32_t pts_root(const struct fnptr *p, uint32_t node)
{
	while (pts_node(p, node)->parent != node) {
		struct node *at = pts_node(p, node);

		at->parent = pts_node(p, at->parent)->parent;
		node = at->parent;
	}
	return node;
}

bool pts_add(struct fnptr *p, uint32_t node, uint32_t atom)
{
	struct node *at = pts_node(p, pts_root(p, node));
	const struct atom *value = pts_atom(p, atom);

	if (at->type && value->type && at->type != value->type)
		return false;
	if (!at->type && value->allocated)
		return false;
	if (!at->type && at->set && at->set->n >= MAX_UNTYPED) {
		at->flags |= NODE_OPEN;
		return false;
	}
	if (!at->set)
		at->set = g_new0(struct atom_set, 1);
	return pts_set_add(at->set, atom);
}
