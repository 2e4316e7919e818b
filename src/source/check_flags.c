/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_flags.c - what Kbuild says to its checker beside the compiler's flags
 *
 * The makefiles tell when they are evaluated. Where they are not (--no-exec, compile commands of
 * another build), the configuration tells as much as they would.
 */
#include "source/source_p.h"

#include <string.h>

/* As in the kernel's top Makefile. */
static const char *const always[] = { "-D__linux__",	  "-Dlinux",
				      "-D__STDC__",	  "-Dunix",
				      "-D__unix__",	  "-Wbitwise",
				      "-Wno-return-void", "-Wno-unknown-attribute" };

static bool config_has(const char *config, const char *option)
{
	g_autofree char *line = g_strdup_printf("\n%s=y\n", option);

	return strstr(config, line) != NULL;
}

static const char *const *flags_of_config(struct tree *tree)
{
	const char **flags = arena_new_array(tree->arena, const char *, G_N_ELEMENTS(always) + 4);
	g_autofree char *config = NULL, *path = NULL;
	size_t n = G_N_ELEMENTS(always);

	memcpy(flags, always, sizeof(always));
	path = g_build_filename(tree->objtree ? tree->objtree : tree->root,
				"include/config/auto.conf", NULL);
	if (!g_file_get_contents(path, &config, NULL, NULL))
		return flags;
	flags[n++] = arena_printf(tree->arena, "--arch=%s", tree->arch);
	flags[n++] = config_has(config, "CONFIG_CPU_BIG_ENDIAN") ? "-mbig-endian"
								 : "-mlittle-endian";
	flags[n++] = config_has(config, "CONFIG_64BIT") ? "-m64" : "-m32";
	return flags;
}

const char *const *tree_check_flags(struct tree *tree)
{
	const char *said = tree->state->check_flags;
	g_auto(GStrv) words = NULL;
	const char **flags;
	size_t n;

	if (tree->kind != TREE_KERNEL)
		return arena_new_array(tree->arena, const char *, 1);
	if (!said || !*said || !g_shell_parse_argv(said, NULL, &words, NULL))
		return flags_of_config(tree);
	n = g_strv_length(words);
	flags = arena_new_array(tree->arena, const char *, n + 1);
	for (size_t i = 0; i < n; i++)
		flags[i] = tree_string(tree, words[i]);
	return flags;
}
