/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - which command is meant, and the exit status */
#include "base/datadir.h"
#include "cmd/cmd.h"

#include <locale.h>
#include <stdio.h>

#define DEFAULT_COMMAND "run"

static enum exit_status run_command(const struct command *command, char **words)
{
	enum exit_status status = EXIT_BAD_INPUT;
	g_autoptr(GError) err = NULL;
	struct options options;

	if (options_parse(&options, command, words, &err))
		status = command->run(&options);
	else
		fprintf(stderr, "lockgraph: %s; see 'lockgraph %s --help'\n", err->message,
			command->name);
	options_clear(&options, command);
	return status;
}

static enum exit_status print_overview(FILE *to, enum exit_status status)
{
	g_autofree char *text = help_overview();

	fputs(text, to);
	return status;
}

/* What scripts ask of an installation. */
static bool print_fact(const char *word)
{
	g_autofree char *cocci = datadir_file("cocci");

	if (g_str_equal(word, "--version"))
		printf("lockgraph %s\n", PACKAGE_VERSION);
	else if (g_str_equal(word, "--print-cocci-dir"))
		printf("%s\n", cocci);
	else
		return false;
	return true;
}

static enum exit_status dispatch(char **words)
{
	const struct command *command;

	if (!words[0])
		return print_overview(stderr, EXIT_BAD_INPUT);
	if (g_str_equal(words[0], "--help") || g_str_equal(words[0], "-h"))
		return print_overview(stdout, EXIT_CLEAN);
	if (print_fact(words[0]))
		return EXIT_CLEAN;
	command = command_find(g_str_equal(words[0], "--kbuild") ? "kbuild" : words[0]);
	if (command)
		return run_command(command, words + 1);
	return run_command(command_find(DEFAULT_COMMAND), words);
}

/* Output that did not reach its file is bad input, whatever the command thinks of it. */
int main(int argc, char **argv)
{
	enum exit_status status;

	(void)argc;
	setlocale(LC_ALL, "");
	status = dispatch(argv + 1);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "lockgraph: cannot write to standard output\n");
		return EXIT_BAD_INPUT;
	}
	return (int)status;
}
