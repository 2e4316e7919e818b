/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file.h - files: mapped, hashed, and replaced in one step
 *
 * What is written appears whole or not at all: temporary name in the same folder, fsync,
 * rename. Errors name the file, what failed and what to do. Knows nothing of formats.
 */
#ifndef LOCKGRAPH_BASE_FILE_H
#define LOCKGRAPH_BASE_FILE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mapping {
	const void *data; /* NULL for an empty file */
	size_t size;
};

/* Maps @path read-only; undo with file_unmap(). */
bool file_map(const char *path, struct mapping *map, GError **err);
void file_unmap(struct mapping *map);

/*
 * Replaces @path by @size bytes of @data. On failure (full disk, no permission) the old file
 * is untouched and no temporary file stays.
 */
bool file_replace(const char *path, const void *data, size_t size, GError **err);

/* Makes @dir and its parents. */
bool file_make_dirs(const char *dir, GError **err);

/* Removes a folder and all in it; a folder that is not there is no error. Links are not followed. */
bool file_remove_tree(const char *dir, GError **err);

/* 64-bit content hash (not cryptographic; a cache key is never trusted from outside). */
uint64_t file_hash_bytes(uint64_t seed, const void *data, size_t size);
bool file_hash(const char *path, uint64_t *hash, GError **err);

#endif
