/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * words_p.h - the file of the word index
 *
 * A header; the files (struct words_file); where each word begins in the text, in order of the
 * words; where its postings begin, and where the last ones end; the postings; the text. Numbers
 * are the machine's own: the file is a cache, and one from elsewhere fails its hash.
 */
#ifndef LOCKGRAPH_SOURCE_WORDS_P_H
#define LOCKGRAPH_SOURCE_WORDS_P_H

#include "base/file.h"
#include "source/source_p.h"

#define WORDS_MAGIC 0x3264726f7767636cULL /* "lcgword2" */
#define WORD_DEFINES 0x80000000U	  /* in a posting, beside the file's number */

struct words_header {
	uint64_t magic;
	uint64_t hash; /* of all that follows this header */
	uint32_t n_files, n_words, n_postings, reserved;
	uint64_t text_bytes;
};

struct words_file {
	int64_t mtime, size;
	uint32_t path, reserved;
};

/* The whole index of the files of @units, as it is written. Free with g_byte_array_unref(). */
GByteArray *words_build(const struct tree *tree, const GPtrArray *units, struct console *con);

/* Path of a unit's file; free with g_free(). */
char *words_unit_path(const struct tree *tree, const struct unit_spec *unit);

/* Reads the words of one file; one that cannot be read has none. */
void words_scan_file(const char *path, word_fn found, void *data);

#endif
