/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/intern.h"

#include "base/arena.h"
#include "base/file.h"

#include <glib.h>
#include <string.h>

#define FIRST_SLOTS 256

struct text {
	const char *text;
	uint32_t length;
	uint32_t hash;
};

/*
 * Open addressing over ids rather than a GHashTable: linking a whole kernel interns some
 * ten million times, nearly always a string that is known, and the hash that stands beside
 * each text makes a miss in a slot cost no look at the text.
 */
struct intern {
	struct arena *arena;
	GArray *texts;	 /* struct text, by id */
	uint32_t *slots; /* id + 1; 0 is free */
	uint32_t mask;
};

static const struct text *text_of(const struct intern *in, uint32_t id)
{
	return &g_array_index(in->texts, struct text, id);
}

struct intern *intern_new(void)
{
	struct intern *in = g_new0(struct intern, 1);

	in->arena = arena_new("strings");
	in->texts = g_array_new(FALSE, FALSE, sizeof(struct text));
	in->slots = g_new0(uint32_t, FIRST_SLOTS);
	in->mask = FIRST_SLOTS - 1;
	intern_id(in, "");
	return in;
}

void intern_free(struct intern *in)
{
	if (!in)
		return;
	g_array_unref(in->texts);
	g_free(in->slots);
	arena_free(in->arena);
	g_free(in);
}

static uint32_t hash_of(const char *text, size_t length)
{
	uint64_t hash = file_hash_bytes(0, text, length);

	return (uint32_t)(hash ^ hash >> 32);
}

/* The slot that holds the text, or the free one where it belongs. */
static uint32_t find_slot(const struct intern *in, const char *text, size_t length, uint32_t hash)
{
	uint32_t slot;

	for (slot = hash & in->mask; in->slots[slot]; slot = (slot + 1) & in->mask) {
		const struct text *known = text_of(in, in->slots[slot] - 1);

		if (known->hash == hash && known->length == length &&
		    !memcmp(known->text, text, length))
			break;
	}
	return slot;
}

static void grow(struct intern *in)
{
	uint32_t id;

	in->mask = in->mask * 2 + 1;
	g_free(in->slots);
	in->slots = g_new0(uint32_t, (size_t)in->mask + 1);
	for (id = 0; id < in->texts->len; id++) {
		uint32_t slot = text_of(in, id)->hash & in->mask;

		while (in->slots[slot])
			slot = (slot + 1) & in->mask;
		in->slots[slot] = id + 1;
	}
}

static uint32_t add(struct intern *in, const char *text, size_t length, uint32_t hash)
{
	char *copy = arena_alloc(in->arena, length + 1);
	struct text entry = { .text = copy, .length = (uint32_t)length, .hash = hash };

	if (length)
		memcpy(copy, text, length);
	copy[length] = '\0';
	g_array_append_val(in->texts, entry);
	return in->texts->len - 1;
}

uint32_t intern_idn(struct intern *in, const char *text, size_t length)
{
	uint32_t hash = hash_of(text, length);
	uint32_t slot = find_slot(in, text, length, hash);
	uint32_t id;

	g_assert(length < UINT32_MAX);
	if (in->slots[slot])
		return in->slots[slot] - 1;
	id = add(in, text, length, hash);
	in->slots[slot] = id + 1;
	if (in->texts->len > in->mask / 4 * 3)
		grow(in);
	return id;
}

uint32_t intern_id(struct intern *in, const char *text)
{
	return text ? intern_idn(in, text, strlen(text)) : 0;
}

uint32_t intern_find(const struct intern *in, const char *text)
{
	size_t length = strlen(text);
	uint32_t slot = find_slot(in, text, length, hash_of(text, length));

	return in->slots[slot] ? in->slots[slot] - 1 : UINT32_MAX;
}

const char *intern_str(const struct intern *in, uint32_t id)
{
	g_assert(id < in->texts->len);
	return text_of(in, id)->text;
}

uint32_t intern_count(const struct intern *in)
{
	return in->texts->len;
}
