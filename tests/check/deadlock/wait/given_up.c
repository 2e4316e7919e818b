/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A callee gives the lock up for as long as it waits. */
#include "kernel.h"

struct conn {
	struct mutex mutex;
	spinlock_t lock;
	unsigned long flags;
	struct work_struct cleanup;
	void *ep;
};

static void conn_disconnect(struct conn *c)
{
	c->ep = NULL;
}

static void conn_cleanup(struct work_struct *work)
{
	struct conn *c = container_of(work, struct conn, cleanup);

	mutex_lock(&c->mutex);
	conn_disconnect(c);
	mutex_unlock(&c->mutex);
}

void conn_setup(struct conn *c)
{
	mutex_init(&c->mutex);
	spin_lock_init(&c->lock);
	INIT_WORK(&c->cleanup, conn_cleanup);
}

/* Whose work it is, callers know: and what they have given up. */
static void wait_for_work(struct work_struct *work)
{
	flush_work(work);
}

static void conn_flush(struct conn *c)
{
	spin_lock_irq(&c->lock);
	if (!test_bit(0, &c->flags)) {
		spin_unlock_irq(&c->lock);
		conn_disconnect(c);
	} else {
		spin_unlock_irq(&c->lock);
		mutex_unlock(&c->mutex);
		wait_for_work(&c->cleanup);
		mutex_lock(&c->mutex);
	}
}

void conn_stop_ok(struct conn *c)
{
	mutex_lock(&c->mutex);
	if (c->ep)
		conn_flush(c);
	mutex_unlock(&c->mutex);
}

struct line {
	struct mutex mutex;
	struct work_struct cleanup;
	void *ep;
};

static void line_cleanup(struct work_struct *work)
{
	struct line *l = container_of(work, struct line, cleanup);

	mutex_lock(&l->mutex);
	l->ep = NULL;
	mutex_unlock(&l->mutex);
}

void line_setup(struct line *l)
{
	mutex_init(&l->mutex);
	INIT_WORK(&l->cleanup, line_cleanup);
}

static void line_flush(struct line *l)
{
	flush_work(&l->cleanup);
	mutex_unlock(&l->mutex);
	l->ep = NULL;
	mutex_lock(&l->mutex);
}

void line_stop_bad(struct line *l)
{
	mutex_lock(&l->mutex);
	if (l->ep)
		line_flush(l); // finds deadlock/wait [error, high]: flush_work() waits for line_cleanup()
	mutex_unlock(&l->mutex);
}
