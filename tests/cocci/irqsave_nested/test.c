/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spin_lock_irqsave(&a, flags)     flags: interrupts were on
 * spin_lock_irqsave(&b, flags)     flags: interrupts were off
 * both unlocked: interrupts stay off
 */
#include "more.h"

struct dev {
	spinlock_t outer, inner;
};

void same_flags_bad(struct dev *d)
{
	unsigned long flags;

	spin_lock_irqsave(&d->outer, flags);
	spin_lock_irqsave(&d->inner, flags); // reports: flags holds what the lock on line
	spin_unlock_irqrestore(&d->inner, flags);
	spin_unlock_irqrestore(&d->outer, flags);
}

void turned_on_bad(struct dev *d)
{
	unsigned long flags;

	spin_lock_irqsave(&d->outer, flags);
	spin_lock_irq(&d->inner); // reports: unlocking &d->inner turns on the interrupts
	spin_unlock_irq(&d->inner);
	spin_unlock_irqrestore(&d->outer, flags);
}

void own_flags_ok(struct dev *d)
{
	unsigned long flags, inner;

	spin_lock_irqsave(&d->outer, flags);
	spin_lock_irqsave(&d->inner, inner);
	spin_unlock_irqrestore(&d->inner, inner);
	spin_unlock_irqrestore(&d->outer, flags);
}

void one_after_the_other_ok(struct dev *d)
{
	unsigned long flags;

	spin_lock_irqsave(&d->outer, flags);
	spin_unlock_irqrestore(&d->outer, flags);
	spin_lock_irqsave(&d->inner, flags);
	spin_unlock_irqrestore(&d->inner, flags);
}
