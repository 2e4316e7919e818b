/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of several who hold the first lock, the one that takes the second itself is told. */
#include "kernel.h"

struct link {
	struct mutex lock;
	struct mutex queue;
	int state;
};

int link_state(struct link *l);

static void link_push(struct link *l)
{
	mutex_lock(&l->queue);
	l->state++;
	mutex_unlock(&l->queue);
}

static void link_leave(struct link *l)
{
	if (link_state(l) == 3)
		link_push(l);
}

void link_scan_ok(struct link *l)
{
	mutex_lock(&l->lock);
	if (link_state(l) != 3)
		link_leave(l);
	mutex_unlock(&l->lock);
}

void link_join_bad(struct link *l)
{
	mutex_lock(&l->lock);
	mutex_lock(&l->queue); // finds deadlock/cycle [error, high]: link->lock and link->queue
	mutex_unlock(&l->queue);
	mutex_unlock(&l->lock);
}

void link_send_bad(struct link *l)
{
	mutex_lock(&l->queue);
	mutex_lock(&l->lock); // step
	mutex_unlock(&l->lock);
	mutex_unlock(&l->queue);
}
