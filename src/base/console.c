/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/console.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 20
#define REDRAW_INTERVAL (G_USEC_PER_SEC / 10)

/* A guess of the time left means nothing before the stage has run for a while. */
#define SECONDS_BEFORE_GUESS 1

/* Back to the first column, and clear to the end of the line. */
#define CLEAR_LINE "\r\033[K"

struct console {
	enum console_level level;
	bool terminal;
	const char *what; /* NULL while no stage runs */
	size_t total, done;
	gint64 began, drawn;
	bool visible;
};

struct console *console_new(enum console_level level)
{
	struct console *con = g_new0(struct console, 1);
	const char *term = g_getenv("TERM");

	con->level = level;
	con->terminal = isatty(STDERR_FILENO) && g_strcmp0(term, "dumb");
	return con;
}

void console_free(struct console *con)
{
	if (!con)
		return;
	console_done(con);
	g_free(con);
}

void console_hide_bar(struct console *con)
{
	con->terminal = false;
}

static void hide(struct console *con)
{
	if (con->visible)
		fputs(CLEAR_LINE, stderr);
	con->visible = false;
}

static void print_time_left(const struct console *con, gint64 now)
{
	double seconds = (double)(now - con->began) / G_USEC_PER_SEC;
	unsigned long left;

	if (!con->done || seconds < SECONDS_BEFORE_GUESS)
		return;
	left = (unsigned long)(seconds * (double)(con->total - con->done) / (double)con->done);
	fprintf(stderr, " %lu:%02lu left", left / 60, left % 60);
}

static void draw(struct console *con, gint64 now)
{
	size_t filled = con->total ? con->done * BAR_WIDTH / con->total : 0;
	size_t i;

	fprintf(stderr, CLEAR_LINE "%s  %zu/%zu [", con->what, con->done, con->total);
	for (i = 0; i < BAR_WIDTH; i++)
		fputc(i < filled ? '=' : i == filled ? '>' : ' ', stderr);
	fputc(']', stderr);
	print_time_left(con, now);
	fflush(stderr);
	con->drawn = now;
	con->visible = true;
}

/* One line, with the bar taken away around it. */
static void __attribute__((format(printf, 3, 0)))
print_line(struct console *con, const char *prefix, const char *format, va_list args)
{
	g_autofree char *text = g_strdup_vprintf(format, args);
	bool redraw = con->visible;

	hide(con);
	fprintf(stderr, "lockgraph: %s%s\n", prefix, text);
	if (redraw)
		draw(con, g_get_monotonic_time());
}

void console_error(struct console *con, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(con, "", format, args);
	va_end(args);
}

void console_warn(struct console *con, const char *format, ...)
{
	va_list args;

	if (con->level < CONSOLE_NORMAL)
		return;
	va_start(args, format);
	print_line(con, "warning: ", format, args);
	va_end(args);
}

void console_verbose(struct console *con, const char *format, ...)
{
	va_list args;

	if (con->level < CONSOLE_VERBOSE)
		return;
	va_start(args, format);
	print_line(con, "", format, args);
	va_end(args);
}

void console_begin(struct console *con, const char *what, size_t total)
{
	console_done(con);
	con->what = what;
	con->total = total;
	con->done = 0;
	con->began = g_get_monotonic_time();
	con->drawn = 0;
}

void console_step(struct console *con, size_t done)
{
	gint64 now;

	con->done = MIN(done, con->total);
	if (!con->what || !con->terminal || con->level < CONSOLE_NORMAL)
		return;
	now = g_get_monotonic_time();
	if (now - con->drawn >= REDRAW_INTERVAL)
		draw(con, now);
}

void console_done(struct console *con)
{
	hide(con);
	fflush(stderr);
	con->what = NULL;
}
