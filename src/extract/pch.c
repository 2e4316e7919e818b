/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pch.c - which units share a precompiled header, and which unit must not use one
 *
 * Most of a unit's time is headers (one s390 driver file: 0.62 s without, 0.07 s with). Units
 * that agree in all flags but names and search paths form a group; the headers that its units
 * include most are read once, saved, and their functions become facts once: the group's base.
 *
 * A base is found in two steps. The index file is named by what is wanted (flags, headers); it
 * names the base that was made last, whose key tells the headers' content too. A few units make do
 * with other headers: the family file names the index that was made last for their flags.
 */
#include "extract/extract_p.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Making one costs about as much as reading this many units without it. */
#define MIN_UNITS 8

/* So many units are worth headers of their own where others with the same flags are there. */
#define MANY_UNITS 60

static void free_group(gpointer data)
{
	struct pch_group *group = data;

	g_ptr_array_unref(group->search);
	g_free(group->signature);
	g_free((gpointer)group->headers);
	g_free(group);
}

void pch_free_groups(struct extract_env *env)
{
	if (env->groups)
		g_ptr_array_unref(env->groups);
	g_free(env->group_of);
}

static struct pch_group *add_group(struct extract_env *env, char *signature, uint32_t unit)
{
	struct pch_group *group = g_new0(struct pch_group, 1);

	group->signature = signature;
	group->first_unit = unit;
	group->search = argv_search(env, env->units->pdata[unit]);
	g_ptr_array_add(env->groups, group);
	return group;
}

static void form_groups(struct extract_env *env, const bool *missing)
{
	g_autoptr(GHashTable) by_signature = g_hash_table_new(g_str_hash, g_str_equal);

	for (uint32_t i = 0; i < env->units->len; i++) {
		const struct unit_spec *unit = env->units->pdata[i];
		g_autofree char *signature = argv_signature(env, unit);
		struct pch_group *group = g_hash_table_lookup(by_signature, signature);

		if (group) {
			argv_keep_common_search(env, unit, group->search);
		} else {
			group = add_group(env, g_steal_pointer(&signature), i);
			g_hash_table_insert(by_signature, group->signature, group);
		}
		env->group_of[i] = group;
		group->n_units++;
		group->n_missing += missing[i];
	}
}

/*
 * Headers of trace events are read several times, each time with another meaning; what they give
 * depends on what the unit defined before.
 */
static bool may_be_precompiled(const char *header)
{
	return !strstr(header, "trace/") && g_str_has_suffix(header, ".h");
}

static const char *const *choose_headers(const struct extract_env *env, struct tree *tree,
					 const struct pch_group *group)
{
	g_autoptr(GPtrArray) units = g_ptr_array_new();
	GPtrArray *kept = g_ptr_array_new();
	const char *const *headers;

	for (uint32_t i = 0; i < env->units->len; i++)
		if (env->group_of[i] == group)
			g_ptr_array_add(units, env->units->pdata[i]);
	headers = tree_common_headers(tree, units);
	for (; headers && *headers; headers++)
		if (may_be_precompiled(*headers))
			g_ptr_array_add(kept, (gpointer)*headers);
	g_ptr_array_add(kept, NULL);
	return (const char *const *)g_ptr_array_free(kept, FALSE);
}

char *pch_path(const struct extract_env *env, const char *base)
{
	char place[KEY_SIZE];

	key_in_place(env, base, place);
	return key_path(env, place, ".pch");
}

/* A key is all or the first line of these files; "" when there is none. */
static void read_key(const struct extract_env *env, const char *name, const char *suffix,
		     char key[KEY_SIZE])
{
	g_autofree char *path = key_path(env, name, suffix);
	g_autofree char *text = NULL;

	key[0] = '\0';
	if (g_file_get_contents(path, &text, NULL, NULL) && strcspn(text, "\n") == KEY_SIZE - 1)
		g_strlcpy(key, text, KEY_SIZE);
}

/* Marks a file as used, so that it is not the first to go. */
static void touch(const struct extract_env *env, const char *key, const char *suffix)
{
	g_autofree char *path = key_path(env, key, suffix);

	utimensat(AT_FDCWD, path, NULL, 0);
}

/* Whether the base that the index at @place names is still true and whole. */
static bool find_base(const struct extract_env *env, const char *place, char base[KEY_SIZE])
{
	g_autofree char *pch = NULL;
	struct facts *facts;

	read_key(env, place, ".index", base);
	if (!*base)
		return false;
	pch = pch_path(env, base);
	facts = facts_cache_get(env->cache, base, &env->roots);
	if (!facts || access(pch, R_OK))
		base[0] = '\0';
	facts_close(facts);
	if (!*base)
		return false;
	utimensat(AT_FDCWD, pch, NULL, 0);
	touch(env, place, ".index");
	touch(env, place, ".h");
	return true;
}

/* Another group's headers, made for the same flags. */
static bool find_relative(const struct extract_env *env, struct pch_group *group)
{
	char place[KEY_SIZE];

	if (group->n_missing >= MANY_UNITS)
		return false;
	read_key(env, group->family, ".family", place);
	if (!*place || !find_base(env, place, group->base))
		return false;
	g_strlcpy(group->place, place, KEY_SIZE);
	return true;
}

static void plan_group(struct extract_env *env, struct tree *tree, struct pch_group *group)
{
	char family[KEY_SIZE];

	if (!group->n_missing)
		return;
	key_for_family(env, group, family);
	key_in_place(env, family, group->family);
	group->headers = choose_headers(env, tree, group);
	if (*group->headers) {
		key_for_group(env, group, group->key);
		key_in_place(env, group->key, group->place);
	}
	if (*group->headers && find_base(env, group->place, group->base))
		return;
	group->wanted = !find_relative(env, group) && *group->headers &&
			group->n_missing >= MIN_UNITS;
}

void pch_plan(struct extract_env *env, struct tree *tree, const bool *missing)
{
	env->groups = g_ptr_array_new_with_free_func(free_group);
	env->group_of = g_new0(struct pch_group *, env->units->len);
	if (env->options.no_pch)
		return;
	form_groups(env, missing);
	for (guint i = 0; i < env->groups->len; i++)
		plan_group(env, tree, env->groups->pdata[i]);
}
