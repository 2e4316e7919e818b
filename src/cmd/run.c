/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - the main job: the pipeline, and what is done with its findings */
#include "cmd/analysis_p.h"
#include "cmd/outputs_p.h"

#include <stdio.h>
#include <string.h>

static enum console_level level_of(const struct options *options)
{
	if (options->quiet)
		return CONSOLE_QUIET;
	return options->verbose ? CONSOLE_VERBOSE : CONSOLE_NORMAL;
}

static void begin(struct analysis *a, const struct options *options, const char *const *paths)
{
	*a = (struct analysis){ .options = options,
				.paths = paths,
				.since = g_get_monotonic_time() };
	a->con = console_new(level_of(options));
	a->cache = cache_folder(options);
	a->report = report_new();
	a->results = g_ptr_array_new();
	a->facts = g_ptr_array_new();
}

/* The pipeline's first half: what the code says. */
static bool read_code(struct analysis *a)
{
	g_autoptr(GError) err = NULL;

	if (stage_rules(a, &err) && stage_source(a, &err) && stage_extract(a, &err) &&
	    stage_closure(a, &err))
		return true;
	fail_with(err);
	return false;
}

/* Its second half: what that means. */
static void understand(struct analysis *a)
{
	stage_link(a);
	stage_summaries(a);
	stage_graph(a);
}

void understand_and_check(struct analysis *a)
{
	stage_link(a);
	stage_summaries(a);
	stage_graph_and_checks(a);
}

bool analyse(struct analysis *a, const struct options *options, const char *const *paths)
{
	begin(a, options, paths);
	if (!read_code(a))
		return false;
	understand(a);
	return true;
}

bool read_version(struct analysis *a, const struct options *options,
		  const struct tree_version *version)
{
	begin(a, options, version->scope);
	a->version = version;
	return read_code(a);
}

/* --- the command ------------------------------------------------------------------------------ */

/* What --fail-on may say; @least is the severity from which on the status is 1. */
static bool read_threshold(const char *said, int *least, GError **err)
{
	static const struct {
		const char *name;
		int least;
	} levels[] = {
		{ "error", SEVERITY_ERROR },	 { "warning", SEVERITY_WARNING },
		{ "note", SEVERITY_NOTE },	 { "info", SEVERITY_NOTE },
		{ "new", SEVERITY_NOTE },	 { "none", SEVERITY_ERROR + 1 },
		{ "never", SEVERITY_ERROR + 1 },
	};

	*least = SEVERITY_WARNING;
	if (!said)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(levels); i++) {
		*least = levels[i].least;
		if (g_str_equal(said, levels[i].name))
			return true;
	}
	g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--fail-on: no level '%s'; there are error, warning, note, new and none", said);
	return false;
}

/* For lockgraph explain. A cache that cannot be written to is no reason to fail here. */
static void keep_report(const struct analysis *a)
{
	g_autofree char *path = last_report_path(a->cache);
	g_autoptr(GError) err = NULL;

	if (!write_report(a->report, report_form_find("json"), path, false, &err))
		console_verbose(a->con, "lockgraph explain will not know this run: %s",
				err->message);
}

static bool drop_known(const struct analysis *a, GError **err)
{
	return !a->options->baseline || report_drop_known(a->report, a->options->baseline, err);
}

bool suppress(struct analysis *a, GError **err)
{
	return report_suppress(a->report, a->tree->root, a->graph, a->options->suppressions, err);
}

bool find_rest(struct analysis *a, GError **err)
{
	if (!stage_cocci(a, err))
		return false;
	stage_sparse(a);
	report_finish(a->report);
	return true;
}

/* Other tools' findings are not kept: what they depend on is not known here. */
static bool keeps_results(const struct options *o)
{
	return !o->with_cocci && !o->with_sparse;
}

/* Reasons of suppressions are held against the graph, which is not kept. */
bool recall_found(struct analysis *a, struct picture *picture)
{
	return keeps_results(a->options) && !a->options->suppressions && results_recall(a, picture);
}

bool find_anew(struct analysis *a, struct picture *picture, GError **err)
{
	understand_and_check(a);
	if (!find_rest(a, err))
		return false;
	if (picture)
		picture_take(a, picture);
	if (keeps_results(a->options))
		results_keep(a, picture);
	return suppress(a, err);
}

