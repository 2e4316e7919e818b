/* SPDX-License-Identifier: GPL-2.0-or-later */
/* extract.c - units in, facts out: from the cache, else from workers */
#include "base/datadir.h"
#include "extract/extract_p.h"

#include <clang-c/Index.h>
#include <string.h>

#define DEFAULT_TIMEOUT_SECONDS 120
#define DEFAULT_MEMORY_MB 3072

/* One call of extract_units(). */
struct extraction {
	struct extract_env env;
	struct console *con;
	struct facts **facts;		   /* by unit */
	struct unit_failure **unit_failed; /* by unit */
	bool *missing;			   /* by unit: not in the cache */
	GQueue *queue;			   /* struct job * */
	size_t n_missing, n_done;
};

char *extract_parser_version(void)
{
	CXString text = clang_getClangVersion();
	const char *from = strstr(clang_getCString(text), "version ");
	char *version;

	from = from ? from + strlen("version ") : clang_getCString(text);
	version = g_strdup_printf("clang %.*s", (int)strcspn(from, " ("), from);
	clang_disposeString(text);
	return version;
}

static bool find_headers(struct extract_env *env, GError **err)
{
	uint64_t hash;

	env->config_header = datadir_file("include/lockgraph-config.h");
	env->annotation_header = datadir_file("include/lockgraph-annotations.h");
	if (!file_hash(env->config_header, &env->headers_hash, err) ||
	    !file_hash(env->annotation_header, &hash, err))
		return false;
	env->headers_hash ^= hash * 31;
	return true;
}

static bool init_env(struct extraction *x, struct tree *tree, const GPtrArray *units,
		     const struct extract_options *options, GError **err)
{
	struct extract_env *env = &x->env;
	g_autofree char *dir = g_build_filename(options->cache_dir, "facts", NULL);

	env->tree = tree;
	env->units = units;
	env->options = *options;
	if (!env->options.timeout_seconds)
		env->options.timeout_seconds = DEFAULT_TIMEOUT_SECONDS;
	if (!env->options.memory_mb)
		env->options.memory_mb = DEFAULT_MEMORY_MB;
	env->roots = (struct facts_roots){ .tree = tree->root, .objtree = tree->objtree };
	env->parser = extract_parser_version();
	env->cache = facts_cache_open(dir, options->cache_limit_mb, err);
	if (!env->cache)
		g_prefix_error(err, "the cache (--cache chooses another): ");
	x->facts = g_new0(struct facts *, units->len);
	x->unit_failed = g_new0(struct unit_failure *, units->len);
	x->missing = g_new0(bool, units->len);
	x->queue = g_queue_new();
	return env->cache && find_headers(env, err);
}

static void clear(struct extraction *x)
{
	pch_free_groups(&x->env);
	facts_cache_close(x->env.cache);
	g_free(x->env.parser);
	g_free(x->env.config_header);
	g_free(x->env.annotation_header);
	g_free(x->facts);
	g_free(x->unit_failed);
	g_free(x->missing);
	g_queue_free_full(x->queue, g_free);
}

static struct unit_failure *new_failure(const struct unit_spec *unit, const char *stage,
					const char *why, bool partial)
{
	struct unit_failure *failure = g_new0(struct unit_failure, 1);

	failure->file = unit->file;
	failure->stage = g_intern_string(stage);
	failure->why = g_strdup(why);
	failure->partial = partial;
	return failure;
}

static void free_failure(gpointer data)
{
	struct unit_failure *failure = data;

	g_free(failure->why);
	g_free(failure);
}

/* Facts whose unit had errors are used, and the errors told, whether they are new or cached. */
static void accept_facts(struct extraction *x, uint32_t unit, struct facts *facts)
{
	x->facts[unit] = facts;
	if (facts->n_diagnostics)
		x->unit_failed[unit] = new_failure(x->env.units->pdata[unit], "parse",
						   facts_string(facts, facts->diagnostics[0]),
						   true);
}

/* A header that was not found may be there now, which no recorded input tells. */
static bool lacked_file_is_there(const struct extraction *x, uint32_t unit,
				 const struct facts *facts)
{
	for (uint32_t i = 0; i < facts->n_diagnostics; i++)
		if (absent_is_there(x->env.units->pdata[unit], &x->env.roots,
				    facts_string(facts, facts->diagnostics[i])))
			return true;
	return false;
}

static void look_in_cache(struct extraction *x)
{
	for (uint32_t i = 0; i < x->env.units->len; i++) {
		char key[KEY_SIZE];
		struct facts *facts;

		key_for_unit(&x->env, x->env.units->pdata[i], key);
		facts = facts_cache_get(x->env.cache, key, &x->env.roots);
		if (facts && !lacked_file_is_there(x, i, facts)) {
			accept_facts(x, i, facts);
			continue;
		}
		facts_close(facts);
		x->missing[i] = true;
		x->n_missing++;
	}
}

static void queue_job(struct extraction *x, enum job_kind kind, uint32_t index, const char *base)
{
	struct job *job = g_new0(struct job, 1);

	job->kind = kind;
	job->index = index;
	g_strlcpy(job->base, base, sizeof(job->base));
	g_queue_push_tail(x->queue, job);
}

