/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments, registration and what is called before tell in which context code runs. */
#include "kernel.h"

struct file;
struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

/* The interrupt asks for a run later: the lock is taken by tasks only. */
struct queue {
	spinlock_t lock;
	struct work_struct work;
};

static struct queue queue;

static void queue_run_ok(struct queue *q, bool async)
{
	if (async) {
		schedule_work(&q->work);
		return;
	}
	spin_lock(&q->lock);
	spin_unlock(&q->lock);
}

static void queue_kick_ok(struct queue *q, bool async)
{
	queue_run_ok(q, async);
}

static irqreturn_t queue_irq_ok(int irq, void *data)
{
	queue_kick_ok(&queue, true);
	return IRQ_HANDLED;
}

static long queue_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	queue_kick_ok(&queue, false);
	return 0;
}

const struct file_operations queue_fops = { .unlocked_ioctl = queue_ioctl_ok };

int queue_probe_ok(void)
{
	spin_lock_init(&queue.lock);
	return request_irq(1, queue_irq_ok, 0, "queue", &queue);
}

/* Here it does not. */
struct line {
	spinlock_t lock;
	struct work_struct work;
};

static struct line line;

static void line_run_bad(struct line *l, bool async)
{
	if (async) {
		schedule_work(&l->work);
		return;
	}
	spin_lock(&l->lock); // finds deadlock/irq [error, high]: line.lock is taken with interrupts on
	spin_unlock(&l->lock);
}

static irqreturn_t line_irq_bad(int irq, void *data)
{
	line_run_bad(&line, false); // step
	return IRQ_HANDLED;
}

static long line_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	line_run_bad(&line, false); // step
	return 0;
}

const struct file_operations line_fops = { .unlocked_ioctl = line_ioctl_bad };

int line_probe(void)
{
	spin_lock_init(&line.lock);
	return request_irq(1, line_irq_bad, 0, "line", &line);
}

/* A function that calls its argument with softirqs off. */
struct table {
	spinlock_t lock;
	struct timer_list timer;
};

static struct table table;

static void table_walk_ok(struct table *t, void (*fn)(struct table *t))
{
	local_bh_disable();
	fn(t);
	local_bh_enable();
}

static void table_count_ok(struct table *t)
{
	spin_lock(&t->lock);
	spin_unlock(&t->lock);
}

static void table_timer_ok(struct timer_list *timer)
{
	table_count_ok(&table);
}

static long table_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	table_walk_ok(&table, table_count_ok);
	return 0;
}

const struct file_operations table_fops = { .unlocked_ioctl = table_ioctl_ok };

void table_probe_ok(void)
{
	spin_lock_init(&table.lock);
	timer_setup(&table.timer, table_timer_ok, 0);
}
