/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analysis.c - what commands share around the pipeline */
#include "cmd/analysis_p.h"

#include <stdio.h>

/* Commands without a report name this many files; a run with more has one cause mostly. */
#define FAILURES_SHOWN 10

void analysis_free(struct analysis *a)
{
	graph_free(a->graph);
	summaries_free(a->summaries);
	kept_close(a->kept);
	program_free(a->program);
	for (guint i = 0; i < a->results->len; i++)
		extract_result_free(a->results->pdata[i]);
	g_ptr_array_unref(a->results);
	g_ptr_array_unref(a->facts);
	g_clear_pointer(&a->units, g_ptr_array_unref);
	g_clear_pointer(&a->embeds, g_hash_table_unref);
	report_free(a->report);
	rules_free(a->rules);
	tree_free(a->tree);
	g_free(a->cache);
	g_free(a->results_path);
	console_free(a->con);
}

enum exit_status analysis_status(const struct analysis *a, enum exit_status status)
{
	if (status != EXIT_CLEAN)
		return status;
	for (guint i = 0; i < a->report->failures->len; i++) {
		if (!g_array_index(a->report->failures, struct report_failure, i).around)
			return EXIT_INCOMPLETE;
	}
	return EXIT_CLEAN;
}

void print_failures(const struct analysis *a)
{
	guint shown = 0;

	for (guint i = 0; i < a->report->failures->len; i++) {
		const struct report_failure *f =
			&g_array_index(a->report->failures, struct report_failure, i);

		if (f->around || ++shown > FAILURES_SHOWN)
			continue;
		console_warn(a->con, "%s: %s: %s", f->file,
			     f->partial ? "not read whole" : "not read", f->why);
	}
	if (shown > FAILURES_SHOWN)
		console_warn(a->con, "%u more files not read or not read whole",
			     shown - FAILURES_SHOWN);
}

enum exit_status fail_with(const GError *err)
{
	fprintf(stderr, "lockgraph: %s\n", err->message);
	return EXIT_BAD_INPUT;
}

bool check_paths(char **paths, GError **err)
{
	if (paths[0])
		return true;
	g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "no PATH given: say which folders or .c files to look at, "
		    "as in 'lockgraph drivers/s390'");
	return false;
}

char *cache_folder(const struct options *options)
{
	if (options->cache)
		return g_canonicalize_filename(options->cache, NULL);
	return g_build_filename(g_get_user_cache_dir(), "lockgraph", NULL);
}
