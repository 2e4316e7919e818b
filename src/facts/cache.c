/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cache.c - facts files by key, and whether they still tell the truth
 *
 * Layout: DIR/ab/cdef....facts, two digits of the key as a folder. Files appear by rename only,
 * so a run that is killed leaves at most a temporary file, which the next trim removes. There is
 * no index and no lock: what lies in the folder is the cache.
 */
#include "facts/cache_p.h"
#include "facts/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a hit is used for is marked at most this often, so that a warm run hardly writes. */
#define TOUCH_SECONDS 3600

/* A file that entries name as input, as it is now. */
struct input_state {
	bool exists, hashed;
	uint64_t size;
	int64_t mtime_ns;
	uint64_t hash;
};

struct facts_cache {
	char *dir;
	size_t limit_mb;
	char *tree, *objtree;  /* the roots that @inputs is for */
	GHashTable *inputs;    /* path as in fact_input -> struct input_state * */
	GHashTable *base_good; /* key -> GINT_TO_POINTER(verdict) */
	size_t hits, misses, stale, damaged;
};

struct facts_cache *facts_cache_open(const char *dir, size_t limit_mb, GError **err)
{
	struct facts_cache *cache;

	if (!file_make_dirs(dir, err))
		return NULL;
	if (access(dir, W_OK | X_OK)) {
		g_set_error(err, G_FILE_ERROR, g_file_error_from_errno(errno),
			    "%s: the cache folder must be writable: %s; give another with --cache",
			    dir, g_strerror(errno));
		return NULL;
	}
	cache = g_new0(struct facts_cache, 1);
	cache->dir = g_strdup(dir);
	cache->limit_mb = limit_mb;
	cache->inputs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	cache->base_good = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return cache;
}

void facts_cache_close(struct facts_cache *cache)
{
	if (!cache)
		return;
	/* Nothing was made when all was found. */
	if (cache->limit_mb && cache->misses + cache->stale + cache->damaged)
		cache_trim(cache->dir, (uint64_t)cache->limit_mb << 20);
	g_hash_table_unref(cache->inputs);
	g_hash_table_unref(cache->base_good);
	g_free(cache->dir);
	g_free(cache->tree);
	g_free(cache->objtree);
	g_free(cache);
}

char *facts_cache_path(const struct facts_cache *cache, const char *key)
{
	g_autofree char *folder = g_strdup_printf("%s/%.2s", cache->dir, key);

	/* A failure shows when the entry is written, with the path and the reason. */
	g_mkdir(folder, 0777);
	return g_strdup_printf("%s/%s%s", folder, strlen(key) > 2 ? key + 2 : key, CACHE_SUFFIX);
}

static void set_roots(struct facts_cache *cache, const struct facts_roots *roots)
{
	if (!g_strcmp0(cache->tree, roots->tree) && !g_strcmp0(cache->objtree, roots->objtree))
		return;
	g_hash_table_remove_all(cache->inputs);
	g_hash_table_remove_all(cache->base_good);
	g_free(cache->tree);
	g_free(cache->objtree);
	cache->tree = g_strdup(roots->tree);
	cache->objtree = g_strdup(roots->objtree);
}

static char *absolute(const struct facts_cache *cache, const char *path)
{
	if (g_str_has_prefix(path, "@obj/"))
		return g_strdup_printf("%s/%s", cache->objtree ? cache->objtree : "", path + 5);
	if (path[0] == '/')
		return g_strdup(path);
	return g_strdup_printf("%s/%s", cache->tree, path);
}

static struct input_state *look_at(struct facts_cache *cache, const char *path)
{
	struct input_state *state = g_hash_table_lookup(cache->inputs, path);
	g_autofree char *full = NULL;
	struct stat st;

	if (state)
		return state;
	state = g_new0(struct input_state, 1);
	full = absolute(cache, path);
	if (!stat(full, &st)) {
		state->exists = true;
		state->size = (uint64_t)st.st_size;
		state->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	}
	g_hash_table_insert(cache->inputs, g_strdup(path), state);
	return state;
}

static bool input_is_good(struct facts_cache *cache, const struct fact_input *input,
			  const char *path)
{
	struct input_state *state = look_at(cache, path);

	if (!state->exists || state->size != input->size)
		return false;
	if (state->mtime_ns == input->mtime_ns)
		return true;
	if (!state->hashed) {
		g_autofree char *full = absolute(cache, path);

		state->exists = file_hash(full, &state->hash, NULL);
		state->hashed = true;
	}
	return state->exists && state->hash == input->hash;
}

static bool inputs_are_good(struct facts_cache *cache, const struct facts *facts)
{
	for (uint32_t i = 0; i < facts->n_inputs; i++) {
		const struct fact_input *input = &facts->inputs[i];

		if (!input_is_good(cache, input, facts_string(facts, input->path)))
			return false;
	}
	return true;
}

/* Marks an entry as used, for the trim. */
static void touch(const char *path)
{
	struct stat st;

	if (stat(path, &st) || time(NULL) - st.st_mtime < TOUCH_SECONDS)
		return;
	utimensat(AT_FDCWD, path, NULL, 0);
}

static bool base_is_good(struct facts_cache *cache, const char *key);

static struct facts *open_good(struct facts_cache *cache, const char *key)
{
	g_autofree char *path = facts_cache_path(cache, key);
	g_autoptr(GError) err = NULL;
	struct facts *facts;

	if (access(path, R_OK)) {
		cache->misses++;
		return NULL;
	}
	facts = facts_open(path, &err);
	if (!facts) {
		cache->damaged++;
		return NULL;
	}
	if (!inputs_are_good(cache, facts) || (*facts->base && !base_is_good(cache, facts->base))) {
		cache->stale++;
		facts_close(facts);
		return NULL;
	}
	touch(path);
	return facts;
}

/* A base has no base of its own, which also ends a circle that a foreign file could hold. */
static bool base_is_good(struct facts_cache *cache, const char *key)
{
	struct facts *facts;
	gpointer verdict;
	bool good;

	if (g_hash_table_lookup_extended(cache->base_good, key, NULL, &verdict))
		return GPOINTER_TO_INT(verdict);
	g_hash_table_insert(cache->base_good, g_strdup(key), GINT_TO_POINTER(false));
	facts = open_good(cache, key);
	good = facts && !*facts->base;
	facts_close(facts);
	g_hash_table_replace(cache->base_good, g_strdup(key), GINT_TO_POINTER(good));
	return good;
}

struct facts *facts_cache_get(struct facts_cache *cache, const char *key,
			      const struct facts_roots *roots)
{
	struct facts *facts;

	set_roots(cache, roots);
	facts = open_good(cache, key);
	if (facts)
		cache->hits++;
	return facts;
}

struct facts_cache_stats facts_cache_statistics(struct facts_cache *cache)
{
	struct facts_cache_stats stats = { .hits = cache->hits,
					   .misses = cache->misses,
					   .stale = cache->stale,
					   .damaged = cache->damaged };

	cache_measure(cache->dir, &stats.entries, &stats.bytes);
	return stats;
}

bool facts_cache_clear(struct facts_cache *cache, GError **err)
{
	g_hash_table_remove_all(cache->base_good);
	return cache_remove_all(cache->dir, err);
}
