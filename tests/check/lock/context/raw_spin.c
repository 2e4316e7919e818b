/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A spinlock_t is a mutex on PREEMPT_RT: not to be taken inside a raw_spinlock_t. */
#include "kernel.h"

struct dev {
	raw_spinlock_t raw;
	spinlock_t lock;
	int value;
};

void inside_bad(struct dev *d)
{
	raw_spin_lock(&d->raw); // step
	spin_lock(&d->lock); // finds lock/context [warning, high]: dev->lock
	spin_unlock(&d->lock);
	raw_spin_unlock(&d->raw);
}

/* The same functions serve both types: what the lock is declared as counts. */
struct flags {
	raw_spinlock_t raw;
	spinlock_t lock;
};

void saved_bad(struct flags *d)
{
	unsigned long raw, flags;

	raw_spin_lock_irqsave(&d->raw, raw); // step
	spin_lock_irqsave(&d->lock, flags); // finds lock/context: flags->lock
	spin_unlock_irqrestore(&d->lock, flags);
	raw_spin_unlock_irqrestore(&d->raw, raw);
}

struct dev_ok {
	raw_spinlock_t raw;
	spinlock_t lock, inner;
	int value;
};

void around_ok(struct dev_ok *d)
{
	unsigned long flags;

	spin_lock_irqsave(&d->lock, flags);
	raw_spin_lock(&d->raw);
	d->value++;
	raw_spin_unlock(&d->raw);
	spin_lock(&d->inner);
	spin_unlock(&d->inner);
	spin_unlock_irqrestore(&d->lock, flags);
}

void tries_ok(struct dev_ok *d)
{
	raw_spin_lock(&d->raw);
	if (spin_trylock(&d->lock))
		spin_unlock(&d->lock);
	raw_spin_unlock(&d->raw);
}
