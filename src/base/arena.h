/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arena.h - memory that is freed all at once
 *
 * Three lifetimes exist: the run, one translation unit, one function. A function that
 * allocates takes the arena as its first parameter, so that its prototype tells how long
 * the result lives. Nothing in an arena has a destructor. Knows nothing of what it holds.
 *
 * Not thread safe: one arena belongs to one thread.
 */
#ifndef LOCKGRAPH_BASE_ARENA_H
#define LOCKGRAPH_BASE_ARENA_H

#include <stddef.h>

struct arena;

/* A new arena; @name (a literal) is what --stats calls it. Free with arena_free(). */
struct arena *arena_new(const char *name);
void arena_free(struct arena *arena);

/* Gives all memory back but keeps the arena: for an arena used once per function. */
void arena_reset(struct arena *arena);

/* Never NULL: memory exhaustion ends the process, as everywhere with GLib. 16-byte aligned. */
void *arena_alloc(struct arena *arena, size_t bytes) __attribute__((malloc, alloc_size(2)));
void *arena_zalloc(struct arena *arena, size_t bytes) __attribute__((malloc, alloc_size(2)));
void *arena_memdup(struct arena *arena, const void *from, size_t bytes);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Bytes handed out since the last reset, and the name given at arena_new(). */
size_t arena_bytes(const struct arena *arena);
const char *arena_name(const struct arena *arena);

#define arena_new_array(arena, type, n) ((type *)arena_zalloc(arena, sizeof(type) * (size_t)(n)))
#define arena_new_struct(arena, type) ((type *)arena_zalloc(arena, sizeof(type)))

#endif
