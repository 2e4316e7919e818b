/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/datadir.h"

#include <glib.h>

char *datadir_file(const char *name)
{
	const char *dir = g_getenv("LOCKGRAPH_DATADIR");

	if (!dir || !*dir)
		dir = LOCKGRAPH_DATADIR;
	return *name ? g_build_filename(dir, name, NULL) : g_strdup(dir);
}
