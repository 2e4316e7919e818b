/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_p.h - what the questions of lockgraph query share */
#ifndef LOCKGRAPH_QUERY_P_H
#define LOCKGRAPH_QUERY_P_H

#include "cmd/analysis_p.h"

/* "FILE:LINE: FUNCTION()", without a new line. */
void print_point(const struct program *program, uint32_t function, struct flow_point where);

/* The function called @name; PROGRAM_NONE and a message when there is none. */
uint32_t find_function(const struct analysis *a, const char *name);

/* query_context.c */
enum exit_status query_context(const struct analysis *a, char **words);

#endif
