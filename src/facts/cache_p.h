/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cache_p.h - the cache's folder as files: how much, what is oldest, away with it
 *
 * Knows nothing of what the files hold. Files that vanish meanwhile, by another run, are no
 * errors.
 */
#ifndef LOCKGRAPH_FACTS_CACHE_P_H
#define LOCKGRAPH_FACTS_CACHE_P_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CACHE_SUFFIX ".facts"

/* Removes what was not used for longest until @limit bytes remain, and leftovers of dead runs. */
void cache_trim(const char *dir, uint64_t limit);

/* Entries, and bytes of all files. */
void cache_measure(const char *dir, size_t *entries, uint64_t *bytes);

bool cache_remove_all(const char *dir, GError **err);

#endif
