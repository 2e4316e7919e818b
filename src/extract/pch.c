/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pch.c - which units share a precompiled header, and which unit must not use one
 *
 * Most of a unit's time is headers (one s390 driver file: 0.62 s without, 0.07 s with). Units
 * that agree in all flags but names and search paths form a group; the headers that its units
 * include most are read once, saved, and their functions become facts once: the group's base.
 *
 * A base is found in two steps. The index file is named by what is wanted (flags, headers); it
 * names the base that was made last, whose key tells the headers' content too.
 */
#include "extract/extract_p.h"

#include <string.h>
#include <unistd.h>

/* Making one costs about as much as reading this many units without it. */
#define MIN_UNITS 8

static void free_group(gpointer data)
{
	struct pch_group *group = data;

	g_ptr_array_unref(group->search);
	g_free(group->signature);
	g_free((gpointer)group->headers);
	g_free(group->index);
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

/* The first line of the index. */
static void read_current_base(struct pch_group *group)
{
	g_autofree char *text = NULL;
	size_t length;

	if (!g_file_get_contents(group->index, &text, NULL, NULL))
		return;
	length = strcspn(text, "\n");
	if (length == KEY_SIZE - 1)
		g_strlcpy(group->base, text, KEY_SIZE);
}

static void find_current_base(struct extract_env *env, struct pch_group *group)
{
	g_autofree char *pch = NULL;
	struct facts *facts;

	read_current_base(group);
	if (!*group->base)
		return;
	pch = key_path(env, group->base, ".pch");
	facts = facts_cache_get(env->cache, group->base, &env->roots);
	if (!facts || access(pch, R_OK))
		group->base[0] = '\0';
	facts_close(facts);
}

static void plan_group(struct extract_env *env, struct tree *tree, struct pch_group *group)
{
	char key[KEY_SIZE];

	if (group->n_units < MIN_UNITS || !group->n_missing)
		return;
	group->headers = choose_headers(env, tree, group);
	if (!*group->headers)
		return;
	key_for_group(env, group, key);
	group->index = key_path(env, key, ".index");
	find_current_base(env, group);
	group->wanted = !*group->base && group->n_missing >= MIN_UNITS;
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
