/* SPDX-License-Identifier: GPL-2.0-or-later */
/* __must_hold() is a promise of the callers, too: up to 6.19 sparse's, from 7.0 on clang's. */
#include "kernel.h"

struct chan {
	spinlock_t lock;
	struct work_struct good, bad;
	int n;
};

static void chan_kick(struct chan *c) __must_hold(&c->lock)
{
	c->n++;
}

static void chan_good_ok(struct work_struct *work)
{
	struct chan *c = container_of(work, struct chan, good);

	spin_lock(&c->lock);
	chan_kick(c);
	spin_unlock(&c->lock);
}

static void chan_bad(struct work_struct *work)
{
	struct chan *c = container_of(work, struct chan, bad);

	spin_lock(&c->lock);
	c->n = 0;
	spin_unlock(&c->lock);
	chan_kick(c); // finds lock/not-held [error, high]: chan_kick() is called without chan->lock
}

void chan_start(struct chan *c)
{
	INIT_WORK(&c->good, chan_good_ok);
	INIT_WORK(&c->bad, chan_bad);
}

/* It gives the lock up for a while, and takes it again. */
static void chan_drain(struct chan *c) __must_hold(&c->lock)
{
	spin_unlock(&c->lock);
	msleep(1);
	spin_lock(&c->lock);
}

void chan_stop_ok(struct chan *c)
{
	spin_lock(&c->lock);
	chan_drain(c);
	chan_kick(c);
	spin_unlock(&c->lock);
}
