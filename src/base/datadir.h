/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * datadir.h - where the files that come with lockgraph are
 *
 * Below one folder, the same installed and uninstalled:
 *
 *	rules/SET/NAME.json	what functions mean
 *	kbuild.mk		prints a kernel's units and flags
 *	include/NAME.h		the headers that are force-included
 *
 * Knows nothing of what is in them.
 */
#ifndef LOCKGRAPH_BASE_DATADIR_H
#define LOCKGRAPH_BASE_DATADIR_H

/*
 * The path of @name ("rules/kernel/locks.json"; "" is the folder itself): below
 * $LOCKGRAPH_DATADIR where that is set, as in an uninstalled build, else below the folder
 * chosen at configure. Whether it exists is not looked at. Free with g_free().
 */
char *datadir_file(const char *name);

#endif
