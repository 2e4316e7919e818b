/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * output.c - reports appear whole or not at all
 *
 * A graph is written piece by piece, as it may be larger than what should be held in memory; so
 * it goes to a temporary file in the same folder that is renamed at the end. Devices and pipes
 * are written to as they are.
 */
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(const char *what, const char *path, int error, GError **err)
{
	g_set_error(err, G_FILE_ERROR, (gint)g_file_error_from_errno(error), "cannot %s '%s': %s",
		    what, path, g_strerror(error));
	return false;
}

static bool is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode);
}

static bool open_temporary(struct output *out, GError **err)
{
	int fd;

	out->temporary = g_strconcat(out->path, ".XXXXXX", NULL);
	fd = g_mkstemp_full(out->temporary, O_RDWR, 0666);
	out->to = fd < 0 ? NULL : fdopen(fd, "w");
	if (out->to)
		return true;
	fail("write", out->path, errno, err);
	g_clear_pointer(&out->temporary, g_free);
	g_clear_pointer(&out->path, g_free);
	return false;
}

bool output_open(struct output *out, const char *path, GError **err)
{
	*out = (struct output){ .path = g_strdup(path) };
	if (!strcmp(path, "-")) {
		out->to = stdout;
		return true;
	}
	if (!is_special(path))
		return open_temporary(out, err);
	out->to = fopen(path, "we");
	if (out->to)
		return true;
	fail("open", path, errno, err);
	g_clear_pointer(&out->path, g_free);
	return false;
}

/* Everything has reached the file; its error, or 0. */
static int flush(struct output *out)
{
	if (fflush(out->to) || ferror(out->to))
		return errno ? errno : EIO;
	if (out->temporary && fsync(fileno(out->to)))
		return errno;
	return 0;
}

bool output_close(struct output *out, GError **err)
{
	bool is_stdout = out->to == stdout;
	int error;

	errno = 0;
	error = flush(out);
	if (!is_stdout && fclose(out->to) && !error)
		error = errno;
	if (out->temporary && !error && g_rename(out->temporary, out->path))
		error = errno;
	if (out->temporary && error)
		g_unlink(out->temporary);
	if (error && is_stdout) {
		clearerr(stdout); /* told here, so the end of the process need not tell it again */
		g_set_error(err, G_FILE_ERROR, (gint)g_file_error_from_errno(error),
			    "cannot write to standard output: %s", g_strerror(error));
	} else if (error) {
		fail("write", out->path, error, err);
	}
	g_free(out->temporary);
	g_free(out->path);
	*out = (struct output){ 0 };
	return !error;
}

void output_abandon(struct output *out)
{
	if (out->to != stdout)
		fclose(out->to);
	if (out->temporary)
		g_unlink(out->temporary);
	g_free(out->temporary);
	g_free(out->path);
	*out = (struct output){ 0 };
}
