/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A walk calls what it is handed with its lock held, and is handed many functions. One of them
 * takes that lock: it is named at a call that leads there with the lock, or at one without.
 */
#include "kernel.h"

#define SETTER(type, name, value)                                                                  \
	static void name(struct type *p)                                                           \
	{                                                                                          \
		p->state = value;                                                                  \
	}

#define SETTERS(type)                                                                              \
	SETTER(type, type##_reset, 0)                                                              \
	SETTER(type, type##_save, 1)                                                               \
	SETTER(type, type##_wake, 2)                                                               \
	SETTER(type, type##_quiet, 3)                                                              \
	SETTER(type, type##_name, 4)                                                               \
	SETTER(type, type##_check, 5)                                                              \
	SETTER(type, type##_probe, 6)                                                              \
	SETTER(type, type##_scan, 7)

#define CALL_SETTERS(type, walk)                                                                   \
	do {                                                                                       \
		walk(type##_reset);                                                                \
		walk(type##_save);                                                                 \
		walk(type##_wake);                                                                 \
		walk(type##_quiet);                                                                \
		walk(type##_name);                                                                 \
		walk(type##_check);                                                                \
		walk(type##_probe);                                                                \
		walk(type##_scan);                                                                 \
	} while (0)

struct port {
	struct port *next;
	int state;
};

static DEFINE_MUTEX(ports_lock);
static struct port *ports;

static void walk_bad(void (*each)(struct port *), bool locked)
{
	if (!locked)
		mutex_lock(&ports_lock);
	for (struct port *p = ports; p; p = p->next)
		each(p); // finds deadlock/self [warning, medium]: ports_lock
	if (!locked)
		mutex_unlock(&ports_lock);
}

void for_all_ports(void (*each)(struct port *))
{
	walk_bad(each, false);
}

SETTERS(port)

static void add_bad(struct port *p)
{
	mutex_lock(&ports_lock); // step
	p->state++;
	mutex_unlock(&ports_lock);
}

void set_up_ports(void)
{
	CALL_SETTERS(port, for_all_ports);
	for_all_ports(add_bad);
}

struct lane {
	struct lane *next;
	int state;
};

static DEFINE_MUTEX(lanes_lock);
static struct lane *lanes;

static void walk_ok(void (*each)(struct lane *), bool locked)
{
	if (!locked)
		mutex_lock(&lanes_lock);
	for (struct lane *l = lanes; l; l = l->next)
		each(l);
	if (!locked)
		mutex_unlock(&lanes_lock);
}

void for_all_lanes(void (*each)(struct lane *))
{
	walk_ok(each, false);
}

SETTERS(lane)

static void add_ok(struct lane *l)
{
	mutex_lock(&lanes_lock);
	l->state++;
	mutex_unlock(&lanes_lock);
}

void set_up_lanes(void)
{
	CALL_SETTERS(lane, for_all_lanes);
	walk_ok(add_ok, true);
}
