/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * portable.h - what the program's numbers are called in other runs
 *
 * Strings, symbols, terms and functions are numbered as they come, so a number means something
 * else once a file has changed. Here they are hashes of what they stand for: names by which a
 * later run finds the same symbol or function, and digests that tell whether a function is what
 * it was, as far as flow/ can see it. Knows nothing of what is kept under these names.
 */
#ifndef LOCKGRAPH_PROGRAM_PORTABLE_H
#define LOCKGRAPH_PROGRAM_PORTABLE_H

#include "program/program.h"

#include <stdint.h>

struct portable;

/* Of a program that is linked and not worked on yet. Free with portable_free(). */
struct portable *portable_new(const struct program *program);
void portable_free(struct portable *portable);

/* Names; 0 where two are called the same, so that nobody can tell which is meant. */
uint64_t portable_symbol(const struct portable *portable, uint32_t symbol);
uint64_t portable_function(const struct portable *portable, uint32_t function);

/* What has that name; PROGRAM_NONE where nothing has. */
uint32_t portable_find_symbol(const struct portable *portable, uint64_t name);
uint32_t portable_find_function(const struct portable *portable, uint64_t name);

/*
 * A digest of @function's code with all that the program knows of what is named there: members,
 * variables, which functions the calls mean. Lines are not part of it. What may be called through
 * pointers is not, nor what callees do.
 */
uint64_t portable_body(const struct portable *portable, uint32_t function);

/* A digest of what is the same for all functions: how classes are named, who implies sleep. */
uint64_t portable_rest(const struct portable *portable);

/* Of answers of program_targets() and program_points_to(). */
uint64_t portable_targets(const struct portable *portable, const struct call_targets *targets);
uint64_t portable_places(const struct portable *portable, const term_id *places, size_t n);

#endif
