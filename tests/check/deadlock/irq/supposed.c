/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function that nobody in sight calls is supposed to be a task's, with all switched on. Where it
 * calls others that take the lock, its real callers may have interrupts off: a note. Where something
 * on the way sleeps it is a task's, and it is a finding.
 */
#include "kernel.h"

struct timer {
	spinlock_t lock;
	int next;
};

static irqreturn_t timer_irq_ok(int irq, void *data)
{
	struct timer *t = data;

	spin_lock(&t->lock);
	t->next = 0;
	spin_unlock(&t->lock);
	return IRQ_HANDLED;
}

static int timer_look(struct timer *t)
{
	int next;

	spin_lock(&t->lock); // finds deadlock/irq [note]: timer.lock is taken with interrupts on here
	next = t->next;
	spin_unlock(&t->lock);
	return next;
}

/* The idle loop calls it, with interrupts off. */
int timer_next(struct timer *t)
{
	return timer_look(t) + 1;
}

int timer_probe_ok(struct timer *t)
{
	return request_irq(5, timer_irq_ok, 0, "timer", t);
}

struct pulse {
	spinlock_t lock;
	int next;
};

static irqreturn_t pulse_irq_ok(int irq, void *data)
{
	struct pulse *p = data;

	spin_lock(&p->lock);
	p->next = 0;
	spin_unlock(&p->lock);
	return IRQ_HANDLED;
}

static int pulse_look_bad(struct pulse *p)
{
	int next;

	spin_lock(&p->lock); // finds deadlock/irq [warning]: pulse.lock is taken with interrupts on here
	next = p->next;
	spin_unlock(&p->lock);
	return next;
}

int pulse_next_bad(struct pulse *p)
{
	int next = pulse_look_bad(p); // step

	msleep(next);
	return next;
}

int pulse_probe_ok(struct pulse *p)
{
	return request_irq(6, pulse_irq_ok, 0, "pulse", p);
}
