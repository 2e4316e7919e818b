/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadlock_wait_p.h - circles through work items, timers and other callbacks
 *
 * deadlock_cycle.c finds the circles; this says of which it is a wait that closes them.
 */
#ifndef LOCKGRAPH_CHECK_DEADLOCK_WAIT_P_H
#define LOCKGRAPH_CHECK_DEADLOCK_WAIT_P_H

#include "check/check_p.h"

/* The classes that stand for callbacks which somebody can wait for: program strings + 1. */
GHashTable *deadlock_wait_classes(const struct check_input *in);

/* Reports the circle if a callback's class is on it; else false, and nothing is done. */
bool deadlock_wait_report(const struct check_input *in, GHashTable *waits,
			  const struct cycle *cycle);

#endif
