/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A first lock that a callee's callee has taken: a condition down there may decide, so a warning. */
#include "kernel.h"

struct disk {
	struct mutex freeze, limits;
};

static void disk_enter(struct disk *d)
{
	mutex_lock(&d->freeze); // step
}

static void disk_freeze(struct disk *d)
{
	disk_enter(d); // step
}

void disk_reset_bad(struct disk *d)
{
	disk_freeze(d); // step
	mutex_lock(&d->limits); // finds deadlock/cycle [warning, medium]: disk->freeze and
	mutex_unlock(&d->limits);
	mutex_unlock(&d->freeze);
}

void disk_set_bad(struct disk *d)
{
	mutex_lock(&d->limits); // step
	mutex_lock(&d->freeze); // step
	mutex_unlock(&d->freeze);
	mutex_unlock(&d->limits);
}

/* A callee's own is as good as this function's. */
struct tape {
	struct mutex freeze, limits;
};

static void tape_freeze(struct tape *t)
{
	mutex_lock(&t->freeze); // step
}

void tape_reset_bad(struct tape *t)
{
	tape_freeze(t);		// step
	mutex_lock(&t->limits); // finds deadlock/cycle [error, high]: tape->freeze and
	mutex_unlock(&t->limits);
	mutex_unlock(&t->freeze);
}

void tape_set_bad(struct tape *t)
{
	mutex_lock(&t->limits); // step
	mutex_lock(&t->freeze); // step
	mutex_unlock(&t->freeze);
	mutex_unlock(&t->limits);
}

/* The order is the same. */
struct card {
	struct mutex freeze, limits;
};

static void card_enter(struct card *c)
{
	mutex_lock(&c->freeze);
}

static void card_freeze(struct card *c)
{
	card_enter(c);
}

void card_reset_ok(struct card *c)
{
	card_freeze(c);
	mutex_lock(&c->limits);
	mutex_unlock(&c->limits);
	mutex_unlock(&c->freeze);
}

void card_set_ok(struct card *c)
{
	mutex_lock(&c->freeze);
	mutex_lock(&c->limits);
	mutex_unlock(&c->limits);
	mutex_unlock(&c->freeze);
}
