/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts' handlers and what else must not sleep. */
#include "kernel.h"

struct card {
	struct mutex mutex;
	struct tasklet_struct tasklet;
	struct hrtimer tick;
	struct irq_work irq_work;
	struct napi_struct napi;
	int irq, n;
};

static irqreturn_t card_irq_bad(int irq, void *data)
{
	struct card *c = data;

	mutex_lock(&c->mutex); // finds sleep/irq [error, high]: may sleep in card_irq_bad(), which runs as a hardirq
	c->n++;
	mutex_unlock(&c->mutex);
	return IRQ_WAKE_THREAD;
}

static irqreturn_t card_thread_ok(int irq, void *data)
{
	struct card *c = data;

	mutex_lock(&c->mutex);
	c->n++;
	mutex_unlock(&c->mutex);
	return IRQ_HANDLED;
}

static void card_tasklet_bad(struct tasklet_struct *tasklet)
{
	struct card *c = container_of(tasklet, struct card, tasklet);

	mutex_lock(&c->mutex); // finds sleep/irq: card_tasklet_bad(), which runs as a softirq
	mutex_unlock(&c->mutex);
}

static int card_tick_bad(struct hrtimer *timer)
{
	msleep(1); // finds sleep/irq: card_tick_bad(), which runs as a hardirq
	return 0;
}

static void card_irq_work_bad(struct irq_work *work)
{
	msleep(1); // finds sleep/irq: card_irq_work_bad(), which runs as a hardirq
}

static int card_poll_bad(struct napi_struct *napi, int budget)
{
	msleep(1); // finds sleep/irq: card_poll_bad(), which runs as a softirq
	return 0;
}

int card_probe_ok(struct card *c, struct net_device *dev)
{
	mutex_init(&c->mutex);
	tasklet_setup(&c->tasklet, card_tasklet_bad);
	init_irq_work(&c->irq_work, card_irq_work_bad);
	c->tick.function = card_tick_bad;
	netif_napi_add(dev, &c->napi, card_poll_bad);
	return request_threaded_irq(c->irq, card_irq_bad, card_thread_ok, 0, "card", c);
}

struct board {
	spinlock_t lock;
	struct mutex mutex;
	struct work_struct work;
	int irq, n;
};

/* A lock that spins, a trylock, a work item. */
static irqreturn_t board_irq_ok(int irq, void *data)
{
	struct board *b = data;

	spin_lock(&b->lock);
	b->n++;
	spin_unlock(&b->lock);
	schedule_work(&b->work);
	return IRQ_HANDLED;
}

static void board_work_ok(struct work_struct *work)
{
	struct board *b = container_of(work, struct board, work);

	mutex_lock(&b->mutex);
	b->n = 0;
	mutex_unlock(&b->mutex);
}

int board_probe_ok(struct board *b)
{
	INIT_WORK(&b->work, board_work_ok);
	return request_irq(b->irq, board_irq_ok, 0, "board", b);
}
