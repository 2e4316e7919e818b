/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interrupt takes the lock that it interrupted.
 *
 *   CPU0
 *   spin_lock(&q->lock)         interrupts on
 *   <interrupt>
 *     spin_lock(&q->lock)       for ever
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

static struct queue queue;

static irqreturn_t queue_irq_bad(int irq, void *data)
{
	struct queue *q = data;

	spin_lock(&q->lock); // step
	q->n++;
	spin_unlock(&q->lock);
	return IRQ_HANDLED;
}

static ssize_t queue_read_bad(struct file *file, char *buf, size_t n, loff_t *pos)
{
	spin_lock(&queue.lock); // finds deadlock/irq [error, high]: queue.lock is taken with interrupts on
	n = queue.n;
	spin_unlock(&queue.lock);
	return n;
}

const struct file_operations queue_fops = { .read = queue_read_bad };

int queue_probe(void)
{
	spin_lock_init(&queue.lock);
	return request_irq(1, queue_irq_bad, 0, "queue", &queue); // step
}

/* The twin switches interrupts off. */
struct safe_queue {
	spinlock_t lock;
	int n;
};

static struct safe_queue safe_queue;

static void safe_count(struct safe_queue *q)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	q->n++;
	spin_unlock_irqrestore(&q->lock, flags);
}

static irqreturn_t safe_irq_ok(int irq, void *data)
{
	struct safe_queue *q = data;

	spin_lock(&q->lock);
	q->n++;
	spin_unlock(&q->lock);
	safe_count(q);
	return IRQ_HANDLED;
}

static ssize_t safe_read_ok(struct file *file, char *buf, size_t n, loff_t *pos)
{
	spin_lock_irq(&safe_queue.lock);
	n = safe_queue.n;
	spin_unlock_irq(&safe_queue.lock);
	safe_count(&safe_queue);
	return n;
}

const struct file_operations safe_fops = { .read = safe_read_ok };

int safe_probe_ok(void)
{
	spin_lock_init(&safe_queue.lock);
	return request_irq(1, safe_irq_ok, 0, "safe", &safe_queue);
}
