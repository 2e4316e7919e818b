/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bodies that seem to sleep, of functions of which the rules know better. */
#include "kernel.h"

struct device;
struct domain {
	struct mutex lock;
	int n;
};
extern struct domain domain;

static void attach_first(struct device *dev)
{
	mutex_lock(&domain.lock);
	domain.n++;
	mutex_unlock(&domain.lock);
}

unsigned long dma_map_page_attrs(struct device *dev, void *page, unsigned long size)
{
	attach_first(dev);
	return size;
}

struct hctx {
	int flags;
};

void blk_mq_run_hw_queue(struct hctx *hctx, bool async)
{
	if (!async && hctx->flags)
		might_sleep();
}

struct ring {
	spinlock_t lock;
	struct device *dev;
	struct hctx *hctx;
};

void ring_add_ok(struct ring *r, void *page)
{
	spin_lock(&r->lock);
	dma_map_page_attrs(r->dev, page, 1);
	blk_mq_run_hw_queue(r->hctx, true);
	spin_unlock(&r->lock);
}

void ring_flush_bad(struct ring *r)
{
	spin_lock(&r->lock);
	attach_first(r->dev);		     // finds sleep/atomic: attach_first() may sleep
	blk_mq_run_hw_queue(r->hctx, false); // finds sleep/atomic [warning]: blk_mq_run_hw_queue()
	spin_unlock(&r->lock);
}
