/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * help.c - everything that is said about the commands, from their tables
 *
 * The man page has its sections COMMANDS and OPTIONS from here (make man), the shell its
 * completion; a test fails when the committed files differ from what the tables say.
 */
#include "cmd/cmd.h"

#include <stdint.h>
#include <stdio.h>

char *help_overview(void)
{
	GString *text = g_string_new("Usage:\n  lockgraph [COMMAND] [OPTION...] PATH...\n\n"
				     "Finds lock-order problems in C, without running it.\n\n"
				     "Commands:\n");
	const struct command *const *command;

	for (command = command_table; *command; command++)
		g_string_append_printf(text, "  %-10s %s\n", (*command)->name, (*command)->summary);
	g_string_append(text, "\nWithout a command, 'run' is meant.\n"
			      "'lockgraph COMMAND --help' lists a command's options.\n");
	return g_string_free(text, FALSE);
}

/* In roff a leading dot or quote starts a request, and a bare hyphen is not a minus sign. */
static char *roff(const char *text)
{
	GString *out = g_string_new(NULL);
	const char *at;

	for (at = text; *at; at++) {
		bool line_start = at == text || at[-1] == '\n';

		if (line_start && (*at == '.' || *at == '\''))
			g_string_append(out, "\\&");
		if (*at == '\\')
			g_string_append(out, "\\e");
		else if (*at == '-')
			g_string_append(out, "\\-");
		else
			g_string_append_c(out, *at);
	}
	return g_string_free(out, FALSE);
}

static void man_row(const struct option_row *row)
{
	g_autofree char *name = roff(row->name);
	g_autofree char *help = roff(row->help);
	g_autofree char *value = roff(row->value ? row->value : "");

	printf(".TP\n");
	if (row->letter)
		printf("\\fB\\-%c\\fR, ", row->letter);
	printf("\\fB\\-\\-%s\\fR", name);
	if (row->value)
		printf("=\\fI%s\\fR", value);
	printf("\n%c%s.\n", g_ascii_toupper(help[0]), help + 1);
}

static void man_rows(const struct option_table *table)
{
	const struct option_row *row;

	for (row = table->rows; row->name; row++)
		man_row(row);
}

static void man_paragraphs(const char *text)
{
	g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);
	char **paragraph;

	for (paragraph = paragraphs; *paragraph; paragraph++) {
		g_autofree char *escaped = roff(g_strstrip(*paragraph));

		printf(".PP\n%s\n", escaped);
	}
}

static void man_command(const struct command *command)
{
	const struct option_table *const *table;
	g_autofree char *arguments = roff(command->arguments);
	g_autofree char *summary = roff(command->summary);

	printf(".SS lockgraph %s \\fR[\\fIOPTION\\fR...] \\fI%s\\fR\n", command->name, arguments);
	printf("%c%s.\n", g_ascii_toupper(summary[0]), summary + 1);
	if (command->help)
		man_paragraphs(command->help);
	for (table = command->options; *table; table++)
		if (!(*table)->title)
			man_rows(*table);
}

static bool has_table(const struct command *command, const struct option_table *table)
{
	const struct option_table *const *own;

	for (own = command->options; *own; own++)
		if (*own == table)
			return true;
	return false;
}

/* A shared table, once, with the commands that take it. */
static void man_shared(const struct option_table *table)
{
	const struct command *const *command;
	const char *comma = "";

	printf(".SS %s\nFor ", table->title);
	for (command = command_table; *command; command++) {
		if (!has_table(*command, table))
			continue;
		printf("%s%s", comma, (*command)->name);
		comma = ", ";
	}
	printf(".\n");
	man_rows(table);
}

/* The shared tables in the order in which commands list them, each once. */
static GPtrArray *shared_tables(void)
{
	GPtrArray *tables = g_ptr_array_new();
	const struct command *const *command;
	const struct option_table *const *table;

	for (command = command_table; *command; command++)
		for (table = (*command)->options; *table; table++)
			if ((*table)->title && !g_ptr_array_find(tables, *table, NULL))
				g_ptr_array_add(tables, (void *)(uintptr_t)*table);
	return tables;
}

static void print_man(void)
{
	g_autoptr(GPtrArray) shared = shared_tables();
	const struct command *const *command;
	guint i;

	printf(".SH COMMANDS\n");
	for (command = command_table; *command; command++)
		man_command(*command);
	if (shared->len)
		printf(".SH OPTIONS\n");
	for (i = 0; i < shared->len; i++)
		man_shared(g_ptr_array_index(shared, i));
}

static void bash_command(const struct command *command)
{
	const struct option_table *const *table;
	const struct option_row *row;

	printf("\t%s) words=\"--help", command->name);
	for (table = command->options; *table; table++)
		for (row = (*table)->rows; row->name; row++)
			printf(" --%s%s", row->name, row->value ? "=" : "");
	printf("\" ;;\n");
}

static void print_bash(void)
{
	const struct command *const *command;

	printf("# bash completion for lockgraph; from \"lockgraph help --format=bash\"\n"
	       "_lockgraph()\n{\n"
	       "\tlocal word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words\n"
	       "\tcase $command in\n");
	for (command = command_table; *command; command++)
		bash_command(*command);
	printf("\t*) words=\"--version --print-cocci-dir --help");
	for (command = command_table; *command; command++)
		printf(" %s", (*command)->name);
	printf("\" ;;\n\tesac\n"
	       "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
	       "\t[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
	       "}\ncomplete -o default -F _lockgraph lockgraph\n");
}

static enum exit_status print_command_help(const char *name)
{
	const struct command *command = command_find(name);
	g_autofree char *text = NULL;

	if (!command) {
		fprintf(stderr, "lockgraph: help: no command '%s'; 'lockgraph help' lists them\n",
			name);
		return EXIT_BAD_INPUT;
	}
	text = options_help(command);
	fputs(text, stdout);
	return EXIT_CLEAN;
}

static enum exit_status print_form(const char *form)
{
	if (g_str_equal(form, "man"))
		print_man();
	else if (g_str_equal(form, "bash"))
		print_bash();
	else {
		fprintf(stderr, "lockgraph: help: no form '%s'; there are man and bash\n", form);
		return EXIT_BAD_INPUT;
	}
	return EXIT_CLEAN;
}

static enum exit_status run_help(const struct options *options)
{
	g_autofree char *overview = NULL;

	if (options->format)
		return print_form(options->format);
	if (options->arguments[0])
		return print_command_help(options->arguments[0]);
	overview = help_overview();
	fputs(overview, stdout);
	return EXIT_CLEAN;
}

static const struct option_row help_rows[] = {
	{ "format", 0, G_OPTION_ARG_STRING, OPTION_FIELD(format), "man|bash",
	  "all commands as sections of the man page, or as shell completion" },
	{ 0 },
};
static const struct option_table help_options = { NULL, help_rows };

const struct command command_help = {
	.name = "help",
	.arguments = "[COMMAND]",
	.summary = "say what a command does and which options it has",
	.options = { &help_options },
	.run = run_help,
};
