/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is called as a processor goes runs in a task, with interrupts on. */
#include "kernel.h"

int __cpuhp_setup_state(int state, const char *name, bool invoke, int (*startup)(unsigned int cpu),
			int (*teardown)(unsigned int cpu), bool multi_instance);

struct queue {
	spinlock_t lock;
	int work;
};

static struct queue queue;

static irqreturn_t queue_interrupt(int irq, void *data)
{
	spin_lock(&queue.lock); // step
	queue.work++;
	spin_unlock(&queue.lock);
	return IRQ_HANDLED;
}

static int queue_offline_bad(unsigned int cpu)
{
	spin_lock_bh(&queue.lock); // finds deadlock/irq [error, high]: queue.lock is taken with
				   // interrupts on
	queue.work = 0;
	spin_unlock_bh(&queue.lock);
	return 0;
}

struct ring {
	spinlock_t lock;
	int work;
};

static struct ring ring;

static irqreturn_t ring_interrupt(int irq, void *data)
{
	spin_lock(&ring.lock);
	ring.work++;
	spin_unlock(&ring.lock);
	return IRQ_HANDLED;
}

static int ring_offline_ok(unsigned int cpu)
{
	unsigned long flags;

	spin_lock_irqsave(&ring.lock, flags);
	ring.work = 0;
	spin_unlock_irqrestore(&ring.lock, flags);
	return 0;
}

int queues_init_ok(void)
{
	int ret = request_irq(1, queue_interrupt, 0, "queue", &queue);

	if (!ret)
		ret = request_irq(2, ring_interrupt, 0, "ring", &ring);
	if (!ret)
		ret = __cpuhp_setup_state(1, "queue", true, NULL, queue_offline_bad, false);
	return ret ?: __cpuhp_setup_state(1, "ring", true, NULL, ring_offline_ok, false);
}
