/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cocci.c - spatch, as many at a time as there are processors
 *
 * A job is a semantic patch and some files: few enough that a job that is run again costs little,
 * enough that reading the semantic patch (0.1 s) does not count. Threads wait for the processes;
 * what they print is read afterwards, by one thread and in the order of the jobs, so that the
 * result does not depend on which came first.
 */
#include "bridge/cocci.h"
#include "bridge/cocci_p.h"
#include "bridge/tool_p.h"
#include "source/source.h"

#include <string.h>
#include <unistd.h>

#define SPATCH "spatch"
#define FILES_PER_JOB 16
#define DEFAULT_SECONDS 60
#define DEFAULT_MEMORY_MB 3072

struct cocci_job {
	const struct semantic_patch *patch;
	guint first, n;		   /* units */
	struct tool_result result; /* status -1 too where it did not start */
};

struct cocci_pool {
	const struct cocci_request *request;
	const char *scratch; /* an empty folder: a .cocciconfig in the tree must not count */
	unsigned seconds;
};

char *cocci_version(GError **err)
{
	const char *argv[] = { SPATCH, "--version", NULL };
	g_autofree char *out = NULL;
	g_auto(GStrv) words = NULL;

	if (!g_spawn_sync(NULL, (char **)argv, NULL,
			  G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL,
			  NULL, NULL)) {
		g_set_error(err, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT,
			    "--with-cocci needs %s, which is not in PATH; "
			    "install the package coccinelle",
			    SPATCH);
		return NULL;
	}
	words = g_strsplit(out, " ", 4); /* "spatch version 1.1.1 compiled ..." */
	return g_strdup(g_strv_length(words) > 2 ? words[2] : "unknown");
}

/* --- one job --------------------------------------------------------------------------------- */

/* A group for each file: rules must not span files. */
static char *write_groups(const struct cocci_pool *pool, const struct cocci_job *job)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *path = g_strdup_printf("%s/%p", pool->scratch, (const void *)job);

	for (guint i = job->first; i < job->first + job->n; i++) {
		const struct unit_spec *unit = pool->request->units->pdata[i];
		g_autofree char *file = g_canonicalize_filename(unit->file, pool->request->root);

		g_string_append_printf(text, "%s\n\n", file);
	}
	return g_file_set_contents(path, text->str, (gssize)text->len, NULL)
		       ? g_steal_pointer(&path)
		       : NULL;
}

static char **command_of(const struct cocci_pool *pool, const struct cocci_job *job,
			 const char *groups)
{
	g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
	g_auto(GStrv) options = g_strsplit(job->patch->options, " ", -1);
	g_autofree char *seconds = g_strdup_printf("%u", pool->seconds);
	const char *const words[] = { SPATCH,		"-D",		"report",
				      "--no-show-diff", "--very-quiet", "--timeout",
				      seconds,		"--cocci-file", job->patch->path,
				      "--file-groups",	groups };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		g_strv_builder_add(argv, words[i]);
	for (char **option = options; *option; option++) {
		if (**option)
			g_strv_builder_add(argv, *option);
	}
	return g_strv_builder_end(argv);
}

static void run_job(void *data, void *user_data)
{
	struct cocci_pool *pool = user_data;
	struct cocci_job *job = data;
	unsigned memory_mb = pool->request->memory_mb;
	g_autofree char *groups = write_groups(pool, job);
	g_auto(GStrv) argv = groups ? command_of(pool, job, groups) : NULL;
	struct tool_run run = { .directory = pool->scratch,
				.argv = (const char *const *)argv,
				.seconds = (pool->seconds + 1) * job->n,
				.memory_mb = memory_mb ? memory_mb : DEFAULT_MEMORY_MB };

	if (!groups)
		return;
	if (!tool_run(&run, &job->result, NULL))
		job->result.status = -1;
	unlink(groups);
}

/* --- all jobs -------------------------------------------------------------------------------- */

static void job_free(void *data)
{
	struct cocci_job *job = data;

	tool_result_clear(&job->result);
	g_free(job);
}

static void add_job(GPtrArray *jobs, const struct semantic_patch *patch, guint first, guint n)
{
	struct cocci_job *job = g_new0(struct cocci_job, 1);

	*job = (struct cocci_job){
		.patch = patch, .first = first, .n = n, .result = { .status = -1 }
	};
	g_ptr_array_add(jobs, job);
}

