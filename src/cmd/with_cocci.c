/* SPDX-License-Identifier: GPL-2.0-or-later */
/* with_cocci.c - what semantic patches find beside the analysis */
#include "base/datadir.h"
#include "bridge/cocci.h"
#include "cmd/analysis_p.h"

static void add_failures(struct analysis *a, const struct cocci_result *result)
{
	for (guint i = 0; i < result->failures->len; i++) {
		const struct cocci_failure *failure =
			&g_array_index(result->failures, struct cocci_failure, i);

		report_add_failure(a->report, &(struct report_failure){ .file = failure->file,
									.why = failure->why,
									.partial = true });
	}
}

bool check_cocci(const struct options *options, GError **err)
{
	g_autofree char *version = options->with_cocci ? cocci_version(err) : NULL;

	return !options->with_cocci || version;
}

bool stage_cocci(struct analysis *a, GError **err)
{
	g_autofree char *folder = datadir_file("cocci");
	g_autofree char *version = NULL;
	const struct options *o = a->options;
	struct cocci_request request = { .folder = folder,
					 .root = a->tree->root,
					 .units = a->units,
					 .jobs = (unsigned)MAX(o->jobs, 0),
					 .timeout_seconds = (unsigned)MAX(o->timeout, 0),
					 .memory_mb = (unsigned)MAX(o->memory, 0),
					 .least = o->all ? CONFIDENCE_LOW : CONFIDENCE_MEDIUM,
					 .arena = a->report->arena,
					 .con = a->con };
	struct cocci_result *result;
	guint known;

	if (!o->with_cocci)
		return true;
	version = cocci_version(err);
	result = version ? cocci_run(&request, err) : NULL;
	if (!result)
		return false;
	a->report->spatch = arena_strdup(a->report->arena, version);
	known = add_others_findings(a, result->findings);
	add_failures(a, result);
	console_verbose(a->con, "spatch %s: %u semantic patches, %u findings, %u known already",
			version, result->patches, result->findings->len, known);
	cocci_result_free(result);
	end_stage(a, "cocci");
	return true;
}
