/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool.c - worker processes: start, time limit, death, retry
 *
 * Each worker is a fork of this process and gets one job at a time over a socket pair. When one
 * dies, its job is all that is lost, and that job gets a second chance when nothing else runs,
 * without a precompiled header.
 */
#include "extract/extract_p.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct process {
	pid_t pid;
	int socket;
	int messages; /* what it writes to standard error, for the reason of a death */
	struct job job;
	bool busy, timed_out;
	gint64 deadline; /* monotonic, microseconds */
};

struct pool {
	const struct extract_env *env;
	GQueue *queue;	 /* struct job * */
	GQueue *retries; /* struct job *, each run alone */
	GPtrArray *processes;
	struct jobserver *jobserver;
	unsigned max_processes;
	job_done done;
	void *data;
	struct pool_usage *usage;
};

static void reap(struct pool *pool, struct process *process, int *status)
{
	struct rusage usage;
	size_t rss_mb;

	close(process->socket);
	close(process->messages);
	while (wait4(process->pid, status, 0, &usage) < 0 && errno == EINTR)
		;
	pool->usage->cpu_seconds += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
				    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	rss_mb = (size_t)usage.ru_maxrss >> 10;
	pool->usage->peak_rss_mb = MAX(pool->usage->peak_rss_mb, rss_mb);
	g_ptr_array_remove_fast(pool->processes, process);
}

static void run_child(struct pool *pool, int socket, int messages)
{
	int null = open("/dev/null", O_RDWR);

	for (guint i = 0; i < pool->processes->len; i++) {
		const struct process *other = pool->processes->pdata[i];

		/* Else that worker would not see its parent close the other end. */
		close(other->socket);
		close(other->messages);
	}
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(messages, STDERR_FILENO);
	worker_main(pool->env, socket);
}

