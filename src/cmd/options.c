/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/cmd.h"

#include <string.h>

static const struct option_row tree_rows[] = {
	{ "tree", 0, G_OPTION_ARG_FILENAME, OPTION_FIELD(tree), "DIR",
	  "root of the kernel tree (default: upwards from the first PATH)" },
	{ "arch", 0, G_OPTION_ARG_STRING, OPTION_FIELD(arch), "ARCH",
	  "architecture, as ARCH= of the kernel's make (default: what the PATH tells, "
	  "else the host's)" },
	{ "objtree", 0, G_OPTION_ARG_FILENAME, OPTION_FIELD(objtree), "DIR",
	  "configured build directory (default: the tree if it was built, else one of our own)" },
	{ "compile-commands", 0, G_OPTION_ARG_FILENAME, OPTION_FIELD(compile_commands), "FILE",
	  "a compile_commands.json, instead of the kernel's makefiles" },
	{ "config", 0, G_OPTION_ARG_FILENAME, OPTION_FIELD(config), "NAME",
	  "a .config file, or a target such as allmodconfig (default: defconfig)" },
	{ "no-exec", 0, G_OPTION_ARG_NONE, OPTION_FIELD(no_exec), NULL,
	  "run nothing from the tree; needs --objtree or --compile-commands" },
	{ 0 },
};
const struct option_table tree_options = { "Where the code is", tree_rows };

static const struct option_row read_rows[] = {
	{ "jobs", 'j', G_OPTION_ARG_INT, OPTION_FIELD(jobs), "N",
	  "worker processes (default: one per processor)" },
	{ "timeout", 0, G_OPTION_ARG_INT, OPTION_FIELD(timeout), "SECONDS",
	  "time limit for one file (default: 120)" },
	{ "memory", 0, G_OPTION_ARG_INT, OPTION_FIELD(memory), "MB",
	  "memory limit for one worker (default: 3072)" },
	{ "cache", 0, G_OPTION_ARG_FILENAME, OPTION_FIELD(cache), "DIR",
	  "cache folder (default: $XDG_CACHE_HOME/lockgraph)" },
	{ "cache-limit", 0, G_OPTION_ARG_INT, OPTION_FIELD(cache_limit), "MB",
	  "size at which the cache drops what was not used for longest" },
	{ "no-pch", 0, G_OPTION_ARG_NONE, OPTION_FIELD(no_pch), NULL,
	  "parse every file without a precompiled header" },
	{ 0 },
};
const struct option_table read_options = { "How it is read", read_rows };

static const struct option_row analysis_rows[] = {
	{ "rules", 0, G_OPTION_ARG_STRING_ARRAY, OPTION_FIELD(rules), "NAME|FILE",
	  "a rule set (kernel, pthread), or a file with more rules; may be repeated" },
	{ "closure", 0, G_OPTION_ARG_INT, OPTION_FIELD(closure), "N",
	  "read code outside PATH too, up to N calls away; 0 for none" },
	{ "max-cycle", 0, G_OPTION_ARG_INT, OPTION_FIELD(max_cycle), "N",
	  "longest circle of locks to look for (default: 4)" },
	{ "isolate", 0, G_OPTION_ARG_NONE, OPTION_FIELD(isolate), NULL,
	  "each function that nobody calls is a world of its own" },
	{ 0 },
};
const struct option_table analysis_options = { "How it is understood", analysis_rows };

static const struct option_row output_rows[] = {
	{ "format", 'f', G_OPTION_ARG_STRING, OPTION_FIELD(format), "FORM[:FILE],...",
	  "what to write, and where" },
	{ "output", 'o', G_OPTION_ARG_FILENAME, OPTION_FIELD(output), "FILE",
	  "where to write (default: standard output)" },
	{ "fail-on", 0, G_OPTION_ARG_STRING, OPTION_FIELD(fail_on), "LEVEL",
	  "exit with 1 from this severity on: error, warning (default), note; new: for any "
	  "that the base or the baseline lacks; none: never" },
	{ 0 },
};
const struct option_table output_options = { "What comes out", output_rows };

static const struct option_row diff_rows[] = {
	{ "diff", 0, G_OPTION_ARG_STRING, OPTION_FIELD(diff), "A..B",
	  "what commit B brings that A does not have; A...B: since they parted; A: what the work "
	  "tree has changed" },
	{ "patch", 0, G_OPTION_ARG_FILENAME, OPTION_FIELD(patch), "FILE",
	  "what a patch or mailbox would bring ('-': standard input), on top of --diff=A or HEAD" },
	{ "untrusted", 0, G_OPTION_ARG_NONE, OPTION_FIELD(untrusted), NULL,
	  "run no makefile or script that the patch changes" },
	{ 0 },
};
const struct option_table diff_options = { "What a patch brings", diff_rows };

static const struct option_row message_rows[] = {
	{ "quiet", 'q', G_OPTION_ARG_NONE, OPTION_FIELD(quiet), NULL,
	  "no warnings, no progress bar" },
	{ "verbose", 'v', G_OPTION_ARG_NONE, OPTION_FIELD(verbose), NULL,
	  "say what each stage did" },
	{ "stats", 0, G_OPTION_ARG_NONE, OPTION_FIELD(stats), NULL,
	  "say how much time and memory it took" },
	{ 0 },
};
const struct option_table message_options = { "Messages", message_rows };

