/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Something sleeps while a spinning lock is held: in the function itself and in callees.
 *
 *   CPU0                    CPU1
 *   spin_lock(&d->lock)
 *   msleep()                spin_lock(&d->lock), which another task takes to CPU0, too:
 *     another task runs     nobody is left to let the first one go on
 */
#include "kernel.h"

struct port {
	spinlock_t lock;
	raw_spinlock_t raw;
	rwlock_t rw;
	struct mutex mutex;
	unsigned long bits;
	int n;
};

void own_bad(struct port *p)
{
	spin_lock(&p->lock); // step
	msleep(10); // finds sleep/atomic [error, high]: msleep() may sleep while port->lock (spinlock)
	spin_unlock(&p->lock);
}

void own_ok(struct port *p)
{
	spin_lock(&p->lock);
	p->n++;
	spin_unlock(&p->lock);
	msleep(10);
}

static void port_wait(struct port *p)
{
	if (p->n)
		msleep(p->n); // step
}

static void port_settle(struct port *p)
{
	p->n = 1;
	port_wait(p); // step
}

void callee_bad(struct port *p)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&p->raw, flags);
	port_settle(p); // finds sleep/atomic [error, high]: port_settle() may sleep while
	raw_spin_unlock_irqrestore(&p->raw, flags);
}

void callee_ok(struct port *p)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&p->raw, flags);
	p->n = 1;
	raw_spin_unlock_irqrestore(&p->raw, flags);
	port_settle(p);
}

void mutex_bad(struct port *p)
{
	read_lock(&p->rw);
	mutex_lock(&p->mutex); // finds sleep/atomic [error, high]: mutex_lock() may sleep while port->rw (rwlock) is held
	mutex_unlock(&p->mutex);
	read_unlock(&p->rw);
}

struct gate {
	rwlock_t rw;
	struct mutex mutex;
};

void mutex_ok(struct gate *g)
{
	mutex_lock(&g->mutex);
	read_lock(&g->rw);
	read_unlock(&g->rw);
	mutex_unlock(&g->mutex);
}

void trylock_bad(struct port *p)
{
	if (!spin_trylock(&p->lock))
		return;
	might_sleep(); // finds sleep/atomic: trylock_bad() may sleep
	spin_unlock(&p->lock);
}

void trylock_ok(struct port *p)
{
	if (spin_trylock(&p->lock)) {
		if (mutex_trylock(&p->mutex))
			mutex_unlock(&p->mutex);
		spin_unlock(&p->lock);
		return;
	}
	might_sleep();
}

void bit_bad(struct port *p)
{
	bit_spin_lock(0, &p->bits);
	cond_resched(); // finds sleep/atomic: cond_resched() may sleep
	bit_spin_unlock(0, &p->bits);
}

void bit_ok(struct port *p)
{
	bit_spin_lock(0, &p->bits);
	bit_spin_unlock(0, &p->bits);
	cond_resched();
}
