/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the queue is run here or by somebody else, "now || must" says, which the timer gives. */
#include "kernel.h"

struct queue {
	spinlock_t lock;
	struct timer_list timer;
	struct work_struct work;
	unsigned int flags;
	int n;
};

static void queue_run(struct queue *q, bool later)
{
	if (later) {
		schedule_work(&q->work);
		return;
	}
	spin_lock(&q->lock);
	q->n++;
	spin_unlock(&q->lock);
}

static void queue_start(struct queue *q, bool later)
{
	queue_run(q, later || (q->flags & 4));
}

static void queue_elapsed_ok(struct timer_list *timer)
{
	struct queue *q = container_of(timer, struct queue, timer);

	queue_start(q, true);
}

static void queue_work_ok(struct work_struct *work)
{
	struct queue *q = container_of(work, struct queue, work);

	queue_start(q, false);
}

void queue_open_ok(struct queue *q)
{
	spin_lock_init(&q->lock);
	INIT_WORK(&q->work, queue_work_ok);
	timer_setup(&q->timer, queue_elapsed_ok, 0);
}

struct line {
	spinlock_t lock;
	struct timer_list timer;
	struct work_struct work;
	unsigned int flags;
	int n;
};

static void line_run(struct line *l, bool later)
{
	if (later) {
		schedule_work(&l->work);
		return;
	}
	spin_lock(&l->lock); // finds deadlock/irq [error, high]: line.lock is taken with softirqs on
	l->n++;
	spin_unlock(&l->lock);
}

static void line_start(struct line *l, bool later)
{
	line_run(l, later || (l->flags & 4)); // step
}

static void line_elapsed_bad(struct timer_list *timer)
{
	struct line *l = container_of(timer, struct line, timer);

	line_start(l, false); // step
}

static void line_work_bad(struct work_struct *work)
{
	struct line *l = container_of(work, struct line, work);

	line_start(l, false); // step
}

void line_open_bad(struct line *l)
{
	spin_lock_init(&l->lock);
	INIT_WORK(&l->work, line_work_bad); // step
	timer_setup(&l->timer, line_elapsed_bad, 0); // step
}
