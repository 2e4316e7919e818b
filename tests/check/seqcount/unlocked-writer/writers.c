/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two writers at once leave the counter even in the middle of a change.
 *
 *   CPU0                             CPU1
 *   write_seqcount_begin(): 1
 *                                    write_seqcount_begin(): 2, readers go on
 */
#include "kernel.h"

struct map {
	seqcount_t seq;
	spinlock_t lock;
	u64 begin, end;
};

void map_set_bad(struct map *m, u64 begin, u64 end)
{
	write_seqcount_begin(&m->seq); // finds seqcount/unlocked-writer [warning, high]: map.seq is written without map->lock, which other writers hold
	m->begin = begin;
	m->end = end;
	write_seqcount_end(&m->seq);
}

void map_clear(struct map *m)
{
	spin_lock(&m->lock); // step
	write_seqcount_begin(&m->seq); // step
	m->begin = m->end = 0;
	write_seqcount_end(&m->seq);
	spin_unlock(&m->lock);
}

struct area {
	seqcount_t seq;
	spinlock_t lock;
	u64 begin, end;
};

/* The callers hold it. */
static void area_set_ok(struct area *a, u64 begin, u64 end)
{
	write_seqcount_begin(&a->seq);
	a->begin = begin;
	a->end = end;
	write_seqcount_end(&a->seq);
}

void area_move_ok(struct area *a)
{
	spin_lock(&a->lock);
	area_set_ok(a, a->begin + 1, a->end + 1);
	spin_unlock(&a->lock);
}

void area_clear_ok(struct area *a)
{
	spin_lock(&a->lock);
	write_seqcount_begin(&a->seq);
	a->begin = a->end = 0;
	write_seqcount_end(&a->seq);
	spin_unlock(&a->lock);
}

