/* SPDX-License-Identifier: GPL-2.0-or-later */
/* argv.c - a unit's flags as libclang takes them */
#include "extract/extract_p.h"

#include <string.h>

/* Flags that take a path, joined or as the next word. */
static const char *const path_flags[] = { "-isystem", "-iquote",  "-idirafter", "-isysroot",
					  "-include", "-imacros", "-I" };

/*
 * Behind all others. Warnings are not ours to give. Spelling correction would look through all of
 * a kernel's names at every error.
 */
static const char *const our_flags[] = { "-w", "-ferror-limit=10000", "-fno-spell-checking" };

static GPtrArray *new_argv(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

static void add(GPtrArray *argv, const char *flag)
{
	g_ptr_array_add(argv, g_strdup(flag));
}

static const char *path_flag_of(const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(path_flags); i++)
		if (g_str_has_prefix(word, path_flags[i]))
			return path_flags[i];
	return NULL;
}

/* @path from the compile's folder, with no "." and "..": the same file has one name everywhere. */
static char *absolute(const struct unit_spec *unit, const char *path)
{
	return g_canonicalize_filename(path, unit->directory ? unit->directory : "/");
}

/* Our headers stand behind the ones of the kernel that they change the effect of. */
static void add_ours(const struct extract_env *env, GPtrArray *argv, const char *included)
{
	const char *ours = NULL;

	if (g_str_has_suffix(included, "/linux/kconfig.h"))
		ours = env->config_header;
	else if (g_str_has_suffix(included, "/linux/compiler_types.h"))
		ours = env->annotation_header;
	if (!ours)
		return;
	add(argv, "-include");
	add(argv, ours);
}

/* One flag of @unit with its value; returns the words used. */
static size_t add_unit_flag(const struct extract_env *env, const struct unit_spec *unit,
			    const char *const *words, GPtrArray *argv)
{
	const char *flag = path_flag_of(words[0]);
	bool is_joined;
	const char *value;

	if (!flag) {
		if (!g_str_has_prefix(words[0], "-W") && strcmp(words[0], "-w"))
			add(argv, words[0]);
		return 1;
	}
	is_joined = words[0][strlen(flag)] != '\0';
	value = is_joined ? words[0] + strlen(flag) : words[1];
	if (!value)
		return 1;
	add(argv, flag);
	g_ptr_array_add(argv, absolute(unit, value));
	if (!strcmp(flag, "-include"))
		add_ours(env, argv, argv->pdata[argv->len - 1]);
	return is_joined ? 1 : 2;
}

static void finish(GPtrArray *argv)
{
	for (size_t i = 0; i < G_N_ELEMENTS(our_flags); i++)
		add(argv, our_flags[i]);
	g_ptr_array_add(argv, NULL);
}

static GPtrArray *unit_flags(const struct extract_env *env, const struct unit_spec *unit)
{
	GPtrArray *argv = new_argv();
	const char *const *words = unit->argv;

	while (*words)
		words += add_unit_flag(env, unit, words, argv);
	return argv;
}

GPtrArray *argv_for_unit(const struct extract_env *env, const struct unit_spec *unit)
{
	GPtrArray *argv = unit_flags(env, unit);

	finish(argv);
	return argv;
}

/* Flags whose value is in the next word, of those that unit_flags() makes. */
static bool is_include(const char *flag)
{
	return !strcmp(flag, "-include") || !strcmp(flag, "-imacros");
}

/* What the kernel's build says per file; the headers test none of it. */
static bool is_unit_name(const char *flag)
{
	return g_str_has_prefix(flag, "-DKBUILD_") || g_str_has_prefix(flag, "-D__KBUILD_");
}

/* The force-included headers are in the precompiled one already, their effects too. */
GPtrArray *argv_with_pch(const struct extract_env *env, const struct unit_spec *unit,
			 const char *pch)
{
	g_autoptr(GPtrArray) all = unit_flags(env, unit);
	GPtrArray *argv = new_argv();

	add(argv, "-include-pch");
	add(argv, pch);
	/* Units differ in KBUILD_MODNAME and the like, which clang would not let pass. */
	add(argv, "-Xclang");
	add(argv, "-fno-validate-pch");
	for (guint i = 0; i < all->len; i++) {
		if (is_include(all->pdata[i]))
			i++;
		else
			add(argv, all->pdata[i]);
	}
	finish(argv);
	return argv;
}

static bool is_search(const char *flag)
{
	return path_flag_of(flag) && !is_include(flag);
}

GPtrArray *argv_for_base(const struct extract_env *env, const struct pch_group *group)
{
	const struct unit_spec *unit = env->units->pdata[group->first_unit];
	g_autoptr(GPtrArray) all = unit_flags(env, unit);
	GPtrArray *argv = new_argv();

	add(argv, "-x");
	add(argv, "c-header");
	for (guint i = 0; i < all->len; i++) {
		const char *flag = all->pdata[i];

		if (is_search(flag))
			i++;
		else if (!is_unit_name(flag))
			add(argv, flag);
	}
	for (guint i = 0; i < group->search->len; i++)
		add(argv, group->search->pdata[i]);
	finish(argv);
	return argv;
}

char *argv_signature(const struct extract_env *env, const struct unit_spec *unit)
{
	g_autoptr(GPtrArray) all = unit_flags(env, unit);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < all->len; i++) {
		const char *flag = all->pdata[i];

		if (is_search(flag)) {
			i++;
		} else if (!is_unit_name(flag)) {
			g_string_append(text, flag);
			g_string_append_c(text, '\n');
		}
	}
	return g_string_free(text, FALSE);
}

/* Flag and path after one another, in the unit's order. */
GPtrArray *argv_search(const struct extract_env *env, const struct unit_spec *unit)
{
	g_autoptr(GPtrArray) all = unit_flags(env, unit);
	GPtrArray *search = new_argv();

	for (guint i = 0; i + 1 < all->len; i++) {
		if (!is_search(all->pdata[i]))
			continue;
		add(search, all->pdata[i]);
		add(search, all->pdata[++i]);
	}
	return search;
}

static bool has_pair(const GPtrArray *pairs, const char *flag, const char *path)
{
	for (guint i = 0; i + 1 < pairs->len; i += 2)
		if (!strcmp(pairs->pdata[i], flag) && !strcmp(pairs->pdata[i + 1], path))
			return true;
	return false;
}

void argv_keep_common_search(const struct extract_env *env, const struct unit_spec *unit,
			     GPtrArray *search)
{
	g_autoptr(GPtrArray) others = argv_search(env, unit);

	for (guint i = 0; i + 1 < search->len;) {
		if (has_pair(others, search->pdata[i], search->pdata[i + 1]))
			i += 2;
		else
			g_ptr_array_remove_range(search, i, 2);
	}
}
