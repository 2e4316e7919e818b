/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"

#include <glib.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#define ALIGNMENT 16

/*
 * Chunks double from 4 KiB to 1 MiB: a function's arena stays small, the run's arena makes few
 * system calls. What is larger than a chunk gets one of its own.
 */
#define FIRST_CHUNK ((size_t)4 << 10)
#define LARGEST_CHUNK ((size_t)1 << 20)

struct chunk {
	struct chunk *next;
	size_t size; /* of the memory behind this header */
	_Alignas(ALIGNMENT) unsigned char memory[];
};

struct arena {
	const char *name;
	struct chunk *chunks; /* the newest, partly used one is first */
	size_t used;	      /* of the first chunk */
	size_t handed_out;
};

struct arena *arena_new(const char *name)
{
	struct arena *arena = g_new0(struct arena, 1);

	arena->name = name;
	return arena;
}

static void free_chunks(struct chunk *chunk)
{
	while (chunk) {
		struct chunk *next = chunk->next;

		g_free(chunk);
		chunk = next;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	free_chunks(arena->chunks);
	g_free(arena);
}

/* The newest chunk is kept: it is the largest one, and the next function will need it. */
void arena_reset(struct arena *arena)
{
	if (arena->chunks) {
		free_chunks(arena->chunks->next);
		arena->chunks->next = NULL;
	}
	arena->used = 0;
	arena->handed_out = 0;
}

static struct chunk *chunk_new(size_t size, struct chunk *next)
{
	struct chunk *chunk = g_malloc(sizeof(*chunk) + size);

	chunk->size = size;
	chunk->next = next;
	return chunk;
}

static void add_chunk(struct arena *arena)
{
	size_t size = arena->chunks ? MIN(arena->chunks->size * 2, LARGEST_CHUNK) : FIRST_CHUNK;

	arena->chunks = chunk_new(size, arena->chunks);
	arena->used = 0;
}

/* Goes behind the first chunk, so that what is left of that one can still be used. */
static void *alloc_large(struct arena *arena, size_t bytes)
{
	if (!arena->chunks)
		add_chunk(arena);
	arena->chunks->next = chunk_new(bytes, arena->chunks->next);
	return arena->chunks->next->memory;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	size_t rounded = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	void *memory;

	g_assert(rounded >= bytes);
	arena->handed_out += bytes;
	if (rounded > LARGEST_CHUNK / 4)
		return alloc_large(arena, rounded);
	while (!arena->chunks || arena->chunks->size - arena->used < rounded)
		add_chunk(arena);
	memory = arena->chunks->memory + arena->used;
	arena->used += rounded;
	return memory;
}

void *arena_zalloc(struct arena *arena, size_t bytes)
{
	return memset(arena_alloc(arena, bytes), 0, bytes);
}

void *arena_memdup(struct arena *arena, const void *from, size_t bytes)
{
	void *to = arena_alloc(arena, bytes);

	return bytes ? memcpy(to, from, bytes) : to;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_memdup(arena, text, strlen(text) + 1);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	return arena_strdup(arena, text);
}

size_t arena_bytes(const struct arena *arena)
{
	return arena->handed_out;
}

const char *arena_name(const struct arena *arena)
{
	return arena->name;
}
