/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * help.c - everything that is said about the commands, from their tables
 *
 * The man pages have their lists of commands, options and findings from here (make man), the shells
 * their completion; a test fails when the committed files differ from what the tables say.
 */
#include "check/check.h"
#include "cmd/cmd.h"
#include "cmd/help_p.h"

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

/* What findings there are, for lockgraph-report(5). */
static void print_findings(void)
{
	for (int id = 0; id < RULE_IDS; id++) {
		const struct check_rule *rule = check_rule((enum rule_id)id);
		g_autofree char *name = roff(rule->name), *title = roff(rule->title);
		g_autofree char *help = roff(rule->help), *lockdep = roff(rule->lockdep_title);

		printf(".TP\n\\fB%s\\fR (%s)\n%c%s: %s.\n", name, severity_name(rule->severity),
		       g_ascii_toupper(title[0]), title + 1, help);
		if (*lockdep)
			printf("lockdep says \\(lq%s\\(rq.\n", lockdep);
		if (*rule->checklist)
			printf("RCU checklist: %s.\n", rule->checklist);
	}
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
	static const struct {
		const char *name;
		void (*print)(void);
	} forms[] = { { "man", print_man },
		      { "findings", print_findings },
		      { "bash", help_print_bash },
		      { "zsh", help_print_zsh } };

	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		if (g_str_equal(form, forms[i].name)) {
			forms[i].print();
			return EXIT_CLEAN;
		}
	}
	fprintf(stderr, "lockgraph: help: no form '%s'; there are man, findings, bash and zsh\n",
		form);
	return EXIT_BAD_INPUT;
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
	{ "format", 0, G_OPTION_ARG_STRING, OPTION_FIELD(format), "FORM",
	  "what: the commands (man) or the findings (findings) for the manual pages, or a shell's "
	  "completion (bash, zsh)" },
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
