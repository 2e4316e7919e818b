/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loops that let go of the lock and take it again. */
#include "kernel.h"

struct job {
	struct list_head entry;
	bool done;
};

struct worker {
	spinlock_t lock;
	struct mutex slow;
	struct list_head jobs;
	int stop;
};

void handle(struct job *job);

void drain_ok(struct worker *w)
{
	spin_lock(&w->lock);
	while (!list_empty(&w->jobs)) {
		struct job *job = list_first_entry(&w->jobs, struct job, entry);

		list_del(&job->entry);
		spin_unlock(&w->lock);
		handle(job);
		spin_lock(&w->lock);
	}
	spin_unlock(&w->lock);
}

/* One turn ends without taking it again. */
void drain_bad(struct worker *w)
{
	spin_lock(&w->lock);
	while (!list_empty(&w->jobs)) {
		struct job *job = list_first_entry(&w->jobs, struct job, entry);

		list_del(&job->entry);
		spin_unlock(&w->lock); // finds lock/imbalance
		if (job->done)
			continue;
		handle(job);
		spin_lock(&w->lock);
	}
	spin_unlock(&w->lock); // finds lock/imbalance
}

int poll_ok(struct worker *w)
{
	int turns = 0;

	for (;;) {
		mutex_lock(&w->slow);
		if (w->stop)
			break;
		mutex_unlock(&w->slow);
		turns++;
	}
	mutex_unlock(&w->slow);
	return turns;
}

int poll_bad(struct worker *w)
{
	int turns = 0;

	for (;;) {
		mutex_lock(&w->slow); // step
		if (w->stop < 0)
			return -EINTR; // finds lock/imbalance
		if (w->stop)
			break;
		mutex_unlock(&w->slow);
		turns++;
	}
	mutex_unlock(&w->slow);
	return turns;
}

int again_ok(struct worker *w)
{
again:
	spin_lock(&w->lock);
	if (w->stop > 0) {
		spin_unlock(&w->lock);
		schedule();
		goto again;
	}
	spin_unlock(&w->lock);
	return 0;
}

/* A lock that another loop takes for all, and this one releases for all. */
void all_ok(struct worker *workers, int n)
{
	int i;

	for (i = 0; i < n; i++)
		mutex_lock_nested(&workers[i].slow, i);
	while (--i >= 0)
		mutex_unlock(&workers[i].slow);
}
