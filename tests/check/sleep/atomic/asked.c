/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * in_atomic() and in_interrupt() tell who must not sleep, as far as they can: of a spinlock_t on a
 * kernel that counts preemption, in_atomic() knows; in_interrupt() never does.
 */
#include "kernel.h"

struct box {
	spinlock_t lock;
	int n;
};

static void box_wait_unless_atomic(struct box *b)
{
	if (in_atomic())
		return;
	msleep(1);
}

static void box_wait_unless_interrupt(struct box *b)
{
	if (in_interrupt())
		return;
	msleep(1);
}

static void box_wait_if_atomic(struct box *b)
{
	if (!in_atomic())
		return;
	msleep(1);
}

void box_fill_ok(struct box *b)
{
	spin_lock(&b->lock);
	box_wait_unless_atomic(b);
	spin_unlock(&b->lock);
}

void box_fill_bad(struct box *b)
{
	spin_lock(&b->lock);
	box_wait_unless_interrupt(b); // finds sleep/atomic
	spin_unlock(&b->lock);
}

void box_drain_bad(struct box *b)
{
	spin_lock(&b->lock);
	box_wait_if_atomic(b); // finds sleep/atomic
	spin_unlock(&b->lock);
}

void box_drain_ok(struct box *b)
{
	box_wait_unless_atomic(b);
	box_wait_unless_interrupt(b);
}
