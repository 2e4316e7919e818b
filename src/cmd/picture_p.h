/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * picture_p.h - what must be known of a version to tell what another has beside it
 *
 * Sets of texts: its dependencies, where it takes which lock, and so on; see compare.c for what
 * they are made of. Small enough to be kept, and to be handed from a process to another, when
 * the graph and the summaries are not. Knows nothing of what the texts mean.
 */
#ifndef LOCKGRAPH_PICTURE_P_H
#define LOCKGRAPH_PICTURE_P_H

#include <glib.h>
#include <stdbool.h>

enum picture_set {
	PICTURE_DEPENDENCIES, /* classes and modes */
	PICTURE_USES,	      /* class, mode, and the function that takes it */
	PICTURE_CONTEXTS,     /* the same, and what is switched off there */
	PICTURE_CLASSES,      /* that are taken at all */
	PICTURE_LEVELS,	      /* class, and whether in a task, a hardirq, ... */
	PICTURE_SETS
};

struct picture;

struct picture *picture_new(void);
void picture_free(struct picture *picture);

void picture_add(struct picture *picture, enum picture_set set, const char *text);
bool picture_has(const struct picture *picture, enum picture_set set, const char *text);

/* Appends it to @bytes; picture_unpack() adds what is in them. False when that is no picture. */
void picture_pack(const struct picture *picture, GString *bytes);
bool picture_unpack(struct picture *picture, const char *bytes, gsize size);

#endif
