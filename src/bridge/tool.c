/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool.c - run a program and keep what it says */
#include "bridge/tool_p.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child; only what is safe behind fork(). */
static void prepare_child(void *data)
{
	const char *input = data;
	int fd = open(input ? input : "/dev/null", O_RDONLY);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		_exit(127);
	if (fd != STDIN_FILENO)
		close(fd);
}

static bool read_all(int fd, GString *text)
{
	char buffer[65536];
	ssize_t n = read(fd, buffer, sizeof(buffer));

	if (n > 0)
		g_string_append_len(text, buffer, n);
	return n > 0;
}

/* Standard error goes to a file, so that one pipe is left and nobody waits for anybody. */
static bool spawn(const struct tool_run *run, int errors, struct tool_result *result, GError **err)
{
	GString *out = g_string_new(NULL);
	int fd, status = 0;
	GPid pid;

	if (!g_spawn_async_with_pipes_and_fds(
		    run->directory, run->argv, (const char *const *)run->envp,
		    G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN,
		    prepare_child, (void *)(uintptr_t)run->input, -1, -1, errors, NULL, NULL, 0,
		    &pid, NULL, &fd, NULL, err)) {
		g_string_free(out, TRUE);
		return false;
	}
	while (read_all(fd, out))
		;
	close(fd);
	waitpid(pid, &status, 0);
	result->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	result->out_size = out->len;
	result->out = g_string_free(out, FALSE);
	return true;
}

static char *text_of(int fd)
{
	GString *text = g_string_new(NULL);

	lseek(fd, 0, SEEK_SET);
	while (read_all(fd, text))
		;
	return g_string_free(text, FALSE);
}

bool tool_run(const struct tool_run *run, struct tool_result *result, GError **err)
{
	g_autofree char *name = NULL;
	int errors = g_file_open_tmp("lockgraph-XXXXXX", &name, err);
	bool ok;

	memset(result, 0, sizeof(*result));
	if (errors < 0)
		return false;
	unlink(name);
	ok = spawn(run, errors, result, err);
	if (ok)
		result->err = text_of(errors);
	else
		g_prefix_error(err, "cannot run '%s': ", run->argv[0]);
	close(errors);
	return ok;
}

void tool_result_clear(struct tool_result *result)
{
	g_clear_pointer(&result->out, g_free);
	g_clear_pointer(&result->err, g_free);
}

char *tool_reason(const struct tool_result *result)
{
	const char *line = result->err ? result->err : "";

	while (g_str_has_prefix(line, "fatal: ") || g_str_has_prefix(line, "error: "))
		line += strlen("fatal: ");
	if (!*line)
		return g_strdup_printf("it ended with status %d and said nothing", result->status);
	return g_strndup(line, strcspn(line, "\n"));
}
