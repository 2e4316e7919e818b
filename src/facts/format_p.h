/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format_p.h - the bytes of a facts file
 *
 * A header, then the tables of facts.h one after another, each on an 8-byte boundary, in the
 * machine's own byte order: the cache is local, a file from elsewhere fails on its magic.
 */
#ifndef LOCKGRAPH_FACTS_FORMAT_P_H
#define LOCKGRAPH_FACTS_FORMAT_P_H

#include "facts/facts.h"

#define FACTS_MAGIC UINT64_C(0x6c6b67666163740a)
#define FACTS_ALIGNMENT 8

enum facts_table {
#define TABLE(name, type) FACTS_TABLE_##name,
	FACT_TABLES(TABLE)
#undef TABLE
		FACTS_TABLE_COUNT
};

struct facts_table_ref {
	uint64_t offset; /* from the start of the file */
	uint32_t rows;
	uint32_t row_size;
};

/* @hash is over everything behind it, so it must stay the second member. */
struct facts_header {
	uint64_t magic;
	uint64_t hash;
	uint64_t size;
	uint32_t version;
	uint32_t unit, module, base; /* strings */
	struct facts_table_ref tables[FACTS_TABLE_COUNT];
};

#define FACTS_HASHED_FROM offsetof(struct facts_header, size)

/*
 * Points @facts at the tables in the @size bytes at @data and checks every index in them. @name
 * is said in errors. The hash is not looked at.
 */
bool facts_bind(struct facts *facts, const void *data, size_t size, const char *name, GError **err);

/* Checks the indices of bound tables: see check.c. */
bool facts_check(const struct facts *facts, const char *name, GError **err);

/* What facts_check() relies on and the writer asserts: how many edges a block must have. */
bool facts_term_takes_edges(uint32_t term, uint32_t n_edges);

#endif
