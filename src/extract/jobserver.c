/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jobserver.c - make's job tokens
 *
 * make gives each recipe one job for nothing and keeps a token, one byte in a pipe, for every
 * other job that may run. See "POSIX Jobserver" in the GNU make manual.
 */
#include "extract/extract_p.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct jobserver {
	int read_fd, write_fd; /* -1: make runs serially or has closed them for us */
	GByteArray *tokens;    /* taken, as they were */
};

/*
 * The pipe is shared with make and all its children, so its flags must stay as they are; opening
 * it anew gives a description of our own that need not block.
 */
static int reopen(int fd, int flags)
{
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

	return open(path, flags | O_CLOEXEC);
}

static bool open_ends(struct jobserver *server, const char *auth)
{
	int from, to;

	if (g_str_has_prefix(auth, "fifo:")) {
		server->read_fd = open(auth + 5, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		server->write_fd = open(auth + 5, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	} else if (sscanf(auth, "%d,%d", &from, &to) == 2 && from >= 0 && to >= 0) {
		server->read_fd = reopen(from, O_RDONLY | O_NONBLOCK);
		server->write_fd = reopen(to, O_WRONLY);
	}
	return server->read_fd >= 0 && server->write_fd >= 0;
}

/* The value of the last --jobserver-auth (or, before make 4.2, -fds); "" where there is none. */
static char *find_auth(const char *makeflags)
{
	g_auto(GStrv) words = g_strsplit(makeflags, " ", -1);
	const char *auth = "";

	for (char **word = words; *word; word++) {
		if (g_str_has_prefix(*word, "--jobserver-auth=") ||
		    g_str_has_prefix(*word, "--jobserver-fds="))
			auth = strchr(*word, '=') + 1;
	}
	return g_strdup(auth);
}

struct jobserver *jobserver_open(void)
{
	const char *makeflags = g_getenv("MAKEFLAGS");
	g_autofree char *auth = NULL;
	struct jobserver *server;

	if (!makeflags)
		return NULL;
	auth = find_auth(makeflags);
	if (!*auth)
		return NULL;
	server = g_new0(struct jobserver, 1);
	server->read_fd = -1;
	server->write_fd = -1;
	server->tokens = g_byte_array_new();
	if (open_ends(server, auth))
		return server;
	if (server->read_fd >= 0)
		close(server->read_fd);
	if (server->write_fd >= 0)
		close(server->write_fd);
	server->read_fd = -1;
	server->write_fd = -1;
	return server;
}

void jobserver_close(struct jobserver *server)
{
	if (!server)
		return;
	for (guint i = 0; i < server->tokens->len; i++)
		while (write(server->write_fd, &server->tokens->data[i], 1) < 0 && errno == EINTR)
			;
	if (!jobserver_is_serial(server)) {
		close(server->read_fd);
		close(server->write_fd);
	}
	g_byte_array_unref(server->tokens);
	g_free(server);
}

bool jobserver_take(struct jobserver *server)
{
	guint8 token;

	if (jobserver_is_serial(server) || read(server->read_fd, &token, 1) != 1)
		return false;
	g_byte_array_append(server->tokens, &token, 1);
	return true;
}

int jobserver_fd(const struct jobserver *server)
{
	return server->read_fd;
}

bool jobserver_is_serial(const struct jobserver *server)
{
	return server->read_fd < 0;
}
