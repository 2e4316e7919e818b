/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A long way down, on which a pointer leads to one of several functions. */
#include "kernel.h"

struct port;

struct port_ops {
	int (*process)(struct port *p, int n);
};

struct port {
	const struct port_ops *ops;
	struct mutex counters;
	spinlock_t lock;
	int n;
};

static int port_count(struct port *p, int n)
{
	mutex_lock(&p->counters);
	p->n += n;
	mutex_unlock(&p->counters);
	return 0;
}

static int slow_process(struct port *p, int n)
{
	return port_count(p, n);
}

static int fast_process(struct port *p, int n)
{
	p->n += n;
	return 0;
}

const struct port_ops slow_ops = { .process = slow_process };
const struct port_ops fast_ops = { .process = fast_process };

static int port_handle(struct port *p, int n)
{
	return p->ops->process(p, n);
}

/* Which of them it is, and whether it counts these, nobody sees here. */
void send_bad(struct port *p)
{
	spin_lock(&p->lock);
	port_handle(p, 1); // finds sleep/atomic [note, medium]: port_handle() may sleep while
	spin_unlock(&p->lock);
}

static int port_reset(struct port *p)
{
	return port_count(p, -p->n);
}

/* The same way with no pointer in it. */
void reset_bad(struct port *p)
{
	spin_lock(&p->lock);
	port_reset(p); // finds sleep/atomic [error, high]: port_reset() may sleep while
	spin_unlock(&p->lock);
}

void send_ok(struct port *p)
{
	int n;

	spin_lock(&p->lock);
	n = p->n;
	spin_unlock(&p->lock);
	port_handle(p, n);
}
