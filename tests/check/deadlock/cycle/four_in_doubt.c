/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Four locks in a circle, over a call that is made under a condition which nobody on the way is
 * known to fulfil: shown with --all only. See four_locks.c for one of which nothing is in doubt.
 */
// run: --all
#include "kernel.h"

struct a {
	struct mutex lock;
	int wanted;
};

struct b {
	struct mutex lock;
};

struct c {
	struct mutex lock;
};

struct d {
	struct mutex lock;
};

static void take_b(struct b *b)
{
	mutex_lock(&b->lock); // finds deadlock/cycle [note, low]: a.lock, b.lock, c.lock, d.lock
	mutex_unlock(&b->lock);
}

static void maybe_take_b(struct a *a, struct b *b)
{
	if (a->wanted > 3)
		take_b(b);
}

void a_to_b_bad(struct a *a, struct b *b)
{
	mutex_lock(&a->lock);
	maybe_take_b(a, b); // step
	mutex_unlock(&a->lock);
}

void b_to_c_ok(struct b *b, struct c *c)
{
	mutex_lock(&b->lock);
	mutex_lock(&c->lock);
	mutex_unlock(&c->lock);
	mutex_unlock(&b->lock);
}

void c_to_d_ok(struct c *c, struct d *d)
{
	mutex_lock(&c->lock);
	mutex_lock(&d->lock);
	mutex_unlock(&d->lock);
	mutex_unlock(&c->lock);
}

void d_to_a_ok(struct d *d, struct a *a)
{
	mutex_lock(&d->lock);
	mutex_lock(&a->lock);
	mutex_unlock(&a->lock);
	mutex_unlock(&d->lock);
}
