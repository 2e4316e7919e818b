/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loops that end when something becomes what it was not at the start: a member of a union, which an
 * instruction writes by another member, and a record that began as all zeros, which others have a
 * pointer to. Their callers hold what is taken behind them.
 */
#include "kernel.h"

union pair {
	unsigned long whole;
	struct {
		unsigned long even, odd;
	};
};

struct waiter {
	struct task_struct *task;
	int done;
};

struct queue {
	struct mutex lock;
	struct waiter *waiter;
	unsigned long mask;
};

void start(struct queue *q);
void schedule(void);

/* As an instruction does that works on both halves. */
static inline unsigned char leftmost(unsigned long word)
{
	union pair pair;

	pair.even = word;
	asm volatile("flogr %0,%0" : "+r"(pair.whole));
	return pair.even;
}

static int next_bit(unsigned long word, unsigned long start)
{
	word &= ~0UL >> (-start & 63);
	return ((1 + (leftmost(word) ^ 63)) & 127) - 1;
}

static void each_bit_ok(struct queue *q)
{
	int bit;

	for (bit = next_bit(0x8000, 64); bit >= 0; bit = next_bit(0x8000, bit))
		q->mask |= 1UL << bit;
	mutex_lock(&q->lock);
}

static void wait_ok(struct queue *q)
{
	struct waiter w = { .task = NULL };

	q->waiter = &w;
	start(q);
	while (1) {
		if (w.done)
			break;
		schedule();
	}
	mutex_lock(&q->lock);
}

int bits_ok(struct queue *q)
{
	each_bit_ok(q);
	q->waiter = NULL;
	mutex_unlock(&q->lock);
	return 0;
}

int bits_bad(struct queue *q, int error)
{
	each_bit_ok(q); // step
	if (error < 0)
		return -EINVAL; // finds lock/imbalance: bits_bad() returns with q->lock held
	mutex_unlock(&q->lock);
	return 0;
}

int waits_ok(struct queue *q)
{
	wait_ok(q);
	q->waiter = NULL;
	mutex_unlock(&q->lock);
	return 0;
}

int waits_bad(struct queue *q, int error)
{
	wait_ok(q); // step
	if (error < 0)
		return -EINVAL; // finds lock/imbalance: waits_bad() returns with q->lock held
	mutex_unlock(&q->lock);
	return 0;
}
