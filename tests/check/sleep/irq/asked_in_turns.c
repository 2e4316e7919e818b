/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An interrupt that is handled in turns: what memory is asked for in each of them holds for the call
 * there, whether it was set before the first turn or by the turn before.
 */
#include "kernel.h"

struct hub {
	spinlock_t lock;
	unsigned int stopped : 1;
	unsigned int control;
	int *status;
};

/* The interrupt starts it again with the lock held, a task gives the lock up. */
static void hub_resume(struct hub *h)
{
	int was_stopped = h->stopped;

	h->stopped = 0;
	if (h->control & 4)
		h->control &= ~4u;
	if (was_stopped)
		return;
	spin_unlock_irq(&h->lock);
	msleep(20);
	spin_lock_irq(&h->lock);
}

static irqreturn_t hub_irq_ok(int irq, void *data)
{
	struct hub *h = data;
	int status = READ_ONCE(h->status[0]);

again:
	if ((status & 2) && h->stopped) {
		spin_lock(&h->lock);
		hub_resume(h);
		spin_unlock(&h->lock);
	}
	status = READ_ONCE(h->status[0]);
	if (status)
		goto again;
	return IRQ_HANDLED;
}

int hub_resume_ok(struct hub *h)
{
	spin_lock_irq(&h->lock);
	hub_resume(h);
	spin_unlock_irq(&h->lock);
	return request_irq(5, hub_irq_ok, 0, "hub", h);
}

struct port {
	spinlock_t lock;
	unsigned int stopped : 1;
	unsigned int control;
	int *status;
};

static void port_resume_bad(struct port *p)
{
	int was_stopped = p->stopped;

	p->stopped = 0;
	if (p->control & 4)
		p->control &= ~4u;
	if (was_stopped)
		return;
	spin_unlock_irq(&p->lock);
	msleep(20); // step
	spin_lock_irq(&p->lock);
}

/* Another member is asked for. */
static irqreturn_t port_irq_bad(int irq, void *data)
{
	struct port *p = data;
	int status = READ_ONCE(p->status[0]);

again:
	if ((status & 2) && p->control) {
		spin_lock(&p->lock);
		port_resume_bad(p); // finds sleep/irq [error]: port_resume_bad() may sleep in port_irq_bad()
		spin_unlock(&p->lock);
	}
	status = READ_ONCE(p->status[0]);
	if (status)
		goto again;
	return IRQ_HANDLED;
}

int port_probe_ok(struct port *p)
{
	return request_irq(6, port_irq_bad, 0, "port", p);
}
