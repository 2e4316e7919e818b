/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A callee gives up both of its caller's locks for a while, and takes them again in order. */
#include "kernel.h"

struct volume {
	struct rw_semaphore commit;
};

struct block {
	struct volume *volume;
};

struct group {
	struct mutex mutex;
	struct block *block;
	struct volume *volume;
	bool more;
};

static void group_load(struct group *g)
{
	while (g->more) {
		up_read(&g->volume->commit);
		mutex_unlock(&g->mutex);
		msleep(1);
		mutex_lock(&g->mutex);
		down_read(&g->volume->commit);
	}
}

void group_thread_ok(struct group *g)
{
	mutex_lock(&g->mutex);
	down_read(&g->block->volume->commit);
	group_load(g);
	up_read(&g->block->volume->commit);
	mutex_unlock(&g->mutex);
}

/* Only one of the two is given up. */
struct zone {
	struct mutex mutex;
	struct rw_semaphore sem;
	bool more;
};

static void zone_load(struct zone *z)
{
	while (z->more) {
		mutex_unlock(&z->mutex);
		msleep(1);
		mutex_lock(&z->mutex); // finds deadlock/cycle [error, high]: zone->mutex and zone->sem
	}
}

void zone_thread_bad(struct zone *z)
{
	mutex_lock(&z->mutex);
	down_read(&z->sem); // step
	zone_load(z);	    // step
	up_read(&z->sem);
	mutex_unlock(&z->mutex);
}
