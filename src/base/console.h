/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * console.h - what the user sees while it runs: messages and a progress bar
 *
 * Everything goes to standard error, so that a report on standard output stays clean. The bar
 * shows on a terminal only, is redrawn at most ten times a second, and is taken away around a
 * message. Knows nothing of what is being counted.
 */
#ifndef LOCKGRAPH_BASE_CONSOLE_H
#define LOCKGRAPH_BASE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

struct console;

enum console_level {
	CONSOLE_QUIET,	 /* errors only */
	CONSOLE_NORMAL,	 /* errors, warnings, progress bar */
	CONSOLE_VERBOSE, /* and what each stage did */
};

struct console *console_new(enum console_level level);
void console_free(struct console *con);

/* No bar from now on: another process shows one. */
void console_hide_bar(struct console *con);

/* Each prints one line "lockgraph: ..."; the format has no newline at its end. */
void console_error(struct console *con, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void console_warn(struct console *con, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void console_verbose(struct console *con, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A stage of @total steps begins: "reading units  63/150 [=====>    ] 0:12 left". @what is a
 * literal. console_step() may be called often. console_done() takes the bar away.
 */
void console_begin(struct console *con, const char *what, size_t total);
void console_step(struct console *con, size_t done);
void console_done(struct console *con);

#endif
