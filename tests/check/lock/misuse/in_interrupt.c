/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What interrupts must not do with locks: switch interrupts on, try or release mutexes. */
#include "kernel.h"

struct dev {
	spinlock_t lock;
	struct mutex mutex;
	struct timer_list timer;
};

static struct dev dev;

static void dev_count_bad(struct dev *d)
{
	spin_lock_irq(&d->lock); // finds lock/misuse [error, high]: dev.lock is taken in a hardirq so that its release switches interrupts on
	spin_unlock_irq(&d->lock);
}

static irqreturn_t dev_irq_bad(int irq, void *data)
{
	dev_count_bad(&dev); // step
	return IRQ_HANDLED;
}

static void dev_timer_bad(struct timer_list *timer)
{
	mutex_unlock(&dev.mutex); // finds lock/misuse [error, high]: the mutex dev.mutex is released in a softirq
}

int dev_probe(void)
{
	spin_lock_init(&dev.lock);
	mutex_init(&dev.mutex);
	timer_setup(&dev.timer, dev_timer_bad, 0);
	return request_irq(1, dev_irq_bad, 0, "dev", &dev);
}

/* A mutex is not even tried. */
struct try {
	struct mutex mutex;
	struct timer_list timer;
};

static struct try try;

static void try_timer_bad(struct timer_list *timer)
{
	if (mutex_trylock(&try.mutex)) // finds lock/misuse [error, high]: the mutex try.mutex is tried in a softirq
		mutex_unlock(&try.mutex);
}

void try_probe(void)
{
	mutex_init(&try.mutex);
	timer_setup(&try.timer, try_timer_bad, 0);
}

/* Saved and restored; and a function that tasks call does what it likes. */
struct box {
	spinlock_t lock;
	struct mutex mutex;
	struct work_struct work;
};

static struct box box;

static irqreturn_t box_irq_ok(int irq, void *data)
{
	unsigned long flags;

	spin_lock_irqsave(&box.lock, flags);
	spin_unlock_irqrestore(&box.lock, flags);
	return IRQ_HANDLED;
}

static void box_count_ok(struct box *b)
{
	spin_lock_irq(&b->lock);
	spin_unlock_irq(&b->lock);
	mutex_unlock(&b->mutex);
}

static void box_work_ok(struct work_struct *work)
{
	mutex_lock(&box.mutex);
	box_count_ok(&box);
}

int box_probe_ok(void)
{
	spin_lock_init(&box.lock);
	mutex_init(&box.mutex);
	INIT_WORK(&box.work, box_work_ok);
	return request_irq(1, box_irq_ok, 0, "box", &box);
}