static void *field(struct options *options, const struct option_row *row)
{
	return (char *)options + row->field;
}

/* GLib's form of the command's options; the last entry is zero. */
static GArray *glib_entries(const struct command *command, struct options *options)
{
	GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
	const struct option_table *const *table;
	const struct option_row *row;

	for (table = command->options; *table; table++) {
		for (row = (*table)->rows; row->name; row++) {
			GOptionEntry entry = {
				.long_name = row->name,
				.short_name = row->letter,
				.arg = row->kind,
				.arg_data = field(options, row),
				.description = row->help,
				.arg_description = row->value,
			};

			g_array_append_val(entries, entry);
		}
	}
	return entries;
}

static GOptionContext *glib_context(const struct command *command, const GArray *entries)
{
	GOptionContext *context = g_option_context_new(command->arguments);
	g_autofree char *summary = g_strdup(command->summary);

	summary[0] = g_ascii_toupper(summary[0]);
	g_option_context_set_summary(context, summary);
	if (command->help)
		g_option_context_set_description(context, command->help);
	g_option_context_add_main_entries(context, (GOptionEntry *)(void *)entries->data, NULL);
	return context;
}

/* The words as GLib wants them: with the program's name, which is what --help shows. */
static char **with_program(const struct command *command, char **words)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_autofree char *program = g_strconcat("lockgraph ", command->name, NULL);

	g_set_prgname(program);
	g_strv_builder_add(builder, program);
	for (; *words; words++)
		g_strv_builder_add(builder, *words);
	return g_strv_builder_end(builder);
}

#define CLOSURE_DEFAULT (-1)

/* No option has a meaning below zero. */
static bool check_numbers(struct options *options, const struct command *command, GError **err)
{
	const struct option_table *const *table;
	const struct option_row *row;

	for (table = command->options; *table; table++) {
		for (row = (*table)->rows; row->name; row++) {
			const int *number = field(options, row);

			if (row->kind != G_OPTION_ARG_INT || *number >= 0 ||
			    (row->field == OPTION_FIELD(closure) && *number == CLOSURE_DEFAULT))
				continue;
			g_set_error(err, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				    "--%s: %d is less than 0", row->name, *number);
			return false;
		}
	}
	return true;
}

/* "--jobs=4", "--jobs 4": how many words that is, 0 for none of the command's own. */
static size_t words_of_option(const struct command *command, char *const *words)
{
	const struct option_table *const *table;
	const struct option_row *row;
	const char *name = words[0] + strlen("--");
	size_t length;

	if (!g_str_has_prefix(words[0], "--"))
		return 0;
	length = strcspn(name, "=");
	if (g_str_equal(name, "help"))
		return 1;
	for (table = command->options; *table; table++) {
		for (row = (*table)->rows; row->name; row++) {
			if (strlen(row->name) == length && !strncmp(row->name, name, length))
				return row->value && !name[length] && words[1] ? 2 : 1;
		}
	}
	return 0;
}

/* Flags of a compiler are arguments, though they look like options. */
static char **separate_flags(const struct command *command, char **words)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	size_t n;

	while (*words && (n = words_of_option(command, words))) {
		for (; n; n--)
			g_strv_builder_add(builder, *words++);
	}
	g_strv_builder_add(builder, "--");
	for (; *words; words++)
		g_strv_builder_add(builder, *words);
	return g_strv_builder_end(builder);
}

bool options_parse(struct options *options, const struct command *command, char **words,
		   GError **err)
{
	g_autoptr(GArray) entries = glib_entries(command, options);
	g_autoptr(GOptionContext) context = glib_context(command, entries);
	g_auto(GStrv) separated = command->takes_flags ? separate_flags(command, words) : NULL;
	g_auto(GStrv) all = with_program(command, separated ? separated : words);

	memset(options, 0, sizeof(*options));
	options->closure = CLOSURE_DEFAULT;
	if (!g_option_context_parse_strv(context, &all, err) ||
	    !check_numbers(options, command, err)) {
		g_prefix_error(err, "%s: ", command->name);
		return false;
	}
	options->arguments = g_strdupv(all + 1);
	return true;
}

static void clear_field(struct options *options, const struct option_row *row)
{
	if (row->kind == G_OPTION_ARG_STRING || row->kind == G_OPTION_ARG_FILENAME)
		g_clear_pointer((char **)field(options, row), g_free);
	else if (row->kind == G_OPTION_ARG_STRING_ARRAY)
		g_clear_pointer((char ***)field(options, row), g_strfreev);
}

void options_clear(struct options *options, const struct command *command)
{
	const struct option_table *const *table;
	const struct option_row *row;

	for (table = command->options; *table; table++)
		for (row = (*table)->rows; row->name; row++)
			clear_field(options, row);
	g_clear_pointer(&options->arguments, g_strfreev);
}

char *options_help(const struct command *command)
{
	struct options options;
	g_autoptr(GArray) entries = glib_entries(command, &options);
	g_autoptr(GOptionContext) context = glib_context(command, entries);
	g_autofree char *program = g_strconcat("lockgraph ", command->name, NULL);

	g_set_prgname(program);
	return g_option_context_get_help(context, TRUE, NULL);
}
