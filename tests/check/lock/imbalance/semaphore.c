/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A semaphore that all others use like a mutex, and one of which what was taken here is given back
 * elsewhere.
 */
#include "kernel.h"

struct sensor {
	struct semaphore sem;
	int value, gone;
};

int sensor_read_ok(struct sensor *s)
{
	int value;

	down(&s->sem);
	value = s->value;
	up(&s->sem);
	return value;
}

void sensor_set_bad(struct sensor *s, int value)
{
	down(&s->sem); // step
	if (s->gone)
		return; // finds lock/imbalance: returns with s->sem held
	s->value = value;
	up(&s->sem);
} // step

void sensor_add_bad(struct sensor *s, int value)
{
	down(&s->sem);
	s->value += value;
	up(&s->sem);
	if (s->value < 0)
		up(&s->sem); // finds lock/imbalance: s->sem is released a second time
}

void sensor_add_ok(struct sensor *s, int value)
{
	down(&s->sem);
	s->value += value;
	up(&s->sem);
	if (s->value < 0) {
		down(&s->sem);
		s->value = 0;
		up(&s->sem);
	}
}

struct ring {
	struct semaphore slots;
	int full, queued;
};

/* An interrupt gives back what the task took. */
void ring_done_ok(struct ring *r)
{
	r->queued--;
	up(&r->slots);
}

void ring_queue_ok(struct ring *r)
{
	down(&r->slots);
	if (r->full) {
		up(&r->slots);
		return;
	}
	r->queued++;
}

void ring_make_room_ok(struct ring *r)
{
	down(&r->slots);
	r->full = 0;
	up(&r->slots);
	if (!r->queued)
		up(&r->slots);
}

/* As many as there are commands: who takes them all has no other. */
struct channel {
	struct semaphore free;
	int limit, mode;
};

void channel_command_ok(struct channel *c)
{
	down(&c->free);
	c->mode = 0;
	up(&c->free);
}

void channel_stop_ok(struct channel *c)
{
	int i;

	for (i = 0; i < c->limit; i++)
		down(&c->free);
	c->mode = 1;
	for (i = 0; i < c->limit; i++)
		up(&c->free);
}

void channel_try_ok(struct channel *c)
{
	down(&c->free);
	if (c->mode)
		return;
	up(&c->free);
}
