/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader that does not look whether a writer came in between: it may have half of each.
 *
 *   CPU0                           CPU1
 *   write_seqcount_begin(&c->seq)
 *   c->lo = ...                    read c->lo, c->hi
 *   c->hi = ...
 */
#include "kernel.h"

struct clock {
	seqcount_t seq;
	spinlock_t lock;
	u64 lo, hi;
};

u64 clock_read_bad(struct clock *c)
{
	unsigned seq = read_seqcount_begin(&c->seq); // finds seqcount/no-retry [warning, high]: what &c->seq guards is read, but nobody asks whether a writer came in between

	(void)seq;
	return c->lo + c->hi;
}

u64 clock_read_ok(struct clock *c)
{
	unsigned seq;
	u64 sum;

	do {
		seq = read_seqcount_begin(&c->seq);
		sum = c->lo + c->hi;
	} while (read_seqcount_retry(&c->seq, seq));
	return sum;
}

/* The caller asks. */
static unsigned clock_begin_ok(struct clock *c, u64 *sum)
{
	unsigned seq = read_seqcount_begin(&c->seq);

	*sum = c->lo + c->hi;
	return seq;
}

u64 clock_get_ok(struct clock *c)
{
	unsigned seq;
	u64 sum;

	do
		seq = clock_begin_ok(c, &sum);
	while (read_seqcount_retry(&c->seq, seq));
	return sum;
}

struct walk {
	unsigned seq;
};

/* It is kept for later. */
void walk_begin_ok(struct walk *w, struct clock *c)
{
	w->seq = read_seqcount_begin(&c->seq);
}

void walk_again_ok(struct walk *w, struct clock *c)
{
	unsigned seq = __seqprop_sequence(&c->seq);

	w->seq = seq & ~1u;
}
