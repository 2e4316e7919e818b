/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same lock by guard(): its constructor, in a header, takes what it is handed.
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

	guard(spinlock)(&q->lock); // step
	q->n++;
	return IRQ_HANDLED;
}

static ssize_t queue_read_bad(struct file *file, char *buf, size_t n, loff_t *pos)
{
	guard(spinlock)(&queue.lock); // finds deadlock/irq [error, high]: queue.lock is taken with interrupts on
	return queue.n;
}

const struct file_operations queue_fops = { .read = queue_read_bad };

int queue_probe(void)
{
	spin_lock_init(&queue.lock);
	return request_irq(1, queue_irq_bad, 0, "queue", &queue); // step
}

/* The twin switches interrupts off, with guards that do so, or outside the guard. */
struct safe_queue {
	spinlock_t lock;
	int n;
};

static struct safe_queue safe_queue;

static irqreturn_t safe_irq_ok(int irq, void *data)
{
	struct safe_queue *q = data;

	guard(spinlock)(&q->lock);
	q->n++;
	return IRQ_HANDLED;
}

static void safe_count_ok(struct safe_queue *q)
{
	guard(spinlock_irqsave)(&q->lock);
	q->n++;
}

static ssize_t safe_read_ok(struct file *file, char *buf, size_t n, loff_t *pos)
{
	scoped_guard(spinlock_irq, &safe_queue.lock)
		n = safe_queue.n;
	local_irq_disable();
	scoped_guard(spinlock, &safe_queue.lock)
		n += safe_queue.n;
	local_irq_enable();
	safe_count_ok(&safe_queue);
	return n;
}

const struct file_operations safe_fops = { .read = safe_read_ok };

int safe_probe_ok(void)
{
	spin_lock_init(&safe_queue.lock);
	return request_irq(1, safe_irq_ok, 0, "safe", &safe_queue);
}
