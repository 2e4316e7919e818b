/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * with_sparse.c - what sparse says beside the analysis
 *
 * Sparse counts locks in one function at a time, and cannot tell paths apart that differ in what a
 * condition was. Where the analysis has followed every path of the function and finds nothing wrong
 * with it or with its callers, the warning is disproved: it is left out and counted.
 */
#include "bridge/sparse.h"
#include "cmd/analysis_p.h"

#include <string.h>

static bool followed_whole(const struct analysis *a, uint32_t function)
{
	const struct flow_result *flow = a->summaries->functions[function].flow;

	return flow && !flow->gave_up;
}

/* Whether something was found of the kind that sparse would mean. */
static bool has_imbalance(const struct analysis *a, const struct finding *theirs)
{
	for (guint i = 0; i < a->report->findings->len; i++) {
		const struct finding *f = a->report->findings->pdata[i];

		if (g_str_equal(f->rule, "lock/imbalance") &&
		    g_str_equal(f->location.function, theirs->location.function))
			return true;
	}
	return false;
}

static bool is_disproved(const struct analysis *a, const struct finding *f)
{
	uint32_t function;

	if (!g_str_equal(f->rule, "sparse/context"))
		return false;
	function = function_at(a->program, f->location.file, f->location.line);
	return function != PROGRAM_NONE && followed_whole(a, function) && !has_imbalance(a, f);
}

static void drop_disproved(struct analysis *a, GPtrArray *findings)
{
	guint kept = 0;

	for (guint i = 0; i < findings->len; i++) {
		struct finding *f = findings->pdata[i];

		if (!is_disproved(a, f))
			findings->pdata[kept++] = f;
		else if (tree_in_scope(a->tree, f->location.file))
			a->report->disproved++;
	}
	g_ptr_array_set_size(findings, (gint)kept);
}

static void add_failures(struct analysis *a, const struct sparse_result *result)
{
	for (guint i = 0; i < result->failures->len; i++) {
		const struct sparse_failure *failure =
			&g_array_index(result->failures, struct sparse_failure, i);

		report_add_failure(a->report, &(struct report_failure){ .file = failure->file,
									.why = failure->why,
									.partial = true });
	}
}

/* Without sparse the rest is worth as much as before; the report says that it was not there. */
static bool find_sparse(struct analysis *a)
{
	g_autofree char *version = sparse_version();

	a->report->sparse = arena_strdup(a->report->arena, version ? version : "");
	if (!version)
		console_warn(a->con, "--with-sparse: there is no sparse in PATH; install the "
				     "package sparse");
	return version != NULL;
}

void stage_sparse(struct analysis *a)
{
	const struct options *o = a->options;
	struct sparse_request request = { .root = a->tree->root,
					  .units = a->units,
					  .whole_line = o->sparse_line,
					  .jobs = (unsigned)MAX(o->jobs, 0),
					  .timeout_seconds = (unsigned)MAX(o->timeout, 0),
					  .memory_mb = (unsigned)MAX(o->memory, 0),
					  .arena = a->report->arena,
					  .con = a->con };
	struct sparse_result *result;
	guint known;

	if (!o->with_sparse || !find_sparse(a))
		return;
	request.flags = tree_check_flags(a->tree);
	result = sparse_run(&request);
	drop_disproved(a, result->findings);
	known = add_others_findings(a, result->findings);
	add_failures(a, result);
	if (o->sparse_line)
		for (guint i = 0; i < result->others->len; i++)
			g_ptr_array_add(a->report->others, result->others->pdata[i]);
	console_verbose(a->con, "sparse %s: %u findings, %u known already, %zu disproved",
			a->report->sparse, result->findings->len, known, a->report->disproved);
	sparse_result_free(result);
	end_stage(a, "sparse");
}
