/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kbuild.c - lockgraph as kbuild's checker: make C=1 CHECK="lockgraph --kbuild"
 *
 * Kbuild runs $(CHECK) $(CHECKFLAGS) $(c_flags) FILE, in the build directory and with its own
 * variables in the environment. CHECKFLAGS are for sparse: they go to it, where it is wanted, and
 * are left out of what the compiler would be told. Whatever comes out, the build goes on.
 */
#include "cmd/analysis_p.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct kbuild_call {
	const struct options *options; /* what was said in CHECK= */
	const char *const *words;      /* the flags, and FILE as the last word */
	size_t n;
	char *cwd;
	char **check_flags; /* what CHECKFLAGS in the environment says; NULL for nothing */
};

/* How many words at the beginning are CHECKFLAGS; none when they are not what was handed over. */
static size_t count_check_flags(const struct kbuild_call *call)
{
	size_t n = call->check_flags ? g_strv_length(call->check_flags) : 0;

	if (n >= call->n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (!g_str_equal(call->words[i], call->check_flags[i]))
			return 0;
	}
	return n;
}

/* An environment variable of Kbuild's that names a folder, absolute. */
static char *folder_of(const struct kbuild_call *call, const char *name)
{
	const char *said = g_getenv(name);

	return said && *said ? g_canonicalize_filename(said, call->cwd) : NULL;
}

/* What stands in front of a file's name in the tree where Kbuild writes it: "../", or nothing. */
static char *prefix_of(const char *file, const struct analysis *a)
{
	const char *relative = ((const struct unit_spec *)a->units->pdata[0])->file;

	if (g_path_is_absolute(relative) || !g_str_has_suffix(file, relative))
		return g_strdup("");
	return g_strndup(file, strlen(file) - strlen(relative));
}

static void print_result(const struct analysis *a, const char *file)
{
	g_autofree char *prefix = prefix_of(file, a);
	struct report_style style = { .prefix = prefix };

	for (guint i = 0; i < a->report->others->len; i++)
		fputs(a->report->others->pdata[i], stderr);
	report_form_find("line")->write(a->report, &style, stderr);
	for (guint i = 0; i < a->report->failures->len; i++) {
		const struct report_failure *failure =
			&g_array_index(a->report->failures, struct report_failure, i);

		fprintf(stderr, "%s: note: lockgraph could not read all of it: %s\n", file,
			failure->why);
	}
}

static void check_unit(const struct options *options, const char *file)
{
	static const char *const no_paths[] = { NULL };
	g_autoptr(GError) err = NULL;
	struct analysis a;

	if (analyse(&a, options, no_paths)) {
		stage_checks(&a);
		if (find_rest(&a, &err) && suppress(&a, &err))
			print_result(&a, file);
		else
			fail_with(err);
	}
	analysis_free(&a);
}

static bool read_call(struct kbuild_call *call, const struct options *options, GError **err)
{
	const char *flags = g_getenv("CHECKFLAGS");

	call->options = options;
	call->words = (const char *const *)options->arguments;
	if (call->words[0] && g_str_equal(call->words[0], "--"))
		call->words++;
	call->n = g_strv_length((char **)(uintptr_t)call->words);
	call->cwd = g_get_current_dir();
	if (flags && !g_shell_parse_argv(flags, NULL, &call->check_flags, NULL))
		call->check_flags = NULL;
	if (call->n && g_getenv("srctree"))
		return true;
	g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--kbuild: this is for the kernel's build to run: "
		    "make C=1 CHECK=\"lockgraph --kbuild\"");
	return false;
}

static void run_call(const struct kbuild_call *call)
{
	g_autofree char *tree = folder_of(call, "srctree"), *objtree = folder_of(call, "objtree");
	const char *file = call->words[call->n - 1];
	size_t own = count_check_flags(call), n = call->n - own - 1;
	g_autofree const char **flags = g_new0(const char *, n + 1);
	struct source_compile compile = { .directory = call->cwd, .file = file, .argv = flags };
	struct options options = *call->options;

	for (size_t i = 0; i < n; i++)
		flags[i] = call->words[own + i];
	options.tree = tree;
	options.objtree = objtree ? objtree : call->cwd;
	options.arch = (char *)(uintptr_t)g_getenv("ARCH");
	options.compile = &compile;
	options.sparse_line = call->words;
	options.closure = 0;
	options.jobs = 1;
	options.quiet = !options.verbose;
	check_unit(&options, file);
}

static enum exit_status run(const struct options *options)
{
	struct kbuild_call call = { 0 };
	g_autoptr(GError) err = NULL;
	enum exit_status status = EXIT_CLEAN;

	if (read_call(&call, options, &err))
		run_call(&call);
	else
		status = fail_with(err);
	g_strfreev(call.check_flags);
	g_free(call.cwd);
	return status;
}

static const struct option_row kbuild_rows[] = {
	{ "with-sparse", 0, G_OPTION_ARG_NONE, OPTION_FIELD(with_sparse), NULL,
	  "run sparse too, as kbuild would, and leave out what it warns of wrongly" },
	{ "suppressions", 0, G_OPTION_ARG_FILENAME, OPTION_FIELD(suppressions), "FILE",
	  "findings that are none, with reasons (JSON)" },
	{ "all", 0, G_OPTION_ARG_NONE, OPTION_FIELD(all), NULL, "findings of low confidence too" },
	{ 0 },
};
static const struct option_table kbuild_options = { NULL, kbuild_rows };

const struct command command_kbuild = {
	.name = "kbuild",
	.arguments = "FLAG... FILE",
	.summary =
		"check one file for a build of the kernel: make C=1 CHECK=\"lockgraph --kbuild\"",
	.help = "Reads the compiler's flags that kbuild hands over, says one line for each finding "
		"on standard error, and exits with 0 so that the build goes on. Options of ours, "
		"written out (--cache=DIR), stand in front of kbuild's flags.\n\n"
		"What is read of the file is kept in the cache: a later run over the whole scope "
		"finds it there. One file alone shows what goes wrong inside of it; circles that "
		"close elsewhere need that run.",
	.options = { &read_options, &analysis_options, &kbuild_options, &message_options, NULL },
	.takes_flags = true,
	.run = run,
};
