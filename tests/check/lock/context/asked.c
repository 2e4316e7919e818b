/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who looks first whether interrupts are off leaves what sleeps on PREEMPT_RT to a work item. */
#include "kernel.h"

struct prog {
	int count;
	struct work_struct work;
};

struct registry {
	spinlock_t ids;
	int n;
};

struct registry registry_ok, registry_bad;

static void remove_id_ok(struct prog *p)
{
	spin_lock_bh(&registry_ok.ids);
	registry_ok.n--;
	spin_unlock_bh(&registry_ok.ids);
	kfree(p);
}

static void put_prog_ok(struct prog *p)
{
	if (in_hardirq() || irqs_disabled())
		schedule_work(&p->work);
	else
		remove_id_ok(p);
}

struct bucket {
	raw_spinlock_t lock;
	struct prog *prog;
};

static void empty_ok(struct bucket *b)
{
	put_prog_ok(b->prog);
}

void flush_ok(struct bucket *b)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	empty_ok(b);
	raw_spin_unlock_irqrestore(&b->lock, flags);
}

struct heap {
	raw_spinlock_t lock;
	struct prog *prog;
};

static void remove_id_bad(struct prog *p)
{
	spin_lock(&registry_bad.ids); // finds lock/context: ids
	registry_bad.n--;
	spin_unlock(&registry_bad.ids);
	kfree(p);
}

static void put_prog_of_heap(struct prog *p)
{
	if (in_hardirq() || irqs_disabled())
		schedule_work(&p->work);
	else
		remove_id_bad(p);
}

static void empty_heap(struct heap *h)
{
	put_prog_of_heap(h->prog);
}

/* Interrupts are on. */
void flush_heap(struct heap *h)
{
	raw_spin_lock(&h->lock); // step
	empty_heap(h); // step
	raw_spin_unlock(&h->lock);
}
