/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* _exit(): buffers and handlers of the parent are the parent's. */
static void __attribute__((noreturn)) run(child_work work, void *data, pid_t parent)
{
	bool ok = false;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == parent)
		ok = work(data);
	fflush(stderr);
	_exit(ok ? 0 : 1);
}

pid_t child_start(child_work work, void *data, GError **err)
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		run(work, data, parent);
	if (pid > 0)
		return pid;
	g_set_error(err, G_FILE_ERROR, g_file_error_from_errno(errno),
		    "cannot start another process: %s", g_strerror(errno));
	return 0;
}

bool child_wait(pid_t pid, GError **err)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		g_set_error(err, G_FILE_ERROR, G_FILE_ERROR_FAILED,
			    "a process that did a part of the work was killed: %s",
			    strsignal(WTERMSIG(status)));
	return WIFEXITED(status) && !WEXITSTATUS(status);
}