static bool find_or_recall(struct analysis *a, GError **err)
{
	return recall_found(a, NULL) ? suppress(a, err) : find_anew(a, NULL, err);
}

enum exit_status report_and_judge(struct analysis *a, const GArray *outputs, int least)
{
	g_autoptr(GError) err = NULL;
	bool fails;

	a->report->peak_rss_mb = peak_rss_mb(a);
	keep_report(a);
	if (!drop_known(a, &err) || !write_outputs(a->report, outputs, a->options->stats, &err))
		return fail_with(err);
	fails = least <= SEVERITY_ERROR && report_count(a->report, (enum severity)least);
	return fails ? EXIT_FINDINGS : analysis_status(a, EXIT_CLEAN);
}

static enum exit_status run_analysis(const struct options *options, const GArray *outputs,
				     int least)
{
	enum exit_status status = EXIT_BAD_INPUT;
	g_autoptr(GError) err = NULL;
	struct analysis a;

	begin(&a, options, (const char *const *)options->arguments);
	if (read_code(&a)) {
		if (find_or_recall(&a, &err))
			status = report_and_judge(&a, outputs, least);
		else
			fail_with(err);
	}
	analysis_free(&a);
	return status;
}

static enum exit_status run(const struct options *said)
{
	struct options chosen = *said;
	const struct options *options = &chosen;
	g_autoptr(GArray) outputs = NULL;
	g_autoptr(GError) err = NULL;
	bool is_diff = options->diff || options->patch;
	int least;

	chosen.near = !options->all;

	if ((!is_diff && !check_paths(options->arguments, &err)) ||
	    !read_threshold(options->fail_on, &least, &err) || !check_cocci(options, &err))
		return fail_with(err);
	outputs = report_outputs(options->format, options->output, &err);
	if (!outputs)
		return fail_with(err);
	return is_diff ? run_diff(options, outputs, least) : run_analysis(options, outputs, least);
}

static const struct option_row report_rows[] = {
	{ "baseline", 0, G_OPTION_ARG_FILENAME, OPTION_FIELD(baseline), "FILE",
	  "leave out what FILE, a JSON report of before, has" },
	{ "suppressions", 0, G_OPTION_ARG_FILENAME, OPTION_FIELD(suppressions), "FILE",
	  "findings that are none, with reasons (JSON)" },
	{ "all", 'a', G_OPTION_ARG_NONE, OPTION_FIELD(all), NULL,
	  "findings of low confidence too" },
	{ "gated", 0, G_OPTION_ARG_NONE, OPTION_FIELD(gated), NULL,
	  "circles that a common lock keeps from closing, too" },
	{ "anew", 0, G_OPTION_ARG_NONE, OPTION_FIELD(anew), NULL,
	  "analyse also when nothing has changed since the last time" },
	{ "no-rt", 0, G_OPTION_ARG_NONE, OPTION_FIELD(no_rt), NULL,
	  "nothing that is wrong on PREEMPT_RT kernels only" },
	{ "rt", 0, G_OPTION_ARG_NONE, OPTION_FIELD(rt), NULL,
	  "the kernel is a PREEMPT_RT one: nothing that is wrong on others only" },
	{ "with-cocci", 0, G_OPTION_ARG_NONE, OPTION_FIELD(with_cocci), NULL,
	  "add what the semantic patches find; needs spatch" },
	{ "with-sparse", 0, G_OPTION_ARG_NONE, OPTION_FIELD(with_sparse), NULL,
	  "add what sparse says of lock contexts and __rcu pointers, without what is disproved" },
	{ 0 },
};
static const struct option_table report_options = { NULL, report_rows };

const struct command command_run = {
	.name = "run",
	.arguments = "PATH...",
	.summary = "report lock-order problems of the code under PATH",
	.help = "PATH is a folder or a .c file of a kernel tree, which needs not be configured.\n\n"
		"With --diff or --patch, PATH may be left out: what the patch touches is read.\n\n"
		"Forms: text, json, sarif, line, robot, markdown, junit. Exit status: 0 nothing "
		"found, 1 findings, 2 bad usage or input, 3 some files could not be read.",
	.options = { &diff_options, &tree_options, &read_options, &analysis_options,
		     &output_options, &report_options, &message_options, NULL },
	.run = run,
};
