/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool.c - run programs and keep what they say */
#include "bridge/tool_p.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void limit(int what, rlim_t value)
{
	struct rlimit limits = { value, value };

	setrlimit(what, &limits);
}

/* In the child; only what is safe behind fork(). */
static void prepare_child(void *data)
{
	const struct tool_run *run = data;
	int fd = open(run->input ? run->input : "/dev/null", O_RDONLY);

	if (run->seconds)
		limit(RLIMIT_CPU, run->seconds);
	if (run->memory_mb)
		limit(RLIMIT_AS, (rlim_t)run->memory_mb << 20);
	if (run->seconds || run->memory_mb)
		limit(RLIMIT_CORE, 0);
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
		    prepare_child, (void *)(uintptr_t)run, -1, -1, errors, NULL, NULL, 0, &pid,
		    NULL, &fd, NULL, err)) {
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

/* --- many at a time --------------------------------------------------------------------------- */

struct crew {
	GFunc work;
	void *data;
	guint done; /* atomic */
};

static void do_job(void *job, void *data)
{
	struct crew *crew = data;

	crew->work(job, crew->data);
	g_atomic_int_inc(&crew->done);
}

void tool_run_jobs(const GPtrArray *jobs, GFunc work, void *data, unsigned n, const char *title,
		   struct console *con)
{
	struct crew crew = { .work = work, .data = data };
	GThreadPool *threads = g_thread_pool_new(
		do_job, &crew, (gint)(n ? n : g_get_num_processors()), FALSE, NULL);
	guint done;

	for (guint i = 0; i < jobs->len; i++)
		g_thread_pool_push(threads, jobs->pdata[i], NULL);
	console_begin(con, title, jobs->len);
	while ((done = (guint)g_atomic_int_get(&crew.done)) < jobs->len) {
		console_step(con, done);
		g_usleep(G_USEC_PER_SEC / 20);
	}
	console_done(con);
	g_thread_pool_free(threads, FALSE, TRUE);
}
