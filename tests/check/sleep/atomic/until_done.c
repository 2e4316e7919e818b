/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop around a function that changes what it asks for: it ends, and what comes after it runs.
 * That the lock is taken in the first turn only, what memory holds then would have to tell.
 */
#include "kernel.h"

#define DUMMY ((void *)~0ul)

struct exec {
	struct mutex *contended;
	struct mutex ticket;
	unsigned int n;
};

static void exec_init(struct exec *exec)
{
	exec->n = 0;
	exec->contended = DUMMY;
}

static bool exec_cleanup(struct exec *exec)
{
	if (!exec->contended)
		return false;
	if (exec->contended == DUMMY) {
		exec->contended = NULL;
		mutex_lock(&exec->ticket);
		return true;
	}
	exec->n = 0;
	return true;
}

struct queue {
	spinlock_t lock;
	struct mutex mutex;
	struct exec exec;
	struct mutex *objects[8];
};

static int lock_objects(struct queue *q, unsigned int n)
{
	exec_init(&q->exec);
	while (exec_cleanup(&q->exec)) { // wrongly deadlock/self: exec->ticket is taken
		unsigned int i;

		for (i = 0; i < n; i++)
			q->exec.n++;
	}
	return 0;
}

int queue_submit_bad(struct queue *q, unsigned int n)
{
	int ret = lock_objects(q, n);

	if (ret)
		return ret;
	spin_lock(&q->lock);
	mutex_lock(&q->mutex); // finds sleep/atomic [error, high]: while queue->lock
	mutex_unlock(&q->mutex);
	spin_unlock(&q->lock);
	mutex_unlock(&q->exec.ticket);
	return 0;
}

int queue_submit_ok(struct queue *q, unsigned int n)
{
	int ret = lock_objects(q, n);

	if (ret)
		return ret;
	mutex_lock(&q->mutex);
	spin_lock(&q->lock);
	spin_unlock(&q->lock);
	mutex_unlock(&q->mutex);
	mutex_unlock(&q->exec.ticket);
	return 0;
}
