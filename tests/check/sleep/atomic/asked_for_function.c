/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function pointer is compared with a function before that is called directly, as INDIRECT_CALL_1()
 * does: who hands in another function does not come there.
 */
#include "kernel.h"

struct queue {
	spinlock_t lock;
	void *page;
};

static int copy_slowly_bad(void *to, const void *from)
{
	msleep(1); // step
	return to != from;
}

static int copy_at_once_ok(void *to, const void *from)
{
	return to != from;
}

static int append(struct queue *q, int (*get)(void *to, const void *from), const void *from)
{
	int (*known)(void *to, const void *from) = get;

	return known == copy_slowly_bad ? copy_slowly_bad(q->page, from) : known(q->page, from);
}

void reply_ok(struct queue *q, const void *from)
{
	spin_lock(&q->lock);
	append(q, copy_at_once_ok, from);
	spin_unlock(&q->lock);
}

void send_bad(struct queue *q, const void *from)
{
	spin_lock(&q->lock);
	append(q, copy_slowly_bad, from); // finds sleep/atomic [error]: append() may sleep while queue->lock (spinlock) is held
	spin_unlock(&q->lock);
}
