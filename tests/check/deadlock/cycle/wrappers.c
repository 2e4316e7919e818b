/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wrappers that only the driver knows: they return with the lock held, and another releases it. */
#include "kernel.h"

struct base {
	struct mutex lock;
};

static void base_lock(struct base *b)
{
	mutex_lock(&b->lock); // finds deadlock/cycle: lock -> firmware -> lock
}

static void base_unlock(struct base *b)
{
	mutex_unlock(&b->lock);
}

struct chip {
	struct base base;
	spinlock_t regs;
	struct mutex firmware;
};

static inline struct chip *to_chip(struct base *b)
{
	return container_of(b, struct chip, base);
}

static void chip_enter(struct chip *c)
{
	base_lock(&c->base);
}

static void chip_leave(struct chip *c)
{
	base_unlock(&c->base);
}

void load_bad(struct chip *c)
{
	chip_enter(c); // step
	mutex_lock(&c->firmware); // step
	mutex_unlock(&c->firmware);
	chip_leave(c);
}

void reload_bad(struct base *b)
{
	struct chip *c = to_chip(b);

	mutex_lock(&c->firmware); // step
	base_lock(b); // step
	base_unlock(b);
	mutex_unlock(&c->firmware);
}

/* A type of its own; the same wrappers, but the lock is another one: its class is another, too. */
struct radio {
	struct base base;
	struct mutex firmware;
};

void radio_load_ok(struct radio *r)
{
	base_lock(&r->base);
	mutex_lock(&r->firmware);
	mutex_unlock(&r->firmware);
	base_unlock(&r->base);
}
