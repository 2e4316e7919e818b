/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmd.h - subcommands, their options, and how the process ends
 *
 * A subcommand is one file with one struct command, and one row in table.c. Its options are
 * constant tables; --help, the pages in man/ and the shell completion come from them. A command
 * gets what the user said as one constant struct options, and returns the exit status: no
 * other part of the program knows of either.
 *
 * To add a command: cmd/NAME.c with "const struct command command_NAME", its declaration and row
 * in table.c, then "make man". To add an option: a field in struct options and a row in a table.
 */
#ifndef LOCKGRAPH_CMD_H
#define LOCKGRAPH_CMD_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct source_compile;

/* How the process ends; the numbers are promised to callers. */
enum exit_status {
	EXIT_CLEAN = 0,	     /* nothing at or above the threshold */
	EXIT_FINDINGS = 1,   /* findings */
	EXIT_BAD_INPUT = 2,  /* bad usage or bad input: the message says which */
	EXIT_INCOMPLETE = 3, /* some units could not be read: the report says which */
};

/* What the user said, for all commands; NULL or 0 where nothing was said. */
struct options {
	char **arguments; /* what is left after the options; NULL-terminated, never NULL */

	/* tree_options */
	char *tree;
	char *arch;
	char *objtree;
	char *compile_commands;
	char *config;
	gboolean no_exec;

	/* read_options */
	int jobs;
	int timeout;
	int memory;
	char *cache;
	int cache_limit;
	gboolean no_pch;

	/* analysis_options */
	char **rules;
	int closure; /* -1 where nothing was said */
	int max_cycle;
	gboolean isolate;
	gboolean anew;

	/* output_options */
	char *format;
	char *output;
	char *fail_on;

	/* diff_options */
	char *diff;
	char *patch;
	gboolean untrusted;

	/* of single commands */
	char *baseline;
	char *suppressions;
	gboolean all;
	gboolean direct;
	gboolean direct_if_many; /* no option: of much code only what --direct tells */
	gboolean near;		 /* no option: no chains of more than a few calls */
	gboolean gated;
	gboolean no_rt;
	gboolean rt;
	gboolean with_cocci;
	gboolean with_sparse;
	gboolean clear;
	const struct source_compile *compile; /* no option: what a build says that it compiles */
	const char *const *sparse_line;	      /* no option: how it would run sparse */

	/* message_options */
	gboolean quiet;
	gboolean verbose;
	gboolean stats;
};

/* One option; a list of them ends with one that has no name. */
struct option_row {
	const char *name;  /* "objtree" */
	char letter;	   /* 'o', or 0 */
	GOptionArg kind;   /* G_OPTION_ARG_NONE, INT, STRING, FILENAME or STRING_ARRAY */
	size_t field;	   /* OPTION_FIELD(objtree) */
	const char *value; /* "DIR"; NULL for G_OPTION_ARG_NONE */
	const char *help;  /* a phrase, lower case, with the default where there is one */
};

#define OPTION_FIELD(member) offsetof(struct options, member)

struct option_table {
	const char *title; /* a heading of the man page; NULL: of one command only */
	const struct option_row *rows;
};

/* options.c: shared by the commands that read code. */
extern const struct option_table tree_options;
extern const struct option_table read_options;
extern const struct option_table analysis_options;
extern const struct option_table output_options;
extern const struct option_table diff_options;
extern const struct option_table message_options;

/* How many tables a command may list, beside the NULL that ends the list. */
#define OPTION_TABLES 8

struct command {
	const char *name;      /* "graph" */
	const char *arguments; /* "PATH..."; "" when it takes none */
	const char *summary;   /* one phrase, lower case, no full stop */
	const char *help;      /* paragraphs, an empty line between them; may be NULL */
	const struct option_table *options[OPTION_TABLES + 1]; /* NULL-terminated */
	bool takes_flags; /* arguments begin at the first word that is no long option of its own */
	enum exit_status (*run)(const struct options *options);
};

/* table.c: all commands, NULL-terminated, in the order in which help shows them. */
extern const struct command *const command_table[];

/* NULL when there is no such command. */
const struct command *command_find(const char *name);

/*
 * options.c: reads @words, which are a command's words without the program's and the command's
 * name. --help prints and ends the process. Undo with options_clear(), also after a failure.
 */
bool options_parse(struct options *options, const struct command *command, char **words,
		   GError **err);
void options_clear(struct options *options, const struct command *command);

/* What "lockgraph COMMAND --help" prints. Free with g_free(). */
char *options_help(const struct command *command);

/* help.c: what "lockgraph --help" prints. Free with g_free(). */
char *help_overview(void);

#endif
