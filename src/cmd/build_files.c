/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * build_files.c - what a changed file is to the kernel's build
 *
 * A patch that touches a makefile may compile other files, in another way; one that touches what
 * the preparation runs may have other headers generated. All of it is told from names.
 */
#include "cmd/analysis_p.h"

#include <string.h>

static bool has_suffix(const char *path, const char *const *suffixes)
{
	for (; *suffixes; suffixes++) {
		if (g_str_has_suffix(path, *suffixes))
			return true;
	}
	return false;
}

static bool is_makefile(const char *path)
{
	g_autofree char *name = g_path_get_basename(path);

	return g_str_has_prefix(name, "Makefile") || g_str_has_prefix(name, "Kbuild");
}

static bool is_build_file(const char *path)
{
	static const char *const suffixes[] = { ".mk",	      ".sh",	  ".tbl",
						"vdso.lds.S", ".pl",	  "/asm-offsets.c",
						"/bounds.c",  ".include", ".awk",
						NULL };
	g_autofree char *name = g_path_get_basename(path);

	return is_makefile(path) || g_str_has_prefix(name, "Kconfig") ||
	       g_str_has_prefix(path, "scripts/") || strstr(path, "/configs/") ||
	       g_str_equal(name, "compile_commands.json") || has_suffix(path, suffixes);
}

/* "make prepare" reads no makefile of a driver, of a file system and so on. */
static bool only_lists_units(const char *path)
{
	static const char *const prepared[] = { "/include/", "/syscalls/", "/tools/", "/boot/",
						"/vdso" };
	static const char *const folders[] = { "scripts/", "include/", "tools/" };
	const char *below = strchr(path, '/');

	if (!is_makefile(path) || !below)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(prepared); i++) {
		if (strstr(path, prepared[i]))
			return false;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		if (g_str_has_prefix(path, folders[i]))
			return false;
	}
	/* arch/s390/Makefile has the flags, arch/s390/kvm/Makefile has not. */
	return !g_str_has_prefix(path, "arch/") || strchr(strchr(below + 1, '/') + 1, '/');
}

bool has_build_file(const GPtrArray *paths)
{
	for (guint i = 0; i < paths->len; i++) {
		if (is_build_file(paths->pdata[i]))
			return true;
	}
	return false;
}

bool only_list_units(const GPtrArray *paths)
{
	for (guint i = 0; i < paths->len; i++) {
		if (is_build_file(paths->pdata[i]) && !only_lists_units(paths->pdata[i]))
			return false;
	}
	return true;
}

bool concern_code(const GPtrArray *paths)
{
	static const char *const suffixes[] = { ".c", ".h", ".inc", ".def", NULL };

	for (guint i = 0; i < paths->len; i++) {
		if (has_suffix(paths->pdata[i], suffixes) || is_build_file(paths->pdata[i]))
			return true;
	}
	return false;
}
