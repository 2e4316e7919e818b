/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who takes the semaphore starts a write, whose end gives it up: it comes back without the task
 * that waits for it. One that is used as a mutex does not.
 */
#include "kernel.h"

struct bio {
	void (*end_io)(struct bio *bio);
	void *private;
};

struct cache {
	struct semaphore writes;
	struct mutex lock;
	struct bio bio;
};

static void write_end_ok(struct bio *bio)
{
	struct cache *c = bio->private;

	up(&c->writes);
}

void submit(struct bio *bio);

static void write_super(struct cache *c)
{
	down(&c->writes); // step
	c->bio.private = c;
	c->bio.end_io = write_end_ok;
	submit(&c->bio);
}

void cache_store_ok(struct cache *c)
{
	write_super(c);	      // step
	mutex_lock(&c->lock); // wrongly deadlock/cycle [note, high]: writes
	mutex_unlock(&c->lock);
}

void cache_detach_ok(struct cache *c)
{
	mutex_lock(&c->lock); // step
	down(&c->writes);     // step
	up(&c->writes);
	mutex_unlock(&c->lock);
}

struct device {
	struct semaphore sem;
	struct mutex lock;
};

void device_store_bad(struct device *d)
{
	down(&d->sem);	      // step
	mutex_lock(&d->lock); // finds deadlock/cycle [error, high]: sem
	mutex_unlock(&d->lock);
	up(&d->sem);
}

void device_detach_bad(struct device *d)
{
	mutex_lock(&d->lock); // step
	down(&d->sem);	      // step
	up(&d->sem);
	mutex_unlock(&d->lock);
}

/* One of which there are many, and who wants the device for himself takes them all. */
struct commands {
	struct semaphore slots;
	struct mutex lock;
	int n;
};

void commands_stop_ok(struct commands *c)
{
	for (int i = 0; i < c->n; i++)
		down(&c->slots);
	for (int i = 0; i < c->n; i++)
		up(&c->slots);
}

void commands_run_ok(struct commands *c)
{
	down(&c->slots);      // step
	mutex_lock(&c->lock); // wrongly deadlock/cycle [note, high]: slots
	mutex_unlock(&c->lock);
	up(&c->slots);
}

void commands_wait_ok(struct commands *c)
{
	mutex_lock(&c->lock); // step
	down(&c->slots);      // step
	up(&c->slots);
	mutex_unlock(&c->lock);
}
