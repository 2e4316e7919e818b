/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the object holds decides whether there is anything to do: callers could look at it, too, and
 * would know that the lock is held, but none does.
 */
#include "kernel.h"

struct timer_wheel {
	struct mutex lock;
	int running, ticks;
};

void wheel_stop_bad(struct timer_wheel *w)
{
	mutex_lock(&w->lock); // step
	if (!w->running)
		return; // finds lock/imbalance: returns with w->lock held
	w->running = 0;
	mutex_unlock(&w->lock);
} // step

int wheel_tick_bad(struct timer_wheel *w)
{
	mutex_lock(&w->lock); // step
	if (!w->running)
		return 0; // finds lock/imbalance: returns with w->lock held
	w->ticks++;
	mutex_unlock(&w->lock);
	return 0; // step
}

void wheel_start_ok(struct timer_wheel *w)
{
	mutex_lock(&w->lock);
	if (w->running) {
		mutex_unlock(&w->lock);
		return;
	}
	w->running = 1;
	mutex_unlock(&w->lock);
}

/* Only a wheel that is shared has a lock, and that it is shared does not change. */
struct shared_wheel {
	struct mutex lock;
	int shared, ticks;
};

void wheel_work(struct shared_wheel *w);

void shared_tick_ok(struct shared_wheel *w)
{
	if (w->shared)
		mutex_lock(&w->lock);
	wheel_work(w);
	if (w->shared)
		mutex_unlock(&w->lock);
}

/* A lock function whose callers look. */
struct lent_wheel {
	struct mutex lock;
	int running, ticks;
};

static void lent_begin_ok(struct lent_wheel *w)
{
	mutex_lock(&w->lock);
	if (w->running)
		return;
	mutex_unlock(&w->lock);
}

void lent_tick_ok(struct lent_wheel *w)
{
	lent_begin_ok(w);
	if (!w->running)
		return;
	w->ticks++;
	mutex_unlock(&w->lock);
}
