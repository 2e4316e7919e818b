/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Under the lock that an interrupt takes, the queue's table is taken only by who drops the last
 * reference to the queue, many calls away: whoever holds the lock has come there by another one.
 * That is a note. Without the reference it is an error.
 */
#include "kernel.h"

struct file;
struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

struct queue {
	refcount_t refs;
	spinlock_t lock, table;
	int n;
};

struct group {
	struct queue *queue;
};

static struct queue *the_queue;

static irqreturn_t queue_irq(int irq, void *data)
{
	spin_lock(&the_queue->lock);
	spin_unlock(&the_queue->lock);
	return IRQ_HANDLED;
}

static void table_destroy(struct queue *q)
{
	spin_lock(&q->table);
	q->n = 0;
	spin_unlock(&q->table);
}

static void queue_release(struct queue *q)
{
	table_destroy(q);
}

static void queue_free(struct queue *q)
{
	queue_release(q);
}

static void queue_put(struct queue *q)
{
	if (refcount_dec_and_test(&q->refs))
		queue_free(q);
}

static void group_free(struct group *g)
{
	queue_put(g->queue);
}

static void group_alloc(struct group *g)
{
	group_free(g);
}

void group_create(struct group *g)
{
	spin_lock_irq(&g->queue->lock);
	group_alloc(g);
	spin_unlock_irq(&g->queue->lock);
}

static long queue_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	spin_lock(&the_queue->table); // finds deadlock/irq [note, medium]: queue.table
	spin_unlock(&the_queue->table);
	return 0;
}

const struct file_operations queue_fops = { .unlocked_ioctl = queue_ioctl_bad };

int queue_probe(void)
{
	return request_irq(1, queue_irq, 0, "queue", NULL);
}

/* The same without a reference. */
struct ring {
	spinlock_t lock, table;
	int n;
};

static struct ring *the_ring;

static irqreturn_t ring_irq(int irq, void *data)
{
	spin_lock(&the_ring->lock); // step
	spin_unlock(&the_ring->lock);
	return IRQ_HANDLED;
}

static void ring_destroy(struct ring *r)
{
	spin_lock(&r->table); // step
	r->n = 0;
	spin_unlock(&r->table);
}

void ring_create(struct ring *r)
{
	spin_lock_irq(&r->lock);
	ring_destroy(r); // step
	spin_unlock_irq(&r->lock);
}

static long ring_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	spin_lock(&the_ring->table); // finds deadlock/irq [error, high]: ring.table
	spin_unlock(&the_ring->table);
	return 0;
}

void ring_count_ok(struct ring *r)
{
	spin_lock_irq(&r->table);
	r->n++;
	spin_unlock_irq(&r->table);
}

const struct file_operations ring_fops = { .unlocked_ioctl = ring_ioctl_bad };

int ring_probe(void)
{
	return request_irq(1, ring_irq, 0, "ring", NULL);
}
