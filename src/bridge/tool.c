/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tool.c - run programs and keep what they say */
#include "bridge/tool_p.h"

#include <errno.h>
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

/* What the child needs, and what it has to say. */
struct start {
	const struct tool_run *run;
	int in, out, errors;
	volatile int error; /* why it did not begin */
};

/* In the child, which has the parent's memory: system calls only. */
static void __attribute__((noreturn)) begin(struct start *start)
{
	const struct tool_run *run = start->run;

	if (run->seconds)
		limit(RLIMIT_CPU, run->seconds);
	if (run->memory_mb)
		limit(RLIMIT_AS, (rlim_t)run->memory_mb << 20);
	if (run->seconds || run->memory_mb)
		limit(RLIMIT_CORE, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_DFL);
	if (dup2(start->in, STDIN_FILENO) >= 0 && dup2(start->out, STDOUT_FILENO) >= 0 &&
	    dup2(start->errors, STDERR_FILENO) >= 0 && (!run->directory || !chdir(run->directory)))
		execvpe(run->argv[0], (char *const *)(uintptr_t)run->argv,
			run->envp ? run->envp : environ);
	start->error = errno;
	_exit(127);
}

/*
 * vfork(): fork() would copy the page tables of all facts and summaries for each of some hundred
 * programs, and have this process fault all pages in again: half of the time with sparse.
 */
static pid_t start_child(struct start *start)
{
	pid_t pid = vfork();

	if (!pid)
		begin(start);
	if (pid < 0)
		start->error = errno;
	else if (start->error)
		waitpid(pid, NULL, 0);
	return start->error ? -1 : pid;
}

static pid_t start_with(const struct tool_run *run, int out, int errors, GError **err)
{
	const char *input = run->input ? run->input : "/dev/null";
	struct start start = {
		.run = run,
		.in = open(input, O_RDONLY | O_CLOEXEC),
		.out = out,
		.errors = errors,
	};
	pid_t pid = start.in < 0 ? -1 : start_child(&start);

	if (start.in < 0)
		start.error = errno;
	else
		close(start.in);
	if (pid < 0)
		g_set_error(err, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "%s",
			    g_strerror(start.error));
	return pid;
}

static bool read_all(int fd, GString *text)
{
	char buffer[65536];
	ssize_t n = read(fd, buffer, sizeof(buffer));

	if (n > 0)
		g_string_append_len(text, buffer, n);
	return n > 0 || (n < 0 && errno == EINTR);
}

static void take_output(pid_t pid, int fd, struct tool_result *result)
{
	GString *out = g_string_new(NULL);
	int status = 0;

	while (read_all(fd, out))
		;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	result->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	result->out_size = out->len;
	result->out = g_string_free(out, FALSE);
}

/* Standard error goes to a file, so that one pipe is left and nobody waits for anybody. */
static bool spawn(const struct tool_run *run, int errors, struct tool_result *result, GError **err)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC)) {
		g_set_error(err, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "%s", g_strerror(errno));
		return false;
	}
	pid = start_with(run, ends[1], errors, err);
	close(ends[1]);
	if (pid > 0)
		take_output(pid, ends[0], result);
	close(ends[0]);
	return pid > 0;
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
	fcntl(errors, F_SETFD, FD_CLOEXEC);
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
