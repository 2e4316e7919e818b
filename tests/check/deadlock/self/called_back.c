/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function that is handed to another together with what it works on: where there is no memory
 * to do it later, it is done at once.
 */
#include "kernel.h"

typedef void (*later_fn)(void *data, u64 cookie);

struct later {
	later_fn func;
	void *data;
	struct later *next;
};

static struct later *queue;
static DEFINE_SPINLOCK(queue_lock);
static u64 next_cookie;

static u64 schedule_on_node(later_fn func, void *data, int node)
{
	struct later *later = kzalloc(sizeof(*later), GFP_ATOMIC);

	if (!later) {
		func(data, next_cookie);
		return next_cookie++;
	}
	later->func = func;
	later->data = data;
	spin_lock(&queue_lock);
	later->next = queue;
	queue = later;
	spin_unlock(&queue_lock);
	return 0;
}

static u64 run_later(later_fn func, void *data)
{
	return schedule_on_node(func, data, -1);
}

struct disk {
	struct mutex lock;
	struct disk *mirror;
	int attached;
};

static void attach_helper(void *data, u64 cookie)
{
	struct disk *d = data;

	mutex_lock(&d->lock); // step
	d->attached = 1;
	mutex_unlock(&d->lock);
}

void attach_bad(struct disk *d)
{
	mutex_lock(&d->lock); // step
	d->attached = 0;
	run_later(attach_helper, d); // finds deadlock/self [medium]: disk->lock is taken while the same task holds it
	mutex_unlock(&d->lock);
}

void attach_ok(struct disk *d)
{
	mutex_lock(&d->lock);
	d->attached = 0;
	mutex_unlock(&d->lock);
	run_later(attach_helper, d);
}

/* What is called back takes the lock only if it is told to. */
struct port {
	struct mutex lock;
	int up;
};

static void for_one(void (*fn)(struct port *p, int locked), struct port *p, int locked)
{
	fn(p, locked);
}

static void set_up(struct port *p, int locked)
{
	if (!locked)
		mutex_lock(&p->lock); // step
	p->up = 1;
	if (!locked)
		mutex_unlock(&p->lock);
}

void port_up_bad(struct port *p)
{
	mutex_lock(&p->lock); // step
	for_one(set_up, p, 0); // finds deadlock/self: port->lock is taken while the same task holds it
	mutex_unlock(&p->lock);
}

void port_up_ok(struct port *p)
{
	mutex_lock(&p->lock);
	for_one(set_up, p, 1);
	mutex_unlock(&p->lock);
}

/* It is called back after the caller's lock is given up. */
struct queue_pair {
	struct mutex lock;
	int error;
};

static void without_lock(void (*fn)(struct queue_pair *q), struct queue_pair *q)
{
	mutex_unlock(&q->lock);
	fn(q);
	mutex_lock(&q->lock);
}

static void flush(struct queue_pair *q)
{
	mutex_lock(&q->lock);
	q->error = 0;
	mutex_unlock(&q->lock);
}

void flush_ok(struct queue_pair *q)
{
	mutex_lock(&q->lock);
	without_lock(flush, q);
	mutex_unlock(&q->lock);
}
