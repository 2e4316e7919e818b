/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock that an object points to: it may be any that is held, and none where none is. */
#include "kernel.h"

struct fence {
	spinlock_t *lock;
	int n;
};

struct timeline {
	spinlock_t lock;
	struct work_struct work;
	struct fence fence;
};

static void fence_signal(struct fence *f)
{
	lockdep_assert_held(f->lock);
	f->n++;
}

static void timeline_release_ok(struct work_struct *work)
{
	struct timeline *t = container_of(work, struct timeline, work);

	spin_lock(&t->lock);
	fence_signal(&t->fence);
	spin_unlock(&t->lock);
}

void timeline_open_ok(struct timeline *t)
{
	INIT_WORK(&t->work, timeline_release_ok);
}

struct event {
	spinlock_t *lock;
	int n;
};

struct source {
	spinlock_t lock;
	struct work_struct work;
	struct event event;
};

static void event_signal(struct event *e)
{
	lockdep_assert_held(e->lock); // step
	e->n++;
}

static void source_release_bad(struct work_struct *work)
{
	struct source *s = container_of(work, struct source, work);

	event_signal(&s->event); // finds lock/not-held [error, high]: event_signal() is called without
}

void source_open_ok(struct source *s)
{
	INIT_WORK(&s->work, source_release_bad);
}
