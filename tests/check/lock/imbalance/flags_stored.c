/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What interrupts were is stored beside the lock, for another function that releases it: it is held
 * on purpose.
 */
#include "kernel.h"

struct group {
	spinlock_t move_lock;
	unsigned long move_lock_flags;
	int moving;
};

struct page_of {
	struct group *group;
};

void group_begin(struct page_of *p, struct group *g)
{
	unsigned long flags;

	spin_lock_irqsave(&g->move_lock, flags);
	if (g != p->group) {
		spin_unlock_irqrestore(&g->move_lock, flags);
		return;
	}
	g->move_lock_flags = flags;
} // finds lock/imbalance [note]: group_begin() returns with g->move_lock held here

struct band {
	spinlock_t move_lock;
	int moving;
};

struct player_of {
	struct band *band;
};

void band_count_bad(struct player_of *p, struct band *b)
{
	unsigned long flags;

	spin_lock_irqsave(&b->move_lock, flags);
	if (b != p->band) {
		spin_unlock_irqrestore(&b->move_lock, flags);
		return; // step
	}
	b->moving++;
} // finds lock/imbalance [warning]: band_count_bad() returns with b->move_lock held here
