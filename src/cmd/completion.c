/* SPDX-License-Identifier: GPL-2.0-or-later */
/* completion.c - what shells offer when a command line of ours is typed */
#include "cmd/cmd.h"
#include "cmd/help_p.h"

#include <stdio.h>
#include <string.h>

/* --- bash ------------------------------------------------------------------------------------- */

static void bash_options(const struct command *command)
{
	const struct option_table *const *table;
	const struct option_row *row;

	for (table = command->options; *table; table++)
		for (row = (*table)->rows; row->name; row++)
			printf(" --%s%s", row->name, row->value ? "=" : "");
}

/* Where bash has split at "=", a value is typed: files are offered by default. */
void help_print_bash(void)
{
	const struct command *const *command;

	printf("# bash completion for lockgraph; from \"lockgraph help --format=bash\"\n"
	       "_lockgraph()\n{\n"
	       "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words\n"
	       "\tCOMPREPLY=()\n"
	       "\t[[ $word == = || $before == = ]] && return\n"
	       "\tcase ${COMP_WORDS[1]} in\n");
	for (command = command_table; *command; command++) {
		printf("\t%s) words=\"--help", (*command)->name);
		bash_options(*command);
		printf("\" ;;\n");
	}
	printf("\t*) words=\"--version --print-cocci-dir --kbuild --help");
	bash_options(command_table[0]);
	for (command = command_table; *command; command++)
		printf(" %s", (*command)->name);
	printf("\" ;;\n\tesac\n"
	       "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
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

static void zsh_row(const struct option_row *row)
{
	printf("\t\t\t'%s--%s%s[", row->kind == G_OPTION_ARG_STRING_ARRAY ? "*" : "", row->name,
	       row->value ? "=" : "");
	zsh_text(row->help);
	putchar(']');
	if (row->value) {
		putchar(':');
		zsh_text(row->value);
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
			zsh_row(row);
	printf("\t\t\t'--help[list the options]' \\\n\t\t\t'*:file:_files'\n\t\t;;\n");
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
