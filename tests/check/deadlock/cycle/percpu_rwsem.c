/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers of a percpu_rw_semaphore wait for a writer: they are in a circle like writers. */
#include "kernel.h"

struct group {
	struct percpu_rw_semaphore threads;
	struct mutex attach;
};

void group_fork_bad(struct group *g)
{
	percpu_down_read(&g->threads);
	mutex_lock(&g->attach); // finds deadlock/cycle: attach -> threads -> attach
	mutex_unlock(&g->attach);
	percpu_up_read(&g->threads);
}

void group_move_bad(struct group *g)
{
	mutex_lock(&g->attach);
	percpu_down_write(&g->threads); // step
	percpu_up_write(&g->threads);
	mutex_unlock(&g->attach);
}

struct good_group {
	struct percpu_rw_semaphore threads;
	struct mutex attach;
};

void good_group_fork_ok(struct good_group *g)
{
	percpu_down_read(&g->threads);
	percpu_up_read(&g->threads);
	mutex_lock(&g->attach);
	mutex_unlock(&g->attach);
}

void good_group_move_ok(struct good_group *g)
{
	mutex_lock(&g->attach);
	percpu_down_write(&g->threads);
	percpu_up_write(&g->threads);
	mutex_unlock(&g->attach);
}
