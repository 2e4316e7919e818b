/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sparse.c - sparse, one unit at a time, as many as there are processors */
#include "bridge/sparse.h"
#include "bridge/tool_p.h"
#include "source/source.h"

#include <string.h>

#define SPARSE "sparse"
#define DEFAULT_SECONDS 120
#define DEFAULT_MEMORY_MB 3072

struct sparse_job {
	const struct unit_spec *unit;
	struct tool_result result; /* status -1 too where it did not start */
};

char *sparse_version(void)
{
	const char *const argv[] = { SPARSE, "--version", NULL };
	struct tool_run run = { .argv = argv };
	struct tool_result result;
	char *version = NULL;

	if (!tool_run(&run, &result, NULL))
		return NULL;
	if (!result.status) /* "0.6.4 (Debian: 0.6.4-3)" */
		version = g_strndup(result.out, strcspn(result.out, " \n"));
	tool_result_clear(&result);
	return version;
}

static void add_all(GStrvBuilder *argv, const char *const *words)
{
	for (; *words; words++)
		g_strv_builder_add(argv, *words);
}

/* Sparse is told on the command line, and by nothing that lies in the tree. */
static char **command_of(const struct sparse_request *request, const struct unit_spec *unit)
{
	g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
	g_autofree char *file = g_canonicalize_filename(unit->file, request->root);

	g_strv_builder_add(argv, SPARSE);
	if (request->whole_line) {
		add_all(argv, request->whole_line);
		return g_strv_builder_end(argv);
	}
	g_strv_builder_add(argv, "-fmax-warnings=unlimited");
	add_all(argv, request->flags);
	add_all(argv, unit->argv);
	g_strv_builder_add(argv, file);
	return g_strv_builder_end(argv);
}

static void run_job(void *data, void *user_data)
{
	const struct sparse_request *request = user_data;
	struct sparse_job *job = data;
	g_auto(GStrv) argv = command_of(request, job->unit);
	unsigned seconds = request->timeout_seconds, memory_mb = request->memory_mb;
	struct tool_run run = { .directory = job->unit->directory,
				.argv = (const char *const *)argv,
				.seconds = seconds ? seconds : DEFAULT_SECONDS,
				.memory_mb = memory_mb ? memory_mb : DEFAULT_MEMORY_MB };

	if (!tool_run(&run, &job->result, NULL))
		job->result.status = -1;
}

static void job_free(void *data)
{
	struct sparse_job *job = data;

	tool_result_clear(&job->result);
	g_free(job);
}

static GPtrArray *jobs_of(const GPtrArray *units)
{
	GPtrArray *jobs = g_ptr_array_new_with_free_func(job_free);

	for (guint i = 0; i < units->len; i++) {
		struct sparse_job *job = g_new0(struct sparse_job, 1);

		job->unit = units->pdata[i];
		job->result.status = -1;
		g_ptr_array_add(jobs, job);
	}
	return jobs;
}

/* Its exit status tells of errors in the code, which are in what it prints. */
static void read_job(const struct sparse_request *request, const struct sparse_job *job,
		     struct sparse_result *result)
{
	struct sparse_failure failure = { .file = job->unit->file, .why = "sparse was killed" };

	if (job->result.status < 0)
		g_array_append_val(result->failures, failure);
	if (job->result.err)
		sparse_read_report(job->result.err, job->unit->directory, request, result);
}

struct sparse_result *sparse_run(const struct sparse_request *request)
{
	g_autoptr(GPtrArray) jobs = jobs_of(request->units);
	struct sparse_result *result = g_new0(struct sparse_result, 1);

	result->findings = g_ptr_array_new();
	result->others = g_ptr_array_new();
	result->failures = g_array_new(FALSE, FALSE, sizeof(struct sparse_failure));
	tool_run_jobs(jobs, run_job, (void *)(uintptr_t)request, request->jobs, "running sparse",
		      request->con);
	for (guint i = 0; i < jobs->len; i++)
		read_job(request, jobs->pdata[i], result);
	return result;
}

void sparse_result_free(struct sparse_result *result)
{
	g_ptr_array_unref(result->findings);
	g_ptr_array_unref(result->others);
	g_array_unref(result->failures);
	g_free(result);
}
