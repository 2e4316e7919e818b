/* SPDX-License-Identifier: GPL-2.0-or-later */
/* context_p.h - the ways in, and what is derived from them */
#ifndef LOCKGRAPH_SUMMARY_CONTEXT_P_H
#define LOCKGRAPH_SUMMARY_CONTEXT_P_H

#include "summary/context.h"

/* entries.c: struct context_entry of all that is registered, in the order of the sources. */
GArray *entries_find(const struct summaries *summaries);

#endif
