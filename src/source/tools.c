/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tools.c - which compiler make is told to use
 *
 * clang needs no cross compiler, so our own build directories use the newest one that comes
 * with its linker (Kconfig asks for both). A directory that somebody else configured keeps its
 * compiler while that is installed: its Makefiles test options for that one.
 */
#include "source/source_p.h"

#include <stdlib.h>
#include <string.h>

enum {
	CLANG_OLDEST = 11,
	CLANG_NEWEST = 40,
};

/* LLVM=-19, and a target without a cross compiler's name: since 5.18. */
static const unsigned llvm_suffix_since = 5 << 16 | 18 << 8;

static bool is_program(const char *name)
{
	g_autofree char *path = g_find_program_in_path(name);

	return path != NULL;
}

static bool has_clang_and_linker(const char *suffix)
{
	g_autofree char *clang = g_strconcat("clang", suffix, NULL);
	g_autofree char *linker = g_strconcat("ld.lld", suffix, NULL);

	return is_program(clang) && is_program(linker);
}

char *tools_newest_clang(void)
{
	for (int major = CLANG_NEWEST; major >= CLANG_OLDEST; major--) {
		g_autofree char *suffix = g_strdup_printf("-%d", major);

		if (has_clang_and_linker(suffix))
			return g_steal_pointer(&suffix);
	}
	return has_clang_and_linker("") ? g_strdup("") : NULL;
}

static GPtrArray *start_vars(const struct tree *tree)
{
	GPtrArray *vars = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(vars, g_strdup_printf("ARCH=%s", tree->arch));
	return vars;
}

static char **end_vars(GPtrArray *vars)
{
	g_ptr_array_add(vars, NULL);
	return (char **)g_ptr_array_free(vars, FALSE);
}

/* The prefix of a cross compiler's tools: "s390x-linux-gnu-". */
static char *cross_prefix(const struct tree *tree)
{
	const char *target = arch_target(tree->arch, tree->srcarch);

	return target ? g_strconcat(target, "-", NULL) : NULL;
}

/* Older kernels know neither the suffix nor a target without CROSS_COMPILE: spell it all out. */
static void add_llvm_in_full(GPtrArray *vars, const struct tree *tree, const char *suffix)
{
	static const char *const tools[][2] = {
		{ "CC", "clang" },
		{ "HOSTCC", "clang" },
		{ "HOSTCXX", "clang++" },
		{ "LD", "ld.lld" },
		{ "AR", "llvm-ar" },
		{ "NM", "llvm-nm" },
		{ "OBJCOPY", "llvm-objcopy" },
		{ "OBJDUMP", "llvm-objdump" },
		{ "READELF", "llvm-readelf" },
		{ "STRIP", "llvm-strip" },
	};
	g_autofree char *prefix = cross_prefix(tree);

	g_ptr_array_add(vars, g_strdup("LLVM=1"));
	g_ptr_array_add(vars, g_strdup("LLVM_IAS=1"));
	if (prefix)
		g_ptr_array_add(vars, g_strconcat("CROSS_COMPILE=", prefix, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(tools); i++)
		g_ptr_array_add(vars, g_strconcat(tools[i][0], "=", tools[i][1], suffix, NULL));
}

char **tools_for_clang(const struct tree *tree, const char *suffix)
{
	GPtrArray *vars = start_vars(tree);

	if (tree->version_code < llvm_suffix_since)
		add_llvm_in_full(vars, tree, suffix);
	else
		g_ptr_array_add(vars, g_strconcat("LLVM=", *suffix ? suffix : "1", NULL));
	return end_vars(vars);
}

/* The user's own CROSS_COMPILE, else the usual name, else the host's gcc for the host. */
char **tools_for_gcc(const struct tree *tree)
{
	GPtrArray *vars = start_vars(tree);
	g_autofree char *host = arch_host();
	g_autofree char *usual = cross_prefix(tree);
	const char *prefix = g_getenv("CROSS_COMPILE");

	if (!prefix && usual && strcmp(host, tree->arch) != 0)
		prefix = usual;
	if (prefix)
		g_ptr_array_add(vars, g_strconcat("CROSS_COMPILE=", prefix, NULL));
	return end_vars(vars);
}

/* A quoted value of a .config, NULL when it is not there. */
static char *config_value(const char *config, const char *name)
{
	g_autofree char *mark = g_strdup_printf("\n%s=", name);
	const char *found = strstr(config, mark);

	if (!found)
		return NULL;
	found += strlen(mark);
	found += *found == '"';
	return g_strndup(found, strcspn(found, "\"\n"));
}

/* CONFIG_CC_VERSION_TEXT="s390x-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0" starts with its name. */
static char **tools_named(const struct tree *tree, const char *version_text)
{
	g_autofree char *name = g_strndup(version_text, strcspn(version_text, " "));
	const char *gcc = strstr(name, "gcc");
	GPtrArray *vars;

	if (!gcc || !is_program(name))
		return NULL;
	vars = start_vars(tree);
	g_ptr_array_add(vars, g_strconcat("CC=", name, NULL));
	g_ptr_array_add(vars, g_strdup_printf("CROSS_COMPILE=%.*s", (int)(gcc - name), name));
	return end_vars(vars);
}

static char *clang_suffix_of(const char *config)
{
	g_autofree char *version = config_value(config, "CONFIG_CLANG_VERSION");
	unsigned long major = version ? strtoul(version, NULL, 10) / 10000 : 0;
	g_autofree char *suffix = g_strdup_printf("-%lu", major);

	return has_clang_and_linker(suffix) ? g_steal_pointer(&suffix) : tools_newest_clang();
}

char **tools_for_config(const struct tree *tree, const char *objtree)
{
	g_autofree char *path = g_build_filename(objtree, ".config", NULL);
	g_autofree char *config = NULL, *version_text = NULL, *suffix = NULL;
	char **vars = NULL;

	if (!g_file_get_contents(path, &config, NULL, NULL))
		config = g_strdup("");
	version_text = config_value(config, "CONFIG_CC_VERSION_TEXT");
	if (version_text)
		vars = tools_named(tree, version_text);
	if (vars)
		return vars;
	suffix = clang_suffix_of(config);
	return suffix ? tools_for_clang(tree, suffix) : tools_for_gcc(tree);
}
