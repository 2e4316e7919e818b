/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A lock that is given up on some of the ways to where it sleeps, and what tells them apart was
 * asked before, too: a warning. One that was just forgotten to be given up is an error.
 */
#include "kernel.h"

struct page {
	spinlock_t lock;
	unsigned long flags;
	int n;
};

int page_is_cached(struct page *p);

void page_split_bad(struct page *p)
{
	if (page_is_cached(p))
		spin_lock(&p->lock); // step
	p->n++;
	if (page_is_cached(p))
		spin_unlock(&p->lock);
	msleep(1); // finds sleep/atomic [warning, medium]: msleep() may sleep while page->lock
} // finds lock/imbalance [warning, medium]: returns with p->lock held

struct folio {
	spinlock_t lock;
	int n;
};

int folio_busy(struct folio *f);

int folio_split_bad(struct folio *f)
{
	spin_lock(&f->lock); // step
	if (folio_busy(f)) {
		spin_unlock(&f->lock);
		return -EBUSY;
	}
	if (f->n) {
		spin_unlock(&f->lock);
		f->n = 0;
		spin_lock(&f->lock);
	}
	msleep(1); // finds sleep/atomic [error, high]: msleep() may sleep while folio->lock
	spin_unlock(&f->lock);
	return 0;
}

/* The same with flags, where the lock goes through a function that checks its type. */
struct frame {
	spinlock_t lock;
	int n;
};

int frame_probe(struct frame *f);

int frame_init_bad(struct frame *f)
{
	unsigned long flags;
	int rc;

	spin_lock_irqsave(&f->lock, flags);
	f->n = 1;
	spin_unlock_irqrestore(&f->lock, flags);
	rc = frame_probe(f);
	spin_lock_irqsave(&f->lock, flags); // step
	if (!rc)
		msleep(1); // finds sleep/atomic [error, high]: msleep() may sleep while frame->lock
	spin_unlock_irqrestore(&f->lock, flags);
	return rc;
}
