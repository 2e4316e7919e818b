/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kept.h - what flow found out about functions, from one run to the next
 *
 * Following paths is most of an analysis, and after an edit nearly all functions are what they
 * were. What was found out about a function is good again if its code is the same, what it asked
 * the program about is answered alike, and what it heard of its callees is good, too. Nothing is
 * taken on trust from names or times of files.
 */
#ifndef LOCKGRAPH_SUMMARY_KEPT_H
#define LOCKGRAPH_SUMMARY_KEPT_H

#include "base/arena.h"
#include "program/program.h"

#include <stdbool.h>
#include <stdint.h>

struct kept_flows;
struct summaries;

/*
 * What lies at @path, for @program as it is after program_link(); or nothing, where there is no
 * such file or it is damaged. The rules and this program must be those that it was made with.
 */
struct kept_flows *kept_open(const struct program *program, const char *path);

/* Waits until what was kept this time is written. */
void kept_close(struct kept_flows *kept);

/* Whether all functions of @component are known; then their results are in @s. Callees first. */
bool kept_take(struct kept_flows *kept, struct summaries *s, uint32_t component);

/* To be told: @caller, which is run now, looked at what @callee does. */
void kept_note_use(struct kept_flows *kept, uint32_t caller, uint32_t callee);

/* Keeps what is in @s for the next run if much of it is new; a process of its own writes it. */
void kept_keep(struct kept_flows *kept, const struct summaries *s);

/* How many functions were known. */
size_t kept_taken(const struct kept_flows *kept);

#endif
