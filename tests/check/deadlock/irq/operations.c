/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations of which nobody in sight calls any: what their header promises tells where they run.
 *
 *   CPU0 (sdio_irq thread)          <interrupt>
 *   host_enable_irq()               host_irq()
 *     spin_lock(&h->lock)             spin_lock(&h->lock), waits for ever
 */
#include "kernel.h"

struct mmc_host {
	void *private;
};

struct mmc_host_ops {
	void (*enable_sdio_irq)(struct mmc_host *mmc, int enable);
	int (*get_cd)(struct mmc_host *mmc);
};

struct host_ok {
	spinlock_t lock;
	int enabled;
};

static irqreturn_t host_irq_ok(int irq, void *data)
{
	struct host_ok *h = data;

	spin_lock(&h->lock);
	h->enabled = 0;
	spin_unlock(&h->lock);
	return IRQ_HANDLED;
}

static void host_enable_ok(struct mmc_host *mmc, int enable)
{
	struct host_ok *h = mmc->private;
	unsigned long flags;

	spin_lock_irqsave(&h->lock, flags);
	h->enabled = enable;
	spin_unlock_irqrestore(&h->lock, flags);
}

const struct mmc_host_ops host_ops_ok = { .enable_sdio_irq = host_enable_ok };

int host_probe_ok(struct host_ok *h)
{
	return request_irq(4, host_irq_ok, 0, "host", h);
}

struct host_bad {
	spinlock_t lock;
	int enabled;
};

static irqreturn_t host_irq_bad(int irq, void *data)
{
	struct host_bad *h = data;

	spin_lock(&h->lock); // step
	h->enabled = 0;
	spin_unlock(&h->lock);
	return IRQ_HANDLED;
}

static int host_cd_bad(struct mmc_host *mmc)
{
	struct host_bad *h = mmc->private;
	int enabled;

	spin_lock(&h->lock); // finds deadlock/irq: lock is taken with interrupts on here
	enabled = h->enabled;
	spin_unlock(&h->lock);
	return enabled;
}

const struct mmc_host_ops host_ops_bad = { .get_cd = host_cd_bad }; // step

int host_probe_bad(struct host_bad *h)
{
	return request_irq(5, host_irq_bad, 0, "host", h); // step
}
