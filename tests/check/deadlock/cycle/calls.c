/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each half of the circle is made by calls under a lock, some functions deep.
 *
 *   CPU0                     CPU1
 *   suspend_bad()            port_event_bad()
 *     lock(bus)                lock(port)
 *     port_flush()             bus_notify()
 *       port_write()             lock(bus)
 *         lock(port)
 */
#include "kernel.h"

struct port {
	struct mutex port_lock;
	int state;
};

struct bus {
	struct mutex bus_lock;
	struct port *port;
	int events;
};

static void port_write(struct port *p, int state)
{
	mutex_lock(&p->port_lock); // finds deadlock/cycle: bus_lock -> port_lock -> bus_lock
	p->state = state;
	mutex_unlock(&p->port_lock);
}

static void port_flush(struct port *p)
{
	port_write(p, 0); // step
}

void suspend_bad(struct bus *b)
{
	mutex_lock(&b->bus_lock); // step
	port_flush(b->port); // step
	mutex_unlock(&b->bus_lock);
}

static void bus_notify(struct bus *b)
{
	mutex_lock(&b->bus_lock); // step
	b->events++;
	mutex_unlock(&b->bus_lock);
}

void port_event_bad(struct bus *b, struct port *p)
{
	mutex_lock(&p->port_lock); // step
	if (p->state)
		bus_notify(b); // step
	mutex_unlock(&p->port_lock);
}

/* Here the port's lock is given back before the bus is told. */
struct port_ok {
	struct mutex port_lock;
	int state;
};

struct bus_ok {
	struct mutex bus_lock;
	struct port_ok *port;
	int events;
};

static void write_under_bus(struct port_ok *p, int state)
{
	mutex_lock(&p->port_lock);
	p->state = state;
	mutex_unlock(&p->port_lock);
}

void suspend_ok(struct bus_ok *b)
{
	mutex_lock(&b->bus_lock);
	write_under_bus(b->port, 0);
	mutex_unlock(&b->bus_lock);
}

static void notify_unlocked(struct bus_ok *b)
{
	mutex_lock(&b->bus_lock);
	b->events++;
	mutex_unlock(&b->bus_lock);
}

void port_event_ok(struct bus_ok *b, struct port_ok *p)
{
	bool tell;

	mutex_lock(&p->port_lock);
	tell = p->state;
	mutex_unlock(&p->port_lock);
	if (tell)
		notify_unlocked(b);
}
