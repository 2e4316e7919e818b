/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function that sleeps only if an argument says that it may. */
#include "kernel.h"

struct engine {
	spinlock_t lock;
	int busy;
};

static int engine_stop(struct engine *e, bool may_sleep)
{
	e->busy = 0;
	if (may_sleep)
		msleep(20); // step
	return 0;
}

static void engine_reset(struct engine *e, bool wait)
{
	if (e->busy)
		engine_stop(e, wait);
}

void reset_bad(struct engine *e)
{
	spin_lock(&e->lock);
	engine_reset(e, true); // finds sleep/atomic [error, high]: engine_reset() may sleep
	spin_unlock(&e->lock);
}

void reset_ok(struct engine *e)
{
	spin_lock(&e->lock);
	engine_reset(e, false);
	spin_unlock(&e->lock);
	engine_reset(e, true);
}

/* The pointer tells: who gives one has nothing to wait for. */
static void engine_free(struct engine *e, struct list_head *link)
{
	bool wait = !link;

	engine_reset(e, wait);
}

struct part {
	struct list_head link;
};

void free_bad(struct engine *e)
{
	spin_lock(&e->lock);
	engine_free(e, NULL); // finds sleep/atomic: engine_free() may sleep
	spin_unlock(&e->lock);
}

void free_ok(struct engine *e, struct part *p)
{
	spin_lock(&e->lock);
	engine_free(e, &p->link);
	spin_unlock(&e->lock);
}

struct motor {
	spinlock_t lock;
	int speed;
};

static void motor_stop(struct motor *m, bool wait)
{
	spin_lock(&m->lock);
	m->speed = 0;
	if (wait)
		msleep(5); // finds sleep/atomic: msleep() may sleep while
	spin_unlock(&m->lock);
}

void motor_remove_bad(struct motor *m)
{
	motor_stop(m, true); // step
}

/* Nobody asks it to wait. */
static void motor_slow(struct motor *m, bool wait)
{
	spin_lock(&m->lock);
	m->speed = 1;
	if (wait)
		msleep(5);
	spin_unlock(&m->lock);
}

void motor_set_ok(struct motor *m)
{
	motor_slow(m, false);
}