static GPtrArray *jobs_of(const GPtrArray *patches, guint units)
{
	GPtrArray *jobs = g_ptr_array_new_with_free_func(job_free);

	for (guint p = 0; p < patches->len; p++)
		for (guint i = 0; i < units; i += FILES_PER_JOB)
			add_job(jobs, patches->pdata[p], i, MIN(FILES_PER_JOB, units - i));
	return jobs;
}

static void run_jobs(struct cocci_pool *pool, const GPtrArray *jobs)
{
	tool_run_jobs(jobs, run_job, pool, pool->request->jobs, "running semantic patches",
		      pool->request->con);
}

/* The files of jobs that ended badly, one at a time. */
static GPtrArray *jobs_again(const GPtrArray *jobs)
{
	GPtrArray *again = g_ptr_array_new_with_free_func(job_free);

	for (guint i = 0; i < jobs->len; i++) {
		const struct cocci_job *job = jobs->pdata[i];

		for (guint u = 0; job->result.status && u < job->n; u++)
			add_job(again, job->patch, job->first + u, 1);
	}
	return again;
}

/* --- what came out ---------------------------------------------------------------------------- */

/* Of a semantic patch that spatch does not take: the same for each file, and told once. */
static void add_death(const struct cocci_request *request, const struct cocci_job *job,
		      struct cocci_result *result)
{
	const struct unit_spec *unit = request->units->pdata[job->first];
	g_autofree char *said = g_strdup(job->result.err ? job->result.err : "");
	struct cocci_failure failure = { .file = unit->file };

	g_strdelimit(g_strstrip(said), "\n", ' ');
	failure.why = arena_printf(request->arena, "%s.cocci: spatch %s%s%.200s", job->patch->name,
				   job->result.status < 0 ? "was killed" : "failed",
				   *said ? ": " : "", said);
	g_array_append_val(result->failures, failure);
}

static void read_jobs(const struct cocci_request *request, const GPtrArray *jobs, bool last,
		      struct cocci_result *result)
{
	for (guint i = 0; i < jobs->len; i++) {
		const struct cocci_job *job = jobs->pdata[i];

		if (job->result.status) {
			if (last)
				add_death(request, job, result);
			continue;
		}
		cocci_read_report(job->result.out, job->patch, request->root, request->arena,
				  result->findings);
		cocci_read_failures(job->result.err, job->patch, request->root, request->arena,
				    result->failures);
	}
}

static struct cocci_result *run_all(struct cocci_pool *pool, const GPtrArray *patches)
{
	struct cocci_result *result = g_new0(struct cocci_result, 1);
	g_autoptr(GPtrArray) jobs = jobs_of(patches, pool->request->units->len);
	g_autoptr(GPtrArray) again = NULL;

	result->findings = g_ptr_array_new();
	result->failures = g_array_new(FALSE, FALSE, sizeof(struct cocci_failure));
	result->patches = patches->len;
	run_jobs(pool, jobs);
	read_jobs(pool->request, jobs, false, result);
	again = jobs_again(jobs);
	if (again->len) {
		run_jobs(pool, again);
		read_jobs(pool->request, again, true, result);
	}
	return result;
}

/* Those that are sure enough. */
static void keep_sure(GPtrArray *patches, int least)
{
	guint kept = 0;

	for (guint i = 0; i < patches->len; i++) {
		struct semantic_patch *patch = patches->pdata[i];

		if (patch->confidence >= least)
			patches->pdata[kept++] = patch;
	}
	g_ptr_array_set_size(patches, (gint)kept);
}

struct cocci_result *cocci_run(const struct cocci_request *request, GError **err)
{
	struct cocci_pool pool = { .request = request,
				   .seconds = request->timeout_seconds ? request->timeout_seconds
								       : DEFAULT_SECONDS };
	g_autoptr(GPtrArray) patches = semantic_patches(request->folder, request->arena, err);
	g_autofree char *scratch = NULL;
	struct cocci_result *result;

	if (!patches)
		return NULL;
	scratch = g_dir_make_tmp("lockgraph-cocci-XXXXXX", err);
	if (!scratch)
		return NULL;
	keep_sure(patches, request->least);
	pool.scratch = scratch;
	result = run_all(&pool, patches);
	rmdir(scratch);
	return result;
}

void cocci_result_free(struct cocci_result *result)
{
	if (!result)
		return;
	g_ptr_array_unref(result->findings);
	g_array_unref(result->failures);
	g_free(result);
}
