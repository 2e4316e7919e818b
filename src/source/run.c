/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - run a program and keep what it says; locks between runs of ours */
#include "source/source_p.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * What a compiler or the user's own cross tools may need; MAKEFLAGS and KBUILD_* must not pass.
 * The kernel's makefiles ask git whether any of all files was changed, to call the release so: that
 * takes long, and a header would differ in each clone. So there is no repository for them.
 */
static char **clean_environment(void)
{
	static const char *const names[] = { "PATH", "HOME", "TMPDIR", "USER", "LOGNAME" };
	char **envp = g_environ_setenv(NULL, "LC_ALL", "C", TRUE);

	envp = g_environ_setenv(envp, "GIT_DIR", "/dev/null", TRUE);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = g_getenv(names[i]);

		if (value)
			envp = g_environ_setenv(envp, names[i], value, TRUE);
	}
	return envp;
}

/* In the child: a make whose lockgraph was killed must not go on writing. */
static void die_with_parent(void *unused)
{
	(void)unused;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

bool run_program(const char *directory, const char *const *argv, struct run_result *result,
		 GError **err)
{
	g_auto(GStrv) envp = clean_environment();
	int status;

	memset(result, 0, sizeof(*result));
	if (!g_spawn_sync(directory, (char **)argv, envp, G_SPAWN_SEARCH_PATH, die_with_parent,
			  NULL, &result->out, &result->err, &status, err)) {
		g_prefix_error(err, "cannot run '%s' in '%s': ", argv[0], directory);
		return false;
	}
	result->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return true;
}

void run_result_clear(struct run_result *result)
{
	g_free(result->out);
	g_free(result->err);
	memset(result, 0, sizeof(*result));
}

static bool is_telling(const char *line)
{
	static const char *const marks[] = { "error:",	  "not found",	   "No such file", "Error:",
					     "not clean", "not supported", "***" };

	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (strstr(line, marks[i]) && strlen(line) > strlen("*** "))
			return true;
	return false;
}

char *run_result_reason(const struct run_result *result)
{
	g_auto(GStrv) lines = g_strsplit(result->err, "\n", -1);
	const char *last = "it said nothing";

	for (char **line = lines; *line; line++) {
		g_strstrip(*line);
		if (is_telling(*line))
			return g_strdup(*line);
		if (**line)
			last = *line;
	}
	return g_strdup(last);
}

int lock_file(const char *path, struct console *con, GError **err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0) {
		g_set_error(err, SOURCE_ERROR, SOURCE_FAILED, "cannot make the lock file '%s': %s",
			    path, g_strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (con)
		console_verbose(con,
				"waiting for another run that prepares the same build directory");
	while (flock(fd, LOCK_EX) != 0) {
		if (errno == EINTR)
			continue;
		g_set_error(err, SOURCE_ERROR, SOURCE_FAILED, "cannot lock '%s': %s", path,
			    g_strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}
