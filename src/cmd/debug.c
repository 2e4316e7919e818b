/* SPDX-License-Identifier: GPL-2.0-or-later */
/* debug.c - lockgraph debug: what a stage made of a file or function, as text */
#include "base/json.h"
#include "cmd/analysis_p.h"

#include <stdio.h>
#include <string.h>

#define CACHE_MB 8192

/* "FILE" or "FILE:FUNCTION". */
struct debug_target {
	char *file;
	char *function; /* NULL: all */
};

struct debug_stage {
	const char *name;
	enum exit_status (*print)(const struct options *options, const struct debug_target *target);
};

static struct tree *open_tree(const struct options *options, const char *cache,
			      const char *const *paths, struct console *con, GError **err)
{
	struct source_request request = { .tree = options->tree,
					  .arch = options->arch,
					  .objtree = options->objtree,
					  .compile_commands = options->compile_commands,
					  .config = options->config,
					  .cache = cache,
					  .no_exec = options->no_exec,
					  .paths = paths };
	struct tree *tree = tree_open(&request, err);

	if (tree && tree_prepare(tree, con, err))
		return tree;
	if (tree)
		tree_free(tree);
	return NULL;
}

static struct extract_result *read_file(const struct options *options, const char *cache,
					struct tree *tree, struct console *con, GError **err)
{
	struct extract_options how = { .jobs = (unsigned)MAX(options->jobs, 0),
				       .timeout_seconds = (unsigned)MAX(options->timeout, 0),
				       .memory_mb = (unsigned)MAX(options->memory, 0),
				       .no_pch = options->no_pch,
				       .cache_dir = cache,
				       .cache_limit_mb = CACHE_MB };
	g_autoptr(GPtrArray) units = tree_list_units(tree, con, err);

	return units ? extract_units(tree, units, &how, con, err) : NULL;
}

static bool defines(const struct facts *facts, const char *function)
{
	for (uint32_t i = 0; i < facts->n_functions; i++) {
		const struct fact_symbol *symbol = &facts->symbols[facts->functions[i].symbol];

		if (!strcmp(facts_string(facts, symbol->name), function))
			return true;
	}
	return false;
}

/* A function of a header may be in the facts of the precompiled header only, which come last. */
static bool print_result(const struct extract_result *result, const char *function)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < result->failures->len; i++) {
		const struct unit_failure *failure = result->failures->pdata[i];

		fprintf(stderr, "lockgraph: %s: %s: %s\n", failure->file, failure->stage,
			failure->why);
	}
	for (guint i = 0; i < result->facts->len; i++) {
		const struct facts *facts = result->facts->pdata[i];

		if (function ? defines(facts, function) && !text->len : facts->unit[0] != '@')
			facts_dump(facts, function, text);
	}
	fputs(text->str, stdout);
	return text->len > 0;
}

static enum exit_status print_facts(const struct options *options,
				    const struct debug_target *target)
{
	const char *const paths[] = { target->file, NULL };
	g_autofree char *cache = cache_folder(options);
	struct console *con = console_new(options->verbose ? CONSOLE_VERBOSE : CONSOLE_NORMAL);
	g_autoptr(GError) err = NULL;
	struct tree *tree = open_tree(options, cache, paths, con, &err);
	struct extract_result *result = tree ? read_file(options, cache, tree, con, &err) : NULL;
	enum exit_status status = EXIT_CLEAN;

	if (!result) {
		status = fail_with(err);
	} else if (!print_result(result, target->function)) {
		fprintf(stderr, "lockgraph: debug: nothing in '%s' to show\n", target->file);
		status = EXIT_BAD_INPUT;
	}
	extract_result_free(result);
	if (tree)
		tree_free(tree);
	console_free(con);
	return status;
}

/* --- units --- */

static json_t *unit_words(const struct unit_spec *unit)
{
	json_t *words = json_pack("[s]", "clang");

	for (const char *const *flag = unit->argv; *flag; flag++)
		json_array_append_new(words, json_string(*flag));
	return words;
}

static json_t *units_json(const struct tree *tree, const GPtrArray *units)
{
	json_t *list = json_array();

	for (guint i = 0; i < units->len; i++) {
		const struct unit_spec *unit = units->pdata[i];
		g_autofree char *path = g_canonicalize_filename(unit->file, tree->root);
		json_t *words = unit_words(unit);

		json_array_append_new(words, json_string(path));
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:o}", "file", path, "directory",
						unit->directory ? unit->directory : tree->root,
						"arguments", words));
	}
	return list;
}

/* As a compile_commands.json, for other tools and for bench/. */
static enum exit_status print_units(const struct options *options,
				    const struct debug_target *target)
{
	const char *const paths[] = { target->file, NULL };
	g_autofree char *cache = cache_folder(options);
	struct console *con = console_new(options->verbose ? CONSOLE_VERBOSE : CONSOLE_NORMAL);
	g_autoptr(GError) err = NULL;
	struct tree *tree = open_tree(options, cache, paths, con, &err);
	g_autoptr(GPtrArray) units = tree ? tree_list_units(tree, con, &err) : NULL;
	enum exit_status status = EXIT_CLEAN;
	json_t *list;

	if (units) {
		list = units_json(tree, units);
		json_dumpf(list, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(list);
	} else {
		status = fail_with(err);
	}
	if (tree)
		tree_free(tree);
	console_free(con);
	return status;
}

static const struct debug_stage stages[] = {
	{ "facts", print_facts },
	{ "units", print_units },
};

static const struct debug_stage *find_stage(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(stages); i++)
		if (name && !strcmp(stages[i].name, name))
			return &stages[i];
	return NULL;
}

static enum exit_status run(const struct options *options)
{
	const struct debug_stage *stage = find_stage(options->arguments[0]);
	g_auto(GStrv) words = NULL;
	struct debug_target target;

	if (!stage || !options->arguments[1] || options->arguments[2]) {
		fprintf(stderr,
			"lockgraph: debug: expected 'facts FILE[:FUNCTION]' or 'units PATH'\n");
		return EXIT_BAD_INPUT;
	}
	words = g_strsplit(options->arguments[1], ":", 2);
	target = (struct debug_target){ .file = words[0], .function = words[1] };
	return stage->print(options, &target);
}

const struct command command_debug = {
	.name = "debug",
	.arguments = "facts FILE[:FUNCTION]|units PATH",
	.summary = "show what a stage made of a file or function",
	.help = NULL,
	.options = { &tree_options, &read_options, &message_options, NULL },
	.run = run,
};
