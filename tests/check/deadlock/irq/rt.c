/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * On PREEMPT_RT a handler is a thread, and a spinlock_t makes it sleep: only a raw one, which a
 * handler that is no thread takes, is waited for with the processor.
 *
 * // run: --rt
 */
#include "kernel.h"

struct file;
struct file_operations {
	ssize_t (*read)(struct file *file, char *buf, size_t n, loff_t *pos);
};

struct queue {
	spinlock_t lock;
	int n;
};

struct raw_queue {
	raw_spinlock_t raw;
	int n;
};

static struct queue queue;
static struct raw_queue raw_queue;

static irqreturn_t queue_irq_ok(int irq, void *data)
{
	struct queue *q = data;

	spin_lock(&q->lock);
	q->n++;
	spin_unlock(&q->lock);
	return IRQ_HANDLED;
}

static irqreturn_t queue_irq_bad(int irq, void *data)
{
	struct raw_queue *q = data;

	raw_spin_lock(&q->raw); // step
	q->n++;
	raw_spin_unlock(&q->raw);
	return IRQ_HANDLED;
}

static ssize_t queue_read_ok(struct file *file, char *buf, size_t n, loff_t *pos)
{
	spin_lock(&queue.lock);
	n = queue.n;
	spin_unlock(&queue.lock);
	return n;
}

static ssize_t queue_read_bad(struct file *file, char *buf, size_t n, loff_t *pos)
{
	raw_spin_lock(&raw_queue.raw); // finds deadlock/irq [error, high]: raw_queue.raw is taken with interrupts on
	n = raw_queue.n;
	raw_spin_unlock(&raw_queue.raw);
	return n;
}

const struct file_operations queue_fops = { .read = queue_read_ok };
const struct file_operations raw_queue_fops = { .read = queue_read_bad };

int queue_probe(void)
{
	spin_lock_init(&queue.lock);
	raw_spin_lock_init(&raw_queue.raw);
	if (request_irq(1, queue_irq_ok, 0, "queue", &queue))
		return -EINVAL;
	return request_irq(2, queue_irq_bad, 0, "raw", &raw_queue); // step
}
