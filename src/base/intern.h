/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intern.h - strings as small numbers
 *
 * Equal strings get equal ids, so names are compared as integers and stored in files. Id 0 is
 * always the empty string. Knows nothing of what the strings mean.
 */
#ifndef LOCKGRAPH_BASE_INTERN_H
#define LOCKGRAPH_BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

struct intern;

struct intern *intern_new(void);
void intern_free(struct intern *in);

/* The id of @text; a new one when it was never seen. NULL counts as "". */
uint32_t intern_id(struct intern *in, const char *text);
uint32_t intern_idn(struct intern *in, const char *text, size_t length);

/* The id of @text, or UINT32_MAX when it was never interned. */
uint32_t intern_find(const struct intern *in, const char *text);

/* The text of an id that this table gave out; lives as long as the table. */
const char *intern_str(const struct intern *in, uint32_t id);

/* How many ids were given out; they are 0 .. count - 1. */
uint32_t intern_count(const struct intern *in);

#endif
