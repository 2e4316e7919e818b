/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * read_seqbegin_or_lock(): an even number is one to compare with later, with an odd one the lock is
 * held, and there is nothing to repeat.
 */
#include "kernel.h"

struct number {
	spinlock_t lock;
	unsigned int sequence;
};

unsigned int number_begin(const struct number *n);

static inline unsigned int number_retry(const struct number *n, unsigned int start)
{
	return n->sequence != start;
}

static inline void begin_or_lock(struct number *n, int *seq)
{
	if (!(*seq & 1))
		*seq = number_begin(n);
	else
		spin_lock(&n->lock);
}

static inline int need_retry(struct number *n, int seq)
{
	return !(seq & 1) && number_retry(n, seq);
}

static inline void done_retry(struct number *n, int seq)
{
	if (seq & 1)
		spin_unlock(&n->lock);
}

struct signals {
	struct number stats;
	struct list_head threads;
	long utime;
};

struct thread {
	struct list_head node;
	long utime;
};

long signals_sum_ok(struct signals *s)
{
	int seq, nextseq = 0;
	struct thread *t;
	long sum;

	do {
		seq = nextseq;
		begin_or_lock(&s->stats, &seq);
		sum = s->utime;
		list_for_each_entry(t, &s->threads, node)
			sum += t->utime;
		nextseq = 1;
	} while (need_retry(&s->stats, seq));
	done_retry(&s->stats, seq);
	return sum;
}

struct bad_signals {
	struct number stats;
	struct list_head threads;
	long utime;
};

long bad_signals_sum_bad(struct bad_signals *s)
{
	struct thread *t;
	int seq = 0;
	long sum;

	for (;;) {
		begin_or_lock(&s->stats, &seq); // finds deadlock/self
		sum = s->utime;
		list_for_each_entry(t, &s->threads, node)
			sum += t->utime;
		if (!number_retry(&s->stats, 0))
			break;
		seq = 1;
	}
	done_retry(&s->stats, seq);
	return sum;
}
