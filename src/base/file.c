/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* nftw() keeps this many folders open; deeper trees work too, only slower. */
#define OPEN_FOLDERS 32

static bool fail(GError **err, const char *did, const char *path, int error)
{
	g_set_error(err, G_FILE_ERROR, (gint)g_file_error_from_errno(error), "cannot %s '%s': %s",
		    did, path, g_strerror(error));
	return false;
}

static bool map_fd(int fd, const char *path, struct mapping *map, GError **err)
{
	struct stat st;
	void *data;

	if (fstat(fd, &st) < 0)
		return fail(err, "read", path, errno);
	if (!S_ISREG(st.st_mode))
		return fail(err, "read", path, S_ISDIR(st.st_mode) ? EISDIR : EINVAL);
	if (!st.st_size)
		return true;
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return fail(err, "map", path, errno);
	*map = (struct mapping){ .data = data, .size = (size_t)st.st_size };
	return true;
}

bool file_map(const char *path, struct mapping *map, GError **err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a FIFO is not waited for */
	bool ok;

	*map = (struct mapping){ 0 };
	if (fd < 0)
		return fail(err, "open", path, errno);
	ok = map_fd(fd, path, map, err);
	close(fd);
	return ok;
}

void file_unmap(struct mapping *map)
{
	if (map->data)
		munmap((void *)(uintptr_t)map->data, map->size);
	*map = (struct mapping){ 0 };
}

/* A device or a pipe cannot be replaced, only written to. */
static bool is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static bool write_to(const char *path, const void *data, size_t size, GError **err)
{
	FILE *file = fopen(path, "we");
	bool ok;
	int error;

	if (!file)
		return fail(err, "open", path, errno);
	ok = fwrite(data, 1, size, file) == size && !fflush(file);
	error = errno;
	fclose(file);
	return ok || fail(err, "write", path, error);
}

bool file_replace(const char *path, const void *data, size_t size, GError **err)
{
	if (is_special(path))
		return write_to(path, data, size, err);
	if (g_file_set_contents_full(path, size ? data : "", (gssize)size,
				     G_FILE_SET_CONTENTS_CONSISTENT, 0666, err))
		return true;
	g_prefix_error(err, "cannot write '%s', which stays as it was: ", path);
	return false;
}

bool file_make_dirs(const char *dir, GError **err)
{
	if (!g_mkdir_with_parents(dir, 0777))
		return true;
	return fail(err, "make the folder", dir, errno);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return g_remove(path);
}

bool file_remove_tree(const char *dir, GError **err)
{
	if (!nftw(dir, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) || errno == ENOENT)
		return true;
	return fail(err, "remove", dir, errno);
}

static uint64_t rotate(uint64_t value, unsigned int bits)
{
	return value << bits | value >> (64 - bits);
}

/* Any odd numbers with about as many bits set as not. */
#define MIX_A UINT64_C(0x9e3779b97f4a7c15)
#define MIX_B UINT64_C(0xc2b2ae3d27d4eb4f)

static uint64_t mix(uint64_t hash, uint64_t word)
{
	return rotate(hash ^ word * MIX_A, 29) * MIX_B;
}

/* Every bit of the result depends on every bit of @hash: two rounds of shift and multiply. */
static uint64_t finish(uint64_t hash)
{
	hash = (hash ^ hash >> 32) * MIX_A;
	hash = (hash ^ hash >> 29) * MIX_B;
	return hash ^ hash >> 32;
}

/*
 * Eight bytes a step, in two lanes so that the multiplications overlap: as fast as memory for
 * the headers of a kernel, which GLib's checksums are not.
 */
uint64_t file_hash_bytes(uint64_t seed, const void *data, size_t size)
{
	const unsigned char *at = data;
	uint64_t even = seed ^ MIX_B, odd = seed + MIX_A, word;
	size_t left;

	for (left = size; left >= 2 * sizeof(word); left -= 2 * sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		even = mix(even, word);
		memcpy(&word, at + sizeof(word), sizeof(word));
		odd = mix(odd, word);
		at += 2 * sizeof(word);
	}
	if (left >= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		even = mix(even, word);
		at += sizeof(word);
		left -= sizeof(word);
	}
	word = 0;
	if (left)
		memcpy(&word, at, left);
	odd = mix(odd, word ^ (uint64_t)size << 56);
	return finish(even ^ rotate(odd, 17) ^ size);
}

bool file_hash(const char *path, uint64_t *hash, GError **err)
{
	struct mapping map;

	if (!file_map(path, &map, err))
		return false;
	*hash = file_hash_bytes(0, map.data, map.size);
	file_unmap(&map);
	return true;
}
