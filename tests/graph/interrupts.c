/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an interrupt's handler takes, synchronize_irq() waits for: on another processor it may be
 * running. So does the handler's thread.
 */
#include "kernel.h"

struct chan {
	spinlock_t lock;
	struct mutex mutex;
	unsigned int irq;
};

static irqreturn_t chan_interrupt(int irq, void *data)
{
	struct chan *c = data;

	spin_lock(&c->lock);
	spin_unlock(&c->lock);
	return IRQ_WAKE_THREAD;
}

static irqreturn_t chan_thread(int irq, void *data)
{
	struct chan *c = data;

	mutex_lock(&c->mutex);
	mutex_unlock(&c->mutex);
	return IRQ_HANDLED;
}

int chan_open(struct chan *c)
{
	spin_lock_init(&c->lock);
	mutex_init(&c->mutex);
	return request_threaded_irq(c->irq, chan_interrupt, chan_thread, 0, "chan", c);
}

void chan_pause(struct chan *c)
{
	spin_lock_irq(&c->lock);
	synchronize_irq(c->irq);
	spin_unlock_irq(&c->lock);
}

// depends: &c->lock -> chan->irq
// depends: chan->irq -> &c->lock [high]
// depends: chan->irq -> &c->mutex [high]
