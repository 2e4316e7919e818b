/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader that does not notice that a writer was at it.
 *
 *   CPU0 (reader)               CPU1
 *   read_seqbegin()
 *   reads low
 *                               write_seqlock(): low, high; write_sequnlock()
 *   reads high, of another value
 */
#include "more.h"

struct clock {
	seqlock_t lock;
	int low, high;
};

int ignored_bad(struct clock *c)
{
	read_seqbegin(&c->lock); // reports: nothing asks whether the reader of &c->lock must retry
	return c->low + c->high;
}

int forgotten_bad(struct clock *c)
{
	unsigned int seq __maybe_unused;

	seq = read_seqbegin(&c->lock); // reports: nothing asks whether the reader of &c->lock must retry
	return c->low + c->high;
}

int read_ok(struct clock *c)
{
	unsigned int seq __maybe_unused;
	int value;

	do {
		seq = read_seqbegin(&c->lock);
		value = c->low + c->high;
	} while (read_seqretry(&c->lock, seq));
	return value;
}

/* The caller asks. */
int begin_ok(struct clock *c, unsigned int *seq)
{
	*seq = read_seqbegin(&c->lock);
	return c->low;
}
