/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a function does depends on a constant that it is given, asked for again and again. */
#include "kernel.h"

enum { FLAG_SHOW = 2, FLAG_RECORD = 4, FLAG_FOLLOW = 8 };

struct tracer {
	spinlock_t lock;
	unsigned int flags;
	int n;
};

static void tracer_alloc(struct tracer *t)
{
	msleep(1); // step
	t->n++;
}

static int tracer_set(struct tracer *t, unsigned int mask)
{
	if (mask == FLAG_SHOW)
		t->n = 1;
	if (mask == FLAG_RECORD)
		tracer_alloc(t); // step
	if (mask == FLAG_FOLLOW)
		tracer_alloc(t);
	return 0;
}

void tracer_show_ok(struct tracer *t)
{
	spin_lock(&t->lock);
	tracer_set(t, FLAG_SHOW);
	spin_unlock(&t->lock);
}

void tracer_record_bad(struct tracer *t)
{
	spin_lock(&t->lock);
	tracer_set(t, FLAG_RECORD); // finds sleep/atomic [error, high]: tracer_set() may sleep
	spin_unlock(&t->lock);
}

/* The same as a switch. */
struct port {
	spinlock_t lock;
	int n;
};

static void port_wait(struct port *p)
{
	msleep(2); // step
	p->n++;
}

static int port_do(struct port *p, int what)
{
	int done = 0;

	switch (what) {
	case 1:
		p->n = 0;
		break;
	case 2:
	case 3:
		done = 1;
		break;
	default:
		return -22;
	}
	if (what == 3)
		port_wait(p); // step
	return done;
}

void port_two_ok(struct port *p)
{
	spin_lock(&p->lock);
	port_do(p, 2);
	spin_unlock(&p->lock);
}

void port_three_bad(struct port *p)
{
	spin_lock(&p->lock);
	port_do(p, 3); // finds sleep/atomic [error, high]: port_do() may sleep
	spin_unlock(&p->lock);
}
