/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cache.c - lockgraph cache: how large the cache is, and away with it */
#include "base/file.h"
#include "cmd/analysis_p.h"
#include "cmd/outputs_p.h"
#include "facts/facts.h"

#include <glib/gstdio.h>
#include <stdio.h>

/* What stages keep below the cache folder; nothing else there is ours to remove. */
static const char *const folders[] = {
	"facts", "objtree", "units", "words", "tmp", RESULTS_FOLDER, FLOW_FOLDER,
};

static enum exit_status print_stats(const char *cache)
{
	g_autofree char *dir = g_build_filename(cache, "facts", NULL);
	g_autoptr(GError) err = NULL;
	struct facts_cache_stats stats = { 0 };
	struct facts_cache *facts;

	if (g_file_test(dir, G_FILE_TEST_IS_DIR)) {
		facts = facts_cache_open(dir, 0, &err);
		if (!facts)
			return fail_with(err);
		stats = facts_cache_statistics(facts);
		facts_cache_close(facts);
	}
	printf("%s: %zu entries, %.1f MB\n", cache, stats.entries, (double)stats.bytes / 1e6);
	return EXIT_CLEAN;
}

static enum exit_status clear(const char *cache)
{
	g_autofree char *report = last_report_path(cache);
	g_autoptr(GError) err = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *dir = g_build_filename(cache, folders[i], NULL);

		if (!file_remove_tree(dir, &err))
			return fail_with(err);
	}
	g_unlink(report);
	return EXIT_CLEAN;
}

static enum exit_status run(const struct options *options)
{
	g_autofree char *cache = cache_folder(options);

	if (options->arguments[0]) {
		fprintf(stderr, "lockgraph: cache: takes no arguments, but got '%s'\n",
			options->arguments[0]);
		return EXIT_BAD_INPUT;
	}
	return options->clear ? clear(cache) : print_stats(cache);
}

static const struct option_row cache_rows[] = {
	{ "cache", 0, G_OPTION_ARG_FILENAME, OPTION_FIELD(cache), "DIR",
	  "cache folder (default: $XDG_CACHE_HOME/lockgraph)" },
	{ "stats", 0, G_OPTION_ARG_NONE, OPTION_FIELD(stats), NULL,
	  "say how large it is (the default)" },
	{ "clear", 0, G_OPTION_ARG_NONE, OPTION_FIELD(clear), NULL,
	  "remove facts, build directories and indexes; another run makes them again" },
	{ 0 },
};
static const struct option_table cache_options = { NULL, cache_rows };

const struct command command_cache = {
	.name = "cache",
	.arguments = "",
	.summary = "show or clear the cache",
	.help = NULL,
	.options = { &cache_options, NULL },
	.run = run,
};
