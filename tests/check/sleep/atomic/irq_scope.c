/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scope in which interrupts are off changes in the middle: it ends early, late, or in two steps. */
#include "kernel.h"

struct port {
	spinlock_t lock;
	struct mutex mutex;
	int n;
};

/* The lock is given up, interrupts stay off. */
void half_bad(struct port *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags); // step
	p->n++;
	spin_unlock(&p->lock);
	mutex_lock(&p->mutex); // finds sleep/atomic: mutex_lock() may sleep with interrupts off
	mutex_unlock(&p->mutex);
	local_irq_restore(flags);
}

void half_ok(struct port *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
	p->n++;
	spin_unlock(&p->lock);
	local_irq_restore(flags);
	mutex_lock(&p->mutex);
	mutex_unlock(&p->mutex);
}

/* Off before the lock, and on with it. */
void joined_ok(struct port *p)
{
	local_irq_disable();
	spin_lock(&p->lock);
	p->n++;
	spin_unlock_irq(&p->lock);
	mutex_lock(&p->mutex);
	mutex_unlock(&p->mutex);
}

/* In the middle they are on, and may be slept in, and off again. */
void reopened_ok(struct port *p)
{
	spin_lock_irq(&p->lock);
	while (p->n) {
		spin_unlock_irq(&p->lock);
		msleep(1);
		spin_lock_irq(&p->lock);
	}
	spin_unlock_irq(&p->lock);
}

void reopened_bad(struct port *p)
{
	spin_lock_irq(&p->lock); // step
	while (p->n) {
		spin_unlock(&p->lock);
		msleep(1); // finds sleep/atomic: msleep() may sleep with interrupts off
		spin_lock(&p->lock);
	}
	spin_unlock_irq(&p->lock);
}

/* The inner scope restores what it found: off. */
void nested_bad(struct port *p)
{
	unsigned long flags;

	local_irq_disable();
	local_irq_save(flags);
	p->n++;
	local_irq_restore(flags); // step
	msleep(1); // finds sleep/atomic: msleep() may sleep with interrupts off
	local_irq_enable();
}
