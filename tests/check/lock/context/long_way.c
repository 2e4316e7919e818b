/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes a circle of locks doubtful makes this so, too: a long way with a call under a condition
 * that nobody on it is known to fulfil is a note.
 */
#include "kernel.h"

struct clock {
	raw_spinlock_t raw;
	spinlock_t lock;
	int armed, level;
};

static void clock_unset(struct clock *c)
{
	spin_lock(&c->lock); // finds lock/context [note]: clock->lock, which sleeps on PREEMPT_RT
	c->armed = 0;
	spin_unlock(&c->lock);
}

static void clock_shutdown(struct clock *c)
{
	if (c->armed)
		clock_unset(c);
}

static void clock_switch(struct clock *c)
{
	c->level++;
	clock_shutdown(c);
}

static void clock_state(struct clock *c)
{
	c->level++;
	clock_switch(c);
}

static void clock_exchange(struct clock *c)
{
	c->level++;
	clock_state(c);
}

static void clock_replace(struct clock *c)
{
	c->level++;
	clock_exchange(c);
}

static void clock_detach(struct clock *c)
{
	c->level++;
	clock_replace(c);
}

static void clock_drop(struct clock *c)
{
	c->level++;
	clock_detach(c);
}

static void clock_leave(struct clock *c)
{
	c->level++;
	clock_drop(c);
}

void clock_install(struct clock *c)
{
	raw_spin_lock(&c->raw);
	clock_leave(c);
	raw_spin_unlock(&c->raw);
}

struct alarm {
	raw_spinlock_t raw;
	spinlock_t lock;
	int armed;
};

static void alarm_shutdown_bad(struct alarm *a)
{
	if (!a->armed)
		return;
	spin_lock(&a->lock); // finds lock/context [warning]: alarm->lock, which sleeps on PREEMPT_RT
	a->armed = 0;
	spin_unlock(&a->lock);
}

void alarm_install_bad(struct alarm *a)
{
	raw_spin_lock(&a->raw);
	alarm_shutdown_bad(a); // step
	raw_spin_unlock(&a->raw);
}
