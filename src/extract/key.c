/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * key.c - names in the cache
 *
 * A key stands for what decides how a unit is read before any of its inputs is looked at: file,
 * flags, parser, our own headers and code. Paths count from the roots, so that a copy of the
 * tree finds the same entries. The precompiled header is no part: the facts do not depend on it.
 */
#include "extract/extract_p.h"
#include "extract/id.h"

#include <inttypes.h>
#include <string.h>

/* Two hashes with different seeds: 64 bits are few for names that are never compared in full. */
struct hasher {
	uint64_t low, high;
};

static void hash_bytes(struct hasher *h, const void *bytes, size_t size)
{
	h->low = file_hash_bytes(h->low, bytes, size);
	h->high = file_hash_bytes(~h->high, bytes, size);
}

static void hash_text(struct hasher *h, const char *text)
{
	hash_bytes(h, text, strlen(text) + 1);
}

static void finish(const struct hasher *h, char key[KEY_SIZE])
{
	g_snprintf(key, KEY_SIZE, "%016" PRIx64 "%016" PRIx64, h->low, h->high);
}

/* Where @root stands in @text as a whole path or the beginning of one; NULL for nowhere. */
static const char *find_root(const char *text, const char *root)
{
	size_t length = strlen(root);
	const char *at = strstr(text, root);

	while (at && at[length] != '/' && at[length] != '\0')
		at = strstr(at + 1, root);
	return at;
}

static void hash_rooted(struct hasher *h, const char *text, const struct facts_roots *roots)
{
	const char *const names[] = { roots->objtree, roots->tree };
	const char *const marks[] = { "@obj", "@tree" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *at = names[i] ? find_root(text, names[i]) : NULL;

		if (!at)
			continue;
		hash_bytes(h, text, (size_t)(at - text));
		hash_text(h, marks[i]);
		hash_rooted(h, at + strlen(names[i]), roots);
		return;
	}
	hash_text(h, text);
}

static void hash_env(struct hasher *h, const struct extract_env *env)
{
	const uint32_t versions[] = { FACTS_VERSION, EXTRACT_ID };

	hash_bytes(h, versions, sizeof(versions));
	hash_bytes(h, &env->headers_hash, sizeof(env->headers_hash));
	hash_text(h, env->parser);
}

void key_for_unit(const struct extract_env *env, const struct unit_spec *unit, char key[KEY_SIZE])
{
	struct hasher h = { .low = 1 };

	hash_env(&h, env);
	hash_rooted(&h, unit->file, &env->roots);
	hash_rooted(&h, unit->directory ? unit->directory : "", &env->roots);
	hash_text(&h, unit->module ? unit->module : "");
	for (const char *const *flag = unit->argv; *flag; flag++)
		hash_rooted(&h, *flag, &env->roots);
	finish(&h, key);
}

void key_for_group(const struct extract_env *env, const struct pch_group *group, char key[KEY_SIZE])
{
	struct hasher h = { .low = 2 };

	hash_env(&h, env);
	hash_rooted(&h, group->signature, &env->roots);
	for (guint i = 0; i < group->search->len; i++)
		hash_rooted(&h, group->search->pdata[i], &env->roots);
	for (const char *const *header = group->headers; *header; header++)
		hash_text(&h, *header);
	finish(&h, key);
}

void key_for_family(const struct extract_env *env, const struct pch_group *group,
		    char key[KEY_SIZE])
{
	struct hasher h = { .low = 4 };

	hash_env(&h, env);
	hash_text(&h, group->signature);
	finish(&h, key);
}

void key_in_place(const struct extract_env *env, const char *key, char place[KEY_SIZE])
{
	struct hasher h = { .low = 5 };

	hash_text(&h, key);
	hash_text(&h, env->roots.tree);
	hash_text(&h, env->roots.objtree ? env->roots.objtree : "");
	finish(&h, place);
}

/*
 * The content of the headers is in a base's key: units name the base that they were read with,
 * and must not take one with other content, made later, for it.
 */
void key_for_base(const char *group_key, const GArray *hashes, char key[KEY_SIZE])
{
	struct hasher h = { .low = 3 };

	hash_text(&h, group_key);
	hash_bytes(&h, hashes->data, hashes->len * sizeof(uint64_t));
	finish(&h, key);
}

char *key_path(const struct extract_env *env, const char *key, const char *suffix)
{
	g_autofree char *entry = facts_cache_path(env->cache, key);

	return g_strdup_printf("%.*s%s", (int)(strlen(entry) - strlen(".facts")), entry, suffix);
}
