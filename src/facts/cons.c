/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cons.c - rows found by content, for the builder */
#include "facts/builder_p.h"

#define FIRST_SLOTS 256

uint32_t cons_hash(const uint32_t *words, size_t n)
{
	uint64_t h = UINT64_C(0x9e3779b97f4a7c15);

	for (size_t i = 0; i < n; i++) {
		h = (h ^ words[i]) * UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
	}
	return (uint32_t)h;
}

uint32_t cons_find(const struct cons_table *table, uint32_t hash, cons_same is_same,
		   const struct facts_builder *b, const void *key)
{
	uint32_t mask = table->n_slots - 1;

	if (!table->n_slots)
		return FACTS_NONE;
	for (uint32_t i = hash & mask; table->slots[i].row_plus_1; i = (i + 1) & mask) {
		uint32_t row = table->slots[i].row_plus_1 - 1;

		if (table->slots[i].hash == hash && is_same(b, row, key))
			return row;
	}
	return FACTS_NONE;
}

static void place(struct cons_table *table, struct cons_slot slot)
{
	uint32_t mask = table->n_slots - 1;
	uint32_t i = slot.hash & mask;

	while (table->slots[i].row_plus_1)
		i = (i + 1) & mask;
	table->slots[i] = slot;
}

static void grow(struct cons_table *table)
{
	g_autofree struct cons_slot *old = table->slots;
	uint32_t n_old = table->n_slots;

	table->n_slots = n_old ? n_old * 2 : FIRST_SLOTS;
	table->slots = g_new0(struct cons_slot, table->n_slots);
	for (uint32_t i = 0; i < n_old; i++)
		if (old[i].row_plus_1)
			place(table, old[i]);
}

void cons_add(struct cons_table *table, uint32_t hash, uint32_t row)
{
	if (table->used * 2 >= table->n_slots)
		grow(table);
	place(table, (struct cons_slot){ .hash = hash, .row_plus_1 = row + 1 });
	table->used++;
}
