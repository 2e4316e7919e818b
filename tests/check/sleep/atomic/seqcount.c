/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers of a sequence counter spin until its writer has ended: it must not sleep. */
#include "kernel.h"

struct zone {
	seqcount_t seq;
	struct mutex lock;
	u64 begin, end;
};

void zone_wait_bad(struct zone *z)
{
	mutex_lock(&z->lock);
	write_seqcount_begin(&z->seq); // step
	z->begin = 0;
	msleep(1); // finds sleep/atomic [error, high]: msleep() may sleep while zone->seq (seqcount) is held
	z->end = 0;
	write_seqcount_end(&z->seq);
	mutex_unlock(&z->lock);
}

void zone_wait_ok(struct zone *z)
{
	mutex_lock(&z->lock);
	write_seqcount_begin(&z->seq);
	z->begin = z->end = 0;
	write_seqcount_end(&z->seq);
	msleep(1);
	mutex_unlock(&z->lock);
}
