/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A callee gives the caller's lock back while it takes another one: nothing is held then.
 */
#include "kernel.h"

struct card_ok {
	struct mutex big, bus;
	int state;
};

static int wait_for_bus_ok(struct card_ok *c)
{
	mutex_unlock(&c->big);
	mutex_lock(&c->bus);
	c->state = 1;
	mutex_unlock(&c->bus);
	mutex_lock(&c->big);
	return 0;
}

int start_ok(struct card_ok *c)
{
	int error;

	mutex_lock(&c->big);
	error = wait_for_bus_ok(c);
	mutex_unlock(&c->big);
	return error;
}

void bus_reset_ok(struct card_ok *c)
{
	mutex_lock(&c->bus);
	mutex_lock(&c->big);
	c->state = 0;
	mutex_unlock(&c->big);
	mutex_unlock(&c->bus);
}

/* It takes the first lock again before the second one is given back. */
struct card {
	struct mutex big, bus;
	int state;
};

static int wait_for_bus_bad(struct card *c)
{
	mutex_unlock(&c->big);
	mutex_lock(&c->bus); // step
	c->state = 1;
	mutex_lock(&c->big); // finds deadlock/cycle: bus -> big -> bus
	mutex_unlock(&c->bus);
	return 0;
}

int start(struct card *c)
{
	int error;

	mutex_lock(&c->big);
	error = wait_for_bus_bad(c);
	mutex_unlock(&c->big);
	return error;
}

void reset_bad(struct card *c)
{
	mutex_lock(&c->big); // step
	mutex_lock(&c->bus); // step
	c->state = 0;
	mutex_unlock(&c->bus);
	mutex_unlock(&c->big);
}
