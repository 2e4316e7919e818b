/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong on PREEMPT_RT only is nothing that everybody wants to hear.
 *
 * // run: --no-rt
 */
#include "kernel.h"

struct dev {
	raw_spinlock_t raw;
	spinlock_t lock;
};

void inside_ok(struct dev *d)
{
	raw_spin_lock(&d->raw);
	spin_lock(&d->lock);
	spin_unlock(&d->lock);
	raw_spin_unlock(&d->raw);
}
