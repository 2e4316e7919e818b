/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child.h - a piece of work done by a process of its own, at the same time
 *
 * The child has a copy of all memory, and what it makes of it is lost with it: results go
 * through files. For programs that have no threads at that time. Knows nothing of the work.
 */
#ifndef LOCKGRAPH_BASE_CHILD_H
#define LOCKGRAPH_BASE_CHILD_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* True for success. */
typedef bool (*child_work)(void *data);

/* Its process id; 0 with a message when there can be no more processes. It ends with this one. */
pid_t child_start(child_work work, void *data, GError **err);

/* Waits for it: whether the work succeeded. @err only when something killed it. */
bool child_wait(pid_t pid, GError **err);

#endif
