/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mutex or a lock that spins, as the object says: who made it knows which, and whether interrupts
 * may come in. A note.
 */
#include "kernel.h"

struct stream {
	struct mutex mutex;
	spinlock_t lock;
	struct timer_list timer;
	bool nonatomic;
	int n;
};

static unsigned long stream_lock(struct stream *s)
{
	unsigned long flags = 0;

	if (s->nonatomic)
		mutex_lock(&s->mutex); // step
	else
		spin_lock_irqsave(&s->lock, flags);
	return flags;
}

static void stream_unlock(struct stream *s, unsigned long flags)
{
	if (s->nonatomic)
		mutex_unlock(&s->mutex);
	else
		spin_unlock_irqrestore(&s->lock, flags);
}

static void stream_elapsed(struct timer_list *timer)
{
	struct stream *s = container_of(timer, struct stream, timer);
	unsigned long flags;

	flags = stream_lock(s); // finds sleep/irq [note, medium]: stream_lock() may sleep
	s->n++;
	stream_unlock(s, flags);
}

void stream_open_bad(struct stream *s)
{
	mutex_init(&s->mutex);
	spin_lock_init(&s->lock);
	timer_setup(&s->timer, stream_elapsed, 0); // step
}

/* There is no other mode: an error. */
struct line {
	struct mutex mutex;
	struct timer_list timer;
	bool used;
	int n;
};

static void line_lock(struct line *l)
{
	if (l->used)
		mutex_lock(&l->mutex); // step
	else
		l->n = 0;
}

static void line_elapsed(struct timer_list *timer)
{
	struct line *l = container_of(timer, struct line, timer);

	line_lock(l); // finds sleep/irq [error, high]: line_lock() may sleep
	l->n++;
	if (l->used)
		mutex_unlock(&l->mutex);
}

void line_open_bad(struct line *l)
{
	mutex_init(&l->mutex);
	timer_setup(&l->timer, line_elapsed, 0); // step
}

/* The same with functions that only call what takes the lock for a while. */
struct chain {
	struct rw_semaphore sem;
	spinlock_t lock;
	struct timer_list timer;
	bool blocking;
	int n;
};

static int chain_call(struct chain *c, int n)
{
	down_read(&c->sem); // step
	c->n += n;
	up_read(&c->sem);
	return c->n;
}

static int chain_call_atomic(struct chain *c, int n)
{
	spin_lock(&c->lock);
	c->n += n;
	spin_unlock(&c->lock);
	return c->n;
}

static int chain_notify(struct chain *c, int n)
{
	if (c->blocking)
		return chain_call(c, n); // step
	return chain_call_atomic(c, n);
}

static void chain_elapsed(struct timer_list *timer)
{
	struct chain *c = container_of(timer, struct chain, timer);

	chain_notify(c, 1); // finds sleep/irq [note, medium]: chain_notify() may sleep
}

void chain_open_bad(struct chain *c)
{
	init_rwsem(&c->sem);
	spin_lock_init(&c->lock);
	timer_setup(&c->timer, chain_elapsed, 0); // step
}

/* Whether there is one more to go is no mode: an error. */
struct queue {
	struct mutex mutex;
	spinlock_t lock;
	struct timer_list timer;
	int n;
};

static void queue_elapsed(struct timer_list *timer)
{
	struct queue *q = container_of(timer, struct queue, timer);

	spin_lock(&q->lock); // step
	while (q->n) {
		mutex_lock(&q->mutex); // finds sleep/atomic [error, high]: mutex_lock() may sleep while queue.lock
		q->n--;
		mutex_unlock(&q->mutex);
	}
	spin_unlock(&q->lock);
}

void queue_open_ok(struct queue *q)
{
	mutex_init(&q->mutex);
	spin_lock_init(&q->lock);
	timer_setup(&q->timer, queue_elapsed, 0);
}

/* That the other arm gives the lock up is no mode: an error. */
struct port {
	struct mutex mutex;
	spinlock_t lock;
	int n;
};

int port_start(struct port *p);

void port_init_bad(struct port *p)
{
	spin_lock(&p->lock); // step
	if (port_start(p)) {
		p->n = 1;
		spin_unlock(&p->lock);
		return;
	}
	mutex_lock(&p->mutex); // finds sleep/atomic [error, high]: mutex_lock() may sleep while port->lock
	p->n = 0;
	mutex_unlock(&p->mutex);
	spin_unlock(&p->lock);
}
