/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts, softirqs or preemption are off, with no lock held. */
#include "kernel.h"

struct line {
	spinlock_t lock;
	struct mutex mutex;
	int n;
};

static void line_wait(struct line *l)
{
	msleep(l->n); // step
}

void preempt_bad(struct line *l)
{
	preempt_disable(); // step
	line_wait(l); // finds sleep/atomic [error, high]: line_wait() may sleep with preemption off
	preempt_enable();
}

void preempt_ok(struct line *l)
{
	preempt_disable();
	l->n++;
	preempt_enable();
	line_wait(l);
}

void irqs_bad(struct line *l)
{
	unsigned long flags;

	local_irq_save(flags); // step
	mutex_lock(&l->mutex); // finds sleep/atomic: mutex_lock() may sleep with interrupts off
	mutex_unlock(&l->mutex);
	local_irq_restore(flags);
}

void irqs_ok(struct line *l)
{
	unsigned long flags;

	local_irq_save(flags);
	l->n++;
	local_irq_restore(flags);
	mutex_lock(&l->mutex);
	mutex_unlock(&l->mutex);
}

void bh_bad(struct line *l)
{
	local_bh_disable(); // step
	line_wait(l); // finds sleep/atomic: line_wait() may sleep with softirqs off
	local_bh_enable();
}

void bh_ok(struct line *l)
{
	local_bh_disable();
	local_bh_enable();
	line_wait(l);
}

/* It asks first. */
static void line_settle(struct line *l)
{
	if (preempt_count())
		return;
	msleep(l->n);
}

void asked_ok(struct line *l)
{
	spin_lock(&l->lock);
	line_settle(l);
	spin_unlock(&l->lock);
}

/* It switches interrupts on again. */
static void line_poll(struct line *l)
{
	local_irq_enable();
	msleep(l->n);
	local_irq_disable();
}

void on_again_ok(struct line *l)
{
	local_irq_disable();
	line_poll(l);
	local_irq_enable();
}
