/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which function a member holds that several set, nothing tells where it is called: a note, that
 * says so, where many set it, or on a way with several such calls. Of a table that is known nothing
 * is in doubt.
 */
#include "kernel.h"

struct request {
	void (*done)(struct request *r);
	struct mutex queue, list;
};

static void list_done(struct request *r)
{
	mutex_lock(&r->list); // finds deadlock/cycle [warning, medium]: queue -> list -> queue
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

struct transfer {
	void (*stop)(struct transfer *t);
	void (*start)(struct transfer *t);
	struct mutex queue, list;
};

static void list_stop(struct transfer *t)
{
	mutex_lock(&t->list); // finds deadlock/cycle [note, medium]: queue -> list -> queue
	mutex_unlock(&t->list);
}

static void plain_stop(struct transfer *t)
{
}

static void first_start(struct transfer *t)
{
	t->stop(t); // step
}

static void second_start(struct transfer *t)
{
}

static void third_start(struct transfer *t)
{
}

void transfer_setup(struct transfer *t, int kind)
{
	t->stop = kind ? list_stop : plain_stop;
	if (kind == 1)
		t->start = first_start;
	else if (kind == 2)
		t->start = second_start;
	else
		t->start = third_start;
}

void transfer_begin_bad(struct transfer *t)
{
	mutex_lock(&t->queue); // step
	t->start(t);	       // step
	mutex_unlock(&t->queue);
}

void transfer_walk_bad(struct transfer *t)
{
	mutex_lock(&t->list);  // step
	mutex_lock(&t->queue); // step
	mutex_unlock(&t->queue);
	mutex_unlock(&t->list);
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
