/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * checks_apart.c - the checks that do not ask the lock graph, in a process of their own
 *
 * They only read what is finished before the graph is built, and a finding is text and numbers. So
 * a copy of this process runs them meanwhile, and its findings come back through a file in memory.
 * Where there can be no such process, or it does not live to the end, they run in this one.
 */
#include "cmd/analysis_p.h"

#include "base/child.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct checks_apart {
	struct analysis *analysis;
	pid_t pid; /* 0: there is no such process */
	int fd;
};

static bool write_all(int fd, const char *text, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = write(fd, text + done, size - done);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

/* In the child; only what is found here is in the report's findings. */
static bool find_and_send(void *data)
{
	const struct checks_apart *apart = data;
	struct analysis *a = apart->analysis;
	g_autofree char *text = NULL;

	g_ptr_array_set_size(a->report->findings, 0);
	run_checks(a, CHECKS_OF_CODE);
	text = report_pack(a->report);
	return write_all(apart->fd, text, strlen(text));
}

struct checks_apart *checks_begin(struct analysis *a)
{
	struct checks_apart *apart = g_new0(struct checks_apart, 1);

	apart->analysis = a;
	apart->fd = memfd_create("lockgraph-findings", MFD_CLOEXEC);
	if (apart->fd >= 0 && a->options->jobs != 1 && g_get_num_processors() > 1)
		apart->pid = child_start(find_and_send, apart, NULL);
	return apart;
}

static bool receive(struct checks_apart *apart)
{
	struct report *report = apart->analysis->report;
	off_t size = lseek(apart->fd, 0, SEEK_END);
	char *text = size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, apart->fd, 0)
			      : MAP_FAILED;
	bool ok = text != MAP_FAILED && report_unpack_findings(report, text, (size_t)size);

	if (text != MAP_FAILED)
		munmap(text, (size_t)size);
	return ok;
}

void checks_end(struct checks_apart *apart)
{
	bool ok = apart->pid && child_wait(apart->pid, NULL) && receive(apart);

	if (!ok)
		run_checks(apart->analysis, CHECKS_OF_CODE);
	if (apart->fd >= 0)
		close(apart->fd);
	g_free(apart);
}
