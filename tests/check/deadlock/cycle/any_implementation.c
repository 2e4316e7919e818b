/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which function a member holds that several set, nothing tells where it is called: a note, that
 * says so. Of a table that is known nothing is in doubt.
 */
#include "kernel.h"

struct request {
	void (*done)(struct request *r);
	struct mutex queue, list;
};

static void list_done(struct request *r)
{
	mutex_lock(&r->list); // finds deadlock/cycle [note, medium]: queue -> list -> queue
	mutex_unlock(&r->list);
}

static void plain_done(struct request *r)
{
}

void request_setup_list(struct request *r)
{
	r->done = list_done;
}

void request_setup_plain(struct request *r)
{
	r->done = plain_done;
}

void request_end_bad(struct request *r)
{
	mutex_lock(&r->queue); // step
	r->done(r);	       // step
	mutex_unlock(&r->queue);
}

void request_walk_bad(struct request *r)
{
	mutex_lock(&r->list);  // step
	mutex_lock(&r->queue); // step
	mutex_unlock(&r->queue);
	mutex_unlock(&r->list);
}

struct order;

struct order_ops {
	void (*done)(struct order *o);
};

struct order {
	struct mutex queue, list;
};

static void order_done(struct order *o)
{
	mutex_lock(&o->list); // finds deadlock/cycle [error, high]: queue -> list -> queue
	mutex_unlock(&o->list);
}

static const struct order_ops order_ops = { .done = order_done };

void order_end_bad(struct order *o)
{
	mutex_lock(&o->queue); // step
	order_ops.done(o);     // step
	mutex_unlock(&o->queue);
}

void order_walk_bad(struct order *o)
{
	mutex_lock(&o->list);  // step
	mutex_lock(&o->queue); // step
	mutex_unlock(&o->queue);
	mutex_unlock(&o->list);
}