static void queue_units(struct extraction *x, const struct pch_group *group)
{
	for (uint32_t i = 0; i < x->env.units->len; i++)
		if (x->missing[i] && x->env.group_of[i] == group)
			queue_job(x, JOB_UNIT, i, group ? group->base : "");
}

/* Headers first: units that wait for one keep all other workers waiting at the end. */
static void queue_all(struct extraction *x)
{
	const struct extract_env *env = &x->env;

	for (guint i = 0; i < env->groups->len; i++) {
		const struct pch_group *group = env->groups->pdata[i];

		if (group->wanted)
			queue_job(x, JOB_BASE, i, "");
	}
	queue_units(x, NULL);
	for (guint i = 0; i < env->groups->len; i++) {
		const struct pch_group *group = env->groups->pdata[i];

		if (!group->wanted)
			queue_units(x, group);
	}
}

static void base_done(struct extraction *x, const struct job *job, const struct job_reply *reply)
{
	struct pch_group *group = x->env.groups->pdata[job->index];

	if (reply->ok)
		g_strlcpy(group->base, reply->text, sizeof(group->base));
	else
		console_verbose(x->con, "no precompiled header for %u units: %s", group->n_units,
				reply->text);
	queue_units(x, group);
}

static void unit_done(struct extraction *x, const struct job *job, const struct job_reply *reply)
{
	const struct unit_spec *unit = x->env.units->pdata[job->index];
	g_autoptr(GError) err = NULL;
	g_autofree char *path = NULL;
	struct facts *facts = NULL;
	char key[KEY_SIZE];

	console_step(x->con, ++x->n_done);
	if (!reply->ok) {
		x->unit_failed[job->index] = new_failure(unit, reply->stage, reply->text, false);
		return;
	}
	key_for_unit(&x->env, unit, key);
	path = facts_cache_path(x->env.cache, key);
	facts = facts_open(path, &err);
	if (facts)
		accept_facts(x, job->index, facts);
	else
		x->unit_failed[job->index] = new_failure(unit, "write", err->message, false);
}

static void job_is_done(void *data, const struct job *job, const struct job_reply *reply)
{
	if (job->kind == JOB_BASE)
		base_done(data, job, reply);
	else
		unit_done(data, job, reply);
}

static bool read_missing(struct extraction *x, struct tree *tree, struct extract_result *result,
			 GError **err)
{
	struct pool_usage usage = { 0 };
	bool ok;

	if (!x->n_missing)
		return true;
	pch_plan(&x->env, tree, x->missing);
	queue_all(x);
	console_begin(x->con, "reading units", x->n_missing);
	ok = pool_run(&x->env, x->queue, job_is_done, x, &usage, err);
	console_done(x->con);
	result->parse_cpu_seconds = usage.cpu_seconds;
	result->worker_peak_rss_mb = usage.peak_rss_mb;
	return ok;
}

static void add_base(struct extraction *x, GHashTable *seen, const char *key, GPtrArray *bases)
{
	struct facts *facts;

	if (!*key || !g_hash_table_add(seen, (gpointer)key))
		return;
	facts = facts_cache_get(x->env.cache, key, &x->env.roots);
	if (facts)
		g_ptr_array_add(bases, facts);
	else
		console_warn(x->con, "facts of the common headers went from the cache meanwhile; "
				     "run again");
}

static void collect(struct extraction *x, struct extract_result *result)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) bases = g_ptr_array_new();

	for (uint32_t i = 0; i < x->env.units->len; i++) {
		if (x->unit_failed[i])
			g_ptr_array_add(result->failures, x->unit_failed[i]);
		if (!x->facts[i])
			continue;
		g_ptr_array_add(result->facts, x->facts[i]);
		add_base(x, seen, x->facts[i]->base, bases);
	}
	for (guint i = 0; i < bases->len; i++)
		g_ptr_array_add(result->facts, bases->pdata[i]);
}

static void close_facts(gpointer facts)
{
	facts_close(facts);
}

static struct extract_result *new_result(void)
{
	struct extract_result *result = g_new0(struct extract_result, 1);

	result->facts = g_ptr_array_new_with_free_func(close_facts);
	result->failures = g_ptr_array_new_with_free_func(free_failure);
	return result;
}

struct extract_result *extract_units(struct tree *tree, const GPtrArray *units,
				     const struct extract_options *options, struct console *con,
				     GError **err)
{
	struct extract_result *result = new_result();
	struct extraction x = { .con = con };
	gint64 start = g_get_monotonic_time();
	bool ok = init_env(&x, tree, units, options, err);

	if (ok) {
		look_in_cache(&x);
		result->from_cache = units->len - x.n_missing;
		ok = read_missing(&x, tree, result, err);
		collect(&x, result);
	}
	clear(&x);
	result->seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
	if (ok)
		return result;
	extract_result_free(result);
	return NULL;
}

void extract_result_free(struct extract_result *result)
{
	if (!result)
		return;
	g_ptr_array_unref(result->facts);
	g_ptr_array_unref(result->failures);
	g_free(result);
}
