/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/picture_p.h"

#include "base/file.h"

#include <string.h>

/*
 * What is asked is only whether a text was there, so a hash stands for each: of all bits that a
 * pointer has, since the hash is the key itself.
 */
struct picture {
	GHashTable *sets[PICTURE_SETS];
};

struct picture *picture_new(void)
{
	struct picture *picture = g_new0(struct picture, 1);

	for (int set = 0; set < PICTURE_SETS; set++)
		picture->sets[set] = g_hash_table_new(NULL, NULL);
	return picture;
}

void picture_free(struct picture *picture)
{
	for (int set = 0; set < PICTURE_SETS; set++)
		g_hash_table_unref(picture->sets[set]);
	g_free(picture);
}

static gpointer key_of(const char *text)
{
	return GSIZE_TO_POINTER((gsize)file_hash_bytes(0, text, strlen(text)));
}

void picture_add(struct picture *picture, enum picture_set set, const char *text)
{
	g_hash_table_add(picture->sets[set], key_of(text));
}

bool picture_has(const struct picture *picture, enum picture_set set, const char *text)
{
	return g_hash_table_contains(picture->sets[set], key_of(text));
}

/* --- as bytes: for each set how many, and the hashes ------------------------------------------ */

static void append_number(GString *bytes, uint64_t number)
{
	g_string_append_len(bytes, (const char *)&number, sizeof(number));
}

void picture_pack(const struct picture *picture, GString *bytes)
{
	for (int set = 0; set < PICTURE_SETS; set++) {
		GHashTableIter iter;
		gpointer key;

		append_number(bytes, g_hash_table_size(picture->sets[set]));
		g_hash_table_iter_init(&iter, picture->sets[set]);
		while (g_hash_table_iter_next(&iter, &key, NULL))
			append_number(bytes, GPOINTER_TO_SIZE(key));
	}
}

static bool take_number(const char **bytes, gsize *size, uint64_t *number)
{
	if (*size < sizeof(*number))
		return false;
	memcpy(number, *bytes, sizeof(*number));
	*bytes += sizeof(*number);
	*size -= sizeof(*number);
	return true;
}

bool picture_unpack(struct picture *picture, const char *bytes, gsize size)
{
	uint64_t n, key;

	for (int set = 0; set < PICTURE_SETS; set++) {
		if (!take_number(&bytes, &size, &n))
			return false;
		while (n--) {
			if (!take_number(&bytes, &size, &key))
				return false;
			g_hash_table_add(picture->sets[set], GSIZE_TO_POINTER((gsize)key));
		}
	}
	return !size;
}