static bool start_process(struct pool *pool, GError **err)
{
	struct process *process = g_new0(struct process, 1);
	int ends[2] = { -1, -1 };

	process->messages = memfd_create("lockgraph-worker", MFD_CLOEXEC);
	if (process->messages < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		goto fail;
	process->pid = fork();
	if (process->pid < 0)
		goto fail;
	if (!process->pid) {
		close(ends[0]);
		run_child(pool, ends[1], process->messages);
	}
	close(ends[1]);
	process->socket = ends[0];
	g_ptr_array_add(pool->processes, process);
	return true;
fail:
	g_set_error(err, G_FILE_ERROR, g_file_error_from_errno(errno),
		    "cannot start a worker process: %s", g_strerror(errno));
	if (ends[0] >= 0) {
		close(ends[0]);
		close(ends[1]);
	}
	if (process->messages >= 0)
		close(process->messages);
	g_free(process);
	return false;
}

static guint count_busy(const struct pool *pool)
{
	guint n = 0;

	for (guint i = 0; i < pool->processes->len; i++)
		n += ((const struct process *)pool->processes->pdata[i])->busy;
	return n;
}

static struct job *next_job(struct pool *pool)
{
	struct job *job = g_queue_pop_head(pool->queue);

	if (!job && !count_busy(pool))
		job = g_queue_pop_head(pool->retries);
	return job;
}

static bool has_work(const struct pool *pool)
{
	return !g_queue_is_empty(pool->queue) ||
	       (!g_queue_is_empty(pool->retries) && !count_busy(pool));
}

static void give(struct pool *pool, struct process *process)
{
	struct job *job = next_job(pool);

	if (!job)
		return;
	process->job = *job;
	process->busy = true;
	process->deadline = g_get_monotonic_time() +
			    (gint64)pool->env->options.timeout_seconds * G_USEC_PER_SEC;
	/* A base is many headers at once. */
	if (job->kind == JOB_BASE)
		process->deadline += (gint64)60 * G_USEC_PER_SEC;
	/* If it died meanwhile, poll() tells, and the job is treated as lost. */
	if (send(process->socket, job, sizeof(*job), MSG_NOSIGNAL) < 0)
		kill(process->pid, SIGKILL);
	g_free(job);
}

/* The end of what a dead worker said: LLVM explains some of its deaths. */
static bool says(const struct process *process, const char *const *words)
{
	char text[4096];
	off_t size = lseek(process->messages, 0, SEEK_END);
	ssize_t n = pread(process->messages, text, sizeof(text) - 1,
			  MAX(size - (off_t)sizeof(text) + 1, 0));

	text[MAX(n, 0)] = '\0';
	for (; *words; words++)
		if (strstr(text, *words))
			return true;
	return false;
}

static void explain_death(const struct pool *pool, const struct process *process, int status,
			  bool no_memory, struct job_reply *reply)
{
	const struct extract_options *options = &pool->env->options;
	const char *stage = "crash";

	if (process->timed_out) {
		stage = "timeout";
		g_snprintf(reply->text, sizeof(reply->text), "not read within %u seconds",
			   options->timeout_seconds);
	} else if (no_memory) {
		stage = "memory";
		g_snprintf(reply->text, sizeof(reply->text), "needs more than %u MB to be read",
			   options->memory_mb);
	} else if (WIFSIGNALED(status)) {
		g_snprintf(reply->text, sizeof(reply->text),
			   "the parser was ended by signal %d (%s)", WTERMSIG(status),
			   strsignal(WTERMSIG(status)));
	} else {
		g_snprintf(reply->text, sizeof(reply->text), "the parser gave up with status %d",
			   WEXITSTATUS(status));
	}
	g_strlcpy(reply->stage, stage, sizeof(reply->stage));
}

static void push_retry(struct pool *pool, const struct job *job)
{
	struct job *again = g_new(struct job, 1);

	*again = *job;
	again->is_retry = true;
	g_queue_push_tail(pool->retries, again);
}

static void bury(struct pool *pool, struct process *process)
{
	static const char *const memory_words[] = { "out of memory", "bad_alloc",
						    "failed to allocate", "pthread_create failed",
						    NULL };
	bool no_memory = says(process, memory_words);
	struct job_reply reply = { 0 };
	struct job job = process->job;
	bool lost_job = process->busy, timed_out = process->timed_out;
	struct process copy = *process;
	int status = 0;

	kill(process->pid, SIGKILL);
	reap(pool, process, &status);
	if (!lost_job)
		return;
	if (job.kind == JOB_UNIT && !job.is_retry && !timed_out) {
		push_retry(pool, &job);
		return;
	}
	explain_death(pool, &copy, status, no_memory, &reply);
	pool->done(pool->data, &job, &reply);
}

static void hear(struct pool *pool, struct process *process)
{
	struct job_reply reply;
	struct job job = process->job;

	if (recv(process->socket, &reply, sizeof(reply), MSG_DONTWAIT) != sizeof(reply)) {
		bury(pool, process);
		return;
	}
	process->busy = false;
	pool->done(pool->data, &job, &reply);
}

static void end_overdue(struct pool *pool, gint64 now)
{
	for (guint i = 0; i < pool->processes->len; i++) {
		struct process *process = pool->processes->pdata[i];

		if (!process->busy || process->timed_out || now < process->deadline)
			continue;
		process->timed_out = true;
		kill(process->pid, SIGKILL);
	}
}

static int milliseconds_left(const struct pool *pool)
{
	gint64 now = g_get_monotonic_time(), left = G_USEC_PER_SEC * 60;

	for (guint i = 0; i < pool->processes->len; i++) {
		const struct process *process = pool->processes->pdata[i];

		if (process->busy && !process->timed_out)
			left = MIN(left, process->deadline - now);
	}
	return (int)(MAX(left, 0) / 1000) + 1;
}

/* One worker is ours by right, each more costs a token when make hands them out. */
static bool may_start(struct pool *pool)
{
	if (!has_work(pool) || pool->processes->len >= pool->max_processes)
		return false;
	return !pool->processes->len || !pool->jobserver || jobserver_take(pool->jobserver);
}

static struct process *idle_process(const struct pool *pool)
{
	for (guint i = 0; i < pool->processes->len; i++) {
		struct process *process = pool->processes->pdata[i];

		if (!process->busy)
			return process;
	}
	return NULL;
}

static bool hand_out(struct pool *pool, GError **err)
{
	g_autoptr(GError) failure = NULL;

	while (has_work(pool)) {
		if (!idle_process(pool) && !may_start(pool))
			return true;
		if (!idle_process(pool) && !start_process(pool, &failure))
			break;
		give(pool, idle_process(pool));
	}
	if (!failure)
		return true;
	/* Those that run will do. */
	pool->max_processes = pool->processes->len;
	if (pool->max_processes)
		return true;
	g_propagate_error(err, g_steal_pointer(&failure));
	return false;
}

static void wait_for_news(struct pool *pool)
{
	guint n = pool->processes->len;
	g_autofree struct pollfd *fds = g_new0(struct pollfd, n + 1);
	g_autofree struct process **who = g_new0(struct process *, n + 1);
	bool wants_token = pool->jobserver && has_work(pool) && n < pool->max_processes;

	for (guint i = 0; i < n; i++) {
		who[i] = pool->processes->pdata[i];
		fds[i] = (struct pollfd){ .fd = who[i]->socket, .events = POLLIN };
	}
	fds[n] = (struct pollfd){ .fd = wants_token ? jobserver_fd(pool->jobserver) : -1,
				  .events = POLLIN };
	if (poll(fds, n + 1, milliseconds_left(pool)) > 0)
		for (guint i = 0; i < n; i++)
			if (fds[i].revents)
				hear(pool, who[i]);
	end_overdue(pool, g_get_monotonic_time());
}

static void stop_all(struct pool *pool)
{
	while (pool->processes->len) {
		struct process *process = pool->processes->pdata[0];
		int status;

		/* An idle worker only waits for us; a busy one is left over from an error. */
		kill(process->pid, SIGKILL);
		reap(pool, process, &status);
	}
}

static unsigned choose_jobs(const struct extract_options *options, struct jobserver **jobserver)
{
	if (options->jobs)
		return options->jobs;
	*jobserver = jobserver_open();
	if (*jobserver && jobserver_is_serial(*jobserver))
		return 1;
	return g_get_num_processors();
}

bool pool_run(const struct extract_env *env, GQueue *queue, job_done done, void *data,
	      struct pool_usage *usage, GError **err)
{
	struct pool pool = {
		.env = env, .queue = queue, .done = done, .data = data, .usage = usage
	};
	bool ok = true;

	pool.retries = g_queue_new();
	pool.processes = g_ptr_array_new_with_free_func(g_free);
	pool.max_processes = choose_jobs(&env->options, &pool.jobserver);
	while (ok && (has_work(&pool) || count_busy(&pool))) {
		ok = hand_out(&pool, err);
		if (ok)
			wait_for_news(&pool);
	}
	stop_all(&pool);
	jobserver_close(pool.jobserver);
	g_queue_free_full(pool.retries, g_free);
	g_ptr_array_unref(pool.processes);
	return ok;
}
