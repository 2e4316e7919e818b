/* SPDX-License-Identifier: GPL-2.0-or-later */
/* completion.c - what shells offer when a command line of ours is typed */
#include "cmd/cmd.h"
#include "cmd/help_p.h"
#include "report/report.h"

#include <stdio.h>
#include <string.h>

/* --- values ----------------------------------------------------------------------------------- */

static char *report_form_names(void)
{
	GString *names = g_string_new(NULL);

	for (const struct report_form *form = report_forms; form->name; form++)
		g_string_append_printf(names, "%s%s", names->len ? " " : "", form->name);
	return g_string_free(names, FALSE);
}

static char *graph_form_names(void)
{
	GString *names = g_string_new(NULL);

	for (const struct graph_form *form = graph_forms; form->name; form++)
		g_string_append_printf(names, "%s%s", names->len ? " " : "", form->name);
	return g_string_free(names, FALSE);
}

/* Where a value is one of a few words: these; NULL else. */
static char *values_of(const struct command *command, const struct option_row *row)
{
	if (g_str_equal(row->name, "fail-on"))
		return g_strdup("error warning note new none");
	if (!g_str_equal(row->name, "format"))
		return NULL;
	if (g_str_equal(command->name, "graph"))
		return graph_form_names();
	return g_str_equal(command->name, "help") ? g_strdup("man findings bash zsh")
						  : report_form_names();
}

static void print_command_names(const char *before, const char *after)
{
	printf("%s", before);
	for (size_t i = 0; command_table[i]; i++)
		printf("%s%s", i ? " " : "", command_table[i]->name);
	printf("%s", after);
}

/* --- bash ------------------------------------------------------------------------------------- */

static void bash_options(const struct command *command)
{
	const struct option_table *const *table;
	const struct option_row *row;

	for (table = command->options; *table; table++)
		for (row = (*table)->rows; row->name; row++)
			printf(" --%s%s", row->name, row->value ? "=" : "");
}

static void bash_values(const struct command *command, const char *pattern)
{
	const struct option_table *const *table;
	const struct option_row *row;

	for (table = command->options; *table; table++) {
		for (row = (*table)->rows; row->name; row++) {
			g_autofree char *values = values_of(command, row);

			if (values)
				printf("\t%s--%s) words=\"%s\" ;;\n", pattern, row->name, values);
		}
	}
}

static void bash_words(void)
{
	const struct command *const *command;

	printf("\tcase ${COMP_WORDS[1]} in\n");
	for (command = command_table; *command; command++) {
		printf("\t%s) words=\"--help", (*command)->name);
		bash_options(*command);
		if (g_str_equal((*command)->name, "help"))
			print_command_names(" ", "");
		printf("\" ;;\n");
	}
	printf("\t*) words=\"--version --print-cocci-dir --kbuild --help");
	bash_options(command_table[0]);
	print_command_names(" ", "");
	printf("\" ;;\n\tesac\n");
}

/* Where bash has split at "=", a value is typed: where it may be any, files are offered. */
void help_print_bash(void)
{
	printf("# bash completion for lockgraph; from \"lockgraph help --format=bash\"\n"
	       "_lockgraph_value()\n{\n"
	       "\tlocal words=\n"
	       "\tcase ${COMP_WORDS[1]}$1 in\n");
	for (size_t i = 1; command_table[i]; i++)
		bash_values(command_table[i], command_table[i]->name);
	bash_values(command_table[0], "*");
	printf("\tesac\n"
	       "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$2\"))\n"
	       "}\n"
	       "_lockgraph()\n{\n"
	       "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words\n"
	       "\tCOMPREPLY=()\n"
	       "\tif [[ $word == = ]]; then\n"
	       "\t\t_lockgraph_value \"$before\" ''\n\t\treturn\n"
	       "\telif [[ $before == = ]]; then\n"
	       "\t\t_lockgraph_value \"${COMP_WORDS[COMP_CWORD-2]}\" \"$word\"\n\t\treturn\n"
	       "\tfi\n");
	bash_words();
	printf("\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
	       "\t[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
	       "}\ncomplete -o default -F _lockgraph lockgraph\n");
}

/* --- zsh -------------------------------------------------------------------------------------- */

/* Between single quotes, as a part of what _arguments splits at colons and brackets. */
static void zsh_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			printf("'\\''");
		else if (strchr(":[]\\", *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

static void zsh_row(const struct command *command, const struct option_row *row)
{
	g_autofree char *values = values_of(command, row);

	printf("\t\t\t'%s--%s%s[", row->kind == G_OPTION_ARG_STRING_ARRAY ? "*" : "", row->name,
	       row->value ? "=" : "");
	zsh_text(row->help);
	putchar(']');
	if (row->value) {
		putchar(':');
		zsh_text(row->value);
		if (values)
			printf(":(%s)", values);
		else
			printf(":%s", row->kind == G_OPTION_ARG_FILENAME ? "_files" : "");
	}
	printf("' \\\n");
}

static void zsh_command(const struct command *command, const char *pattern)
{
	const struct option_table *const *table;
	const struct option_row *row;

	printf("\t%s)\n\t\t_arguments \\\n", pattern);
	for (table = command->options; *table; table++)
		for (row = (*table)->rows; row->name; row++)
			zsh_row(command, row);
	printf("\t\t\t'--help[list the options]' \\\n\t\t\t'*:");
	if (g_str_equal(command->name, "help"))
		print_command_names("command:(", ")");
	else
		printf("file:_files");
	printf("'\n\t\t;;\n");
}

void help_print_zsh(void)
{
	const struct command *const *command;

	printf("#compdef lockgraph\n"
	       "# zsh completion for lockgraph; from \"lockgraph help --format=zsh\"\n"
	       "_lockgraph()\n{\n"
	       "\tlocal -a commands=(\n");
	for (command = command_table; *command; command++) {
		printf("\t\t'%s:", (*command)->name);
		zsh_text((*command)->summary);
		printf("'\n");
	}
	printf("\t)\n"
	       "\t(( CURRENT == 2 )) && [[ $words[2] != -* ]] && _describe command commands\n"
	       "\tcase $words[2] in\n");
	for (command = command_table + 1; *command; command++)
		zsh_command(*command, (*command)->name);
	zsh_command(command_table[0], "*");
	printf("\tesac\n}\n_lockgraph \"$@\"\n");
}
