/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A completion is waited for with a mutex held that whoever completes it takes first.
 *
 *   CPU0                              CPU1
 *   mutex_lock(&l->lock)              link_irq_work():
 *   wait_for_completion(&l->done)       mutex_lock(&l->lock), waits for CPU0
 *     waits for CPU1                    complete(&l->done)
 */
#include "kernel.h"

struct link {
	struct mutex lock;
	struct completion done;
	int state;
};

void link_event(struct link *l)
{
	mutex_lock(&l->lock); // step
	l->state = 1;
	mutex_unlock(&l->lock);
	complete(&l->done); // step
}

static void link_wait(struct link *l)
{
	wait_for_completion(&l->done); // step
}

void link_reset_bad(struct link *l)
{
	mutex_lock(&l->lock); // step
	l->state = 0;
	link_wait(l); // finds deadlock/wait [error, high]: link->done is waited for with link->lock held, which link_event() takes before it completes it
	mutex_unlock(&l->lock);
}

struct port {
	struct mutex lock, other;
	struct completion done, ready, raised;
	int state;
};

/* One of the two does not need it. */
void port_event_ok(struct port *p)
{
	mutex_lock(&p->lock);
	p->state = 1;
	complete(&p->ready);
	mutex_unlock(&p->lock);
	complete(&p->done);
}

void port_error_ok(struct port *p)
{
	complete(&p->ready);
}

/* Only if there is something to do. */
void port_raise_ok(struct port *p)
{
	if (p->state) {
		mutex_lock(&p->other);
		p->state = 0;
		mutex_unlock(&p->other);
	}
	complete(&p->raised);
}

void port_reset_ok(struct port *p)
{
	mutex_lock(&p->lock);
	wait_for_completion(&p->ready);
	wait_for_completion_timeout(&p->done, 100);
	mutex_unlock(&p->lock);
	mutex_lock(&p->other);
	wait_for_completion(&p->raised);
	mutex_unlock(&p->other);
}
