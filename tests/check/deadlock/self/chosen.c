/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A local is one of two numbers, and a switch or comparison tells which: no third way is left.
 */
#include "kernel.h"

struct domain {
	spinlock_t lock;
	unsigned int state;
};

static void put_domain(struct domain *d)
{
	spin_lock(&d->lock);
	d->state = 0;
	spin_unlock(&d->lock);
}

void finalize_ok(struct domain *d, unsigned int flags)
{
	int stage = 1;

	if (flags & 4)
		stage = 2;
	spin_lock(&d->lock);
	switch (stage) {
	case 1:
		d->state |= 1;
		spin_unlock(&d->lock);
		break;
	case 2:
		d->state &= ~1;
		spin_unlock(&d->lock);
		break;
	}
	put_domain(d);
}

void compared_ok(struct domain *d, unsigned int flags)
{
	int stage;

	if (flags & 4)
		stage = 2;
	else
		stage = 3;
	spin_lock(&d->lock);
	if (stage == 2)
		spin_unlock(&d->lock);
	d->state |= flags;
	if (stage == 3)
		spin_unlock(&d->lock);
	put_domain(d);
}

struct domain_bad {
	spinlock_t lock;
	unsigned int state;
};

static void put_domain_bad(struct domain_bad *d)
{
	spin_lock(&d->lock); // step
	d->state = 0;
	spin_unlock(&d->lock);
}

void finalize_bad(struct domain_bad *d, unsigned int flags)
{
	int stage = 1;

	if (flags & 4)
		stage = 2;
	spin_lock(&d->lock); // step
	switch (stage) {
	case 1:
		d->state |= 1;
		spin_unlock(&d->lock);
		break;
	case 2:
		d->state &= ~1;
		break;
	}
	put_domain_bad(d); // finds deadlock/self: lock is taken while
	if (stage == 2)
		spin_unlock(&d->lock);
}
