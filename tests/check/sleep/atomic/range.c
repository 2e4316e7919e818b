/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A test whether a number is in range is no flag that tells who may sleep: whoever comes with a
 * good one sleeps. And a function of ours may begin like a builtin of the compiler.
 */
#include "kernel.h"

struct fence {
	spinlock_t lock;
	int n;
};

static long fence_wait(struct fence *f, int timeout)
{
	if (timeout < 0)
		return -EINVAL;
	msleep(1);
	return timeout;
}

static int fence_flush(struct fence *f, int wait)
{
	if (wait)
		msleep(1);
	return f->n;
}

static int __sync_fence(struct fence *f)
{
	msleep(1);
	return f->n;
}

long fence_drain_bad(struct fence *f, int timeout)
{
	long left;

	spin_lock(&f->lock);
	left = fence_wait(f, timeout); // finds sleep/atomic
	spin_unlock(&f->lock);
	return left;
}

int fence_sync_bad(struct fence *f)
{
	int n;

	spin_lock(&f->lock);
	n = __sync_fence(f); // finds sleep/atomic
	spin_unlock(&f->lock);
	return n;
}

/* Whether it waits is the caller's to say, who is not in sight. */
int fence_peek_ok(struct fence *f, int wait)
{
	int n;

	spin_lock(&f->lock);
	n = fence_flush(f, wait);
	spin_unlock(&f->lock);
	return n;
}

long fence_refuse_ok(struct fence *f)
{
	long left;

	spin_lock(&f->lock);
	left = fence_wait(f, -1);
	spin_unlock(&f->lock);
	return left;
}
